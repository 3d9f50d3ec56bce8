"""What happens on a date, by the words beside it in its clause: a purchase, a fair, a sample, a quotation."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from typing import Literal

from attrs import define, evolve, setters

from leadkit.records.text.dates.clauses import Clause, Word, clauses_of, leads, limits, words_of
from leadkit.records.text.dates.conditions import Conditions
from leadkit.records.text.dates.mentions import Mention
from leadkit.records.text.dates.moves import moved

Role = Literal["purchase", "event", "sample", "quote", "contract", "terms", "past", "denied", "condition", "plain"]

BUY, INSTALL, LEANING, NONE = 3, 2, 1, 0
"""How surely a date is one of a purchase: a verb of buying, of putting to use, a plan or deadline, nothing."""


@define(on_setattr=setters.frozen)
class Reading:
    """A mention with its role; `bare` where its clause says nothing else."""

    mention: Mention
    role: Role
    rank: int
    bare: bool


def readings_of(mentions: list[Mention], text: str, today: date) -> list[Reading]:
    """The mentions of a text with their roles, in the same order; each word beside two dates counts for the nearer."""
    readings: list[Reading] = []
    for clause in clauses_of(text, mentions):
        words = words_of(text, clause)
        starts = [word.start for word in words]
        claimed: set[int] = set()
        for place, mention in enumerate(clause.mentions):
            left = clause.mentions[place - 1].end if place else clause.start
            right = clause.mentions[place + 1].start if place + 1 < len(clause.mentions) else clause.end
            before = words[bisect_left(starts, left) : bisect_left(starts, mention.start)]
            after = words[bisect_left(starts, mention.end) : bisect_left(starts, right)]
            sides = (after, before[::-1]) if clause.chinese else (before[::-1], after)
            if not (clause.chinese or before or mention is clause.mentions[-1] or leads(text[left : mention.start])):
                sides = ([], [])
            readings.append(_reading(mention, sides, claimed, clause, today))
    conditions = Conditions.of(text)
    if conditions.stretches:
        readings = [_hanging(read, conditions) for read in readings]
    return _replaced(readings, text) if len(readings) > 1 else readings


def _replaced(readings: list[Reading], text: str) -> list[Reading]:
    """The readings, of which a purchase that was put off counts for the last day it was put off to."""
    last = max((place for place, read in enumerate(readings) if moved(text, read.mention.start)), default=0)
    before = [read for read in readings[:last] if read.role in {"purchase", "condition"}]
    if not before or readings[last].role not in {"purchase", "plain"}:
        return readings
    rank = max(LEANING, *(read.rank for read in before))
    gone = [evolve(read, role="past", rank=NONE) if read.role == "purchase" else read for read in readings[:last]]
    return [*gone, evolve(readings[last], role="purchase", rank=rank), *readings[last + 1 :]]


def _hanging(reading: Reading, conditions: Conditions) -> Reading:
    """The reading; what may be a purchase is none where it hangs on a condition."""
    if reading.role not in {"purchase", "plain"} or not conditions.hold(reading.mention.start):
        return reading
    return evolve(reading, role="condition", rank=NONE, bare=False)


def _reading(
    mention: Mention, sides: tuple[list[Word], list[Word]], claimed: set[int], clause: Clause, today: date
) -> Reading:
    """The reading by the words on the near side, and on the far side where no other date is nearer to them."""
    alone = mention is clause.mentions[0 if clause.chinese else -1]
    near, far = ([word for word in side if word.start not in claimed] for side in sides)
    beside = near + far
    free = near if near and not alone else beside
    word = _last_joined([word for word in free if word.role not in _BESIDE], clause)
    if word:
        claimed.add(word.start)
    if clause.denies(mention) or any(word.role == "denied" for word in sides[0]):
        role, rank = _role(mention, "denied", False, today)
    elif any(word.role == "habit" for word in beside):
        role, rank = "condition", NONE
    elif word:
        role, rank = _role(mention, _meant(word, beside, clause), word.role == "built", today)
    else:
        role, rank = _role(mention, "", _leans(mention, free, beside, clause), today)
    if role == "purchase" and clause.of_others:
        role, rank = "event", NONE
    if mention.kind == "loose" and role == "purchase" and not (word and _beside(word, mention, clause.chinese)):
        role, rank = "plain", NONE
    return Reading(mention, role, rank, word is None and clause.bare)


_LEANING = frozenset({"weak", "wish"})
_BESIDE = _LEANING | {"site", "maybe", "habit"}
"""Roles of words that say nothing by themselves."""


def _last_joined(words: list[Word], clause: Clause) -> Word | None:
    """The nearest word; the purchase where it is a step that goes along with one: 完成选型并下单, 来厂里签."""
    if len(words) > 1 and words[0].role in {"quote", "event"} and words[1].role == "buy":
        return words[1] if clause.joins(words[0], words[1]) else words[0]
    return words[0] if words else None


def _leans(mention: Mention, free: list[Word], beside: list[Word], clause: Clause) -> bool:
    """Whether a date without a word of buying is wanted, is a deadline that stands alone, or that of counted goods."""
    roles = {word.role for word in free}
    if not _LEANING.isdisjoint(roles) and "maybe" not in roles and not clause.is_strange(beside):
        return True
    return (limits(mention) and clause.bare) or clause.counts(mention)


def _meant(word: Word, beside: list[Word], clause: Clause) -> str:
    """The role of the word; what is done is past, but with a wish before it is a purchase to come."""
    if word.role == "built":
        return "event" if clause.on_site(word.start) else "install" if clause.chinese else ""
    if word.role != "done":
        return word.role
    return "buy" if any(each.role == "wish" and each.start < word.start for each in beside) else "past"


def _role(mention: Mention, word: str, leaning: bool, today: date) -> tuple[Role, int]:
    _, latest = mention.bounded(today)
    over = mention.bound == "since" or (latest is not None and latest < today) or mention.was_open_before(today)
    if word == "lead":
        word = "terms" if mention.kind in {"duration", "rough"} else "install"
    if word == "denied" and mention.bound == "from":
        word = "buy"
    rank = {"buy": BUY, "install": INSTALL}.get(word, NONE)
    if not word and leaning:
        rank = LEANING
    if rank:
        return ("past", NONE) if over else ("purchase", rank)
    if over and not word:
        return "past", NONE
    return _ROLES.get(word, "plain"), NONE


_ROLES: dict[str, Role] = {
    "denied": "denied",
    "past": "past",
    "sample": "sample",
    "quote": "quote",
    "event": "event",
    "contract": "contract",
    "terms": "terms",
}


def _beside(word: Word, mention: Mention, chinese: bool) -> bool:
    """Whether the word stands right beside a date that else means little, such as a weekday."""
    gap = word.start - mention.end if word.start >= mention.end else mention.start - word.end
    return gap <= (4 if chinese else 12)
