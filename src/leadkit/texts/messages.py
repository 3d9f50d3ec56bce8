"""What errors say, in the reader's language: the code says it in English, every other language translates that."""

from __future__ import annotations

import re
from functools import cache

from attrs import evolve

from leadkit.errors import Problem
from leadkit.texts import Language, texts

WRITTEN = re.compile(r"\{\d\}")
GAP = re.compile(r"\\\{\d\\\}")


def in_language(problem: Problem, language: Language) -> str:
    """A problem with its hint in one line; what has no translation stands in English."""
    if language == "en":
        return str(problem)
    where = evolve(problem, message=translated(problem.message, language), hint="")
    if not problem.hint:
        return str(where)
    form: str = texts("messages", language)["with_hint"]
    return form.format(where, translated(problem.hint, language))


def translated(message: str, language: Language, table: str = "messages") -> str:
    """A message of this `table` in `language`: states and roles in it by their words, the rest as it is."""
    for pattern, form in _forms(language, table):
        match = pattern.fullmatch(message)
        if match:
            return form.format(*(_in_words(part, language, table) for part in match.groups()))
    return message


def _in_words(part: str, language: Language, table: str) -> str:
    """What stands in a gap: states and roles, also several with commas, by their words; a hint translated."""
    known = texts("desk", language)
    words = {**known["states"], **known["roles"], **(known["words"] if table == "touches" else {})}
    names = part.split(", ")
    return ", ".join(words[name] for name in names) if words.keys() >= set(names) else translated(part, language)


@cache
def _forms(language: Language, table: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each English message as a pattern, with its translation; those without gaps first, then the most telling."""
    english, forms = texts("messages", "en")[table], texts("messages", language)[table]
    telling = sorted(english, key=lambda name: ("{" in english[name], -len(WRITTEN.sub("", english[name]))))
    return tuple((_pattern(english[name]), forms[name]) for name in telling)


def _pattern(message: str) -> re.Pattern[str]:
    """A message in which each gap takes any words, in the order of their numbers."""
    return re.compile(GAP.sub("(.+?)", re.escape(message)))
