"""The third tab of who_holds_the_boundary: gradient descent on the logistic loss turns towards the hard-margin SVM."""

import math

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array
from app.core.implicit_bias import angle, descend, flow, safe_rate
from app.core.svm import dual_coordinate_descent
from app.demos.linear_models._holders_fits import clouds
from app.kit import Axis, Check, Lines, Points, Result, Series, Text, View, same, text

HORIZON = 1e12
THREE = np.array([[3.0, 3.0], [4.0, 3.0], [1.0, 1.0]])


def examples(points: str, seed: int) -> tuple[Array, Array]:
    """X (n, 2) and y of ±1, separable by a plane; "clouds": 40 points, none nearer than 0.5 to x₁ = 0."""
    if points == "three":
        return THREE, np.array([1.0, 1.0, -1.0])
    X, y = clouds(40, 5.0, np.random.default_rng([seed, 3]))
    X[:, 0] = y * np.maximum(y * X[:, 0], 0.5)
    return X, y


def bias(points: str, steps: int, seed: int) -> Result:
    X, y = examples(points, seed)
    Z = y[:, None] * np.column_stack([X, np.ones(len(y))])
    best, alpha = dual_coordinate_descent(Z)
    widest, rate = 1 / float(np.linalg.norm(best)), safe_rate(Z)
    at = np.unique(np.geomspace(1, steps, 40).round().astype(int))
    seen, normalised = descend(Z, rate, at), descend(Z, rate, at[at <= 10_000], normalised=True)
    late = np.geomspace(1, HORIZON, 61)
    ideal = flow(Z, rate * late, 0.02)
    turned, scaled, smooth = (angle(w, best) for w in (seen, normalised, ideal))
    same_time = flow(Z, rate * at[-1:].astype(float), 0.01)[0]
    margins = Z @ seen[-1]
    held = alpha > 1e-9
    v = {
        "angle": float(turned[-1]), "angle_first": float(turned[0]), "angle_normalised": float(scaled[-1]),
        "angle_flow": float(angle(same_time, best)), "angle_million": float(smooth[30]), "angle_end": float(smooth[-1]),
        "angle_log": float(smooth[-1]) * math.log(rate * HORIZON) / (float(smooth[30]) * math.log(rate * 1e6)),
        "norm": float(np.linalg.norm(seen[-1])), "margin": float(margins.min() / np.linalg.norm(seen[-1])),
        "margin_share": float(margins.min() / np.linalg.norm(seen[-1]) / widest), "widest": widest,
        "loss": float(np.log1p(np.exp(-margins)).sum()), "supports": float(held.sum()), "n": float(len(y)),
        "right": float(np.mean(margins > 0)), "width": 2 / float(np.linalg.norm(best[:2])),
        "law": float(np.abs(margins[held] - np.log(rate * steps / alpha[held])).max()),
    }  # fmt: skip
    views: list[View] = [
        angles(at, turned, scaled, late, smooth, rate, v), plane(X, y, at, seen, best, held, v),
        growth(at, seen, rate, v),
    ]  # fmt: skip
    checks = [
        Check(text(zh="硬间隔：最小 yf(x) 与 1 之差", en="Hard margin: smallest y f(x) against 1"),
              abs(float((Z @ best).min()) - 1), 1e-6),
        Check(text(zh="w 与支持向量之和 Σ α y x 之差", en="w against the sum of its support vectors"),
              float(np.abs(best - alpha @ Z).max()), 1e-8),
    ]  # fmt: skip
    if steps >= 1000:  # before that the steps are too coarse for the flow
        checks.append(Check(
            text(zh="最后一步的角度与梯度流之差（°）", en="Angle at the last step against gradient flow (°)"),
            abs(v["angle"] - v["angle_flow"]), 0.2,
        ))  # fmt: skip
    return Result(views, v, notes(v, steps), checks)


def angles(
    at: Array, turned: Array, scaled: Array, late: Array, smooth: Array, rate: float, v: dict[str, float]
) -> Lines:
    from_here = rate * late >= 100
    law = v["angle_end"] * math.log(rate * HORIZON) / np.log(rate * late[from_here])
    return Lines(
        id="angle", title=text(zh="与硬间隔 SVM 的夹角", en="Angle to the hard-margin SVM"),
        description=text(
            zh=f"{at[-1]:,} 步后 {v['angle']:.2f}°；按梯度流走到 10⁶ 步 {v['angle_million']:.2f}°，10¹² 步 "
            f"{v['angle_end']:.2f}°。步长除以损失的梯度下降到 {v['angle_normalised']:.2f}°。",
            en=f"{v['angle']:.2f}° after {at[-1]:,} steps; along gradient flow {v['angle_million']:.2f}° at 10⁶ and "
            f"{v['angle_end']:.2f}° at 10¹². With steps divided by the loss: {v['angle_normalised']:.2f}°."),
        series=[
            Series("gradient", text(zh="梯度下降", en="gradient descent"), at.astype(float), turned, draw="both"),
            Series("normalised", text(zh="步长除以损失", en="steps divided by the loss"),
                   at[: len(scaled)].astype(float), scaled, draw="both"),
            Series("flow", text(zh="梯度流", en="gradient flow"), late, smooth, "muted"),
            Series("theory", same("∝ 1 / ln(ηt)"), late[from_here], law, "reference"),
        ],
        x=Axis(text(zh="步数 t", en="steps t"), log=True, range=(1, HORIZON)),
        y=Axis(text(zh="夹角", en="angle"), unit="°", log=True),
    )  # fmt: skip


def plane(
    X: Array, y: Array, at: Array, seen: Array, best: Array, held: NDArray[np.bool_], v: dict[str, float]
) -> Points:
    low, high = X.min(axis=0) - 1.2, X.max(axis=0) + 1.2
    series = []
    for side, name in ((1, text(zh="正类", en="positive")), (-1, text(zh="负类", en="negative"))):
        mine = y == side
        series.append(Series(f"class-{int(side > 0)}", name, X[mine, 0], X[mine, 1], draw="points",
                             sizes=np.where(held[mine], 13.0, 7.0)))  # fmt: skip
    for k in (len(at) // 3, 2 * len(at) // 3, len(at) - 1):
        name = text(zh=f"第 {at[k]:,} 步", en=f"step {at[k]:,}")
        series.append(Series("gradient" if k == len(at) - 1 else f"early-{k}", name, *line(seen[k], low, high),
                             "main" if k == len(at) - 1 else "muted"))  # fmt: skip
    series.append(Series("theory", text(zh="硬间隔 SVM", en="hard-margin SVM"), *line(best, low, high), "reference"))
    return Points(
        id="plane", series=series, title=text(zh="边界往哪里转", en="Where the boundary turns"),
        description=text(
            zh=f"虚线是硬间隔 SVM，由 {v['supports']:.0f} 个支持向量（大点）撑住；间隔宽 {v['width']:.3f}。",
            en=f"Dashed: the hard-margin SVM, held by {v['supports']:.0f} support vectors (large points); the gap is "
            f"{v['width']:.3f} wide."),
        x=Axis(same("x₁"), range=(float(low[0]), float(high[0]))),
        y=Axis(same("x₂"), range=(float(low[1]), float(high[1]))), equal=True,
    )  # fmt: skip


def line(w: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """The part of w₁x₁ + w₂x₂ + w₃ = 0 inside the frame, as two arrays (x₁), (x₂)."""
    if abs(w[1]) < abs(w[0]):
        x2 = np.linspace(low[1], high[1], 60)
        x1 = -(w[1] * x2 + w[2]) / w[0]
    else:
        x1 = np.linspace(low[0], high[0], 60)
        x2 = -(w[0] * x1 + w[2]) / w[1]
    inside = (x1 >= low[0]) & (x1 <= high[0]) & (x2 >= low[1]) & (x2 <= high[1])
    return x1[inside], x2[inside]


def growth(at: Array, seen: Array, rate: float, v: dict[str, float]) -> Lines:
    norm, late = np.linalg.norm(seen, axis=1), rate * at > 3
    return Lines(
        id="growth", title=text(zh="‖w‖ 没有尽头", en="The length of w has no end"),
        description=text(
            zh=f"最后 ‖w‖ = {v['norm']:.1f}，训练损失 {v['loss']:.1e}；间隔到最大值的 {v['margin_share']:.1%}。",
            en=f"At the end ‖w‖ = {v['norm']:.1f}, training loss {v['loss']:.1e}; the margin is "
            f"{v['margin_share']:.1%} of the largest possible."),
        series=[
            Series("norm", same("‖w‖"), at.astype(float), norm, draw="both"),
            Series("theory", same("‖w*‖ ln(ηt)"), at[late].astype(float), np.log(rate * at[late]) / v["widest"],
                   "reference"),
        ],
        x=Axis(text(zh="步数 t", en="steps t"), log=True), y=Axis(same("‖w‖")),
    )  # fmt: skip


def notes(v: dict[str, float], steps: int) -> list[Text]:
    return [
        text(zh=rf"数据可分、没有正则：损失没有最小值，$\|w\|$ 一直涨（{steps:,} 步后 {v['norm']:.1f}），"
                r"方向却转向硬间隔 SVM，"
             rf"夹角按 $1/\ln t$ 缩小：从 10⁶ 步到 10¹² 步，夹角 × $\ln(\eta t)$ 是原来的 {v['angle_log']:.2f} 倍。",
             en=rf"Separable data, no penalty: the loss has no minimum and $\|w\|$ grows ({v['norm']:.1f} after "
             rf"{steps:,} steps), but its direction turns to the hard-margin SVM, as $1/\ln t$: from 10⁶ to 10¹² steps "
             rf"angle × $\ln(\eta t)$ changes by a factor of {v['angle_log']:.2f}."),
        text(zh=rf"支持向量上 $e^{{-m_i}}\cdot\eta t\to\alpha_i$：对偶系数自己长了出来，$m_i$ 与 $\ln(\eta "
                r"t/\alpha_i)$ 最多差 "
             f"{v['law']:.3f}。",
             en=rf"On the support vectors $e^{{-m_i}}\cdot\eta t\to\alpha_i$: the dual coefficients appear by "
                r"themselves; "
             rf"$m_i$ differs from $\ln(\eta t/\alpha_i)$ by at most {v['law']:.3f}."),
    ]  # fmt: skip
