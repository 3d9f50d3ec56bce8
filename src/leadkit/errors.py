"""Every error that leadkit raises.

LeadkitError
├── PolicyError (ValueError)         a policy is refused whole
├── FactError (ValueError)           a fact, a record or a time given to a pure function can't be used
├── SheetError (ValueError)          a spreadsheet can't be read or written
├── TableError (ValueError)          a table lacks a column, or one has the wrong type
├── CommandError (ValueError)        a command asks for what can't be done; nothing was stored
│   ├── NotAllowedError (PermissionError)  the actor's role may not do this
│   ├── NotFoundError (LookupError)        there is no such lead, opportunity or member
│   └── ConflictError                      somebody else was first, or a key was used for something else
├── StorageError (RuntimeError)      a store can't be reached, read or written
├── NoSpaceError (SheetError, StorageError)  a file or a store can't grow: no space is left
├── PluginError (RuntimeError)       a plugin can't be loaded, or what it gave can't be used
├── DeliveryError (RuntimeError)     a notice did not arrive
└── MissingExtraError (ImportError)  an optional library is not installed

Each carries `problems`: all that is wrong, not only the first. Messages name places, columns and codes, never the
content of a cell or a field of a person. `retryable` says whether the same call may succeed if it is made again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from attrs import define, field, setters

from leadkit.results import Result


@define(on_setattr=setters.frozen)
class Problem(Result):
    """One thing that is wrong: what it is, how to fix it and where it stands.

    `place` is what a person can go to: `policy.toml:9:10`, `leads.xlsx, sheet 'Q3', row 12, column '电话'`.
    `path` is the place inside the document, such as `scoring.groups.fit.limit`; empty where there is none.
    """

    message: str
    hint: str = ""
    place: str = field(default="", kw_only=True)
    path: str = field(default="", kw_only=True)

    def __str__(self) -> str:
        where = " ".join(part for part in (self.place, self.path) if part)
        text = f"{where}: {self.message}" if where else self.message
        return f"{text} (hint: {self.hint})" if self.hint else text


class LeadkitError(Exception):
    """The root of the family; `problems` holds everything that was found wrong, in the order of the input.

    `retryable`: what was in the way may be gone, so that the same call, with the same key, may be made again.
    """

    def __init__(self, problems: Problem | Iterable[Problem], *, retryable: bool = False) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.retryable = retryable
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> Any:
        return partial(type(self), retryable=self.retryable), (self.problems,)


class PolicyError(LeadkitError, ValueError):
    """A policy is refused: it can't be read, or what it says makes no sense."""


class FactError(LeadkitError, ValueError):
    """A fact, a record or a time given to a pure function can't be used."""


class SheetError(LeadkitError, ValueError):
    """A spreadsheet can't be read or written; nothing of it was used."""


class TableError(LeadkitError, ValueError):
    """A table can't be evaluated: a column is missing or of the wrong type; nothing was run."""


class CommandError(LeadkitError, ValueError):
    """A command asks for what can't be done as things stand; nothing was stored and no key was used up."""


class NotAllowedError(CommandError, PermissionError):
    """The actor's role may not do this; the hint names the roles that may."""


class NotFoundError(CommandError, LookupError):
    """There is no such lead, opportunity, notice or member."""


class ConflictError(CommandError):
    """Somebody else was first: read again and decide anew; or an idempotency key came with another payload.

    A `retryable` one comes from a store: two transactions met that asked for nothing of each other.
    """


class StorageError(LeadkitError, RuntimeError):
    """A store can't be reached, read or written; what was acknowledged before is safe."""


class NoSpaceError(SheetError, StorageError):
    """No space is left for a file or a store; what stood there before is as it was."""


class PluginError(LeadkitError, RuntimeError):
    """A plugin can't be loaded, or what it gave can't be used; the place is the plugin's name."""


class DeliveryError(LeadkitError, RuntimeError):
    """A notice did not arrive. Raised by a notifier; the outbox keeps the notice and tries again.

    `permanent`: trying again is useless, the notice is a dead letter at once. `disables`: the receiver wants no more
    notices at all. `retry_after`: not before so many seconds, where the receiver said so.
    """

    def __init__(
        self,
        problems: Problem | Iterable[Problem],
        *,
        permanent: bool = False,
        disables: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(problems, retryable=not permanent)
        self.permanent = permanent
        self.disables = disables
        self.retry_after = retry_after

    def __reduce__(self) -> Any:
        how = partial(type(self), permanent=self.permanent, disables=self.disables, retry_after=self.retry_after)
        return how, (self.problems,)


class MissingExtraError(LeadkitError, ImportError):
    """An optional library is needed here and is not installed; the hint is the command that installs it."""

    @classmethod
    def of(cls, library: str, extra: str) -> MissingExtraError:
        """The error for `library`, which `pip install leadkit[extra]` brings."""
        return cls(Problem(f"the library {library} is not installed", f'pip install "leadkit[{extra}]"'))
