"""Numbers as cells and texts write them: grouped digits, Chinese numerals, head counts."""

from __future__ import annotations

from leadkit.records.text.numbers.headcounts import Headcount, read_headcount
from leadkit.records.text.numbers.numerals import read_numeral
from leadkit.records.text.numbers.plain import read_number

__all__ = [
    "Headcount",
    "read_headcount",
    "read_number",
    "read_numeral",
]
