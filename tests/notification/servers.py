"""Real servers on loopback that behave well, badly, slowly and dishonestly; and a notice to send them."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from attrs import define, field

from leadkit.plugins.notice import Notice
from leadkit.records.fields import frozen

AT = datetime(2026, 2, 14, 2, 30, tzinfo=UTC)


def notice(kind: str = "lead_assigned", **given: Any) -> Notice:
    own = {"id": "n-1", "at": AT, "lead_id": "L-7", "to": "li", "details": {"priority": "high", "reason_code": "rule"}}
    said = own | given
    return Notice(kind=kind, **said | {"details": frozen(said["details"])})


@define
class Request:
    """What one client sent, and under which name it greeted in TLS."""

    path: str
    headers: dict[str, str]
    body: bytes
    sni: str | None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@define
class Server:
    port: int
    requests: list[Request] = field(factory=list)
    connections: int = 0
    sent: int = 0
    stopping: threading.Event = field(factory=threading.Event)


Answer = Callable[[socket.socket, Server], None]


def says(status: int, *headers: str, body: bytes = b"") -> Answer:
    """One whole answer."""
    lines = [f"HTTP/1.1 {status} X", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return writes("\r\n".join(lines).encode() + body)


def writes(raw: bytes) -> Answer:
    """These bytes, and the end."""
    return lambda sock, _: sock.sendall(raw)


def drips(raw: bytes, *, start: bytes = b"", every: float = 0.05) -> Answer:
    """`start` at once, then `raw` over and over, one byte at a time."""

    def answer(sock: socket.socket, server: Server) -> None:
        sock.sendall(start)
        while not server.stopping.wait(every):
            sock.sendall(raw[server.sent % len(raw) :][:1])
            server.sent += 1

    return answer


def floods(raw: bytes, *, start: bytes = b"") -> Answer:
    """`start`, then `raw` over and over, as fast as it is taken."""

    def answer(sock: socket.socket, server: Server) -> None:
        sock.sendall(start)
        while not server.stopping.is_set():
            server.sent += sock.send(raw)

    return answer


def late(answer: Answer, after: float = 3) -> Answer:
    """The answer after so many seconds, unless the server is stopped before."""

    def wait(sock: socket.socket, server: Server) -> None:
        if not server.stopping.wait(after):
            answer(sock, server)

    return wait


def silent(_: socket.socket, server: Server) -> None:
    server.stopping.wait(10)


@contextmanager
def serving(
    answer: Answer, *, tls: ssl.SSLContext | None = None, reads: bool = True, host: str = "127.0.0.1"
) -> Iterator[Server]:
    """A server that answers one connection after the other; without `reads`, before it has read anything."""
    with socket.create_server((host, 0)) as listener:
        listener.settimeout(0.02)
        server = Server(listener.getsockname()[1])
        thread = threading.Thread(target=_run, args=(listener, server, answer, tls, reads))
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            thread.join(5)
            assert not thread.is_alive()


def _run(listener: socket.socket, server: Server, answer: Answer, tls: ssl.SSLContext | None, reads: bool) -> None:
    while not server.stopping.is_set():
        with suppress(OSError):
            sock, _ = listener.accept()
            server.connections += 1
            with sock:
                sock.settimeout(5)
                _converse(sock, server, answer, tls, reads)


def _converse(sock: socket.socket, server: Server, answer: Answer, tls: ssl.SSLContext | None, reads: bool) -> None:
    names: list[str | None] = [None]
    if tls is not None:
        tls.sni_callback = lambda _, name, __: names.append(name)
        sock = tls.wrap_socket(sock, server_side=True)
    with sock:
        if reads:
            server.requests.append(_request(sock, names[-1]))
        answer(sock, server)
        with suppress(OSError):
            sock.shutdown(socket.SHUT_WR)


def _request(sock: socket.socket, sni: str | None) -> Request:
    with sock.makefile("rb") as file:
        path = file.readline().decode().split(" ")[1]
        lines = iter(lambda: file.readline().decode().strip(), "")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Request(path, headers, file.read(int(headers.get("content-length", 0))), sni)
