"""The figures of a period: what came in, what was won, what was lost and why, and how sure one can be."""
