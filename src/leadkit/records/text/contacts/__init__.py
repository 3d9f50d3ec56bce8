"""Phone numbers and email addresses in cells as people fill them in."""
