"""Cases that have ended, for the commands that learn from them: from a store, or from files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from leadkit.cli.opening import DB, opened_desk
from leadkit.cli.shared import AS_OF, load_named, time_or_now

if TYPE_CHECKING:
    from leadkit.policy import Policy
    from leadkit.reviewing.calibration_cases import Outcome
    from leadkit.texts import Language

LEADS = click.option(
    "--leads", type=click.Path(path_type=Path), help="A lead sheet, or a table with facts as heads, lead_id and won."
)
OPPORTUNITIES = click.option(
    "--opportunities", "--outcomes", type=click.Path(path_type=Path), help="Its table of opportunities."
)
ACTIVITIES = click.option("--activities", type=click.Path(path_type=Path), help="Its follow-up sheet.")
UNOPENED = click.option(
    "--unopened-days",
    type=click.IntRange(min=1),
    help="Valid leads without an opportunity are lost cases after so many days; without it they are none.",
)


class Sources(NamedTuple):
    """Where the cases come from: the files that are given, else the store at `db`."""

    db: str
    leads: Path | None
    opportunities: Path | None
    activities: Path | None
    unopened_days: int | None
    as_of: datetime | None

    @property
    def files(self) -> tuple[Path | None, ...]:
        """The files, which nothing may be written over."""
        return self.leads, self.opportunities, self.activities, Path(self.db.removeprefix("sqlite:///"))

    def read(self, policy_name: str) -> tuple[Policy, tuple[Outcome, ...], datetime]:
        """The policy, the cases, and the time to look from.

        Raises:
            LeadkitError: the policy is refused, or the cases can't be read.
        """
        if self.leads is None:
            with opened_desk(self.db, policy_name) as desk:
                now = time_or_now(self.as_of, desk.policy.time_zone)
                return desk.policy, desk.ended_cases(as_of=now, unopened_days=self.unopened_days), now
        from leadkit.adapters.case_files import read_cases

        policy = load_named(policy_name)
        now = time_or_now(self.as_of, policy.time_zone)
        read = read_cases(
            self.leads,
            self.opportunities,
            policy,
            activities=self.activities,
            as_of=now,
            unopened_days=self.unopened_days,
        )
        tell_left_out(read.left_out, policy.language)
        return policy, read.cases, now

    def read_assessed(self, policy_name: str) -> tuple[Policy, tuple[Outcome, ...], datetime]:
        """The same of opportunities as they were judged: of a table of them, else of the store.

        Raises:
            LeadkitError: the policy is refused or has no grading, or the cases can't be read.
        """
        if self.opportunities is None:
            return self.read(policy_name)
        from leadkit.adapters.assessed_files import read_assessed

        policy = load_named(policy_name)
        read = read_assessed(self.opportunities, policy)
        tell_left_out(read.left_out, policy.language)
        return policy, read.cases, time_or_now(self.as_of, policy.time_zone)


def tell_left_out(left_out: Mapping[str, int], language: Language) -> None:
    """Say on standard error how many rows of each sort are no cases."""
    from leadkit.texts import texts

    words = texts("learning", language)["left_out"]
    for code, count in left_out.items():
        if count:
            click.echo(words[code].format(count=count), err=True)


def from_cases(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say where the cases come from; the command gets `sources` in their place."""

    @functools.wraps(command)
    def sourced(
        *args: Any,
        db: str,
        leads: Path | None,
        opportunities: Path | None,
        activities: Path | None,
        unopened_days: int | None,
        as_of: datetime | None,
        **options: Any,
    ) -> Any:
        if options.get("grading"):
            if leads is not None or activities is not None:
                raise click.UsageError("--grading takes --opportunities alone, or a store")
        elif leads is None and (opportunities is not None or activities is not None):
            raise click.UsageError("--opportunities and --activities go with --leads")
        sources = Sources(
            db=db,
            leads=leads,
            opportunities=opportunities,
            activities=activities,
            unopened_days=unopened_days,
            as_of=as_of,
        )
        return command(*args, sources=sources, **options)

    for option in (AS_OF, UNOPENED, ACTIVITIES, OPPORTUNITIES, LEADS, DB):
        sourced = option(sourced)
    return sourced
