"""The same policy on tables: one meaning, interpreted by a data frame or by an SQL engine."""

PARQUET, ARROW = (".parquet",), (".arrow", ".ipc", ".feather")
"""The endings of files that are tables."""
