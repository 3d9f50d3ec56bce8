"""What the head of a column may mean, whoever wrote it and in whatever language: the fields that its words name."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from attrs import define, setters

from leadkit.records.text import fold
from leadkit.texts import LANGUAGES, texts

Basis = Literal["exact", "similar", "contained"]
"""How surely a head names a field: as a whole, without words that add nothing, or somewhere among others."""

LONGEST, CLOSE = 60, 0.75
_PARTS = ("state", "city", "district", "country")
"""Of the parts of an address the one that stands first here is the region."""
NOT_KNOWN: tuple[str, ...] = ()
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=\d)")
_BRACKET = re.compile(r"\s*[(\[{【〔<].*?[)\]}】〕>]\s*")
_STROKES = str.maketrans("ıłøđ", "ilod")
"""Letters that have no accent to be taken away."""
_APOSTROPHES = re.compile(r"['’`]")
_PLAIN_HEAD = re.compile(r"[a-z0-9 ]+|[\u4e00-\u9fff]+")
_SIGNS = re.compile(r"[\W_]+")
_DIGITS_BEHIND = re.compile(r"(?<=.)[ ]?\d{1,2}$")
_CHANGE_OF_SCRIPT = re.compile(
    r"(?:([\u3040-\u30ff\u3400-\u9fff ]+?) ?([a-z][a-z0-9 ]*))|(?:([a-z][a-z0-9 ]*?) ?([\u3040-\u30ff\u3400-\u9fff ]+))"
)
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MOST_WORDS, _MOST_SIGNS = 6, 12
"""A phrase that is looked for inside a head has so many words, or signs, at most."""
_SHORTEST_INSIDE = {True: 2, False: 4}
"""A phrase that is looked for inside a head has so many signs at least, in a script without blanks or with them."""


@define(on_setattr=setters.frozen)
class HeadReading:
    """The fields that a head may mean, best first; none where it is not understood.

    `rank` is how far the spelling stands from the usual ones, 0 for the first.
    """

    fields: tuple[str, ...]
    basis: Basis = "exact"
    rank: int = 0


@define(on_setattr=setters.frozen)
class Vocabulary:
    """What heads of one kind of sheet are made of, in every language, by the keys of the words."""

    fields: Mapping[str, tuple[str, ...]]
    ranks: Mapping[str, int]
    noise: frozenset[str]
    others: frozenset[str]
    """Words that make a head speak of somebody, or something, that is not the lead."""


def words_of(head: str) -> str:
    """A head in lower case, without accents and marks, one blank between its words."""
    spaced = _CAMEL.sub(" ", fold(head))
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", spaced) if not "\u0300" <= sign <= "\u036f")
    plain = unicodedata.normalize("NFC", plain).casefold().translate(_STROKES)
    return _SIGNS.sub(" ", _APOSTROPHES.sub("", plain.replace("#", " no "))).strip()


def key_of(head: str) -> str:
    """What two spellings of one head share: `Phone Number`, `phone_number*` and `phoneNumber` are one."""
    return (head if _PLAIN_HEAD.fullmatch(head) else words_of(head)).replace(" ", "")


@cache
def vocabulary(kind: str) -> Vocabulary:
    """The words of every language, read once.

    A phrase that is two fields in two languages is open between them, unless it is the head that we ourselves write.
    """
    fields: dict[str, tuple[str, ...]] = {}
    ranks: dict[str, int] = {}
    for language in LANGUAGES:
        for field, phrases in texts("fields", language)[kind].items():
            _add(fields, phrases, (field,))
            ranks |= {key_of(phrase): 0 for phrase in phrases}
    noise, others = set[str](), set[str]()
    for table in _languages():
        for field, phrases in table.get(kind, {}).items():
            _add(fields, phrases, (field,))
            ranks = {key_of(phrase): rank for rank, phrase in enumerate(phrases)} | ranks
        for part, phrases in table.get("parts", {}).items() if kind == "leads" else ():
            ranks |= {key_of(phrase): _PARTS.index(part) for phrase in phrases}
        for phrase, possible in table.get("open", {}).items() if kind == "leads" else ():
            _add(fields, [phrase], possible)
        noise |= {words_of(word) for word in table.get("noise", {}).get("words", ())}
        others |= {words_of(word) for word in table.get("others", {}).get("words", ())}
    for language in LANGUAGES:
        fields |= {key_of(phrases[0]): (field,) for field, phrases in texts("fields", language)[kind].items()}
    return Vocabulary(fields, ranks, frozenset(filter(None, noise)), frozenset(filter(None, others)))


@cache
def answers() -> tuple[frozenset[str], frozenset[str]]:
    """The words for yes and those for no, in every language, folded."""
    spoken = [table.get("answers", {}) for table in _languages()]
    yes, no = ({fold(word).casefold() for words in spoken for word in words.get(name, ())} for name in ("yes", "no"))
    return frozenset(yes), frozenset(no)


@lru_cache(4096)
def read_head(head: str, kind: str = "leads") -> HeadReading:
    """What a head may mean; its brackets, its marks and words that add nothing don't matter."""
    known = vocabulary(kind)
    for basis, words in _readings(head, known):
        key = words.replace(" ", "")
        if key in known.fields:
            return HeadReading(known.fields[key], basis, known.ranks.get(key, 0))
    return _inside(words_of(head), known)


def nearest_field(head: str) -> str | None:
    """The field with a head that is spelled almost like this one; None where none is near."""
    known = vocabulary("leads").fields
    close = difflib.get_close_matches(key_of(head)[:LONGEST], known, n=1, cutoff=CLOSE)
    return known[close[0]][0] if close else None


def _languages() -> Iterator[Mapping[str, Any]]:
    folder = files("leadkit.adapters.spreadsheets.heads") / "words"
    for file in sorted(folder.iterdir(), key=lambda file: (file.name not in {"en.toml", "zh.toml"}, file.name)):
        if file.name.endswith(".toml"):
            yield tomllib.loads(file.read_text(encoding="utf-8"))


def _add(fields: dict[str, tuple[str, ...]], phrases: Iterable[str], possible: Iterable[str]) -> None:
    for phrase in phrases:
        key = key_of(phrase)
        if key:
            fields[key] = tuple(dict.fromkeys((*fields.get(key, ()), *possible)))


def _readings(head: str, known: Vocabulary) -> Iterator[tuple[Basis, str]]:
    """The head as it stands, without its brackets, and without its noise."""
    words = words_of(head)
    yield "exact", words
    bare = words_of(_BRACKET.sub(" ", fold(head))) or words
    yield "exact", bare
    yield "exact", _DIGITS_BEHIND.sub("", bare)
    if _speaks_of_others(bare, known):
        return
    for part in _scripts(bare):
        yield "exact", part
    for start in (bare, _DIGITS_BEHIND.sub("", bare)):
        for shorter in _without_noise(start, known):
            yield "similar", shorter


def _scripts(words: str) -> tuple[str, ...]:
    """A head in two scripts as its two halves: `公司名称 Company`."""
    change = _CHANGE_OF_SCRIPT.fullmatch(words)
    return tuple(half for half in change.groups() if half and half not in _ANY_ID) if change else ()


_ANY_ID = frozenset({"id", "no", "code"})
"""What stands behind the name of a thing of any kind: `视频ID` is no lead's number."""


def _without_noise(words: str, known: Vocabulary) -> Iterator[str]:
    """The words with fewer and fewer that add nothing, from the front and from the end."""
    left = words
    while shorter := _shorter(left, known):
        yield shorter
        left = shorter


def _shorter(words: str, known: Vocabulary) -> str:
    """The words without the longest noise that they begin or end with; "" where they do neither."""
    spaced = not _SPACELESS.search(words)
    places = [place for place, sign in enumerate(words) if sign == " "] if spaced else range(1, len(words))
    for place in sorted(places, reverse=True):
        if words[:place] in known.noise:
            return words[place:].strip()
    for place in sorted(places):
        if words[place:].strip() in known.noise:
            return words[:place].strip()
    return ""


def _speaks_of_others(words: str, known: Vocabulary) -> bool:
    return any(phrase in known.others for _, _, phrase in _phrases(words))


def _inside(words: str, known: Vocabulary) -> HeadReading:
    """The fields of the longest phrases inside a head, which the cells then have to bear out."""
    if _speaks_of_others(words, known):
        return HeadReading(NOT_KNOWN)
    phrases = [
        (start, end, fields[0])
        for start, end, phrase in _phrases(words)
        if len(fields := known.fields.get(key := phrase.replace(" ", ""), ())) == 1
        and len(key) >= _SHORTEST_INSIDE[bool(_SPACELESS.search(key))]
    ]
    longest = [
        name
        for start, end, name in phrases
        if not any(first <= start and end <= last and (first, last) != (start, end) for first, last, _ in phrases)
    ]
    return HeadReading(tuple(dict.fromkeys(longest)), "contained")


def _phrases(words: str) -> Iterator[tuple[int, int, str]]:
    """Every run of whole words, or of signs where words have no blanks between them, with its start and end."""
    spaced = not _SPACELESS.search(words)
    parts: Sequence[str] = words.split() if spaced else words
    most = _MOST_WORDS if spaced else _MOST_SIGNS
    for start in range(len(parts)):
        for end in range(start + 1, min(start + most, len(parts)) + 1):
            yield start, end, (" " if spaced else "").join(parts[start:end])
