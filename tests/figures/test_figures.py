"""Arrays survive the wire, every kind of view draws, texts and colours stay tokens."""

import base64
import struct
import zlib
from typing import Any

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest

from app.figures import figure, ink
from app.figures.arrays import png, typed
from app.figures.payload import encode_result
from app.figures.tables import ROWS, table
from app.kit import (
    Axis,
    Bars,
    BarSeries,
    Boxes,
    BoxSet,
    Contours,
    Edge,
    Graph,
    Heatmap,
    Images,
    Lines,
    Mark,
    Node,
    Points,
    Region,
    Result,
    Series,
    Steps,
    Surface,
    Table,
    View,
    same,
    text,
)  # fmt: skip
from tests.localise import localised

X = np.linspace(0, 1, 5)
Z = np.arange(15.0).reshape(3, 5)
AXES: dict[str, Any] = {"x": Axis(same("x"), "px"), "y": Axis(same("y"), log=True, range=(1e-6, 1))}
PLANE: dict[str, Any] = {"x": Axis(same("x")), "y": Axis(same("y"))}
HEAD: dict[str, Any] = {"title": same("t"), "description": same("d")}
LINES = Lines(
    id="lines", **HEAD, **AXES,
    series=[Series("relu", same("a"), X, X), Series("theory", same("b"), X, X, "reference")],
    regions=[Region(0, 1, same("r"))], marks=[Mark(0.5, same("m"))],
)  # fmt: skip
VIEWS: list[View] = [
    LINES,
    Points(id="points", **HEAD, **PLANE, equal=True, series=[
        Series("c-1", same("p"), X, X, draw="points", values=X, labels=list("abcde")),
        Series("c-2", same("q"), X, X, draw="step"), Series("c-3", same("s"), X, X, draw="area"),
    ]),
    Bars(id="bars", **HEAD, **PLANE, categories=[same("a"), same("b")], stacked=True, series=[
        BarSeries("train", same("s"), np.array([1.0, 2.0]), np.array([0.1, 0.2])),
    ]),
    Heatmap(id="heat", **HEAD, **PLANE, z=Z, xs=X, ys=np.arange(3), value=Axis(same("v")), diverging=True, text=True,
            boxes=[BoxSet("best", same("b"), np.array([[0, 0, 1, 1]]), labels=["one"])]),
    Contours(id="contours", **HEAD, **PLANE, z=Z, xs=X, ys=np.arange(3), value=Axis(same("v")), levels=(0, 10, 1)),
    Boxes(id="boxes", **HEAD, width=40, height=30, sets=[BoxSet("anchor", same("a"), np.eye(4))], image=Z / 15),
    Images(id="images", **HEAD, images=np.zeros((2, 3, 3)), captions=[same("a"), same("b")]),
    Images(id="colour", **HEAD, images=np.zeros((2, 3, 3, 3)), captions=[same("a"), same("b")]),
    Graph(id="graph", **HEAD, nodes=[Node("a", "A", 0, 0, 0.3), Node("b", "B", 1, 0, role="highlight")],
          edges=[Edge("a", "b", 0.7, "w")], column_labels=[same("t")], row_labels=[same("s")]),
    Surface(id="surface", **HEAD, **PLANE, z=Z, xs=X, ys=np.arange(3), value=Axis(same("v"))),
    Steps(id="steps", **HEAD, frames=[LINES, LINES], labels=[same("1"), same("2")]),
]  # fmt: skip


def values(sent: dict[str, str]) -> np.ndarray:
    flat = np.frombuffer(base64.b64decode(sent["bdata"]), dtype="<" + sent["dtype"])
    return flat.reshape([int(n) for n in sent["shape"].split(",")]) if "shape" in sent else flat


@pytest.mark.parametrize(
    ("array", "code"),
    [(X, "f4"), (np.array([1e-60, 1.0]), "f8"), (np.array([1e300]), "f8"), (np.array([1, 2]), "i4"),
     (np.array([True, False]), "i4"), (Z, "f4"), (np.array([np.nan, np.inf, 1.0]), "f4")],
)  # fmt: skip
def test_arrays_survive(array: np.ndarray, code: str) -> None:
    sent = typed(array)
    assert sent["dtype"] == code
    np.testing.assert_allclose(values(sent), array, rtol=1e-6)


def test_png_is_one() -> None:
    data = base64.b64decode(png(np.array([[0.0, 1.0], [0.5, 2.0]])).split(",")[1])
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (2, 2)
    body = data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8]
    assert zlib.decompress(body) == bytes([0, 0, 0, 0, 255, 255, 255, 0, 128, 128, 128, 255, 255, 255])


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: v.id)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_of_view_is_valid_plotly(view: View, lang: str) -> None:
    sent = figure(view)
    shown = go.Figure(localised(sent["plot"], lang))
    assert [t.type for t in shown.data] == [t["type"] for t in sent["plot"]["data"]]
    assert sent["height"] > 0


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: v.id)
def test_every_kind_of_view_has_a_table(view: View) -> None:
    found = table(view)
    assert found["rows"]
    assert {len(row) for row in found["rows"]} == {len(found["columns"])}


def test_long_tables_are_thinned_and_say_so() -> None:
    x = np.arange(1000.0)
    view = Lines(id="long", **HEAD, **PLANE, series=[Series("a", same("a"), x, x)])
    found = table(view)
    assert (len(found["rows"]), found["of"]) == (ROWS, 1000)
    assert found["rows"][0][0] == 0
    assert found["rows"][-1][0] == 999


def test_tables_of_numbers_only() -> None:
    view = Table(id="t", **HEAD, columns=[same("a"), same("b")], rows=[[1, text(zh="甲", en="A")], [None, 2.5]])
    assert "plot" not in figure(view)
    assert table(view)["rows"] == [[1, {"zh": "甲", "en": "A"}], [None, 2.5]]


def test_log_ranges_are_given_in_data_units() -> None:
    assert figure(LINES)["plot"]["layout"]["yaxis"]["range"] == [-6, 0]


def test_colours_are_tokens_only() -> None:
    def strings(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [s for k, v in value.items() for s in ([v] if k == "color" and isinstance(v, str) else strings(v))]
        return [s for v in value for s in strings(v)] if isinstance(value, list) else []

    for view in VIEWS:
        if not isinstance(view, Table):
            assert set(strings(figure(view)["plot"])) <= ink.TOKENS


def test_same_meaning_same_colour() -> None:
    assert ink.colour("relu") == ink.colour("relu", "highlight") == "@orange"
    assert ink.colour("cluster-1") != ink.colour("cluster-2")
    assert ink.colour("never heard of") == ink.colour("never heard of")


def test_not_finite_is_null_and_flagged() -> None:
    result = Result([], {"a": float("nan"), "b": float("-inf"), "c": 1.5}, [same("n")])
    body = orjson.loads(encode_result("d", "", result))
    assert body["scalars"] == {"a": None, "b": None, "c": 1.5}
    assert body["flags"] == {"a": "nan", "b": "-inf"}


def test_many_images_stand_in_rows_of_four_with_their_captions_broken() -> None:
    names = [same(f"a model with a long name, number {k}") for k in range(8)]
    drawn = figure(Images(id="many", **HEAD, images=np.zeros((8, 3, 3)), captions=names))
    frame = drawn["plot"]["layout"]
    assert drawn["wide"]
    domains = [(frame[f"xaxis{k or ''}"]["domain"], frame[f"yaxis{k or ''}"]["domain"]) for k in (0, *range(2, 9))]
    assert len({tuple(y) for _, y in domains}) == 2
    assert len({tuple(x) for x, _ in domains}) == 4
    assert all(0 <= low < high <= 1 for pair in domains for low, high in pair)
    assert all("<br>" in note["text"]["en"] for note in frame["annotations"])
    assert "wide" not in figure(Images(id="few", **HEAD, images=np.zeros((3, 3, 3)), captions=names[:3]))
