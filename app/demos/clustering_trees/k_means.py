"""Where k-means ends depends on where it starts: Lloyd step by step, and the lottery of the initial centres."""

import math
from itertools import pairwise
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from app.core.kmeans import lloyd, plus_plus_centres, random_centres, squared_distances
from app.core.kmeans_restarts import inertia_by_k, restart_inertias
from app.core.partitions import optimal_partition, pairwise_within, sums_of_squares, voronoi_edges
from app.core.point_clouds import point_cloud

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Check, Demo, Lines, Mark, Option, Params, Points, Prediction, Preset, Result, Series, Steps,
    Text, View, knob, limit, same, seed, text,
)  # fmt: skip

Floats = NDArray[np.float64]
Step = tuple[Floats, NDArray[np.int64], float]
MOST_FRAMES, WORK = 25, 1_000_000
EDGES = (1.001, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)


class KMeansParams(Params):
    shape: Literal["blobs", "grid25", "rectangle4", "pair", "moons", "unequal"] = knob(
        "blobs", zh="数据", en="Data",
        options={
            "blobs": text(zh="五团", en="five blobs"),
            "grid25": text(zh="5×5 共 25 团", en="5 × 5 blobs"),
            "rectangle4": text(zh="矩形的四个角", en="corners of a rectangle"),
            "pair": text(zh="上下两团，相距 6σ", en="two blobs, 6σ apart"),
            "moons": text(zh="两弯月牙", en="two moons"),
            "unequal": text(zh="一大两小", en="one wide, two narrow"),
        },
    )  # fmt: skip
    k: int = knob(5, ge=1, le=30, zh="簇数 k（矩形最多 4）", en="Clusters k (rectangle: up to 4)")
    init: Literal["random", "plusplus", "bad"] = knob(
        "random", zh="起点", en="Start",
        options={
            "random": text(zh="随机取 k 个点", en="k random points"),
            "plusplus": same("k-means++"),
            "bad": text(zh="坏起点：全挤在一角（矩形：横边中点）", en="bad: all in a corner (rectangle: mid-sides)"),
        },
    )  # fmt: skip
    n: int = knob(150, ge=50, le=300, step=10, zh="点数（矩形固定 4 个）", en="Points (a rectangle has 4)")
    scale_x: float = knob(1.0, ge=0.1, le=10.0, log=True, zh="x 轴乘以", en="Multiply x by")
    restarts: int = knob(100, ge=10, le=200, step=10, zh="重启次数", en="Restarts")
    seed: int = seed(28)

    @model_validator(mode="after")
    def _cost(self) -> Self:
        if self.k * self.n * self.restarts > WORK:
            raise limit(zh=f"k × 点数 × 重启次数最多 {WORK:,}", en=f"k × points × restarts: at most {WORK:,}")
        return self


def start(points: Floats, k: int, params: KMeansParams) -> Floats:
    rng = np.random.default_rng([params.seed, 2])
    if params.init == "random":
        return random_centres(points, k, rng)
    if params.init == "plusplus":
        return plus_plus_centres(points, k, rng)
    if params.shape == "rectangle4" and k == 2:
        return np.array([[params.scale_x / 2, 0.0], [params.scale_x / 2, 1.0]])
    return points[np.argsort(((points - points.min(axis=0)) ** 2).sum(axis=1), kind="stable")[:k]]


def frame(points: Floats, step: Step, title: Text) -> Points:
    centres, labels, _ = step
    low, high = points.min(axis=0), points.max(axis=0)
    low, high = low - 0.06 * (high - low), high + 0.06 * (high - low)
    gap = np.full((1, 2), np.nan)  # the pen is lifted between two borders
    border = np.vstack([gap, *(row for piece in voronoi_edges(centres, low, high) for row in (piece, gap))])
    series = [Series("boundary", text(zh="分界线", en="border"), border[:, 0], border[:, 1], role="muted")]
    for c in range(len(centres)):
        x, y = points[labels == c].T.astype(np.float32)
        series.append(Series(f"cluster-{c}", text(zh=f"簇 {c + 1}", en=f"cluster {c + 1}"), x, y, draw="points"))
    (x, y), sizes = centres.T, np.full(len(centres), 13.0)
    centre = Series("centre", text(zh="中心", en="centre"), x, y, role="highlight", draw="points", sizes=sizes)
    counts = np.bincount(labels, minlength=len(centres))
    return Points(
        id="frame", title=title, series=[*series, centre],
        description=text(zh=f"{title.zh}。{len(centres)} 个簇，点数从 {counts.min()} 到 {counts.max()}。",
                         en=f"{title.en}. {len(centres)} clusters of {counts.min()} to {counts.max()} points."),
        x=Axis(text(zh="x（已缩放）", en="x (scaled)"), range=(float(low[0]), float(high[0]))),
        y=Axis(same("y"), range=(float(low[1]), float(high[1]))),
        equal=bool(0.3 < (high[0] - low[0]) / (high[1] - low[1]) < 3.3),
    )  # fmt: skip


def animation(points: Floats, steps: list[Step]) -> Steps:
    kept = range(len(steps)) if len(steps) <= MOST_FRAMES else (*range(MOST_FRAMES - 1), len(steps) - 1)
    labels = []
    for i in kept:  # even half-steps assign, odd ones update
        zh, en, j = "更新" if i % 2 else "分配", "Update" if i % 2 else "Assign", steps[i][2]
        labels.append(text(zh=f"{zh} {i // 2 + 1}，J = {j:.2f}", en=f"{en} {i // 2 + 1}, J = {j:.2f}"))
    turns, first, last = len(steps) // 2, steps[0][2], steps[-1][2]
    return Steps(
        id="lloyd", title=text(zh="Lloyd 逐步：分配、更新……", en="Lloyd step by step: assign, update …"),
        description=text(zh=f"{len(points)} 个点，{turns} 次更新后分配不再变化，J 从 {first:.2f} 到 {last:.2f}。",
                         en=f"{len(points)} points; settled after {turns} updates, J from {first:.2f} to {last:.2f}."),
        frames=[frame(points, steps[i], label) for i, label in zip(kept, labels, strict=True)], labels=labels,
    )  # fmt: skip


def charts(j: Floats, ratios: dict[str, Floats], by_k: dict[int, float], k: int, s: dict[str, float]) -> list[View]:
    turns, ks, share = np.arange(len(j)) / 2, list(by_k), [v / s["total"] for v in by_k.values()]
    best, far, hit, plus, left = s["best_known"], s["ratio"], s["random_hit"], s["plus_hit"], 1 - s["explained"]
    bins = ["≤ 1.001", *(f"{a:g}–{b:g}" for a, b in pairwise(EDGES)), f"> {EDGES[-1]:g}"]
    ends = [np.bincount(np.searchsorted(EDGES, r), minlength=len(bins)) / len(r) for r in ratios.values()]
    return [
        Lines(
            id="objective", title=text(zh="J 每走半步都不上升", en="J never rises, half-step by half-step"),
            description=text(zh=f"J 从 {j[0]:.2f} 降到 {j[-1]:.2f}，是已知最好 {best:.2f} 的 {far:.2f} 倍。",
                             en=f"J falls from {j[0]:.2f} to {j[-1]:.2f}, {far:.2f} times the best known {best:.2f}."),
            series=[
                Series("inertia", same("J"), turns, j, draw="both"),
                Series("optimum", text(zh="已知最好", en="best known"), turns[[0, -1]], [best, best], role="reference"),
            ],
            x=Axis(text(zh="迭代（整数：分配后；.5：更新后）", en="Iteration (whole: assigned; .5: updated)")),
            y=Axis(text(zh="J（数据单位²）", en="J (data units²)"), range=(0.0, 1.05 * float(j[0]) + 1e-9)),
        ),
        Bars(
            id="restarts", title=text(zh="每次重启停在哪里", en="Where each restart ends"),
            description=text(zh=f"到达已知最好的重启：随机起点 {hit:.0%}，k-means++ {plus:.0%}。",
                             en=f"Restarts that reach the best: {hit:.0%} random, {plus:.0%} k-means++."),
            categories=[same(b) for b in bins],
            series=[
                BarSeries("random", text(zh="随机起点", en="random points"), ends[0]),
                BarSeries("k-means++", same("k-means++"), ends[1]),
            ],
            x=Axis(text(zh="最终 J ÷ 已知最好", en="Final J ÷ best known")),
            y=Axis(text(zh="重启所占比例", en="Share of restarts"), range=(0.0, 1.0)),
        ),
        Lines(
            id="elbow", title=text(zh="k 越大 J 越小，永远如此", en="More clusters, smaller J, always"),
            description=text(zh=f"k 从 1 到 {ks[-1]}，J/T 降到 {share[-1]:.3f}；本次 k = {k}：{left:.3f}。",
                             en=f"From k = 1 to {ks[-1]} J/T falls to {share[-1]:.3f}; this run: {left:.3f}."),
            series=[Series("inertia", text(zh="找到的最好 J", en="best J found"), ks, share, draw="both")],
            marks=[Mark(float(k), same(f"k = {k}"), axis="x")],
            x=Axis(text(zh="簇数 k", en="Clusters k"), range=(0.0, 1.1 * ks[-1])),
            y=Axis(text(zh="J ÷ 总平方和 T", en="J ÷ total sum of squares T"), range=(0.0, 1.0)),
        ),
    ]  # fmt: skip


def run(params: KMeansParams) -> Result:
    points, group = point_cloud(params.shape, params.n, np.random.default_rng([params.seed, 1]))
    points = points * [params.scale_x, 1.0]
    k = min(params.k, len(points))
    steps = lloyd(points, start(points, k, params))
    labels, final = steps[-1][1:]
    j = np.array([step[2] for step in steps])
    rng = np.random.default_rng([params.seed, 3])
    seeds = np.stack([plus_plus_centres(points, k, rng) for _ in range(params.restarts)])
    blind = np.stack([random_centres(points, k, rng) for _ in range(params.restarts)])
    ends = {"random": restart_inertias(points, blind), "plusplus": restart_inertias(points, seeds)}
    ks = [q for q in (*range(1, 11), 15, 20, 25, 30) if q <= min(max(8, k), len(points))]
    by_k = inertia_by_k(points, ks, rng)
    means = np.stack([points[group == g].mean(axis=0) for g in np.unique(group)])
    from_truth = lloyd(points, means)[-1][2] if k == len(means) else math.inf
    best = float(min(final, *(end.min() for end in ends.values()), by_k.get(k, math.inf), from_truth))
    total, within, between = sums_of_squares(points, labels)
    floor = max(best, 1e-12 * total)  # as many clusters as points: J is 0
    ratios = {key: np.maximum(end, floor) / floor for key, end in ends.items()}
    s = {
        "inertia": final, "best_known": best, "ratio": max(final, floor) / floor, "iterations": float(len(steps) // 2),
        "total": total, "within": within, "between": between, "explained": between / total,
        "purity": sum(float(np.bincount(group[labels == c]).max()) for c in np.unique(labels)) / len(points),
        "truth_ratio": sums_of_squares(points, group)[1] / best if best else math.nan,
        "hit_all": math.exp(math.lgamma(k + 1) - k * math.log(k)),
        "random_hit": float((ratios["random"] <= EDGES[0]).mean()), "random_median": float(np.median(ratios["random"])),
        "plus_hit": float((ratios["plusplus"] <= EDGES[0]).mean()), "plus_median": float(np.median(ratios["plusplus"])),
        "work": float(len(steps) // 2 * k * points.size), "memory": float(2 * (len(points) + k)),
    }  # fmt: skip
    seeding = squared_distances(points, seeds).min(axis=-1).sum(axis=1).mean() / floor if best else 0.0
    checks = [
        Check(text(zh="J 与点对距离公式之差（÷T）", en="J against the formula over pairs of points (÷T)"),
              abs(final - pairwise_within(points, labels)) / total, 1e-9),
        Check(text(zh="T − (W + B)（÷T）", en="T − (W + B) (÷T)"), abs(total - within - between) / total, 1e-9),
        Check(text(zh="J 的最大回升（÷T）", en="Largest rise of J (÷T)"), float(np.diff(j).max()) / total, 1e-12),
        Check(text(zh="++ 播种的平均 J ÷ 最好，上界 8(ln k+2)", en="Mean J of ++ seeds ÷ best, bound 8(ln k+2)"),
              float(seeding), 8 * (math.log(k) + 2)),
    ]  # fmt: skip
    if params.shape == "rectangle4":
        error = abs(best - optimal_partition(points, k)[0])
        checks.append(Check(text(zh="最好的 J 与穷举所有划分", en="Best J against every partition"), error, 1e-9))
        error = abs(final - params.scale_x**2) / total if k == 2 and params.init == "bad" else 0.0
        checks.append(Check(text(zh="坏起点与闭式解 w²（÷T）", en="The bad start against w² (÷T)"), error, 1e-9))
    return Result([animation(points, steps), *charts(j, ratios, by_k, k, s)], s, notes(params, s), checks)


def notes(params: KMeansParams, s: dict[str, float]) -> list[Text]:
    far, hit, plus = s["ratio"], s["random_hit"], s["plus_hit"]
    out = [
        text(zh=f"停在局部最优：J 是已知最好的 {far:.2f} 倍，继续迭代也不会动。",
             en=f"Stuck at a local optimum, {far:.2f} times the best J known: no further step moves it.")
        if far > EDGES[0] else text(zh="这一次到达了已知最好的 J。", en="This run reached the best J known."),
        text(zh=f"同一份数据重启 {params.restarts} 次，到达最好的比例与 J 的中位数：随机起点 {hit:.0%}、"
             f"{s['random_median']:.2f} 倍，k-means++ {plus:.0%}、{s['plus_median']:.2f} 倍。",
             en=f"{params.restarts} restarts on the same data reach the best in {hit:.0%} (random points, median "
             f"{s['random_median']:.2f}×) and {plus:.0%} (k-means++, median {s['plus_median']:.2f}×)."),
    ]  # fmt: skip
    if params.shape in ("pair", "moons", "unequal"):
        truth, pure = s["truth_ratio"], s["purity"]
        out.append(text(
            zh=f"真实分组的 J 是已知最好的 {truth:.2f} 倍，找到的簇纯度 {pure:.0%}：目标函数不认识真相。",
            en=f"The true groups have {truth:.2f} times the best J and the clusters found are {pure:.0%} pure.",
        ))  # fmt: skip
    return out


demo = Demo(
    __name__, run, KMeansParams,
    title=text(zh="k-means：起点决定终点", en="k-means: the start decides the end"),
    summary=text(zh="一步一步看 Lloyd，再看上百次重启各停在哪里：随机起点对 k-means++。",
                 en="Watch Lloyd step by step, then where a hundred restarts end: random points against k-means++."),
    presets={
        "unlucky": Preset(
            text(zh="五团数据、五个随机点：两个中心挤进同一团", en="Five blobs, five random points: two share a blob"),
            expect={"ratio": (3, 20), "random_hit": (0.3, 0.7), "plus_hit": (0.7, 1), "iterations": (2, 12)},
        ),
        "plus-plus": Preset(text(zh="同一份数据换成 k-means++ 起点", en="The same data from a k-means++ start"),
                            {"init": "plusplus"}, {"ratio": (1, 1.001)}),
        "grid25": Preset(
            text(zh="25 团、25 个随机点：几乎不可能各占一团", en="25 blobs, 25 random points: one each is hopeless"),
            {"shape": "grid25", "k": 25, "n": 250, "restarts": 60},
            {"hit_all": (1.7e-10, 1.8e-10), "ratio": (2, 12), "random_hit": (0, 0.06), "random_median": (3.5, 7),
             "plus_hit": (0.03, 0.35), "plus_median": (1.5, 3)},
        ),
        "rectangle": Preset(
            text(zh="4×1 矩形的四角：停在 J = 16，最优是 1", en="Corners of a 4 × 1 rectangle: stuck at 16, best is 1"),
            {"shape": "rectangle4", "k": 2, "scale_x": 4.0, "init": "bad"},
            {"ratio": (16, 16), "inertia": (16, 16), "best_known": (1, 1), "iterations": (1, 1)},
        ),
        "stretched": Preset(
            text(zh="把 x 轴拉长 10 倍，分界线转了 90°", en="Stretch x tenfold and the border turns by 90°"),
            {"shape": "pair", "k": 2, "n": 300, "scale_x": 10.0, "init": "plusplus"},
            {"purity": (0.5, 0.62), "ratio": (1, 1.001), "truth_ratio": (1.5, 3.5)},
        ),
        "unequal": Preset(
            text(zh="一大两小：J 最小的划分不是真相", en="One wide, two narrow: the smallest J is not the truth"),
            {"shape": "unequal", "k": 3, "init": "plusplus"}, {"purity": (0.75, 0.9), "truth_ratio": (1.3, 2.2)},
        ),
    },
    predictions=(
        Prediction(
            "hit-all",
            text(zh="25 个一样大、分得很开的簇，随机取 25 个点当起点：恰好每簇一个的概率有多大？",
                 en="25 equal, well separated clusters, 25 random points: how likely is exactly one in each?"),
            "grid25", "hit_all",
            text(zh="$25!/25^{25}\\approx1.7\\times10^{-10}$。漏掉的簇 Lloyd 很少补得回来：它只走下坡。",
                 en="$25!/25^{25}\\approx1.7\\times10^{-10}$. Lloyd seldom mends a missed cluster: it goes downhill."),
            options=(
                Option(text(zh="超过 1%", en="more than 1%"), low=0.01,
                       why=text(zh="k ≤ 6 时才这样：$5!/5^5=3.8\\%$。", en="Only for k ≤ 6: $5!/5^5=3.8\\%$.")),
                Option(text(zh="亿分之一到 1%", en="1 in 10⁸ to 1%"), 1e-8, 0.01,
                       why=text(zh="k = 10 是 $3.6\\times10^{-4}$，大致按 $e^{-k}$ 下降。",
                                en="k = 10 has $3.6\\times10^{-4}$; it falls like $e^{-k}$.")),
                Option(text(zh="不到亿分之一", en="less than 1 in 10⁸"), high=1e-8),
            ),
        ),
        Prediction(
            "rectangle-ratio",
            text(zh="4×1 矩形四角，k = 2，从两条长边的中点开始：Lloyd 停下时 J 是最优的几倍？",
                 en="Corners of a 4 × 1 rectangle, k = 2, from the middles of the long sides: final J ÷ optimum?"),
            "rectangle", "ratio",
            text(zh="起点已是不动点，$J=4\\cdot2^2=w^2$；最优 $4\\cdot0.5^2=h^2$。比值 $(w/h)^2$ 可以任意大。",
                 en="A fixed point: $J=4\\cdot2^2=w^2$; the optimum is $4\\cdot0.5^2=h^2$. $(w/h)^2$ has no bound."),
            within=0.02,
        ),
        Prediction(
            "stretched",
            text(zh="两团上下相距 6σ，本来分得干净。x 从米换成分米（数值 ×10），还有多少点分对？",
                 en="Two blobs 6σ apart vertically, cleanly split. x changes from m to dm (× 10). Share right?"),
            "stretched", "purity",
            text(zh="x 方差成了 100：切 x 减 $\\frac{200}\\pi\\approx64$，切 y 只减 $3^2=9$。过 3.76 倍就转向。",
                 en="Var x = 100: cutting x saves $\\frac{200}\\pi\\approx64$, cutting y $3^2=9$. It turns at × 3.76."),
            options=(
                Option(text(zh="几乎全部", en="nearly all"), low=0.9,
                       why=text(zh="团没变，但数值大的轴主导欧氏距离。", en="The axis with large numbers rules.")),
                Option(text(zh="大约四分之三", en="about three quarters"), 0.65, 0.9,
                       why=text(zh="没有折中：哪种切法 J 小就用哪种。", en="No compromise: the smaller J wins.")),
                Option(text(zh="大约一半，等于抛硬币", en="about half, a coin toss"), high=0.65),
            ),
        ),
    ),
    references=("lloyd1982", "arthur2007"),
    code=(lloyd, plus_plus_centres),
)  # fmt: skip
