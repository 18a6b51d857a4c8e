"""A quadratic in 50 dimensions: the spectrum decides how many iterations each method needs."""

import math

import numpy as np

from app.core.conjugate import conjugate_gradients
from app.core.descent import bfgs, exact_search, lbfgs, newton, steepest_descent, stepper
from app.core.descent_theory import best_heavy_ball, conjugate_rate, gradient_rate, steps_for
from app.core.optimisers import sgd
from app.core.race import watch
from app.core.surfaces import clustered
from app.demos.optimisation._race_methods import MEMORY, NAMES
from app.demos.optimisation._race_surface import FLOOR, height_lines, thinned

from app.kit import Axis, Bars, BarSeries, Check, Result, Series, text  # isort: skip

N, GAIN, SHOWN = 50, 1e6, 120


def spectrum(kappa: float, distinct: int, steps: int, seed: int) -> Result:
    surface = clustered(kappa, distinct, N, np.random.default_rng([seed, 1]))
    start = np.random.default_rng([seed, 2]).standard_normal(N)
    rate, beta = best_heavy_ball(1.0, kappa)
    methods = {
        "gd": stepper(lambda w: sgd(w), 2 / (1 + kappa)),
        "momentum": stepper(lambda w: sgd(w, beta), rate),
        "steepest": steepest_descent(exact_search),
        "newton": newton,
        "bfgs": bfgs(exact_search, scaled=False),
        "lbfgs": lbfgs(exact_search, MEMORY, scaled=False),
        "cg": conjugate_gradients(exact_search),
    }
    f0 = surface.value(start)
    small = 1e-9 * float(np.linalg.norm(surface.gradient(start)))
    traces = {m: watch(method, surface, start, steps, small) for m, method in methods.items()}
    there = {m: t.steps_to(f0 / GAIN) for m, t in traces.items()}
    scalars = {f"{m}_steps": k for m, k in there.items()} | {
        "distinct": float(distinct), "gd_factor": gradient_rate(kappa), "cg_factor": conjugate_rate(kappa),
        "gd_bound": float(steps_for(gradient_rate(kappa) ** 2, GAIN)),
        "cg_bound": float(steps_for(conjugate_rate(kappa) ** 2, 4 * GAIN)),
        "cg_work": float(traces["cg"].work[-1]), "newton_work": float(traces["newton"].work[-1]),
    }  # fmt: skip
    # Against theory: the bounds, BFGS = CG with exact line searches, and CG's finite termination.
    gd, cg, qn = traces["gd"].heights, traces["cg"].heights, traces["bfgs"]
    k = np.arange(max(len(gd), len(cg)))
    gd_bound, cg_bound = f0 * gradient_rate(kappa) ** (2 * k), np.minimum(4 * f0 * conjugate_rate(kappa) ** (2 * k), f0)
    together = min(distinct, 6, len(traces["cg"].path) - 1, len(qn.path) - 1) + 1
    gap = float(np.abs(traces["cg"].path[:together] - qn.path[:together]).max() / np.linalg.norm(start))
    checks = [
        Check(text(zh="BFGS 与 CG 的前几步之差（精确线搜索，H₀ = I）",
                   en="BFGS against CG, first steps (exact search, H₀ = I)"),
              gap, 1e-6),
        Check(text(zh="梯度下降超出其上界（÷ f₀）", en="Gradient descent above its bound (÷ f₀)"),
              max(0.0, float((gd - gd_bound[: len(gd)]).max())) / f0, 1e-12),
        Check(text(zh="CG 超出其上界（÷ f₀）", en="CG above its bound (÷ f₀)"),
              max(0.0, float((cg - cg_bound[: len(cg)]).max())) / f0, 1e-12),
    ]  # fmt: skip
    keep = thinned(steps + 1)
    dashed = [
        Series("theory", text(zh="上界 ((κ−1)/(κ+1))²ᵏ", en="bound ((κ−1)/(κ+1))²ᵏ"), keep,
               np.clip(f0 * gradient_rate(kappa) ** (2.0 * keep), FLOOR, None), role="reference"),
        Series("reference", text(zh="上界 4((√κ−1)/(√κ+1))²ᵏ", en="bound 4((√κ−1)/(√κ+1))²ᵏ"), keep,
               np.clip(4 * f0 * conjugate_rate(kappa) ** (2.0 * keep), FLOOR, None), role="reference"),
    ]  # fmt: skip
    axis = Axis(text(zh="迭代", en="iteration"), range=(0.0, float(min(steps, SHOWN))))
    names = list(there)
    bars = Bars(
        id="iterations-needed", title=text(zh="f 缩小 10⁶ 倍要几步", en="Iterations until f is 10⁶ times smaller"),
        description=text(zh=f"CG {number(there['cg'])} 步，不同的特征值有 {distinct} 个；牛顿 "
                            f"{number(there['newton'])} 步，"
                         f"梯度下降 {number(there['gd'])}。",
                         en=f"CG: {number(there['cg'])}, with {distinct} distinct eigenvalues; Newton: "
                         f"{number(there['newton'])}; gradient descent: {number(there['gd'])}."),
        categories=[NAMES[m] for m in names],
        series=[BarSeries("steps", text(zh="步数", en="iterations"), np.array([there[m] for m in names]))],
        x=Axis(text(zh="方法", en="method")), y=Axis(text(zh="步数", en="iterations"), log=True, range=(0.8, 1e3)),
    )  # fmt: skip
    views = [
        height_lines("iterations", text(zh="按迭代次数，虚线是理论", en="By iterations; theory dashed"), axis,
                     {m: np.arange(len(t.heights)) for m, t in traces.items()}, traces, dashed),
        height_lines("work", text(zh="按工作量：牛顿的一个 Hessian 值 50 个梯度",
                                  en="By work: a Hessian costs 50 gradients"),
                     Axis(text(zh="工作量（梯度数）",
                               en="work (gradients)"), range=(0.0, float(min(2 * steps, 2 * SHOWN)))),
                     {m: t.work for m, t in traces.items()}, traces),
        bars,
    ]  # fmt: skip
    return Result(views, scalars, [
        text(zh=f"κ = {kappa:g}，50 维，{distinct} 个不同的特征值，f 缩小 10⁶ 倍：CG {number(there['cg'])} 步，"
             f"最优动量 {number(there['momentum'])} 步，梯度下降 {number(there['gd'])} 步。",
             en=f"κ = {kappa:g}, 50 dimensions, {distinct} distinct eigenvalues, f 10⁶ times smaller: CG takes "
             f"{number(there['cg'])} steps, the best momentum "
             f"{number(there['momentum'])}, gradient descent {number(there['gd'])}."),
        text(zh="精确线搜索下，从 H₀ = I 开始的 BFGS 与 CG 走同一条路（舍入误差除外）：二次函数上，n² "
             "的内存换不到更少的步数。",
             en="With exact line searches BFGS from H₀ = I walks the path of CG, rounding apart: on a quadratic n² "
             "numbers buy no fewer steps."),
    ], checks)  # fmt: skip


def number(steps: float) -> str:
    return "–" if math.isnan(steps) else f"{steps:.0f}"
