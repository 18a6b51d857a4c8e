"""One strategy on one scene, merge by merge: who joins whom and why, the partition, the tree, the objects it finds."""

import numpy as np

from app.core.boxes import iou
from app.core.merge_tree import heights, labels_after
from app.core.object_scenes import Scene
from app.core.region_features import neighbours
from app.core.region_similarity import fill_similarity, histogram_intersection, size_similarity
from app.core.selective_search import Hierarchy, Regions, describe
from app.demos.detection._merge_strategies import Floats, Ints, Search, Strategy
from app.demos.detection._merge_views import animation, dendrogram, found, partitions, reasons
from app.kit import Check, Result, Text, text


def parts(regions: Regions, a: int, b: int, whole: float) -> tuple[float, float, float, float]:
    """The four similarities of a pair: colour, texture, size, fill."""
    return (
        histogram_intersection(regions.colour[a], regions.colour[b]),
        histogram_intersection(regions.texture[a], regions.texture[b]),
        size_similarity(regions.sizes[a], regions.sizes[b], whole),
        fill_similarity(regions.boxes[a], regions.boxes[b], regions.sizes[a], regions.sizes[b], whole),
    )


def replay(labels: Ints, tree: Hierarchy) -> tuple[int, int]:
    """Similarities computed in all, and merges that were not of the pair nearest in colour among the neighbours."""
    n, pairs, otherwise = len(tree.merges) + 1, set(neighbours(labels)), 0
    colour = {pair: histogram_intersection(*tree.regions.colour[list(pair)]) for pair in pairs}
    computed = len(pairs)
    for t, (a, b) in enumerate(tree.merges.tolist()):
        otherwise += colour[a, b] < max(colour.values()) - 1e-9
        touched = [pair for pair in colour if a in pair or b in pair]
        for pair in touched:
            del colour[pair]
        fresh = {(other, n + t) for pair in touched for other in pair if other not in (a, b)}
        colour |= {pair: histogram_intersection(*tree.regions.colour[list(pair)]) for pair in fresh}
        computed += len(fresh)
    return computed, otherwise


def from_pixels(picture: Floats, partition: Ints, use: str, regions: Regions) -> tuple[float, float, float]:
    """Best similarity of two neighbours of a partition, from its pixels alone; and how far the boxes (px) and the
    histograms that the tree carried along are from those of the pixels."""
    names, dense = np.unique(partition, return_inverse=True)
    dense = dense.reshape(partition.shape)
    fresh = describe(picture, dense)
    used = np.array([letter in use for letter in "CTSF"])
    best = max((float(np.array(parts(fresh, a, b, partition.size)) @ used) for a, b in neighbours(dense)),
               default=np.nan)  # fmt: skip
    apart = max(float(np.abs(getattr(regions, name)[names] - getattr(fresh, name)).max())
                for name in ("colour", "texture"))  # fmt: skip
    return best, float(np.abs(regions.boxes[names] - fresh.boxes).max()), apart


def run(scene: Scene, strategy: Strategy, merge_step: int) -> Result:
    search = Search(scene)
    picture, labels = search.picture(strategy.space), search.labels(strategy.space, strategy.k)
    tree = search.tree(strategy)
    n, whole = len(tree.merges) + 1, float(labels.size)
    step = min(merge_step, n - 1)
    why = np.array([parts(tree.regions, a, b, whole) for a, b in tree.merges.tolist()]).reshape(-1, 4)
    overlaps = iou(tree.regions.boxes, scene.boxes)
    computed, otherwise = replay(labels, tree)
    at = min(step, max(n - 2, 0))  # where the next merge is
    best, box_error, histogram_error = from_pixels(picture, labels_after(labels, tree.merges, at), strategy.use,
                                                   tree.regions)  # fmt: skip
    next_one = float(tree.similarities[at]) if n > 1 else best
    s = {
        "segments": n, "regions": len(tree.regions.sizes), "boxes": len(np.unique(tree.regions.boxes, axis=0)),
        "step": step, "left": n - step, "pairs": len(neighbours(labels)), "all_pairs": n * (n - 1) / 2,
        "computed": computed, "exhaustive": (n - 1) * n * (n + 1) / 6,
        "other_than_colour": otherwise, "other_share": otherwise / max(n - 1, 1),
        "height": heights(tree.merges)[-1], "least_height": np.ceil(np.log2(n)),
        "objects": len(scene.boxes), "abo": overlaps.max(axis=0).mean(),
        "recall": (overlaps.max(axis=0) >= 0.5).mean(), "next": next_one,
        "falls": (np.diff(tree.similarities) > 1e-9).sum(),
    }  # fmt: skip
    s = {name: float(value) for name, value in s.items()}
    checks = [
        Check(text(zh="区域数 − (2n−1)", en="regions − (2n−1)"), abs(s["regions"] - (2 * n - 1)), 0),
        Check(text(zh="这一步最相似的一对：树 vs 从像素逐对重算",
                   en="most similar pair at this step: the tree vs all pairs from pixels"),
              0.0 if n == 1 else abs(best - next_one), 2e-9),
        Check(text(zh="加权平均的直方图 vs 像素", en="weighted-mean histograms vs pixels"), histogram_error, 1e-9),
        Check(text(zh="合并的框 vs 像素 (px)", en="merged boxes vs pixels (px)"), box_error, 1e-9),
    ]  # fmt: skip
    views = [
        animation(scene, labels, tree, step), partitions(scene, labels, tree, step),
        dendrogram(scene, tree, overlaps, step), reasons(why, strategy.use, step, s), found(scene, tree, overlaps),
    ]  # fmt: skip
    return Result(views, s, notes(strategy, merge_step, s), checks)


def notes(strategy: Strategy, merge_step: int, s: dict[str, float]) -> list[Text]:
    n, regions, boxes = s["segments"], s["regions"], s["boxes"]
    out = [
        text(zh=f"初始分割 {n:.0f} 个区域，合并 {n - 1:.0f} 次，一共 2n−1 = {regions:.0f} 个区域；去重后 {boxes:.0f} "
                "个不同的框。",
             en=f"{n:.0f} initial regions, {n - 1:.0f} merges, 2n−1 = {regions:.0f} regions in all; {boxes:.0f} "
                "different boxes."),
        text(zh=f"只比相邻的区域：开始时 {s['pairs']:.0f} 对（任意两个要 {s['all_pairs']:.0f} 对），全程算了 "
                f"{s['computed']:.0f} 次相似度；若每步都比较任意两个区域，要 {s['exhaustive']:.0f} 次。",
             en=f"Only neighbours are compared: {s['pairs']:.0f} pairs at the start (any two would be "
                f"{s['all_pairs']:.0f}), {s['computed']:.0f} similarities over the whole run; comparing any two at "
                f"every step would take {s['exhaustive']:.0f}."),
        text(zh=f"{n - 1:.0f} 次合并里有 {s['other_than_colour']:.0f} 次合并的不是颜色最像的那对邻居"
                f"（相似度：{strategy.use} 之和）。",
             en=f"{s['other_than_colour']:.0f} of {n - 1:.0f} merges were not of the neighbours nearest in colour (the "
                f"similarity is the sum {strategy.use})."),
        text(zh=f"树高 {s['height']:.0f}；最矮可以是 ⌈log₂n⌉ = {s['least_height']:.0f}，链状是 n−1 = {n - 1:.0f}。",
             en=f"The tree is {s['height']:.0f} merges high; at least ⌈log₂n⌉ = {s['least_height']:.0f}, a chain has "
                f"n−1 = {n - 1:.0f}."),
    ]  # fmt: skip
    if merge_step > s["step"]:
        out.append(text(zh=f"只有 {n - 1:.0f} 次合并，停在最后一步。", en=f"There are only {n - 1:.0f} merges: this is "
                        "the last one."))  # fmt: skip
    return out
