"""Dates and times that a cell or an option is as a whole, and the order of day and month in a column."""
