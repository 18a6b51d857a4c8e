"""The tab of the cliff: descent on the loss of a one-unit RNN, with and without clipping."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.cliff import Descent, clip, descend, one_unit_gradient, one_unit_loss
from app.demos.recurrent._time_views import sci
from app.kit import Axis, Check, Heatmap, Lines, Mark, Result, Series, Text, View, text

TARGET, SHORT = 0.7, 5
W, B = (3.0, 8.0), (-5.0, -1.0)
WINDOW = 20
KEYS = {"free": "clip-3", "by-norm": "clip-0", "by-value": "clip-2"}
RUNS = {
    "free": text(zh="不裁剪", en="no clipping"),
    "by-norm": text(zh="按范数裁剪", en="clipped by norm"),
    "by-value": text(zh="逐分量截断", en="clipped by value"),
}  # fmt: skip


def cliff_tab(w: float, b: float, lr: float, bound: float, updates: int, steps: int) -> Result:
    runs = dict(zip(RUNS, descend(w, b, lr, updates, steps, TARGET, [(None, False), (bound, False), (bound, True)]),
                    strict=True))  # fmt: skip
    _, d_w, d_b = (float(v) for v in one_unit_gradient(np.array(w), np.array(b), steps, TARGET))
    cut = {name: clip(d_w, d_b, bound, name == "by-value") for name in ("by-norm", "by-value")}
    angles = {name: math.degrees(abs(math.atan2(d_w * v - d_b * u, d_w * u + d_b * v))) for name, (u, v) in cut.items()}
    scalars = {
        "first_norm": math.hypot(d_w, d_b), "first_d_w": d_w, "w_after_one": float(runs["free"].w[1]),
        "b_after_one": float(runs["free"].b[1]), "w_after_one_clipped": float(runs["by-norm"].w[1]),
        "start_loss": float(runs["free"].loss[0]), "angle_norm": angles["by-norm"], "angle_value": angles["by-value"],
        "solved": reached(runs["by-norm"]), "largest_norm": float(runs["by-norm"].norm.max()),
        "stuck": float(runs["free"].norm[-1] == 0),
    }  # fmt: skip
    for name, run in runs.items():
        scalars[f"end_{name.replace('-', '_')}"] = float(run.loss[-1])
    return Result([surface(runs, steps, scalars), losses(runs, bound, scalars), norms(runs, bound, scalars)], scalars,
                  notes(scalars, w, lr, bound, updates), checks(w, b, steps, d_w))  # fmt: skip


def reached(run: Descent) -> float:
    """The first update with a loss below 0.001; NaN if there is none."""
    below = np.flatnonzero(run.loss < 1e-3)
    return float(below[0]) if below.size else math.nan


def checks(w: float, b: float, steps: int, d_w: float) -> list[Check]:
    h = 1e-6
    at = np.array([w - h, w + h])
    low, high = one_unit_loss(at, np.full(2, b), SHORT, TARGET)
    short = float(one_unit_gradient(np.array(w), np.array(b), SHORT, TARGET)[1])
    what = text(zh=f"展开 {SHORT} 步的梯度，与有限差分", en=f"Gradient over {SHORT} steps, against finite differences")
    out = [Check(what, abs(float(high - low) / (2 * h) - short) / max(abs(short), 1e-3), 1e-5)]
    slope = w / 4
    if abs(b + w / 2) < 1e-12 and abs(slope - 1) > 1e-9:  # x = 1/2 is a fixed point: a geometric series
        exact = 2 * (0.5 - TARGET) * (slope**steps - 1) / (slope - 1) / 8
        what = text(zh="不动点上的 ∂L/∂w，与等比级数（相对）", en="∂L/∂w at the fixed point, against its series")
        out.append(Check(what, abs(d_w / exact - 1), 1e-6))
    return out


def surface(runs: dict[str, Descent], steps: int, s: dict[str, float]) -> View:
    ws, bs = np.linspace(*W, 76), np.linspace(*B, 61)
    z = one_unit_loss(*np.meshgrid(ws, bs), steps, TARGET)
    paths = [Series(KEYS[k], RUNS[k], clipped(run.w, W), clipped(run.b, B)) for k, run in runs.items()]
    start = runs["free"]
    paths.append(Series("start", text(zh="起点", en="start"), start.w[:1], start.b[:1], "reference", "points"))
    return Heatmap(
        id="surface", z=np.round(z, 5), xs=ws, ys=bs, series=paths, x=Axis(text(zh="权重 w", en="Weight w"), range=W),
        y=Axis(text(zh="偏置 b", en="Bias b"), range=B), value=Axis(text(zh="损失", en="Loss"), range=(0.0, 0.5)),
        title=text(zh=f"一个单元、{steps} 步：损失曲面有悬崖", en=f"One unit, {steps} steps: the loss has a cliff"),
        description=text(
            zh=f"起点的梯度范数是 {sci(s['first_norm'])}。不裁剪，一步之后 w = {sci(s['w_after_one'])}，出了图；"
            f"按范数裁剪，一步之后 w = {s['w_after_one_clipped']:.3f}。",
            en=f"The gradient norm at the start is {sci(s['first_norm'])}. Unclipped, one step takes w to "
            f"{sci(s['w_after_one'])}, off the map; clipped by norm, to {s['w_after_one_clipped']:.3f}.",
        ),
    )  # fmt: skip


def clipped(values: Array, window: tuple[float, float]) -> Array:
    """Where a path leaves the map it is drawn just beyond its edge."""
    margin = 0.05 * (window[1] - window[0])
    return np.clip(np.nan_to_num(values, nan=window[1] + margin), window[0] - margin, window[1] + margin)


def windows(curve: Array, pick: Callable[..., Any]) -> tuple[Array, Array]:
    """One value for every WINDOW updates: the paths jump to and fro across the cliff."""
    starts = range(0, len(curve) - 1, WINDOW)
    return np.array(starts, dtype=float), np.array([pick(curve[start : start + WINDOW]) for start in starts])


def losses(runs: dict[str, Descent], bound: float, s: dict[str, float]) -> View:
    return Lines(
        id="losses",
        title=text(zh=f"每 {WINDOW} 次更新里最低的损失", en=f"Least loss in every {WINDOW} updates"),
        description=text(
            zh=f"最后的损失：不裁剪 {s['end_free']:.2g}，按范数裁剪到 {bound:g} 是 {s['end_by_norm']:.1g}。",
            en=f"Loss at the end: {s['end_free']:.2g} unclipped, {s['end_by_norm']:.1g} clipped to norm {bound:g}.",
        ),
        series=[Series(KEYS[k], RUNS[k], *windows(np.maximum(run.loss, 1e-8), np.min)) for k, run in runs.items()],
        x=Axis(text(zh="更新次数", en="Updates"), range=(0, len(runs["free"].loss) - 1)),
        y=Axis(text(zh="损失", en="Loss"), log=True, range=(1e-6, 1)),
    )  # fmt: skip


def norms(runs: dict[str, Descent], bound: float, s: dict[str, float]) -> View:
    return Lines(
        id="gradient-norms",
        title=text(zh=f"每 {WINDOW} 次更新里最大的梯度范数（裁剪前）",
                   en=f"Largest gradient norm in every {WINDOW} updates (before clipping)"),
        description=text(
            zh=f"按范数裁剪的那次，途中的梯度范数最大到过 {sci(s['largest_norm'])}。",
            en=f"On the way of the run clipped by norm, the gradient norm reached {sci(s['largest_norm'])}.",
        ),
        series=[Series(KEYS[k], RUNS[k], *windows(np.maximum(run.norm, 1e-12), np.max)) for k, run in runs.items()],
        x=Axis(text(zh="更新次数", en="Updates"), range=(0, len(runs["free"].norm) - 1)),
        y=Axis(text(zh="梯度范数", en="Gradient norm"), log=True),
        marks=[Mark(bound, text(zh="裁剪上限", en="clip"))],
    )  # fmt: skip


def notes(s: dict[str, float], w: float, lr: float, bound: float, updates: int) -> list[Text]:
    out = [text(
        zh=f"起点的梯度范数 {sci(s['first_norm'])}：不裁剪，学习率 {lr:g} 的一步就把 w 从 {w:g} 送到 "
        f"{sci(s['w_after_one'])}，最后损失 {s['end_free']:.2g}。",
        en=f"The gradient norm at the start is {sci(s['first_norm'])}: unclipped, one step at learning rate {lr:g} "
        f"takes w from {w:g} to {sci(s['w_after_one'])}; loss at the end {s['end_free']:.2g}.",
    )]  # fmt: skip
    if s["stuck"]:
        out.append(text(zh="那里 sigmoid 完全饱和，梯度恰好是 0：再也回不来。",
                        en="There the sigmoid is flat and the gradient exactly 0: there is no way back."))  # fmt: skip
    if math.isfinite(s["solved"]):
        out.append(text(
            zh=f"按范数裁剪到 {bound:g}：第 {s['solved']:.0f} 次更新时损失低于 0.001，途中几次撞上悬崖又退回来。",
            en=f"Clipped to norm {bound:g} it bounces off the cliff, and is below 0.001 at update {s['solved']:.0f}.",
        ))  # fmt: skip
    else:
        out.append(text(
            zh=f"按范数裁剪到 {bound:g}：{updates} 次更新里没有降到 0.001 以下，但一步也没有飞走。",
            en=f"Clipped to norm {bound:g} it is not below 0.001 in {updates} updates, but no step flew away.",
        ))  # fmt: skip
    out.append(text(
        zh=f"按范数裁剪不改方向（{s['angle_norm']:.0f}°）；逐分量截断把第一步的方向转了 {s['angle_value']:.1f}°。",
        en=f"Clipping by norm keeps the direction ({s['angle_norm']:.0f}°); by value it turned the first step by "
        f"{s['angle_value']:.1f}°.",
    ))  # fmt: skip
    return out
