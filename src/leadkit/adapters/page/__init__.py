"""The policy page: one file on which anybody plays with a policy."""
