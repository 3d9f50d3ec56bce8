"""What is wrong with a row, as codes that have words in every language."""

from __future__ import annotations

from attrs import define, setters


@define(on_setattr=setters.frozen)
class Fault:
    """What is wrong with one cell of a row: a code with a text of its own, the column, and what the text fills in."""

    code: str
    column: str
    detail: str = ""
