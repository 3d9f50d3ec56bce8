"""Where a lead came from, as typed: the channel with its detail, and tags."""

from __future__ import annotations

import re

from leadkit.records.text.characters import fold
from leadkit.records.text.memory import remembered

LONGEST_CHANNEL = 200
"""A mark further behind parts nothing."""

_MARK = re.compile(r"[-\u2010-\u2015\uff0d/\uff0f:\uff1a|\uff5c(\uff08\[\u3010]")
_HYPHENS = frozenset("-\u2010\u2011\uff0d")
_BRACKETS = {"(": ")", "\uff08": "\uff09", "[": "]", "\u3010": "\u3011"}
_EDGES = " \t\r\n\u3000-\u2010\u2011\u2012\u2013\u2014\u2015\uff0d/\uff0f:\uff1a|\uff5c"
_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9+.]*://|www\.|[^\s@]+@[^\s@]+\.)", re.IGNORECASE)
_LAST_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+$")
_FIRST_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_TAILS = frozenset(
    {
        *(
            "in",
            "up",
            "on",
            "off",
            "out",
            "by",
            "to",
            "per",
            "of",
            "op",
            "the",
            "form",
            "mail",
            "site",
            "line",
            "person",
        ),
        *("click", "mouth", "party", "service", "sale", "house"),
    }
)
"""Second parts of words with a hyphen: walk-in, sign-up, web-form, e-mail, on-site, pay-per-click, word-of-mouth."""
_TAGS = re.compile(r"[;\uff1b\u3001,\uff0c|\uff5c\n\r]+")


@remembered(light=True)
def read_source(text: str) -> tuple[str, str | None]:
    """The channel and its detail: 展会-2026工博会, Trade show – Hannover, 官网：产品咨询, Referral (Acme), Google/cpc.

    A hyphen within a word is part of it (E-mail, web-form, Walk-in customer), and so are `:` and `/` in times, dates,
    addresses and N/A. Both parts stay as written. A text without a channel in front is the channel as a whole.
    """
    whole = text.strip()
    if _ADDRESS.match(text):
        return whole, None
    mark = next((mark for mark in _MARK.finditer(text[:LONGEST_CHANNEL]) if _parts(text, mark.start())), None)
    channel = text[: mark.start()].strip(_EDGES) if mark else ""
    if mark is None or not channel:
        return whole, None
    return channel, _detail(text[mark.end() :], _BRACKETS.get(mark[0])) or None


@remembered
def write_source(channel: str, detail: str | None) -> str:
    """One text that `read_source` reads back, for a channel and a detail that it has read."""
    if not detail:
        return channel
    joined = f"{channel}-{detail}"
    return joined if read_source(joined) == (channel, detail) else f"{channel} - {detail}"


def read_tags(text: str) -> tuple[str, ...]:
    """Tags that `;`, `,`, `、`, `|` or a line break part, as written, each once; blanks part nothing."""
    tags: dict[str, str] = {}
    for tag in filter(None, map(str.strip, _TAGS.split(text))):
        tags.setdefault(fold(tag).casefold(), tag)
    return tuple(tags.values())


def _detail(rest: str, closing: str | None) -> str:
    """What stands behind the mark; a bracket that it opened is taken off."""
    if closing and closing in rest:
        inside, _, behind = rest.partition(closing)
        rest = f"{inside.strip()} {behind.strip()}"
    return rest.strip().lstrip(_EDGES)


def _parts(text: str, at: int) -> bool:
    """Whether the mark at `at` parts the channel from its detail."""
    mark, before, behind = text[at], text[:at], text[at + 1 :]
    left, right = _LAST_WORD.search(before), _FIRST_WORD.match(behind)
    if not (left and right):
        return not behind.startswith("//")
    if mark in _HYPHENS:
        return not _is_one_word(left[0], right[0], alone=before.strip() == left[0])
    if mark in ":\uff1a/\uff0f":
        return not ((left[0].isdigit() and right[0].isdigit()) or len(left[0]) == len(right[0]) == 1)
    return True


def _is_one_word(left: str, right: str, *, alone: bool) -> bool:
    """Whether a hyphen joins both; after a channel of a single word it does, unless a year follows."""
    if _YEAR.match(right):
        return left.isdigit()
    return alone or len(left) <= 2 or right.lower() in _TAILS or left.isdigit()
