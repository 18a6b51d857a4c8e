"""Ten scenes: each similarity alone, the reader's strategy, two, four and eight pooled; by kind of object as well."""

import numpy as np

from app.core.object_scenes import KINDS, draw_scene
from app.demos.detection._merge_strategies import (
    KIND_NAMES,
    SIMILARITY_NAMES,
    Floats,
    Search,
    Strategy,
    diversified,
)
from app.kit import Axis, Bars, BarSeries, Check, Heatmap, Lines, Result, Series, Text, same, text

SCENES = 10
POOLS = (2, 4, 8)
THRESHOLDS = np.linspace(0.3, 1.0, 71)
WHAT = text(zh="单用一项 · 你的策略 · 几种合并", en="one term alone · your strategy · several pooled")


def measured(first: Strategy, start: int) -> tuple[dict[str, list[Floats]], dict[str, Floats], Floats, list[str]]:
    """Best overlap of every object by column ("C", …, "one", "2", "4", "8") and scene; boxes (scenes,) by column;
    initial regions (scenes,); the kinds of all objects."""
    overlaps: dict[str, list[Floats]] = {}
    boxes: dict[str, list[int]] = {}
    segments: list[int] = []
    kinds: list[str] = []
    for seed in range(start, start + SCENES):
        search = Search(draw_scene(np.random.default_rng(seed)))
        kinds += search.scene.kinds
        segments.append(int(search.labels(first.space, first.k).max()) + 1)
        found = {letter: search.tree(Strategy(first.space, letter, first.k)).regions.boxes for letter in "CTSF"}
        trees = [search.tree(strategy).regions.boxes for strategy in diversified(first)]
        found["one"] = trees[0]
        found |= {str(m): np.concatenate(trees[:m]) for m in POOLS}
        for key, some in found.items():
            overlaps.setdefault(key, []).append(search.covered(some))
            boxes.setdefault(key, []).append(len(np.unique(some, axis=0)))
    return overlaps, {key: np.array(v, dtype=np.float64) for key, v in boxes.items()}, np.array(segments), kinds


def run(first: Strategy, threshold: float, start: int) -> Result:
    overlaps, boxes, segments, kinds = measured(first, start)
    abo = {key: np.array([one.mean() for one in some]) for key, some in overlaps.items()}
    recall = {key: np.array([(one >= threshold).mean() for one in some]) for key, some in overlaps.items()}
    gain = abo["8"] - abo["one"]
    s = {f"abo_{key}": v.mean() for key, v in abo.items()}
    s |= {f"se_{key}": v.std(ddof=1) / np.sqrt(SCENES) for key, v in abo.items()}
    s |= {f"recall_{key}": v.mean() for key, v in recall.items()}
    s |= {f"boxes_{key}": v.mean() for key, v in boxes.items()}
    singles = [s[f"abo_{letter}"] for letter in "CTSF"]
    s |= {"segments": segments.mean(), "gain": gain.mean(), "gain_se": gain.std(ddof=1) / np.sqrt(SCENES),
          "gain_least": gain.min(), "best_single": int(np.argmax(singles)), "objects": len(kinds)}  # fmt: skip
    which = np.array(kinds)
    for kind in set(kinds):
        s |= {f"{kind.replace('-', '_')}_{key}": np.concatenate(some)[which == kind].mean()
              for key, some in overlaps.items()}  # fmt: skip
    s = {name: float(value) for name, value in s.items()}
    nested = max(float((few - many).max()) for few, many in ((abo["one"], abo["2"]), (abo["2"], abo["4"]),
                                                             (abo["4"], abo["8"])))  # fmt: skip
    area = max(abs(_area_under_recall(np.concatenate(some)) - float(np.concatenate(some).mean()))
               for some in overlaps.values())  # fmt: skip
    checks = [
        Check(text(zh="加策略后 ABO 的最大下降", en="largest fall of the ABO when strategies are added"),
              max(nested, 0.0), 1e-12),
        Check(text(zh="ABO vs 召回率曲线下的面积", en="average best overlap vs area under recall"), area, 1e-3),
    ]  # fmt: skip
    views = [_bars(abo, s), _by_kind(overlaps, kinds), _thresholds(overlaps, s)]
    return Result(views, s, _notes(first, s), checks)


def _area_under_recall(best: Floats) -> float:
    """Recall added up over all thresholds from 0 to 1: the mean of numbers in 0..1 is the area under it."""
    thresholds = (np.arange(2000) + 0.5) / 2000
    return float((best >= thresholds[:, None]).mean())


def columns() -> dict[str, Text]:
    pools = {str(m): text(zh=f"{m} 种", en=f"{m} pooled" if m == POOLS[-1] else str(m)) for m in POOLS}
    return SIMILARITY_NAMES | {"one": text(zh="你的", en="yours")} | pools


def _bars(abo: dict[str, Floats], s: dict[str, float]) -> Bars:
    return Bars(
        id="abo", title=text(zh=f"平均最佳重叠，{SCENES} 个场景", en=f"Average best overlap, {SCENES} scenes"),
        description=text(
            zh=f"单项：颜色 {s['abo_C']:.3f}，纹理 {s['abo_T']:.3f}，尺寸 {s['abo_S']:.3f}，填充 {s['abo_F']:.3f}；"
               f"你的策略 {s['abo_one']:.3f}，8 种合起来 {s['abo_8']:.3f}。误差线是 ±1 标准误。",
            en=f"Alone: colour {s['abo_C']:.3f}, texture {s['abo_T']:.3f}, size {s['abo_S']:.3f}, fill "
               f"{s['abo_F']:.3f}; your strategy {s['abo_one']:.3f}, eight pooled {s['abo_8']:.3f}. Bars: ± 1 s.e."),
        categories=list(columns().values()),
        series=[BarSeries("abo", same("ABO"), np.array([abo[key].mean() for key in columns()]),
                          np.array([s[f"se_{key}"] for key in columns()]))],
        x=Axis(WHAT), y=Axis(same("ABO"), range=(0.5, 1)),
    )  # fmt: skip


def _by_kind(overlaps: dict[str, list[Floats]], kinds: list[str]) -> Heatmap:
    which = np.array(kinds)
    present = [kind for kind in KINDS if kind in kinds]
    flat = {key: np.concatenate(some) for key, some in overlaps.items()}
    z = np.array([[flat[key][which == kind].mean() for key in columns()] for kind in present])
    row, column = np.unravel_index(int(z.argmin()), z.shape)
    name, worst = KIND_NAMES[present[row]], list(columns().values())[column]
    return Heatmap(
        id="kinds", title=text(zh="哪种物体难倒哪种策略", en="Which objects defeat which strategy"),
        description=text(zh=f"最低的一格：物体“{name.zh}”，策略“{worst.zh}”，平均 IoU {z.min():.2f}。",
                         en=f"Lowest: objects “{name.en}”, strategy “{worst.en}”, mean IoU {z.min():.2f}."),
        z=z, xs=np.arange(z.shape[1]), ys=np.arange(len(present)), text=True,
        x=Axis(WHAT, categories=tuple(columns().values())),
        y=Axis(text(zh="物体", en="object"), categories=tuple(KIND_NAMES[kind] for kind in present)),
        value=Axis(text(zh="平均最好 IoU", en="mean best IoU"), range=(0.5, 1)),
    )  # fmt: skip


def _thresholds(overlaps: dict[str, list[Floats]], s: dict[str, float]) -> Lines:
    flat = {key: np.concatenate(some) for key, some in overlaps.items()}
    shown = {"C": "main", "one": "main", "8": "highlight"}
    low, high = ([float((flat[key] >= at).mean()) for key in ("one", "8")] for at in (0.5, 0.9))
    return Lines(
        id="thresholds", title=text(zh="召回率与 IoU 门槛", en="Recall and the IoU that is asked for"),
        description=text(
            zh=f"一种（{s['boxes_one']:.0f} 个框）与 8 种（{s['boxes_8']:.0f} 个框）：IoU ≥ 0.5 时召回 {low[0]:.0%} 与 "
               f"{low[1]:.0%}，IoU ≥ 0.9 时 {high[0]:.0%} 与 {high[1]:.0%}。",
            en=f"One ({s['boxes_one']:.0f} boxes) and eight ({s['boxes_8']:.0f}): recall {low[0]:.0%} and {low[1]:.0%} "
               f"at IoU ≥ 0.5, {high[0]:.0%} and {high[1]:.0%} at IoU ≥ 0.9."),
        series=[Series(key, columns()[key], THRESHOLDS, (flat[key] >= THRESHOLDS[:, None]).mean(axis=1), role)  # type: ignore[arg-type]
                for key, role in shown.items()],
        x=Axis(text(zh="IoU 门槛", en="IoU threshold"), range=(0.3, 1)),
        y=Axis(text(zh="召回率", en="recall"), range=(0, 1.02)),
    )  # fmt: skip


def _notes(first: Strategy, s: dict[str, float]) -> list[Text]:
    best = list(SIMILARITY_NAMES.values())[int(s["best_single"])]
    return [
        text(zh=f"{SCENES} 个场景、{s['objects']:.0f} 个物体，平均 {s['segments']:.0f} 个初始区域"
                f"（{first.name.zh}）。单项里最好的是{best.zh}。",
             en=f"{SCENES} scenes, {s['objects']:.0f} objects, {s['segments']:.0f} initial regions on average "
                f"({first.name.en}). The best single similarity is {best.en}."),
        text(zh=f"8 种合起来比你的策略高 {s['gain']:.3f} ± {s['gain_se']:.3f}（标准误），在每个场景里至少高 "
                f"{s['gain_least']:.3f}；框数从 {s['boxes_one']:.0f} 到 {s['boxes_8']:.0f}。",
             en=f"Eight pooled beat your strategy by {s['gain']:.3f} ± {s['gain_se']:.3f} (s.e.), by at least "
                f"{s['gain_least']:.3f} in every scene, with {s['boxes_8']:.0f} boxes instead of "
                f"{s['boxes_one']:.0f}."),
        text(zh="这些是画出来的场景：名次随物体的种类而变，请看哪种物体难倒哪一项。",
             en="These scenes are drawn: the ranking depends on the kinds of objects. Read which objects defeat which "
                "similarity."),
    ]  # fmt: skip
