"""The commands of a desk, one class each: what they ask for, in which states, what they hold, and what they decide."""
