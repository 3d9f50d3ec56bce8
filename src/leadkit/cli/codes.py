"""The codes that people name on the command line: as they are, or by what they are called in any language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from leadkit.policy import Policy
    from leadkit.policy.reasons import ReasonKind

DIMENSIONS = frozenset({"urgency", "budget", "competition", "decision_chain"})
LABELLED = frozenset({"role", "by_role", "kind", "signals", "signal", "clear", "stage"})
"""The options that take a code of the policy or of leadkit, whichever it is."""


REASONS: Mapping[str, ReasonKind] = {"lost_reason": "lost", "reason_code": "invalid"}
"""The options that take a reason, by their kinds."""


class Code(click.ParamType[str]):
    """One of some codes, such as `valid`, or 有效."""

    name = "code"

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        return f"[{'|'.join(self.codes)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.codes:
            return str(value)
        known = [code for code in _in_words(value) if code in self.codes]
        if len(known) != 1:
            self.fail(f"{value!r} is not one of {', '.join(self.codes)}", param, ctx)
        return known[0]


def in_codes(policy: Policy, option: str, value: Any) -> Any:
    """What an option says, in codes where it takes some; what nothing is called by stays as it was written.

    Raises:
        click.UsageError: it is no priority, grade or level of the policy.
    """
    if isinstance(value, tuple):
        return tuple(in_codes(policy, option, part) for part in value)
    if not isinstance(value, str):
        return value
    if option in {"priority", "grade"}:
        return _band(policy, value) if option == "priority" else _grade(policy, value)
    if option in DIMENSIONS or option in REASONS:
        return _level(policy, option, value) if option in DIMENSIONS else _reason(policy, option, value)
    return labelled(policy, value) if option in LABELLED else value


def _band(policy: Policy, word: str) -> str:
    from leadkit.rules.facts import near

    bands = policy.document.assignment.bands
    known = [name for name in policy.priorities if word == name or _is_called(policy, word, f"{bands}.{name}")]
    if len(known) != 1:
        raise click.UsageError(f"--priority {word}: no such priority; {near(word, policy.priorities)}")
    return known[0]


def _grade(policy: Policy, word: str) -> str:
    from leadkit.adapters.spreadsheets.levels import read_grade
    from leadkit.rules.facts import near

    grade, _ = read_grade(word, policy)
    if grade is None:
        raise click.UsageError(f"--grade {word}: no such grade; {near(word, policy.grades)}")
    return grade


def _level(policy: Policy, dimension: str, word: str) -> str:
    from leadkit.adapters.spreadsheets.levels import read_level

    level, fault = read_level(word, dimension, policy)
    if level is None:
        possible = fault.detail if fault and fault.detail else ""
        raise click.UsageError(f"--{dimension.replace('_', '-')} {word}: no such level; possible: {possible}")
    return level


def _reason(policy: Policy, option: str, word: str) -> str:
    """The reason that a word is read as, or is called by; the word itself where it is none, for the desk to refuse."""
    from leadkit.adapters.spreadsheets.templates import LOST_REASON_WORDS
    from leadkit.records.text import fold

    kind = REASONS[option]
    known = policy.reasons(kind)
    code = policy.document.reasons.read(kind, word)
    if code is not None or word in known:
        return code or word
    called = [each for each in known if _is_called(policy, word, f"{option}.{each}") or _is_called(policy, word, each)]
    if len(called) == 1:
        return called[0]
    usual = LOST_REASON_WORDS.get(fold(word).casefold()) if kind == "lost" else None
    return usual if usual is not None and (not known or usual in known) else labelled(policy, word)


def labelled(policy: Policy, word: str) -> str:
    """The code that a word is or is called by, in any language; the word itself where none is, or several."""
    codes = {code for labels in policy.document.labels.values() for code in labels if "." not in code}
    known = {code for code in codes if _is_called(policy, word, code)} or set(_in_words(word))
    return word if word in codes or len(known) != 1 else known.pop()


def _is_called(policy: Policy, word: str, code: str) -> bool:
    return any(_same(labels.get(code), word) for labels in policy.document.labels.values())


def _in_words(word: Any) -> list[str]:
    """The codes of leadkit's own that are called so."""
    from leadkit.cli.wording import CODES
    from leadkit.texts import LANGUAGES, texts

    tables = [texts("desk", language)[table] for language in LANGUAGES for table in CODES]
    return list(dict.fromkeys(code for table in tables for code, called in table.items() if _same(called, word)))


def _same(called: str | None, word: Any) -> bool:
    from leadkit.records.text import fold

    return called is not None and fold(called).casefold() == fold(str(word)).casefold()
