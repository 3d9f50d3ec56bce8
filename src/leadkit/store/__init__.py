"""What a store is made of: the protocol it keeps to, its tables and their rows, and the store in memory."""

from leadkit.store.memory import MemoryStorage, MemoryUnit, Write
from leadkit.store.protocol import Query, Storage, Unit
from leadkit.store.tables import TABLES, Table

__all__ = ["TABLES", "MemoryStorage", "MemoryUnit", "Query", "Storage", "Table", "Unit", "Write"]
