"""Notices: what the process has to tell people, and the ways to tell them."""
