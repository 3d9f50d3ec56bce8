"""Who a row speaks of: the name from its parts, and of several phones and addresses the valid ones first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.lead_values import RowWords
from leadkit.adapters.spreadsheets.phones_abroad import NORTH_AMERICAN, has_country, is_foreign
from leadkit.records import Contact
from leadkit.records.text import fold, normal_email, normal_phone, read_emails, read_phones
from leadkit.records.text.names.nobody import names_nothing

_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def read_contact(row: RowWords) -> dict[str, Any]:
    """The name, phone and e-mail address of a row; further numbers and addresses are other contacts of that name.

    What is given and not understood is a fault of the row, even where another number or address is valid.
    """
    name, *more = _names(row)
    phones = list(_phones(row))
    emails = list(_emails(row))
    others = [Contact(name=name, phone=phone) for phone in phones[1:]]
    others += [Contact(name=name, email=email) for email in emails[1:]]
    others += [Contact(name=other) for other in more]
    return {
        "contact": name,
        "phone": next(iter(phones), None),
        "email": next(iter(emails), None),
        "other_contacts": tuple(others) or None,
    }


def _names(row: RowWords) -> Sequence[str | None]:
    """The name, and those that other columns say; or its parts.

    Parts that are none of the name are another one: nobody is left out because two columns name somebody.
    """
    whole = row.all_words("contact")
    mapped = row.fields.columns.mapped.get("contact")
    parts = [part for name in ("first_name", "last_name") for part in row.all_words(name)[:1]]
    if whole and (mapped is None or len(mapped.head) < 2):
        written = fold(" ".join(whole)).casefold()
        others = parts if any(fold(part).casefold() not in written for part in parts) else []
        return [*dict.fromkeys(whole), *([_full_name(others)] if others else [])]
    return [_full_name(whole or parts)]


def _full_name(parts: Sequence[str]) -> str | None:
    """The parts of a name, given name first; the other way round in Chinese."""
    if all(map(_SPACELESS.fullmatch, parts)):
        return "".join(reversed(parts)) or None
    return " ".join(parts)


def _phones(row: RowWords) -> Iterator[str]:
    """The phones as they are kept, the valid ones first; all that is given, where none is valid.

    A number of a country that nobody names is no phone yet: at home it would be another one, or none.
    """
    home = row.fields.policy.document.phone_region
    abroad = row.fields.columns.phone_region or home
    cells = list(dict.fromkeys(row.all_words("phone")))
    valid: dict[str, str] = {}
    for cell in tuple(cells):
        if abroad == home and not has_country(cell) and (row.fields.phones_abroad or is_foreign(cell, home)):
            row.faults.append(Fault("no_country", "phone"))
            cells.remove(cell)
            continue
        numbers = _numbers(cell, home, abroad)
        if not numbers and (cell.startswith("#") or not names_nothing(cell)):
            row.faults.append(Fault("not_valid", "phone"))
        for normal, kept in numbers:
            valid.setdefault(normal, kept)
    yield from valid.values() if valid else cells


def _numbers(cell: str, home: str, abroad: str) -> list[tuple[str, str]]:
    """The valid numbers in a cell: each in its normal form, and as it is kept.

    A number is kept as entered, unless it stands beside others, or is valid only in another region than the policy's:
    then in its full form, so that it reads the same everywhere.
    """
    normal = normal_phone(cell, home)
    if abroad == home and (normal is None or cell.isdecimal()):
        return [] if normal is None else [(normal, cell)]
    numbers = [phone for phone in read_phones(cell, home) if phone.valid]
    if abroad != home and (not numbers or (abroad == "US" and NORTH_AMERICAN.search(cell))):
        elsewhere = [str(phone.normal) for phone in read_phones(cell, abroad) if phone.valid]
        if elsewhere:
            return [(normal, normal) for normal in elsewhere]
    return [(str(phone.normal), cell if len(numbers) == 1 else str(phone.normal)) for phone in numbers]


def _emails(row: RowWords) -> Iterator[str]:
    cells = list(dict.fromkeys(row.all_words("email")))
    valid: dict[str, str] = {}
    for cell in cells:
        addresses = _addresses(cell)
        if not addresses and (cell.startswith("#") or not names_nothing(cell)):
            row.faults.append(Fault("not_valid", "email"))
        for address in addresses:
            valid.setdefault(address, cell if len(addresses) == 1 else address)
    yield from valid.values() if valid else cells


def _addresses(cell: str) -> list[str]:
    """The valid addresses in a cell; most cells are one and nothing else."""
    first = normal_email(cell)
    if first is None or first == cell:
        return [] if first is None else [first]
    return [str(email.address) for email in read_emails(cell) if email.valid]
