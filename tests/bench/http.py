"""A plain keep-alive client and A B A B timing: what is compared is measured alternately, medians are reported."""

import socket
import statistics
import time
from collections.abc import Callable


class Client:
    """One HTTP/1.1 connection; `get` returns (status, body length, seconds)."""

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def get(self, path: str, **headers: str) -> tuple[int, int, float]:
        lines = [f"GET {path} HTTP/1.1", f"host: {self._host}", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        start = time.perf_counter()
        self._socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self._buffer:
            self._receive()
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        self.head = head.decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in self.head.split("\r\n")[1:])
        length = int(fields.get("content-length", "0"))
        self._buffer = rest
        while len(self._buffer) < length:
            self._receive()
        self._buffer = self._buffer[length:]
        return int(self.head.split(" ", 2)[1]), length, time.perf_counter() - start

    def etag(self) -> str:
        """The entity tag of the last answer."""
        return next(line.split(": ", 1)[1] for line in self.head.split("\r\n") if line.lower().startswith("etag: "))

    def _receive(self) -> None:
        got = self._socket.recv(1 << 20)
        if not got:
            raise ConnectionError("the server closed the connection")
        self._buffer += got


def alternately(
    a: Callable[[], object], b: Callable[[], object], rounds: int = 15, each: int = 20
) -> tuple[float, float]:
    """Median seconds a call of a and of b, measured A B A B."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for call, seen in zip((a, b), times, strict=True):
            start = time.perf_counter()
            for _ in range(each):
                call()
            seen.append((time.perf_counter() - start) / each)
    return statistics.median(times[0]), statistics.median(times[1])


def row(name: str, value: str, reach: str) -> None:
    """One line of the table."""
    print(f"{name:<58} {value:>26}   reach {reach}", flush=True)
