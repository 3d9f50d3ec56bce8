"""The same policy on tables: one meaning, interpreted by a data frame or by an SQL engine."""
