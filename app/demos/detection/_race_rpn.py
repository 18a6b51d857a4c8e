"""Tab "anchors to proposals": count, label, then decode, clip, cut and suppress, with an RPN that errs by a set amount.

No network is trained here. The stand-in for a trained RPN knows the objects: an anchor that overlaps one by 0.3 or more
is given the right offsets plus noise, any other one only noise, and its score is that overlap plus noise.
"""

import numpy as np
from numpy.typing import NDArray

from app.core.anchors import VGG16_RPN, anchor_grid, py_faster_rcnn_anchors, rpn_labels
from app.core.boxes import area, clip, encode, from_inclusive, inside, iou
from app.core.conv_stack import VGG16, map_size
from app.core.layer_table import receptive_field
from app.core.proposals import Proposals, greedy_violations, propose
from app.demos.detection._race_params import SharedComputeRaceParams
from app.kit import Axis, Bars, BarSeries, Boxes, BoxSet, Check, Mark, Result, Text, text

Floats = NDArray[np.float64]
STRIDE, SCORE_NOISE, NEAR, SAMPLED = 16, 0.05, 0.3, 256
FIELD = receptive_field(VGG16_RPN[:-1])[0]  # of a cell of conv5_3, which RoI pooling reads


def all_anchors(height: int, width: int, ceil: bool) -> Floats:
    """The nine anchors of py-faster-rcnn at every cell of VGG-16's last map, in edge coordinates, px."""
    rows, cols = map_size(VGG16, height, width, ceil)
    return anchor_grid(from_inclusive(py_faster_rcnn_anchors()), rows, cols, STRIDE)


def some_objects(height: int, width: int, count: int, rng: np.random.Generator) -> Floats:
    """Boxes of 80 to 400 px (square root of the area), ratios 1:2 to 2:1, wholly in the picture; shape (count, 4)."""
    side = np.minimum(80 * np.exp(np.log(5) * rng.uniform(size=count)), 0.6 * min(height, width))
    stretch = np.exp2(rng.uniform(-0.5, 0.5, size=count))
    size = np.stack([side * stretch, side / stretch], axis=1)
    corner = rng.uniform(size=(count, 2)) * (np.array([width, height]) - size)
    boxes: Floats = np.round(np.hstack([corner, corner + size]))
    return boxes


def head(anchors: Floats, objects: Floats, error: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The stand-in for a trained RPN: offsets, shape (n, 4), and scores, shape (n,)."""
    overlaps = iou(anchors, objects)
    nearest, highest = overlaps.argmax(axis=1), overlaps.max(axis=1)
    right = np.where(highest[:, None] >= NEAR, encode(anchors, objects[nearest]), 0.0)
    return right + error * rng.standard_normal(right.shape), highest + SCORE_NOISE * rng.standard_normal(len(anchors))


def run(p: SharedComputeRaceParams) -> Result:
    rng = np.random.default_rng([p.seed, 2])
    objects = some_objects(p.height, p.width, p.objects, rng)
    anchors = all_anchors(p.height, p.width, p.rounding == "ceil")
    within = inside(anchors, p.height, p.width)
    labels = rpn_labels(iou(anchors[within], objects))
    positive, ignored, negative = (int(np.count_nonzero(labels == code)) for code in (1, -1, 0))
    offsets, scores = head(anchors, objects, p.error, rng)
    out = propose(anchors, offsets, scores, p.height, p.width, threshold=p.rpn_iou)
    overlaps = iou(objects, anchors)
    by_anchor, by_proposal = overlaps.max(axis=1), iou(objects, out.boxes).max(axis=1)
    totals = {ceil: all_anchors(p.height, p.width, ceil) for ceil in (False, True)}
    rows, cols = map_size(VGG16, p.height, p.width, p.rounding == "ceil")
    s = {
        "rows": rows, "cols": cols, "total": len(anchors), "inside": int(within.sum()),
        "total_floor": len(totals[False]), "total_ceil": len(totals[True]),
        "inside_floor": int(inside(totals[False], p.height, p.width).sum()),
        "inside_ceil": int(inside(totals[True], p.height, p.width).sum()),
        "positives": positive, "ignored": ignored, "negatives": negative,
        "cover": float(area(clip(anchors, p.height, p.width)).sum()) / (p.height * p.width),
        "sampled_positives": min(positive, SAMPLED // 2), "large": out.counts[1], "into_nms": out.counts[2],
        "proposals": out.counts[3], "anchor_iou": float(by_anchor.mean()), "proposal_iou": float(by_proposal.mean()),
        "worst_anchor": float(by_anchor.min()), "worst_proposal": float(by_proposal.min()),
        "receptive_field": FIELD,
    }  # fmt: skip
    checks = [
        Check(text(zh="候选框两两之间的最高 IoU 超过阈值的部分",
                   en="highest IoU of two proposals, above the threshold"),
              max(float(np.triu(iou(out.boxes, out.boxes), 1).max(initial=0)) - p.rpn_iou, 0.0), 0.0),
        Check(text(zh="违反 NMS 定义的框数（最好的 600 个）", en="boxes that break the definition of NMS (best 600)"),
              violations(anchors, offsets, scores, p), 0.0),
    ]  # fmt: skip
    views = (_scene(p, objects, anchors, overlaps, out, s), _funnel(s), _quality(by_anchor, by_proposal, s))
    return Result(views, s, _notes(s), checks)


def violations(anchors: Floats, offsets: Floats, scores: Floats, p: SharedComputeRaceParams) -> int:
    """`propose` on the 600 best-scored anchors, held against the definition of greedy NMS."""
    best = np.argsort(-scores, kind="stable")[:600]
    cut = propose(anchors[best], offsets[best], scores[best], p.height, p.width, 0.0, 600, p.rpn_iou, 600)
    free = propose(anchors[best], offsets[best], scores[best], p.height, p.width, 0.0, 600, 1.0, 600)
    kept = [int(np.flatnonzero(free.sources == source)[0]) for source in cut.sources]
    return greedy_violations(free.boxes, free.scores, kept, p.rpn_iou)


def _scene(p: SharedComputeRaceParams, objects: Floats, anchors: Floats, overlaps: Floats, out: Proposals,
           s: dict[str, float]) -> Boxes:  # fmt: skip
    best = anchors[overlaps.argmax(axis=1)]
    good = iou(objects, out.boxes)
    return Boxes(
        id="scene", title=text(zh="物体、最好的 anchor、最好的候选框", en="Objects, best anchors, best proposals"),
        description=text(
            zh=f"{p.objects} 个物体。最好的 anchor 平均 IoU {s['anchor_iou']:.3f}，最好的候选框 "
               f"{s['proposal_iou']:.3f}；灰色是分数最高的 40 个候选框。",
            en=f"{p.objects} object(s). The best anchors have a mean IoU of {s['anchor_iou']:.3f}, the best proposals "
            f"{s['proposal_iou']:.3f}. Grey: the 40 proposals with the highest scores.",
        ),
        width=p.width, height=p.height,
        sets=[
            BoxSet("proposals", text(zh="候选框", en="proposals"), out.boxes[:40], "muted"),
            BoxSet("anchor", text(zh="最好的 anchor",
                                  en="best anchors"), best, labels=[f"{v:.3f}" for v in overlaps.max(axis=1)]),
            BoxSet("positive", text(zh="最好的候选框", en="best proposals"), out.boxes[good.argmax(axis=1)],
                   labels=[f"{v:.3f}" for v in good.max(axis=1)]),
            BoxSet("ground-truth", text(zh="物体", en="objects"), objects, "highlight"),
        ],
    )  # fmt: skip


def _funnel(s: dict[str, float]) -> Bars:
    names: dict[str, Text] = {
        "total": text(zh="全部 anchor", en="all anchors"), "inside": text(zh="在图内", en="inside"),
        "negatives": text(zh="负", en="negative"), "ignored": text(zh="忽略", en="ignored"),
        "positives": text(zh="正", en="positive"), "into_nms": text(zh="进 NMS", en="into NMS"),
        "proposals": text(zh="候选框", en="proposals"),
    }  # fmt: skip
    return Bars(
        id="funnel", title=text(zh="训练时的标签，推理时的漏斗", en="Labels in training, a funnel at test time"),
        description=text(
            zh=f"训练：图内的 {s['inside']:,} 个里，正 {s['positives']:,}、忽略 {s['ignored']:,}、负 "
               f"{s['negatives']:,}。推理：{s['total']:,} 个都解码，{s['into_nms']:,} 个进 NMS，留下 "
               f"{s['proposals']:,} 个。",
            en=f"Training: of {s['inside']:,} inside, {s['positives']:,} positive, {s['ignored']:,} ignored, "
            f"{s['negatives']:,} negative. Test: all {s['total']:,} are decoded, {s['into_nms']:,} enter NMS, "
            f"{s['proposals']:,} come out.",
        ),
        categories=tuple(names.values()), x=Axis(text(zh="阶段", en="Stage")),
        y=Axis(text(zh="框数", en="Boxes"), log=True, range=(0.5, 1e5)),
        series=[BarSeries("anchor", text(zh="个数", en="count"), np.array([s[name] for name in names]))],
    )  # fmt: skip


def _quality(by_anchor: Floats, by_proposal: Floats, s: dict[str, float]) -> Bars:
    return Bars(
        id="quality", title=text(zh="每个物体的最高 IoU：anchor 与候选框",
                                 en="Best IoU of each object: anchors, proposals"),
        description=text(
            zh=f"最差的一个物体：anchor {s['worst_anchor']:.3f}，候选框 {s['worst_proposal']:.3f}。",
            en=f"The object that fares worst: {s['worst_anchor']:.3f} by anchors, {s['worst_proposal']:.3f} by "
               "proposals.",
        ),
        categories=[text(zh=f"物体 {i + 1}", en=f"object {i + 1}") for i in range(len(by_anchor))],
        x=Axis(text(zh="物体", en="Object")), y=Axis(text(zh="最高 IoU", en="Best IoU"), range=(0, 1)),
        series=[BarSeries("anchor", text(zh="anchor（固定）", en="anchors (fixed)"), by_anchor),
                BarSeries("positive", text(zh="候选框（回归之后）", en="proposals (regressed)"), by_proposal)],
        marks=[Mark(0.7, text(zh="正样本 0.7", en="positive 0.7"))],
    )  # fmt: skip


def _notes(s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"{s['rows']}×{s['cols']}×9 = {s['total']:,} 个 anchor（向下取整 {s['total_floor']:,}，向上 "
             f"{s['total_ceil']:,}），其中 {s['inside']:,} 个完全在图内。它们不是划分：平均每个像素被 {s['cover']:.0f} "
             "个盖住。",
             en=f"{s['rows']}×{s['cols']}×9 = {s['total']:,} anchors ({s['total_floor']:,} rounding down, "
             f"{s['total_ceil']:,} up), {s['inside']:,} of them wholly inside. They do not partition the picture: a "
             f"pixel lies under {s['cover']:.0f} of them on average."),
        text(zh=f"anchor 固定不动；候选框是它们回归、裁剪、NMS 之后的结果：{s['total']:,} 个变成 {s['proposals']:,} "
                f"个，最高 IoU 的平均从 {s['anchor_iou']:.3f} 变为 {s['proposal_iou']:.3f}。",
             en="Anchors stay where they are; proposals are what regression, clipping and NMS make of them: "
                f"{s['total']:,} become {s['proposals']:,}, and the mean best IoU goes from {s['anchor_iou']:.3f} to "
                f"{s['proposal_iou']:.3f}."),
        text(zh="这里的 RPN 不是训练出来的：它知道物体在哪里，只是偏移量带误差。误差调大，候选框的优势就变小。",
             en="This RPN is not trained: it knows the objects and errs by the amount of the knob. Turn the error up "
                "and the lead of the proposals shrinks."),
    ]  # fmt: skip
