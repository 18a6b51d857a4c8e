"""Mutual information from samples: how far the plug-in estimate is off, and what takes the bias away."""

import math

import numpy as np
from numpy.typing import NDArray

from app.core.information import (
    agreeing_table,
    expected_plug_in_entropy,
    information_bias,
    joint_information,
    plug_in_information,
)
from app.demos.probability_information._diagram_params import InformationDiagramParams

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, text,
)  # fmt: skip

REPEATS = 200
SIZES = np.unique(np.geomspace(20, 10_000, 25).astype(int))


def expected(table: NDArray[np.float64], n: int) -> float:
    """The exact mean of the plug-in estimate: three exact mean entropies."""
    x, y = table.sum(axis=0), table.sum(axis=1)
    return sum(expected_plug_in_entropy(p, n) for p in (x, y)) - expected_plug_in_entropy(table, n)


def counted(x: NDArray[np.int64], y: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Tables of counts (repeats, k, k) of paired samples (repeats, n)."""
    cell = (np.arange(len(x))[:, None] * k + y) * k + x
    return np.bincount(cell.ravel(), minlength=len(x) * k * k).reshape(-1, k, k).astype(np.float64)


def estimate_result(params: InformationDiagramParams) -> Result:
    n, k, rng = params.samples, params.bins, np.random.default_rng(params.seed)
    x = rng.integers(0, k, (REPEATS, n))
    y = np.where(rng.random((REPEATS, n)) < params.agreement, x, rng.integers(0, k, (REPEATS, n)))
    found = plug_in_information(counted(x, y, k))
    shuffled = plug_in_information(counted(x, rng.permuted(y, axis=1), k))
    table = agreeing_table(k, params.agreement)
    truth, bias = max(joint_information(table).mutual, 0.0), information_bias(k, k, n)
    exact, mean, sd = expected(table, n), float(found.mean()), float(found.std())
    off = abs(mean - exact) / max(sd / math.sqrt(REPEATS), 1e-12) if sd > 1e-9 else abs(mean - exact) * 1e9
    share, edges = np.histogram(found, bins=30, range=(0.0, max(1.15 * float(found.max()), 1.2 * truth, 1e-6)))
    marks = [Mark(truth, text(zh="真值", en="truth"), "x"), Mark(exact, text(zh="精确期望", en="exact mean"), "x")]
    histogram = Lines(
        id="histogram", title=text(zh=f"{REPEATS} 次抽样的插件估计", en=f"The plug-in estimate in {REPEATS} samples"),
        description=text(
            zh=f"真值 {truth:.4f} nat；n = {n}、{k}×{k} 格时估计的均值 {mean:.4f}，标准差 {sd:.4f}，"
            f"最小 {found.min():.4f}。",
            en=f"The truth is {truth:.4f} nat; with n = {n} and {k} × {k} cells the estimates have mean {mean:.4f}, "
            f"standard deviation {sd:.4f}, minimum {found.min():.4f}.",
        ),
        series=[Series("plug-in", text(zh="插件估计", en="plug-in estimate"), edges, np.append(share, 0), draw="step")],
        x=Axis(text(zh="估计的互信息", en="estimated mutual information"), "nat", range=(0.0, float(edges[-1]))),
        y=Axis(text(zh="次数", en="samples")), marks=marks,
    )  # fmt: skip
    means = np.array([expected(table, int(size)) for size in SIZES])
    sizes = Lines(
        id="sizes", title=text(zh="偏差随样本数怎样下降", en="How the bias falls with the sample"),
        description=text(
            zh=f"插件估计的精确期望从 n = 20 的 {means[0]:.3f} 降到 n = 10⁴ 的 {means[-1]:.4f}；公式 真值 + (K−1)²/2n "
            f"在 n = {n} 处给出 {truth + bias:.4f}。",
            en=f"The exact mean of the plug-in estimate falls from {means[0]:.3f} at n = 20 to {means[-1]:.4f} at "
            f"n = 10⁴; truth + (K−1)²/2n gives {truth + bias:.4f} at n = {n}.",
        ),
        series=[Series("plug-in", text(zh="精确期望", en="exact mean"), SIZES, means),
                Series("theory", text(zh="真值 + (K−1)²/2n", en="truth + (K−1)²/2n"), SIZES,
                       truth + (k - 1) ** 2 / (2 * SIZES), "reference"),
                Series("run", text(zh="本次抽样的均值", en="mean of this run"), np.array([n]), np.array([mean]),
                       "highlight", "points")],
        x=Axis(text(zh="样本数 n", en="samples n"), log=True, range=(15.0, 13_000.0)),
        y=Axis(text(zh="互信息", en="mutual information"), "nat", log=True, range=(1e-5, 30.0)),
        marks=[Mark(truth, text(zh="真值", en="truth"))] if truth > 1e-5 else [],
    )  # fmt: skip
    ways = (found, found - bias, found - shuffled)
    repaired = Bars(
        id="repaired", title=text(zh="怎样去掉偏差", en="Taking the bias away"),
        description=text(
            zh=f"原样 {mean:.4f}，减 (K−1)²/2n 后 {ways[1].mean():.4f}，"
            f"减打乱 Y 后的估计得 {ways[2].mean():.4f}；真值 {truth:.4f}。",
            en=f"As it is {mean:.4f}; minus (K−1)²/2n {ways[1].mean():.4f}; minus the estimate with Y shuffled "
            f"{ways[2].mean():.4f}; truth {truth:.4f}.",
        ),
        categories=[text(zh="原样", en="as it is"), text(zh="减公式", en="minus the formula"),
                    text(zh="减打乱后的", en="minus shuffled")],
        series=[BarSeries("plug-in", text(zh="均值与标准差", en="mean and standard deviation"),
                          np.array([w.mean() for w in ways]), np.array([w.std() for w in ways]))],
        x=Axis(text(zh="做法", en="what is done")), y=Axis(text(zh="互信息", en="mutual information"), "nat"),
        marks=[Mark(truth, text(zh="真值", en="truth"))],
    )  # fmt: skip
    scalars = {
        "mi_true": truth, "plug_in": mean, "plug_in_sd": sd, "plug_in_min": float(found.min()), "exact": exact,
        "formula": bias, "minus_formula": float(ways[1].mean()), "minus_shuffled": float(ways[2].mean()),
        "samples_per_cell": n / k**2,
    }  # fmt: skip
    notes = [
        text(zh=f"{REPEATS} 次估计里最小的也有 {found.min():.4f} nat，真值是 {truth:.4f}："
             f"插件估计平均差 {mean - truth:+.4f}。",
             en=f"Even the smallest of {REPEATS} estimates is {found.min():.4f} nat, the truth {truth:.4f}: on average "
             f"the plug-in estimate is off by {mean - truth:+.4f}."),
        text(zh=f"每格平均 {n / k**2:.3g} 个样本；公式给出的偏差是 {bias:.4f}，精确的是 {exact - truth:.4f}。",
             en=f"Samples per cell: {n / k**2:.3g}. The formula says a bias of {bias:.4f}, the exact one is "
             f"{exact - truth:.4f}."),
    ]  # fmt: skip
    check = Check(text(zh="均值与精确期望之差（标准误）", en="Mean against the exact mean (standard errors)"), off, 4.0)
    return Result([histogram, sizes, repaired], scalars, notes, [check])
