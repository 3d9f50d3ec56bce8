"""What a store is made of: the protocol it keeps to, its tables and their rows, and the store in memory."""

from leadkit.store.memory import MemoryStorage, MemoryUnit, Write
from leadkit.store.protocol import Query, Storage, Unit
from leadkit.store.rows import (
    ActivityRow,
    ClaimRow,
    DeliveryRow,
    DutyRow,
    EntryRow,
    KeyRow,
    LeadRow,
    MatchRow,
    MemberRow,
    MilestoneRow,
    NoticeRow,
    ObjectionRow,
    OpportunityRow,
    PersonRow,
    RemarkRow,
    StatementRow,
    TextRow,
)
from leadkit.store.tables import TABLES, Table

__all__ = [
    "TABLES",
    "ActivityRow",
    "ClaimRow",
    "DeliveryRow",
    "DutyRow",
    "EntryRow",
    "KeyRow",
    "LeadRow",
    "MatchRow",
    "MemberRow",
    "MemoryStorage",
    "MemoryUnit",
    "MilestoneRow",
    "NoticeRow",
    "ObjectionRow",
    "OpportunityRow",
    "PersonRow",
    "Query",
    "RemarkRow",
    "StatementRow",
    "Storage",
    "Table",
    "TextRow",
    "Unit",
    "Write",
]
