"""The tests that every store passes, ours and other people's.

```python
from functools import partial
import pytest
from leadkit.testing.storage.contract import checks

@pytest.mark.parametrize("check", checks(), ids=str)
def test_the_store_keeps_its_promises(check, tmp_path):
    prepare(tmp_path)
    check(partial(MyStorage, tmp_path / "leads"))
```

What a check is given opens the same store again and again, in threads and in other processes: it must be picklable,
such as a class, a function of a module, or a `functools.partial` of one. Checks write under ids that nobody else has,
so many of them run on one store.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, setters

from leadkit.store.protocol import Storage
from leadkit.testing.storage import checks as rows
from leadkit.testing.storage import desk_checks as desk
from leadkit.testing.storage import process_checks as many
from leadkit.testing.storage import value_checks as values

Open = Callable[[], Storage]
PROCESSES, DURABLE = frozenset({"processes"}), frozenset({"durable"})


@define(on_setattr=setters.frozen, eq=False)
class Check:
    """One promise of `leadkit.store.protocol`, and the function that finds out whether a store keeps it.

    `needs` is what a store must be for it: `processes`, where several of them open it at once, `durable`, where what it
    keeps outlives them.

    Raises:
        AssertionError: the store breaks the promise; the message is the promise and what was found.
    """

    name: str
    sentence: str
    function: Callable[[Open], None]
    needs: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name

    def __call__(self, open: Open) -> None:  # noqa: A002
        try:
            self.function(open)
        except Exception as error:
            raise AssertionError(f"{self.sentence} But: {error or type(error).__name__}") from error


CHECKS: tuple[Check, ...] = (
    Check(
        "atomicity",
        "What is written in one transaction is kept together or not at all.",
        rows.atomicity,
    ),
    Check("own_writes", "A transaction sees what it wrote itself.", rows.own_writes),
    Check("versions", "Who replaces a row that was changed since it was read is refused.", rows.versions),
    Check("adding_twice", "A row that is there can't be added again.", rows.adding_twice),
    Check("queries", "A query finds exactly the rows that it asks for.", values.queries),
    Check("queue_order", "The queue is ordered by points, then by time, then by id.", values.queue_order),
    Check("text_order", "Texts are compared and ordered by their code points.", values.text_order),
    Check("serial_order", "Rows of a serial table are numbered in the order they came.", values.serial_order),
    Check("uncommitted", "Nobody sees what another transaction has not kept yet.", rows.uncommitted),
    Check("snapshot", "A reader sees one state while others write.", rows.snapshot),
    Check("unicode", "Texts of every script and length come back as they were.", values.unicode),
    Check("exact_values", "Every value of every column comes back exactly.", values.exact_values),
    Check(
        "large",
        "Ten thousand rows go into one transaction, five thousand ids into one query.",
        values.large,
    ),
    Check("keys", "A command happens once under its key.", desk.keys),
    Check("refusals", "A command that is refused stores nothing and burns no key.", desk.refusals),
    Check("outbox", "Notices wait in their order, are leased, and stay until they are told.", desk.outbox),
    Check("notifiers", "A notifier that fails holds up no other one.", desk.notifiers),
    Check("erasure", "After an erasure no table holds anything personal.", desk.erasure),
    Check("reopened", "What was kept is there when the store is opened again.", rows.reopened, DURABLE),
    Check("locked_writers", "Writers that lock lose nothing.", many.locked_writers, PROCESSES),
    Check(
        "versioned_writers",
        "Writers that begin anew when somebody else was first lose nothing.",
        many.versioned_writers,
        PROCESSES,
    ),
    Check("one_winner", "Of many who add the same row, one is first.", many.one_winner, PROCESSES),
    Check(
        "crash",
        "What was acknowledged before a crash is there once; what was not, is there whole or not at all.",
        many.crash,
        PROCESSES | DURABLE,
    ),
)
"""Every check, each under a name that stays."""


def checks(*, durable: bool = True, processes: bool = True) -> tuple[Check, ...]:
    """The checks that apply: without `durable` for a store that is gone with its process, without `processes` for one
    that a single process opens."""
    left_out = (frozenset() if durable else DURABLE) | (frozenset() if processes else PROCESSES)
    return tuple(check for check in CHECKS if not check.needs & left_out)
