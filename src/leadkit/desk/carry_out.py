"""The one way of a command: may they, does anybody object, was it done already, decide, write once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from attrs import define, evolve, field, setters

from leadkit.desk.book import Book
from leadkit.desk.changes import Asked, Changes, digest, payload_of, unstorable
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.plugins.hooks import Command
from leadkit.plugins.manager import Plugins
from leadkit.policy import Policy
from leadkit.process.calendar import WorkCalendar
from leadkit.records.fields import FrozenDict
from leadkit.records.people import Actor
from leadkit.store.protocol import Storage, Unit, by_id
from leadkit.store.rows import KeyRow
from leadkit.store.tables import KEYS

Decide = Callable[[Book, Asked], Changes]
Outcome = Receipt | CommandError
Item = TypeVar("Item")
BATCH = 500
"""How many leads or activities one transaction takes at most."""

TRIES = 5
"""How often a transaction is begun anew when another one was first, before its error is raised."""

WIDE = {
    "assign": ("assign",), "amend": ("capture",), "merge": ("capture",), "erase": ("capture", "outbox"),
    "convert": ("convert",),
}  # fmt: skip
"""Commands that look beyond their own lead: at everybody's load, or for the same person or company elsewhere."""


@define(on_setattr=setters.frozen)
class Keyed:
    """A command with the key that makes it happen once; None where the caller gave none."""

    asked: Asked
    key: str | None

    @property
    def id(self) -> str:
        """The key's hash: a key may name a person."""
        return key_id(self.key or "")

    @property
    def payload(self) -> str:
        """The hash of what the key stands for."""
        command = self.asked.command
        given = {name: value for name, value in command.given.items() if name != "version"}
        return digest(command.name, command.lead_id or "", command.opportunity_id or "", payload_of(given))

    def row(self, receipt: Receipt) -> KeyRow:
        """The key, used up."""
        return KeyRow(
            id=self.id,
            payload=self.payload,
            command=self.asked.command.name,
            lead_id=receipt.lead_id,
            at=self.asked.command.at,
            receipt=receipt.to_json(),
        )

    def done(self, used: KeyRow | None) -> Receipt | None:
        """The receipt of when the key was used; None where it is new, or there is none.

        Raises:
            ConflictError: it was used for something else.
        """
        if used is None or self.key is None:
            return None
        if used.payload is not None and used.payload != self.payload:
            raise ConflictError(
                Problem("", "this key was used for something else", "a new command needs a new key", path="key")
            )
        return Receipt(**used.receipt)


@define(on_setattr=setters.frozen, kw_only=True)
class Carrier:
    """What every command needs on its way: the policy, the store, the plugins, the time and new ids."""

    policy: Policy
    storage: Storage
    plugins: Plugins
    calendar: Callable[[], WorkCalendar] = field(repr=False)
    actor: Actor
    clock: Callable[[], datetime] = field(repr=False)
    ids: Callable[[], str] = field(repr=False)

    def asked(self, command: str, by: Actor | None, lead_id: str | None = None, /, **given: Any) -> Asked:
        """A command as it is asked now; arguments that are None were not given."""
        opportunity_id = given.pop("opportunity_id", None)
        asked = Command(
            name=command,
            actor=by or self.actor,
            at=self.clock(),
            lead_id=lead_id,
            opportunity_id=opportunity_id,
            given=FrozenDict({key: value for key, value in given.items() if value is not None}),
        )
        return Asked(self.policy, asked, self.ids())

    def permit(self, asked: Asked) -> None:
        """Let a command through that its actor may give, that a store can keep, and that no plugin objects to.

        Raises:
            NotAllowedError: the policy names other roles for it.
            CommandError: a text in it can't be stored, or a plugin objects.
        """
        command = asked.command
        self.policy.document.permissions.check(command.name, command.actor)
        said = {"lead_id": command.lead_id, "opportunity_id": command.opportunity_id, **command.given}
        strange = [name for name, value in said.items() if any(unstorable(value, name))]
        if strange:
            raise CommandError(Problem("", "holds a character that no store keeps", path=name) for name in strange)
        self.plugins.veto(command)

    def one(self, keyed: Keyed, decide: Decide) -> Receipt:
        """Permit, decide and write in one transaction; with a key that was used, give the receipt of then."""
        self.permit(keyed.asked)

        def work(unit: Unit) -> Receipt:
            _lock(unit, keyed)
            done = keyed.done(unit.get(KEYS, keyed.id)) if keyed.key is not None else None
            return done or self._write(self.book(unit), [keyed], lambda book: [decide(book, keyed.asked)])[0]

        return self.transaction(work)

    def many(
        self,
        keyed: Sequence[Keyed],
        ready: Sequence[Item | CommandError],
        decide: Callable[[Book, Sequence[Item]], Iterable[Changes | CommandError]],
    ) -> list[Outcome]:
        """Decide and write many commands in one transaction; one that is refused stops no other.

        `ready` holds what each is decided by, or why it was refused beforehand. `decide` is given those that were
        neither refused nor done before, and answers for each in their order.
        """

        def work(unit: Unit) -> list[Outcome]:
            unit.lock("capture")
            outcomes = _done_before(keyed, _used(unit, keyed))
            places = _first_of_each_key(keyed, outcomes)
            todo = [keyed[place] for place in places]
            decided = self._write(
                self.book(unit), todo, lambda book: _decided(book, [ready[one] for one in places], decide)
            )
            outcomes |= dict(zip(places, decided, strict=True))
            return [outcomes.get(place) or _as_first(keyed, place, outcomes) for place in range(len(keyed))]

        return self.transaction(work)

    def at(self, moment: datetime) -> Carrier:
        """The same, at a time of its own."""
        return evolve(self, clock=lambda: moment)

    def book(self, unit: Unit) -> Book:
        """An empty book for one transaction."""
        return Book(unit, self.policy, self.calendar)

    def transaction(self, work: Callable[[Unit], Item]) -> Item:
        """Do `work` in one transaction; begin anew where another one changed the same rows first.

        Raises:
            ConflictError: others were first five times over.
        """
        for tries_left in reversed(range(TRIES)):
            worked = False
            try:
                with self.storage.transaction() as unit:
                    result = work(unit)
                    worked = True
                return result
            except ConflictError:
                if not worked or not tries_left:
                    raise
        raise AssertionError

    def _write(
        self, book: Book, keyed: Sequence[Keyed], decide: Callable[[Book], Iterable[Changes | CommandError]]
    ) -> list[Any]:
        """Decide, then write the book, what else changes, and the keys; give the receipts and the refusals."""
        decided = list(decide(book))
        book.write()
        for one, changes in zip(keyed, decided, strict=True):
            if isinstance(changes, Changes):
                changes.write(book.unit)
                book.unit.add(KEYS, [one.row(changes.receipt)] if one.key is not None else [])
        return [changes.receipt if isinstance(changes, Changes) else changes for changes in decided]


def _decided(
    book: Book,
    ready: Sequence[Item | CommandError],
    decide: Callable[[Book, Sequence[Item]], Iterable[Changes | CommandError]],
) -> Iterator[Changes | CommandError]:
    """What `decide` says of those that are ready, and the refusals of the others, each in its place."""
    decided = iter(decide(book, [one for one in ready if not isinstance(one, CommandError)]))
    return (one if isinstance(one, CommandError) else next(decided) for one in ready)


def key_id(key: str) -> str:
    """What a store keeps of an idempotency key: its hash."""
    return digest("key", key)


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists of at most `BATCH`."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _lock(unit: Unit, keyed: Keyed) -> None:
    """Hold what the command is about, so that two of them come one after the other."""
    command = keyed.asked.command
    names = [f"lead:{command.lead_id}"] if command.lead_id else []
    names += [f"opportunity:{command.opportunity_id}"] if command.opportunity_id else []
    names += [f"key:{keyed.id}"] if keyed.key is not None else []
    unit.lock(*names, *WIDE.get(command.name, ()))


def _used(unit: Unit, many: Sequence[Keyed]) -> dict[str, KeyRow]:
    return by_id(unit, KEYS, (one.id for one in many if one.key is not None))


def _done_before(many: Sequence[Keyed], used: dict[str, KeyRow]) -> dict[int, Outcome]:
    """The answers to keys that were used, by place."""
    outcomes: dict[int, Outcome] = {}
    for place, keyed in enumerate(many):
        try:
            done = keyed.done(used.get(keyed.id))
        except ConflictError as error:
            outcomes[place] = error
        else:
            outcomes |= {place: done} if done else {}
    return outcomes


def _first_of_each_key(many: Sequence[Keyed], outcomes: dict[int, Outcome]) -> list[int]:
    seen: set[str] = set()
    places = []
    for place, keyed in enumerate(many):
        if place not in outcomes and (keyed.key is None or keyed.id not in seen):
            places.append(place)
            seen.add(keyed.id)
    return places


def _as_first(many: Sequence[Keyed], place: int, outcomes: dict[int, Outcome]) -> Outcome:
    """The answer to a key that came twice in one batch."""
    first = next(other for other in range(place) if many[other].key == many[place].key)
    if many[first].payload != many[place].payload:
        return ConflictError(Problem("", "this key stands twice, for two things", "give each its own", path="key"))
    return outcomes[first]
