"""Group robots of WeCom, DingTalk and Feishu: a notice as a text message, and what the robot answered to it."""

from __future__ import annotations

import json
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new as hmac
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from attrs import define, setters

from leadkit.adapters.notification.addresses import Resolver, resolve
from leadkit.adapters.notification.messages import ELLIPSIS, load_texts, render, zone_of
from leadkit.adapters.notification.posting import Answer, endpoint
from leadkit.errors import DeliveryError, PluginError, Problem
from leadkit.plugins.hooks import hookimpl
from leadkit.plugins.notice import Notice
from leadkit.rules.facts import near
from leadkit.texts import Language

ServiceName = Literal["wecom", "dingtalk", "feishu"]
KIND = "robot"
REST = 60.0
"""So many seconds a robot is left alone after it was told too much; all of them count by the minute."""


@define(on_setattr=setters.frozen, kw_only=True)
class Dialect:
    """How the robots of one service are spoken to.

    `most` is how many bytes `measured` may come to: the text, or the whole body. `answers` are the keys of the code in
    an answer. A code of `busy` is a rate limit; after one of `refused` trying again is useless, and after one of `gone`
    there is no such robot any more. Other codes may mend themselves, or somebody mends them: a clock, a keyword, a list
    of addresses.
    """

    hosts: tuple[str, ...]
    most: int
    measured: Callable[[str], int]
    answers: tuple[str, ...] = ("errcode",)
    busy: frozenset[int]
    refused: frozenset[int] = frozenset()
    gone: frozenset[int]

    def code(self, body: bytes) -> int | None:
        """The code in an answer, 0 where the message was taken; None where the answer says neither."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return None
        codes = [document[key] for key in self.answers if key in document] if isinstance(document, dict) else []
        if not codes or not all(type(code) is int for code in codes):
            return None
        return next(filter(None, codes), 0)


def _plain(text: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text}}


def _feishu(text: str) -> dict[str, Any]:
    return {"msg_type": "text", "content": {"text": text}}


def _json(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


SIGNED_BYTES = 100
"""What timestamp and signature add to a body of Feishu's at most."""

SERVICES: Mapping[ServiceName, Dialect] = {
    "wecom": Dialect(
        hosts=("qyapi.weixin.qq.com",),
        most=2_048,
        measured=lambda text: len(text.encode()),
        busy=frozenset({45009}),
        gone=frozenset({93000}),
    ),
    "dingtalk": Dialect(
        hosts=("oapi.dingtalk.com",),
        most=20_000,
        measured=lambda text: len(_json(_plain(text))),
        busy=frozenset({130101, 410100, 660026}),
        refused=frozenset({300005, 400102, 400106}),
        gone=frozenset({300001, 400013, 400101}),
    ),
    "feishu": Dialect(
        hosts=("open.feishu.cn", "open.larksuite.com"),
        most=20_000 - SIGNED_BYTES,
        measured=lambda text: len(_json(_feishu(text))),
        answers=("code", "StatusCode"),
        busy=frozenset({9499, 11232}),
        refused=frozenset({19007}),
        gone=frozenset({19001}),
    ),
}


class RobotNotifier:
    """Tells the group of one robot, in words.

    `url` is the address as WeCom, DingTalk or Feishu (Lark) shows it for a group robot; which of the three it is, its
    host says, or `service` where it is a proxy's. `secret` is what DingTalk and Feishu call the key of the signature.
    The text is cut to what the service takes: 2,048 bytes for WeCom, a body of 20,000 for the other two.

    The robots answer with HTTP 200 when they refuse, too: delivered is what the answer says was taken. A robot that
    was told too much is left alone for a minute. One that is unknown, or was taken out of its group, gets nothing any
    more. Whatever else it answers, or where the answer says nothing, the notice is told again later; so it may arrive
    twice.

    `language`, `templates` and `zone` say in which words and times, as for `AppriseNotifier`; values of a notice can't
    mention anybody, texts can. `only` says which notices are told; the others count as delivered. `name`, `allow`,
    `timeout`, `ca`, `clock` and `resolver` are those of `WebhookNotifier`, and so is what may be connected to.

    Raises:
        PluginError: the address, service, secret, network, time, zone, file or texts can't be used. It shows none.
        MissingExtraError: httpx2 is not installed.
    """

    def __init__(  # noqa: PLR0913
        self,
        url: str,
        *,
        service: ServiceName | None = None,
        name: str | None = None,
        language: Language = "zh_CN",
        templates: str | Path | Mapping[str, Any] | None = None,
        zone: str = "Asia/Shanghai",
        secret: str | None = None,
        allow: Iterable[str] = (),
        timeout: float = 10.0,
        ca: str | Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: Resolver = resolve,
        only: Callable[[Notice], bool] = lambda _: True,
    ) -> None:
        place = name or KIND
        self._endpoint = endpoint(
            url, KIND, name=name, allow=allow, timeout=timeout, ca=ca, clock=clock, resolver=resolver
        )
        self.name = self._endpoint.name
        self._kind = _service_of(self._endpoint.target.host, service, place)
        self._service = SERVICES[self._kind]
        self._secret = _secret(secret, self._kind, place)
        self._texts, self._zone = load_texts(language, templates), zone_of(zone, place)
        self._clock, self._only = clock, only

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        """Send `notice` once, where it is for this robot.

        Raises:
            DeliveryError: it did not arrive, or the robot did not say that it took it.
        """
        if not self._only(notice):
            return
        answer = self._send(self._text(notice))
        code = self._service.code(answer.body)
        if code:
            raise self._refusal(code, answer)
        if not answer.is_success:
            raise self._endpoint.refusal(answer)
        if code is None:
            raise DeliveryError(self._endpoint.problem("the answer does not say that the message was taken"))

    def _text(self, notice: Notice) -> str:
        message = render(notice, self._texts, zone=self._zone, escape=_unmarked)
        text = f"{message.title}\n{message.body}".strip()
        return fitting(text.encode(errors="replace").decode(), self._service.most, self._service.measured)

    def _send(self, text: str) -> Answer:
        now = self._clock().timestamp()
        if self._kind == "feishu":
            proof = {} if self._secret is None else _feishu_proof(str(int(now)), self._secret)
            return self._endpoint.post(_json(proof | _feishu(text)), {})
        if self._secret is None:
            return self._endpoint.post(_json(_plain(text)), {})
        signed = self._endpoint.with_query(urlencode(_dingtalk_proof(str(int(now * 1000)), self._secret)))
        return signed.post(_json(_plain(text)), {})

    def _refusal(self, code: int, answer: Answer) -> DeliveryError:
        """What a code means; the words beside it are not told, since they may hold addresses."""
        busy, gone = code in self._service.busy, code in self._service.gone
        return DeliveryError(
            self._endpoint.problem(f"the robot refused it with code {code}"),
            permanent=gone or code in self._service.refused,
            disables=gone,
            retry_after=max(REST, answer.retry_after or 0.0) if busy else None,
        )


def fitting(text: str, most: int, measured: Callable[[str], int]) -> str:
    """`text`, or as much of its start, with an ellipsis behind, as measures at most `most`."""
    if measured(text) <= most:
        return text
    kept = bisect_right(range(len(text)), most, key=lambda size: measured(text[:size] + ELLIPSIS)) - 1
    return text[:kept] + ELLIPSIS


def _dingtalk_proof(timestamp: str, secret: str) -> dict[str, str]:
    return {"timestamp": timestamp, "sign": _digest(secret, f"{timestamp}\n{secret}")}


def _feishu_proof(timestamp: str, secret: str) -> dict[str, Any]:
    return {"timestamp": timestamp, "sign": _digest(f"{timestamp}\n{secret}", "")}


def _digest(key: str, message: str) -> str:
    return b64encode(hmac(key.encode(), message.encode(), sha256).digest()).decode()


def _unmarked(value: str) -> str:
    """A value that mentions nobody: WeCom and Feishu take `<@...>` and `<at ...>` in a text for a mention."""
    return value.replace("<", "＜")


def _service_of(host: str, service: str | None, place: str) -> ServiceName:
    by_name: dict[str, ServiceName] = {name: name for name in SERVICES}
    by_host: dict[str, ServiceName] = {host: name for name, dialect in SERVICES.items() for host in dialect.hosts}
    name = by_host.get(host) if service is None else by_name.get(service)
    if name is not None:
        return name
    if service is not None:
        raise PluginError(Problem("there is no such service", near(service, SERVICES), place=place))
    known = f"for a proxy say service=, one of: {', '.join(SERVICES)}"
    raise PluginError(Problem("the host is none of WeCom, DingTalk or Feishu", known, place=place))


def _secret(secret: str | None, kind: ServiceName, place: str) -> str | None:
    if secret is not None and kind == "wecom":
        raise PluginError(Problem("WeCom's robots have no signature", "leave the secret out", place=place))
    if secret is not None and not (secret and secret.isascii() and secret.isprintable() and " " not in secret):
        raise PluginError(
            Problem("the secret can't be used", "copy it from the robot's security settings", place=place)
        )
    return secret
