"""The words of `nobody.toml` in the spelling in which texts are compared with them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import define, setters

from leadkit.records.text.characters import fold

_INVISIBLE = frozenset("\u115f\u1160")
_GAP = re.compile(r"[\s\-_]+")
_STOPS = re.compile(r"[\s.,\-_]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@define(on_setattr=setters.frozen)
class Words:
    """What stands for nothing; texts are `visible`, then `plain`, names of companies `spaced`."""

    nothing: frozenset[str]
    made_up: frozenset[str]
    beginnings: frozenset[str]
    """The first signs of those that say nothing or were made up: any other text is none of them."""
    undescribing: frozenset[str]
    """Those that say nothing and those that are made up."""
    nobody: frozenset[str]
    no_company: frozenset[str]
    ends_of_no_company: tuple[str, ...]
    """The same words, to see first whether a name ends in one."""
    apart: frozenset[str]
    """Words that name no company only where a gap parts them from its form: `a company`, but `ACO`."""
    forms: tuple[str, ...]
    """Forms of companies, those that a gap must part from a name with that gap."""
    forms_of_a_trade: tuple[str, ...]
    """Forms that tell a trade: alone they do not name nothing."""
    phones: frozenset[str]
    countries: frozenset[str]
    mail_names: frozenset[str]
    mail_made_up: frozenset[str]
    mail_domains: frozenset[str]
    free_mail: frozenset[str]
    documents: frozenset[str]


def visible(text: str) -> str:
    """A text folded, in small letters, without the letters of Korean that show nothing."""
    folded = fold(text).casefold()
    return folded if _INVISIBLE.isdisjoint(folded) else "".join(char for char in folded if char not in _INVISIBLE)


def simplified(text: str) -> str:
    """A text with the traditional characters of our words in their simplified form; all others stay."""
    characters = {} if text.isascii() else _characters()
    if characters.keys().isdisjoint(text):
        return text
    return "".join(characters.get(char, char) for char in text)


def plain(text: str) -> str:
    """A visible text in simplified characters, without gaps inside and without marks around it."""
    bare = text if text.isalnum() else _GAP.sub("", text)
    start, end = 0, len(bare)
    while start < end and not bare[start].isalnum():
        start += 1
    while end > start and not bare[end - 1].isalnum():
        end -= 1
    return simplified(bare[start:end])


def spaced(text: str) -> str:
    """A visible text with single spaces for gaps and stops, and no marks around it."""
    return text if text.isalnum() else _EDGES.sub("", _STOPS.sub(" ", text))


@cache
def words() -> Words:
    """The words, read once."""
    tables = _read()
    companies, phones, mails = tables["no_company"], tables["phones"], tables["mails"]
    no_company = frozenset(map(spaced, companies["words"]))
    nothing, made_up = (_spelled(tables[name].values()) for name in ("nothing", "made_up"))
    first = {word[0] for word in nothing | made_up}
    return Words(
        nothing=nothing,
        made_up=made_up,
        undescribing=nothing | made_up,
        beginnings=frozenset(first | {old for old, new in _characters().items() if new in first}),
        nobody=_spelled(tables["nobody"].values()),
        no_company=no_company,
        ends_of_no_company=tuple(no_company),
        apart=frozenset(companies["words_apart"]),
        forms_of_a_trade=tuple(companies["forms_of_a_trade"]),
        forms=(*companies["forms_of_a_trade"], *companies["forms"], *(f" {form}" for form in companies["forms_apart"])),
        phones=frozenset(phones["dummies"]),
        countries=frozenset(phones["countries"]),
        mail_names=frozenset(mails["nobody"]),
        mail_made_up=frozenset(mails["made_up"]),
        mail_domains=frozenset(mails["domains"]),
        free_mail=frozenset(mails["free"]),
        documents=frozenset(mails["documents"]),
    )


def _spelled(lists: Iterable[Iterable[str]]) -> frozenset[str]:
    """Words as they are compared; those that begin with a mark, such as `#REF!`, as they stand."""
    seen = [visible(word) for group in lists for word in group]
    return frozenset(plain(word) if word[0].isalnum() else word for word in seen)


@cache
def _characters() -> dict[str, str]:
    table = _read()["characters"]
    return dict(zip(table["traditional"], table["simplified"], strict=True))


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads((files("leadkit.records.text.names") / "nobody.toml").read_text(encoding="utf-8"))
