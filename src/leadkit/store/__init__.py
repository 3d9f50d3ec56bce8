"""What a store is made of: the protocol it keeps to, its tables and their rows, and the store in memory."""

from leadkit.store.memory import MemoryStorage, MemoryUnit, Write
from leadkit.store.opportunity_rows import MilestoneRow, ObjectionRow, OpportunityRow, StatementRow
from leadkit.store.process_rows import (
    ChangeRow,
    ClaimRow,
    DeliveryRow,
    DutyRow,
    EntryRow,
    ErasedRow,
    ImportRow,
    KeyRow,
    MemberRow,
    NoticeRow,
    RemarkRow,
    ReviewNoteRow,
    TouchRow,
)
from leadkit.store.protocol import Query, Storage, Unit
from leadkit.store.rows import ActivityRow, LeadRow, MatchRow, PersonRow, TextRow
from leadkit.store.tables import TABLES, Table

__all__ = [
    "TABLES",
    "ActivityRow",
    "ChangeRow",
    "ClaimRow",
    "DeliveryRow",
    "DutyRow",
    "EntryRow",
    "ErasedRow",
    "ImportRow",
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
    "ReviewNoteRow",
    "StatementRow",
    "Storage",
    "Table",
    "TextRow",
    "TouchRow",
    "Unit",
    "Write",
]
