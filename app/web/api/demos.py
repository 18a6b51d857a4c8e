"""/api/demos: what demos there are, their knobs, and their results, which are pure GETs: cacheable anywhere."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from app.demos import demos
from app.errors import AppError
from app.kit import Demo, Knob
from app.services.compute import Compute, keeps
from app.services.listing import listing
from app.web.asking import answer, demo_or_404, params_of

router = APIRouter(prefix="/api/demos", tags=["demos"])


@router.get("", summary="All demos")
def list_demos() -> list[dict[str, Any]]:
    """Id, topic, title and summary of every demo."""
    return [_brief(demo) for demo in demos().values()]


@router.get(
    "/{demo_id}",
    summary="One demo: knobs, presets, predictions, code",
    responses={404: {"description": "No such demo"}},
)
def describe_demo(demo_id: str) -> dict[str, Any]:
    """Everything needed to draw its controls; the answers of predictions are not here: a run gives them."""
    demo = demo_or_404(demo_id)
    return _brief(demo) | {
        "streams": demo.streams,
        "references": list(demo.references),
        "knobs": [_knob(knob) for knob in demo.knobs],
        "presets": [
            {"id": name, "title": preset.title.model_dump(), "query": demo.preset_params(name).to_query()}
            for name, preset in demo.presets.items()
        ],
        "predictions": [
            {"id": p.id, "question": p.question.model_dump(), "preset": p.preset, "unit": p.unit,
             "options": [option.label.model_dump() for option in p.options]}
            for p in demo.predictions
        ],
        "code": listing(demo.code),
    }  # fmt: skip


@router.get("/{demo_id}/result", include_in_schema=False)
async def result(demo_id: str, request: Request) -> Response:
    """The finished result (in OpenAPI once per demo, with its own knobs: see web/openapi.py)."""
    compute: Compute = request.app.state.compute
    demo = demo_or_404(demo_id)
    params = params_of(demo, request.url.query)
    kept = keeps(demo, params)
    headers = {"cache-control": "public, max-age=300" if kept else "no-store"}
    if kept:
        headers["etag"] = compute.etag(compute.key(demo, params))
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    found = await answer(compute, demo, params, request)
    return Response(found.body, headers=headers, media_type="application/json")


@router.get("/{demo_id}/stream", include_in_schema=False)
async def stream(demo_id: str, request: Request) -> StreamingResponse:
    """Server-sent events: `frame` for each partial result, `done` with the last, `failed` with an error."""
    demo = demo_or_404(demo_id)
    params = params_of(demo, request.url.query)
    events = _events(request.app.state.compute, demo, params)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(compute: Compute, demo: Demo, params: Any) -> AsyncIterator[bytes]:
    try:
        async for kind, body in compute.stream(demo, params):
            yield b"event: " + kind.encode() + b"\ndata: " + body + b"\n\n"
    except AppError as error:
        body = orjson.dumps({"status": error.status, "code": error.code, "message": error.message.model_dump()})
        yield b"event: failed\ndata: " + body + b"\n\n"


def _brief(demo: Demo) -> dict[str, Any]:
    return {
        "id": demo.id, "topic": demo.topic, "title": demo.title.model_dump(), "summary": demo.summary.model_dump(),
    }  # fmt: skip


def _knob(knob: Knob) -> dict[str, Any]:
    return {
        "name": knob.name, "kind": knob.kind, "label": knob.label.model_dump(), "default": knob.default,
        "ge": knob.ge, "le": knob.le, "step": knob.step, "log": knob.log, "unit": knob.unit,
        "max_length": knob.max_length,
        "options": [{"value": value, "label": label.model_dump()} for value, label in knob.options],
        "help": knob.help.model_dump() if knob.help else None,
        "when": {name: list(values) for name, values in knob.when},
    }  # fmt: skip
