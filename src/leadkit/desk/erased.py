"""Who was erased, known by nothing but keyed hashes: so that a sheet does not bring them back unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from leadkit.store.process_rows import ErasedRow
from leadkit.store.protocol import Unit, by_id
from leadkit.store.rows import MatchRow
from leadkit.store.tables import ERASED

KEY = "key"
"""The id of the row that holds the secret of the store."""


def note_erased(unit: Unit, matches: Iterable[MatchRow], at: datetime, new_secret: Callable[[], str]) -> None:
    """Remember what somebody was found by, as hashes; the company they work for names nobody."""
    names = [match.found_by for match in matches if match.names_a_person or match.is_external]
    if not names:
        return
    secret = _secret(unit)
    if secret is None:
        secret = new_secret()
        unit.add(ERASED, [ErasedRow(id=KEY, erased_at=at, secret=secret)])
    hashes = {_hashed(name, secret) for name in names}
    known = by_id(unit, ERASED, hashes)
    unit.add(ERASED, [ErasedRow(id=each, erased_at=at) for each in sorted(hashes - known.keys())])


def erased_among(unit: Unit, matches: Iterable[MatchRow]) -> Collection[str]:
    """What of some matches belongs to somebody who was erased, as it is found by."""
    secret = _secret(unit)
    if secret is None:
        return ()
    names = {_hashed(match.found_by, secret): match.found_by for match in matches}
    return {names[each] for each in by_id(unit, ERASED, names)}


def _secret(unit: Unit) -> str | None:
    row = unit.get(ERASED, KEY)
    return row.secret if row else None


def _hashed(name: str, secret: str) -> str:
    return hashlib.blake2b(name.encode(), key=secret.encode()[:64], digest_size=32).hexdigest()
