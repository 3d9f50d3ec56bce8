"""What the commands of the desk share: where the store is, who gives the command, and texts in columns."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

import click
from click.core import ParameterSource

from leadkit.cli.codes import in_codes
from leadkit.cli.shared import error_lines, zoned

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.records.people import Actor
    from leadkit.texts import Language

DB = click.option(
    "--db",
    envvar="LEADKIT_DB",
    default="sqlite:///leadkit.db",
    show_default=True,
    show_envvar=True,
    help="The address of the store.",
)
POLICY = click.option(
    "--policy",
    "policy_name",
    envvar="LEADKIT_POLICY",
    default="standard",
    show_default=True,
    show_envvar=True,
    help="A shipped or a plugin's name, or a file.",
)
BY = click.option("--by", default="system", show_default=True, help="Who gives the command.")
ROLE = click.option("--role", help="The role of --by.")
KEY = click.option("--key", help="Idempotency key: with the same key the command runs once.")


MADE = re.compile(r"[0-9a-f]{26}")
"""An id that leadkit made: the time, then what nobody else has."""
SHORTEST = 8


def on_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for a store and a policy; the command gets the open desk in their place.

    Times without a zone are in the policy's then, and words for codes are codes.
    """

    @functools.wraps(command)
    def opened(*args: Any, db: str, policy_name: str, **options: Any) -> Any:
        _refuse_no_text(options)
        with opened_desk(db, policy_name) as desk:
            policy = desk.policy
            with usage_in(policy.language):
                values = {
                    name: in_codes(policy, name, zoned(value, policy.time_zone)) for name, value in options.items()
                }
                return command(desk, *args, **values)

    return DB(POLICY(opened))


@contextmanager
def usage_in(language: Language) -> Iterator[None]:
    """Say in `language` what is wrong with how a command is used."""
    try:
        yield
    except click.UsageError as error:
        from leadkit.texts.messages import translated

        raise click.UsageError(translated(error.message, language), error.ctx) from None


def commanded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for a command that happens once; it gets the open desk, in `by` who gives it, and its key."""

    @functools.wraps(command)
    def asked(desk: Desk, *args: Any, by: str, role: str | None, key: str | None, **options: Any) -> Any:
        return command(desk, *args, by=giver(desk, by, role), key=key, **options)

    return BY(ROLE(KEY(on_store(asked))))


@contextmanager
def opened_desk(db: str, policy_name: str) -> Iterator[Desk]:
    """The desk on the store at `db` with every plugin that is installed; errors are printed as lines."""
    from leadkit.desk.desk import Desk

    with error_lines() as reader, Desk(policy_name, db, discover=True) as desk:
        reader.language = desk.policy.language
        for failure in desk.plugins.failures:
            click.echo(f"leadkit: plugin {failure}", err=True)
        yield desk


def giver(desk: Desk, by: str, role: str | None, option: str = "by") -> Actor | None:
    """Who gives the command; None where nobody is named and the policy asks for it, so that the desk refuses it."""
    given = click.get_current_context().get_parameter_source(option)
    if desk.policy.document.desk.actor_required and given is ParameterSource.DEFAULT:
        return None
    return actor(by, role)


def actor(by: str, role: str | None) -> Actor:
    """Who gives the command.

    Raises:
        click.UsageError: somebody without a role, or what is no id or no role.
    """
    from pydantic import ValidationError

    from leadkit.records.people import SYSTEM, Actor

    if role is None and by != SYSTEM.id:
        raise click.UsageError("--by goes with --role, such as --role supervisor")
    try:
        return Actor(id=by, role=role or SYSTEM.role)
    except ValidationError:
        raise click.UsageError("--by takes up to 100 characters, --role a code such as senior_rep") from None


def _refuse_no_text(options: Mapping[str, Any]) -> None:
    """Refuse words whose bytes are no text, which no store could look for or keep."""
    if any("\ud800" <= sign <= "\udfff" for value in options.values() for sign in str(value)):
        raise click.UsageError("there are bytes in it that are no text in the terminal's encoding")


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows as lines whose columns stand one below the other, where Chinese characters are two wide."""
    plain = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*plain, strict=True)]
    for row in plain:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def short_ids(ids: Iterable[str | None]) -> dict[str, str]:
    """Each id as a list shows it: of one that leadkit made, as many signs as tell it from the others, and 8 at least.

    A command takes the beginning of such an id for the whole.
    """
    every = sorted({each for each in ids if each is not None})
    made = [each for each in every if MADE.fullmatch(each)]
    shared = [_shared(first, second) for first, second in pairwise(["", *made, ""])]
    shown = {each: each[: max(SHORTEST - 1, *near) + 1] for each, near in zip(made, pairwise(shared), strict=True)}
    return {each: shown.get(each, each) for each in every}


def _shared(first: str, second: str) -> int:
    """How many signs two texts begin with alike."""
    signs = enumerate(zip(first, second, strict=False))
    return next((place for place, (sign, other) in signs if sign != other), 0)


def printable(text: str) -> str:
    """`text` in one line, without what a terminal would act upon."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def clipped(text: str, width: int) -> str:
    """`text` in one line that is at most `width` wide; what is left out is an ellipsis."""
    line = printable(text)
    if _width(line) <= width:
        return line
    while _width(line) >= width:
        line = line[: max(len(line) - max((_width(line) - width) // 2, 1), 0)]
    return line.rstrip() + "…"


def _width(text: str) -> int:
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
