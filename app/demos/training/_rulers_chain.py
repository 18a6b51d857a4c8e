"""The second tab of two_rulers: the two-factor chain, its conserved quantity and its closed forms."""

import numpy as np

from app.core.activations import Array
from app.core.scalar_chain import balanced_flow, descent, factors, flow, flow_time, half_time, limits
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, View, same, text

SMALL, MODES = 0.01, (1.0, 0.5, 0.25)


def chain(a0: float, b0: float, s: float, lr: float) -> Result:
    D, u0 = a0 * a0 - b0 * b0, a0 * b0
    ends = limits(a0, b0, s)
    share = np.linspace(0, 0.999, 200)
    u = u0 + (s - u0) * share
    times = flow_time(u, u0, D, s)
    steps = int(np.ceil(times[-1] / lr))
    path = descent(a0, b0, s, lr, steps)
    error = s - path[:, 0] * path[:, 1]
    exact = flow(a0, b0, s, float(times[-1]), 400)
    inside = np.abs(exact[:, 0] * exact[:, 1] - s) > 1e-3 * abs(s - u0)
    ran = flow_time((exact[:, 0] * exact[:, 1])[inside], u0, D, s) - np.linspace(0, times[-1], 401)[inside]
    halves = [(a0 + ends[0]) / 2, (b0 + ends[1]) / 2]
    at = [halves[0] * np.sqrt(halves[0] ** 2 - D), halves[1] * np.sqrt(halves[1] ** 2 + D)]
    half_a, half_b = (float(flow_time(np.array(v), u0, D, s)) for v in at)
    small_first = (half_a, half_b) if a0 <= b0 else (half_b, half_a)
    scalars: dict[str, float] = {
        "a_end": ends[0], "b_end": ends[1], "conserved": D,
        "conserved_after": float(path[-1, 0] ** 2 - path[-1, 1] ** 2),
        "half_small": small_first[0], "half_large": small_first[1], "half_strong": half_time(s, SMALL * s),
        "half_weak": half_time(s / 4, SMALL * s), "steps": float(steps),
    }  # fmt: skip
    every = max(1, steps // 60)
    return Result(
        views=[
            _plane(a0, b0, s, D, ends, path[::every]), _time(path, lr, every, times, u, D, scalars),
            _modes(s, scalars),
        ],
        scalars=scalars,
        notes=[
            text(zh=rf"梯度流守恒 $a^2-b^2={D:.3g}$，所以终点只能是 $a={ends[0]:.4g}$、$b={ends[1]:.4g}$。离散的一步"
                 rf"把它乘以 $1-\eta^2e^2$：{steps} 步之后是 ${scalars['conserved_after']:.4g}$。",
                 en=rf"Gradient flow keeps $a^2-b^2={D:.3g}$, so it can only end at $a={ends[0]:.4g}$, "
                 rf"$b={ends[1]:.4g}$. A discrete step multiplies it by $1-\eta^2e^2$: after {steps} steps it is "
                 f"${scalars['conserved_after']:.4g}$."),
            _speed(D, small_first),
            text(zh=rf"从同样小的 $u_0$ 出发，强度 $s$ 的模式用 {scalars['half_strong']:.2f} 学会一半，强度 $s/4$ 的要 "
                 f"{scalars['half_weak']:.2f}：强的先学会。",
                 en=rf"From one small $u_0$ a mode of strength $s$ is half learnt at {scalars['half_strong']:.2f}, "
                 rf"one of $s/4$ at {scalars['half_weak']:.2f}: strong modes first."),
        ],
        checks=[
            Check(text(zh="闭式时间与龙格–库塔积分之差", en="closed-form time against Runge–Kutta"),
                  float(np.abs(ran).max()), 1e-4),
            Check(text(zh="a² − b² 与 D·∏(1 − η²e²) 之差", en="a² − b² against D·∏(1 − η²e²)"),
                  abs(scalars["conserved_after"] - D * float(np.prod(1 - (lr * error[:-1]) ** 2))), 1e-9),
        ],
    )  # fmt: skip


def _speed(D: float, halves: tuple[float, float]) -> Text:
    law = r"$\dot a\propto b$, $\dot b\propto a$"
    if D == 0:
        return text(
            zh=f"{law}：起点相等，两个因子处处相等，同时走完一半（{halves[0]:.3f}）。",
            en=f"{law}: equal at the start, they stay equal and are half way together ({halves[0]:.3f}).",
        )
    return text(
        zh=f"{law}：小的因子动得快。它走完自己一半的路用时 {halves[0]:.3f}，大的用 {halves[1]:.3f}。",
        en=f"{law}: the smaller factor moves faster. It is half way at time {halves[0]:.3f}, the larger one at "
        f"{halves[1]:.3f}.",
    )


def _plane(a0: float, b0: float, s: float, D: float, ends: tuple[float, float], path: Array) -> View:
    top = 1.15 * max(a0, b0, *ends, np.sqrt(s))
    curve = np.linspace(1e-9, 4 * top * top, 400)
    hyperbola = factors(curve, D)
    a = np.linspace(s / top, top, 200)
    shown = f"{D:.3g}".replace("-", "−")
    return Lines(
        id="plane", title=text(zh="参数平面上的轨迹", en="The path in the plane of the two factors"),
        description=text(
            zh=f"从 ({a0:g}, {b0:g}) 沿双曲线 a² − b² = {shown} 走到 ({ends[0]:.3f}, {ends[1]:.3f})。",
            en=f"From ({a0:g}, {b0:g}) along the hyperbola a² − b² = {shown} to ({ends[0]:.3f}, {ends[1]:.3f})."),
        series=[
            Series("solutions", text(zh="损失为 0：ab = s", en="loss 0: ab = s"), a, s / a, "muted"),
            Series("theory", same("a² − b² = D"), hyperbola[0], hyperbola[1], "reference"),
            Series("descent", text(zh="梯度下降", en="gradient descent"), path[:, 0], path[:, 1], draw="both"),
        ],
        x=Axis(same("a"), range=(0, top)), y=Axis(same("b"), range=(0, top)), equal=True,
    )  # fmt: skip


def _time(path: Array, lr: float, every: int, times: Array, u: Array, D: float, c: dict[str, float]) -> View:
    steps = lr * np.arange(len(path))[::every]
    a, b = factors(u, D)
    return Lines(
        id="time", title=text(zh="谁先到：两个因子与它们的积", en="Who arrives first: the factors and their product"),
        description=text(
            zh=f"走完一半：小的因子 {c['half_small']:.3f}，大的因子 {c['half_large']:.3f}。虚线是闭式。",
            en=f"Half way: the smaller factor at {c['half_small']:.3f}, the larger at {c['half_large']:.3f}. "
            "Dashed: closed form."),
        series=[
            Series("factor-0", same("a"), steps, path[::every, 0], draw="points"),
            Series("factor-1", same("b"), steps, path[::every, 1], draw="points"),
            Series("factor-2", same("ab"), steps, (path[:, 0] * path[:, 1])[::every], draw="points"),
            Series("theory", text(zh="闭式", en="closed form"),
                   np.concatenate([times, [np.nan], times, [np.nan], times]),
                   np.concatenate([a, [np.nan], b, [np.nan], u]), "reference"),
        ],
        x=Axis(text(zh="时间 t = η × 步数", en="time t = η × steps"), range=(0, float(times[-1]))),
        y=Axis(text(zh="值", en="value")),
    )  # fmt: skip


def _modes(s: float, c: dict[str, float]) -> View:
    u0 = SMALL * s
    longest = 2 * half_time(s / 4, u0)
    t = np.linspace(0, longest, 200)
    lr = longest / 2000
    drawn = []
    for k, share in enumerate(MODES):
        start = np.sqrt(u0)
        path = descent(start, start, share * s, lr, 2000)[::50]
        name = same(f"s = {share * s:.3g}")
        drawn.append(Series(f"mode-{k}", name, 50 * lr * np.arange(len(path)), path[:, 0] * path[:, 1] / (share * s),
                            draw="points"))  # fmt: skip
    closed = [np.append(balanced_flow(t, share * s, u0) / (share * s), np.nan) for share in MODES]
    drawn.append(Series("theory", text(zh="闭式", en="closed form"), np.tile(np.append(t, np.nan), len(MODES)),
                        np.concatenate(closed), "reference"))  # fmt: skip
    return Lines(
        id="modes", title=text(zh="强的模式先学会（a = b，同样小的起点）", en="Strong modes first (small a = b)"),
        description=text(
            zh=f"学会一半：s 用 {c['half_strong']:.2f}，s/4 用 {c['half_weak']:.2f}。",
            en=f"Half learnt: s at {c['half_strong']:.2f}, s/4 at {c['half_weak']:.2f}."),
        series=drawn, x=Axis(text(zh="时间", en="time"), range=(0, longest)),
        y=Axis(text(zh="ab / s", en="ab / s"), range=(0, 1.05)),
        marks=[Mark(0.5, text(zh="一半", en="half"))],
    )  # fmt: skip
