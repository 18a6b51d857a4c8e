"""Is it alive, is it ready, what does it count, and the API's own documentation."""

from typing import Literal

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from app.services.readiness import readiness
from app.web.language import current
from app.web.private import may_read

router = APIRouter(tags=["system"])


@router.get("/healthz", summary="The process answers")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


class Ready(BaseModel):
    """What was looked at; `reasons` is empty when it is ready."""

    status: Literal["ready", "not ready"]
    reasons: tuple[str, ...]
    cards: int
    problems: int
    database: str
    schema_: str = Field(serialization_alias="schema")
    free_disk_mb: int | None
    workers: int


@router.get("/readyz", summary="May requests be sent here", responses={503: {"model": Ready}})
def readyz(request: Request, response: Response) -> Ready:
    """What a load balancer asks: database, tables, disk, compute workers. 503 with the reasons while one of them is
    wrong, and until the first worker is warm. `problems` counts what was left out of the content as broken."""
    state = request.app.state
    found = readiness(state.database, state.compute, state.settings.data_dir, state.settings.free_disk_mb)
    if found.reasons:
        response.status_code = 503
        response.headers["retry-after"] = "2"
    response.headers["cache-control"] = "no-store"
    return Ready(
        status="not ready" if found.reasons else "ready", reasons=found.reasons, cards=len(state.catalogue.cards),
        problems=len(state.problems), database=f"{found.facts.dialect} {found.facts.version}" if found.facts else "",
        schema_=found.facts.revision if found.facts else "", free_disk_mb=found.free_mb, workers=found.workers,
    )  # fmt: skip


@router.get("/metrics", summary="Numbers for Prometheus", response_class=PlainTextResponse, responses={404: {}})
def metrics(request: Request) -> Response:
    """For this machine, unless WARMUP_METRICS says otherwise; from elsewhere with the bearer token of the settings."""
    if not may_read(request, request.app.state.settings):
        raise HTTPException(404)
    return Response(
        request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"}
    )


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
