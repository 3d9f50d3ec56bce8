"""Company names taken apart: 北京智造科技有限公司 is (北京, 智造科技, 有限公司)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import define, setters

from leadkit.records.text.characters import comparable, fold
from leadkit.records.text.memory import remembered
from leadkit.records.text.names.company_words import (
    ASIAN_FORMS,
    ASIAN_FORMS_IN_BRACKETS,
    ASIAN_FORMS_IN_FRONT,
    CITIES,
    COMMON_AFTER_PLACE,
    COUNTRIES,
    GENERIC,
    LATIN_FORMS,
    LATIN_FORMS_IN_FRONT,
    LATIN_GENERIC,
    LATIN_PLACES,
    LATIN_WORDS_IN_FRONT,
    PROVINCES,
    QUOTED_FORMS_IN_FRONT,
)
from leadkit.records.text.names.nobody import names_nothing

LONGEST = 200
"""A text with more characters than this is no company name; all its parts are empty."""


@define(on_setattr=setters.frozen)
class CompanyName:
    """A company name in parts, each in simplified characters and lower case, empty where the name has none.

    `core` is what tells companies apart: empty if only generic words such as 科技 or Trading are left, or if the name
    is nobody's.
    """

    text: str
    place: str
    core: str
    legal_form: str

    @property
    def normal(self) -> str:
        """The parts in one order, `智造科技 (北京) 有限公司`, which reads back as the same parts."""
        parts = (self.core, f"({self.place})" if self.place else "", self.legal_form)
        return " ".join(part for part in parts if part)

    def same_as(self, other: CompanyName) -> bool:
        """Whether both may name one company: equal cores, and places that don't contradict each other."""
        places = {self.place, other.place} - {""}
        return bool(self.core) and self.core == other.core and len(places) < 2


@remembered
def read_company(text: str) -> CompanyName:
    """The parts of the company name `text`; the most exact of its places counts (广东省深圳市 is 深圳).

    A legal form counts wherever it stands (株式会社智造, ООО Ромашка). A text that names no company (个人, N/A) has no
    core. Raises MissingExtraError as `simplified` does.
    """
    rest = fold(text)
    if len(rest) > LONGEST:
        return CompanyName(text, "", "", "")
    rest, form = _without_form_in_front(rest)
    place, rest = "", _plain(rest)
    while True:
        stripped, ending = _without_form(rest)
        form = f"{ending} {form}".strip()
        stripped, inside = _without_bracket(stripped)
        stripped, leading = _without_place(stripped)
        stripped, behind = _without_place_behind(stripped) if form else (stripped, "")
        place = _more_exact(place, _more_exact(leading, inside or behind))
        if stripped == rest:
            stripped, front = _without_word_in_front(rest)
            form = f"{form} {front}".strip()
        if stripped == rest:
            nobody = _is_generic(rest) or names_nothing(text)
            return CompanyName(text, place, "" if nobody else _AND.sub("&", rest), _plain_form(form))
        rest = stripped


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _loose(form: str) -> str:
    """The pattern of a Latin legal form, whose dots may be left out, with any dots and commas between its words."""
    words = (r"\.? ?".join(map(re.escape, word.split("."))) for word in form.split())
    return "[ .,]*".join(words)


_PLACES = {**{name: name for name in (*PROVINCES, *CITIES)}, **LATIN_PLACES}
_LOOSE_FORMS = "|".join(map(_loose, sorted(LATIN_FORMS, key=len, reverse=True)))
_FORM = re.compile(rf"(?:{_any(ASIAN_FORMS)}|(?<![a-z0-9а-я&])(?:{_LOOSE_FORMS}))$")
_LAST_OF_FORMS = {form[-1] for form in (*ASIAN_FORMS, *LATIN_FORMS)}
_LAST_OF_PLACES = {place[-1] for place in (*PROVINCES, *CITIES)} | set("省市区")
"""Looked at first: most names end otherwise, and a search costs more."""
_WORD_IN_FRONT = re.compile(rf"(?:{_any(ASIAN_FORMS_IN_FRONT)})(?=.)|(?:{_any(LATIN_WORDS_IN_FRONT)}) ")
_FORM_IN_FRONT = re.compile(rf"(?:{_any(LATIN_FORMS_IN_FRONT)})(?=[ .,\"«“„])")
_QUOTED_FORM = re.compile(rf"(?P<form>{_any(QUOTED_FORMS_IN_FRONT)}) ?(?=[\"«“„])")
_FORM_IN_BRACKETS = re.compile(rf"[(\[]+({_any(ASIAN_FORMS_IN_BRACKETS)}|group|holdings?|pvt\.?|private)[)\]]+")
_NOT_KIND = {sign: f"{sign}(?![{others}])" for sign, others in COMMON_AFTER_PLACE.items()}
_OPENING = frozenset("([【〔")
_FIRST_IDEOGRAPH = "\u3400"
"""No form in front is written in Chinese: most names need not be looked at."""
_DISTRICT = "(?:[\u4e00-\u9fff]{2}区(?![域块间划]))?"
_KIND = f"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|{_NOT_KIND['省']}|{_NOT_KIND['市']}{_DISTRICT})?"
_PLACE_BEHIND = re.compile(
    rf"(?<=.)(?:{_any((*GENERIC, *ASIAN_FORMS))})(?P<place>{_any((*PROVINCES, *CITIES))}){_KIND}$"
)
_PLACE = re.compile(
    rf"(?:(?P<chinese>{_any((*PROVINCES, *CITIES))}){_KIND}|(?P<latin>{_any(LATIN_PLACES)})(?![a-z0-9]))"
)
_BRACKET = re.compile(rf"[(\[【〔](?P<place>{_any((*_PLACES, *COUNTRIES))}){_KIND}[)\]】〕]")
_GENERIC = re.compile(rf"{_any(GENERIC)}|(?<![a-z0-9])(?:{_any(LATIN_GENERIC)})(?![a-z0-9])")
_EDGES = " ,.;:-_/&·、。"
_SIGNS = {ord(sign): None for sign in "\"'«»“”„‘’‚‹›「」『』《》`´"}
_HYPHEN = re.compile(r"(?<=[a-zа-я0-9])[-\u2010-\u2013](?=[a-zа-я0-9])")
_AND = re.compile(r"(?<=\w )(?:and|und|\+)(?= \w)")
_GAP = re.compile(r"(?<=[\u3400-\u9fff]) +| +(?=[\u3400-\u9fff])")


def _plain(text: str) -> str:
    """`text` to compare: no quotation marks or hyphens, no white space beside Chinese characters."""
    plain = comparable(text)
    if not plain.isalnum():
        plain = fold(_FORM_IN_BRACKETS.sub(r" \1 ", _HYPHEN.sub(" ", plain.translate(_SIGNS))))
    return _GAP.sub("", plain).strip(_EDGES)


def _without_form_in_front(text: str) -> tuple[str, str]:
    bare = text.strip()
    if bare[:1] >= _FIRST_IDEOGRAPH:
        return text, ""
    quoted = _QUOTED_FORM.match(bare)
    if quoted:
        return bare[quoted.end() :], QUOTED_FORMS_IN_FRONT[quoted["form"]]
    match = _FORM_IN_FRONT.match(bare)
    rest = bare[match.end() :].lstrip(_EDGES) if match else ""
    return (rest, comparable(match[0])) if match and rest else (text, "")


def _without_word_in_front(text: str) -> tuple[str, str]:
    match = _WORD_IN_FRONT.match(text)
    return (text[match.end() :].strip(_EDGES), match[0].strip().removeprefix("the")) if match else (text, "")


def _without_form(text: str) -> tuple[str, str]:
    bare = text.strip(_EDGES)
    match = _FORM.search(bare) if bare[-1:] in _LAST_OF_FORMS else None
    return (bare[: match.start()].strip(_EDGES), match[0].lstrip("& ")) if match else (bare, "")


def _without_bracket(text: str) -> tuple[str, str]:
    match = None if _OPENING.isdisjoint(text) else _BRACKET.search(text)
    if not match:
        return text, ""
    rest = f"{text[: match.start()].strip(_EDGES)} {text[match.end() :].strip(_EDGES)}"
    return _GAP.sub("", rest).strip(_EDGES), {**_PLACES, **COUNTRIES}[match["place"]]


def _without_place(text: str) -> tuple[str, str]:
    match = _PLACE.match(text)
    return (text[match.end() :].strip(_EDGES), _PLACES[match["chinese"] or match["latin"]]) if match else (text, "")


def _without_place_behind(text: str) -> tuple[str, str]:
    """A place behind a common word or a form (智造科技北京, with its 有限公司 or 分公司 taken off)."""
    match = _PLACE_BEHIND.search(text) if text[-1:] in _LAST_OF_PLACES else None
    return (text[: match.start("place")], match["place"]) if match else (text, "")


def _more_exact(first: str, second: str) -> str:
    """The later place, unless it is wider than the first."""
    if not first or not second:
        return first or second
    return first if first in CITIES and second not in CITIES else second


def _plain_form(form: str) -> str:
    return _GAP.sub("", " ".join(form.replace(".", "").replace(",", " ").split()))


def _is_generic(text: str) -> bool:
    return not _GENERIC.sub("", text).strip(f"{_EDGES}()")
