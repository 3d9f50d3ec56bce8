"""The sample company: its sheets, its words and its quarter."""
