"""A connection to addresses that were chosen before, which is over at one moment whatever the other side does."""

# ruff: noqa: ARG002 - httpcore2 says what these methods are given

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

import httpcore2


class PinnedBackend(httpcore2.NetworkBackend):
    """Connects to the first of `addresses` that answers, whatever host is asked for; nothing lasts beyond `ends`.

    `ends` is a moment of `time.monotonic`. Each address still to be tried has an equal share of the time that is left.
    """

    def __init__(self, addresses: Sequence[str], ends: float) -> None:
        self._addresses = addresses
        self._ends = ends

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        last: OSError = OSError("no address")
        for number, address in enumerate(self._addresses):
            try:
                share = _left(self._ends) / (len(self._addresses) - number)
                return EndingStream(socket.create_connection((address, port), share), self._ends)
            except OSError as error:
                last = error
        raise last


class EndingStream(httpcore2.NetworkStream):
    """A socket whose every operation fails with TimeoutError once `ends` has come."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock = sock
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._sock.settimeout(_left(self._ends))
        return self._sock.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        while view:
            self._sock.settimeout(_left(self._ends))
            try:
                view = view[self._sock.send(view) :]
            except ConnectionError as error:
                raise httpcore2.WriteError(type(error).__name__) from None

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            self._sock.settimeout(_left(self._ends))
            return EndingStream(ssl_context.wrap_socket(self._sock, server_hostname=server_hostname), self._ends)
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        return None


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("the time is over")
    return left
