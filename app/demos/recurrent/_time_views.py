"""Figures and sentences of the tab on gradients through time."""

import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.gradient_through_time import Journey
from app.kit import Axis, Lines, Mark, Series, Table, Text, same, text
from app.kit.views import Role

CELLS = {
    "linear": text(zh="线性 RNN", en="linear RNN"), "tanh": same("tanh RNN"), "relu": same("ReLU RNN"),
    "lstm": same("LSTM"), "gru": same("GRU"),
}  # fmt: skip
MATRICES = {
    "gaussian": text(zh="高斯", en="Gaussian"), "orthogonal": text(zh="正交", en="orthogonal"),
    "identity": text(zh="单位", en="identity"), "shear": text(zh="剪切", en="shear"),
}  # fmt: skip


class Setting(NamedTuple):
    """The knobs of the tab."""

    cell: str
    matrix: str
    radius: float
    bias: float
    steps: int
    units: int
    scale: float
    seed: int

    @property
    def simple(self) -> bool:
        return self.cell in ("linear", "tanh", "relu")


class Sweep(NamedTuple):
    """First over last gradient for other values of one knob, each (k,): the least and most of two nets, and theory."""

    values: Array
    least: Array
    most: Array
    theory: Array


def sci(x: float) -> str:
    """0.69, 8.5×10³, 4.2×10⁻³²: powers of ten only where they help."""
    if x == 0 or not math.isfinite(x) or 1e-2 <= abs(x) < 1e4:
        return f"{x:.3g}"
    mantissa, exponent = f"{x:.1e}".split("e")
    return f"{mantissa}×10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def drawn(curve: Array) -> Array:
    """For a log axis: what is 0 or not finite is left out."""
    return np.where((curve > 0) & np.isfinite(curve), curve, np.nan)


def pair(key: str, name: Text, x: Array, low: Array, high: Array, role: Role = "main") -> Series:
    """Two curves under one name, with a gap between them."""
    gap = np.array([np.nan])
    return Series(key, name, np.concatenate([x, gap, x]), np.concatenate([drawn(low), gap, drawn(high)]), role)


def norm_view(s: Setting, trip: Journey, scalars: dict[str, float]) -> Lines:
    relative = trip.norms / trip.norms[-1]
    t = np.arange(s.steps + 1.0)
    spread = text(zh="5 个网络的最小与最大", en="least and most of 5 nets")
    series = [
        Series("gradient", text(zh="梯度（中位数）", en="gradient (median)"), t, drawn(np.median(relative, axis=1))),
        pair("spread", spread, t, relative.min(axis=1), relative.max(axis=1), "muted"),
    ]
    if trip.path is not None:
        name = text(zh="只走记忆通路：门的连乘", en="the memory's own path: product of gates")
        series.append(Series("path", name, t, drawn(np.median(trip.path, axis=1))))
    theory = scalars.get("rate_theory")
    if theory is not None:
        gate = text(zh="σ(偏置) 的幂", en="powers of σ(bias)")
        name = text(zh="理论", en="theory") if s.simple else gate
        series.append(Series("theory", name, t, drawn(theory ** (s.steps - t).astype(float)), "reference"))
    what = same("‖∂L/∂c_t‖") if s.cell == "lstm" else same("‖∂L/∂h_t‖")
    return Lines(
        id="norms", series=series,
        title=text(zh="梯度往回走：每一步还剩多少", en="A gradient on its way back: what is left at every step"),
        description=text(
            zh=f"{CELLS[s.cell].zh}：从第 {s.steps} 步退回第 0 步，梯度变为 {sci(scalars['ratio'])} 倍"
            f"（5 个网络 {sci(scalars['ratio_min'])} 到 {sci(scalars['ratio_max'])}）。",
            en=f"{CELLS[s.cell].en}: from step {s.steps} back to step 0 the gradient is multiplied by "
            f"{sci(scalars['ratio'])} ({sci(scalars['ratio_min'])} to {sci(scalars['ratio_max'])} over 5 nets).",
        ),
        x=Axis(text(zh="时刻 t（损失在最右端）", en="Step t (the loss is at the right end)"), range=(0, s.steps)),
        y=Axis(text(zh=f"{what.zh}，与末步之比", en=f"{what.en}, relative to the last"), log=True),
    )  # fmt: skip


def sweep_view(s: Setting, found: Sweep) -> Lines:
    values, least, most, theory = found
    knob = text(zh="谱半径 ρ", en="Spectral radius ρ") if s.simple else text(zh="门的偏置", en="Bias of the gate")
    name = text(zh="理论", en="theory") if s.simple else text(zh="σ(偏置) 的 T 次方", en="σ(bias) to the power T")
    both = text(zh="两个网络的最小与最大", en="least and most of two nets")
    series = [pair("gradient", both, values, least, most)]
    if np.isfinite(theory).all():
        series.append(Series("theory", name, values, drawn(theory), "reference"))
    fine = values[(most > 1e-3) & (least < 1e3)]
    window = f"{fine.min():g} … {fine.max():g}" if len(fine) else "–"
    return Lines(
        id="sweep",
        title=text(zh=f"退回 {s.steps} 步还剩多少，随这个旋钮变化", en=f"Left after {s.steps} steps, by this knob"),
        description=text(
            zh=f"梯度保持在千分之一到一千倍之间的取值：{window}。",
            en=f"Values that keep the gradient between a thousandth and a thousand times: {window}.",
        ),
        series=series, x=Axis(knob, range=(float(values[0]), float(values[-1]))),
        y=Axis(text(zh="首步 / 末步的梯度", en="First over last gradient"), log=True, range=(1e-24, 1e12)),
        marks=[Mark(s.radius if s.simple else s.bias, text(zh="当前", en="now"), "x"), Mark(1, same("1"))],
    )  # fmt: skip


def power_view(s: Setting, powers: Array, scalars: dict[str, float]) -> Lines:
    k = np.arange(len(powers))
    radius = scalars["spectral_radius"]
    return Lines(
        id="powers", x=Axis(text(zh="连乘的次数 k", en="Number of factors k"), range=(0, s.steps)),
        y=Axis(same("‖Wᵏ‖₂"), log=True),
        title=text(zh="只看矩阵：最坏能放大多少", en="The matrix alone: the most it can stretch"),
        description=text(
            zh=f"谱半径 {radius:.3g}，最大奇异值 {scalars['largest_singular']:.3g}；‖Wᵏ‖ "
            f"在 k = {scalars['power_peak_at']:.0f} 时最大，为 {sci(scalars['power_peak'])}，"
            f"k = {s.steps} 时是 {sci(scalars['power_end'])}。",
            en=f"Spectral radius {radius:.3g}, largest singular value {scalars['largest_singular']:.3g}; ‖Wᵏ‖ peaks at "
            f"k = {scalars['power_peak_at']:.0f} with {sci(scalars['power_peak'])}, at k = {s.steps} it is "
            f"{sci(scalars['power_end'])}.",
        ),
        series=[Series("norm", same("‖Wᵏ‖₂"), k, drawn(powers)),
                Series("theory", same("ρᵏ"), k, drawn(radius ** k.astype(float)), "reference")],
    )  # fmt: skip


def promise_table(s: Setting, scalars: dict[str, float]) -> Table:
    """What the two conditions of Pascanu et al. promise for this matrix, and what happened."""
    largest, radius, ratio = scalars["largest_singular"], scalars["spectral_radius"], scalars["ratio"]
    must = text(zh="必然消失", en="must vanish") if largest < 1 - 1e-9 else text(zh="不作保证", en="promises nothing")
    may = text(zh="可能爆炸", en="may explode") if largest > 1 + 1e-9 else text(zh="不会爆炸", en="cannot explode")
    if ratio < 1e-3:
        came = text(zh="消失了", en="it vanished")
    else:
        came = text(zh="爆炸了", en="it exploded") if ratio > 1e3 else text(zh="留住了", en="it survived")
    return Table(
        id="promises", title=text(zh="定理说了什么，实际怎样", en="What the theorem says, and what happened"),
        description=text(
            zh=f"σ_max = {largest:.3g}、ρ = {radius:.3g}：定理「{must.zh}、{may.zh}」，实际剩 {sci(ratio)} 倍。",
            en=f"σ_max = {largest:.3g}, ρ = {radius:.3g}. The theorem: {must.en}, {may.en}; measured: {sci(ratio)}.",
        ),
        columns=[text(zh="量", en="quantity"), text(zh="值", en="value"), text(zh="含义", en="meaning")],
        rows=[
            (text(zh="谱半径 ρ", en="spectral radius ρ"), f"{radius:.4g}",
             text(zh="长期增长率", en="long-run growth")),
            (text(zh="最大奇异值 σ_max", en="largest singular value σ_max"), f"{largest:.4g}",
             text(zh="一步的上限", en="most in one step")),
            (text(zh="充分：σ_max < 1/γ", en="sufficient: σ_max < 1/γ"), f"{largest:.3g} < 1", must),
            (text(zh="必要：σ_max > 1/γ", en="necessary: σ_max > 1/γ"), f"{largest:.3g} > 1", may),
            (text(zh="实际：首 / 末", en="measured"), sci(ratio), came),
        ],
    )  # fmt: skip


def notes(s: Setting, scalars: dict[str, float]) -> list[Text]:
    ratio, rate, theory = scalars["ratio"], scalars["rate"], scalars.get("rate_theory")
    if ratio < 1e-3:
        verdict = text(zh="梯度消失", en="It vanishes")
    elif ratio > 1e3:
        verdict = text(zh="梯度爆炸", en="It explodes")
    else:
        verdict = text(zh="梯度走得到头", en="It gets through")
    out = [text(
        zh=f"{verdict.zh}：退回 {s.steps} 步，变为 {sci(ratio)} 倍，平均每步乘 {rate:.3f}"
        + (f"（理论 {theory:.3f}）。" if s.simple and theory is not None else "。"),
        en=f"{verdict.en}: {s.steps} steps back multiply it by {sci(ratio)}, {rate:.3f} a step on average"
        + (f" (theory {theory:.3f})." if s.simple and theory is not None else "."),
    )]  # fmt: skip
    if s.simple and scalars["power_peak"] > 1.5 * scalars["power_end"] and scalars["power_peak_at"] > 0:
        out.append(text(
            zh=f"谱半径只有 {scalars['spectral_radius']:.3g}，‖Wᵏ‖ 却先涨到 {sci(scalars['power_peak'])}："
            "矩阵不正规时，特征值管不了短期。",
            en=f"The spectral radius is {scalars['spectral_radius']:.3g}, yet ‖Wᵏ‖ first grows to "
            f"{sci(scalars['power_peak'])}: of a matrix that is not normal, eigenvalues tell only the long run.",
        ))  # fmt: skip
    if not s.simple:
        out.append(text(
            zh=f"记忆通路单独传回 {sci(scalars['path'])}，σ(偏置) 的 T 次方是 {sci(scalars['direct'])}；"
            "其余的经过 h 与矩阵，可大可小。",
            en=f"The memory's own path passes {sci(scalars['path'])}; σ(bias) to the power T is "
            f"{sci(scalars['direct'])}. The rest went through h and the matrix, and that part may shrink or grow.",
        ))  # fmt: skip
    if ratio < 1e-3:
        out.append(text(
            zh=f"按范数裁剪到 1 之前和之后，序列前一半占 ∂L/∂x 的份额都是 {sci(scalars['early_share'])}："
            "裁剪乘的是同一个数，补不回消失的部分。",
            en="Before and after clipping to norm 1, the first half of the sequence has "
            f"{sci(scalars['early_share'])} of ∂L/∂x: one factor for all brings nothing back.",
        ))  # fmt: skip
    return out
