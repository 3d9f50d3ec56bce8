"""Sums of money in running text, by what they are: the one that is offered for the purchase."""
