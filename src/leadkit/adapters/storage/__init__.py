"""Where leads live: one protocol, and the stores that keep to it."""
