"""Is it alive, is it ready, and the API's own documentation."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.web.language import current

router = APIRouter(tags=["system"])


@router.get("/healthz", summary="The process answers")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", summary="Database and content are there")
def readyz(request: Request) -> dict[str, Any]:
    """What a load balancer asks; also says how many cards were left out as broken."""
    state = request.app.state
    facts = state.database.facts()
    return {
        "status": "ready", "cards": len(state.catalogue.cards), "problems": len(state.problems),
        "database": f"{facts.dialect} {facts.version}", "schema": facts.revision,
    }  # fmt: skip


@router.get("/api/docs", include_in_schema=False)
def api_docs(request: Request) -> HTMLResponse:
    """A plain list of every operation, from our own files."""
    lang = current(request)
    schema = request.app.openapi()
    return HTMLResponse(request.app.state.pages.render("pages/api.html", lang, "/", schema=schema))


@router.get("/static/{version}/{name:path}", include_in_schema=False)
async def static_file(version: str, name: str, request: Request) -> Response:
    found = request.app.state.static.answer(request, version, name)
    return found if found is not None else Response(status_code=404)
