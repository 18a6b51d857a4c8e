"""The figures of the polynomial half of the bias-variance microscope."""

import math
from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.ridge import early_stopping_factor, ridge_factor
from app.kit import Axis, Lines, Mark, Series, same, text

AXES = {
    "penalty": Axis(text(zh="惩罚 λ", en="Penalty λ"), log=True, range=(1e-9, 10)),
    "n": Axis(text(zh="每份数据的点数 n", en="Points per data set n"), log=True, range=(10, 226)),
    "degree": Axis(text(zh="多项式次数", en="Degree of the polynomial"), range=(0, 15)),
}
CURVES = 25


def sci(x: float) -> str:
    """0.087, 12.3, 1650, 7.7×10⁵: powers of ten only where they help."""
    if not math.isfinite(x) or x == 0 or 1e-3 <= abs(x) < 1e4:
        return f"{x:.3g}" if abs(x) < 1e3 else f"{x:.0f}"
    mantissa, exponent = f"{x:.1e}".split("e")
    return f"{mantissa}×10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def spaghetti_view(params: Any, places: Array, target: Array, fits: Array, first: Any, s: dict[str, float]) -> Lines:
    """Some of the fitted curves, their mean, the truth, and one data set."""
    shown = np.clip(fits[:CURVES], -9, 9)
    gap = np.full((len(shown), 1), np.nan)  # one series, broken between the curves
    xs = np.tile(np.append(places, np.nan), len(shown))
    mean = np.clip(fits.mean(axis=0), -9, 9)
    return Lines(
        id="fits", title=text(zh="同一个模型，不同的数据", en="The same model on different data"),
        description=text(
            zh=f"{len(shown)} 份数据各拟合一条 {params.degree} 次曲线。它们的平均离真相（偏差²）{sci(s['bias2'])}，"
            f"彼此相差（方差）{sci(s['variance'])}。",
            en=f"{len(shown)} data sets, one curve of degree {params.degree} each. Their mean is {sci(s['bias2'])} "
            "from "
            f"the truth (bias²), and they are {sci(s['variance'])} apart (variance).",
        ),
        series=[
            Series("fits", text(zh="各次拟合", en="the fits"), xs, np.hstack([shown, gap]).ravel(), "muted"),
            Series("mean", text(zh="所有拟合的平均", en="mean of all fits"), places, mean, "highlight"),
            Series("theory", text(zh="真相 sin 2πx", en="truth, sin 2πx"), places, target, "reference"),
            Series("data", text(zh="第一份数据", en="first data set"), first.x, first.y, "main", "points"),
        ],
        x=Axis(same("x"), range=(0, 1)), y=Axis(same("y"), range=(-2.5, 2.5)),
    )  # fmt: skip


def error_view(params: Any, axis: Array, columns: dict[str, Array], s: dict[str, float]) -> Lines:
    """Bias², variance, test and training error along the sweep."""
    total = columns["bias2"] + columns["variance"]
    place = {"penalty": params.penalty, "n": params.n, "degree": params.degree}[params.sweep]
    names = {
        "bias2": text(zh="偏差²", en="bias²"), "variance": text(zh="方差", en="variance"),
        "train": text(zh="训练误差（含噪声）", en="training error (with noise)"),
        "early": text(zh="测试误差：早停代替岭", en="test error: early stopping instead"),
        "expected": text(zh="测试误差，噪声积分的闭式", en="test error, noise integrated out"),
    }  # fmt: skip
    roles = {"early": "muted", "expected": "reference"}
    least = {"penalty": same("λ = "), "n": same("n = "), "degree": text(zh="次数 ", en="degree ")}[params.sweep]
    what = {"penalty": text(zh="惩罚", en="the penalty"), "n": text(zh="数据量", en="the amount of data"),
            "degree": text(zh="次数", en="the degree")}[params.sweep]  # fmt: skip
    return Lines(
        id="errors", title=text(zh=f"偏差²与方差，随{what.zh}变化", en=f"Bias² and variance against {what.en}"),
        description=text(
            zh=f"测试误差 = 偏差² + 方差，在 {least.zh}{sci(s['best_place'])} 处最小：{sci(s['best_error'])}；"
            f"现在是 {sci(s['error'])}，训练误差 {sci(s['train'])}。",
            en=f"Test error = bias² + variance, least at {least.en}{sci(s['best_place'])}: {sci(s['best_error'])}; "
            "now it "
            f"is {sci(s['error'])}, with a training error of {sci(s['train'])}.",
        ),
        series=[
            Series("total", text(zh="测试误差", en="test error"), axis, np.maximum(total, 1e-7), "highlight"),
            *(Series(key, name, axis, np.maximum(columns[key], 1e-7), roles.get(key, "main"),  # type: ignore[arg-type]
                     "points" if key == "expected" else "line") for key, name in names.items()),
        ],
        x=AXES[params.sweep], y=Axis(text(zh="均方误差", en="Mean squared error"), log=True, range=(1e-4, 1e6)),
        marks=[Mark(place, text(zh="现在", en="now"), "x")],
    )  # fmt: skip


def freedom_view(
    params: Any, penalties: Array, s: Array, low: Array, counts: Array, scalars: dict[str, float]
) -> Lines:
    """Effective degrees of freedom along λ: ridge, early stopping at t = 1/(ηλ), lasso."""
    ridge = ridge_factor(s, penalties[:, None]).sum(axis=1)
    early = early_stopping_factor(s, 1 / s[0] ** 2, s[0] ** 2 / penalties[:, None]).sum(axis=1)
    zeros = int(scalars["lasso_zeros_at_1"])
    return Lines(
        id="freedom", title=text(zh="还剩多少自由度", en="How many degrees of freedom are left"),
        description=text(
            zh=f"第一份数据：λ = {sci(params.penalty)} 时岭回归还剩 {scalars['freedom']:.1f}（共 {params.degree + 1} 个"
            f"参数）。L1 把系数变成 0：λ = 1 时有 {zeros} 个恰好为 0；L2 一个也没有。",
            en=f"First data set: at λ = {sci(params.penalty)} ridge has {scalars['freedom']:.1f} left of "
            f"{params.degree + 1} parameters. L1 sets coefficients to 0, {zeros} of them exactly at λ = 1; L2 none.",
        ),
        series=[
            Series("shrinkage-0", text(zh="岭回归：Σ s²/(s²+λ)", en="ridge: Σ s²/(s²+λ)"), penalties, ridge),
            Series("early", text(zh="梯度下降停在 t = 1/(ηλ)", en="descent stopped at t = 1/(ηλ)"), penalties, early,
                   "reference"),
            Series("shrinkage-1", text(zh="lasso：非零系数的个数", en="lasso: coefficients that are not 0"),
                   low, counts,
                   draw="step"),
        ],
        x=AXES["penalty"], y=Axis(text(zh="自由度", en="Degrees of freedom"), range=(0, 17)),
        marks=[Mark(params.penalty, text(zh="现在", en="now"), "x")],
    )  # fmt: skip


def factor_view(params: Any, s: Array) -> Lines:
    """What each singular direction keeps: ridge beside the descent stopped at the matching time."""
    grid = np.geomspace(1e-6, 10, 120)
    rate = 1 / s[0] ** 2
    stopped = early_stopping_factor(np.minimum(grid, s[0]), rate, 1 / (rate * params.penalty))
    kept = ridge_factor(s, params.penalty)
    return Lines(
        id="factors", title=text(zh="每个奇异方向保留多少", en="How much of each singular direction is kept"),
        description=text(
            zh=f"{len(s)} 个方向里，{int((kept > 0.5).sum())} 个保留一半以上。岭回归与早停几乎是同一条曲线；"
            "奇异值小、即方差大的方向先被压掉。",
            en=f"Of {len(s)} directions {int((kept > 0.5).sum())} keep more than half. Ridge and early stopping almost "
            "coincide; directions with a small singular value, the ones full of variance, go first.",
        ),
        series=[
            Series("shrinkage-0", text(zh="岭：s²/(s²+λ)", en="ridge: s²/(s²+λ)"),
                   grid, ridge_factor(grid, params.penalty)),
            Series("early", text(zh="早停：1-(1-ηs²)ᵗ", en="early stopping: 1-(1-ηs²)ᵗ"), grid, stopped, "reference"),
            Series("data", text(zh="第一份数据的奇异值", en="singular values of the first data set"), s, kept,
                   "highlight", "points"),
        ],
        x=Axis(text(zh="奇异值 s", en="Singular value s"), log=True, range=(1e-6, 10)),
        y=Axis(text(zh="保留的比例", en="Share that is kept"), range=(0, 1.05)),
    )  # fmt: skip
