"""Tab "NMS step by step": which box is taken, whom it drops, and what the threshold can and cannot do."""

import numpy as np
from numpy.typing import NDArray

from app.core.boxes import iou, nms
from app.core.proposals import greedy_violations, suppressed_by
from app.demos.detection._race_params import CANVAS, SharedComputeRaceParams

from app.kit import (  # isort: skip
    Axis, Boxes, BoxSet, Check, DragBox, Lines, Mark, Result, Series, Steps, Table, Text, View, same, text,
)  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
FOUND = 0.5  # IoU from which a kept box counts for an object


def scene(p: SharedComputeRaceParams) -> tuple[Floats, Floats, Floats]:
    """Boxes (n, 4), scores (n,), objects (k, 4), px; the first box is A, which the reader drags."""
    mine, rng = [p.ax1, p.ay1, p.ax2, p.ay2], np.random.default_rng([p.seed, 3])
    objects: list[list[float]] = []
    others: list[list[float]]
    if p.scene == "toy":
        others, scores = [[20, 20, 120, 120], [80, 20, 180, 120], [210, 60, 280, 140]], [0.9, 0.7, 0.6]
    elif p.scene == "chain":
        others, scores = [[0, 30, 100, 130], [60, 30, 160, 130]], [0.9, 0.7]
    else:
        count = 3 if p.scene == "random" else 2
        objects = [[60, 20, 160, 180], [85, 20, 185, 180]]
        if count == 3:
            corners, sizes = rng.uniform(10, [160, 90], (3, 2)), rng.uniform(60, 110, (3, 2))
            objects = np.hstack([corners, np.minimum(corners + sizes, CANVAS)]).round().tolist()
        jittered = [np.array(box) + rng.normal(0, 6, 4) for box in objects for _ in range(5)]
        others = [[float(v) for v in np.clip(box.round(), 0, [*CANVAS, *CANVAS])] for box in jittered]
        scores = [float(v) for v in rng.uniform(0.5, 0.99, len(others)).round(2)]
    return np.array([mine, *others], dtype=np.float64), np.array([p.score, *scores]), np.array(objects).reshape(-1, 4)


def outcome(boxes: Floats, kept: Ints, objects: Floats) -> tuple[int, int]:
    """Objects that some kept box finds (IoU from 0.5), and kept boxes beyond one an object."""
    if not len(objects):
        return 0, 0
    overlaps = iou(boxes[kept], objects)
    nearest = overlaps.argmax(axis=1)[overlaps.max(axis=1) >= FOUND]
    return len(set(nearest.tolist())), len(nearest) - len(set(nearest.tolist()))


def run(p: SharedComputeRaceParams) -> Result:
    boxes, scores, objects = scene(p)
    kept = nms(boxes, scores, p.threshold)
    by = suppressed_by(boxes, kept, p.threshold)
    grid = np.linspace(0, 1, 51)
    sets = [nms(boxes, scores, t) for t in grid]
    found, extra = outcome(boxes, kept, objects)
    outcomes = np.array([outcome(boxes, k, objects) for k in sets])
    perfect = (outcomes[:, 0] == len(objects)) & (outcomes[:, 1] == 0)
    overlaps = iou(boxes, boxes)
    s = {
        "boxes": len(boxes), "kept": len(kept), "a_kept": float(0 in kept), "objects": len(objects), "found": found,
        "duplicates": extra, "first_overlap": overlaps[0, 1], "second_overlap": overlaps[1, min(2, len(boxes) - 1)],
        "third_overlap": overlaps[0, min(2, len(boxes) - 1)],
        "object_overlap": iou(objects[:1], objects[1:2])[0, 0] if len(objects) else np.nan,
        "perfect_thresholds": float(perfect.mean()) if len(objects) else np.nan,
    }  # fmt: skip
    s = {name: float(value) for name, value in s.items()}
    checks = [Check(text(zh="违反 NMS 定义的框数", en="boxes that break the definition of NMS"),
                    greedy_violations(boxes, scores, kept, p.threshold), 0.0)]  # fmt: skip
    views: list[View] = [
        _result(p, boxes, scores, objects, kept, s),
        _steps(boxes, scores, kept, by, p.threshold),
        _sweep(p, grid, [len(k) for k in sets], outcomes, objects),
        _table(boxes, scores, by),
    ]
    return Result(views, s, _notes(p, s), checks)


def name(at: int | np.intp) -> str:
    """A, B, C …: boxes by the order of the scene."""
    return chr(ord("A") + int(at))


def _drawn(boxes: Floats, groups: dict[str, tuple[Text, Ints, str]], scores: Floats) -> list[BoxSet]:
    return [BoxSet(key, label, boxes[at], role, [f"{name(i)} {scores[i]:.2f}" for i in at])  # type: ignore[arg-type]
            for key, (label, at, role) in groups.items()]  # fmt: skip


def _result(
    p: SharedComputeRaceParams, boxes: Floats, scores: Floats, objects: Floats, kept: Ints, s: dict[str, float]
) -> Boxes:
    dropped = np.setdiff1d(np.arange(len(boxes)), kept)
    names = ", ".join(name(i) for i in kept)
    fate = ("留下", "kept") if s["a_kept"] else ("被删", "dropped")
    return Boxes(
        id="result", title=text(zh="拖动 A 框：它会被删吗？", en="Drag box A: will it be dropped?"),
        description=text(zh=f"阈值 {p.threshold:.2f}：{len(boxes)} 个框留下 {len(kept)} 个（{names}）；A {fate[0]}。",
                         en=f"Threshold {p.threshold:.2f}: {len(kept)} of {len(boxes)} boxes are kept ({names}); A is "
                            f"{fate[1]}."),
        width=CANVAS[0], height=CANVAS[1], drag=DragBox(("ax1", "ay1", "ax2", "ay2"), step=1),
        sets=[
            *([BoxSet("ground-truth", text(zh="物体", en="objects"), objects, "reference")] if len(objects) else []),
            *_drawn(boxes, {"dropped": (text(zh="被删", en="dropped"), dropped, "muted"),
                            "positive": (text(zh="留下", en="kept"), kept, "main")}, scores),
            BoxSet("current", text(zh="A（可拖动）", en="A (drag it)"), boxes[:1], "highlight"),
        ],
    )  # fmt: skip


def _steps(boxes: Floats, scores: Floats, kept: Ints, by: Ints, threshold: float) -> Steps:
    frames, labels = [], []
    for step in range(len(kept)):
        current, past = kept[step], kept[:step]
        now = np.flatnonzero(by == current)
        gone = np.flatnonzero(np.isin(by, past) & (by >= 0))
        waiting = np.setdiff1d(np.arange(len(boxes)), np.concatenate([past, [current], now, gone]))
        victims = ", ".join(f"{name(i)} ({iou(boxes[current], boxes[i])[0, 0]:.2f})" for i in now)
        label = text(zh=f"第 {step + 1} 步：取 {name(current)}（{scores[current]:.2f}）",
                     en=f"Step {step + 1}: take {name(current)} ({scores[current]:.2f})")  # fmt: skip
        groups = {
            "gone": (text(zh="早已删掉", en="dropped before"), gone, "muted"),
            "anchor": (text(zh="还在排队", en="waiting"), waiting, "main"),
            "positive": (text(zh="已留下", en="kept before"), past, "main"),
            "ignored": (text(zh="这一步删掉", en="dropped now"), now, "main"),
            "current": (text(zh="这一步留下", en="kept now"), np.array([current]), "highlight"),
        }
        frames.append(Boxes(
            id="frame", title=label, width=CANVAS[0], height=CANVAS[1], sets=_drawn(boxes, groups, scores),
            description=text(
                zh=f"{name(current)} 分数最高，留下；与它 IoU > {threshold:.2f} 的被删：{victims or '没有'}。",
                en=f"{name(current)} has the highest score left and is kept; dropped for an IoU above {threshold:.2f}: "
                f"{victims or 'none'}.",
            ),
        ))  # fmt: skip
        labels.append(label)
    return Steps(
        id="steps", title=text(zh="贪心 NMS，一步一步", en="Greedy NMS, one step at a time"),
        description=text(zh=f"{len(boxes)} 个框，{len(kept)} 步：每步取分数最高的一个，删掉与它太重叠的。",
                         en=f"{len(boxes)} boxes, {len(kept)} step(s): take the best score left, drop what overlaps it "
                            "too much."),
        frames=frames, labels=labels,
    )  # fmt: skip


def _sweep(
    p: SharedComputeRaceParams, grid: Floats, kept: list[int], outcomes: NDArray[np.int64], objects: Floats
) -> Lines:
    series = [Series("count-0", text(zh="留下的框", en="boxes kept"), grid, np.array(kept), draw="step")]
    here = kept[round(p.threshold * 50)]
    if len(objects):
        series += [Series("count-2", text(zh="找到的物体", en="objects found"), grid, outcomes[:, 0], draw="step"),
                   Series("count-1", text(zh="重复的框", en="duplicates"), grid, outcomes[:, 1],
                          draw="step")]  # fmt: skip
    return Lines(
        id="sweep", title=text(zh="换一个阈值会怎样", en="What another threshold would do"),
        description=text(zh=f"阈值从 0 到 1，留下 {kept[0]} 到 {kept[-1]} 个框；当前附近是 {here} 个。",
                         en=f"From threshold 0 to 1, {kept[0]} to {kept[-1]} boxes are kept; about {here} here."),
        series=series, x=Axis(text(zh="NMS 阈值", en="NMS threshold"), range=(0, 1)),
        y=Axis(text(zh="个数", en="Count"), range=(0, max(kept) + 1)),
        marks=[Mark(p.threshold, text(zh="当前", en="now"), axis="x")],
    )  # fmt: skip


def _table(boxes: Floats, scores: Floats, by: Ints) -> Table:
    rows: list[tuple[str | float | Text, ...]] = []
    for i in np.argsort(-scores, kind="stable"):
        fate, overlap = text(zh="留下", en="kept"), 1.0
        if by[i] >= 0:
            fate = text(zh=f"被 {name(by[i])} 删掉", en=f"dropped by {name(by[i])}")
            overlap = float(iou(boxes[i], boxes[by[i]])[0, 0].round(4))
        rows.append((name(i), float(scores[i]), fate, overlap))
    gone = int(np.count_nonzero(by >= 0))
    return Table(
        id="fates", title=text(zh="每个框的下场，按分数", en="What became of each box, by score"),
        description=text(zh=f"{len(boxes)} 个框里 {gone} 个被删；最后一列是与删它的框的 IoU（留下的记 1）。",
                         en=f"{gone} of {len(boxes)} boxes dropped; last column: IoU with the box that did it (1 if "
                            "kept)."),
        columns=[text(zh="框", en="Box"), text(zh="分数", en="Score"), text(zh="下场", en="Fate"), same("IoU")],
        rows=rows,
    )  # fmt: skip


def _notes(p: SharedComputeRaceParams, s: dict[str, float]) -> list[Text]:
    notes = [text(
        zh=f"阈值 {p.threshold:.2f}：{s['boxes']:.0f} 个框留下 {s['kept']:.0f} 个。A 与 B 的 IoU 是 "
           f"{s['first_overlap']:.4f}。",
        en=f"Threshold {p.threshold:.2f}: {s['kept']:.0f} of {s['boxes']:.0f} boxes kept. A and B have an IoU of "
        f"{s['first_overlap']:.4f}.",
    )]  # fmt: skip
    if p.scene == "chain":
        notes.append(text(
            zh=f"压制不传递：A 与 C 的 IoU 是 {s['third_overlap']:.2f}，可 A 若先被 B 删掉，就不能再删 C；B 与 C 只有 "
            f"{s['second_overlap']:.2f}。",
            en=f"Suppression is not transitive: A and C have an IoU of {s['third_overlap']:.2f}, but once B has "
               f"dropped A, A drops nobody; B and C have only {s['second_overlap']:.2f}.",
        ))  # fmt: skip
    if s["objects"]:
        notes.append(text(
            zh=f"{s['objects']:.0f} 个物体找到 {s['found']:.0f} 个，重复 {s['duplicates']:.0f} 个。51 个阈值里，"
            f"{s['perfect_thresholds']:.0%} 能做到一个不漏、一个不重。",
            en=f"{s['found']:.0f} of {s['objects']:.0f} objects found, {s['duplicates']:.0f} duplicate(s). Of 51 "
               f"thresholds, {s['perfect_thresholds']:.0%} find every object exactly once.",
        ))  # fmt: skip
    if p.scene == "crowd":
        notes.append(text(
            zh=f"两个真实物体彼此的 IoU 就有 {s['object_overlap']:.2f}：NMS 只看重叠，分不清“重复的框”和“挨着的物体”。",
            en=f"The two real objects overlap by {s['object_overlap']:.2f}. NMS sees overlap only: it cannot tell a "
               "duplicate from a neighbour.",
        ))  # fmt: skip
    return notes
