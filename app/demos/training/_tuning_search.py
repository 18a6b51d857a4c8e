"""Tab 4 of the tuning bench: grid against random search on a table of trained networks, every placement counted."""

from collections.abc import Iterator

import numpy as np

from app.core.activations import Array
from app.core.search import (
    expected_best,
    explained_share,
    grid_bests,
    grid_hit_probability,
    hit_probability,
)  # fmt: skip
from app.core.tuning import Bench, Setting, train
from app.demos.training._tuning_words import TRAINING
from app.kit import Axis, Check, Heatmap, Lines, Result, Series, Text, View, text

RATES = 10.0 ** np.linspace(-4, 1, 24, endpoint=False)
DECAYS = 10.0 ** np.linspace(-6, -1, 6)
NEAR = 0.05
"""A trial has found something when it is within 5 points of the best cell of the table."""


def run_search(bench: Bench, optimiser: str, name: Text, points: int, seed: int) -> Iterator[Result]:
    settings = [Setting(float(rate), seed, "he", float(decay)) for rate in RATES for decay in DECAYS]
    for part, seen in enumerate(train(bench, optimiser, settings, every=bench.updates // 5), start=1):
        table = seen.accuracy.reshape(len(RATES), len(DECAYS))
        done = len(seen.losses) > bench.updates
        yield _result(name, table, points, seed, 1.0 if done else min(part / 5, 0.99))


def _result(name: Text, table: Array, points: int, seed: int, progress: float) -> Result:
    trials = points**2
    good = table >= table.max() - NEAR
    share, on_axis = float(good.mean()), float(good.any(axis=1).mean())
    drawn = np.random.default_rng([seed, 9]).integers(0, table.size, (4000, trials))
    measured = float(good.ravel()[drawn].any(axis=1).mean())
    s = {
        "share": share, "share_of_rates": on_axis, "best": float(table.max()),
        "explained_by_rate": explained_share(table, 0), "explained_by_decay": explained_share(table, 1),
        "random_hit": hit_probability(share, trials), "random_best": expected_best(table, trials),
        "grid_hit": float((grid_bests(table, points) >= table.max() - NEAR).mean()),
        "grid_best": float(grid_bests(table, points).mean()), "trials": float(trials), "random_measured": measured,
    }  # fmt: skip
    s["random_over_grid"] = s["random_hit"] - s["grid_hit"]
    return Result(
        [_map(name, table, points, s), _hits(table, points, s)], s, _notes(points, s) if progress == 1 else [TRAINING],
        [Check(text(zh="随机搜索命中：抽 4000 次与 1−(1−p)ⁿ", en="random search hits: 4000 draws against 1−(1−p)ⁿ"),
               abs(measured - s["random_hit"]), 0.03)],
        progress,
    )  # fmt: skip


def _map(name: Text, table: Array, points: int, s: dict[str, float]) -> View:
    rng = np.random.default_rng(1)
    xs, ys = np.log10(RATES), np.log10(DECAYS)
    down, across = len(RATES) // points, len(DECAYS) // points
    rows, columns = np.meshgrid(np.arange(down // 2, len(RATES), down), np.arange(across // 2, len(DECAYS), across))
    drawn, spread = rng.integers(0, len(RATES), points**2), rng.integers(0, len(DECAYS), points**2)
    return Heatmap(
        id="table",
        title=text(zh=f"{table.size} 次训练的验证正确率（{name.zh}）",
                   en=f"Accuracy of {table.size} trainings ({name.en})"),
        description=text(
            zh=f"正确率的变化有 {s['explained_by_rate']:.0%} 由学习率解释，{s['explained_by_decay']:.0%} "
            f"由权重衰减解释；{s['share']:.0%} 的格子离最好不到 {NEAR:.0%}。",
            en=f"The rate explains {s['explained_by_rate']:.0%} of the variation, weight decay "
            f"{s['explained_by_decay']:.0%}; {s['share']:.0%} of the cells are within {NEAR:.0%} of the best.",
        ),
        z=np.round(table.T, 3), xs=xs, ys=ys,
        x=Axis(text(zh="学习率，log₁₀", en="log₁₀ of the learning rate")),
        y=Axis(text(zh="权重衰减，log₁₀", en="log₁₀ of the weight decay")),
        value=Axis(text(zh="验证正确率", en="validation accuracy"), range=(0, 1)),
        series=[
            Series("grid", text(zh=f"网格 {points}×{points}", en=f"grid {points}×{points}"), xs[rows.ravel()],
                   ys[columns.ravel()], draw="points"),
            Series("random", text(zh="随机的一次", en="one random draw"), xs[drawn], ys[spread], "highlight", "points"),
        ],
    )  # fmt: skip


def _hits(table: Array, points: int, s: dict[str, float]) -> View:
    trials, sides, share = np.arange(1, 41), np.arange(1, 7), s["share"]
    placed = np.array([2, 3, 6])
    counted = np.array([float((grid_bests(table, int(k)) >= table.max() - NEAR).mean()) for k in placed])
    return Lines(
        id="hits", title=text(zh="n 次试验里至少一次命中的概率", en="Probability that n trials hit at least once"),
        description=text(
            zh=f"好的格子占 {share:.0%}。{points**2} 次：随机 {s['random_hit']:.0%}，网格 "
            f"{s['grid_hit']:.0%}（数遍所有摆法）。",
            en=f"Good cells are {share:.0%}. With {points**2} trials: random {s['random_hit']:.0%}, grid "
            f"{s['grid_hit']:.0%} "
            "(all placements counted).",
        ),
        series=[
            Series("random", text(zh="随机：1−(1−p)ⁿ", en="random: 1−(1−p)ⁿ"), trials,
                   np.array([hit_probability(share, int(n)) for n in trials])),
            Series("grid", text(zh="网格，本表数出来的",
                                en="grid, counted on this table"), placed**2, counted, draw="points"),
            Series("theory", text(zh="网格，2 个超参数：p·√n", en="grid over 2: p·√n"), sides**2,
                   np.array([grid_hit_probability(share, int(k)) for k in sides]), "reference"),
            Series("theory-3", text(zh="网格，3 个超参数：p·n^(1/3)", en="grid over 3: p·n^(1/3)"), sides[:3] ** 3,
                   np.array([grid_hit_probability(share, int(k)) for k in sides[:3]]), "reference"),
        ],
        x=Axis(text(zh="试验次数 n", en="trials n"), range=(0, 40)),
        y=Axis(text(zh="命中概率", en="probability of a hit"), range=(0, 1.02)),
    )  # fmt: skip


def _notes(points: int, s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"{points**2} 次试验：随机搜索命中的概率 {s['random_hit']:.0%}，网格（所有摆法平均）"
             f"{s['grid_hit']:.0%}。网格在学习率上只有 {points} 个不同的值。",
             en=f"With {points**2} trials random search hits with probability {s['random_hit']:.0%}, a grid (all "
             f"placements averaged) {s['grid_hit']:.0%}: the grid tries only {points} different rates."),
        text(zh=f"但平均的最好结果相差不大：随机 {s['random_best']:.1%}，网格 {s['grid_best']:.1%}。每个轴上的点够密，"
             f"网格就不吃亏；"
             "维数越高，越摆不密。",
             en=f"The expected best differs less: random {s['random_best']:.1%}, grid {s['grid_best']:.1%}. A grid "
             f"dense "
             "enough on the axis that matters loses nothing; with every dimension that gets harder to afford."),
    ]  # fmt: skip
