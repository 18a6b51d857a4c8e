"""The data half of "when more hurts": least squares on a growing data set, beside its closed forms."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.double_descent import Growth, growing_risks, optimal_penalty, optimal_ridge_risk, smallest_singular_values
from app.core.linear_risk import least_squares_risk
from app.kit import Axis, Check, Lines, Mark, Region, Result, Series, Text, same, text

CHUNKS, ANGLE = 5, np.pi / 3
SHARES = (0.1, 0.2, 0.35, 0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.5, 2, 3, 4, 6, 8)


def sizes(d: int) -> list[int]:
    """The numbers of examples on the axis: shares of d, denser around d itself."""
    near = max(2, round(0.04 * d))
    return sorted({max(2, round(share * d)) for share in SHARES} | {d // 2, d - near, d, d + near})


def run_data(params: Any) -> Iterator[Result]:
    """Grow the data sets in five portions; a result after each."""
    d, ns = params.d, sizes(params.d)
    penalty = max(params.tuning * optimal_penalty(d, params.noise), 1e-6 * d)
    after = 2 * d if params.source == "changes" else None
    narrow = smallest_singular_values(ns, d, 20, np.random.default_rng([params.seed, 9]))
    parts: list[Growth] = []
    for chunk in range(CHUNKS):
        repeats = params.repeats // CHUNKS
        rng = np.random.default_rng([params.seed, chunk])
        parts.append(growing_risks(ns, d, params.noise, penalty, repeats, rng, after, ANGLE))
        growth = Growth(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
        yield summary(params, np.array(ns), growth, narrow, (chunk + 1) / CHUNKS)


def summary(params: Any, ns: Array, growth: Growth, narrow: Array, progress: float) -> Result:
    d, noise = params.d, params.noise
    place = {int(n): i for i, n in enumerate(ns)}
    half, near, double, far = (place[n] for n in (d // 2, d - max(2, round(0.04 * d)), 2 * d, 8 * d))
    median, means = np.median(growth.total, axis=0), growth.total.mean(axis=0)
    theory, limit = least_squares_risk(ns, d, 1.0, noise), optimal_ridge_risk(ns, d, noise)
    shrunk = growth.ridge.mean(axis=0)
    s = {
        "half": median[half], "near": median[near], "ratio": median[near] / median[half],
        "half_theory": theory[half], "near_theory": theory[near], "ratio_theory": theory[near] / theory[half],
        "double": median[double], "far": median[far], "far_over_double": median[far] / median[double],
        "last_doubling": median[far] / median[place[4 * d]], "threshold": median[place[d]],
        "ridge_half": shrunk[half], "ridge_near": shrunk[near],
        "ridge_double": shrunk[double], "ridge_far": shrunk[far],
        "ridge_rise": np.max(shrunk[1:] / np.maximum(shrunk[:-1], 1e-300)) - 1 if noise > 0 else 0.0,
        "narrowest_near": float(np.median(narrow[:, near])), "narrowest_half": float(np.median(narrow[:, half])),
        "n_half": float(ns[half]), "n_near": float(ns[near]),
    }  # fmt: skip
    scalars = {name: float(value) for name, value in s.items()}
    checks = []
    if params.source == "same":
        away = np.abs(ns - d) >= max(5, 0.2 * d)
        error = growth.total.std(axis=0) / np.sqrt(len(growth.total))
        z = np.abs(means - theory)[away] / np.maximum(error[away], 1e-12)
        checks.append(Check(text(zh="风险的均值与闭式（标准误的倍数，n 离 d 至少 20%）",
                                 en="mean risk against its closed form (in standard errors, n at least 20% from d)"),
                            float(z.max()), 4.5))  # fmt: skip
        if params.tuning == 1 and noise > 0:
            slack = np.abs(shrunk - limit) - 4 * growth.ridge.std(axis=0) / np.sqrt(len(growth.ridge))
            checks.append(Check(text(zh="最优岭与大维数极限的相对差（扣除 4 个标准误）",
                                     en="optimal ridge against its large-d limit (relative, beyond 4 standard errors)"),
                                float(max(np.max(slack / limit), 0.0)), 2 / d))  # fmt: skip
    views = [risk_view(params, ns, growth, theory, limit, scalars), parts_view(params, ns, growth, scalars),
             narrow_view(params, ns, narrow, scalars)]  # fmt: skip
    return Result(views, scalars, notes(params, len(growth.total), scalars), checks, progress)


def _axis(d: int) -> Axis:
    return Axis(text(zh="训练样本数 n", en="Training examples n"), log=True, range=(max(2, 0.1 * d), 8 * d))


def _marks(params: Any) -> list[Mark]:
    marks = [Mark(params.d, text(zh="n = d", en="n = d"), "x")]
    if params.source == "changes":
        marks.append(Mark(2 * params.d, text(zh="来源改变", en="source changes"), "x"))
    return marks


def risk_view(params: Any, ns: Array, growth: Growth, theory: Array, limit: Array, s: dict[str, float]) -> Lines:
    low, middle, high = np.maximum(np.quantile(growth.total, (0.25, 0.5, 0.75), axis=0), 1e-6)
    series = [
        Series("quartile", text(zh="最小二乘，四分位", en="least squares, quartiles"),
               np.concatenate([ns, [np.nan], ns]), np.concatenate([low, [np.nan], high]), "muted"),
        Series("method-3", text(zh="最小二乘，中位数", en="least squares, median"), ns, middle, draw="both"),
        Series("method-0", text(zh="岭回归，均值", en="ridge, mean"), ns, np.maximum(growth.ridge.mean(axis=0), 1e-6),
               draw="both"),
    ]  # fmt: skip
    if params.source == "same":
        shown = np.where(np.isfinite(theory), np.maximum(theory, 1e-6), np.nan)
        name = text(zh="最小二乘的均值，闭式", en="mean of least squares, closed form")
        series.append(Series("theory", name, ns, shown, "reference"))
        series.append(Series("theory", text(zh="最优岭，大维数极限", en="optimal ridge, large-d limit"), ns,
                             np.maximum(limit, 1e-6), "reference", "points"))  # fmt: skip
    else:
        foreign = np.clip(1 - 2 * params.d / ns, 0, None)
        series.append(Series("theory", text(zh="（外来数据的占比）²", en="(share of foreign data)²"), ns,
                             np.where(foreign > 0, foreign**2, np.nan), "reference"))  # fmt: skip
    halves = text(
        zh=f"{s['n_half']:.0f} 个样本时中位数是 {s['half']:.2f}，{s['n_near']:.0f} 个时是 {s['near']:.2g}"
        f"（均值的闭式：{s['half_theory']:.2f} 与 {s['near_theory']:.3g}）；岭回归 {s['ridge_half']:.2f} 与 "
        f"{s['ridge_near']:.2f}。",
        en=f"Median with {s['n_half']:.0f} examples: {s['half']:.2f}; with {s['n_near']:.0f}: {s['near']:.2g} (closed "
        f"form of the mean: {s['half_theory']:.2f} and {s['near_theory']:.3g}). Ridge: {s['ridge_half']:.2f} and "
        f"{s['ridge_near']:.2f}.",
    )
    turned = text(
        zh=f"第 {2 * params.d} 个样本时误差是 {s['double']:.2f}；之后来源变了，到 {8 * params.d} 个时升到 "
        f"{s['far']:.2f}。",
        en=f"With {2 * params.d} examples the error is {s['double']:.2f}; then the source changes, and with "
        f"{8 * params.d} "
        f"it is {s['far']:.2f}.",
    )
    return Lines(
        id="risk", title=text(zh="测试误差随数据量的变化", en="Test error against the amount of data"),
        description=halves if params.source == "same" else turned,
        series=series, x=_axis(params.d),
        y=Axis(text(zh="测试误差 ‖ŵ − w‖²", en="Test error ‖ŵ − w‖²"), log=True, range=(0.01, 100)),
        marks=_marks(params),
        regions=[Region(0.8 * params.d, 1.25 * params.d, text(zh="插值阈值附近", en="near the interpolation "
                                                                              "threshold"))],
    )  # fmt: skip


def parts_view(params: Any, ns: Array, growth: Growth, s: dict[str, float]) -> Lines:
    """The error on labels without noise, and what the noise alone adds."""
    d, noise = params.d, params.noise
    spread = np.maximum(np.median(growth.spread, axis=0), 1e-6)
    unseen, gap = np.clip(1 - ns / d, 0, None), np.abs(d - ns) - 1
    amplified = np.where(gap > 0, noise**2 * np.minimum(ns, d) / np.maximum(gap, 1), np.nan)
    series = [
        Series("bias2", text(zh="没有噪声时的误差", en="error without noise"), ns,
               np.maximum(np.median(growth.signal, axis=0), 1e-6), draw="both"),
        Series("variance", text(zh="噪声造成的误差（中位数）", en="error from the noise (median)"), ns, spread,
               draw="both"),
        Series("theory", text(zh="σ² min(n,d)/(|d−n|−1)", en="σ² min(n,d)/(|d−n|−1)"), ns,
               np.maximum(amplified, 1e-6), "reference"),
    ]  # fmt: skip
    if params.source == "same":
        series.append(Series("theory", text(zh="1 − n/d", en="1 − n/d"), ns[ns < d], unseen[ns < d], "reference"))
    return Lines(
        id="parts", title=text(zh="误差从哪里来", en="Where the error comes from"),
        description=text(
            zh=f"没见过的方向随 n 直线减少；噪声被放大的倍数在 n = d 处发散：{s['n_near']:.0f} "
            "个样本时占误差的绝大部分。"
            if noise > 0 else "没有噪声：误差只是还没见过的方向，到 n = d 就是 0。",
            en=f"Directions not yet seen fall in a straight line with n; the factor on the noise diverges at n = d, "
            "and with "
            f"{s['n_near']:.0f} examples it makes up nearly all of the error."
            if noise > 0 else "No noise: the error is the directions not yet seen, and 0 from n = d on.",
        ),
        series=series, x=_axis(d),
        y=Axis(text(zh="误差", en="Error"), log=True, range=(0.001, 100)), marks=_marks(params),
    )  # fmt: skip


def narrow_view(params: Any, ns: Array, narrow: Array, s: dict[str, float]) -> Lines:
    edge = np.abs(np.sqrt(ns) - np.sqrt(params.d))
    return Lines(
        id="singular", title=text(zh="最小的奇异值：噪声除以它", en="The smallest singular value: the noise is "
                                                        "divided by it"),
        description=text(
            zh=f"{s['n_half']:.0f} 个样本时是 {s['narrowest_half']:.2f}，{s['n_near']:.0f} 个时只有 "
            f"{s['narrowest_near']:.2f}；理论极限是 |√n − √d|。岭回归在除法里加上 λ，就除不爆了。",
            en=f"{s['narrowest_half']:.2f} with {s['n_half']:.0f} examples, only {s['narrowest_near']:.2f} with "
            f"{s['n_near']:.0f}; its limit is |√n − √d|. Ridge adds λ before dividing, and nothing blows up.",
        ),
        series=[
            Series("method-2", text(zh="实测（中位数）", en="measured (median)"), ns, np.median(narrow, axis=0),
                   draw="both"),
            Series("theory", same("|√n − √d|"), ns, edge, "reference"),
        ],
        x=_axis(params.d),
        y=Axis(text(zh="最小奇异值", en="Smallest singular value"), range=(0, 1.9 * np.sqrt(params.d))),
        marks=_marks(params),
    )  # fmt: skip


def notes(params: Any, count: int, s: dict[str, float]) -> list[Text]:
    if params.source == "changes":
        return [text(
            zh=f"{count} 份数据。前 {2 * params.d} 个样本来自目标任务，之后都来自另一个任务（权重相差 60°）：误差从 "
            f"{s['double']:.2f} 升到 {s['far']:.2f}。随机的标签噪声会被平均掉，来源不对的数据不会。",
            en=f"{count} data sets. The first {2 * params.d} examples are of the task, all later ones of another "
            "(weights 60° "
            f"away): the error rises from {s['double']:.2f} to {s['far']:.2f}. Random label noise averages out, data "
            "from "
            "the wrong source does not.",
        )]  # fmt: skip
    out = [text(
        zh=f"{count} 份数据，d = {params.d}：从 {s['n_half']:.0f} 个样本增加到 {s['n_near']:.0f} 个，误差的中位数变成 "
        f"{s['ratio']:.1f} 倍（均值的闭式：{s['ratio_theory']:.1f} 倍）。",
        en=f"{count} data sets, d = {params.d}: going from {s['n_half']:.0f} to {s['n_near']:.0f} examples multiplies "
        "the "
        f"median error by {s['ratio']:.1f} (closed form of the mean: {s['ratio_theory']:.1f}).",
    )]  # fmt: skip
    if params.noise > 0:
        out.append(text(
            zh=f"过了阈值就是普通的收益递减：最后一次翻倍（4d 到 8d）误差还剩 {s['last_doubling']:.0%}。",
            en=f"Beyond the threshold returns just diminish: the last doubling (4d to 8d) leaves "
            f"{s['last_doubling']:.0%}.",
        ))  # fmt: skip
    return out
