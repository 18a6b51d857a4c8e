"""Every kind of picture as SVG: whole XML, on the paper, in the page's colours, and true to the numbers."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from app.figures import paper, plain
from app.figures.axes import Scale, number, svg_words, ticks
from app.figures.drawing import drawable, drawing
from app.kit import same, text, views

CSS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text()
INKS = paper.inks(CSS)
X, Y = views.Axis(text(zh="横", en="across")), views.Axis(same("h<sub>t</sub>"), unit="px")
COMMON = {"id": "v", "title": same("t"), "description": same('less < more & "so"')}
RAMP = [1.0, 10.0, 100.0]
KINDS: dict[str, views.View] = {
    "lines": views.Lines(**COMMON, x=X, y=Y, series=[
        views.Series("relu", same("ReLU & <b>"), [0.0, 1.0, float("nan"), 3.0], [1.0, 2.0, 3.0, 4.0]),
        views.Series("theory", same("theory"), [0.0, 3.0], [0.0, 9.0], role="reference", draw="step"),
        views.Series("x", same("dots"), RAMP, RAMP, draw="points", values=RAMP)],
        regions=[views.Region(0, 1, same("here"))], marks=[views.Mark(2.0, same("mark"))]),
    "log": views.Lines(**COMMON, x=views.Axis(same("n"), log=True), y=views.Axis(same("e"), log=True),
                       series=[views.Series("a", same("a"), RAMP, [1e-9, 0.0, 1e3])]),
    "bars": views.Bars(**COMMON, x=X, y=Y, categories=[same("one"), same("two")], stacked=True, series=[
        views.BarSeries("a", same("a"), [1.0, 2.0], spread=[0.1, 0.2]),
        views.BarSeries("b", same("b"), [1.0, float("nan")])]),
    "heatmap": views.Heatmap(**COMMON, x=X, y=Y, value=X, z=[[0.0, -1.0], [float("nan"), 2.0]], xs=[0.0, 1.0],
                             ys=[0.0, 1.0], diverging=True, text=True),
    "uneven": views.Heatmap(**COMMON, x=views.Axis(same("n"), log=True), y=Y, value=X, z=[[0.0, 1.0, 2.0]],
                            xs=[1.0, 2.0, 100.0], ys=[0.0]),
    "contours": views.Contours(**COMMON, x=X, y=Y, value=X, xs=[0.0, 1.0, 2.0], ys=[0.0, 1.0, 2.0],
                               z=np.add.outer(np.arange(3.0) ** 2, np.arange(3.0) ** 2)),
    "boxes": views.Boxes(**COMMON, width=100, height=50, image=np.zeros((5, 10)),
                         sets=[views.BoxSet("anchor", same("a"), [[0.0, 0.0, 20.0, 10.0]])]),
    "images": views.Images(**COMMON, images=np.zeros((5, 4, 4)),
                           captions=[same(f"a long caption {i}") for i in range(5)]),
    "graph": views.Graph(**COMMON, nodes=[views.Node("a", "a<br>1", 0, 0), views.Node("b", "b", 1, -1)],
                         edges=[views.Edge("a", "b", label="w")], column_labels=[same("t=1")], row_labels=[same("s")]),
    "surface": views.Surface(**COMMON, x=X, y=Y, value=X, xs=[0.0, 1.0], ys=[0.0, 1.0], z=[[0.0, 1.0], [1.0, 2.0]]),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_is_drawn(kind: str, lang: str) -> None:
    svg = drawing(plain(KINDS[kind]), lang, INKS)  # type: ignore[arg-type]
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg") and root[0].text == 'less < more & "so"'
    assert "nan" not in svg and "inf" not in svg and "@" not in svg and "None" not in svg
    assert svg == drawing(plain(KINDS[kind]), lang, INKS), "the same figure, the same bytes"  # type: ignore[arg-type]
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for element in root.iter():
        if element.tag.endswith("}text") and "x" in element.attrib:
            assert -1 <= float(element.attrib["x"]) <= width and 0 <= float(element.attrib["y"]) <= height


def test_points_stand_where_the_numbers_say() -> None:
    view = views.Lines(
        **COMMON, x=views.Axis(same("x"), range=(0, 10)), y=views.Axis(same("y"), range=(0, 1)),
        series=[views.Series("a", same("a"), [0.0, 5.0, 10.0], [0.0, 0.5, 1.0])],
    )  # fmt: skip
    svg = drawing(plain(view), "en", INKS)
    clip = re.search(r'<clipPath id="cx"><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    assert clip is not None
    left, top, wide, tall = map(float, clip.groups())
    line = re.search(r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" fill="none"', svg)
    assert line is not None
    expected = [left, top + tall, left + wide / 2, top + tall / 2, left + wide, top]
    assert [float(v) for v in line.groups()] == pytest.approx(expected, abs=0.15)


def test_inks_are_those_of_the_page() -> None:
    blue = re.search(r"--plot-blue: light-dark\((#[0-9a-f]{6})", CSS)
    assert blue is not None and INKS("@blue") == blue[1] and INKS("@paper") == "#ffffff"
    assert np.allclose(INKS.shade(np.array([0.0, 1.0]), "@sequential"), INKS.ramp("@sequential")[[0, -1]])


@pytest.mark.parametrize(
    ("low", "high", "log", "labels"),
    [
        (0, 1, False, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-3, 3, False, ["−3", "−2", "−1", "0", "1", "2", "3"]),
        (-4, 2, True, ["10<sup>−4</sup>", "10<sup>−3</sup>", "0.01", "0.1", "1", "10", "100"]),
        (0.1, 0.9, True, ["2", "5"]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, log: bool, labels: list[str]) -> None:
    found = ticks({}, Scale(low, high, 0, 300, log), "en", 42)
    assert [label for _, label in found] == labels


def test_numbers_and_labels_are_short_and_safe() -> None:
    assert [number(v) for v in (0.0, -1.5, 2e-7, 1e6, 3.14159)] == [
        "0", "−1.5", "2×10<sup>−7</sup>", "10<sup>6</sup>", "3.14"
    ]  # fmt: skip
    assert svg_words("<script>a</script> & x<sub>i</sub>").count("<tspan") == 2
    assert "<script" not in svg_words("<script>")


def test_tables_have_no_picture() -> None:
    table = plain(views.Table(**COMMON, columns=[same("a")], rows=[[1]]))
    assert drawable([table, plain(KINDS["lines"])]) == [plain(KINDS["lines"])]
