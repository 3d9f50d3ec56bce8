"""Email addresses in cells as people fill them in: several, in brackets, with labels and names beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from attrs import evolve

from leadkit.records.text.characters import fold
from leadkit.records.text.contacts.contact import LONGEST_EMAIL, Email, address
from leadkit.records.text.contacts.words import HEADERS, JOINERS, MAIL_LABELS
from leadkit.records.text.memory import remembered

LONGEST_CELL = 1000
"""A text with more characters than this holds no address."""


def read_email(text: str) -> Email:
    """The first email address in `text`, wholly in lower case, because people don't tell addresses apart by case.

    What may stand beside an address is `read_emails`'s to say.

    Raises:
        MissingExtraError: email-validator is not installed.
    """
    addresses = read_emails(text)
    return evolve(addresses[0], text=text) if addresses else Email(text, None)


@remembered(light=True)
def normal_email(text: str) -> str | None:
    """The first email address in `text`, in lower case; None where there is none.

    Raises:
        MissingExtraError: email-validator is not installed.
    """
    emails = read_emails(text)
    if not emails:
        return None
    return text if emails[0].address == text else emails[0].address


@remembered
def read_emails(text: str) -> tuple[Email, ...]:
    """Every email address in `text`, each once, in order, with its own words; what else stands there is their `rest`.

    Between addresses stands a blank, a comma, a line break or a word such as 或. Beside one may stand a label (邮箱:,
    mailto:), or a name in Chinese or outside of its brackets (`Mary <m@b.example>`). None are there where a line
    begins like one of a mail's head (`Bcc:`) or Latin words touch an address by a blank alone, as in
    `zhang san@b.example`. No address is one that is masked (`zh***@b.example`) or mixes the letters of two scripts.

    Raises:
        MissingExtraError: email-validator is not installed.
    """
    if "@" not in text and "＠" not in text and "﹫" not in text:
        return ()
    if len(text) > LONGEST_CELL or _HEADER.search(text):
        return ()
    folded = _in_points(fold("; ".join(text.splitlines()))).strip(_QUOTES)
    whole = _address(folded)
    if whole:
        return (Email(folded, whole),)
    tokens = list(_TOKEN.finditer(folded))
    if any(_is_torn(folded, token) for token in tokens):
        return ()
    read = [(token, address) for token in tokens if (address := _address(_bare(token)))]
    rest = _rest(folded, [token for token, _ in read])
    emails: dict[str, Email] = {}
    for token, address in read:
        emails.setdefault(address, Email(_bare(token), address, rest))
    return tuple(emails.values())


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_HEADER = re.compile(rf"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*(?:{_any(HEADERS)}|x-[\w-]+)\s*:", re.IGNORECASE)
_BETWEEN = r"\s,;:/\\<>()\[\]{}|、\"“”"
_TOKEN = re.compile(rf"(?P<address>[^{_BETWEEN}@]+@[\w.-]+)(?P<next>[@*#%&=+$^])?")
_WORD_BEFORE = re.compile(rf"(?P<word>[^{_BETWEEN}]+)[ ,/\\\"]$")
_WORD_AFTER = re.compile(rf"[ ,/\\\"](?P<word>[^{_BETWEEN}]+)")
_NUMBER = re.compile(r"[+\d][\d-]{6,}")
_LABEL_AT_END = re.compile(rf"(?:{_any(MAIL_LABELS)})[ :]*$", re.IGNORECASE)
_FULL_STOP = re.compile(r"。(?![a-zA-Z0-9-])")
_CHINESE = r"\u3400-\u9fff"
_CHINESE_BEFORE = re.compile(rf"(?<=[{_CHINESE}])(?=[a-zA-Z0-9][\w.+-]*@)", re.ASCII)
_CHINESE_BEHIND = re.compile(rf"(@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{{2,}})(?=[{_CHINESE}])")
_QUOTES = " '‘’`"
_NEIGHBOURS = {*JOINERS, *MAIL_LABELS}
_PUNCTUATION = " ,;:/、。|&+()<>[]{}【】-.'\"\\"


def _in_points(text: str) -> str:
    """`text` with a point for each Chinese full stop inside of a domain; one behind it ends the address.

    So do Chinese words right behind it, and those right before it don't belong to it.
    """
    pointed = _FULL_STOP.sub("; ", text).replace("。", ".")
    return _CHINESE_BEHIND.sub(r"\1; ", _CHINESE_BEFORE.sub("; ", pointed))


def _bare(token: re.Match[str]) -> str:
    return token["address"].lstrip("'").rstrip(".'")


def _address(words: str) -> str | None:
    if words.count("@") != 1 or "*" in words or len(words) > LONGEST_EMAIL:
        return None
    read = address(words.lower()) if _in_scripts(words) else None
    return read if read and _in_scripts(read) else None


def _in_scripts(words: str) -> bool:
    """Whether no letter poses as one of another script: а of Cyrillic among Latin letters."""
    if words.isascii():
        return True
    local, _, domain = words.partition("@")
    names, hosts, top = _scripts(local), _scripts(domain), _scripts(domain.rpartition(".")[2])
    if max(len(names), len(top), len(hosts & _ALIKE)) > 1:
        return False
    return names == hosts if names & _ALIKE - {"LATIN"} else True


_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}
"""Scripts with letters that look like those of another one."""


def _scripts(text: str) -> set[str]:
    """The scripts of the letters; those of Japanese count as Chinese."""
    names = {unicodedata.name(char, "?").split(maxsplit=1)[0] for char in text if char.isalpha()}
    return {"CJK" if name in {"HIRAGANA", "KATAKANA", "IDEOGRAPHIC"} else name for name in names}


def _is_torn(text: str, token: re.Match[str]) -> bool:
    """Whether letters that may belong to the address stand beside it behind a blank, a comma or a slash."""
    before, after = _WORD_BEFORE.search(text[: token.start()]), _WORD_AFTER.match(text, token.end())
    return (
        token["next"] is not None
        or (before is not None and _is_part(before["word"], -1))
        or (after is not None and _is_part(after["word"], 0))
    )


def _is_part(word: str, nearest: int) -> bool:
    if "@" in word or _NUMBER.fullmatch(word) or word.strip(".-").lower() in _NEIGHBOURS:
        return False
    return word[nearest] in "._" or (word[nearest].isalnum() and _scripts(word[nearest]) != {"CJK"})


def _rest(text: str, tokens: list[re.Match[str]]) -> str:
    """What stands beside the addresses, without labels and signs."""
    starts = [0, *(token.end() for token in tokens)]
    stops = [*(token.start() for token in tokens), len(text)]
    pieces = [text[start:stop] for start, stop in zip(starts, stops, strict=True)]
    bare = [_LABEL_AT_END.sub("", piece.strip()).strip(_PUNCTUATION) for piece in pieces]
    return " ".join(piece for piece in bare if piece and piece.lower() not in JOINERS)
