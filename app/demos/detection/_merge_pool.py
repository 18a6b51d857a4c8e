"""Several strategies on one scene: their boxes pooled and ranked, recall and best overlap against how many are kept."""

import numpy as np

from app.core.boxes import iou
from app.core.object_scenes import Scene
from app.core.proposal_quality import best_overlaps, possible_boxes, random_boxes
from app.core.selective_search import Hierarchy, ranked_boxes
from app.demos.detection._merge_strategies import KIND_NAMES, SPACE_NAMES, Floats, Search, Strategy, diversified
from app.kit import Axis, Boxes, BoxSet, Check, Lines, Mark, Result, Series, Table, Text, same, text

ORDERS = 20  # rankings (and draws of random boxes) that are averaged


def curves(lists: list[Floats], objects: Floats, threshold: float) -> tuple[Floats, Floats]:
    """ABO and recall after 1, 2, … boxes, averaged over lists of equally many boxes; shapes (m,)."""
    best = np.stack([best_overlaps(boxes, objects) for boxes in lists])
    return best.mean(axis=(0, 2)), (best >= threshold).mean(axis=(0, 2))


def run(scene: Scene, first: Strategy, count: int, threshold: float, seed: int) -> Result:
    search, used = Search(scene), diversified(first)[:count]
    trees = [search.tree(strategy) for strategy in used]
    rng, objects = np.random.default_rng([seed, 1]), scene.boxes
    side = scene.picture.shape[0]
    pools = {"one": trees[:1], "pool": trees}
    lists = {key: [ranked_boxes(some, rng) for _ in range(ORDERS)] for key, some in pools.items()}
    m = len(lists["pool"][0])
    lists["random"] = [random_boxes(m, side, side, rng) for _ in range(ORDERS)]
    drawn = {key: curves(some, objects, threshold) for key, some in lists.items()}
    every = np.concatenate([tree.regions.boxes for tree in trees])
    overlaps = iou(every, objects)
    alone = [search.covered(tree.regions.boxes) for tree in trees]
    s = {
        "strategies": len(trees), "regions": len(every), "boxes_one": len(lists["one"][0]), "boxes_pool": m,
        "possible": possible_boxes(side, side), "share": m / possible_boxes(side, side),
        "objects": len(objects), "weakest": overlaps.max(axis=0).min(),
        "alone_least": min(a.mean() for a in alone), "alone_most": max(a.mean() for a in alone),
    }  # fmt: skip
    for key, (abo, recall) in drawn.items():
        s |= {f"abo_{key}": abo[-1], f"recall_{key}": recall[-1]}
    s["boxes_90"] = 1 + np.flatnonzero(drawn["pool"][0] >= 0.9 * s["abo_pool"])[0]
    s = {name: float(value) for name, value in s.items()}
    checks = [
        Check(text(zh="曲线的终点 vs 全部区域（不去重、不排序）", en="end of the curve vs all regions, unranked"),
              abs(s["abo_pool"] - float(overlaps.max(axis=0).mean())), 1e-12),
        Check(text(zh="不同的框数 vs 集合", en="different boxes vs a set"),
              abs(m - len({tuple(box) for box in every.tolist()})), 0),
    ]  # fmt: skip
    views = [
        _curve("abo", {key: c[0] for key, c in drawn.items()}, s, threshold),
        _curve("recall", {key: c[1] for key, c in drawn.items()}, s, threshold),
        _best(scene, every, overlaps), _table(used, trees, alone, threshold),
    ]  # fmt: skip
    return Result(views, s, _notes(s, threshold), checks)


def _curve(name: str, lines: dict[str, Floats], s: dict[str, float], threshold: float) -> Lines:
    titles = {"abo": text(zh="平均最佳重叠 ABO 与框数", en="Average best overlap (ABO) and the number of boxes"),
              "recall": text(zh=f"召回率（IoU ≥ {threshold:g}）与框数",
                             en=f"Recall (IoU ≥ {threshold:g}) and the number of boxes")}  # fmt: skip
    names = {"one": text(zh="第一种策略", en="the first strategy"),
             "pool": text(zh=f"{s['strategies']:.0f} 种合在一起", en=f"{s['strategies']:.0f} pooled"),
             "random": text(zh="随机框", en="random boxes")}  # fmt: skip
    roles = {"one": "main", "pool": "highlight", "random": "muted"}
    shown = {key: y for key, y in lines.items() if key != "pool" or s["strategies"] > 1}
    return Lines(
        id=name, title=titles[name],
        description=text(
            zh=f"一种策略到 {s['boxes_one']:.0f} 个框为止：{s[f'{name}_one']:.3f}；{s['strategies']:.0f} 种策略 "
               f"{s['boxes_pool']:.0f} 个框：{s[f'{name}_pool']:.3f}；同样多的随机框：{s[f'{name}_random']:.3f}。",
            en=f"One strategy ends at {s['boxes_one']:.0f} boxes with {s[f'{name}_one']:.3f}; {s['strategies']:.0f} "
               f"reach {s[f'{name}_pool']:.3f} with {s['boxes_pool']:.0f}; as many random boxes "
               f"{s[f'{name}_random']:.3f}."),
        series=[Series(key, names[key], np.arange(1, len(y) + 1), y, roles[key]) for key, y in shown.items()],  # type: ignore[arg-type]
        marks=[Mark(s[f"{name}_one"], text(zh="一种策略的尽头", en="where one strategy ends"))],
        x=Axis(text(zh="框数（按排名）", en="boxes (in ranked order)"), log=True, range=(1, s["boxes_pool"] + 1)),
        y=Axis(same("ABO") if name == "abo" else text(zh="召回率", en="recall"), range=(0, 1.02)),
    )  # fmt: skip


def _best(scene: Scene, every: Floats, overlaps: Floats) -> Boxes:
    best, side = overlaps.argmax(axis=0), scene.picture.shape[0]
    labels = [f"{KIND_NAMES[kind].zh} · {KIND_NAMES[kind].en} {overlaps[b, j]:.2f}"
              for j, (kind, b) in enumerate(zip(scene.kinds, best.tolist(), strict=True))]  # fmt: skip
    return Boxes(
        id="best", title=text(zh="每个物体最好的框", en="The best box for each object"),
        description=text(zh=f"{len(best)} 个物体，最差的一个 IoU {overlaps.max(axis=0).min():.2f}。",
                         en=f"{len(best)} objects; the worst covered has IoU {overlaps.max(axis=0).min():.2f}."),
        width=side, height=side, image=scene.picture,
        sets=[BoxSet("ground-truth", text(zh="物体", en="objects"), scene.boxes, "reference"),
              BoxSet("best", text(zh="最好的候选框", en="best proposal"), every[best], labels=labels)],
    )  # fmt: skip


def _table(used: list[Strategy], trees: list[Hierarchy], alone: list[Floats], threshold: float) -> Table:
    rows: list[list[str | int | float | Text | None]] = [
        [SPACE_NAMES[one.space], one.use, one.k, len(tree.merges) + 1, len(tree.regions.sizes),
         round(float(best.mean()), 3), round(float((best >= threshold).mean()), 3)]
        for one, tree, best in zip(used, trees, alone, strict=True)
    ]  # fmt: skip
    return Table(
        id="strategies", title=text(zh="每种策略单独的成绩", en="Each strategy on its own"),
        description=text(
            zh=f"{len(rows)} 种策略，ABO 从 {min(float(a.mean()) for a in alone):.3f} 到 "
               f"{max(float(a.mean()) for a in alone):.3f}。",
            en=f"{len(rows)} strategies with an ABO of {min(float(a.mean()) for a in alone):.3f} to "
               f"{max(float(a.mean()) for a in alone):.3f}."),
        columns=[text(zh="颜色空间", en="colour space"), text(zh="相似度", en="similarities"), same("k"),
                 text(zh="初始区域 n", en="initial regions n"), same("2n−1"), same("ABO"),
                 text(zh="召回率", en="recall")],
        rows=rows,
    )  # fmt: skip


def _notes(s: dict[str, float], threshold: float) -> list[Text]:
    return [
        text(zh=f"{s['strategies']:.0f} 种策略共 {s['regions']:.0f} 个区域，去重后 {s['boxes_pool']:.0f} 个框，"
                f"是全部 {s['possible']:,.0f} 个可能的框的 {s['share']:.4%}。",
             en=f"{s['strategies']:.0f} strategies, {s['regions']:.0f} regions, {s['boxes_pool']:.0f} different boxes: "
                f"{s['share']:.4%} of the {s['possible']:,.0f} possible ones."),
        text(zh=f"ABO：第一种 {s['abo_one']:.3f}，合起来 {s['abo_pool']:.3f}；召回率（IoU ≥ {threshold:g}）："
                f"{s['recall_one']:.0%} 与 {s['recall_pool']:.0%}。",
             en=f"ABO: {s['abo_one']:.3f} for the first, {s['abo_pool']:.3f} pooled; recall (IoU ≥ {threshold:g}): "
                f"{s['recall_one']:.0%} and {s['recall_pool']:.0%}."),
        text(zh="排名：在树里从上往下数第 i 个，乘一个 0 到 1 的随机数，从小到大排。大区域大致在前，又不全是它们。"
                f"曲线是 {ORDERS} 次排名的平均。",
             en="Ranking: the i-th region from the top of its tree gets i times a random number in 0..1; smallest "
                f"first. Large regions tend to lead, but not alone. Curves are means of {ORDERS} rankings."),
    ]  # fmt: skip
