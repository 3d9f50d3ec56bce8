"""Notices to Slack, mail and whatever else Apprise reaches: one address per notifier."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from leadkit.adapters.notification.messages import Message, cut, load_texts, render, zone_of
from leadkit.adapters.notification.posting import WAITS
from leadkit.errors import DeliveryError, MissingExtraError, PluginError, Problem
from leadkit.plugins.hooks import hookimpl
from leadkit.plugins.notice import Notice
from leadkit.texts import Language

_HTTP_CODE = re.compile(r"\berror=([1-5][0-9]{2})\b")
_MAIL_CODE = re.compile(r"(?:\(|was refused: )([45][0-9]{2})\b")
BYTES = {"wecombot": 2048}
"""Services that count bytes of UTF-8 where Apprise counts characters."""

LOGGERS = ("apprise", "urllib3.connectionpool")

_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)
_MAIL = ("Socket Exception: (", "Socket Exception: {", "SMTP recipient ")
"""How the lines begin in which Apprise repeats what a mail server answered; most of them are only for debugging."""


class AppriseNotifier:
    """Tells one address, in words.

    One address, because an address that failed is told again while the others must not be: `apprise_notifiers` makes
    one notifier for each. For the same reason an address that stands for several receivers is refused.

    `timeout` bounds each connection and each wait for the other side, in seconds; the messages go to services that the
    company chose, so one that drips is not cut off in between. Before a message there is a pause, so that two are at
    least `pause` seconds apart; None is what Apprise holds right for the service. `only` says which notices are told;
    the others count as delivered. `name` is what logs and the delivery state call it: by default the schema with a
    short digest of the address, so it changes with the address.

    Apprise takes an HTTP status of 200 as delivered. The group robots of WeCom, DingTalk and Feishu say no with a 200,
    too: use `leadkit.adapters.notification.robots.RobotNotifier` for them, which reads what they answer. Apprise and
    the HTTP library under it log addresses, which hold secrets: what they say during a call is not logged.

    Raises:
        PluginError: the address, zone, time or texts can't be used. It shows no more of the address than its schema.
        MissingExtraError: Apprise is not installed.
    """

    def __init__(  # noqa: PLR0913
        self,
        url: str,
        *,
        name: str | None = None,
        language: Language = "zh_CN",
        templates: str | Path | Mapping[str, Any] | None = None,
        zone: str = "Asia/Shanghai",
        timeout: float = 10.0,
        pause: float | None = None,
        only: Callable[[Notice], bool] = lambda _: True,
    ) -> None:
        schema = _schema(url)
        self.name = name or f"apprise:{schema}:{sha256(url.encode()).hexdigest()[:8]}"
        self._texts = load_texts(language, templates)
        self._zone = zone_of(zone, self.name)
        self._service = _service(url, name or f"apprise address ({schema})", timeout)
        if pause is not None:
            self._service.request_rate_per_sec = pause
        self._limit = BYTES.get(str(self._service.secure_protocol))
        self._only = only

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        """Send `notice` once, where it is for this address.

        Raises:
            DeliveryError: the service can't be reached or did not take it.
        """
        if self._only(notice):
            self._send(render(notice, self._texts, zone=self._zone))

    def _send(self, message: Message) -> None:
        from apprise import NotifyFormat, OverflowMode

        fitted = self._fitting(message)
        with _unheard() as heard:
            try:
                sent = self._service.notify(
                    title=fitted.title,
                    body=fitted.body,
                    body_format=NotifyFormat.TEXT,
                    overflow=OverflowMode.TRUNCATE,
                )
            except Exception as error:  # noqa: BLE001 - of a hundred services, any may raise anything with its address
                raise DeliveryError(Problem(f"could not be sent ({type(error).__name__})", place=self.name)) from None
        if not sent:
            raise _failure(self.name, heard)

    def _fitting(self, message: Message) -> Message:
        """`message` as the service takes them: one text where it knows no title, cut where it counts bytes."""
        if self._service.title_maxlen > 0:
            return message
        text = f"{message.title}\n{message.body}".strip()
        return Message("", text if self._limit is None else cut(text, self._limit))


def apprise_notifiers(
    urls: Sequence[str], *, routes: Mapping[str, Sequence[str]] | None = None, **options: Any
) -> tuple[AppriseNotifier, ...]:
    """A notifier for each address in `urls` and `routes`; `options` are those of `AppriseNotifier`, but name and only.

    A notice goes to the addresses of `routes` under the member it is for, else under its role, else to all of `urls`.
    An empty route keeps its notices from everybody. For the group robots of WeCom, DingTalk and Feishu there is
    `leadkit.adapters.notification.robots.RobotNotifier`.

    Raises:
        PluginError: addresses can't be used; all of them at once, by position and schema.
    """
    routed = {key: frozenset(addresses) for key, addresses in (routes or {}).items()}
    made, problems = [], []
    for place, url in _placed(urls, routes or {}):
        try:
            only = partial(_is_for, url=url, everyone=frozenset(urls), routed=routed)
            made.append(AppriseNotifier(url, only=only, **options))
        except PluginError as error:
            problems += [
                Problem(problem.message, problem.hint, place=f"{place}, {problem.place}") for problem in error.problems
            ]
    if problems:
        raise PluginError(problems)
    return tuple(made)


def _placed(urls: Sequence[str], routes: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Every address once, with where it stands first."""
    seen: set[str] = set()
    for where, addresses in (("urls", urls), *((f"routes.{key}", addresses) for key, addresses in routes.items())):
        for number, url in enumerate(addresses, start=1):
            if url not in seen:
                yield f"{where}, address {number}", url
            seen.add(url)


def _is_for(notice: Notice, *, url: str, everyone: frozenset[str], routed: Mapping[str, frozenset[str]]) -> bool:
    keys = (key for key in (notice.to, notice.role) if key is not None)
    return url in next((routed[key] for key in keys if key in routed), everyone)


def _service(url: str, place: str, timeout: float) -> Any:
    try:
        from apprise import Apprise, AppriseAsset
    except ImportError:
        raise MissingExtraError.of("apprise", "notify") from None
    if not 0 < timeout <= 600:
        raise PluginError(Problem("the time must be above 0 and at most 600 seconds", place=place))
    _hush()
    asset = AppriseAsset(
        app_id="leadkit", app_desc="leadkit", storage_mode="memory", pgp_autogen=False, pem_autogen=False
    )
    with _unheard(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        service = Apprise.instantiate(url, asset=asset)
    if service is None:
        raise PluginError(Problem("Apprise can't use it", "see the forms of addresses that Apprise takes", place=place))
    if len(service) > 1:
        raise PluginError(
            Problem(f"stands for {len(service)} receivers", "give each an address of its own", place=place)
        )
    service.socket_connect_timeout = service.socket_read_timeout = timeout
    service.redirects = False
    return service


def _failure(place: str, heard: Iterable[str]) -> DeliveryError:
    """What is known of a failure without repeating what Apprise says of it."""
    lines = list(heard)
    of_mail = [int(code) for line in lines if line.startswith(_MAIL) for code in _MAIL_CODE.findall(line)]
    of_http = [int(code) for line in lines for code in _HTTP_CODE.findall(line)]
    if of_mail:
        # What one recipient refuses for now may do later: for good is only what all refuse for good.
        answered, permanent = min(of_mail), min(of_mail) >= 500
    elif of_http:
        answered = of_http[-1]
        permanent = 400 <= answered < 500 and answered not in WAITS
    else:
        return DeliveryError(Problem("the service can't be reached or did not take it", place=place))
    return DeliveryError(Problem(f"the service answered {answered}", place=place), permanent=permanent)


def _schema(url: str) -> str:
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]{0,30})://", url)
    return match[1].lower() if match else "no schema"


@contextmanager
def _unheard() -> Iterator[list[str]]:
    """What the libraries log in here comes as this list, and goes nowhere else."""
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        with _LOUD:
            yield heard
    finally:
        _heard.reset(token)


class _Loud:
    """While calls run, Apprise logs all it has, since it says only there what a mail server answered."""

    def __init__(self) -> None:
        self._logger = logging.getLogger(LOGGERS[0])
        self._lock = Lock()
        self._calls = 0
        self._before = logging.NOTSET
        self.least = logging.NOTSET
        """The level that the host wants to see."""

    def __enter__(self) -> None:
        with self._lock:
            if not self._calls:
                self._before, self.least = self._logger.level, self._logger.getEffectiveLevel()
                self._logger.setLevel(logging.DEBUG)
            self._calls += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._calls -= 1
            if not self._calls:
                self._logger.setLevel(self._before)
                self.least = logging.NOTSET


_LOUD = _Loud()


def _hush() -> None:
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_passes)


def _passes(record: logging.LogRecord) -> bool:
    heard = _heard.get()
    if heard is None:
        return record.name != LOGGERS[0] or record.levelno >= _LOUD.least
    message = record.getMessage()
    if record.levelno >= logging.WARNING or message.startswith(_MAIL):
        heard.append(message)
    return False
