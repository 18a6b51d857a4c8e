"""Where anchors lie, which of them an object makes positive, and which objects none of them can reach."""

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

# isort: off
from app.core.anchors import VGG16_RPN, anchor_grid, cells, centred_anchors, py_faster_rcnn_anchors, rpn_labels
from app.core.boxes import clip, decode, encode, from_inclusive, inside, iou, nms
from app.core.coverage import best_iou_map, swept_iou, worst_iou
from app.core.layer_table import receptive_field
from app.kit import (
    Axis, Bars, BarSeries, Boxes, BoxSet, Check, Demo, DragBox, Heatmap, Lines, Mark, Option, Params, Prediction,
    Preset, Result, Series, knob, limit, same, text,
)  # fmt: skip
# isort: on

Floats = NDArray[np.float64]
MAX_ANCHORS, SMALLEST = 300_000, 8
SIDES = (16, 32, 64, 128, 256, 512)
RATIOS = {"1/3": 1 / 3, "1/2": 0.5, "1": 1.0, "2": 2.0, "3": 3.0}
FIELD, FIELD_STRIDE, FIELD_CENTRE = receptive_field(VGG16_RPN)


class AnchorCoverageParams(Params):
    height: int = knob(600, ge=200, le=1000, step=10, unit="px", zh="图像高 H", en="Image height H")
    width: int = knob(800, ge=200, le=1000, step=10, unit="px", zh="图像宽 W", en="Image width W")
    stride: Literal["4", "8", "16", "32"] = knob("16", unit="px", zh="特征图步长 s", en="Feature stride s")
    scales: tuple[Literal["16", "32", "64", "128", "256", "512"], ...] = knob(
        ("128", "256", "512"), unit="px", zh="anchor 边长（√面积）", en="Anchor sides (√area)"
    )
    ratios: tuple[Literal["1/3", "1/2", "1", "2", "3"], ...] = knob(
        ("1/2", "1", "2"), zh="高宽比 h/w", en="Aspect ratios h/w"
    )
    style: Literal["py-faster-rcnn", "continuous"] = knob(
        "py-faster-rcnn", zh="生成方式", en="How they are made",
        options={"py-faster-rcnn": text(zh="py-faster-rcnn：先取整再放大", en="py-faster-rcnn: round, then scale"),
                 "continuous": text(zh="detectron2：不取整，偏移 0", en="detectron2: no rounding, offset 0")},
    )  # fmt: skip
    crossing: Literal["ignore", "keep"] = knob(
        "ignore", zh="越界的 anchor", en="Anchors that cross the border",
        options={"ignore": text(zh="丢弃（论文的训练）", en="dropped (the paper's training)"),
                 "keep": text(zh="保留", en="kept")},
    )  # fmt: skip
    gx1: int = knob(190, ge=0, le=1000, unit="px", zh="物体 x1", en="Object x1", hidden=True)
    gy1: int = knob(150, ge=0, le=1000, unit="px", zh="物体 y1", en="Object y1", hidden=True)
    gx2: int = knob(430, ge=0, le=1000, unit="px", zh="物体 x2", en="Object x2", hidden=True)
    gy2: int = knob(410, ge=0, le=1000, unit="px", zh="物体 y2", en="Object y2", hidden=True)

    @model_validator(mode="after")
    def _limits(self) -> Self:
        if not self.scales or not self.ratios:
            raise limit(zh="至少要选一个边长和一个高宽比", en="choose at least one side and one ratio")
        total = cells(self.height, int(self.stride)) * cells(self.width, int(self.stride))
        total *= len(set(self.scales)) * len(set(self.ratios))
        if total > MAX_ANCHORS:
            raise limit(
                zh=f"共 {total:,} 个 anchor，超过上限 {MAX_ANCHORS:,}：请增大步长或少选几种形状",
                en=f"{total:,} anchors, more than {MAX_ANCHORS:,}: take a larger stride or fewer shapes",
            )
        # The part outside the image is cut off, as a data loader would; what is left must still be an object.
        if min(min(self.gx2, self.width) - self.gx1, min(self.gy2, self.height) - self.gy1) < SMALLEST:
            raise limit(
                zh=f"物体在图像内的部分至少要有 {SMALLEST}×{SMALLEST} px：请把框拖回图像里",
                en=f"at least {SMALLEST}×{SMALLEST} px of the object must lie in the image: drag the box back in",
            )
        return self


def cell_anchors(params: AnchorCoverageParams) -> tuple[Floats, float]:
    """The anchors of one cell around (0, 0), ratios slowest, and where the first cell lies (in strides)."""
    sides = [side for side in SIDES if str(side) in params.scales]
    ratios = [value for name, value in RATIOS.items() if name in params.ratios]
    if params.style == "continuous":
        return np.vstack([centred_anchors(sides, [r]) for r in ratios]), 0.0
    return from_inclusive(py_faster_rcnn_anchors(16, ratios, [side / 16 for side in sides])) - 8, 0.5


def size_view(base: Floats, stride: int, side: float) -> tuple[Lines, float]:
    """IoU against the size of a square object, and the largest difference between the sweep and the closed form."""
    sides, fine = np.geomspace(8, 512, 25), np.geomspace(8, 512, 97)
    matched = np.array([swept_iou((a, a), centred_anchors([a], [1]), stride)[0] for a in sides])
    worst, best = np.array([swept_iou((a, a), base, stride) for a in sides]).T
    squares, shapes = np.stack([sides, sides], axis=1), base[:, 2:] - base[:, :2]
    theory = worst_iou(np.stack([fine, fine], axis=1), np.stack([fine, fine], axis=1), stride)
    at_32, reach = worst_iou([32, 32], [32, 32], stride), np.count_nonzero(worst >= 0.7)
    deviation = max(
        np.abs(matched - worst_iou(squares, squares, stride)).max(),
        np.abs(worst - worst_iou(squares[:, None], shapes, stride).max(axis=1)).max(),
    )
    view = Lines(
        id="size", title=text(zh="正方形物体：IoU 随大小的变化", en="Square objects: IoU against their size"),
        description=text(
            zh=f"步长 {stride} px：即使 anchor 与物体一样大，32 px 的物体最差也只有 {at_32:.3f}。"
            f"25 种大小里，放在哪里都能达到 0.7 的有 {reach} 种。",
            en=f"Stride {stride} px: even an anchor of its own size gives a 32 px object only {at_32:.3f} at worst. "
            f"Of 25 sizes, {reach} reach 0.7 wherever they lie.",
        ),
        series=[
            Series("matched", text(zh="同样大的 anchor，最差位置", en="anchor of its own size, worst place"),
                   sides, matched, draw="points"),
            Series("theory", text(zh="闭式解", en="closed form"), fine, theory, "reference"),
            Series("anchor", text(zh="所选 anchor，最差位置", en="your anchors, worst place"), sides, worst),
            Series("anchor-best", text(zh="所选，最好位置", en="your anchors, best place"), sides, best, "muted"),
        ],
        x=Axis(text(zh="物体边长", en="Side of the object"), "px", log=True, range=(8, 512)),
        y=Axis(same("IoU"), range=(0, 1)),
        marks=[Mark(0.7, text(zh="正 ≥ 0.7", en="positive ≥ 0.7")), Mark(0.3, text(zh="负 < 0.3", en="negative < 0.3")),
               Mark(min(side, 512), text(zh="当前物体", en="this object"), axis="x")],
    )  # fmt: skip
    return view, float(deviation)


def label_views(labels: NDArray[np.int8], overlaps: Floats) -> list[Bars]:
    """Counts of the labels, and the histogram of the IoUs of the anchors that take part."""
    pos, ign, neg, out = counts = [int(np.count_nonzero(labels == code)) for code in (1, -1, 0, 2)]
    names = [text(zh="正", en="positive"), text(zh="忽略", en="ignored"), text(zh="负", en="negative"),
             text(zh="越界丢弃", en="crossing, dropped")]  # fmt: skip
    hist = {name: np.histogram(overlaps[labels == code], 20, (0, 1))[0]
            for name, code in (("positive", 1), ("ignored", -1), ("negative", 0))}  # fmt: skip
    low = sum(h[0] for h in hist.values())
    number = Axis(text(zh="anchor 个数", en="Anchors"), log=True, range=(0.5, 1e6))
    return [
        Bars(
            id="labels", title=text(zh="RPN 训练标签", en="RPN training labels"),
            description=text(
                zh=f"正 {pos:,}，忽略 {ign:,}，负 {neg:,}，越界丢弃 {out:,}。",
                en=f"Positive {pos:,}, ignored {ign:,}, negative {neg:,}, dropped for crossing the border {out:,}.",
            ),
            categories=names, x=Axis(text(zh="标签", en="Label")), y=number,
            series=[BarSeries("anchor", text(zh="个数", en="count"), np.array(counts))],
        ),
        Bars(
            id="histogram", title=text(zh="与物体的 IoU 分布", en="How the IoUs with the object are spread"),
            description=text(
                zh=f"参与训练的 {pos + ign + neg:,} 个 anchor 中，{low:,} 个的 IoU 低于 0.05。",
                en=f"Of {pos + ign + neg:,} anchors that take part, {low:,} have an IoU below 0.05.",
            ),
            categories=[same(f"{i / 20:.2f}") for i in range(20)], stacked=True, y=number,
            x=Axis(text(zh="IoU（区间宽 0.05，标左端）", en="IoU (bins of 0.05, named by the left end)")),
            series=[BarSeries(key, name, h) for (key, h), name in zip(hist.items(), names, strict=False)],
        ),
    ]  # fmt: skip


def run(params: AnchorCoverageParams) -> Result:
    stride, height, width = int(params.stride), params.height, params.width
    rows, cols = cells(height, stride), cells(width, stride)
    base, offset = cell_anchors(params)
    k, shapes, grid = len(base), base[:, 2:] - base[:, :2], anchor_grid(base, rows, cols, stride, offset)
    gt = clip([params.gx1, params.gy1, params.gx2, params.gy2], height, width)
    w, h = gt[0, 2:] - gt[0, :2]
    overlaps, within = iou(gt, grid)[0], inside(grid, height, width)
    kept = within if params.crossing == "ignore" else np.ones(len(grid), dtype=bool)
    labels = np.full(len(grid), 2, dtype=np.int8)
    labels[kept] = rpn_labels(overlaps[kept][:, None])
    positives, ignored = (at[np.argsort(-overlaps[at], kind="stable")]
                          for at in (np.flatnonzero(labels == 1), np.flatnonzero(labels == -1)))  # fmt: skip
    best_iou = float(overlaps[kept].max(initial=0.0))
    best = positives[overlaps[positives] >= best_iou - 1e-9]

    # The best IoU as the object moves over the cell nearest to its centre.
    centre = (gt[0, :2] + gt[0, 2:]) / 2
    cell = np.clip(np.round(centre / stride - offset), 0, [cols - 1, rows - 1])
    middle, shifts = (cell + offset) * stride, np.linspace(-stride / 2, stride / 2, 33)
    placed = (base, rows, cols, stride, offset, (height, width) if params.crossing == "ignore" else None)
    moved = best_iou_map(middle[0] + shifts, middle[1] + shifts, (w, h), *placed)
    factorised = float(best_iou_map(centre[:1], centre[1:], (w, h), *placed)[0, 0])

    first, near = int(cell[1] * cols + cell[0]) * k, text(zh="最近格子的 anchor", en="anchors of the nearest cell")
    sets = [BoxSet("anchor", near, grid[first : first + k], "muted")]
    if stride == FIELD_STRIDE:
        sees = np.floor(centre / FIELD_STRIDE) * FIELD_STRIDE + FIELD_CENTRE
        name = text(zh=f"感受野 {FIELD} px（VGG-16）", en=f"receptive field, {FIELD} px (VGG-16)")
        sets.append(BoxSet("receptive-field", name, np.hstack([sees - FIELD / 2, sees + FIELD / 2])[None], "reference"))
    for key, name, at in (
        ("ignored", text(zh="忽略", en="ignored"), ignored[:8]),
        ("positive", text(zh="正", en="positive"), positives[:12]),
        ("best", text(zh="IoU 最高", en="highest IoU"), best[:4]),
    ):
        if at.size:
            sets.append(BoxSet(key, name, grid[at], labels=[f"{v:.3f}" for v in overlaps[at]]))
    sets.append(BoxSet("ground-truth", text(zh="物体（可拖动）", en="object (drag it)"), gt, "highlight"))

    by_size, deviation = size_view(base, stride, float(np.sqrt(w * h)))
    targets = encode(grid[best[0]], gt)[0] if best.size else np.full(4, np.nan)
    back = float(np.abs(decode(grid[best[0]], targets) - gt).max()) if best.size else 0.0
    tallest, smallest = int(shapes[:, 1].argmax()), min(int(side) for side in params.scales)
    scalars = {
        "rows": rows, "cols": cols, "per_cell": k, "total": len(grid), "inside": int(within.sum()),
        "positives": positives.size, "ignored": ignored.size, "negatives": int(np.count_nonzero(labels == 0)),
        "above_07": int(np.count_nonzero(overlaps[kept] >= 0.7)), "best_iou": best_iou,
        "best_any": float(overlaps.max()), "best_in_cell": float(moved.max()), "worst_in_cell": float(moved.min()),
        "worst_matched": float(worst_iou((w, h), (w, h), stride)),
        "worst_set": float(worst_iou((w, h), shapes, stride).max()),
        "tx": targets[0], "ty": targets[1], "tw": targets[2], "th": targets[3],
        "tallest": shapes[tallest, 1], "tallest_inside": int(within[tallest::k].sum()), "receptive_field": FIELD,
        "first_x1": grid[0, 0], "first_width": shapes[0, 0], "first_height": shapes[0, 1],
        "first_ratio": shapes[0, 1] / shapes[0, 0], "first_area": shapes[0].prod() / smallest**2,
    }  # fmt: skip
    scene = Boxes(
        id="scene", title=text(zh="图像、物体和 anchor", en="Image, object and anchors"),
        description=text(
            zh=f"物体 {w:.0f}×{h:.0f} px，最高 IoU {best_iou:.3f}；画出至多 12 个正样本（共 {positives.size:,} 个）。",
            en=f"Object of {w:.0f}×{h:.0f} px, best IoU {best_iou:.3f}; {positives.size:,} positive, up to 12 drawn.",
        ),
        width=width, height=height, sets=sets, drag=DragBox(("gx1", "gy1", "gx2", "gy2"), step=1),
    )  # fmt: skip
    reach, (dx, dy) = (-0.56 * stride, 0.56 * stride), centre - middle
    within_cell = Heatmap(
        id="offset", title=text(zh="物体在一个格子内移动时的最高 IoU", en="Best IoU as the object moves within a cell"),
        description=text(
            zh=f"物体在 {stride} px 的格子里移动，最高 IoU 在 {moved.min():.3f} 到 {moved.max():.3f} 之间。",
            en=f"Moved over a {stride} px cell, the object has a best IoU of {moved.min():.3f} to {moved.max():.3f}.",
        ),
        z=moved.astype(np.float32), xs=shifts, ys=shifts, equal=True, value=Axis(same("IoU"), range=(0, 1)),
        x=Axis(text(zh="中心的横向偏移", en="Offset of its centre, x"), "px", range=reach),
        y=Axis(text(zh="中心的纵向偏移", en="Offset of its centre, y"), "px", range=reach, reverse=True),
        series=[Series("ground-truth", text(zh="当前物体", en="this object"), [dx], [dy], "highlight", "points")],
    )  # fmt: skip
    tall, fit, above = f"{scalars['tallest']:.0f}", scalars["tallest_inside"], scalars["above_07"]
    notes = [
        text(zh=f"{rows} 行 × {cols} 列 × {k} = {len(grid):,} 个 anchor，其中 {scalars['inside']:,} 个完全在图内。",
             en=f"{rows} rows × {cols} columns × {k} = {len(grid):,} anchors, {scalars['inside']:,} wholly inside."),
        text(zh=f"最高 IoU {best_iou:.3f}：{above:,} 个 anchor 达到 0.7，"
             f"连同“每个物体的最佳 anchor”规则，正样本共 {positives.size:,} 个。",
             en=f"The highest IoU is {best_iou:.3f}: {above:,} anchors reach 0.7, and with the rule that an object's "
             f"best anchor always counts, {positives.size:,} are positive."),
        text(zh=f"最高的一种 anchor 有 {tall} px，完全在图内的有 {fit:,} 个；RPN 在 VGG-16 上的感受野是 {FIELD} px。",
             en=f"The tallest anchors have {tall} px, {fit:,} lie wholly inside; on VGG-16 the RPN sees {FIELD} px."),
    ]  # fmt: skip
    checks = [
        Check(
            text(zh="按行列分解 vs 逐个比较", en="by rows and columns vs one by one"), abs(factorised - best_iou), 1e-9
        ),
        Check(text(zh="最差 IoU：扫描 vs 闭式解", en="worst IoU: sweep vs closed form"), deviation, 1e-9),
        Check(text(zh="编码再解码 vs 物体 (px)", en="encode, decode vs the object (px)"), back, 1e-6),
    ]
    return Result([scene, within_cell, by_size, *label_views(labels, overlaps)], scalars, notes, checks)


CLOSE_UP = {"height": 240, "width": 320, "gx1": 144, "gy1": 96, "gx2": 176, "gy2": 128}
SQUARE_32 = {"scales": ("32",), "ratios": ("1",), **CLOSE_UP}

demo = Demo(
    __name__, run, AnchorCoverageParams,
    title=text(zh="anchor 覆盖实验室", en="Anchor coverage lab"),
    summary=text(zh="拖动物体，看哪些 anchor 成为正样本、被忽略或被丢弃，以及多小的物体谁也够不着。",
                 en="Drag the object and see which anchors turn positive, ignored or dropped, and what is too small."),
    presets={
        "default": Preset(
            text(zh="600×800、步长 16：17 100 个 anchor", en="600×800 at stride 16: 17,100 anchors"),
            expect={"total": (17100, 17100), "inside": (5944, 5944), "tallest_inside": (0, 0), "above_07": (2, 40)}),
        "small-object": Preset(
            text(zh="32 px 的物体和 anchor，正好落在格子角上", en="Object and anchors of 32 px, at a cell's corner"),
            SQUARE_32, {"worst_matched": (0.391, 0.392), "best_iou": (0.391, 0.392), "positives": (4, 4)}),
        "fine-stride": Preset(
            text(zh="步长 4：同样的物体和 anchor，IoU 升到 0.78", en="Stride 4 lifts the same pair to an IoU of 0.78"),
            {"stride": "4", **SQUARE_32}, {"best_iou": (0.783, 0.785), "above_07": (4, 4)}),
        "small-default": Preset(
            text(zh="32 px 的物体遇到默认的 9 种 anchor", en="A 32 px object under the nine default anchors"),
            {"gx1": 384, "gy1": 288, "gx2": 416, "gy2": 320}, {"best_iou": (0.066, 0.0662), "positives": (40, 40)}),
        "between-scales": Preset(
            text(zh="180 px 的正方形卡在两档边长之间", en="A 180 px square falls between two sides"),
            {"gx1": 310, "gy1": 210, "gx2": 490, "gy2": 390}, {"best_in_cell": (0.5, 0.56), "above_07": (0, 0)}),
        "tall-object": Preset(
            text(zh="物体与图同高：合适的 anchor 全被丢弃", en="As tall as the image: the fitting anchors are dropped"),
            {"gx1": 200, "gy1": 0, "gx2": 550, "gy2": 600}, {"best_iou": (0.6, 0.62), "best_any": (0.84, 0.85)}),
    },
    predictions=[
        Prediction(
            "worst-iou",
            text(zh="步长 16 px，anchor 和物体都是 32×32。物体落在最不利的位置时，它的最高 IoU 是多少？",
                 en="Stride 16 px, anchors and object of 32×32. Lying as badly as it can, what is its highest IoU?"),
            "small-object", "worst_matched",
            text(zh="两个方向各偏 8 px：交 $24^2 = 576$，并 $2048 - 576 = 1472$，IoU 0.391，只能靠“最佳 anchor”规则。",
                 en="8 px off each way: intersection $24^2 = 576$, union $2048 - 576 = 1472$, IoU 0.391. Below 0.7: "
                 "only the best-anchor rule makes it positive.")),
        Prediction(
            "how-many", text(zh="600×800 的图、步长 16、每格 9 个：一共有多少个 anchor？",
                             en="An image of 600×800, stride 16, nine anchors a cell: how many anchors?"),
            "default", "total", text(zh="向上取整：$38 × 50 × 9 = 17100$。", en="Rounded up: $38 × 50 × 9 = 17100$."),
            (Option(same("1,900"), 0, 10_000, text(zh="这是格子数，还要乘 9。", en="These are the cells; times nine.")),
             Option(same("16,650"), 10_000, 17_000, text(zh="37.5 要进成 38。", en="37.5 is rounded up to 38.")),
             Option(same("17,100"), 17_000, 18_000),
             Option(same("480,000"), 18_000, why=text(zh="这是像素数。", en="These are the pixels.")))),
        Prediction(
            "tallest", text(zh="这张 600×800 的图里有 1 900 个 352×704 的 anchor，训练时留下几个？",
                            en="The 600×800 image has 1,900 anchors of 352×704. How many are left for training?"),
            "default", "tallest_inside", text(zh="704 > 600：全部越界。", en="704 > 600: all cross the border."),
            (Option(same("0"), 0, 1),
             Option(same("1–1,899"), 1, 1900, text(zh="比图还高，放不下。", en="They are taller than the image.")),
             Option(same("1,900"), 1900, why=text(zh="论文训练时丢弃越界的。", en="The paper drops those.")))),
    ],
    references=("ren2015", "girshick2015py", "wu2019detectron2", "lin2017fpn"),
    code=(iou, encode, decode, nms, py_faster_rcnn_anchors, anchor_grid, rpn_labels, worst_iou, best_iou_map),
)  # fmt: skip
