"""The race with noisy gradients: what a step amplifies, and where each method settles. Several seeds, spread shown."""

import math

import numpy as np

from app.core.descent import bfgs, stepper
from app.core.noisy_descent import noise_floor, noisy_heights, scaled_newton, unit_search
from app.core.optimisers import sgd
from app.core.race import watch
from app.core.surfaces import Oracle, clustered
from app.demos.optimisation._race_methods import KEYS, NAMES
from app.demos.optimisation._race_surface import FLOOR, thinned

from app.kit import Axis, Bars, BarSeries, Check, Lines, Result, Series, View, same, text  # isort: skip

N, SEEDS = 10, 8


def noise(kappa: float, sigma: float, newton_step: float, steps: int, seed: int) -> Result:
    surface = clustered(kappa, N, N, np.random.default_rng([seed, 1]))
    assert surface.matrix is not None
    curvatures, axes = np.linalg.eigh(surface.matrix)
    start = np.random.default_rng([seed, 2]).standard_normal(N)
    methods = {
        "gd": stepper(lambda w: sgd(w), 1 / kappa),
        "momentum": stepper(lambda w: sgd(w, 0.9), 0.1 / kappa),
        "newton": scaled_newton(newton_step),
        "bfgs": bfgs(unit_search),
    }
    heights = {m: np.full((SEEDS, steps + 1), np.inf) for m in methods}
    for m, method in methods.items():
        for i in range(SEEDS):
            oracle = Oracle(surface, sigma, np.random.default_rng([seed, 3, i]))
            run = watch(method, surface, start, steps, -1.0, oracle).heights
            heights[m][i, : len(run)] = run
    tail = {m: h[:, steps // 2 :].mean(axis=1) for m, h in heights.items()}
    usual = {m: float(np.median(h[:, steps // 2 :])) for m, h in heights.items()}
    highest = {m: float(h[:, steps // 2 :].max()) for m, h in heights.items()}
    scales = {"gd": np.full(N, 1 / kappa), "newton": newton_step / curvatures}
    expected = {m: noisy_heights(curvatures, c, start @ axes, sigma, steps) for m, c in scales.items()}
    floors = {m: noise_floor(curvatures, c, sigma) for m, c in scales.items()}
    scalars = {f"{m}_tail": float(np.median(t)) for m, t in tail.items()} | {
        f"{m}_floor": floor for m, floor in floors.items()
    } | {"floor_ratio": floors["newton"] / floors["gd"] if floors["gd"] else math.nan,
         "bfgs_usual": usual["bfgs"], "bfgs_jump": highest["bfgs"] / max(usual["bfgs"], 1e-300),
         "newton_jump": highest["newton"] / max(usual["newton"], 1e-300)}  # fmt: skip
    checks = []
    for m in scales:
        theory = float(expected[m][steps // 2 :].mean())
        error = float(tail[m].std(ddof=1)) / math.sqrt(SEEDS)
        off = abs(float(tail[m].mean()) - theory) / error if error > 1e-12 * max(theory, 1e-300) else 0.0
        checks.append(
            Check(
                text(
                    zh=f"{NAMES[m].zh}：均值与闭式期望之差（标准误）",
                    en=f"{NAMES[m].en}: mean against the closed form (standard errors)",
                ),
                off,
                4.5,
            )
        )
    keep = thinned(steps + 1)
    series = [Series(KEYS[m], NAMES[m], keep, np.clip(np.median(h, axis=0)[keep], FLOOR, 1e12), draw="line")
              for m, h in heights.items()]  # fmt: skip
    series += [Series("theory" if m == "gd" else "reference",
                      text(zh=f"{NAMES[m].zh}：期望", en=f"{NAMES[m].en}: expected"), keep,
                      np.clip(expected[m][keep], FLOOR, 1e12), role="reference") for m in scales]  # fmt: skip
    names = list(tail)
    views: list[View] = [
        Lines(
            id="noisy", title=text(zh=f"{SEEDS} 个种子的中位数，虚线是闭式期望",
                                   en=f"Median of {SEEDS} seeds; expectation dashed"),
            description=text(
                zh=f"后半程通常的高度：梯度下降 {usual['gd']:.2g}，动量 {usual['momentum']:.2g}，牛顿 "
                f"{usual['newton']:.2g}，BFGS {usual['bfgs']:.2g}。",
                en=f"Usual height in the second half: gradient descent {usual['gd']:.2g}, momentum "
                f"{usual['momentum']:.2g}, Newton {usual['newton']:.2g}, BFGS {usual['bfgs']:.2g}.",
            ),
            series=series, x=Axis(text(zh="迭代", en="iteration"), range=(0.0, float(steps))),
            y=Axis(same("f − f*"), log=True, range=(1e-6, 1e5)),
        ),
        Bars(
            id="floors", title=text(zh="后半程：通常多高，最高多高", en="Second half: usual height and highest spike"),
            description=text(
                zh=f"BFGS 通常在 {usual['bfgs']:.2g}，最高冲到 {highest['bfgs']:.2g}；整个后半程牛顿在 "
                f"{usual['newton']:.2g} 上下，最高 {highest['newton']:.2g}。",
                en=f"BFGS is usually at {usual['bfgs']:.2g} and jumps to {highest['bfgs']:.2g} at worst; Newton stays "
                f"about {usual['newton']:.2g}, {highest['newton']:.2g} at most.",
            ),
            categories=[NAMES[m] for m in names],
            series=[BarSeries("height-0", text(zh="通常（中位数）", en="usual (median)"),
                              np.clip([usual[m] for m in names], FLOOR, 1e12)),
                    BarSeries("height-1", text(zh="最高的一步", en="highest step"),
                              np.clip([highest[m] for m in names], FLOOR, 1e12))],
            x=Axis(text(zh="方法", en="method")), y=Axis(same("f − f*"), log=True, range=(1e-6, 1e9)),
        ),
    ]  # fmt: skip
    step = "走整步" if newton_step == 1 else f"只走 {newton_step:g} 步"
    return Result(views, scalars, [
        text(zh=f"噪声底：梯度下降 {floors['gd']:.3g}，牛顿{step} {floors['newton']:.3g}，是 "
                f"{scalars['floor_ratio']:.3g} 倍。牛顿把平坦方向的噪声放大 1/λ 倍。",
             en=f"Noise floors: gradient descent {floors['gd']:.3g}; Newton with step {newton_step:g} "
             f"{floors['newton']:.3g}, {scalars['floor_ratio']:.3g} times that. Newton multiplies the noise of a flat "
             "direction by 1/λ."),
        text(zh="BFGS（每步走整步）的 y 是两个带噪梯度之差，曲率学自噪声：平时不算高，偶尔学错，一步飞出去。",
             en="BFGS (full steps) takes y from two noisy gradients and learns curvature from noise: usually not high, "
             "but now and then it is wrong and jumps far away."),
    ], checks)  # fmt: skip
