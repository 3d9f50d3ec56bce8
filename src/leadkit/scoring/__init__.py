"""Scoring: rules worth points in groups with limits, and what they add up to for one lead."""
