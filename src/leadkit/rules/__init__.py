"""The one small language that every policy is written in: facts, conditions, bands, and the algebra they become."""
