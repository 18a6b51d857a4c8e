"""A Result on the wire: one JSON for both languages and both themes, encoded once, in the worker."""

import math
from typing import Any

import orjson

from app.figures.pictures import IMAGES_ACROSS, picture
from app.figures.tables import table
from app.figures.traces import Json, both
from app.kit import Result, views

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


def figure(view: views.View) -> Json:
    """One entry of "figures": the picture and what stands around it."""
    out: Json = {
        "id": view.id, "kind": type(view).__name__.lower(), "title": both(view.title),
        "description": both(view.description),
    }  # fmt: skip
    if isinstance(view, views.Table):
        return out | {"table": table(view)}
    if isinstance(view, views.Steps):
        frames = [picture(frame) for frame in view.frames]
        out |= {"plot": _plot(frames[view.start]), "height": frames[0]["height"], "start": view.start}
        out["frames"] = [
            {"label": both(label), "data": frame["data"], "description": both(shown.description)}
            for label, frame, shown in zip(view.labels, frames, view.frames, strict=True)
        ]
        return out
    drawn = picture(view)
    out |= {"plot": _plot(drawn), "height": drawn["height"]}
    if isinstance(view, views.Images) and len(view.captions) > IMAGES_ACROSS:
        out["wide"] = True
    drag = getattr(view, "drag", None)
    if drag is not None:
        out["drag"] = {"knobs": list(drag.knobs), "step": drag.step}
    return out


def plain(view: views.View) -> Json:
    """`figure` in plain lists, strings and numbers: for a reply that is not encoded here."""
    out: Json = orjson.loads(orjson.dumps(figure(view), option=_OPTIONS))
    return out


def plain_table(view: views.View) -> Json:
    """The data table of a view, likewise; what is not finite is null."""
    out: Json = orjson.loads(orjson.dumps(table(view), option=_OPTIONS))
    return out


def _plot(drawn: Json) -> Json:
    return {"data": drawn["data"], "layout": drawn["layout"]}


def encode_result(demo: str, query: str, result: Result) -> bytes:
    """The answer of /api/demos/<id>/result. Numbers that are not finite become null, with a word in "flags"."""
    scalars: dict[str, float | None] = {}
    flags: dict[str, str] = {}
    for name, value in result.scalars.items():
        number = float(value)
        scalars[name] = number if math.isfinite(number) else None
        if not math.isfinite(number):
            flags[name] = "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"
    body: dict[str, Any] = {
        "demo": demo, "query": query, "progress": result.progress,
        "figures": [figure(view) for view in result.views], "scalars": scalars, "flags": flags,
        "notes": [both(note) for note in result.notes],
        "checks": [
            {"label": both(c.label), "deviation": c.deviation, "tolerance": c.tolerance,
             "holds": bool(c.deviation <= c.tolerance)}
            for c in result.checks
        ],
    }  # fmt: skip
    return orjson.dumps(body, option=_OPTIONS)


def encode_tables(result: Result) -> bytes:
    """The data tables of a result, for the page itself (and for readers without JavaScript)."""
    return orjson.dumps([table(view) for view in result.views], option=_OPTIONS)
