"""What every command of a desk shares: how it runs, what it is about, and the method that gives it.

The methods of `Desk`, the terminal, permissions, state tables, the idempotency hash, the argument of `leadkit_veto`,
the reference and a JSON Schema are read from the classes in this room. A new command is one class in one of its files.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    get_type_hints,
)

from attrs import define, field, fields

from leadkit.desk.observing import observed
from leadkit.desk.step_times import check_time, times
from leadkit.process.command import ENVELOPE, Argument, Command, check_state
from leadkit.records.fields import FrozenDict
from leadkit.store.tables import hashable

if TYPE_CHECKING:
    from leadkit.desk.context import Changes, CommandContext
    from leadkit.desk.execute import Executor
    from leadkit.desk.owed import OpportunityFile
    from leadkit.desk.results import Receipt
    from leadkit.store.rows import LeadRow

P = ParamSpec("P")
R = TypeVar("R")
Result_co = TypeVar("Result_co", covariant=True)

LeadId = Annotated[str, Argument("The id of the lead.")]
OpportunityId = Annotated[str, Argument("The id of the opportunity.")]
Key = Annotated[str | None, Argument("Idempotency key: with the same key the command runs once.")]
Version = Annotated[int | None, Argument("Refuse the command unless its subject is at this version.")]
Reason = Annotated[str | None, Argument("Why, in your own words.")]
StepTime = Annotated[datetime | None, Argument("When it was; now where it is left out.", "--at")]


def frozen_mapping(values: Mapping[str, Any]) -> FrozenDict:
    """A mapping that can't be changed; anything else as it is, which `check_types` refuses."""
    if not isinstance(values, Mapping):
        return values
    return FrozenDict({name: hashable(value) for name, value in values.items()})


def as_tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    """A tuple of some values; a text or anything else as it is, which `check_types` refuses."""
    several = isinstance(values, Iterable) and not isinstance(values, (str, bytes, Mapping))
    return tuple(values) if several else values  # type: ignore[return-value]


@define(frozen=True)
class DeskCommand(Command, Generic[Result_co]):
    """A command that a desk carries out, and that answers with a result."""

    permission: ClassVar[Any] = None

    def run(self, executor: Executor) -> Result_co:
        """Carry the command out."""
        raise NotImplementedError


@define(frozen=True)
class SingleCommand(DeskCommand["Receipt"]):
    """A command that one transaction carries out once, however often its `key` is sent."""

    permission: ClassVar[Any] = None

    key: Key = field(default=None, kw_only=True, repr=False)

    def run(self, executor: Executor) -> Receipt:
        return executor.run(self, self.apply)

    def apply(self, context: CommandContext) -> Changes:
        """Read what the command is about, and decide; nothing is written here."""
        raise NotImplementedError


@define(frozen=True)
class LeadCommand(SingleCommand):
    """A command on one lead. With `version` it is refused where somebody else has changed the lead since."""

    permission: ClassVar[Any] = None
    subject: ClassVar[str | None] = "lead"
    owned: ClassVar[bool] = True

    lead_id: LeadId
    version: Version = field(default=None, kw_only=True)

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"lead:{self.lead_id}",)

    def apply(self, context: CommandContext) -> Changes:
        lead = context.work.row(self.lead_id)
        context.check_owner(lead)
        context.check_version(lead)
        check_state(self, lead.status, lead.id, context.commands)
        return self.decide(lead, context)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        """What becomes of the lead."""
        raise NotImplementedError


@define(frozen=True)
class OpportunityCommand(SingleCommand):
    """A command on one opportunity. With `version` it is refused where somebody else has changed it since.

    `at` is when the step was taken, where that was not now: not ahead of the clock, nor before the opening or one of
    the moments that a class names as `after`.
    """

    permission: ClassVar[Any] = None
    subject: ClassVar[str | None] = "opportunity"
    owned: ClassVar[bool] = True
    after: ClassVar[tuple[str, ...]] = ()

    opportunity_id: OpportunityId
    at: StepTime = field(default=None, kw_only=True)
    version: Version = field(default=None, kw_only=True)

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"opportunity:{self.opportunity_id}",)

    def apply(self, context: CommandContext) -> Changes:
        file = context.work.opportunity(self.opportunity_id)
        context.check_owner(file.row)
        context.check_version(file.row)
        check_state(self, file.row.stage, file.row.id, context.commands)
        check_time(context, file.row.id, times(file.row, ("opened_at", *self.after)))
        return self.decide(file, context)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        """What becomes of the opportunity."""
        raise NotImplementedError


class HasExecutor(Protocol):
    """What the methods made by `gives` belong to."""

    @property
    def executor(self) -> Executor: ...


def gives(command: Callable[P, DeskCommand[R]]) -> Callable[Concatenate[Any, P], R]:
    """The method that gives a command: its parameters, types and docstring are those of the class."""
    asked: Any = command

    def method(desk: HasExecutor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        given = command(*args, **kwargs)
        return observed(asked.name, lambda: given.run(desk.executor))

    method.__name__, method.__qualname__ = asked.name, f"Desk.{asked.name}"
    method.__doc__, method.__module__ = asked.__doc__, asked.__module__
    method.__signature__ = _signature(asked)  # type: ignore[attr-defined]
    method.command = asked  # type: ignore[attr-defined]
    return method


def _signature(command: type[DeskCommand[Any]]) -> inspect.Signature:
    """The parameters of a command behind `self`, with their plain types."""
    hints = get_type_hints(command)
    types = {attribute.alias: hints[attribute.name] for attribute in fields(command)}
    parameters = inspect.signature(command).parameters.values()
    plain = [parameter.replace(annotation=types[parameter.name]) for parameter in parameters]
    plain.sort(key=lambda parameter: parameter.name in ENVELOPE)
    desk = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    return inspect.Signature([desk, *plain], return_annotation=command.run.__annotations__["return"])


def given_by(*facades: type) -> tuple[type[DeskCommand[Any]], ...]:
    """The commands that the methods of some classes give, in their order; one that is overridden is not among them."""
    commands: list[type[DeskCommand[Any]]] = []
    for facade in facades:
        methods: dict[str, Any] = {}
        for owner in facade.__mro__:
            methods = {**methods, **{name: method for name, method in vars(owner).items() if name not in methods}}
        commands += [method.command for method in methods.values() if hasattr(method, "command")]
    return tuple(commands)
