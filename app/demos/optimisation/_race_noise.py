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
    scales = {"gd": np.full(N, 1 / kappa), "newton": newton_step / curvatures}
    expected = {m: noisy_heights(curvatures, c, start @ axes, sigma, steps) for m, c in scales.items()}
    floors = {m: noise_floor(curvatures, c, sigma) for m, c in scales.items()}
    scalars = {f"{m}_tail": float(np.median(t)) for m, t in tail.items()} | {
        f"{m}_floor": floor for m, floor in floors.items()
    } | {"floor_ratio": floors["newton"] / floors["gd"] if floors["gd"] else math.nan,
         "bfgs_spread": float(tail["bfgs"].max() / max(tail["bfgs"].min(), 1e-300)),
         "newton_spread": float(tail["newton"].max() / max(tail["newton"].min(), 1e-300))}  # fmt: skip
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
                zh=f"后半程的中位数：梯度下降 {scalars['gd_tail']:.3g}，牛顿 {scalars['newton_tail']:.3g}，BFGS "
                f"{scalars['bfgs_tail']:.3g}。",
                en=f"Over the second half: gradient descent {scalars['gd_tail']:.3g}, Newton "
                f"{scalars['newton_tail']:.3g}, BFGS {scalars['bfgs_tail']:.3g}.",
            ),
            series=series, x=Axis(text(zh="迭代", en="iteration"), range=(0.0, float(steps))),
            y=Axis(same("f − f*"), log=True, range=(1e-6, 1e5)),
        ),
        Bars(
            id="floors", title=text(zh="后半程的平均高度：各种子的最小、中位、最大",
                                    en="Mean height of the second half: least, median, largest seed"),
            description=text(
                zh=f"BFGS 的种子之间从 {tail['bfgs'].min():.2g} 到 {tail['bfgs'].max():.2g}；牛顿从 "
                f"{tail['newton'].min():.2g} 到 {tail['newton'].max():.2g}。",
                en=f"Seeds of BFGS range from {tail['bfgs'].min():.2g} to {tail['bfgs'].max():.2g}, those of Newton "
                   f"from "
                f"{tail['newton'].min():.2g} to {tail['newton'].max():.2g}.",
            ),
            categories=[NAMES[m] for m in names],
            series=[BarSeries(key, name, np.clip([pick(tail[m]) for m in names], FLOOR, 1e12))
                    for key, name, pick in (("least", text(zh="最小", en="least"), np.min),
                                            ("median", text(zh="中位", en="median"), np.median),
                                            ("largest", text(zh="最大", en="largest"), np.max))],
            x=Axis(text(zh="方法", en="method")), y=Axis(same("f − f*"), log=True, range=(1e-6, 1e5)),
        ),
    ]  # fmt: skip
    step = "走整步" if newton_step == 1 else f"只走 {newton_step:g} 步"
    return Result(views, scalars, [
        text(zh=f"噪声底：梯度下降 {floors['gd']:.3g}，牛顿{step} {floors['newton']:.3g}，是 "
                f"{scalars['floor_ratio']:.3g} 倍。"
             f"牛顿把平坦方向的噪声放大 1/λ 倍。",
             en=f"Noise floors: gradient descent {floors['gd']:.3g}; Newton with step {newton_step:g} "
             f"{floors['newton']:.3g}, {scalars['floor_ratio']:.3g} times that. Newton multiplies the noise of a flat "
             "direction by 1/λ."),
        text(zh="BFGS 的 y 是两个带噪梯度之差：曲率是从噪声里学来的，所以种子之间差好几个数量级。",
             en="BFGS takes y from two noisy gradients: it learns curvature from noise, so seeds differ by orders of "
             "magnitude."),
    ], checks)  # fmt: skip
