"""Webhooks: a notice as signed JSON to a company's own address, after the Standard Webhooks specification."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new as hmac
from pathlib import Path
from urllib.parse import quote

from leadkit.adapters.notification.addresses import Resolver, resolve
from leadkit.adapters.notification.posting import endpoint
from leadkit.errors import PluginError, Problem
from leadkit.plugins.hooks import hookimpl
from leadkit.plugins.notice import Notice

KIND = "webhook"


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
        MissingExtraError: httpx2 is not installed.
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
        self._endpoint = endpoint(
            url, KIND, name=name, allow=allow, timeout=timeout, ca=ca, clock=clock, resolver=resolver
        )
        self.name = self._endpoint.name
        self._key = _key(secret, name or KIND)
        self._clock = clock

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        """Post `notice` once.

        Raises:
            DeliveryError: it did not arrive, or the receiver refused it.
        """
        body = body_of(notice)
        answer = self._endpoint.post(body, self._headers(notice, body))
        if not answer.is_success:
            raise self._endpoint.refusal(answer)

    def _headers(self, notice: Notice, body: bytes) -> dict[str, str]:
        key = quote(notice.id, safe=":@,;=+").replace(".", "%2E")
        at = str(int(self._clock().timestamp()))
        return {"webhook-id": key, "webhook-timestamp": at, "webhook-signature": sign(self._key, key, at, body)}


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
            "link": notice.link,
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
        raise PluginError(Problem("the secret is not whsec_ and base64 of 24 to 64 bytes", place=place))
    return key
