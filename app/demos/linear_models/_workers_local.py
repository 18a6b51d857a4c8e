"""Talking less: H local steps between averages, and averaging once at the end, on shards that are alike or are not."""

from dataclasses import dataclass

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.local_descent import local_descent
from app.core.logistic_regression import hessian, newton, penalised_loss
from app.core.losses import logistic_loss
from app.core.parallel_logistic import one_shot_average
from app.demos.linear_models._workers_data import dense, shards_of
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, Text, View, text

ROWS, FEATURES, STRENGTH, INTERCEPT, RIDGE, NARROWEST = 4000, 50, 2.0, -1.0, 1.0, 0.2
STEPS, REPEATS, NEAR = 600, 4, 0.01
SIZES = (2000, 4000, 8000)
KINDS = {"iid": text(zh="随机分", en="at random"), "score": text(zh="按得分排序", en="sorted by score"),
         "label": text(zh="按标签排序", en="sorted by label")}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    workers: int
    local_steps: int
    shards: str
    batch: int
    rate: float
    seed: int


def local(q: Setting) -> Result:
    X, y, truth = dense(ROWS, FEATURES, STRENGTH, INTERCEPT, np.random.default_rng([q.seed, 1, 0]), NARROWEST)
    best = newton(X, y, RIDGE)
    floor = penalised_loss(best.weights, X, y, RIDGE)[0]

    def above(weights: Array) -> Array:
        loss = np.array([penalised_loss(w, X, y, RIDGE)[0] for w in np.atleast_2d(weights)])
        return np.maximum(loss - floor, 0) / ROWS

    steepest = float(np.linalg.eigvalsh(hessian(np.zeros(len(truth)), X, RIDGE)).max()) / ROWS
    rate = q.rate / steepest
    shards = shards_of(q.shards, X, y, truth, q.workers)
    rounds = STEPS // q.local_steps
    sync = local_descent(X, y, shards, rate, 1, STEPS, RIDGE, q.batch, np.random.default_rng([q.seed, 2]))
    rare = local_descent(X, y, shards, rate, q.local_steps, rounds, RIDGE, q.batch, np.random.default_rng([q.seed, 3]))
    once = one_shot_average(X, y, shards, RIDGE)
    alone = local_descent(X, y, [np.arange(ROWS)], rate, 1, 100, RIDGE)
    paths = {"sync": above(sync), "local": above(rare)}
    spread, scale = averages(q)
    s = {
        "sync": float(paths["sync"][-max(1, STEPS // 10) :].mean()),
        "local": float(paths["local"][-max(1, rounds // 10) :].mean()),
        "one_shot": float(above(once)[0]), "rounds_sync": reach(paths["sync"]), "rounds_local": reach(paths["local"]),
        "rounds": float(rounds), "intercept": float(best.weights[0]), "intercept_once": float(once[0]),
        "sent": float(2 * (q.workers - 1) / q.workers * len(truth) * rounds), "curvature": steepest,
    }  # fmt: skip
    s |= {f"{kind}_{name}": float(value) for kind in KINDS
          for name, value in (("mean", spread[kind].mean()), ("sd", spread[kind].std(ddof=1)))}  # fmt: skip
    s |= {f"gap_{n}": float(scale[n][0].mean()) for n in SIZES} | {
        f"noise_{n}": float(scale[n][1].mean()) for n in SIZES
    }
    s["gap_fall"] = s[f"gap_{SIZES[0]}"] / s[f"gap_{SIZES[-1]}"] if q.workers > 1 else np.nan
    s["noise_fall"] = s[f"noise_{SIZES[0]}"] / s[f"noise_{SIZES[-1]}"]
    whole = local_descent(X, y, shards, rate, 1, 100, RIDGE)
    checks = [
        Check(text(zh="H = 1 与单机梯度下降，100 步的权重", en="H = 1 against one machine, weights of 100 steps"),
              float(np.abs(whole - alone).max()), 1e-11),
        Check(text(zh="最优解处的梯度（每行）", en="Gradient at the optimum (per row)"), best.gradient / ROWS, 1e-7),
    ]  # fmt: skip
    views = [path_view(paths, q, s, over_rounds=True), path_view(paths, q, s, over_rounds=False), kinds_view(spread, s),
             scale_view(scale, q.workers, s)]  # fmt: skip
    return Result(views, s, notes(q, s), checks)


def reach(path: Array) -> float:
    """Rounds until the loss is within NEAR of the minimum; NaN if never."""
    close = np.flatnonzero(path <= NEAR)
    return float(close[0]) if len(close) else np.nan


def averages(q: Setting) -> tuple[dict[str, Array], dict[int, tuple[Array, Array]]]:
    """One-shot averaging over data sets: how far above the minimum by kind of shard (ROWS rows); and, on random
    shards, that together with the optimum's own excess over the truth, by number of rows."""
    gaps: dict[str, list[float]] = {kind: [] for kind in KINDS}
    scale: dict[int, tuple[list[float], list[float]]] = {n: ([], []) for n in SIZES}
    for repeat in range(REPEATS):
        rng = np.random.default_rng([q.seed, 1, repeat])
        X, y, truth = dense(max(SIZES), FEATURES, STRENGTH, INTERCEPT, rng, NARROWEST)
        fresh = dense(5000, FEATURES, STRENGTH, INTERCEPT, rng, NARROWEST)[0]
        chance = sigmoid(fresh @ truth)[0]
        for n in SIZES:
            A, b = X[:n], y[:n]
            best = newton(A, b, RIDGE).weights
            floor = penalised_loss(best, A, b, RIDGE)[0]
            for kind in KINDS if n == ROWS else ("iid",):
                once = one_shot_average(A, b, shards_of(kind, A, b, truth, q.workers), RIDGE)
                gap = (penalised_loss(once, A, b, RIDGE)[0] - floor) / n
                if n == ROWS:
                    gaps[kind].append(gap)
                if kind == "iid":
                    scale[n][0].append(gap)
            excess = logistic_loss(fresh @ best, chance)[0] - logistic_loss(fresh @ truth, chance)[0]
            scale[n][1].append(float(excess.mean()))
    return {k: np.array(v) for k, v in gaps.items()}, {n: (np.array(a), np.array(b)) for n, (a, b) in scale.items()}


def path_view(paths: dict[str, Array], q: Setting, s: dict[str, float], *, over_rounds: bool) -> View:
    names = {"sync": text(zh="每步都平均（同步）", en="average every step (sync)"),
             "local": text(zh=f"每 {q.local_steps} 步平均一次", en=f"average every {q.local_steps} steps")}  # fmt: skip
    per = {"sync": 1, "local": 1 if over_rounds else q.local_steps}
    x = Axis(text(zh="通信轮数", en="rounds of communication")) if over_rounds else Axis(
        text(zh="每台的梯度步数", en="gradient steps of a worker"))  # fmt: skip
    return Lines(
        id="rounds" if over_rounds else "steps",
        title=text(zh="离最优还差多少：按通信轮数", en="Above the minimum, by rounds of communication") if over_rounds
        else text(zh="离最优还差多少：按计算步数", en="Above the minimum, by steps of computation"),
        description=text(
            zh=f"同步停在 {s['sync']:.1e}，每 {q.local_steps} 步平均停在 {s['local']:.1e}，"
            f"只平均一次是 {s['one_shot']:.1e} nat。",
            en=f"Sync ends at {s['sync']:.1e} nat, averaging every {q.local_steps} steps at {s['local']:.1e}, once "
            f"only at {s['one_shot']:.1e}.",
        ),
        series=[Series(key, names[key], per[key] * np.arange(len(path)), np.maximum(path, 1e-16),
                       draw="both" if len(path) < 40 else "line") for key, path in paths.items()],
        marks=[Mark(max(s["one_shot"], 1e-16), text(zh="只平均一次", en="one average at the end"))],
        x=x, y=Axis(text(zh="损失 − 最小值", en="loss − minimum"), unit="nat", log=True, range=(1e-16, 1)),
    )  # fmt: skip


def kinds_view(spread: dict[str, Array], s: dict[str, float]) -> View:
    return Bars(
        id="kinds", title=text(zh=f"只平均一次，{REPEATS} 份数据", en=f"One average at the end, {REPEATS} data sets"),
        description=text(
            zh=f"分片随机时比最小值高 {s['iid_mean']:.4f} nat，按得分排序 {s['score_mean']:.3f}，按标签排序 "
            f"{s['label_mean']:.3f}。",
            en=f"{s['iid_mean']:.4f} nat above the minimum with random shards, {s['score_mean']:.3f} sorted by score, "
            f"{s['label_mean']:.3f} sorted by label.",
        ),
        categories=list(KINDS.values()),
        series=[BarSeries("one-shot", text(zh="均值 ± 标准差", en="mean ± s.d."),
                          np.array([spread[k].mean() for k in KINDS]),
                          np.array([spread[k].std(ddof=1) for k in KINDS]))],
        x=Axis(text(zh="行怎样分到各台", en="how rows went to workers")),
        y=Axis(text(zh="损失 − 最小值", en="loss − minimum"), unit="nat"),
    )  # fmt: skip


def scale_view(scale: dict[int, tuple[Array, Array]], workers: int, s: dict[str, float]) -> View:
    n = np.array(SIZES)
    return Lines(
        id="scale", title=text(zh="数据越多，平均越划算（随机分片）",
                               en="More rows favour the average (random shards)"),
        description=text(zh="只有一台，没有什么可平均。", en="One worker only: nothing to average.")
        if workers == 1 else text(
            zh=f"行数 4 倍，{workers} 台的平均离最优的差距缩小 {s['gap_fall']:.0f} 倍，"
            f"最优解自己的统计误差只缩小 {s['noise_fall']:.1f} 倍。",
            en=f"With 4 times the rows the average of {workers} workers comes {s['gap_fall']:.0f} times closer to the "
            f"optimum; the optimum's own statistical error falls {s['noise_fall']:.1f} times.",
        ),
        series=[
            Series("one-shot", text(zh="平均一次 − 最优解", en="one average − optimum"), n,
                   np.array([max(scale[k][0].mean(), 1e-12) for k in SIZES]), draw="both"),
            Series("noise", text(zh="最优解 − 真实模型（新数据）", en="optimum − truth (fresh rows)"), n,
                   np.array([scale[k][1].mean() for k in SIZES]), draw="both"),
            Series("theory", text(zh="权重数/2n", en="weights/2n"), n, (FEATURES + 1) / 2 / n, role="reference"),
        ],
        x=Axis(text(zh="行数 n", en="rows n"), log=True), y=Axis(text(zh="损失差",
                                                                    en="loss difference"), "nat", log=True),
    )  # fmt: skip


def notes(q: Setting, s: dict[str, float]) -> list[Text]:
    out = [text(
        zh="梯度可以相加，最优解不行：每台在自己的分片上走向自己的最优，平均之后停在别处。H = 1 没有这个问题。",
        en="Gradients add up, optima do not: each worker walks towards the optimum of its own shard, and the "
           "mean stops "
        "elsewhere. With H = 1 there is no such drift.",
    )]  # fmt: skip
    if q.shards == "label":
        out.append(text(
            zh=f"按标签排序时，一台只见过一类：截距被推向 ±∞，平均出来是 {s['intercept_once']:.2f}，"
            f"全体的最优是 {s['intercept']:.2f}。打乱行，比任何算法都便宜。",
            en=f"Sorted by label, a worker sees one class only and its intercept runs off; the mean is "
            f"{s['intercept_once']:.2f} where the optimum of all has {s['intercept']:.2f}. Shuffling the rows is "
            "cheaper than any algorithm.",
        ))  # fmt: skip
    if q.batch:
        out.append(text(
            zh=f"小批量的噪声自己就停在 {s['sync']:.1e}：漂移若比它小，省下通信就不花代价。",
            en=f"The noise of the batches alone stops at {s['sync']:.1e}: a drift smaller than that saves "
            "communication for nothing.",
        ))  # fmt: skip
    return out
