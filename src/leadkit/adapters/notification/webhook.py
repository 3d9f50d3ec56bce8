"""Webhooks: a notice as signed JSON to a company's own address, after the Standard Webhooks specification."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new as hmac
from pathlib import Path
from typing import Any
from urllib.parse import quote

from leadkit.adapters.notification.addresses import Resolver, resolve
from leadkit.adapters.notification.posting import endpoint
from leadkit.errors import PluginError, Problem
from leadkit.plugins.hooks import hookimpl
from leadkit.plugins.notice import Notice

KIND = "webhook"
_REFERENCE = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,500}")


class WebhookNotifier:
    """Posts each notice to one address.

    The body is the notice as a JSON object; `webhook-id` is its id, the same on every retry; `webhook-signature` is
    made with `secret` (`whsec_` and base64 of 24 to 64 bytes). With `source`, such as `https://crm.example/sales`, the
    body is a CloudEvent 1.0 in structured JSON that came from there, and the notice is its data. A status of 2xx is a
    delivery, whatever breaks after it. One call is one attempt of at most `timeout` seconds; how long looking the name
    up takes, the system says.

    Only https, and only to a host all of whose addresses are public or in one of the networks `allow`, such as
    `10.1.0.0/16`; http only where all are in `allow`. Redirects are not followed and no proxy is used. `ca` is a PEM
    file of authorities that are trusted instead of the system's. `clock` dates the signature; `resolver` gives the
    addresses of a host. `name` is what logs and the delivery state call it: by default the host with a short digest of
    the address, so it changes with the address.

    Raises:
        PluginError: the address, secret, source, network, time or file can't be used. It shows none of them.
        MissingExtraError: httpx2 is not installed.
    """

    def __init__(  # noqa: PLR0913
        self,
        url: str,
        secret: str,
        *,
        name: str | None = None,
        source: str | None = None,
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
        self._source = None if source is None else _checked(source, name or KIND)
        self._clock = clock

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        """Post `notice` once.

        Raises:
            DeliveryError: it did not arrive, or the receiver refused it.
        """
        body = body_of(notice) if self._source is None else event_of(notice, self._source)
        answer = self._endpoint.post(body, self._headers(notice, body))
        if not answer.is_success:
            raise self._endpoint.refusal(answer)

    def _headers(self, notice: Notice, body: bytes) -> dict[str, str]:
        key = quote(notice.id, safe=":@,;=+").replace(".", "%2E")
        at = str(int(self._clock().timestamp()))
        signed = {"webhook-id": key, "webhook-timestamp": at, "webhook-signature": sign(self._key, key, at, body)}
        return signed if self._source is None else {**signed, "Content-Type": STRUCTURED}


STRUCTURED = "application/cloudevents+json; charset=UTF-8"
"""The type of a body that is a CloudEvent with all of its attributes."""


def body_of(notice: Notice) -> bytes:
    """A notice as JSON: its own fields, `at` in UTC after ISO 8601."""
    return json.dumps(_fields(notice)).encode()


def event_of(notice: Notice, source: str) -> bytes:
    """A notice as a CloudEvent of `source`, after version 1.0 of the specification, in JSON."""
    about = notice.opportunity_id or notice.lead_id
    event = {
        "specversion": "1.0",
        "id": notice.id,
        "source": source,
        "type": f"leadkit.{notice.kind}",
        **({"subject": about} if about else {}),
        "time": notice.at.astimezone(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": _fields(notice),
    }
    return json.dumps(event).encode()


def _fields(notice: Notice) -> dict[str, Any]:
    return {
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


def sign(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """The value of `webhook-signature`: version 1, an HMAC with SHA-256 over id, timestamp and body."""
    digest = hmac(key, b".".join((webhook_id.encode(), timestamp.encode(), body)), sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


def _checked(source: str, place: str) -> str:
    """A source that is a reference after RFC 3986, as the specification asks for."""
    if not _REFERENCE.fullmatch(source):
        hint = "such as https://crm.example/sales or urn:example:sales"
        raise PluginError(Problem("the source is no address or urn", hint, place=place))
    return source


def _key(secret: str, place: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise PluginError(Problem("the secret is not whsec_ and base64 of 24 to 64 bytes", place=place))
    return key
