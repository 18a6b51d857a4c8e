"""/api/demos/<id>/plot/<lang>.svg: a demo's first figure as a picture, for paper and for pages that run no script."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.kit import Lang
from app.services.compute import Compute, keeps
from app.services.plots import Plots
from app.web.asking import answer, demo_or_404, params_of

router = APIRouter(tags=["demos"])


@router.get(
    "/api/demos/{demo_id}/plot/{lang}.svg",
    summary="A demo's first figure as SVG, on white",
    response_class=Response,
    responses={
        200: {"content": {"image/svg+xml": {}}, "description": "The picture"},
        304: {"description": "The entity tag still matches"},
        404: {"description": "No such demo, or nothing to draw"},
        422: {"description": "A knob is out of range or unknown"},
        503: {"description": "The queue is full, or the run was stopped at its deadline"},
    },
)
async def plot(demo_id: str, lang: Lang, request: Request) -> Response:
    """The query holds the demo's knobs, as in its result."""
    compute: Compute = request.app.state.compute
    plots: Plots = request.app.state.plots
    demo = demo_or_404(demo_id)
    params = params_of(demo, request.url.query)
    kept = keeps(demo, params)
    headers = {"cache-control": "public, max-age=300" if kept else "no-store"}
    if kept:
        headers["etag"] = compute.etag(f"{compute.key(demo, params)}#{lang}.svg")
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    figure = plots.kept(demo, params)
    if figure is None:
        figure = plots.keep(demo, params, (await answer(compute, demo, params, request)).body)
    return Response(plots.svg(figure, lang), headers=headers, media_type="image/svg+xml")
