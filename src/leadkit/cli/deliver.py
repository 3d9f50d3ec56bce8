"""The command that lets notices leave, by the notifiers that its options name and those of installed plugins."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import BY, ROLE, aligned, giver, on_store
from leadkit.cli.shared import SET_ASIDE

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import DeadLetter

MOST_SECRET = 4096
MOST_ADDRESSES = 65_536
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--log", is_flag=True, help="Print a line for each notice.")
@click.option(
    "--apprise", "urls", multiple=True, metavar="URL",
    help="An address that Apprise knows, or @FILE with one per line; other users can see command-line arguments.",
)  # fmt: skip
@click.option(
    "--robot", "robots", multiple=True, metavar="URL",
    help="A group robot of WeCom, DingTalk or Feishu, or @FILE with one in each line.",
)  # fmt: skip
@click.option("--webhook", metavar="URL", help="Where to post each notice as signed JSON; goes with --secret-file.")
@click.option("--secret-file", type=FILE, help="A file that holds the webhook's secret, whsec_...")
@click.option("--cloudevents", metavar="SOURCE", help="Post CloudEvents 1.0 from this source, an address or a urn.")
@click.option("--allow", multiple=True, metavar="NETWORK", help="A network of your own for --webhook: 10.1.0.0/16.")
@click.option("--language", type=click.Choice(["en", "zh_CN"]), help="Of the texts; by default the policy's.")
@click.option("--dead", is_flag=True, help="List what could not be delivered, and deliver nothing.")
@click.option("--again", is_flag=True, help="Let what could not be delivered be tried again, and deliver nothing now.")
@BY
@ROLE
@on_store
def deliver(
    desk: Desk, limit: int, log: bool, dead: bool, again: bool, by: str, role: str | None, **options: Any
) -> None:
    """Send the notices that wait, by every notifier.

    Those are the ones named here, and those of installed plugins.

    A notice that could not be sent is tried again by a later call, first after 30 seconds, then less and less often;
    after twelve times it is a dead letter. Exits with 1 when something could not be sent.
    """
    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk

    words = Wording.of(desk.policy)
    if dead:
        _list_dead(desk, limit, words)
        return
    if again:
        click.echo(words.line("lines", "again", desk.redeliver(by=giver(desk, by, role))))
        return
    options["language"] = options["language"] or words.language
    notifiers = list(_notifiers(log=log, zone=desk.policy.time_zone, **options))
    with Desk(desk.policy, desk.storage, plugins=notifiers, discover=True) as teller, _echoed():
        if not teller.plugins.notifiers():
            ways = "--log, --apprise, --robot or --webhook"
            raise click.UsageError(f"there is nobody to tell; name {ways}, or install a plugin")
        done = teller.deliver(limit, by=giver(desk, by, role))
    counts = {name: getattr(done, name) for name in ("delivered", "failed", "waiting", "dead")}
    click.echo(words.line("lines", "delivered", **counts))
    if done.missing:
        names = ", ".join(done.missing)
        click.echo(f"leadkit: {words.line('lines', 'missing', names)}", err=True)
    sys.exit(SET_ASIDE if done.failed else 0)


def _notifiers(
    *,
    log: bool,
    urls: tuple[str, ...],
    robots: tuple[str, ...],
    webhook: str | None,
    secret_file: Path | None,
    cloudevents: str | None,
    allow: tuple[str, ...],
    language: Any,
    zone: ZoneInfo,
) -> Iterator[Any]:
    if (webhook is None) != (secret_file is None) or ((allow or cloudevents) and webhook is None):
        raise click.UsageError("--webhook and --secret-file go together, and --allow and --cloudevents with them")
    if log:
        from leadkit.adapters.notification.log import LogNotifier

        yield LogNotifier(LOGGER, language)
    if urls:
        from leadkit.adapters.notification.apprise import apprise_notifiers

        addresses = [address for url in urls for address in _addresses(url, "--apprise")]
        yield from apprise_notifiers(addresses, language=language, zone=zone.key)
    if robots:
        from leadkit.adapters.notification.robots import RobotNotifier

        for address in (address for url in robots for address in _addresses(url, "--robot")):
            yield RobotNotifier(address, language=language, zone=zone.key)
    if webhook is not None and secret_file is not None:
        from leadkit.adapters.notification.webhook import WebhookNotifier

        secret = _read(secret_file, MOST_SECRET, "--secret-file").strip()
        yield WebhookNotifier(webhook, secret, source=cloudevents, allow=allow)


def _addresses(url: str, option: str) -> Iterable[str]:
    """The address itself, or those in the file after an `@`: one a line, without blank lines and `#` lines."""
    if not url.startswith("@"):
        return [url]
    lines = map(str.strip, _read(Path(url[1:]), MOST_ADDRESSES, option).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read(file: Path, most: int, option: str) -> str:
    """What a small file says; nothing of it goes into an error."""
    try:
        with file.open("rb") as opened:
            content = opened.read(most + 1)
        if len(content) <= most:
            return content.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{option}: the file can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{option}: the file is not UTF-8") from None
    raise click.UsageError(f"{option}: the file is longer than {most} bytes")


def _list_dead(desk: Desk, limit: int, words: Wording) -> None:
    letters = desk.dead_letters(limit)
    for line in aligned([_line(letter, words) for letter in letters]):
        click.echo(line)
    click.echo(words.line("lines", "dead", len(letters)))


def _line(letter: DeadLetter, words: Wording) -> tuple[str, ...]:
    notice = letter.notice
    about = notice.opportunity_id or notice.lead_id or words.nothing
    tried = words.line("lines", "attempts", letter.attempts)
    return words.moment(notice.at), words.notice(notice.kind), about, letter.plugin, tried, letter.error


LOGGER = "leadkit.notices"


class _Echo(logging.Handler):
    """Prints what is logged; where that fails, the notice counts as not delivered."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record))


@contextmanager
def _echoed() -> Iterator[None]:
    """The log of notices on the terminal, and nowhere else."""
    logger, echo = logging.getLogger(LOGGER), _Echo()
    before = logger.level, logger.propagate
    logger.addHandler(echo)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(echo)
        logger.setLevel(before[0])
        logger.propagate = before[1]
