"""The shell around the decisions: a store, hooks, a clock, and one way to carry out a command."""
