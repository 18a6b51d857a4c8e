"""The third tab of how_many_bins: two features whose effect is XOR, binned side by side or crossed."""

import math

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.logistic_regression import newton, penalised_loss

from app.core.binning import bin_counts, bin_of, bin_weights, cross, expected_loss, one_hot  # isort: skip
from app.kit import Axis, Check, Heatmap, Lines, Mark, Result, Series, Text, same, text  # isort: skip

REPEATS, SIDE = 8, 120
SWEEP = (2, 4, 6, 8, 12, 16, 20, 30)
CENTRES = (np.arange(SIDE) + 0.5) * 2 / SIDE - 1
FIRST, SECOND = (plane.ravel() for plane in np.meshgrid(CENTRES, CENTRES))


def truth(first: Array, second: Array, noise: float) -> Array:
    """P(y = 1): 1 − noise where the signs agree, noise elsewhere."""
    return np.where(first * second > 0, 1 - noise, noise)


def draw(rows: int, noise: float, seed: int, repeat: int) -> tuple[Array, Array]:
    """Rows (n, 2) uniform on the square [−1, 1]², and labels (n,)."""
    rng = np.random.default_rng([seed, repeat])
    X = rng.uniform(-1, 1, (rows, 2))
    return X, (rng.random(rows) < truth(X[:, 0], X[:, 1], noise)).astype(np.float64)


def crossed(X: Array, y: Array, m: int, ridge: float) -> Array:
    """Probabilities on the grid with one weight for each of the m² cells."""
    edges = np.linspace(-1, 1, m + 1)[1:-1]
    cells = cross(bin_of(X[:, 0], edges), bin_of(X[:, 1], edges), m)
    w = bin_weights(*bin_counts(cells, y, m * m), ridge)
    return sigmoid(w[cross(bin_of(FIRST, edges), bin_of(SECOND, edges), m)])[0]


def side_by_side(X: Array, y: Array, m: int, ridge: float) -> Array:
    """Probabilities on the grid with m + m weights: the log-odds are a sum of two step functions."""
    edges = np.linspace(-1, 1, m + 1)[1:-1]
    columns, grid = (
        np.hstack([one_hot(bin_of(a, edges), m), one_hot(bin_of(b, edges), m)])
        for a, b in ((X[:, 0], X[:, 1]), (FIRST, SECOND))
    )
    return sigmoid(grid @ newton(columns, y, ridge).weights)[0]


def four_points() -> dict[str, float]:
    """XOR on four points: mean loss of a plain fit, and with the product as one more column (λ = 10⁻⁶)."""
    X = np.array([[1, -1, -1], [1, -1, 1], [1, 1, -1], [1, 1, 1.0]])
    y = np.array([0.0, 1, 1, 0])
    wide = np.column_stack([X, X[:, 1] * X[:, 2]])
    logits = wide @ newton(wide, y, 1e-6, tolerance=1e-13).weights
    return {"four_raw": penalised_loss(newton(X, y).weights, X, y)[0] / 4,
            "four_crossed": float(np.log1p(np.exp(-(2 * y - 1) * logits)).mean())}  # fmt: skip


def crosses(rows: int, m: int, noise: float, C: float, seed: int) -> Result:
    p, sweep = truth(FIRST, SECOND, noise), np.array(sorted({*SWEEP, m}))
    entropy, losses, raw = expected_loss(p, p), np.zeros((2, REPEATS, len(sweep))), np.zeros(REPEATS)
    for r in range(REPEATS):
        X, y = draw(rows, noise, seed, r)
        w = newton(np.column_stack([np.ones(rows), X]), y).weights
        raw[r] = expected_loss(p, sigmoid(w[0] + w[1] * FIRST + w[2] * SECOND)[0])
        for k, bins in enumerate(sweep):
            for j, model in enumerate((side_by_side, crossed)):
                losses[j, r, k] = expected_loss(p, model(X, y, int(bins), 1 / C))
    here = int(np.searchsorted(sweep, m))
    added, joint = losses.mean(axis=1)
    v = {
        "entropy": entropy, "loss_raw": float(raw.mean()), "loss_added": float(added[here]),
        "loss_crossed": float(joint[here]), "cells": float(m * m), "columns": float(2 * m),
        "rows_per_cell": rows / m**2, "loss_crossed_2": float(joint[0]), "loss_crossed_30": float(joint[-1]),
        **four_points(),
    }  # fmt: skip
    checks = [Check(text(zh="四点 XOR 的原始逻辑回归，与 ln 2 之差", en="Raw fit on the four XOR points, against ln 2"),
                    abs(v["four_raw"] - math.log(2)), 1e-9)]  # fmt: skip
    if m % 2 == 0 and v["rows_per_cell"] >= 40 and noise >= 0.05 and C >= 10:
        checks.append(Check(text(zh="交叉后的测试损失，与熵 + m²/2n 之差",
                                 en="Crossed test loss, against entropy + m²/2n"),
                            abs(v["loss_crossed"] - entropy - m * m / (2 * rows)),
                            3 * m / (rows * (2 * REPEATS) ** 0.5) + 0.3 * m * m / (2 * rows)))  # fmt: skip
    X, y = draw(rows, noise, seed, 0)
    views = [plane(side_by_side(X, y, m, 1 / C), "added", v), plane(crossed(X, y, m, 1 / C), "crossed", v),
             lines(sweep, added, joint, rows, m, v)]  # fmt: skip
    return Result(views, v, notes(rows, m, v), checks)


def plane(p: Array, which: str, v: dict[str, float]) -> Heatmap:
    one = which == "crossed"
    title = text(zh="交叉", en="Crossed") if one else text(zh="两列并排", en="Side by side")
    count, loss = v["cells" if one else "columns"], v[f"loss_{which}"]
    return Heatmap(
        id=which, title=text(zh=f"{title.zh}：{count:.0f} 个权重", en=f"{title.en}: {count:.0f} weights"),
        description=text(zh=f"{count:.0f} 个权重，测试损失 {loss:.3f}（抛硬币是 0.693）。",
                         en=f"{count:.0f} weights, test loss {loss:.3f} (a coin has 0.693)."),
        z=p.reshape(SIDE, SIDE)[::2, ::2].astype(np.float32), xs=CENTRES[::2], ys=CENTRES[::2],
        x=Axis(same("x₁"), range=(-1, 1)), y=Axis(same("x₂"), range=(-1, 1)),
        value=Axis(text(zh="学到的 P(y = 1)", en="learned P(y = 1)"), range=(0, 1)), equal=True,
    )  # fmt: skip


def lines(sweep: Array, added: Array, joint: Array, rows: int, m: int, v: dict[str, float]) -> Lines:
    theory = v["entropy"] + sweep**2 / (2 * rows)
    shown = theory < 1
    return Lines(
        id="cross-loss", title=text(zh="测试损失随每个特征的箱数", en="Test loss against bins per feature"),
        description=text(
            zh=f"并排 {v['loss_added']:.3f}，交叉 {v['loss_crossed']:.3f}；每格 {v['rows_per_cell']:.1f} 行。",
            en=f"Side by side {v['loss_added']:.3f}, crossed {v['loss_crossed']:.3f}, with {v['rows_per_cell']:.1f} "
            "rows a cell."),
        series=[
            Series("added", text(zh="并排（2m 个权重）", en="side by side (2m weights)"), sweep, added, draw="both"),
            Series("crossed", text(zh="交叉（m² 个权重）", en="crossed (m² weights)"), sweep, joint, draw="both"),
            Series("theory", text(zh="熵 + m²/2n", en="entropy + m²/2n"), sweep[shown], theory[shown], "reference"),
        ],
        x=Axis(text(zh="每个特征的箱数 m", en="Bins per feature m"), range=(1, 30)),
        y=Axis(text(zh="对数损失", en="Log loss"), unit="nat", range=(0, 1)),
        marks=[Mark(math.log(2), same("ln 2")), Mark(v["entropy"], text(zh="下限", en="floor")),
               Mark(float(m), text(zh="现在", en="now"), axis="x")],
    )  # fmt: skip


def notes(rows: int, m: int, v: dict[str, float]) -> list[Text]:
    return [
        text(
            zh=f"只分箱不交叉，对数几率是两个台阶函数之和，学不出 XOR：{v['loss_added']:.3f}，不比抛硬币好。交叉之后 "
            f"{v['loss_crossed']:.3f}（下限 {v['entropy']:.3f}）。",
            en=f"Bins without a cross give log-odds that are a sum of two step functions, which cannot be XOR: "
            f"{v['loss_added']:.3f}, no better than a coin. Crossed: {v['loss_crossed']:.3f} (floor "
            f"{v['entropy']:.3f}).",
        ),
        text(
            zh=f"权重数：并排 2m = {2 * m}，交叉 m² = {m * m}；{rows} 行数据，每格平均 {v['rows_per_cell']:.1f} 行。",
            en=f"Weights: side by side 2m = {2 * m}, crossed m² = {m * m}; {rows} rows are {v['rows_per_cell']:.1f} a "
            "cell.",
        ),
    ]
