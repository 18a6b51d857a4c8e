"""Tab "same error, other IoU": predictions at one distance from the truth, and one distance at many sizes."""

import math

import numpy as np
from numpy.typing import NDArray

from app.core.box_losses import giou_loss
from app.core.boxes import iou
from app.demos.detection._regressor_params import BoxRegressorParams

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Boxes, BoxSet, Check, Lines, Mark, Result, Series, Text, same, text,
)  # fmt: skip

Floats = NDArray[np.float64]
ROOT = math.sqrt(0.5)
MOVES: dict[str, tuple[Text, tuple[float, float, float, float]]] = {  # directions of (x, y, w, h), length 1
    "narrower": (text(zh="宽减", en="narrower"), (0, 0, -1, 0)),
    "wider": (text(zh="宽加", en="wider"), (0, 0, 1, 0)),
    "larger": (text(zh="宽高都加", en="larger"), (0, 0, ROOT, ROOT)),
    "smaller": (text(zh="宽高都减", en="smaller"), (0, 0, -ROOT, -ROOT)),
    "shifted": (text(zh="横移", en="shifted"), (1, 0, 0, 0)),
    "diagonal": (text(zh="斜移", en="diagonal"), (ROOT, ROOT, 0, 0)),
}
SIDES = np.geomspace(16, 256, 33)


def closed_forms(s: float, d: float) -> dict[str, float]:
    """IoU of each move in closed form: nested boxes are a ratio of areas, shifted ones lose a stripe."""
    both, cut = d * ROOT, (s - d * ROOT) ** 2
    return {
        "narrower": (s - d) / s, "wider": s / (s + d), "larger": s**2 / (s + both) ** 2,
        "smaller": (s - both) ** 2 / s**2,
        "shifted": (s - d) / (s + d), "diagonal": cut / (2 * s**2 - cut),
    }  # fmt: skip


def moved(side: float, length: float) -> tuple[Floats, Floats]:
    """The truth, a square around (0, 0), shape (4,), and the predictions, shape (moves, 4), px."""
    steps = length * np.array([step for _, step in MOVES.values()])
    half = (side + steps[:, 2:]) / 2
    return np.array([-1.0, -1, 1, 1]) * side / 2, np.hstack([steps[:, :2] - half, steps[:, :2] + half])


def run(p: BoxRegressorParams) -> Result:
    truth, boxes = moved(p.side, p.displacement)
    values = dict(zip(MOVES, iou(truth, boxes)[0], strict=True))
    theory = closed_forms(p.side, p.displacement)
    generous = dict(zip(MOVES, 1 - giou_loss(boxes, truth)[0], strict=True))
    sides = SIDES[1.01 * p.displacement < SIDES * 0.6]
    every = np.array([iou(*moved(side, p.displacement))[0] for side in sides])
    curves = {name: every[:, at] for at, name in enumerate(MOVES) if name in ("shifted", "wider")}
    s = {name: float(v) for name, v in values.items()}
    s |= {f"giou_{name}": float(v) for name, v in generous.items()}
    s |= {"best": max(values.values()), "worst": min(values.values()), "l2": p.displacement,
          "shifted_16": (16 - 5) / (16 + 5), "shifted_64": (64 - 5) / (64 + 5), "shifted_256": (256 - 5) / (256 + 5),
          "above_half": float(sum(v >= 0.5 for v in values.values()))}  # fmt: skip
    s = {name: float(v) for name, v in s.items()}
    checks = [
        Check(text(zh="IoU 与闭式", en="IoU and closed form"), max(abs(values[n] - theory[n]) for n in MOVES), 1e-9)
    ]
    return Result((_boxes(p, truth, boxes, s), _bars(p, values, theory, s), _by_size(p, sides, curves, s)), s,
                  _notes(p, s), checks)  # fmt: skip


def _boxes(p: BoxRegressorParams, truth: Floats, boxes: Floats, s: dict[str, float]) -> Boxes:
    pitch = 1.9 * p.side
    places = np.array([[(i % 3 + 0.5) * pitch, (i // 3 + 0.5) * pitch] * 2 for i in range(len(MOVES))])
    labels = [f"{name.en} {value:.3f}" for (name, _), value in zip(MOVES.values(), (s[m] for m in MOVES), strict=True)]
    return Boxes(
        id="gallery", title=text(zh=f"六个预测，离真值都是 {p.displacement:g} px",
                                 en=f"Six predictions, all {p.displacement:g} px off"),
        description=text(
            zh=f"(x, y, w, h) 的 L2 距离都是 {p.displacement:g} px，IoU 却从 {s['worst']:.3f} 到 {s['best']:.3f}。"
            "上排：宽减、宽加、宽高都加；下排：宽高都减、横移、斜移。",
            en=f"All have an L2 distance of {p.displacement:g} px in (x, y, w, h); their IoU runs from "
            f"{s['worst']:.3f} to {s['best']:.3f}. Top row: narrower, wider, larger; bottom row: smaller, shifted, "
            "diagonal.",
        ),
        width=3 * pitch, height=2 * pitch,
        sets=[BoxSet("ground-truth", text(zh="真值", en="truth"), places + truth),
              BoxSet("anchor", text(zh="预测", en="prediction"), places + boxes, "highlight", labels)],
    )  # fmt: skip


def _bars(p: BoxRegressorParams, values: dict[str, float], theory: dict[str, float], s: dict[str, float]) -> Bars:
    return Bars(
        id="bars", title=text(zh="同样的 L2，不同的 IoU", en="The same L2, other IoUs"),
        description=text(zh=f"横移 {s['shifted']:.3f}，斜移 {s['diagonal']:.4f}，宽加 {s['wider']:.3f}，宽减 "
                            f"{s['narrower']:.3f}。",
                         en=f"Shifted {s['shifted']:.3f}, diagonal {s['diagonal']:.4f}, wider {s['wider']:.3f}, "
                         f"narrower {s['narrower']:.3f}."),
        categories=[name for name, _ in MOVES.values()], x=Axis(text(zh="预测", en="Prediction")),
        y=Axis(same("IoU"), range=(0, 1)), marks=[Mark(0.5, text(zh="VOC 的门槛 0.5", en="VOC's threshold 0.5"))],
        series=[BarSeries("iou", same("IoU"), np.array(list(values.values()))),
                BarSeries("theory", text(zh="闭式",
                                         en="closed form"), np.array(list(theory.values())), role="reference")],
    )  # fmt: skip


def _by_size(p: BoxRegressorParams, sides: Floats, curves: dict[str, Floats], s: dict[str, float]) -> Lines:
    d, fine = p.displacement, np.geomspace(sides[0], 256, 97)
    return Lines(
        id="sizes", title=text(zh=f"同样错 {d:g} px，物体越小越吃亏", en=f"Off by {d:g} px: small objects pay"),
        description=text(
            zh=f"横移 {d:g} px：边长 {sides[0]:.0f} px 时 IoU {curves['shifted'][0]:.3f}，256 px 时 "
               f"{curves['shifted'][-1]:.3f}。",
            en=f"Shifted by {d:g} px, a side of {sides[0]:.0f} px has an IoU of {curves['shifted'][0]:.3f}, 256 px "
            f"{curves['shifted'][-1]:.3f}.",
        ),
        series=[
            *(Series(f"move-{at}", MOVES[name][0], sides, y, draw="points") for at, (name,
                                                                                     y) in enumerate(curves.items())),
            Series("theory", same("(s − d) / (s + d)"), fine, (fine - d) / (fine + d), "reference"),
            Series("theory", same("s / (s + d)"), fine, fine / (fine + d), "reference"),
        ],
        x=Axis(text(zh="真值边长 s", en="side of the truth, s"), "px", log=True, range=(16, 256)),
        y=Axis(same("IoU"), range=(0, 1)), marks=[Mark(p.side, text(zh="当前", en="now"), axis="x")],
    )  # fmt: skip


def _notes(p: BoxRegressorParams, s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"六个预测对 L2 来说一样坏，IoU 最高 {s['best']:.3f}、最低 {s['worst']:.3f}；按 0.5 的门槛，"
             f"{s['above_half']:.0f} 个算检出。坐标损失与评价指标不是一回事。",
             en=f"To L2 these six are equally bad; their IoU goes from {s['worst']:.3f} to {s['best']:.3f}, and "
             f"{s['above_half']:.0f} of them count as detections at 0.5. The coordinate loss is not the metric."),
        text(zh=f"像素上的同样误差，对 {p.side:g} px 的物体是 {p.displacement / p.side:.0%} 的边长："
                "所以目标要除以框的尺寸。",
             en=f"The same error in px is {p.displacement / p.side:.0%} of the side of a {p.side:g} px object: hence "
             "targets are divided by the size of the box."),
    ]  # fmt: skip
