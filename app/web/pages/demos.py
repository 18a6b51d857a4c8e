"""The gallery of demos, a demo's page, and its data as a page of its own."""

from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.demos import demos
from app.errors import BadInput
from app.kit import Demo, Lang, Params
from app.services.catalogue import Catalogue
from app.services.compute import Answer, Compute
from app.web.asking import answer, demo_or_404, params_of, within
from app.web.code import highlighted
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PATIENCE_S = 0.25
"""How long a demo's page waits for its numbers. Later ones are fetched (one click without JavaScript)."""


@router.get("/{lang}/demos")
def gallery(lang: Lang, request: Request) -> HTMLResponse:
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    topics = [(topic, [d for d in demos().values() if d.topic == topic.id]) for topic in catalogue.topics]
    return HTMLResponse(pages.render("pages/demos.html", lang, "/demos", topics=topics))


@router.get("/{lang}/demos/{demo_id}")
async def demo_page(lang: Lang, demo_id: str, request: Request) -> HTMLResponse:
    """The live panel in the state the query says. A query that cannot be used is answered 422 with the defaults."""
    return await _page("pages/demo.html", lang, demo_or_404(demo_id), request)


@router.get("/{lang}/embed/demos/{demo_id}")
async def embedded(lang: Lang, demo_id: str, request: Request) -> HTMLResponse:
    """The panel alone, for an iframe."""
    return await _page("pages/embed.html", lang, demo_or_404(demo_id), request)


@router.get("/{lang}/demos/{demo_id}/data")
async def data_page(lang: Lang, demo_id: str, request: Request) -> HTMLResponse:
    """Waits for the run and prints its numbers, notes and checks as tables; also fetched by the panel."""
    demo = demo_or_404(demo_id)
    params = params_of(demo, request.url.query)
    found = await answer(request.app.state.compute, demo, params, request, tables=True)
    pages: Pages = request.app.state.pages
    context = _computed(found) | {"demo": demo, "query": params.to_query()}
    html = pages.render("pages/data.html", lang, f"/demos/{demo_id}/data", **context)
    return HTMLResponse(html, headers=_headers(params))


async def _page(template: str, lang: Lang, demo: Demo, request: Request) -> HTMLResponse:
    compute: Compute = request.app.state.compute
    catalogue: Catalogue = request.app.state.catalogue
    wrong: BadInput | None = None
    try:
        params = params_of(demo, request.url.query)
    except BadInput as error:
        params, wrong = demo.params(), error
    found = await within(compute, demo, params, 0.0 if demo.streams or wrong else PATIENCE_S)
    context = panel(demo, params) | {
        "wrong": wrong,
        "given": bool(request.url.query),
        "computed": _computed(found) if found else None,
        "cards": catalogue.cards_of_demo(demo.id),
        "references": catalogue.references_of(demo.references),
    }
    html = request.app.state.pages.render(template, lang, f"/demos/{demo.id}", **context)
    return HTMLResponse(html, 422 if wrong else 200, _headers(params))


def _headers(params: Params) -> dict[str, str]:
    """A page with the reader's own picture in it is kept by nobody."""
    return {"cache-control": "no-store"} if params.private else {}


def panel(demo: Demo, params: Params) -> dict[str, Any]:
    """What partials/_panel.html draws: controls with their values, presets with their addresses, predictions, code."""
    values = {knob.name: getattr(params, knob.name) for knob in demo.knobs}
    presets = [
        {"id": name, "title": preset.title, "query": demo.preset_params(name).to_query()}
        for name, preset in demo.presets.items()
    ]
    queries = {preset["id"]: preset["query"] for preset in presets}
    predictions = [
        {"id": p.id, "question": p.question, "query": queries[p.preset], "scalar": p.scalar, "unit": p.unit,
         "log": p.log, "within": p.within, "explain": p.explain, "preset": p.preset,
         "options": [
             {"label": o.label, "low": bound(o.low), "high": bound(o.high), "why": o.why} for o in p.options
         ]}
        for p in demo.predictions
    ]  # fmt: skip
    return {
        "demo": demo, "values": values, "query": params.to_query(), "presets": presets, "predictions": predictions,
        "code": highlighted(demo),
    }  # fmt: skip


def bound(value: float) -> float | None:
    """JSON has no infinity: an open end is null."""
    return value if abs(value) != float("inf") else None


def _computed(found: Answer) -> dict[str, Any]:
    return {"result": orjson.loads(found.body), "raw": found.body, "tables": orjson.loads(found.tables or b"[]")}
