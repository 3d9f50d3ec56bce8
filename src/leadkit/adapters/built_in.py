"""The stores that come with leadkit, through the same door as everybody's."""

from __future__ import annotations

from leadkit.plugins.hooks import hookimpl
from leadkit.store.protocol import Storage


class BuiltIn:
    """Opens `memory:`, SQLite and PostgreSQL, where no plugin wants the address."""

    @hookimpl(trylast=True)
    def leadkit_open_storage(self, url: str) -> Storage:
        if url == "memory:":
            from leadkit.store.memory import MemoryStorage

            return MemoryStorage()
        from leadkit.adapters.sql import open_sql

        return open_sql(url)
