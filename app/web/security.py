"""Guards around every request, as one plain ASGI middleware: Host, cross-site writes, headers."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import AppError, Forbidden, WrongHost
from app.kit import text

# Plotly fills one empty <style> by script (its hash is below) and sets style attributes; KaTeX sets style attributes.
CSP = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'",
        "style-src-elem 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
        "style-src-attr 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'",
        "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'self'", "object-src 'none'",
    )
)  # fmt: skip
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
_SPOKEN = re.compile(r"/(zh|en)/mock(/|$)")
"""Pages where one may speak one's notes: there the browser may ask for the microphone."""
_RAW_SPOKEN = [
    (name, b"camera=(), geolocation=(), microphone=(self)" if name == b"permissions-policy" else value)
    for name, value in _RAW
]
_SAFE = {"GET", "HEAD", "OPTIONS"}


class Guard:
    """Refuses foreign Hosts and cross-site writes; adds the security headers to every answer; HEAD is GET without body.

    hosts: the names this server answers to (without port), or ("*",) for any (behind a proxy that checks).
    render, bug: make the answer for what is refused, and for what nobody expected.
    """

    def __init__(
        self, app: ASGIApp, hosts: Sequence[str], render: Callable[[AppError, Scope], ASGIApp],
        bug: Callable[[Exception, Scope], ASGIApp],
    ) -> None:  # fmt: skip
        self.app, self.hosts, self.render, self.bug = app, frozenset(hosts), render, bug

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        head = scope["method"] == "HEAD"
        own = _RAW_SPOKEN if _SPOKEN.match(scope["path"]) else _RAW
        begun = False
        inner = {**scope, "method": "GET"} if head else scope  # answered as GET, without the body

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message["headers"], *own]
            elif head:
                message = {**message, "body": b""}
            await send(message)

        refused = self._refuse(scope, headers)
        if refused is not None:
            await self.render(refused, inner)(inner, receive, send_guarded)
            return
        try:
            await self.app(inner, receive, send_guarded)
        except ClientDisconnect:
            return
        except Exception as error:  # here, so that this answer too has an id and the headers
            if begun:
                raise
            await self.bug(error, inner)(inner, receive, send_guarded)
        finally:
            if head and "route" in inner:
                scope["route"] = inner["route"]

    def _refuse(self, scope: Scope, headers: Headers) -> AppError | None:
        host = headers.get("host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if "*" not in self.hosts and name.lower() not in self.hosts:
            return WrongHost(_HOST)
        if scope["method"] not in _SAFE and not _same_site(scope, headers, host):
            return Forbidden(_CROSS)
        return None


def _same_site(scope: Scope, headers: Headers, host: str) -> bool:
    """Sec-Fetch-Site where the browser sends it, else Origin; neither means it is not a browser."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    parts = urlsplit(origin)
    return parts.netloc == host and parts.scheme in ("http", "https")


_HOST = text(
    zh="这个服务器不认识请求中的主机名。请用启动时打印的地址打开；对外提供服务时设置 WARMUP_HOSTS。",
    en="This server does not answer to that host name. Use the address printed at start; on a server set WARMUP_HOSTS.",
)
_CROSS = text(
    zh="来自其他网站的写入请求被拒绝。请在本站页面里操作。",
    en="A write coming from another site was refused. Do it from this site's own page.",
)
