"""One Gaussian for a target with two bumps: what each direction of KL chooses, and the landscape it descends."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.core.kl_fitting import Mixture, forward_kl, reverse_fit, reverse_kl
from app.demos.probability_information._diagram_params import InformationDiagramParams

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Check, Contours, Lines, Mark, Result, Series, same, text,
)  # fmt: skip

Floats = NDArray[np.float64]


def gaussian(x: Floats, mean: float, sd: float) -> Floats:
    return np.asarray(np.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi)))


def both_by_sum(target: Mixture, mean: float, sd: float) -> tuple[float, float]:
    """D(p‖q) and D(q‖p) as plain sums over a fine grid of x: no moments, no change of variable."""
    x = np.linspace(-40, 40, 16_001)
    log_p, _ = target.log_density_and_score(x)
    log_q = -(((x - mean) / sd) ** 2) / 2 - np.log(sd * np.sqrt(2 * np.pi))
    step = x[1] - x[0]
    return float((np.exp(log_p) * (log_p - log_q)).sum() * step), float((np.exp(log_q) * (log_q - log_p)).sum() * step)


def ends_of(target: Mixture) -> list[Floats]:
    """(μ, σ, D(q‖p)) where a descent from the forward fit ends, and one from either bump."""
    starts = ((target.mean, target.sd), (-target.distance, 1.0), (target.distance, 1.0))
    ends = [reverse_fit(target, *start)[-1] for start in starts]
    return [np.array([round(float(mean), 6) + 0.0, sd, max(value, 0.0)]) for mean, sd, value in ends]


def by_distance(weight: float, current: float) -> tuple[Lines, float]:
    """What the wide and the narrow reverse fit cost as the bumps move apart, and where the narrow one takes over."""
    ds = np.linspace(0, 5, 51)
    heavy = 1 if weight >= 0.5 else 2
    found = [ends_of(Mixture(float(d), weight)) for d in ds]
    wide, narrow = np.array([end[0][2] for end in found]), np.array([end[heavy][2] for end in found])
    switch = math.nan
    for (d, gap), (_, after) in pairwise(zip(ds, wide - narrow, strict=True)):
        if gap < -1e-6 and after > 0:
            switch = float(d + (ds[1] - ds[0]) * gap / (gap - after))
    seen = math.isfinite(switch)
    view = Lines(
        id="switch", title=text(zh="两峰多远，反向拟合才选一个", en="How far apart before the reverse fit picks one"),
        description=text(
            zh=(f"d 小于 {switch:.2f} 时站在中间更便宜，大于它时坐到一个峰上更便宜。" if seen
                else "两种起点的终点随 d 连续变化，没有中间与单峰并存又交换的位置。")
            + f"坐在峰上的代价趋于 {-math.log(max(weight, 1 - weight)):.3f} nat。",
            en=(f"Below d = {switch:.2f} straddling is cheaper, above it one bump is. " if seen
                else "At no d do a middle and a one-bump minimum change places. ")
            + f"On a bump the price tends to {-math.log(max(weight, 1 - weight)):.3f} nat.",
        ),
        series=[Series("wide", text(zh="从宽处出发", en="descent from the wide fit"), ds, wide),
                Series("narrow", text(zh="从较重的峰出发", en="descent from the heavier bump"), ds, narrow)],
        x=Axis(text(zh="峰的位置 d", en="bumps at ±d"), range=(0.0, 5.0)),
        y=Axis(same("D(q‖p)"), "nat", range=(0.0, 2.5)),
        marks=[Mark(-math.log(max(weight, 1 - weight)), text(zh="−ln(较重峰的权重)", en="−ln(heavier weight)")),
               Mark(current, same("d"), "x")],
    )  # fmt: skip
    return view, switch


def fit_result(params: InformationDiagramParams) -> Result:
    target = Mixture(params.distance, params.weight)
    path = reverse_fit(target, params.start)
    mean, sd, value = round(float(path[-1, 0]), 6) + 0.0, float(path[-1, 1]), max(float(path[-1, 2]), 0.0)
    ends = ends_of(target)
    best = np.array([mean, sd, value])
    for end in ends:
        best = end if end[2] < best[2] - 1e-6 else best
    others = np.array([end for end in ends if abs(end[0] - mean) > 1e-3]).reshape(-1, 3)
    switch_view, switch = by_distance(params.weight, params.distance)
    fits = {"forward-kl": (target.mean, target.sd), "reverse-kl": (mean, sd)}
    costs = {key: tuple(float(kl(target, np.array(m), np.array(s))) for kl in (forward_kl, reverse_kl))
             for key, (m, s) in fits.items()}  # fmt: skip
    forward, covers = costs["forward-kl"]
    missed = costs["reverse-kl"][0]
    names = {"forward-kl": text(zh="前向拟合：D(p‖q) 最小", en="forward fit: least D(p‖q)"),
             "reverse-kl": text(zh="反向拟合：D(q‖p) 下降到底", en="reverse fit: D(q‖p) descended")}  # fmt: skip
    x = np.linspace(-9, 9, 361)
    densities = Lines(
        id="densities", title=text(zh="目标与两个高斯", en="The target and two Gaussians"),
        description=text(
            zh=f"目标的峰在 ±{target.distance:g}。前向拟合是 N({target.mean:.2f}, {target.sd:.2f}²)，反向拟合是 "
            f"N({mean:.2f}, {sd:.2f}²)。",
            en=f"The bumps are at ±{target.distance:g}. The forward fit is N({target.mean:.2f}, {target.sd:.2f}²), the "
            f"reverse fit N({mean:.2f}, {sd:.2f}²).",
        ),
        series=[Series("target", text(zh="目标 p", en="target p"), x, np.exp(target.log_density_and_score(x)[0]),
                       "muted", "area"),
                *(Series(key, names[key], x, gaussian(x, *fits[key])) for key in fits)],
        x=Axis(same("x"), range=(-9.0, 9.0)), y=Axis(text(zh="概率密度", en="density"), range=(0.0, 0.42)),
    )  # fmt: skip
    means, sds = np.linspace(-5.5, 5.5, 45), np.linspace(0.5, 5.5, 41)
    grid = forward_kl if params.direction == "forward" else reverse_kl
    z = grid(target, means[None, :], sds[:, None] + 0 * means)
    valleys = Series("others", text(zh="其他局部最小", en="other local minima"), others[:, 0], others[:, 1], "muted",
                     "points")  # fmt: skip
    chosen = (target.mean, target.sd, forward) if params.direction == "forward" else (mean, sd, value)
    walk = [Series("path", text(zh="下降的路径", en="path of the descent"), path[:, 0], path[:, 1], draw="both")]
    landscape = Contours(
        id="landscape",
        title=text(zh="D(p‖q) 的地形", en="The landscape of D(p‖q)") if params.direction == "forward"
        else text(zh="D(q‖p) 的地形", en="The landscape of D(q‖p)"),
        description=text(
            zh=f"横轴是 μ，纵轴是 σ。终点在 μ = {chosen[0]:.2f}、σ = {chosen[1]:.2f}，值 {chosen[2]:.4f} nat；"
            + ("前向只有一个谷。" if params.direction == "forward"
               else f"找到的最低是 {best[2]:.4f}，在 μ = {best[0]:.2f}。"),
            en=f"μ across, σ up. It ends at μ = {chosen[0]:.2f}, σ = {chosen[1]:.2f} with {chosen[2]:.4f} nat; "
            + ("forward has a single valley." if params.direction == "forward"
               else f"the lowest found is {best[2]:.4f}, at μ = {best[0]:.2f}."),
        ),
        z=np.minimum(z, 6.0), xs=means, ys=sds,
        x=Axis(text(zh="均值 μ", en="mean μ"), range=(-5.5, 5.5)),
        y=Axis(text(zh="标准差 σ", en="standard deviation σ"), range=(0.5, 5.5)),
        value=Axis(text(zh="KL 散度", en="KL divergence"), "nat"), levels=(0.0, 4.0, 0.2),
        series=[*([*walk, valleys] if params.direction == "reverse" else []),
                Series("minimum", text(zh="终点", en="where it ends"), np.array([chosen[0]]), np.array([chosen[1]]),
                       "highlight", "points")],
    )  # fmt: skip
    ledger = Bars(
        id="costs", title=text(zh="各自的目标上各自赢", en="Each wins by its own measure"),
        description=text(
            zh=f"前向拟合：D(p‖q) = {forward:.3f}，D(q‖p) = {covers:.3f}。反向拟合：D(p‖q) = {missed:.3f}，"
            f"D(q‖p) = {value:.3f} nat。",
            en=f"Forward fit: D(p‖q) = {forward:.3f}, D(q‖p) = {covers:.3f}. Reverse fit: D(p‖q) = {missed:.3f}, "
            f"D(q‖p) = {value:.3f} nat.",
        ),
        categories=list(names.values()),
        series=[BarSeries("forward-kl", same("D(p‖q)"), np.array([forward, missed])),
                BarSeries("reverse-kl", same("D(q‖p)"), np.array([covers, value]))],
        x=Axis(text(zh="拟合", en="fit")), y=Axis(text(zh="KL 散度", en="KL divergence"), "nat"),
    )  # fmt: skip
    scalars = {
        "forward_mean": target.mean, "forward_sd": target.sd, "forward_variance": target.sd**2, "forward_kl": forward,
        "forward_fit_reverse_kl": covers, "reverse_mean": mean, "reverse_distance": abs(mean), "reverse_sd": sd,
        "reverse_kl": value, "reverse_fit_forward_kl": missed, "best_reverse_kl": float(best[2]),
        "best_reverse_distance": abs(float(best[0])), "mode_kl": float(ends[2][2]), "switch": switch,
        "steps": float(len(path) - 1),
    }  # fmt: skip
    notes = [
        text(zh=f"前向只要匹配均值和方差：方差 1 + 4w(1−w)d² = {target.sd**2:.2f}，高斯盖住两个峰。",
             en=f"Forward matches mean and variance: 1 + 4w(1−w)d² = {target.sd**2:.2f}, so it covers both bumps."),
        text(zh=f"反向从 μ = {params.start:g} 出发，{len(path) - 1} 步停在 μ = {mean:.2f}、σ = {sd:.2f}，"
             f"D(q‖p) = {value:.4f} nat。",
             en=f"Reverse starts at μ = {params.start:g} and after {len(path) - 1} steps stays at μ = {mean:.2f}, "
             f"σ = {sd:.2f}: D(q‖p) = {value:.4f} nat."),
    ]  # fmt: skip
    if value > best[2] + 1e-6:
        notes.append(text(zh=f"这只是局部最小：μ = {best[0]:.2f} 处有 {best[2]:.4f}。",
                          en=f"This is a local minimum: there is {best[2]:.4f} at μ = {best[0]:.2f}."))  # fmt: skip
    off = max(float(np.abs(np.subtract(both_by_sum(target, *fits[key]), costs[key])).max()) for key in fits)
    check = Check(
        text(zh="四个 KL 值与逐点求和（nat）", en="All four KL values against plain sums over x (nat)"), off, 1e-6
    )
    return Result([densities, landscape, switch_view, ledger], scalars, notes, [check])
