"""Qualification: criteria that are met, unmet or unknown. Screening is qualification in which all must be met."""
