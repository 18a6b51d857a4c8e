"""Tab "losses, gradients": seven losses of one prediction, their gradients, and where gradient descent takes it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.core.box_losses import Loss, ciou_loss, coordinate_loss, decode_backward, diou_loss, giou_loss, iou_loss
from app.core.boxes import area, decode, encode, iou
from app.core.roi import finite_difference
from app.demos.detection._regressor_params import HEIGHT, WIDTH, BoxRegressorParams
from app.kit import Axis, Boxes, BoxSet, Check, DragBox, Lines, Mark, Result, Series, Table, Text, same, text

Floats = NDArray[np.float64]
STEPS, WINDOW, LIMIT = 500, 10, 40.0  # t stays within what a box 8 px wide needs to reach any place of the picture
NAMES = {"l2": same("L2"), "l1": same("L1"), "smooth-l1": same("smooth L1"), "iou": same("IoU"), "giou": same("GIoU"),
         "diou": same("DIoU"), "ciou": same("CIoU")}  # fmt: skip
KEYS = {"l2": "loss-5", "l1": "loss-8", "smooth-l1": "loss-7", "iou": "loss-6", "giou": "loss-1", "diou": "loss-2",
        "ciou": "loss-4"}  # fmt: skip
SHOWN = ("giou", "diou")  # drawn where their descent has the largest box


def losses(p: BoxRegressorParams) -> dict[str, Callable[[Floats], Loss]]:
    """Each loss as a function of predicted boxes (n, 4): coordinate losses on targets relative to P."""
    proposal, truth = np.array([p.proposal], dtype=np.float64), np.array([p.truth], dtype=np.float64)

    def coordinates(kind: str) -> Callable[[Floats], Loss]:
        return lambda boxes: coordinate_loss(kind, boxes, truth, proposal, p.beta)

    overlaps = {"iou": iou_loss, "giou": giou_loss, "diou": diou_loss, "ciou": ciou_loss}
    return {
        **{kind: coordinates(kind) for kind in ("l2", "l1", "smooth-l1")},
        **{name: (lambda boxes, f=f: f(boxes, truth)) for name, f in overlaps.items()},  # type: ignore[misc]
    }


def descend(loss: Callable[[Floats], Loss], proposal: Floats, start: Floats, rate: float) -> Floats:
    """Boxes on the way down, shape (STEPS + 1, 4): gradient descent on the offsets from P, its steps shrinking to 0.

    Most of these losses have kinks, around which the steps jump to and fro: each box returned is the mean of the last
    WINDOW iterates.
    """
    t, path = encode(proposal, start), [start]
    for step in range(STEPS):
        slope = decode_backward(proposal, path[-1], loss(path[-1][None])[1])
        t = np.clip(t - rate * (1 - step / STEPS) * slope, -LIMIT, LIMIT)
        path.append(decode(proposal, t)[0])
    sums, ends = np.cumsum(np.vstack([np.zeros(4), path]), axis=0), np.arange(1, STEPS + 2)
    starts = np.maximum(ends - WINDOW, 0)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts)[:, None])


def run(p: BoxRegressorParams) -> Result:
    box, truth = np.array(p.prediction, dtype=np.float64), np.array(p.truth, dtype=np.float64)
    table = losses(p)
    values = {name: loss(box[None]) for name, loss in table.items()}
    gradients = {name: g[0] for name, (_, g) in values.items()}
    proposal = np.array([p.proposal], dtype=np.float64)
    paths = {name: descend(loss, proposal, box, p.rate) for name, loss in table.items()}
    reached = {name: iou(truth, path)[0] for name, path in paths.items()}
    s = {"iou": float(iou(box, truth)[0, 0])}
    for name in NAMES:
        key = name.replace("-", "_")
        s |= {f"loss_{key}": float(values[name][0][0]), f"slope_{key}": float(np.linalg.norm(gradients[name])),
              f"end_{key}": float(reached[name][-1]),
              f"grow_{key}": float(area(paths[name]).max() / area(box)[0])}  # fmt: skip
    s["giou_pull"] = -float(gradients["giou"][0] + gradients["giou"][2])
    beside = box + np.array([1.3e-4, 1.7e-4, 2.1e-4, 2.6e-4])  # off the kinks, where edges coincide
    worst = max(slope_error(loss, beside) for name, loss in table.items() if name != "ciou")  # its α is held constant
    checks = [
        Check(text(zh="梯度与有限差分 (1/px)", en="gradients and finite differences (1/px)"), worst, 1e-5),
        Check(
            text(zh="1 − IoU 损失，与 IoU", en="1 − IoU loss, against IoU"), abs(1 - s["loss_iou"] - s["iou"]), 1e-12
        ),
    ]
    views = (_scene(p, box, truth, paths, s), _slide(p, table, box, truth, s), _descent(reached, s), _table(values, s))
    return Result(views, s, _notes(s), checks)


def slope_error(loss: Callable[[Floats], Loss], box: Floats) -> float:
    """Largest difference between a loss's gradient and central differences of its value, per px."""

    def value(b: Floats) -> Floats:
        return loss(b[None])[0]

    return float(np.abs(finite_difference(value, box, 1e-5)[:, 0] - loss(box[None])[1][0]).max())


def _scene(p: BoxRegressorParams, box: Floats, truth: Floats, paths: dict[str, Floats], s: dict[str, float]) -> Boxes:
    largest = {name: paths[name][area(paths[name]).argmax()][None] for name in SHOWN}
    return Boxes(
        id="scene", title=text(zh="预测 B（可拖动）与真值 G", en="Prediction B (drag it) and truth G"),
        description=text(
            zh=f"B 与 G 的 IoU 是 {s['iou']:.3f}。下降途中，GIoU 把 B 最多撑到 {s['grow_giou']:.1f} 倍面积，DIoU "
               f"{s['grow_diou']:.1f} 倍。",
            en=f"B and G have an IoU of {s['iou']:.3f}. On its way down GIoU makes B up to {s['grow_giou']:.1f} times "
            f"as large, DIoU {s['grow_diou']:.1f} times.",
        ),
        width=WIDTH, height=HEIGHT, drag=DragBox(("bx1", "by1", "bx2", "by2"), step=1),
        sets=[
            *(BoxSet(KEYS[name], text(zh=f"{NAMES[name].zh} 途中最大",
                                      en=f"{NAMES[name].en} at its largest"), largest[name])
              for name in SHOWN),
            BoxSet("proposal", text(zh="候选框 P", en="proposal P"), np.array([p.proposal]), "muted"),
            BoxSet("ground-truth", text(zh="真值 G", en="truth G"), truth[None]),
            BoxSet("anchor", text(zh="预测 B", en="prediction B"), box[None], "highlight"),
        ],
    )  # fmt: skip


def _slide(p: BoxRegressorParams, table: dict[str, Callable[[Floats], Loss]], box: Floats, truth: Floats,
           s: dict[str, float]) -> Lines:  # fmt: skip
    here = float((box[0] + box[2] - truth[0] - truth[2]) / 2)
    reach = np.linspace(-150, 150, 121)
    moved = box + (reach - here)[:, None] * np.array([1.0, 0.0, 1.0, 0.0])
    touch = float((truth[2] - truth[0] + box[2] - box[0]) / 2)
    return Lines(
        id="slide", title=text(zh="把 B 左右平移：各损失的值", en="Slide B sideways: the value of each loss"),
        description=text(
            zh=f"中心相距超过 {touch:.0f} px 就不再重叠：IoU 损失从此是一条平线，GIoU 与 DIoU 还在上升。",
            en=f"Beyond {touch:.0f} px between the centres nothing overlaps: the IoU loss is flat, GIoU and DIoU still "
               "rise.",
        ),
        series=[Series(KEYS[name], NAMES[name], reach, np.minimum(loss(moved)[0], 3.0)) for name,
                loss in table.items()],
        x=Axis(text(zh="B 的中心减 G 的中心（横向）",
                    en="centre of B minus centre of G, along x"), "px", range=(-150, 150)),
        y=Axis(text(zh="损失（高于 3 的画在 3）", en="loss (drawn up to 3)"), range=(0, 3)),
        marks=[Mark(here, text(zh="当前", en="now"), axis="x")],
    )  # fmt: skip


def _descent(reached: dict[str, Floats], s: dict[str, float]) -> Lines:
    return Lines(
        id="descent", title=text(zh="按各损失对 t 做梯度下降，IoU 怎样变",
                                 en="IoU while descending each loss, on the offsets t"),
        description=text(
            zh=f"从 IoU {s['iou']:.2f} 出发，{STEPS} 步后：L1 到 {s['end_l1']:.2f}，IoU 损失 {s['end_iou']:.2f}，GIoU "
            f"{s['end_giou']:.2f}，DIoU {s['end_diou']:.2f}（画的是最近 {WINDOW} 步的平均）。",
            en=f"From an IoU of {s['iou']:.2f}, after {STEPS} steps: L1 gets to {s['end_l1']:.2f}, the IoU loss to "
            f"{s['end_iou']:.2f}, GIoU {s['end_giou']:.2f}, DIoU {s['end_diou']:.2f} (means of the last {WINDOW} "
            "steps).",
        ),
        series=[Series(KEYS[name], NAMES[name], np.arange(0, len(y), 5), y[::5]) for name, y in reached.items()],
        x=Axis(text(zh="步", en="step"), range=(0, STEPS)), y=Axis(same("IoU"), range=(0, 1)),
    )  # fmt: skip


def _table(values: dict[str, Loss], s: dict[str, float]) -> Table:
    rows: list[tuple[float | Text, ...]] = []
    for name, (value, gradient) in values.items():
        edges = (float(x) for x in gradient[0].round(5) + 0.0)
        rows.append((NAMES[name], float(value[0].round(4)), *edges, float(np.linalg.norm(gradient[0]).round(5))))
    return Table(
        id="gradients", title=text(zh="B 的损失与对四条边的梯度（1/px）",
                                   en="Losses of B and their gradients to its edges (1/px)"),
        description=text(
            zh=f"梯度的长度：IoU {s['slope_iou']:.4f}，GIoU {s['slope_giou']:.4f}，DIoU {s['slope_diou']:.4f}。",
            en=f"Length of the gradient: IoU {s['slope_iou']:.4f}, GIoU {s['slope_giou']:.4f}, DIoU "
               f"{s['slope_diou']:.4f}.",
        ),
        columns=[text(zh="损失", en="Loss"), text(zh="值",
                                                en="value"), *(same(f"∂/∂{v}") for v in ("x1", "y1", "x2", "y2")),
                 text(zh="长度", en="length")],
        rows=rows,
    )  # fmt: skip


def _notes(s: dict[str, float]) -> list[Text]:
    if s["iou"] == 0:
        first = text(
            zh="两个框不重叠：IoU 损失恒为 1，梯度是 0，一步也不动。GIoU 靠外接框里的空白得到梯度，途中把 B 撑到 "
            f"{s['grow_giou']:.1f} 倍面积；DIoU 还直接拉近中心，撑到 {s['grow_diou']:.1f} 倍。",
            en="The boxes do not overlap: the IoU loss is 1 all around, its gradient 0, descent does not move. GIoU "
            f"gets a gradient from the empty part of the box around both and enlarges B {s['grow_giou']:.1f} times on "
            f"its way; DIoU also pulls the centre and enlarges it {s['grow_diou']:.1f} times.",
        )
    else:
        first = text(
            zh=f"两个框重叠（IoU {s['iou']:.2f}）：每种损失都有梯度，差别只在方向和快慢。",
            en=f"The boxes overlap (IoU {s['iou']:.2f}): every loss has a gradient; they differ in direction and "
            "speed.",
        )
    return [first, text(
        zh=f"坐标损失比较的是相对候选框 P 编码后的目标：L2 {s['loss_l2']:.3f}，L1 {s['loss_l1']:.3f}，smooth L1 "
        f"{s['loss_smooth_l1']:.3f}；它们与 IoU 没有固定的对应。",
        en=f"Coordinate losses compare targets coded relative to P: L2 {s['loss_l2']:.3f}, L1 {s['loss_l1']:.3f}, "
        f"smooth L1 {s['loss_smooth_l1']:.3f}. None of them corresponds to one IoU.",
    )]  # fmt: skip
