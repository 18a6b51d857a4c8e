"""Figures and sentences of the demo on zero-centring."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.conditioning import descent_path, sample_path, second_moment
from app.kit import Axis, Contours, Lines, Mark, Series, Table, Text, same, text

NAMES: Mapping[str, Text] = {
    "sigmoid": same("sigmoid"), "shifted": same("sigmoid − ½"), "tanh": same("tanh"), "relu": same("ReLU"),
    "gelu": same("GELU"),
}  # fmt: skip


class Row(NamedTuple):
    """One activation at this n: mean and variance of its output, κ and steps by theory, and measured on a sample."""

    mean: float
    variance: float
    kappa: float
    steps: float
    kappa_measured: float
    steps_measured: float


def steps_view(
    widths: Array, theory: Mapping[str, Array], measured: Mapping[str, tuple[Array, Array]], chosen: str, n: int,
    s: Mapping[str, float],
) -> Lines:  # fmt: skip
    series = [Series(k, NAMES[k], widths, curve, "highlight" if k == chosen else "main") for k, curve in theory.items()]
    at, steps = measured[chosen]
    sample = text(zh=f"{NAMES[chosen].zh}，抽样实测", en=f"{NAMES[chosen].en}, measured on a sample")
    series.append(Series("measured", sample, at, steps, "reference", "points"))
    return Lines(
        id="steps", series=series,
        title=text(zh="下一层要走多少步", en="How many steps the next layer needs"),
        description=text(
            zh=f"n = {n}，{NAMES[chosen].zh}：理论 {s['steps_theory']:.0f} 步，抽样实测 {s['steps']:.0f} 步"
            "（20 个随机目标的中位数）。",
            en=f"n = {n}, {NAMES[chosen].en}: {s['steps_theory']:.0f} steps by theory, {s['steps']:.0f} on the sample "
            "(median of 20 random targets).",
        ),
        x=Axis(text(zh="输入个数 n", en="Inputs n"), log=True, range=(2, 400)),
        y=Axis(text(zh="梯度下降步数", en="Steps of gradient descent"), log=True),
        marks=[Mark(n, text(zh="当前", en="now"), "x")],
    )  # fmt: skip


def spectrum_view(spectrum: Array, theory: Array, s: Mapping[str, float]) -> Lines:
    rank = np.arange(1, len(spectrum) + 1)
    return Lines(
        id="spectrum",
        title=text(zh="二阶矩阵的特征值：一个大，其余一样", en="Eigenvalues: one large, the rest alike"),
        description=text(
            zh=f"最大 {s['largest']:.3g}（理论 {theory[-1]:.3g}），其余平均 {s['rest']:.3g}"
            f"（理论 s² = {theory[0]:.3g}）；条件数：理论 {s['kappa_theory']:.1f}，这个样本 {s['kappa']:.1f}。",
            en=f"Largest {s['largest']:.3g} (theory {theory[-1]:.3g}), the rest {s['rest']:.3g} on average "
            f"(theory s² = {theory[0]:.3g}); condition number {s['kappa_theory']:.1f} (theory), {s['kappa']:.1f} here.",
        ),
        series=[Series("eigenvalues", text(zh="这个样本", en="this sample"), rank, spectrum, draw="both"),
                Series("theory", text(zh="理论", en="theory"), rank, theory, "reference")],
        x=Axis(text(zh="从小到大的排名", en="Rank, smallest first")),
        y=Axis(text(zh="特征值", en="Eigenvalue"), log=True),
    )  # fmt: skip


def path_view(h: Array, rate: float, chosen: str, share: float) -> Contours:
    """Two inputs: the loss around the optimum, descent on all samples, and one sample at a time."""
    hessian = second_moment(h)
    start = np.array([1.4, -0.6])
    whole, single = descent_path(hessian, start, 40, rate), sample_path(h[:40], start, min(rate, 1.0))
    side = np.linspace(-2, 2, 61)
    e1, e2 = np.meshgrid(side, side)
    z = 0.5 * (hessian[0, 0] * e1**2 + 2 * hessian[0, 1] * e1 * e2 + hessian[1, 1] * e2**2)
    top = float(z.max())
    return Contours(
        id="paths", z=np.round(z / top, 4), xs=side, ys=side, levels=(0.02, 0.98, 0.08), equal=True,
        title=text(zh="两个输入：下降的路", en="Two inputs: the way down"),
        description=text(
            zh=f"{NAMES[chosen].zh}：{share:.0%} 的样本上，两个权重只能同增或同减，逐个样本更新就走成之字形。",
            en=f"{NAMES[chosen].en}: on {share:.0%} of the samples both weights can only rise or only fall together; "
            "one sample at a time, the path zigzags.",
        ),
        series=[Series("train", text(zh="全部样本", en="all samples"), whole[:, 0], whole[:, 1], draw="both"),
                Series("validation", text(zh="逐个样本", en="one sample at a time"), single[:, 0], single[:, 1])],
        x=Axis(text(zh="w₁ 与最优值之差", en="w₁ minus its optimum"), range=(-2, 2)),
        y=Axis(text(zh="w₂ 与最优值之差", en="w₂ minus its optimum"), range=(-2, 2)),
        value=Axis(text(zh="损失（相对）", en="Loss (relative)"), range=(0, 1)),
    )  # fmt: skip


def summary(rows: Mapping[str, Row], n: int, centred: bool) -> Table:
    worst = max(rows, key=lambda k: rows[k].kappa)
    return Table(
        id="summary", title=text(zh=f"五个激活函数，n = {n}", en=f"Five activations, n = {n}"),
        description=text(
            zh=f"条件数最大的是 {NAMES[worst].zh}：{rows[worst].kappa:.1f}。" + ("均值已经减掉。" if centred else ""),
            en=f"Worst conditioned: {NAMES[worst].en}, {rows[worst].kappa:.1f}."
            + (" The mean is taken out." if centred else ""),
        ),
        columns=[text(zh="激活", en="activation"), same("m"), same("s²"), same("κ"), text(zh="理论步数", en="theory"),
                 text(zh="实测步数", en="steps")],
        rows=[(NAMES[k], f"{abs(r.mean):.4f}", f"{r.variance:.4f}", f"{r.kappa:.2f}", f"{r.steps:.0f}",
               f"{r.steps_measured:.0f}") for k, r in rows.items()],
    )  # fmt: skip


def notes(chosen: str, n: int, centred: bool, rows: Mapping[str, Row], s: Mapping[str, float]) -> list[Text]:
    row, name = rows[chosen], NAMES[chosen]
    if centred:
        first = text(
            zh=f"减掉均值之后，κ = 1：{name.zh} 只要 {s['steps']:.0f} 步。差别全在均值，不在函数。",
            en=f"With the mean taken out κ = 1, and {name.en} needs {s['steps']:.0f} steps. The mean made the "
            "difference, not the function.",
        )
    else:
        first = text(
            zh=rf"{name.zh}：$\kappa=1+n\,m^2/s^2=1+{n}\times{row.mean**2:.4f}/{row.variance:.4f}={row.kappa:.1f}$，"
            rf"要 {s['steps']:.0f} 步。",
            en=rf"{name.en}: $\kappa=1+n\,m^2/s^2=1+{n}\times{row.mean**2:.4f}/{row.variance:.4f}={row.kappa:.1f}$, "
            rf"and {s['steps']:.0f} steps.",
        )
    others = "; ".join(f"{NAMES[k].en} {rows[k].steps_measured:.0f}" for k in ("sigmoid", "tanh", "relu"))
    return [first, text(
        zh=f"同样的任务、同样的步长规则（η = {s['rate']:g}/λ_max），实测步数：{others}。",
        en=f"Same task, same rule for the step size (η = {s['rate']:g}/λ_max), steps measured: {others}.",
    )]  # fmt: skip
