"""The tables that a host may join its own with and point foreign keys at; their columns are those of the rows.

Read them, and write them by commands alone: what stands in one table follows from others.
"""

from __future__ import annotations

from leadkit.adapters.sql.schema import SQL_TABLES

__all__ = ["activities", "duties", "journal", "leads", "members", "opportunities", "persons"]

leads = SQL_TABLES["leads"]
persons = SQL_TABLES["persons"]
activities = SQL_TABLES["activities"]
opportunities = SQL_TABLES["opportunities"]
duties = SQL_TABLES["duties"]
members = SQL_TABLES["members"]
journal = SQL_TABLES["journal"]
