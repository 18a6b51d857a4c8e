"""Every request gets an id, is timed and counted. One plain ASGI class: this runs for each request."""

import logging
import re
import secrets
from itertools import count
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import request_id
from app.web.metrics import Metrics

log = logging.getLogger("warmup.access")
_SANE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}\Z")
_PROCESS, _NUMBERS = secrets.token_hex(4).encode(), count(1)
"""Made ids: this process, then a number. Unique and cheap; nothing rests on their being hard to guess."""
GONE = 499
"""What proxies log for a client that left before it was answered."""


class Observed:
    """The outermost layer. access: write a line for every request (its route, never its address or query)."""

    def __init__(self, app: ASGIApp, metrics: Metrics, access: bool = False) -> None:
        self.app, self.metrics, self.access = app, metrics, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own = _id(scope)
        token = request_id.set(own.decode())
        method = scope["method"]
        status, started, took = GONE, perf_counter(), 0.0

        async def send_named(message: Message) -> None:
            nonlocal status, took
            if message["type"] == "http.response.start":
                status, took = message["status"], perf_counter() - started
                message["headers"] = [*message["headers"], (b"x-request-id", own)]
            await send(message)

        self.metrics.in_progress += 1
        try:
            await self.app(scope, receive, send_named)
        except Exception:
            status = 500 if status == GONE else status
            raise
        finally:
            self.metrics.in_progress -= 1
            route, took = route_of(scope), took or perf_counter() - started
            self.metrics.answered(method, route, status, took)
            if self.access:
                data = {"method": method, "route": route, "status": status, "ms": round(took * 1000, 1)}
                log.info("request", extra={"data": data})
            request_id.reset(token)


def route_of(scope: Scope) -> str:
    """The template of the route that answered: of addresses there is no end, and some are secrets."""
    return getattr(scope.get("route"), "path", "none")


def _id(scope: Scope) -> bytes:
    """The one the proxy gave, if there is exactly one and it is harmless; else a new one."""
    given = None
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            if given is not None:
                break
            given = value
    else:
        if given is not None and _SANE.match(given):
            return bytes(given)
    return b"%s%08x" % (_PROCESS, next(_NUMBERS))
