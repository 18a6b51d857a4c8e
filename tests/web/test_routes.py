"""The routes as a whole: each is reached by the requests it is for."""

import re

from fastapi.routing import APIRoute
from starlette.routing import Match

from app.web.routes import ROUTERS


def test_every_request_reaches_its_route() -> None:
    """No route stands before another that answers the same: `/{lang}/import` would take what `/api/import` is for."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    for route in routes:
        path = re.sub(r"{[^}]*}", "x", route.path.replace("{lang}", "zh"))
        for method in route.methods:
            scope = {"type": "http", "path": path, "method": method, "headers": []}
            first = next(one for one in routes if one.matches(scope)[0] is Match.FULL)
            assert first is route, f"{method} {path} never reaches {route.endpoint}"
