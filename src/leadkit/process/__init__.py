"""The process around decisions: calendar, service levels, duties, lifecycle, assignment, permissions, nurture."""
