"""Names of companies, what names nobody, and where a lead came from."""

from __future__ import annotations

from leadkit.records.text.names.companies import CompanyName, read_company
from leadkit.records.text.names.nobody import (
    describes_nothing,
    is_dummy_email,
    is_dummy_phone,
    is_shared_phone,
    names_nothing,
    says_nothing,
)
from leadkit.records.text.names.sources import read_source, read_tags, write_source

__all__ = [
    "CompanyName",
    "describes_nothing",
    "is_dummy_email",
    "is_dummy_phone",
    "is_shared_phone",
    "names_nothing",
    "read_company",
    "read_source",
    "read_tags",
    "says_nothing",
    "write_source",
]
