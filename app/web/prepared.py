"""Pages that are the same for everybody: rendered on first asking, kept with their gzip."""

import gzip
from collections.abc import Callable, Hashable

from fastapi import Request
from fastapi.responses import HTMLResponse, Response


def prepared(request: Request, key: Hashable, render: Callable[[], bytes]) -> Response:
    """The page kept under `key`, made by `render` when it is asked for the first time."""
    kept: dict[Hashable, tuple[bytes, bytes]] = request.app.state.prepared
    if key not in kept:
        html = render()
        kept[key] = html, gzip.compress(html, 9, mtime=0)
    plain, packed = kept[key]
    headers = {"vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HTMLResponse(packed, headers=headers | {"content-encoding": "gzip"})
    return HTMLResponse(plain, headers=headers)
