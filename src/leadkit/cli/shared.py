"""What the commands share: options, exit codes, and errors printed as lines."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from leadkit.decisions import Decision
    from leadkit.errors import LeadkitError
    from leadkit.policy import Policy
    from leadkit.policy.sheets import MapFile
    from leadkit.records.text import Moment as TextMoment
    from leadkit.texts import Language

Item = TypeVar("Item")
SET_ASIDE, REFUSED, NOT_INSTALLED, NO_SPACE, INTERRUPTED = 1, 3, 4, 5, 130
SELDOM = (100_000, 50, 100)
REMEMBERED = 20_000
SHEETS = (".xlsx", ".csv")
PAGES = (".html", ".htm")
MAGNITUDES = ("千", "k", "万", "w", "百万", "m", "千万", "亿")
MOST_TABLES = 12
"""No command writes more tables than these."""
FIRST_YEAR, LAST_YEAR = 1901, 2998


class Reader:
    """Who reads what a command prints; in English, until the policy that says more is open."""

    def __init__(self) -> None:
        self.language: Language = "en"


@contextmanager
def error_lines() -> Iterator[Reader]:
    """Turn leadkit's errors into lines on standard error, in the reader's language, and an exit code."""
    from leadkit.errors import LeadkitError

    reader = Reader()
    try:
        yield reader
    except LeadkitError as error:
        tell_error(error, reader.language)
        sys.exit(_exit_code(error))


def tell_error(error: LeadkitError, language: Language) -> None:
    """Say on standard error all that is wrong."""
    from leadkit.errors import NotAllowedError
    from leadkit.texts import texts
    from leadkit.texts.messages import in_language

    for problem in error.problems:
        click.echo(f"leadkit: {in_language(problem, language)}", err=True)
    if isinstance(error, NotAllowedError) and any(problem.message.startswith("system ") for problem in error.problems):
        click.echo(texts("desk", language)["lines"]["who"], err=True)


def _exit_code(error: LeadkitError) -> int:
    from leadkit.errors import MissingExtraError, NoSpaceError

    if isinstance(error, NoSpaceError):
        return NO_SPACE
    return NOT_INSTALLED if isinstance(error, MissingExtraError) else REFUSED


class BulkEnd(SystemExit):
    """The end of a command that has read very many rows, all of whose work is done and whose files are closed.

    The process ends at once then: to give back each of millions of objects before takes seconds.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@contextmanager
def bulk_work() -> Iterator[None]:
    """For a command over many rows: what was read of a row is remembered for its next step, and of all at the end none.

    Garbage is collected seldom meanwhile.
    """
    from leadkit.records.text import remembering

    with seldom_collected(), remembering(REMEMBERED):
        yield


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Collect garbage seldom: rows make no circles, and to look at all of them takes longer and longer."""
    import gc

    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def with_progress(items: Sequence[Item], label: str) -> Iterator[Item]:
    """The items, with a progress bar on a terminal when there are many."""
    if len(items) < 2000 or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, label=label, file=sys.stderr) as shown:
        yield from shown


def terminal_width() -> int:
    """How wide the lines of a list may be: as the terminal, from 80 to 120; 100 where there is none."""
    return min(max(shutil.get_terminal_size((100, 24)).columns, 80), 120)


def tell_of_more(shown: int, limit: int, language: Language) -> None:
    """Say on standard error that a list may go on where nobody asked for so many lines."""
    from leadkit.texts import texts

    asked = click.get_current_context().get_parameter_source("limit")
    if shown == limit and asked is ParameterSource.DEFAULT:
        click.echo(texts("desk", language)["lines"]["first"].format(limit), err=True)


def check_output(output: Path | None, endings: tuple[str, ...]) -> None:
    """Refuse an output that could not be written, before anything is done.

    Raises:
        click.UsageError: its ending is another, or its folder is not there.
    """
    if output is None:
        return
    if output.suffix.lower() not in endings:
        raise click.UsageError(f"-o takes {', '.join(endings)}")
    if not output.parent.is_dir():
        raise click.UsageError(f"-o: there is no folder {output.parent}")


def refuse_overwriting(output: Path | None, *inputs: Path | None) -> None:
    """Refuse an output that is one of the inputs, or one whose further files, `OUT-2.csv` beside `OUT.csv`, are there.

    Raises:
        click.UsageError: it is.
    """
    from leadkit.adapters.files import derived_names

    written = derived_names(output, MOST_TABLES) if output else []
    if any(file is not None and _same(file, other) for file in inputs for other in written):
        raise click.UsageError("-o would write over an input; name another file")
    taken = [file.name for file in written[1:] if file.exists()]
    if taken:
        raise click.UsageError(f"-o might write over {', '.join(taken)}; move or delete it, or name another file")


def _same(file: Path, other: Path) -> bool:
    """Whether two paths lead to one file, by whatever links."""
    try:
        return file.samefile(other)
    except OSError:
        return file.resolve() == other.resolve()


class Moment(click.ParamType[datetime]):
    """A time as `2026-11-24`, `2026-11-24T09:00` or with a zone; without one it is meant in the policy's (`zoned`).

    What the cells of a sheet may say is a time here too: `2026年11月24日 上午9点`, `24 Nov 2026`. Of a day without its
    year, such as `12月1日`, it is the nearest one.
    """

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        from leadkit.records.text import read_moment

        moment = read_moment(value) or _nearest(value)
        if moment is None:
            self.fail("not a time such as 2026-11-24 or 2026-11-24T09:00+08:00", param, ctx)
        if not FIRST_YEAR <= moment.at.year <= LAST_YEAR:
            self.fail(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}", param, ctx)
        return moment.at


def _nearest(text: str) -> TextMoment | None:
    """A day of a named month that is written without its year: the one that is nearest to today."""
    from leadkit.records.text import read_moment

    if not any(sign.isalpha() for sign in text):
        return None
    now = datetime.now()  # noqa: DTZ005
    written = [form for year in range(now.year - 1, now.year + 2) for form in (f"{year}年{text}", f"{text} {year}")]
    moments = [moment for moment in map(read_moment, written) if moment is not None]
    return min(moments, key=lambda moment: abs(moment.at.replace(tzinfo=None) - now), default=None)


def zoned(value: Any, zone: ZoneInfo) -> Any:
    """What an option said, with the times that have no zone in `zone`."""
    if isinstance(value, tuple):
        return tuple(zoned(part, zone) for part in value)
    return value.replace(tzinfo=zone) if isinstance(value, datetime) and value.tzinfo is None else value


def time_or_now(moment: datetime | None, zone: ZoneInfo) -> datetime:
    """The time that was given, or the machine's in whole seconds; in `zone` where it has none."""
    time: datetime = datetime.now(zone).replace(microsecond=0) if moment is None else zoned(moment, zone)
    return time


def load_named(name: str) -> Policy:
    """The policy called `name`, or in the file `name`; its permissions may name the commands of a desk only.

    Raises:
        PolicyError: it is refused.
    """
    from leadkit.desk.commands.catalogue import COMMANDS
    from leadkit.desk.opening import permissions_of
    from leadkit.policy import load_policy

    return load_policy(name, commands=permissions_of(COMMANDS))


def write_page(
    policy: Policy, decisions: Iterable[Decision], page: Path, as_of: datetime, language: Language | None
) -> None:
    """Write a worklist as a page for the phone.

    Raises:
        SheetError: the file can't be written; what stood there is left as it was.
    """
    from leadkit.adapters.files import unwritable
    from leadkit.adapters.page.worklist import write_worklist_page

    try:
        write_worklist_page(policy, decisions, page, as_of=as_of, language=language)
    except OSError as error:
        raise unwritable(page, error) from None


def load_heads(name: str | None, policy: Policy) -> MapFile | None:
    """The map called `name`, or in the file `name`, where one is asked for.

    Raises:
        SheetError: it is refused.
    """
    from leadkit.adapters.spreadsheets.heads.maps import load_map

    return load_map(name, policy) if name else None


POLICY = click.option(
    "--policy",
    "policy_name",
    envvar="LEADKIT_POLICY",
    default="standard",
    show_default=True,
    show_envvar=True,
    help="A shipped name or a TOML file.",
)
SHEET = click.option("--sheet", help="Read this sheet of a workbook only; a hidden one is read when it is named.")
MAP = click.option(
    "--map", "map_name", metavar="NAME|FILE", help="Which heads are which fields: a shipped map or a TOML file."
)
AS_OF = click.option("--as-of", type=Moment(), help="The time of the decision; now where it is left out.")
LANGUAGE = click.option(
    "--language",
    type=click.Choice(["en", "zh_CN"]),
    help="Language of the result; by default the policy's, or the sheet's own.",
)
NOW = click.option("--now", type=Moment(), help="The time to look from; the machine's own where it is left out.")


def as_text(document: Any) -> str:
    """What `--json` prints."""
    return json.dumps(document, ensure_ascii=False, indent=2)


AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
