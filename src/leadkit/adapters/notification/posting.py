"""One POST to one endpoint: where it may go, how long it may take, and what its status means."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from attrs import define, evolve, field, setters

from leadkit.adapters.notification.addresses import Gate, Resolver, Target, networks, resolve, target_of
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
    """What the receiver said: the status, how many seconds it wants to be left alone, and its body.

    The body is what came of it within the time and within 64 kB.
    """

    status: int
    retry_after: float | None
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


@define(on_setattr=setters.frozen, kw_only=True)
class Endpoint:
    """One address that is posted to. `name` is what errors call it; what stands behind its host is in none of them."""

    name: str
    target: Target = field(repr=False)
    gate: Gate = field(repr=False)
    timeout: float
    tls: ssl.SSLContext = field(repr=False)
    clock: Callable[[], datetime] = field(repr=False)

    def with_query(self, query: str) -> Endpoint:
        """The same endpoint with `query` behind what its address says already."""
        joint = "&" if "?" in self.target.path else "?"
        return evolve(self, target=evolve(self.target, path=f"{self.target.path}{joint}{query}"))

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post `body`, JSON, once.

        Raises:
            DeliveryError: there was no status within the time, or the address may not be connected to.
        """
        import httpcore2

        from leadkit.adapters.notification.connection import PinnedBackend

        target = self.target
        url = httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        sent: dict[bytes | str, bytes | str] = {**self._headers(), **dict(headers.items())}
        with self._delivery_errors():
            addresses = self.gate.addresses(target.host, target.port)
            backend = PinnedBackend(addresses, monotonic() + self.timeout)
            with (
                httpcore2.ConnectionPool(ssl_context=self.tls, network_backend=backend) as pool,
                pool.stream("POST", url, headers=sent, content=body) as response,
            ):
                received = _read(response)
                return Answer(response.status, _retry_after(response.headers, self.clock()), received)

    def refusal(self, answer: Answer) -> DeliveryError:
        """What a status other than 2xx means."""
        status = answer.status
        permanent = status in MOVED or (400 <= status < 500 and status not in WAITS)
        return DeliveryError(
            self.problem(f"the receiver answered {status}"),
            permanent=permanent,
            disables=status == 410,
            retry_after=None if permanent else answer.retry_after,
        )

    def problem(self, message: str) -> Problem:
        """What is wrong with this endpoint."""
        return Problem(message, place=self.name)

    def _headers(self) -> dict[bytes | str, bytes | str]:
        return {
            "Host": self.target.authority,
            "Content-Type": "application/json",
            "User-Agent": "leadkit",
            "Connection": "close",
        }

    @contextmanager
    def _delivery_errors(self) -> Iterator[None]:
        """What the network does becomes a DeliveryError that names the endpoint and holds no address."""
        import httpcore2

        broken = (OSError, httpcore2.NetworkError, httpcore2.ProtocolError)
        try:
            yield
        except (TimeoutError, httpcore2.TimeoutException):
            raise DeliveryError(self.problem(f"no answer within {self.timeout:g} seconds")) from None
        except ssl.SSLCertVerificationError as error:
            why = f"the certificate is not accepted: {error.verify_message}"
            raise DeliveryError(self.problem(why)) from None
        except broken as error:
            raise DeliveryError(self.problem(f"the connection failed ({type(error).__name__})")) from None


def endpoint(  # noqa: PLR0913
    url: str,
    kind: str,
    *,
    name: str | None = None,
    allow: Iterable[str] = (),
    timeout: float = 10.0,
    ca: str | Path | None = None,
    clock: Callable[[], datetime],
    resolver: Resolver = resolve,
) -> Endpoint:
    """The endpoint at `url`: https, and only to public addresses and the networks `allow`; http only to those.

    `kind` names it where there is no `name`: with the host and a short digest of the address behind it.

    Raises:
        PluginError: the address, network, time or file can't be used. It shows none of them.
        MissingExtraError: httpx2 is not installed.
    """
    place = name or kind
    target = target_of(url, place)
    named = name or f"{kind}:{target.host}:{sha256(url.encode()).hexdigest()[:8]}"
    plain = target.scheme == "http"
    gate = Gate(place=named, allow=networks(allow, place), only_allowed=plain, resolver=resolver)
    if plain and not gate.allow:
        raise PluginError(Problem("http is only for allowed networks", "use https, or allow its network", place=place))
    if not 0 < timeout <= 600:
        raise PluginError(Problem("the time must be above 0 and at most 600 seconds", place=place))
    return Endpoint(name=named, target=target, gate=gate, timeout=timeout, tls=_tls(ca, place), clock=clock)


def _tls(ca: str | Path | None, place: str) -> ssl.SSLContext:
    try:
        import httpx2
    except ImportError:
        raise MissingExtraError.of("httpx2", "webhook") from None
    try:
        return ssl.create_default_context(cafile=ca) if ca else httpx2.create_ssl_context(trust_env=False)
    except OSError:
        raise PluginError(Problem("the file of authorities can't be read", "a PEM file", place=place)) from None


def _read(response: httpcore2.Response) -> bytes:
    """Let the receiver finish its answer, within bounds; where it breaks off, what had come."""
    import httpcore2

    content = bytearray()
    with suppress(OSError, httpcore2.NetworkError, httpcore2.ProtocolError):
        for chunk in response.iter_stream():
            content += chunk
            if len(content) >= RESPONSE_BYTES:
                break
    return bytes(content[:RESPONSE_BYTES])


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
