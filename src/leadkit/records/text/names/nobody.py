"""Texts that say nothing, and phones and addresses that are nobody's: 无, N/A, 测试公司, 13800000000, test@test.com.

The words stand in `nobody.toml`. What they stand for is not known: it is not given, and nobody is found again by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from leadkit.records.text.characters import fold
from leadkit.records.text.contacts.contact import phone_kind
from leadkit.records.text.memory import remembered
from leadkit.records.text.names.company_words import CITIES, PROVINCES
from leadkit.records.text.names.nobody_words import plain, simplified, spaced, visible, words

LONGEST = 60
"""A text with more characters than this is no such word, whatever it says."""


@remembered(light=True)
def says_nothing(text: str) -> bool:
    """Whether a text says nothing in any field: no letter or digit in it, a word such as 未知 or N/A, `xxxx`, `000`."""
    return _says_nothing(visible(text))


@remembered(light=True)
def describes_nothing(text: str) -> bool:
    """Whether a text is no description of a need: it says nothing, or was typed to try a form out (`test`, `asdf`)."""
    return _describes_nothing(visible(text))


@remembered(light=True)
def names_nothing(text: str) -> bool:
    """Whether a text names no company and nobody: it says nothing, was made up, or is a word such as 个人 or Student.

    So is such a word before a form (`测试有限公司`), and what hides a name (`某公司`, `XX科技`). As a job title or an
    industry, 学生 and Testing say something: ask `says_nothing` there.
    """
    seen = visible(text)
    if _describes_nothing(seen):
        return True
    return len(seen) <= LONGEST and (plain(seen) in words().nobody or _is_no_company(seen))


def is_dummy_phone(text: str) -> bool:
    """Whether every number in a text is nobody's: one digit over and over, 1234567, 13800000000, or 110.

    It may be in E.164 or as people write it. A number that documents use, +1 212-555-0123, stands for a real one.
    """
    if len(text) == _MOBILE and text.isdecimal() and text.isascii() and not text.startswith("00"):
        return _is_nobodys(text)
    numbers = _NUMBER.findall(_EXTENSION.sub("", fold(text)))
    return bool(numbers) and all(map(_is_dummy_number, numbers))


def is_shared_phone(e164: str) -> bool:
    """Whether a valid number, as `Phone.normal` has it, is one that many callers share: a hotline such as 400-820-8820.

    So is one that ends in eight equal digits, which people type for want of a number. It may be called, but whoever
    gives it is not therefore the same person.

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    if _EIGHT_EQUAL.search(e164):
        return True
    return _CHINESE_MOBILE.match(e164) is None and phone_kind(e164) in _SHARED


def is_dummy_email(address: str) -> bool:
    """Whether an address is nobody's: `noreply@`, `test@test.com`, `123@qq.com`.

    An address that documents use, at `example.com` or under `.example`, stands for a real one.
    """
    name, at, domain = fold(address).casefold().rpartition("@")
    known = words()
    label = domain.partition(".")[0]
    if not at or not known.documents.isdisjoint((label, domain.rpartition(".")[2])):
        return False
    bare = _MAIL_STOPS.sub("", name)
    if bare in known.mail_names or label in known.mail_domains:
        return True
    made_up = bare in known.mail_made_up or bare in known.made_up or _is_repeated(bare) or _is_run(bare)
    return made_up and (domain in known.free_mail or label == name)


_NO_LETTER = re.compile(r"[\W_]+")
_NO_DIGIT = re.compile(r"\D+")
_APART = re.compile(r"[\s,;|、。·+&]+")
_SLASH = re.compile(r"[\s/]+")
_NUMBERED = re.compile(r"(?<=[^\d\s])[\s\-_#]{0,3}[0-9]{1,4}\s*$")
_MAIL_STOPS = re.compile(r"[-_.]")
_LATIN = r"a-z0-9\u00df-\u024f"
_HAN = r"\u3400-\u9fff"
_HIDDEN = re.compile(
    rf"^某|某[^,;。]*(?:公司|集团|企业|厂|店|单位|机构|学校|医院)$"
    rf"|(?<![{_LATIN}])(?:x{{2,}}|[*×○〇□■◯●]{{2,}})(?=[{_HAN}])"
    rf"|(?<=[{_HAN}])(?:x{{2,}}|[*×○〇□■◯●]{{2,}})(?![{_LATIN}])"
)
"""A name that somebody hid: 某公司, XX科技, 深圳市**有限公司."""
_HIDING = frozenset("某x*×○〇□■◯●")
"""What is in every such name: looked for first, since a search costs more."""

_PLACE = re.compile(rf"^(?:{'|'.join((*CITIES, *PROVINCES))})[市省]?")
_NUMBER = re.compile(r"\+?[0-9](?:[0-9\-. ()\u2010-\u2015]*[0-9])?")
_EXTENSION = re.compile(r"(?:转接?|分机号?|ext(?:ension|n)?|x|#)[ .:=]*[0-9]{1,7}", re.IGNORECASE)
_MOBILE_ZEROS = re.compile(r"1[3-9][0-9]0{8}")
_EIGHT_EQUAL = re.compile(r"([0-9])\1{7}(?:;ext=[0-9]+)?$")
_MOBILE = 11
"""The digits of a Chinese mobile number: most cells hold one and nothing else."""
_WITH_86 = 13
"""The digits of a Chinese mobile number and 86 before it."""
_LONGEST_CODE = 3
"""The digits of the longest code of a country."""
_CHINESE_MOBILE = re.compile(r"\+861[3-9][0-9]{9}(?![0-9])")
"""Told by its form, since most are such and the library takes its time."""
_SHARED = frozenset({"toll_free", "premium_rate", "shared_cost", "uan", "voicemail"})
_UP, _DOWN = "01234567890123456789", "98765432109876543210"


def _says_nothing(seen: str) -> bool:
    return _is_empty(_bare(seen)) or _is_any(seen, words().nothing)


def _describes_nothing(seen: str) -> bool:
    bare = _bare(seen)
    if bare.isdecimal() and (_is_repeated(bare) or _is_run(bare)):
        return True
    if seen[-1:].isdecimal():
        return _says_nothing(seen) or _is_any(_without_number(seen), words().made_up)
    return _is_empty(bare) or _is_any(seen, words().undescribing)


def _is_any(seen: str, known: frozenset[str]) -> bool:
    """Whether a visible text is one of `known`, or several of them: `N/A N/A`, `无、未知`."""
    if len(seen) > LONGEST or (seen[:1].isalnum() and seen[0] not in words().beginnings):
        return False
    if seen in known or plain(seen) in known:
        return True
    return not seen.isalnum() and any(_all_of(parts.split(seen), known) for parts in (_APART, _SLASH))


def _all_of(parts: Iterable[str], known: frozenset[str]) -> bool:
    return all(part in known for part in map(plain, parts) if part)


def _is_no_company(seen: str) -> bool:
    """Whether a name hides one, or is a word that names nothing with a form of companies behind it."""
    name = simplified(seen)
    if not _HIDING.isdisjoint(name) and _HIDDEN.search(name):
        return True
    name, forms = _without_number(spaced(name)), words().forms
    return name.endswith(forms) and any(_is_nothing_before(form, name) for form in forms if name.endswith(form))


def _is_nothing_before(form: str, name: str) -> bool:
    rest, known = name.removesuffix(form).rstrip(), words()
    if not rest:
        return form not in known.forms_of_a_trade
    if rest in known.no_company or (rest in known.apart and form.startswith(" ")):
        return True
    return rest.endswith(known.ends_of_no_company) and _PLACE.sub("", rest) in known.no_company


def _without_number(seen: str) -> str:
    """A text without the number behind it: `test 2`, 测试003."""
    return _NUMBERED.sub("", seen) if seen[-1:].isdecimal() else seen


def _bare(seen: str) -> str:
    return seen if seen.isalnum() else _NO_LETTER.sub("", seen)


def _is_empty(bare: str) -> bool:
    """Whether a text without marks has no letter or digit but zeros, or one letter over and over."""
    return not bare.strip("0") or (_is_repeated(bare) and not bare.isdecimal())


def _is_repeated(bare: str) -> bool:
    """Whether a text without marks is one letter or digit three times or more."""
    return len(bare) > 2 and bare == bare[0] * len(bare)


def _is_run(bare: str) -> bool:
    """Whether digits count up from 0 or 1, or down, three or more of them."""
    return len(bare) > 2 and (_UP.startswith((bare, f"0{bare}")) or (len(bare) > 3 and bare in _DOWN))


def _is_dummy_number(number: str) -> bool:
    digits = _NO_DIGIT.sub("", number)
    if _is_nobodys(digits):
        return True
    abroad = number.startswith(("+", "00")) or (digits.startswith("86") and len(digits) == _WITH_86)
    if not abroad:
        return False
    rest, codes = digits.removeprefix("00"), words().countries
    return any(rest[:end] in codes and _is_nobodys(rest[end:]) for end in range(1, _LONGEST_CODE + 1))


def _is_nobodys(digits: str) -> bool:
    senseless = len(digits) > 4 and (_is_repeated(digits) or _is_run(digits))
    return senseless or digits in words().phones or _MOBILE_ZEROS.fullmatch(digits) is not None
