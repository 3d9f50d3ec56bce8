"""What a notice says to people: a title and a body per kind and language, which a company replaces key by key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, setters

from leadkit.errors import PluginError, PolicyError, Problem
from leadkit.limits import DEFAULT_LIMITS
from leadkit.plugins.notice import Notice, single_line
from leadkit.policy.toml import place_of, read_toml
from leadkit.process.duties import notice_details
from leadkit.rules.facts import near
from leadkit.texts import Language, texts

COMMON = ("id", "kind", "at", "lead_id", "opportunity_id", "to", "role", "link")
"""What every text may name."""

OF_COMMANDS: dict[str, tuple[str, ...]] = {
    "lead_entered_pool": ("nurture_stage", "content", "points", "won_deals"),
    "lead_needs_review": ("reasons",),
    "lead_needs_facts": ("missing",),
    "lead_assigned": ("priority", "reason_code"),
    "opportunity_assigned": ("grade", "reason_code"),
    "lead_joined": ("channel",),
    "lead_reopened": (),
    "lead_recycled": (),
    "team_joined": ("grade", "part"),
    "team_freed": ("freed", "before", "after"),
    "lead_above_owner": ("priority", "owner_role"),
    "member_inactive": ("member", "leads", "opportunities"),
    "register_contradicts": ("facts", "source"),
    "ready_to_convert": ("signals",),
    "lead_archived": ("reasons",),
    "lead_overturned": ("reasons",),
    "lead_converted": ("opportunity",),
    "lead_won": ("amount",),
    "acted_on_by_other": ("action", "actor", "actor_role"),
    "lead_returned": ("owner_before", "began_at"),
    "priority_changed": ("before", "after", "points"),
    "entry_late": ("due_at",),
    "grade_to_confirm": ("grade",),
    "grade_changed": ("before", "after"),
    "approval_asked": ("grade",),
    "plan_approved": ("grade",),
    "plan_rejected": ("grade",),
    "objection_escalated": ("objection",),
    "expert_asked": ("objection",),
    "contract_to_review": (),
    "contract_approved": (),
    "contract_rejected": (),
    "handed_over": (),
    "handover_accepted": (),
    "handover_returned": ("missing",),
    "below_price_floor": ("amount", "price_floor"),
    "opportunity_won": ("amount",),
    "review_ready": (
        "period",
        "leads",
        "valid_leads",
        "opportunities",
        "won",
        "lost",
        "won_amount",
        "measures_open",
        "period_before",
        "channels",
    ),
    "opportunity_lost": ("lost_reason",),
}
"""The notices that follow from a command, and the details that their texts may name."""

DETAILS = {kind: details for kind, details in notice_details().items() if kind in texts("notices", "en")} | OF_COMMANDS
"""Every kind that has a text of its own, those of duties included, and the details that its text may name."""

OTHER = "other"
"""The text for a kind without one of its own."""

WORDS = "words"
PARTS = ("title", "body")
NOTHING = "-"
ELLIPSIS = "…"
Key = tuple[str, ...]


@define(on_setattr=setters.frozen)
class Message:
    """What a person reads."""

    title: str
    body: str


@define(on_setattr=setters.frozen)
class Texts:
    """The texts of one language: by kind, its title and body as `string.Template`; and the words for codes."""

    templates: Mapping[str, Mapping[str, str]]
    words: Mapping[str, str]


def load_texts(language: Language, templates: str | Path | Mapping[str, Any] | None = None) -> Texts:
    """The shipped texts, with those of a company's own TOML file or mapping laid over them key by key.

    The file has a table per kind with `title`, `body` or both, a table `other` for kinds without one, and a table
    `words` that says what a code such as `budget_too_small` is called. A text names `$lead_id` or `${lead_id}`: any of
    `COMMON`, and what `DETAILS` lists for its kind.

    Raises:
        PluginError: the file can't be read, or names a kind or a placeholder that there is not; all problems at once.
    """
    shipped = _shipped(language)
    if templates is None:
        return shipped
    document = _Document("", templates, "templates") if isinstance(templates, Mapping) else _read(Path(templates))
    problems = [_placed(problem, path, document) for path, problem in _check(document.tables)]
    if problems:
        raise PluginError(problems)
    return _over(shipped, document.tables)


def render(
    notice: Notice, wording: Texts, *, zone: tzinfo = UTC, escape: Callable[[str], str] = lambda value: value
) -> Message:
    """What `notice` says in `wording`, with its times as they are in `zone`; what it does not carry shows as `-`.

    `escape` is laid over every value that is put into a text, and not over the text itself. The link stands in a line
    of its own at the end, unless the text says it.
    """
    template = wording.templates.get(notice.kind, wording.templates[OTHER])
    values = _Values((name, escape(value)) for name, value in _values(notice, wording.words, zone))
    title, body = (Template(template[part]).substitute(values) for part in PARTS)
    linked = notice.link if notice.link and "link" not in Template(template["body"]).get_identifiers() else ""
    return Message(" ".join(title.split()), f"{body.strip()}\n{linked}".strip())


def cut(text: str, size: int) -> str:
    """`text`, or as many whole characters of its start as fit into `size` bytes of UTF-8 with an ellipsis behind."""
    raw = text.encode()
    if len(raw) <= size:
        return text
    return raw[: size - len(ELLIPSIS.encode())].decode(errors="ignore") + ELLIPSIS


def zone_of(name: str, place: str) -> ZoneInfo:
    """The time zone `name`, such as Asia/Shanghai.

    Raises:
        PluginError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise PluginError(Problem("there is no such time zone", "such as Asia/Shanghai", place=place)) from None


class _Values(dict[str, str]):
    def __missing__(self, _: str) -> str:
        return NOTHING


def _values(notice: Notice, words: Mapping[str, str], zone: tzinfo) -> Iterator[tuple[str, str]]:
    for name, value in notice.details.items():
        yield name, _detail(name, value, words, zone)
    for name in COMMON:
        value = getattr(notice, name)
        yield name, NOTHING if value is None else _time(value, zone) if name == "at" else _shown(name, value)


def _shown(name: str, value: str) -> str:
    """An id in one line, which a host may have given any signs; a link is an address as it stands."""
    return value if name == "link" else single_line(value)


def _detail(name: str, value: Any, words: Mapping[str, str], zone: tzinfo) -> str:
    if value is None or value == "":
        return NOTHING
    if name.endswith("_at") and isinstance(value, str):
        return _moment(value, zone)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return ", ".join(words.get(code, code) for code in re.split(r",\s*", text))


def _moment(text: str, zone: tzinfo) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return _time(at, zone) if at.tzinfo else text


def _time(at: datetime, zone: tzinfo) -> str:
    """A moment as the clock on the wall of `zone` shows it, with its distance from UTC: `2026-02-14 10:30 +0800`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %z}"


@define(on_setattr=setters.frozen)
class _Document:
    """A company's own texts: what was read, what it says, and the name under which it is complained of."""

    source: str
    tables: Mapping[str, Any]
    place: str


@cache
def _shipped(language: Language) -> Texts:
    return _over(Texts({}, {}), texts("notices", language))


def _over(below: Texts, tables: Mapping[str, Any]) -> Texts:
    kinds = {kind: {**below.templates.get(kind, {}), **parts} for kind, parts in tables.items() if kind != WORDS}
    return Texts({**below.templates, **kinds}, {**below.words, **tables.get(WORDS, {})})


def _read(path: Path) -> _Document:
    place = path.name
    try:
        with path.open("rb") as file:
            source = file.read(DEFAULT_LIMITS.policy_bytes + 1).decode("utf-8-sig")
        return _Document(source, read_toml(source, place, DEFAULT_LIMITS), place)
    except OSError as error:
        raise PluginError(Problem(error.strerror or "can't be read", place=place)) from None
    except UnicodeDecodeError as error:
        raise PluginError(Problem(f"is not UTF-8 (byte {error.start})", "save it as UTF-8", place=place)) from None
    except PolicyError as error:
        raise PluginError(error.problems) from None


def _placed(problem: Problem, path: Key, document: _Document) -> Problem:
    position = place_of(document.source, path) if document.source else None
    at = f"{document.place}:{position[0]}:{position[1]}" if position else document.place
    return Problem(problem.message, problem.hint, place=at, path=".".join(map(str, path)))


def _check(tables: Mapping[str, Any]) -> Iterator[tuple[Key, Problem]]:
    for kind, parts in tables.items():
        if not isinstance(kind, str) or kind not in {*DETAILS, OTHER, WORDS}:
            yield (kind,), Problem("no such kind of notice", near(str(kind), (*DETAILS, OTHER, WORDS)))
        elif not isinstance(parts, Mapping):
            yield (kind,), Problem("must be a table")
        else:
            yield from _check_parts(kind, parts)


def _check_parts(kind: str, parts: Mapping[str, Any]) -> Iterator[tuple[Key, Problem]]:
    for part, text in parts.items():
        if kind != WORDS and part not in PARTS:
            yield (kind, part), Problem("no such key", f"one of: {', '.join(PARTS)}")
        elif not isinstance(text, str) or not text.strip():
            yield (kind, part), Problem("must be a text, not blank")
        elif kind != WORDS:
            yield from (((kind, part), problem) for problem in _check_text(text, (*COMMON, *DETAILS.get(kind, ()))))


def _check_text(text: str, placeholders: tuple[str, ...]) -> Iterator[Problem]:
    template = Template(text)
    if not template.is_valid():
        yield Problem("has a $ that names nothing", "write $$ for a dollar sign")
        return
    known = ", ".join(f"${name}" for name in placeholders)
    for name in template.get_identifiers():
        if name not in placeholders:
            yield Problem(f"there is no ${name} here", f"one of: {known}")
