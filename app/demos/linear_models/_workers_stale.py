"""Stale gradients: which step is stable at which delay, on a parabola by simulation and on a logistic regression."""

import numpy as np

from app.core.activations import Array
from app.core.logistic_regression import hessian, newton, penalised_loss
from app.core.losses import logistic_loss
from app.core.parallel_logistic import critical_step
from app.core.stale_gradients import calm_step, delayed_amplitude, delayed_descent, delayed_radius
from app.demos.linear_models._workers_data import dense
from app.kit import Axis, Check, Heatmap, Lines, Result, Series, Text, View, text

ROWS, FEATURES, RIDGE = 1000, 20, 1.0
DELAYS = np.arange(33)
STEPS = np.geomspace(0.02, 2.5, 64)
UPDATES, SIMULATED = 1200, 400


def stale(delay: int, step: float, seed: int) -> Result:
    X, y, _ = dense(ROWS, FEATURES, 1.5, 0.0, np.random.default_rng([seed, 4]))
    best = newton(X, y, RIDGE, tolerance=1e-12).weights
    curvature = float(np.linalg.eigvalsh(hessian(best, X, RIDGE)).max())
    floor = penalised_loss(best, X, y, RIDGE)[0]

    def run(scaled: float, late: int) -> Array:
        path = delayed_descent(
            lambda w: penalised_loss(w, X, y, RIDGE)[1], np.zeros(len(best)), scaled / curvature, late, UPDATES
        )
        z = path @ X.T
        loss = logistic_loss(z, np.broadcast_to(y, z.shape))[0].sum(axis=1)
        return np.asarray((loss + 0.5 * RIDGE * (path**2).sum(axis=1) - floor) / ROWS)

    limit = critical_step(delay)
    runs = {"now": run(step, delay), "fresh": run(step, 0), "below": run(0.95 * limit, delay),
            "above": run(1.05 * limit, delay)}  # fmt: skip
    map_ = delayed_amplitude(STEPS, DELAYS, SIMULATED)
    limits = np.array([critical_step(int(k)) for k in DELAYS])
    calm = np.array([calm_step(int(k)) for k in DELAYS])
    clear = np.abs(np.log(STEPS / limits[:, None])) > 0.02
    wrong = ((map_ > 0) != (limits[:, None] < STEPS)) & clear
    tail = {key: float(path[-(delay + 1) * 4 :].max()) for key, path in runs.items()}
    s = {
        "limit": limit, "calm": calm_step(delay), "radius": delayed_radius(step, delay), "ratio": step / limit,
        "fewer": critical_step(0) / limit, "curvature": curvature / ROWS, "start": float(runs["now"][0]),
        "rate": step / curvature * ROWS, "stable": float(step < limit), "misplaced": float(wrong.sum()),
        "calm_radius": delayed_radius(calm_step(delay), delay),
    } | {f"end_{key}": value for key, value in tail.items()}  # fmt: skip
    s["apart"] = np.log10(s["end_above"] / max(s["end_below"], 1e-16))
    checks = [
        Check(text(zh="闭式解处最大的根离单位圆（τ = 0…32）", en="Largest root at the closed form off the unit circle"),
              max(abs(delayed_radius(value, int(k)) - 1) for k, value in zip(DELAYS, limits, strict=True)), 1e-9),
        Check(text(zh="模拟与闭式解判断不同的格子（离界线 2% 以外）",
                   en="Cells where simulation and closed form disagree (2% off the line)"), s["misplaced"], 0),
    ]  # fmt: skip
    return Result([map_view(map_, limits, calm, delay, step, s), run_view(runs, delay, step, s)], s,
                  notes(delay, step, s), checks)  # fmt: skip


def map_view(map_: Array, limits: Array, calm: Array, delay: int, step: float, s: dict[str, float]) -> View:
    return Heatmap(
        id="map", title=text(zh="步长 × 延迟：哪里稳定", en="Step × delay: where it is stable"),
        description=text(
            zh=f"τ = {delay}：ηL 到 {s['limit']:.4f} 为止稳定，到 {s['calm']:.4f} 为止不来回摆。没有延迟时是 2，"
            f"现在只有 1/{s['fewer']:.1f}。",
            en=f"At τ = {delay} stable up to ηL = {s['limit']:.4f}, and without swinging up to {s['calm']:.4f}. With "
            f"no delay the limit is 2, now 1/{s['fewer']:.1f} of it.",
        ),
        z=np.clip(map_, -3, 3), xs=np.log10(STEPS), ys=DELAYS, diverging=True,
        x=Axis(text(zh="log₁₀ 步长 ηL", en="log₁₀ of the step ηL"), range=(np.log10(STEPS[0]), np.log10(STEPS[-1]))),
        y=Axis(text(zh="延迟 τ（步）", en="delay τ (steps)"), range=(-0.5, 32.5)),
        value=Axis(text(zh=f"{SIMULATED} 步后误差的 log₁₀（截到 ±3）",
                        en=f"log₁₀ error after {SIMULATED} steps (cut at ±3)"),
                   range=(-3, 3)),
        series=[
            Series("limit", text(zh="2 sin(π/(4τ+2))", en="2 sin(π/(4τ+2))"), np.log10(limits), DELAYS,
                   role="reference"),
            Series("calm", text(zh="不摆动：τ^τ/(τ+1)^(τ+1)", en="no swings: τ^τ/(τ+1)^(τ+1)"), np.log10(calm), DELAYS,
                   role="muted"),
            Series("here", text(zh="现在", en="here"), [np.log10(step)], [delay], role="highlight", draw="points"),
        ],
    )  # fmt: skip


def run_view(runs: dict[str, Array], delay: int, step: float, s: dict[str, float]) -> View:
    names = {
        "now": text(zh=f"ηL = {step:g}，τ = {delay}", en=f"ηL = {step:g}, τ = {delay}"),
        "fresh": text(zh=f"ηL = {step:g}，没有延迟", en=f"ηL = {step:g}, no delay"),
        "below": text(zh=f"τ = {delay}，界限的 0.95 倍", en=f"τ = {delay}, 0.95 of the limit"),
        "above": text(zh=f"τ = {delay}，界限的 1.05 倍", en=f"τ = {delay}, 1.05 of the limit"),
    }
    return Lines(
        id="runs", title=text(zh=f"真的逻辑回归：{ROWS} 行，从 0 出发",
                              en=f"A real logistic regression: {ROWS} rows, from 0"),
        description=text(
            zh=f"界限的 0.95 倍，末尾离最优 {s['end_below']:.1e}；1.05 倍，停不下来，摆幅 {s['end_above']:.1e} nat。",
            en=f"At 0.95 of the limit it ends {s['end_below']:.1e} above the minimum; at 1.05 it never settles and "
            f"swings up to {s['end_above']:.1e} nat.",
        ),
        series=[Series(key, names[key], np.arange(0, UPDATES + 1, 2), np.maximum(path[::2], 1e-16),
                       role="highlight" if key == "now" else "main") for key, path in runs.items()],
        x=Axis(text(zh="更新次数", en="updates")),
        y=Axis(text(zh="损失 − 最小值", en="loss − minimum"), unit="nat", log=True, range=(1e-16, 10)),
    )  # fmt: skip


def notes(delay: int, step: float, s: dict[str, float]) -> list[Text]:
    verdict_zh = "稳定" if s["stable"] else "不稳定"
    verdict_en = "stable" if s["stable"] else "unstable"
    return [
        text(
            zh=f"$z^{{\\tau+1}}-z^\\tau+\\eta L=0$ 的最大的根：|z| = {s['radius']:.4f}，{verdict_zh}。"
            f"ηL = {step:g} 是界限的 {s['ratio']:.2f} 倍。L 是最优解处海森的最大特征值（每行 {s['curvature']:.3f}），"
            f"所以 η = {s['rate']:.2f}（对平均损失）。",
            en=f"The largest root of $z^{{\\tau+1}}-z^\\tau+\\eta L=0$ is |z| = {s['radius']:.4f}: {verdict_en}. "
            f"ηL = {step:g} is {s['ratio']:.2f} of the limit. L is the largest eigenvalue of the Hessian at the "
            f"optimum "
            f"({s['curvature']:.3f} per row), so η = {s['rate']:.2f} on the mean loss.",
        ),
        text(
            zh="越过界限并不会冲向无穷：逻辑损失的梯度有界，离得越远曲率越小，于是在最优解周围来回摆，再也停不下来。",
            en="Past the limit it does not run off to infinity: the gradient of the logistic loss is bounded and the "
            "curvature falls further out, so the weights swing about the optimum and never settle.",
        ),
    ]
