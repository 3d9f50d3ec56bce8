"""The records that cross the edge: leads, activities and opportunities, validated once and frozen."""

from __future__ import annotations

from leadkit.records.activity import Activity
from leadkit.records.lead import Budget, Company, Contact, Lead, LeadStatus, Need, Source
from leadkit.records.opportunity import Assessment, Opportunity, OpportunityStatus

__all__ = [
    "Activity",
    "Assessment",
    "Budget",
    "Company",
    "Contact",
    "Lead",
    "LeadStatus",
    "Need",
    "Opportunity",
    "OpportunityStatus",
    "Source",
]
