"""The one way of a command: may they, does anybody object, was it done already, decide, write once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from attrs import define, evolve, field, setters

from leadkit.desk.account_facts import changed_companies, in_the_queue
from leadkit.desk.commands.schema import check_types
from leadkit.desk.context import Changes, CommandContext, Request, write
from leadkit.desk.delivery import Retries
from leadkit.desk.keys import (
    Outcome,
    answered_before,
    as_first,
    done_before,
    first_of_each_key,
    key_id,
    key_of,
    key_rows,
)
from leadkit.desk.planned import Planned
from leadkit.desk.results import Receipt
from leadkit.desk.scoring_again import renewed
from leadkit.desk.touches import touches
from leadkit.desk.who import Team, check_actor, team_among, team_in
from leadkit.desk.work_set import WorkSet
from leadkit.errors import CommandError, ConflictError, NotAllowedError, Problem
from leadkit.plugins.manager import Plugins
from leadkit.policy import Policy
from leadkit.process.calendar import WorkCalendar
from leadkit.process.command import Command, arguments
from leadkit.process.content import ContentLibrary
from leadkit.records.people import Actor
from leadkit.store.protocol import Storage, Unit
from leadkit.store.tables import KEYS, TOUCHES
from leadkit.store.values import unstorable

Item = TypeVar("Item")
Result = TypeVar("Result")
AnyCommand = TypeVar("AnyCommand", bound=Command)
BATCH = 200
"""How many leads or activities one transaction takes at most: others wait no longer than for these."""

TRIES = 10
"""How often a transaction is begun when others are in the way, before the error is raised."""

NO_CONTENT = ContentLibrary()


@define(on_setattr=setters.frozen)
class Batch:
    """What a batch of commands is decided with: one work set, and a context for each request."""

    work: WorkSet
    context: Callable[[Request], CommandContext]


@define(on_setattr=setters.frozen, kw_only=True)
class Executor:
    """What every command needs on its way: the policy, the store, the plugins, the time and new ids."""

    policy: Policy
    storage: Storage
    plugins: Plugins
    calendar: Callable[[], WorkCalendar] = field(repr=False)
    actor: Actor
    clock: Callable[[], datetime] = field(repr=False)
    ids: Callable[[], str] = field(repr=False)
    retries: Retries = field(repr=False)
    commands: tuple[type[Command], ...] = field(repr=False)
    import_id: str | None = None
    """The import whose rows these commands are; what they touch is kept as it was, so that it can be taken back."""

    named: bool = True
    """Whether the desk's actor was named by who opened it."""

    content: ContentLibrary = NO_CONTENT
    """What there is to send to leads; empty where the host names none."""

    planned: Mapping[str, Planned] = field(factory=dict, repr=False)
    """What commands are to come to, by what they are known by; one that would come to something else is refused."""

    def signed(self, command: AnyCommand) -> AnyCommand:
        """The command with who gives it: this desk's actor where it names nobody."""
        return command if command.by is not None else evolve(command, by=self.actor)

    def request(self, command: Command) -> Request:
        """A command as it comes in now."""
        named = self.named or command.by is not None
        return Request(self.signed(command), self.clock(), self.ids(), named)

    def permit(self, request: Request) -> None:
        """Let a command through that its actor may give, that a store can keep, and that no plugin objects to.

        Raises:
            NotAllowedError: the policy names other roles for it, or its actor is not named or has another role.
            CommandError: a field has the wrong type, a text in it can't be stored, or a plugin objects.
        """
        self._permit(request, team_among(self.storage, [request.actor]))

    def _permit(self, request: Request, team: Team | None) -> None:
        """The same; without a team the role of its actor is left to the transaction, which looks at it in any case."""
        command = request.command
        check_types(command)
        if team is not None:
            self._check_actor(request, team)
        self.policy.document.permissions.check(command.permission, request.actor, owned=command.owned)
        strange = [name for name, value in arguments(command).items() if any(unstorable(value, name))]
        if strange:
            raise CommandError(Problem("holds a character that no store keeps", path=name) for name in strange)
        self.plugins.veto(command)

    def _check_actor(self, request: Request, team: Team) -> None:
        rules, permission = self.policy.document.desk, request.command.permission
        check_actor(rules, request.actor, team, permission, named=request.named)

    def _team_of(self, requests: Iterable[Request]) -> Team | None:
        """The members among those who give commands, where plugins hear of these first; None leaves it for later."""
        if not self.plugins.hear_of_commands:
            return None
        return team_among(self.storage, (request.actor for request in requests))

    def _refused(
        self, requests: Sequence[Request], ready: Sequence[object], team: Team
    ) -> Iterator[tuple[int, CommandError]]:
        """The places of those who may not give their commands, whatever key these have, each with its refusal."""
        for place, (request, item) in enumerate(zip(requests, ready, strict=True)):
            try:
                if not isinstance(item, CommandError):
                    self._check_actor(request, team)
                elif isinstance(item, NotAllowedError):
                    yield place, item
            except NotAllowedError as error:
                yield place, error

    def admit(self, permission: str, by: Actor | None, *, owned: bool = False) -> None:
        """Let somebody through who may give the commands of many rows, before any of these is there.

        Raises:
            NotAllowedError: they may not.
        """
        actor, document = by or self.actor, self.policy.document
        named = self.named or by is not None
        check_actor(document.desk, actor, team_among(self.storage, [actor]), permission, named=named)
        document.permissions.check(permission, actor, owned=owned)

    def run(self, command: Command, apply: Callable[[CommandContext], Changes]) -> Receipt:
        """Permit, decide by `apply` and write in one transaction; with a used key, give the receipt of then."""
        request = self.request(command)
        team = self._team_of([request])
        self._permit(request, team)
        key = key_of(command)
        locks = [*([f"key:{key_id(key)}"] if key is not None else []), *request.command.locks]

        def work(unit: Unit) -> Receipt:
            unit.lock(*locks)
            self._check_actor(request, team_in(unit, [request.actor]))
            receipt = done_before(unit, command)
            if receipt is not None:
                return receipt
            rows = self.work_set(unit)
            changes = apply(self.context(rows, request))
            unit.add(TOUCHES, touches(rows, self.import_id) if self.import_id else ())
            rows.write()
            write(unit, [changes])
            self.renew(unit, changed_companies(rows), request)
            unit.add(KEYS, key_rows(request, changes.receipt))
            return changes.receipt

        return self.transaction(work)

    def run_many(
        self,
        commands: Sequence[Command],
        prepare: Callable[[Request], Item],
        decide: Callable[[Batch, Sequence[Item]], Sequence[Changes | CommandError]],
        *,
        locks: Iterable[str] = (),
    ) -> list[Outcome]:
        """Decide and write many commands in one transaction, under all their locks; one that is refused stops no other.

        `locks` are held besides those of the commands, and taken first.

        `prepare` makes ready outside of the transaction what each is decided by. `decide` is given those that were
        neither refused nor done before, and answers for each in their order.
        """
        requests = [self.request(command) for command in commands]
        team = self._team_of(requests)
        ready = [self._ready(request, team, prepare) for request in requests]
        sound = [request for request, item in zip(requests, ready, strict=True) if not isinstance(item, CommandError)]
        held = dict.fromkeys([*locks, *(name for request in sound for name in request.command.locks)])

        def work(unit: Unit) -> list[Outcome]:
            unit.lock(*held)
            known = team_in(unit, (request.actor for request in sound))
            refused = dict(self._refused(requests, ready, known))
            outcomes = answered_before(unit, commands) | refused
            places = first_of_each_key(commands, outcomes)
            outcomes |= {place: item for place in places if isinstance(item := ready[place], CommandError)}
            todo = [place for place in places if place not in outcomes]
            items = [item for place in todo if not isinstance(item := ready[place], CommandError)]
            rows = self.work_set(unit)
            decided = decide(Batch(rows, lambda request: self.context(rows, request)), items)
            unit.add(TOUCHES, touches(rows, self.import_id) if self.import_id else ())
            rows.write()
            outcomes |= dict(zip(todo, map(_answer, decided), strict=True))
            made = {place: each for place, each in zip(todo, decided, strict=True) if isinstance(each, Changes)}
            write(unit, made.values())
            if made:
                self.renew(unit, changed_companies(rows), requests[next(iter(made))])
            unit.add(KEYS, [row for place, each in made.items() for row in key_rows(requests[place], each.receipt)])
            answers = range(len(commands))
            return [outcomes.get(place) or as_first(commands, place, outcomes, refused) for place in answers]

        return self.transaction(work)

    def renew(self, unit: Unit, companies: Iterable[str], request: Request) -> None:
        """Score the other leads again of companies that a command changed, in its transaction."""
        chosen = in_the_queue(unit, companies) if self.policy.document.account.facts else ()
        if not chosen:
            return
        rows = self.work_set(unit)
        rows.only_scores = True
        unit.lock(*(f"lead:{lead_id}" for lead_id in chosen))
        rows.look_up(chosen)
        changes = renewed(self.context(rows, evolve(request, entry_id=self.ids())), chosen)
        rows.write()
        write(unit, [changes])

    def at(self, moment: datetime) -> Executor:
        """The same, at a time of its own."""
        return evolve(self, clock=lambda: moment)

    def work_set(self, unit: Unit) -> WorkSet:
        """An empty work set for one transaction."""
        return WorkSet(unit, self.policy, self.calendar)

    def context(self, work: WorkSet, request: Request) -> CommandContext:
        """What a command is decided with."""
        return CommandContext(
            request=request,
            policy=self.policy,
            work=work,
            commands=self.commands,
            import_id=self.import_id,
            planned=self.planned.get(request.command.identity or ""),
            new_id=self.ids,
        )

    def transaction(self, work: Callable[[Unit], Result], tries: int = TRIES) -> Result:
        """Do `work` in one transaction; begin anew where another transaction was in the way.

        Raises:
            ConflictError: `work` refused, or others were in the way `TRIES` times over.
        """
        try:
            with self.storage.transaction() as unit:
                return work(unit)
        except ConflictError as error:
            if not error.retryable or tries == 1:
                raise
        return self.transaction(work, tries - 1)

    def _ready(self, request: Request, team: Team | None, prepare: Callable[[Request], Item]) -> Item | CommandError:
        try:
            self._permit(request, team)
            return prepare(request)
        except CommandError as error:
            return error


def _answer(changes: Changes | CommandError) -> Outcome:
    return changes.receipt if isinstance(changes, Changes) else changes


def only(outcomes: Iterable[Outcome]) -> Receipt:
    """The receipt of the only command of a batch.

    Raises:
        CommandError: it was refused.
    """
    (outcome,) = outcomes
    if isinstance(outcome, CommandError):
        raise outcome
    return outcome


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists of at most `BATCH`."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
