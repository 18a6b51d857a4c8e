"""Tab 5 of the tuning bench: a quadratic, where the largest learning rate is known exactly."""

import numpy as np

from app.core.activations import Array
from app.core.quadratic import descend, largest_rate, step_factor
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, View, same, text

STEEP = 10.0
STEPS = 200
FLOOR, CEILING = 1e-15, 1e15


def run_edge(eta: float, momentum: float, flat: float) -> Result:
    curvatures = np.array([STEEP, flat])
    walls = {"plain": largest_rate(STEEP), "momentum": largest_rate(STEEP, momentum)}
    grid = np.unique(np.concatenate([np.linspace(0.005, 0.6, 120), [eta]]))
    ends = {
        "plain": descend(curvatures, grid, 0.0, STEPS)[-1],
        "momentum": descend(curvatures, grid, momentum, STEPS)[-1],
    }
    paths = {
        "plain": descend(curvatures, np.array([eta]), 0.0, STEPS)[:, 0],
        "momentum": descend(curvatures, np.array([eta]), momentum, STEPS)[:, 0],
    }  # fmt: skip
    exact = np.array([step_factor(float(rate), STEEP) ** STEPS for rate in grid])
    inside = (exact > 1e-250) & (exact < 1e250)
    off = float(np.max(np.abs(ends["plain"][inside, 0] / exact[inside] - 1)))
    s = {
        "after_plain": float(paths["plain"][-1, 0]), "after_momentum": float(paths["momentum"][-1, 0]),
        "after_flat": float(paths["plain"][-1, 1]), "wall_plain": walls["plain"], "wall_momentum": walls["momentum"],
        "factor_plain": step_factor(eta, STEEP), "factor_momentum": step_factor(eta, STEEP, momentum),
        "factor_flat": step_factor(eta, flat), "best_plain": 2 / (STEEP + flat),
        "best_factor": (STEEP - flat) / (STEEP + flat),
    }  # fmt: skip
    s["deviation_from_one"] = abs(s["after_plain"] - 1)
    return Result(
        [_ends_view(grid, ends, exact, walls, eta), _paths_view(paths, eta, flat, s)], s, _notes(eta, momentum, flat,
                                                                                                 s),
        [Check(text(zh="逐步计算与 |1−ηλ|²⁰⁰", en="step by step against |1−ηλ|²⁰⁰"), off, 1e-6)],
    )  # fmt: skip


def _clipped(values: Array) -> Array:
    return np.clip(values, FLOOR, CEILING)


def _ends_view(grid: Array, ends: dict[str, Array], exact: Array, walls: dict[str, float], eta: float) -> View:
    return Lines(
        id="edge", title=text(zh=f"{STEPS} 步之后的 |w|，按学习率", en=f"|w| after {STEPS} steps, by learning rate"),
        description=text(
            zh=f"λ = {STEEP:g} 的方向：普通梯度下降过了 {walls['plain']:g} 就发散，带动量的过了 "
            f"{walls['momentum']:.3g} 才发散。",
            en=f"The direction with λ = {STEEP:g}: plain gradient descent diverges beyond {walls['plain']:g}, with "
            f"momentum beyond {walls['momentum']:.3g}.",
        ),
        series=[
            Series("gradient-descent", text(zh="普通梯度下降", en="plain"), grid, _clipped(ends["plain"][:, 0])),
            Series("momentum", text(zh="动量", en="momentum"), grid, _clipped(ends["momentum"][:, 0])),
            Series("theory", same("|1−ηλ|²⁰⁰"), grid, _clipped(exact), "reference"),
        ],
        x=Axis(text(zh="学习率 η", en="learning rate η"), range=(0, 0.6)),
        y=Axis(same("|w|"), log=True, range=(FLOOR, CEILING)),
        marks=[
            Mark(walls["plain"], same("2/λ"), "x"), Mark(walls["momentum"], same("2(1+β)/λ"), "x"),
            *([] if min(abs(eta - wall) for wall in walls.values()) < 0.03 else [Mark(eta, same("η"), "x")]),
        ],
    )  # fmt: skip


def _paths_view(paths: dict[str, Array], eta: float, flat: float, s: dict[str, float]) -> View:
    steps = np.arange(STEPS + 1)
    plain, momentum = text(zh="普通", en="plain"), text(zh="动量", en="momentum")
    return Lines(
        id="paths", title=text(zh=f"η = {eta:g}：每一步的 |w|", en=f"η = {eta:g}: |w| step by step"),
        description=text(
            zh=f"普通梯度下降，陡的方向每步乘 {s['factor_plain']:.4f}，平的方向乘 {s['factor_flat']:.4f}。",
            en=f"Plain: the steep direction is multiplied by {s['factor_plain']:.4f} a step, the flat one by "
            f"{s['factor_flat']:.4f}.",
        ),
        series=[
            Series(f"{key}-{which}", text(zh=f"{name.zh}，λ = {lam:g}", en=f"{name.en}, λ = {lam:g}"), steps,
                   _clipped(paths[key][:, column]), "main" if which == "steep" else "muted")
            for key, name in (("plain", plain), ("momentum", momentum))
            for column, (which, lam) in enumerate((("steep", STEEP), ("flat", flat)))
        ],
        x=Axis(text(zh="步", en="step"), range=(0, STEPS)),
        y=Axis(same("|w|"), log=True, range=(FLOOR, CEILING)),
        marks=[Mark(1.0, text(zh="起点", en="start"))],
    )  # fmt: skip


def _notes(eta: float, momentum: float, flat: float, s: dict[str, float]) -> list[Text]:
    fate = (
        text(zh="不收敛也不发散：每步恰好翻一次符号", en="neither converges nor diverges: it flips its sign every step")
        if s["deviation_from_one"] < 1e-9
        else text(zh="收敛", en="converges") if s["factor_plain"] < 1 else text(zh="发散", en="diverges")
    )  # fmt: skip
    return [
        text(zh=f"η = {eta:g} 时普通梯度下降{fate.zh}：|w| = {s['after_plain']:.3g}。",
             en=f"At η = {eta:g} plain gradient descent {fate.en}: |w| = {s['after_plain']:.3g}."),
        text(zh=f"墙在 2/λ = {s['wall_plain']:g}；β = {momentum:g} 的动量把墙推到 2(1+β)/λ = {s['wall_momentum']:.3g}。"
             "只由最大的曲率决定。",
             en=f"The wall is 2/λ = {s['wall_plain']:g}; momentum with β = {momentum:g} moves it to 2(1+β)/λ = "
             f"{s['wall_momentum']:.3g}. Only the largest curvature counts."),
        text(zh=f"普通梯度下降最好的 η = 2/(λ大+λ小) = {s['best_plain']:.3g}，每步也只能乘 {s['best_factor']:.3f}："
             f"条件数 {STEEP / flat:g} 说了算。",
             en=f"The best η for plain descent, 2/(λ_max+λ_min) = {s['best_plain']:.3g}, still multiplies by "
             f"{s['best_factor']:.3f} a step: the condition number {STEEP / flat:g} decides."),
    ]  # fmt: skip
