"""What a merge tree looks like: merge by merge, partitions, the dendrogram, what decided, what was found."""

import numpy as np
from numpy.typing import NDArray

from app.core.merge_tree import labels_after, leaf_places
from app.core.object_scenes import Scene
from app.core.selective_search import Hierarchy
from app.demos.detection._merge_strategies import KIND_NAMES, SIMILARITY_NAMES, Floats, Ints
from app.kit import Axis, Boxes, BoxSet, Images, Lines, Mark, Series, Steps, Table, Text, same, text

MOST_FRAMES = 40


def outline(mask: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Border of a mask as straight pieces: x and y, shapes (3m,), every piece two points and a NaN."""
    pieces = []
    for turned in (False, True):
        inside = np.pad(mask.T if turned else mask, 1)
        border = (inside[1:] != inside[:-1]).astype(np.int8)
        across, start = np.nonzero(np.diff(border, axis=1) == 1)
        _, end = np.nonzero(np.diff(border, axis=1) == -1)
        along = np.stack([start, end, np.full(len(start), np.nan)], axis=1).ravel()
        fixed = np.repeat(across, 3).astype(float)
        pieces.append((fixed, along) if turned else (along, fixed))
    x, y = (np.concatenate(part) for part in zip(*pieces, strict=True))
    return x, y


def animation(scene: Scene, labels: Ints, tree: Hierarchy, step: int) -> Steps:
    """Frame t: the t-th merge. Frame 0: the initial regions' boxes."""
    n, side = len(tree.merges) + 1, labels.shape[0]
    kept = np.unique([*np.linspace(0, n - 1, min(n, MOST_FRAMES)).round().astype(int), step]).tolist()
    frames, words = [], []
    for t in kept:
        series: list[Series] = []
        if t == 0:
            now = BoxSet("anchor", text(zh="初始区域的框", en="boxes of the initial regions"), tree.regions.boxes[:n],
                         "muted")  # fmt: skip
            label = text(zh=f"初始：{n} 个区域", en=f"Start: {n} regions")
        else:
            a, b = tree.merges[t - 1].tolist()
            before = labels_after(labels, tree.merges, t - 1)
            for place, region in enumerate((a, b)):
                x, y = outline(before == region)
                series.append(Series(f"part-{place}", text(zh=f"区域 {region}", en=f"region {region}"), x, y))
            now = BoxSet("current", text(zh="新区域的框", en="box of the new region"),
                         tree.regions.boxes[n + t - 1][None], "highlight")  # fmt: skip
            value = tree.similarities[t - 1]
            label = text(zh=f"第 {t} 次：{a} + {b} → {n + t - 1}，相似度 {value:.2f}",
                         en=f"Merge {t}: {a} + {b} → {n + t - 1}, similarity {value:.2f}")  # fmt: skip
        truth = BoxSet("ground-truth", text(zh="物体", en="objects"), scene.boxes, "reference")
        frames.append(Boxes(
            id="frame", title=label, width=side, height=side, image=scene.picture, sets=[truth, now], series=series,
            description=text(zh=f"{label.zh}。还剩 {n - t} 个区域。", en=f"{label.en}. {n - t} regions left."),
        ))  # fmt: skip
        words.append(label)
    return Steps(
        id="merges", title=text(zh="逐次合并", en="Merge by merge"),
        frames=frames, labels=words, start=kept.index(step),
        description=text(
            zh=f"{n} 个初始区域，{n - 1} 次合并；每次把最相似的一对邻居并成一个，新区域给出一个框。",
            en=f"{n} initial regions and {n - 1} merges: each joins the most similar pair of neighbours, and the new "
            "region gives a box.",
        ),
    )  # fmt: skip


def painted(picture: Floats, labels: Ints) -> Floats:
    """Every region in its mean colour, with darker borders, (h, w, 3)."""
    flat = np.unique(labels, return_inverse=True)[1].ravel()
    counts = np.bincount(flat)
    mean = np.stack([np.bincount(flat, picture[..., c].ravel()) / counts for c in range(3)], axis=1)
    out = mean[flat].reshape(picture.shape)
    edge = np.zeros(labels.shape, dtype=bool)
    edge[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    edge[1:] |= labels[1:] != labels[:-1]
    out[edge] *= 0.35
    return out


def partitions(scene: Scene, labels: Ints, tree: Hierarchy, step: int) -> Images:
    n = len(tree.merges) + 1
    now = labels_after(labels, tree.merges, step)
    return Images(
        id="partitions", title=text(zh="图像、初始分割、现在的分割", en="Picture, initial regions, regions now"),
        description=text(zh=f"初始 {n} 个区域，{step} 次合并后 {n - step} 个。",
                         en=f"{n} regions at the start, {n - step} after {step} merges."),
        images=np.stack([scene.picture, painted(scene.picture, labels), painted(scene.picture, now)]),
        captions=[text(zh="图像", en="picture"), text(zh=f"初始：{n} 个", en=f"start: {n}"),
                  text(zh=f"合并 {step} 次：{n - step} 个", en=f"after {step} merges: {n - step}")],
    )  # fmt: skip


def dendrogram(scene: Scene, tree: Hierarchy, overlaps: Floats, step: int) -> Lines:
    """Height is the number of the merge; the best region of every object is marked."""
    n, place = len(tree.merges) + 1, leaf_places(tree.merges)
    born = np.concatenate([np.zeros(n), np.arange(1, n)])
    merges = tree.merges
    x = np.stack([place[merges[:, i]] for i in (0, 0, 1, 1)] + [np.full(n - 1, np.nan)], axis=1)
    y = np.stack([born[merges[:, 0]], born[n:], born[n:], born[merges[:, 1]], np.full(n - 1, np.nan)], axis=1)
    best = overlaps.argmax(axis=0)
    series = [
        Series("tree-0", text(zh="已合并", en="merged"), x[:step].ravel(), y[:step].ravel()),
        Series("tree-1", text(zh="以后", en="later"), x[step:].ravel(), y[step:].ravel(), role="muted"),
        Series("ground-truth", text(zh="每个物体最好的区域", en="best region of each object"), place[best], born[best],
               "highlight", "points",
               labels=[f"{KIND_NAMES[kind].zh} · {KIND_NAMES[kind].en}: IoU {overlaps[r, j]:.2f}"
                       for j, (kind, r) in enumerate(zip(scene.kinds, best.tolist(), strict=True))]),
    ]  # fmt: skip
    low, high = born[best].min(), born[best].max()
    return Lines(
        id="dendrogram", title=text(zh="合并树", en="The merge tree"),
        description=text(
            zh=f"{n} 片叶子。{len(best)} 个物体最好的区域出现在第 {low:.0f} 到第 {high:.0f} 次合并（0 是初始区域）。",
            en=f"{n} leaves. The best regions of the {len(best)} objects arise between merge {low:.0f} and {high:.0f} "
            "(0: an initial region).",
        ),
        series=[one for one in series if len(one.x)], marks=[Mark(step, text(zh="现在", en="now"))],
        x=Axis(text(zh="初始区域（按树排列）", en="initial regions (in tree order)"), range=(-1, n)),
        y=Axis(text(zh="第几次合并", en="merge number"), range=(-1, n)),
    )  # fmt: skip


def reasons(why: Floats, use: str, step: int, s: dict[str, float]) -> Lines:
    """The four similarities of the pair merged at every step; those not in use are drawn as context."""
    steps = np.arange(1, len(why) + 1)
    series = [
        Series(f"similarity-{i}", name, steps, why[:, i], "main" if letter in use else "muted")
        for i, (letter, name) in enumerate(SIMILARITY_NAMES.items())
    ]  # fmt: skip
    return Lines(
        id="reasons", title=text(zh="每次合并的那一对有多像", en="How similar each merged pair was"),
        description=text(
            zh=f"相似度是所选几项之和（{use}），不按优先级。合并后相似度回升 {s['falls']:.0f} 次：它不随树单调下降。",
            en=f"The similarity is the sum of those chosen ({use}), not a list of priorities. It rises again after "
            f"{s['falls']:.0f} merges: it does not fall steadily along the tree.",
        ),
        series=series, marks=[Mark(step, text(zh="现在", en="now"), axis="x")],
        x=Axis(text(zh="第几次合并", en="merge number")), y=Axis(text(zh="相似度", en="similarity"), range=(0, 1.02)),
    )  # fmt: skip


def found(scene: Scene, tree: Hierarchy, overlaps: Floats) -> Table:
    n = len(tree.merges) + 1
    rows: list[list[str | int | float | Text | None]] = []
    for j, kind in enumerate(scene.kinds):
        r = int(overlaps[:, j].argmax())
        born: Text = text(zh="初始", en="initial") if r < n else same(str(r - n + 1))
        rows.append([KIND_NAMES[kind], round(float(overlaps[r, j]), 3), int(tree.regions.sizes[r]), born])
    return Table(
        id="found", title=text(zh="每个物体最好的区域", en="The best region for each object"),
        description=text(zh=f"{len(rows)} 个物体，平均最佳重叠 ABO {overlaps.max(axis=0).mean():.3f}。",
                         en=f"{len(rows)} objects, average best overlap (ABO) {overlaps.max(axis=0).mean():.3f}."),
        columns=[text(zh="物体", en="object"), same("IoU"), text(zh="区域像素数", en="pixels of the region"),
                 text(zh="第几次合并", en="merge number")],
        rows=rows,
    )  # fmt: skip
