"""The words in which the terminal speaks to a team: those of its policy's language, and the policy's own labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import define, setters

from leadkit.texts import Language, texts
from leadkit.texts.messages import translated

if TYPE_CHECKING:
    from leadkit.desk.results import LeadState
    from leadkit.policy import Policy

CODES = ("states", "roles", "words")
"""The tables of words for codes, in the order in which they are asked."""

WHOLE = {"need.budget": "budget", "source": "source"}
"""Fields that are amended whole, by the name of a column that says as much."""


@define(on_setattr=setters.frozen)
class Wording:
    """What codes, heads and lines are called; codes as commands take them where the policy names no language."""

    policy: Policy
    language: Language

    @classmethod
    def of(cls, policy: Policy) -> Wording:
        """The words in the policy's own language."""
        return cls(policy, policy.language)

    def line(self, table: str, name: str, *parts: Any, **named: Any) -> str:
        """A line of `texts/<language>/desk.toml` with its gaps filled."""
        form: str = texts("desk", self.language)[table][name]
        return form.format(*parts, **named)

    def heads(self, *names: str) -> tuple[str, ...]:
        """The heads of columns."""
        words = texts("desk", self.language)["heads"]
        return tuple(words[name] for name in names)

    def code(self, code: str | None, *, of: str = "") -> str:
        """What people call a code, such as a status, a duty, or a level `of` a fact; a dash for none."""
        if code is None:
            return self.nothing
        labels = self._labels
        return labels.get(f"{of}.{code}") or labels.get(code) or _words(self.language).get(code, code)

    def codes(self, codes: Iterable[str]) -> str:
        """Several codes with commas between them; of a fact with the level that is wanted, the fact."""
        return ", ".join(self.code(code.partition(":")[0] if self.language != "en" else code) for code in codes)

    def band(self, state: LeadState, now: datetime) -> str:
        """The band of a lead's score, and beside it the one that a person says while that stands."""
        band = self.code(state.priority, of="priority")
        if state.override is None or not state.override.stands(now):
            return band
        return self.line("lines", "overridden", band, self.code(state.override.band, of="priority"))

    def asked(self, state: LeadState) -> str:
        """What a lead's screening still asks for, else why it is invalid, in few words."""
        return self.codes(state.missing[:3] or state.reasons[:1]) or self.nothing

    def notice(self, kind: str) -> str:
        """What a kind of notice is called: its title."""
        titles = texts("notices", self.language)
        return str(titles[kind]["title"]) if self.language != "en" and kind in titles else kind

    def message(self, message: str) -> str:
        """A message or a hint."""
        return translated(message, self.language)

    def touch(self, why: str) -> str:
        """What kept a lead from being undone."""
        return translated(why, self.language, "touches")

    def field(self, name: str) -> str:
        """What people call a field of a lead, named by itself or by its path."""
        if self.language == "en":
            return name
        from leadkit.adapters.spreadsheets.scored_rows import field_name
        from leadkit.records.lead_fields import BY_PATH

        known = BY_PATH[name].name if name in BY_PATH else WHOLE.get(name, name.removeprefix("custom."))
        return self._labels.get(known) or field_name(known, self.language)

    def path(self, path: str) -> str:
        """What people call the field at a path in a record; the numbers of what duplicates brought stay in it."""
        if self.language == "en":
            return path
        first, _, rest = path.partition(".")
        number, _, inside = rest.partition(".")
        if not number.isdecimal():
            return self.field(path)
        part = {"other_contacts": "contact.", "other_sources": "source."}.get(first, "")
        return f"{self.field(first)} {number} {self.field(part + inside)}"

    def moment(self, at: datetime) -> str:
        """A time in the policy's zone."""
        return f"{at.astimezone(self.policy.time_zone):%Y-%m-%d %H:%M}"

    def span(self, left: timedelta) -> str:
        """A length of time in its two largest units, rounded down: `2h 05m`, `3d 04h`, `12m late`."""
        minutes = int(abs(left).total_seconds()) // 60
        hours, days = minutes // 60, minutes // 1440
        largest = "days" if days else "hours" if hours else "minutes"
        shown = self.line("span", largest, days=days, hours=hours % 24 if days else hours, minutes=minutes % 60)
        return self.line("span", "late", shown) if left < timedelta() else shown

    @property
    def _labels(self) -> Mapping[str, str]:
        """The policy's own words for its codes; none where it names no language."""
        document = self.policy.document
        return document.labels.get(self.language, {}) if document.language is not None else {}

    @property
    def nothing(self) -> str:
        """What stands where there is nothing."""
        return str(texts("desk", self.language)["nothing"])


@cache
def _words(language: Language) -> Mapping[str, str]:
    """The words for leadkit's own codes, of which the earlier table counts."""
    tables = texts("desk", language)
    return {code: word for table in reversed(CODES) for code, word in tables[table].items()}
