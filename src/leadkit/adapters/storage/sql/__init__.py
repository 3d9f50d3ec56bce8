"""Leads in SQLite and PostgreSQL, in typed columns that reporting tools can read."""
