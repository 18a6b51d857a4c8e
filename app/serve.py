"""Runs the site: one uvicorn process on a port, its address printed when it answers."""

import contextlib
import signal
import socket

import uvicorn

from app import logs
from app.errors import StartError
from app.kit import text
from app.main import create_app
from app.settings import Settings


class _Server(uvicorn.Server):
    """Says where it listens once it does; a start that fails is one sentence, not a traceback."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Warmup · 热身  →  {self._address}   (Ctrl-C stops it)", flush=True)


def serve(settings: Settings, host: str, port: int) -> int:
    """Serve until stopped; returns the exit code. Raises StartError when the port is taken."""
    logs.setup(settings.log)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Said to be TCP, or asyncio leaves Nagle on for its connections and every answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        raise StartError(
            text(
                zh=f"无法监听 {host}:{port}（{error.strerror}）。换一个端口：warmup serve --port {port + 1}",
                en=f"cannot listen on {host}:{port} ({error.strerror}). Try another: warmup serve --port {port + 1}",
            )
        ) from error
    app = create_app(settings)
    config = uvicorn.Config(
        app, http="h11", access_log=False, server_header=False, log_config=None, lifespan="on",
        timeout_graceful_shutdown=8, timeout_keep_alive=30,
    )  # fmt: skip
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
    server = _Server(config, f"http://{shown}:{listener.getsockname()[1]}")
    # uvicorn stops in order on either signal, then raises it once more: that is the end, not an error.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0 if server.started else 3
