"""Idempotency: a key is used up with its command, and the same command under it gives the same receipt again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from unicodedata import category

from attrs import asdict, has
from pydantic import BaseModel

from leadkit.desk.context import Request
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.command import Command, arguments
from leadkit.store.process_rows import KeyRow
from leadkit.store.protocol import Unit, by_id
from leadkit.store.tables import KEYS
from leadkit.store.values import digest

Outcome = Receipt | CommandError


def key_of(command: Command) -> str | None:
    """The idempotency key that a command was given; None where it has none."""
    key: str | None = getattr(command, "key", None)
    return key


def check_key(command: Command) -> None:
    """Let a command through whose key says something, or that has none.

    Raises:
        CommandError: it is blank, as of a header that a request did not have: all of those would be one key.
    """
    key = key_of(command)
    if key is not None and all(sign.isspace() or category(sign) == "Cf" for sign in key):
        raise CommandError(Problem("is blank", "give each command its own, or leave it out", path="key"))


def key_id(key: str) -> str:
    """What a store keeps of a key: its hash, since a key may name a person."""
    return digest("key", key)


def payload(command: Command) -> str:
    """The hash of what a command asks for, equal for equal ones."""
    text = json.dumps(arguments(command), default=_plain, sort_keys=True, ensure_ascii=True)
    return digest(command.name, command.subject or "", text)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return asdict(value) if has(type(value)) else str(value)


def key_rows(request: Request, receipt: Receipt) -> list[KeyRow]:
    """The key of a command, used up; none where it has no key."""
    key = key_of(request.command)
    if key is None:
        return []
    row = KeyRow(
        id=key_id(key),
        payload=payload(request.command),
        command=request.command.name,
        lead_id=receipt.lead_id,
        at=request.at,
        receipt=receipt.kept(),
    )
    return [row]


def done_before(unit: Unit, command: Command) -> Receipt | None:
    """The receipt of when the key was used; None where it is new, or there is none. A blank one is refused.

    Raises:
        ConflictError: it was used for something else.
    """
    check_key(command)
    key = key_of(command)
    return None if key is None else _receipt(command, unit.get(KEYS, key_id(key)))


def _receipt(command: Command, used: KeyRow | None) -> Receipt | None:
    if used is None:
        return None
    if used.payload is not None and used.payload != payload(command):
        raise ConflictError(
            Problem("this key was used for something else", "a new command needs a new key", path="key")
        )
    return Receipt(**used.receipt)


def answered_before(unit: Unit, commands: Sequence[Command]) -> dict[int, Outcome]:
    """The answers to keys that were used, by the place of their command."""
    keys = [key_of(command) for command in commands]
    used = by_id(unit, KEYS, (key_id(key) for key in keys if key is not None))
    outcomes: dict[int, Outcome] = {}
    for place, (command, key) in enumerate(zip(commands, keys, strict=True)):
        try:
            check_key(command)
            receipt = None if key is None else _receipt(command, used.get(key_id(key)))
        except CommandError as error:
            outcomes[place] = error
        else:
            outcomes |= {place: receipt} if receipt else {}
    return outcomes


def first_of_each_key(commands: Sequence[Command], answered: Mapping[int, Outcome]) -> list[int]:
    """The places of the commands that are to be decided: not answered before, and each key once."""
    seen: set[str] = set()
    places = []
    for place, key in enumerate(map(key_of, commands)):
        if place not in answered and key not in seen:
            places.append(place)
            seen |= {key} if key is not None else set()
    return places


def as_first(
    commands: Sequence[Command], place: int, outcomes: Mapping[int, Outcome], refused: Collection[int] = ()
) -> Outcome:
    """The answer to a key that came twice in one batch, those aside who were `refused`."""
    key = key_of(commands[place])
    before = (other for other in range(place) if other not in refused)
    first = next(other for other in before if key_of(commands[other]) == key)
    if payload(commands[first]) != payload(commands[place]):
        message = "this key is used for two different commands"
        return ConflictError(Problem(message, "give each its own", path="key"))
    return outcomes[first]
