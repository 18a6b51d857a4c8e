"""Every failure is rendered here, once: JSON under /api, a page elsewhere, in the reader's language."""

import logging
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from app.errors import AppError, BadInput, Conflict, NotFound, Problem
from app.kit import Text, text
from app.logs import request_id
from app.web.language import current, of_path
from app.web.messages import explain, safe
from app.web.observing import route_of

log = logging.getLogger("warmup")


class _Bug(AppError):
    """request: its id, under which the log has the rest."""

    code = "internal"

    def __init__(self) -> None:
        super().__init__(_BUG)
        self.request = request_id.get()


class _Http(AppError):
    """What the framework itself refused: no such route, a method not taken."""

    code = "http"

    def __init__(self, error: HTTPException) -> None:
        super().__init__(_HTTP.get(error.status_code, _OTHER), headers=error.headers)
        self.status = error.status_code  # type: ignore[misc]


def respond(error: AppError, request: Request) -> Response:
    """The answer for an AppError."""
    if request.url.path.startswith("/api"):
        return Response(_json(error), error.status, error.headers, "application/json")
    lang = current(request)
    pages = request.app.state.pages
    path = request.url.path[3:] or "/" if of_path(request.url.path) else "/"
    html = pages.render(
        "pages/error.html", lang, path, error=error, problems=_problems(error), near=_near(error),
        number=error.request if isinstance(error, _Bug) else "",
    )  # fmt: skip
    return Response(html, error.status, error.headers, "text/html; charset=utf-8")


def asgi(error: AppError, scope: Scope) -> ASGIApp:
    """The same for the middleware, before any route is chosen."""
    return respond(error, Request(scope))


def _json(error: AppError) -> bytes:
    body: dict[str, Any] = {"status": error.status, "code": error.code, "message": error.message.model_dump()}
    if isinstance(error, _Bug):
        body["request"] = error.request
    if isinstance(error, Conflict):
        body["reason"] = error.reason
    if _problems(error):
        body["fields"] = [{"name": p.field, "message": p.message.model_dump()} for p in _problems(error)]
    return orjson.dumps({"error": body})


def _problems(error: AppError) -> tuple[Problem, ...]:
    return error.problems if isinstance(error, BadInput) else ()


def _near(error: AppError) -> tuple[tuple[str, Text], ...]:
    return error.near if isinstance(error, NotFound) else ()


async def on_app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return respond(error, request)


async def on_invalid(request: Request, error: Exception) -> Response:
    """FastAPI's own validation: type, place and message only; what the client sent is never echoed."""
    assert isinstance(error, RequestValidationError)
    found = []
    for detail in error.errors():
        if detail["loc"] == ("path", "lang"):
            return respond(_Http(HTTPException(404)), request)
        loc = detail["loc"][1:] or detail["loc"]
        found.append(Problem(safe(".".join(str(p) for p in loc)), explain({**detail, "loc": loc})))
    return respond(BadInput(_INVALID, found), request)


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return respond(_Http(error), request)


async def on_gone(request: Request, error: Exception) -> Response:
    """Nobody is left to read this; 499 is what proxies log for it."""
    return Response(status_code=499)


def bug(error: Exception, scope: Scope) -> ASGIApp:
    """Ours to fix: logged with its traceback, shown without. By its route: an address may be a secret."""
    data = {"method": scope["method"], "route": route_of(scope)}
    log.error("unhandled error", exc_info=error, extra={"data": data})
    return respond(_Bug(), Request(scope))


_INVALID = text(
    zh="请求中有无效的内容，请按下面的说明改正。",
    en="Something in the request is not valid; see what to correct below.",
)
_OTHER = text(zh="请求无法处理。", en="The request could not be handled.")
_BUG = text(
    zh="这是我们的错误，已写入日志。请重试；若一再出现，请带上请求编号反馈。",
    en="This one is our fault and has been logged. Try again; if it keeps happening, report it with the request's "
    "number.",
)
_HTTP: dict[int, Text] = {
    404: text(
        zh="没有这个页面。请检查地址，或从目录里找。",
        en="There is no such page. Check the address, or look in the list.",
    ),
    405: text(zh="这个地址不接受这种请求方法。", en="This address does not take that request method."),
    413: text(
        zh="发来的内容太大：笔记文件上限 2 MB，备份和 Anki 文件上限 64 MB（更大的请用 warmup import 导入），"
        "其他请求上限 256 KB。",
        en="What was sent is too large: 2 MB for a file of notes, 64 MB for a backup or an Anki file (import larger "
        "ones with warmup import), 256 KB for anything else.",
    ),
    400: text(zh="请求格式有误。", en="The request is malformed."),
}
