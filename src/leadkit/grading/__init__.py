"""Grading: an opportunity judged in several dimensions, and the grade that follows."""
