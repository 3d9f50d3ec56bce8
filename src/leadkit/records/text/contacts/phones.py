"""Phone numbers in cells as people fill them in: several, with labels, names, extensions and remarks beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import define, evolve, setters

from leadkit.records.text.characters import fold
from leadkit.records.text.contacts.contact import Phone, e164
from leadkit.records.text.contacts.words import JOINERS, OTHER_NUMBERS, PHONE_LABELS
from leadkit.records.text.memory import remembered

LONGEST_PHONE = 100
"""A run of digits and signs with more characters than this is no phone number."""
LONGEST_CELL = 500
"""A text with more characters than this holds none."""


def read_phone(text: str, region: str = "CN") -> Phone:
    """The first phone number in `text`; one without a country code belongs to `region` (ISO 3166, two letters).

    What may stand beside a number is `read_phones`'s to say. Letters and masks make a number invalid.

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    numbers = read_phones(text, region)
    return evolve(numbers[0], text=text) if numbers else Phone(text, None, None)


def normal_phone(text: str, region: str = "CN") -> str | None:
    """The normal form of the first number in `text`, such as `+8613812345678`; None where there is no valid one.

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    if text.isdecimal() and text.isascii():
        return e164(text, region.upper())
    return _normal(text, region)


@remembered(light=True)
def _normal(text: str, region: str) -> str | None:
    numbers = read_phones(text, region)
    return numbers[0].normal if numbers else None


@remembered
def read_phones(text: str, region: str = "CN") -> tuple[Phone, ...]:
    """Every phone number in `text`, each once, in order, with its own words; what else stands there is their `rest`.

    Between numbers stands a blank, a slash, a comma, a line break or a word such as 或; an extension stands behind 转,
    ext, x, #, or a last dash or bracket. Beside a number may stand a label (手机, tel:, p:), a name or a remark. No
    number are digits that touch a letter or a mask (138****5678), those behind a word such as fax or QQ, and what
    Excel rounded (1.38E+10). Of 1.3812345678E+10 and 13812345678.0 every digit is there.

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    if len(text) > LONGEST_CELL:
        return ()
    if text.isdecimal() and text.isascii():
        normal = e164(text, region.upper())
        return (Phone(text, normal, None),) if normal else ()
    words = _plain(text)
    numbers = sorted(_numbers(words, region.upper()), key=lambda number: number.start)
    rest = _rest(words, numbers) if numbers and numbers[0].text != words else ""
    phones: dict[str | None, Phone] = {}
    for number in numbers:
        phone = Phone(number.text, number.e164, number.extension, rest)
        phones.setdefault(phone.normal, phone)
    return tuple(phones.values())


@define(on_setattr=setters.frozen)
class _Number:
    """A number at its place in the text; `text` are its words there."""

    text: str
    start: int
    e164: str
    extension: str | None = None


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LATIN = rf"(?:(?![{_CJK}])[^\W\d_])"
_SIGNS = r"\-./() \u2010-\u2015"
_EXTENSION = r"(?:转接?|轉接?|分机号?|分機號?|内线|ext(?:ension|n)?|x|#)[ .:=]{0,3}"
_RUN = re.compile(
    rf"(?P<number>(?:(?<!\d)\+)?[(]?\d[\d{_SIGNS}]{{0,{LONGEST_PHONE}}})"
    rf"(?:[ ,;(]{{0,3}}{_EXTENSION}(?P<extension>\d{{1,7}})(?!\d)\)?)?",
    re.IGNORECASE,
)
_LABEL = rf"(?<!{_LATIN})(?:{_any(PHONE_LABELS)})"
_LABEL_AT_END = re.compile(rf"{_LABEL}[ .:]*[(]?$", re.IGNORECASE)
_GLUED_LABEL = re.compile(rf"{_LABEL}(?:\.|(?<=[^\W\d_]{{3}}))$", re.IGNORECASE)
_BOTH = re.compile(r"(?:tel|phone|电话|電話)\.? ?[/&,和及、]? ?(?:fax|传真|傳真)(?:号码)? ?[.:]?[ (]?$", re.IGNORECASE)
_OTHER_BEHIND = re.compile(rf" ?[(]?(?:fax|传真|傳真)(?!{_LATIN})(?! ?[:\d])", re.IGNORECASE)
_OTHER_NUMBER = re.compile(rf"(?<!{_LATIN})(?:{_any(OTHER_NUMBERS)})(?:号码?|no)? ?[.:]?[ (]?$", re.IGNORECASE)
_MASK = r"(?:[*×✱●•■□○◯◆_@]|\?{2}|\.{2}|#{2}|xx)"
_TOUCHED_BEFORE = re.compile(rf"(?:{_MASK}[- (]?|{_LATIN}[-.]?)$", re.IGNORECASE)
_MASK_AFTER = re.compile(rf" ?[-(]?{_MASK}", re.IGNORECASE)
_LETTER_AFTER = re.compile(_LATIN)
_ROUNDED = re.compile(r"(\d\.\d{1,20})e\+?(\d{1,2})", re.IGNORECASE)
_WHOLE = re.compile(r"(\+?\d{5,15})\.0{1,2}")
_COUNTRY = re.compile(r"[(]\+ ?(\d{1,3})[)] ?")
_CIRCLED = re.compile(r"[\u2460-\u2473\u2776-\u277f]")
_DASHED_EXTENSION = re.compile(
    r"(?P<head>.*\d[) ]{0,2})(?:[-\u2010-\u2015] ?(?P<dashed>\d{1,6})|[(](?P<inside>\d{1,6})[)])"
)


def _plain(text: str) -> str:
    """`text` folded, with a semicolon for each line break, and one number that Excel wrote in its own way as digits."""
    lines = "; ".join(filter(None, map(str.strip, _CIRCLED.sub("; ", text).splitlines())))
    folded = fold(lines).removeprefix("=").strip("'\"‘’“”` ")
    rounded = _ROUNDED.fullmatch(folded)
    if rounded:
        number = Decimal(folded)
        exact = len(rounded[1]) - 2 >= int(rounded[2])
        return str(int(number)) if exact and number == int(number) else ""
    whole = _WHOLE.fullmatch(folded)
    return whole[1] if whole else _COUNTRY.sub(r"+\1 ", folded)


def _numbers(text: str, region: str) -> Iterator[_Number]:
    for run in _RUN.finditer(text):
        if not _stands_apart(text, run):
            continue
        numbers = list(_of_run(run["number"], run.start(), region))
        if run["extension"] and numbers and not numbers[-1].extension:
            last = numbers.pop()
            words = text[last.start : run.end()].strip(" ,;")
            numbers.append(evolve(last, text=words, extension=run["extension"]))
        yield from numbers


def _stands_apart(text: str, run: re.Match[str]) -> bool:
    """Whether no letter and no mask touches the digits, and no word before them says that they are another number."""
    before, end = text[: run.start()], run.end()
    if (_OTHER_NUMBER.search(before) and not _BOTH.search(before)) or _OTHER_BEHIND.match(text, end):
        return False
    if _MASK_AFTER.match(text, end) or ".." in run["number"]:
        return False
    if text[end - 1] not in " ()" and _LETTER_AFTER.match(text, end):
        return False
    return not _TOUCHED_BEFORE.search(before) or bool(_GLUED_LABEL.search(before))


def _of_run(run: str, start: int, region: str) -> list[_Number]:
    """The numbers of one run of digits and signs: itself, or those that slashes, blanks or dashes set apart."""
    whole = _number(run, start, region)
    if whole:
        return [whole]
    if "/" in run:
        return [number for piece, at in _pieces(run, "/") for number in _of_run(piece, start + at, region)]
    extended = _extended(run, start, region)
    if extended:
        return [extended]
    pieces = [(piece, start + at) for piece, at in _pieces(run.strip(_EDGES), " ")]
    shift = len(run) - len(run.lstrip(_EDGES))
    pieces = [(piece, at + shift) for piece, at in pieces]
    if len(pieces) > 1:
        return _partition(pieces, region) or [number for piece, at in pieces for number in _of_run(piece, at, region)]
    dashed = [_number(piece, start + at, region) for piece, at in _pieces(run, "-")]
    return [number for number in dashed if number] if all(dashed) else []


def _number(words: str, start: int, region: str) -> _Number | None:
    bare = _trimmed(words)
    number = e164(bare, region) if len(bare) >= _SHORTEST else None
    return _Number(bare, start + words.index(bare), number) if number else None


def _trimmed(words: str) -> str:
    """`words` without signs at the ends, but with a bracket that closes again: (021) 62345678."""
    return words.lstrip(" ./-" if ")" in words else _EDGES).rstrip(_EDGES)


_EDGES = " -./(\u2010\u2011\u2012\u2013\u2014\u2015"
_SHORTEST = 4


def _extended(run: str, start: int, region: str) -> _Number | None:
    """A number whose extension stands behind a last dash or in a last bracket."""
    match = _DASHED_EXTENSION.fullmatch(_trimmed(run))
    number = _number(match["head"], start + run.index(match[0]), region) if match else None
    if match is None or number is None:
        return None
    return evolve(number, text=match[0], extension=match["dashed"] or match["inside"])


def _pieces(text: str, sign: str) -> list[tuple[str, int]]:
    """What stands between the signs, each with its place."""
    return [(match[0], match.start()) for match in re.finditer(rf"[^{re.escape(sign)}]+", text)]


def _partition(pieces: list[tuple[str, int]], region: str) -> list[_Number]:
    """The pieces as numbers that blanks group, `138 1234 5678 139 8765 4321`; empty where a piece is left over."""
    if len(pieces) > _MOST_PIECES:
        return []
    for count in range(len(pieces), 0, -1):
        joined = " ".join(piece for piece, _ in pieces[:count])
        number = _number(joined, pieces[0][1], region)
        if number is None:
            continue
        others = _partition(pieces[count:], region)
        if others or count == len(pieces):
            return [number, *others]
    return []


_MOST_PIECES = 12


def _rest(text: str, numbers: list[_Number]) -> str:
    """What stands beside the numbers, without labels and signs."""
    ends = [(number.start, number.start + len(number.text)) for number in numbers]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    pieces = [text[start:stop] for start, stop in zip(starts, stops, strict=True)]
    bare = [_LABEL_AT_END.sub("", piece).strip(_PUNCTUATION) for piece in pieces]
    return " ".join(piece for piece in bare if piece and piece.lower() not in JOINERS)


_PUNCTUATION = " ,;:/、。|&+()<>[]{}【】-.'\"\\"
