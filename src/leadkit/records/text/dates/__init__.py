"""Dates and spans in running text, by what happens on them: the one that a purchase is meant to happen on."""
