"""Webhooks: a notice as signed JSON to a company's own address, after the Standard Webhooks specification."""

from __future__ import annotations

import json
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from hmac import new as hmac
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import define, setters

from leadkit.adapters.hookspecs import hookimpl
from leadkit.adapters.notification.addresses import Gate, Resolver, networks, resolve, target_of
from leadkit.adapters.notification.notice import Notice
from leadkit.errors import DeliveryError, MissingExtraError, PluginError, Problem

if TYPE_CHECKING:
    import httpcore2

RESPONSE_BYTES = 65_536
DAY = 86_400.0
WAITS = frozenset({408, 425, 429})
"""Answers of the 4xx kind after which a later try may do."""

MOVED = frozenset({301, 308})


@define(on_setattr=setters.frozen)
class Answer:
    """What the receiver said: the status, and how many seconds it wants to be left alone."""

    status: int
    retry_after: float | None


class WebhookNotifier:
    """Posts each notice to one address.

    The body is the notice as a JSON object; `webhook-id` is its id, the same on every retry; `webhook-signature` is
    made with `secret` (`whsec_` and base64 of 24 to 64 bytes). A status of 2xx is a delivery, whatever breaks after it.
    One call is one attempt of at most `timeout` seconds; how long looking the name up takes, the system says.

    Only https, and only to a host all of whose addresses are public or in one of the networks `allow`, such as
    `10.1.0.0/16`; http only where all are in `allow`. Redirects are not followed and no proxy is used. `ca` is a PEM
    file of authorities that are trusted instead of the system's. `clock` dates the signature; `resolver` gives the
    addresses of a host. `name` is what logs and the delivery state call it: by default the host with a short digest of
    the address, so it changes with the address.

    Raises:
        PluginError: the address, secret, network, time or file can't be used. It shows none of them.
    """

    def __init__(  # noqa: PLR0913
        self,
        url: str,
        secret: str,
        *,
        name: str | None = None,
        allow: Iterable[str] = (),
        timeout: float = 10.0,
        ca: str | Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: Resolver = resolve,
    ) -> None:
        place = name or "webhook"
        self._target = target_of(url, place)
        self.name = name or f"webhook:{self._target.host}:{sha256(url.encode()).hexdigest()[:8]}"
        self._key = _key(secret, place)
        plain = self._target.scheme == "http"
        self._gate = Gate(place=self.name, allow=networks(allow, place), only_allowed=plain, resolver=resolver)
        if plain and not self._gate.allow:
            raise PluginError(Problem(place, "http is only for allowed networks", "use https, or allow its network"))
        if not 0 < timeout <= 600:
            raise PluginError(Problem(place, "the time must be above 0 and at most 600 seconds"))
        self._timeout = timeout
        self._tls = _tls(ca, place)
        self._clock = clock

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        """Post `notice` once.

        Raises:
            DeliveryError: it did not arrive, or the receiver refused it.
        """
        with self._told():
            answer = self._post(notice)
        if not 200 <= answer.status < 300:
            raise self._refusal(answer)

    def _post(self, notice: Notice) -> Answer:
        import httpcore2

        from leadkit.adapters.notification.connection import PinnedBackend

        target = self._target
        body = body_of(notice)
        url = httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        addresses = self._gate.addresses(target.host, target.port)
        backend = PinnedBackend(addresses, monotonic() + self._timeout)
        with (
            httpcore2.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
            pool.stream("POST", url, headers=self._headers(notice, body), content=body) as response,
        ):
            _read(response)
            return Answer(response.status, _retry_after(response.headers, self._clock()))

    def _headers(self, notice: Notice, body: bytes) -> dict[bytes | str, bytes | str]:
        key = quote(notice.id, safe=":@,;=+").replace(".", "%2E")
        at = str(int(self._clock().timestamp()))
        return {
            "Host": self._target.authority,
            "Content-Type": "application/json",
            "User-Agent": "leadkit",
            "Connection": "close",
            "webhook-id": key,
            "webhook-timestamp": at,
            "webhook-signature": sign(self._key, key, at, body),
        }

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the network does becomes a DeliveryError that names the notifier and holds no address."""
        import httpcore2

        broken = (OSError, httpcore2.NetworkError, httpcore2.ProtocolError)
        try:
            yield
        except (TimeoutError, httpcore2.TimeoutException):
            raise DeliveryError(self._problem(f"no answer within {self._timeout:g} seconds")) from None
        except ssl.SSLCertVerificationError as error:
            why = f"the certificate is not accepted: {error.verify_message}"
            raise DeliveryError(self._problem(why)) from None
        except broken as error:
            raise DeliveryError(self._problem(f"the connection failed ({type(error).__name__})")) from None

    def _refusal(self, answer: Answer) -> DeliveryError:
        status = answer.status
        permanent = status in MOVED or (400 <= status < 500 and status not in WAITS)
        return DeliveryError(
            self._problem(f"the receiver answered {status}"),
            permanent=permanent,
            disables=status == 410,
            retry_after=None if permanent else answer.retry_after,
        )

    def _problem(self, message: str) -> Problem:
        return Problem(self.name, message)


def body_of(notice: Notice) -> bytes:
    """A notice as JSON: its own fields, `at` in UTC after ISO 8601."""
    return json.dumps(
        {
            "id": notice.id,
            "kind": notice.kind,
            "at": notice.at.astimezone(UTC).isoformat(),
            "lead_id": notice.lead_id,
            "opportunity_id": notice.opportunity_id,
            "to": notice.to,
            "role": notice.role,
            "details": dict(notice.details),
        }
    ).encode()


def sign(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """The value of `webhook-signature`: version 1, an HMAC with SHA-256 over id, timestamp and body."""
    digest = hmac(key, b".".join((webhook_id.encode(), timestamp.encode(), body)), sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


def _key(secret: str, place: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise PluginError(Problem(place, "the secret is not whsec_ and base64 of 24 to 64 bytes"))
    return key


def _tls(ca: str | Path | None, place: str) -> ssl.SSLContext:
    try:
        import httpx2
    except ImportError:
        raise MissingExtraError.of("httpx2", "webhook") from None
    try:
        return ssl.create_default_context(cafile=ca) if ca else httpx2.create_ssl_context(trust_env=False)
    except OSError:
        raise PluginError(Problem(place, "the file of authorities can't be read", "a PEM file")) from None


def _read(response: httpcore2.Response) -> None:
    """Let the receiver finish its answer, within bounds; the status has decided already."""
    import httpcore2

    left = RESPONSE_BYTES
    with suppress(OSError, httpcore2.NetworkError, httpcore2.ProtocolError):
        for chunk in response.iter_stream():
            left -= len(chunk)
            if left <= 0:
                return


def _retry_after(headers: Iterable[tuple[bytes, bytes]], now: datetime) -> float | None:
    """The seconds that Retry-After asks for, as a number or a date, at most a day; None where it says neither."""
    text = next((value.decode("latin-1").strip() for name, value in headers if name.lower() == b"retry-after"), "")
    if text.isascii() and text.isdigit():
        return min(float(text), DAY)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, ArithmeticError):
        return None
    return min(max(((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds(), 0.0), DAY)
