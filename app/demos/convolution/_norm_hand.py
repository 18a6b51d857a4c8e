"""The tab by hand: one feature, one small batch, through batch normalisation forwards, backwards, and at inference."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.core.activations import Array
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, Table, Text, View, same, text

from app.core.batch_norm import (  # isort: skip
    EPS, batch_norm, batch_norm_backward, batch_norm_inference, finite_differences, update_running,
)  # fmt: skip

SETTLED = 500
"""Updates after which running statistics no longer move, whatever the momentum knob says."""


PARTS = 6


def run_hand(params: Any) -> Iterator[Result]:
    """The batch once, then inference after more and more updates of the running statistics."""
    for part in range(1, PARTS + 1):
        yield after_updates(params, max(1, round(params.updates * part / PARTS)), part / PARTS)


def after_updates(params: Any, updates: int, progress: float) -> Result:
    x, d_y = np.array(params.x)[:, None], np.array(params.g)[:, None]
    scale, shift, size = np.array([params.gamma]), np.array([params.beta]), len(params.x)
    y, x_hat, std = batch_norm(x, scale, shift)
    d_x, d_scale, d_shift = batch_norm_backward(d_y, x_hat, std, scale)
    measured = finite_differences(x, d_y, scale, shift)
    frozen = d_y * scale / std
    means, variances = running(x, params.momentum, updates)
    far = int(np.abs(x_hat).argmax())
    after = np.array([
        batch_norm_inference(x[far], scale, shift, m, v).item() for m, v in zip(means, variances, strict=True)
    ])  # fmt: skip
    settled_mean, settled_var = (a[-1] for a in running(x, 0.1, SETTLED))
    settled = batch_norm_inference(x, np.ones(1), np.zeros(1), settled_mean, settled_var)
    twice = batch_norm_backward(d_y, *batch_norm(2 * x, scale, shift)[1:], scale)[0]
    unbiased = float(x.var(ddof=1)) if size > 1 else float("nan")
    s = {
        "size": float(size), "mean": float(x.mean()), "variance": float(x.var()), "variance_unbiased": unbiased,
        "x_hat_far": x_hat[far, 0].item(), "d_scale": d_scale.item(), "d_shift": d_shift.item(),
        "sum_dx": float(d_x.sum()), "along_x_hat": float((d_x * x_hat).sum()), "frozen_sum": float(frozen.sum()),
        "passes": ratio(d_x, frozen), "twice": ratio(twice, d_x), "running_mean": means[-1].item(),
        "running_var": variances[-1].item(), "settled": ratio(settled, x_hat),
        "shrinkage": float(np.sqrt((size - 1) / size)) if size > 1 else float("nan"),
        "frozen_error": float(np.abs(frozen - measured).max()),
    }  # fmt: skip
    kept = (1 - params.momentum) ** updates
    closed = s["mean"] * (1 - kept), kept + (unbiased if size > 1 else 0.0) * (1 - kept)
    largest = max(float(np.abs(measured).max()), float(np.abs(frozen).max()) * 1e-3, 1e-9)
    checks = [
        Check(text(zh="反向公式与有限差分的相对差", en="backward formula and finite differences, relative"),
              float(np.abs(d_x - measured).max()) / largest, 1e-4),
        Check(text(zh="滑动统计与闭式", en="running statistics and their closed form"),
              max(abs(s["running_mean"] - closed[0]), abs(s["running_var"] - closed[1])), 1e-9),
    ]  # fmt: skip
    columns = (x, x_hat, y, d_y, d_x, measured)
    views = [numbers(columns), gradients(d_x, measured, frozen, s), inference(after, y[far].item(), params, s)]
    return Result(views, s, notes(s), checks, progress)


def ratio(a: Array, b: Array) -> float:
    """‖a‖ / ‖b‖; NaN where b is 0."""
    bottom = float(np.linalg.norm(b))
    return float(np.linalg.norm(a)) / bottom if bottom > 0 else float("nan")


def running(x: Array, momentum: float, updates: int) -> tuple[list[Array], list[Array]]:
    """Running mean and variance after 0, 1, … updates with the same batch."""
    means: list[Array] = [np.zeros(1)]
    variances: list[Array] = [np.ones(1)]
    for _ in range(updates):
        mean, variance = update_running(means[-1], variances[-1], x, momentum)
        means.append(mean)
        variances.append(variance)
    return means, variances


def numbers(columns: tuple[Array, ...]) -> View:
    heads = [
        text(zh="样本", en="sample"), same("x"), same("x̂"), same("y = γx̂ + β"), same("g = ∂L/∂y"),
        text(zh="∂L/∂x，公式", en="∂L/∂x, formula"), text(zh="∂L/∂x，差分", en="∂L/∂x, differences"),
    ]  # fmt: skip
    rows = [(i + 1, *(round(c[i].item(), 6) + 0.0 for c in columns)) for i in range(len(columns[0]))]
    return Table(
        id="numbers", title=text(zh="一批数，正向再反向", en="One batch, forwards and backwards"),
        description=text(zh=f"{len(rows)} 个样本；最后两列应当相同。",
                         en=f"{len(rows)} samples; the last two columns should agree."),
        columns=heads, rows=rows,
    )  # fmt: skip


def gradients(d_x: Array, measured: Array, frozen: Array, s: dict[str, float]) -> View:
    return Bars(
        id="gradients", title=text(zh="传到 x 的梯度", en="The gradient that reaches x"),
        description=text(
            zh=f"真正的梯度之和 {s['sum_dx']:.1e}；把均值和方差当常数，和是 {s['frozen_sum']:.3f}，最多差 "
            f"{s['frozen_error']:.3f}。传过去的长度是后者的 {s['passes']:.1%}。",
            en=f"The true gradient sums to {s['sum_dx']:.1e}; with mean and variance held constant it would sum to "
            f"{s['frozen_sum']:.3f}, wrong by up to {s['frozen_error']:.3f}. Its length is {s['passes']:.1%} of that.",
        ),
        categories=[same(str(i + 1)) for i in range(len(d_x))],
        series=[
            BarSeries("formula", text(zh="公式", en="formula"), d_x.ravel()),
            BarSeries("theory", text(zh="有限差分", en="finite differences"), measured.ravel(), role="reference"),
            BarSeries("frozen", text(zh="把统计量当常数（错）", en="statistics held constant (wrong)"), frozen.ravel(),
                      role="muted"),
        ],
        x=Axis(text(zh="样本", en="sample")), y=Axis(same("∂L/∂x")),
    )  # fmt: skip


def inference(after: Array, trained: float, params: Any, s: dict[str, float]) -> View:
    limit = params.gamma * s["x_hat_far"] * s["shrinkage"] + params.beta
    marks = [Mark(trained, text(zh="训练时的输出", en="output in training"))]
    if np.isfinite(limit):
        marks.append(Mark(limit, text(zh="推理时的极限", en="limit at inference")))
    return Lines(
        id="inference", title=text(zh="同一个样本在推理时的输出", en="The same sample at inference"),
        description=text(
            zh=f"同一批数更新 {len(after) - 1} 次之后输出 {after[-1]:.3f}，训练时是 {trained:.3f}。",
            en=f"After {len(after) - 1} updates with this same batch: {after[-1]:.3f}; in training {trained:.3f}.",
        ),
        series=[Series("eval", text(zh="推理（滑动统计）", en="inference (running statistics)"),
                       np.arange(len(after)), after)],
        x=Axis(text(zh="滑动统计更新的次数", en="Updates of the running statistics"), range=(0, params.updates)),
        y=Axis(text(zh="离均值最远的样本的输出 y", en="Output y of the sample farthest from the mean")),
        marks=marks,
    )  # fmt: skip


def notes(s: dict[str, float]) -> list[Text]:
    out = [text(
        zh=rf"梯度减去了两个分量：沿全 1 向量的和沿 $\hat x$ 的。$B$ 个样本只剩 $B-2$ 维，这里 $B$ = {s['size']:.0f}，"
        f"长度剩 {s['passes']:.1%}。",
        en=r"Two components are taken out of the gradient: along the all-ones vector and along $\hat x$. Of $B$ "
        f"dimensions $B-2$ remain; here $B$ = {s['size']:.0f} and {s['passes']:.1%} of the length.",
    )]  # fmt: skip
    if s["size"] > 1:
        out.append(text(
            zh=rf"推理用无偏方差（除以 $B-1$）：统计量稳定之后，同一批数的 $\hat x$ 是训练时的 {s['settled']:.3f} 倍，"
            rf"即 $\sqrt{{(B-1)/B}}$ = {s['shrinkage']:.3f}。",
            en=rf"Inference uses the unbiased variance (divisor $B-1$): once it has settled, $\hat x$ of the very same "
            rf"batch is {s['settled']:.3f} of what it is in training, $\sqrt{{(B-1)/B}}$ = {s['shrinkage']:.3f}.",
        ))  # fmt: skip
        if np.isfinite(s["twice"]) and s["passes"] > 1e-3:
            out.append(text(
                zh=f"x 翻倍（权重翻倍）：输出不变，梯度变为 {s['twice']:.3f} 倍。",
                en=f"Double x (double the weights): the output stays, the gradient becomes {s['twice']:.3f} of it.",
            ))  # fmt: skip
    else:
        out.append(text(
            zh=rf"只有一个数：减去它自己，$\hat x=0$，什么也传不过去。ε = {EPS:g} 防止除以 0；PyTorch 直接报错。",
            en=rf"A single value minus itself: $\hat x=0$, nothing passes either way. ε = {EPS:g} keeps the division "
            "finite; PyTorch raises an error.",
        ))  # fmt: skip
    return out
