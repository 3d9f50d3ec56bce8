"""What separates the cells of a CSV file: told by the row of heads and the rows that agree with it."""

from __future__ import annotations

import csv
import io
import re

from attrs import define, setters

SEPARATORS = (",", ";", "\t", "|")
_DECLARED = re.compile(r'\ufeff?"?sep=([,;\t|:^~])"?(?:\r\n?|\n|$)', re.IGNORECASE)
_TOP_ROWS, _ROWS = 20, 60
_LEAST_FOR_HEADS = 0.25
"""So much three words count as heads, whatever stands below."""
_NUMBER = re.compile(r"[-+\d.,:/% ]++")


def declared_separator(text: str) -> str | None:
    """The separator that a first line such as `sep=;` declares, as Excel writes and reads it."""
    match = _DECLARED.match(text)
    return match[1] if match else None


def separator_of(text: str, *, whole: bool = True) -> str:
    """The separator under which a row near the top looks most like heads; `,` where no row has two cells.

    `text` is the beginning of the file, or all of it (`whole`).
    """
    best = max((_best(text, separator, whole=whole) for separator in SEPARATORS), key=lambda guess: guess.score)
    return best.separator if best.score > 0 else ","


@define(on_setattr=setters.frozen)
class _Guess:
    separator: str
    score: float


def _best(text: str, separator: str, *, whole: bool) -> _Guess:
    """The best row of heads that there is with a separator."""
    if separator not in text:
        return _Guess(separator, 0.0)
    rows = _rows(text, separator, whole=whole)
    scores = (_score(rows, place, separator) for place in range(min(len(rows), _TOP_ROWS)))
    return _Guess(separator, max(scores, default=0.0))


def _rows(text: str, separator: str, *, whole: bool) -> list[list[str]]:
    """The first rows that are not blank; the last is left out where it may be cut off."""
    rows: list[list[str]] = []
    lines = list(io.StringIO(text, newline=""))
    if not whole:
        lines = lines[:-1] or lines
    try:
        for row in csv.reader(lines, delimiter=separator):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) > _ROWS:
                break
    except csv.Error:
        pass
    return rows


def _score(rows: list[list[str]], place: int, separator: str) -> float:
    """How much a row looks like heads, and how many rows below have as many cells; 0 where it is mostly no heads."""
    heads, below = rows[place], rows[place + 1 :]
    width = len(heads)
    headlike = _headlike(heads, separator)
    if width < 2 or headlike <= 0.5:
        return 0.0
    agree = sum(len(row) == width for row in below) / len(below) if below else _LEAST_FOR_HEADS
    if below and not agree:
        agree = sum(1 < len(row) <= width + 2 for row in below) / len(below) / 4
    if width > 2 and headlike == 1:
        agree = max(agree, _LEAST_FOR_HEADS)
    return agree * (1 + headlike) + 0.2 * (1 - 2 / width) - 0.04 * place


def _headlike(heads: list[str], separator: str) -> float:
    """The share of cells that can be heads: words, not numbers, and without a separator of another kind in them."""
    others = [sign for sign in SEPARATORS if sign != separator]
    seen: set[str] = set()
    good = 0
    for cell in heads:
        head = cell.strip()
        words = any(map(str.isalpha, head)) and not _NUMBER.fullmatch(head) and head not in seen
        prose = separator == "," and cell.startswith(" ")
        good += words and not prose and not any(sign in head.replace(", ", " ") for sign in others)
        seen.add(head)
    return good / len(heads)
