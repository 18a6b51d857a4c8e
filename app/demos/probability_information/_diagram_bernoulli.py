"""Two coins: cross-entropy = entropy + KL, both directions, and the gradient a classifier sees."""

import math

import numpy as np
from numpy.typing import NDArray

from app.core.information import cross_entropy, entropy, js_divergence, kl_divergence
from app.demos.probability_information._diagram_params import InformationDiagramParams

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, same, text,
)  # fmt: skip


def coin(p: float) -> NDArray[np.float64]:
    return np.array([p, 1 - p])


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def kl_from_gradient(p: float, q: float) -> float:
    """D(p‖q) as the integral of the gradient σ(z) − p along the logit z, from where q = p (Gauss–Legendre)."""
    nodes, weights = np.polynomial.legendre.leggauss(80)
    half = (logit(q) - logit(p)) / 2
    z = logit(p) + half * (nodes + 1)
    return float(half * (weights * (1 / (1 + np.exp(-z)) - p)).sum())


def bernoulli_result(params: InformationDiagramParams) -> Result:
    p, q, unit, scale = params.p, params.q, params.unit, params.scale
    a, b = coin(p), coin(q)
    h_p, h_q = float(entropy(a)) * scale, float(entropy(b)) * scale
    ce_pq, ce_qp = cross_entropy(a, b) * scale, cross_entropy(b, a) * scale
    kl_pq, kl_qp, js = kl_divergence(a, b) * scale, kl_divergence(b, a) * scale, js_divergence(a, b) * scale
    bars = Bars(
        id="bars", title=text(zh="交叉熵 = 熵 + KL", en="Cross-entropy = entropy + KL"),
        description=text(
            zh=f"H(p,q) = {ce_pq:.4f} = H(p) {h_p:.4f} + D(p‖q) {kl_pq:.4f}；对调后 H(q,p) = {ce_qp:.4f} = H(q) "
            f"{h_q:.4f} + D(q‖p) {kl_qp:.4f}。",
            en=f"H(p,q) = {ce_pq:.4f} = H(p) {h_p:.4f} + D(p‖q) {kl_pq:.4f}; swapped, H(q,p) = {ce_qp:.4f} = H(q) "
            f"{h_q:.4f} + D(q‖p) {kl_qp:.4f}.",
        ),
        categories=[same("H(p,q)"), same("H(q,p)")],
        series=[BarSeries("entropy", text(zh="熵", en="entropy"), np.array([h_p, h_q])),
                BarSeries("kl", text(zh="KL 散度", en="KL divergence"), np.array([kl_pq, kl_qp]))],
        x=Axis(text(zh="交叉熵", en="cross-entropy")), y=Axis(text(zh="信息量", en="information"), unit), stacked=True,
    )  # fmt: skip
    qs = np.linspace(0.01, 0.99, 197)
    curves = np.array([[cross_entropy(a, coin(t)), kl_divergence(a, coin(t)), kl_divergence(coin(t), a),
                        js_divergence(a, coin(t))] for t in qs]).T * scale  # fmt: skip
    lines = Lines(
        id="curves", title=text(zh="p 不动，只改模型 q", en="p stays, only the model q moves"),
        description=text(
            zh=f"交叉熵与 D(p‖q) 处处相差 H(p) = {h_p:.4f} {unit}，都在 q = p = {p:g} 处最低；D(p‖q) 最低是 0，"
            "交叉熵最低是 H(p)。",
            en=f"Cross-entropy and D(p‖q) differ by H(p) = {h_p:.4f} {unit} everywhere and are lowest at q = p = "
            f"{p:g}: D(p‖q) at 0, cross-entropy at H(p).",
        ),
        series=[Series("cross-entropy", text(zh="交叉熵 H(p,q)", en="cross-entropy H(p,q)"), qs, curves[0]),
                Series("kl", same("D(p‖q)"), qs, curves[1]),
                Series("reverse-kl", same("D(q‖p)"), qs, curves[2]),
                Series("js", text(zh="JS 散度", en="Jensen–Shannon"), qs, curves[3], "muted")],
        x=Axis(text(zh="模型 q(1)", en="model q(1)"), range=(0.0, 1.0)),
        y=Axis(text(zh="信息量", en="information"), unit, range=(0.0, max(3.0, 1.1 * max(ce_pq, kl_qp)))),
        marks=[Mark(h_p, same("H(p)")), Mark(p, same("p"), "x"), Mark(q, same("q"), "x")],
    )  # fmt: skip
    z = np.linspace(-6, 6, 121)
    s = 1 / (1 + np.exp(-z))
    square = 2 * (s - p) * s * (1 - s)
    at = logit(q)
    slope_ce, slope_mse = q - p, 2 * (q - p) * q * (1 - q)
    gradient = Lines(
        id="gradient", title=text(zh="对 logit 的梯度：交叉熵与平方误差", en="The gradient with respect to the logit"),
        description=text(
            zh=f"z = {at:.2f}（q = {q:g}）处，交叉熵的梯度是 q − p = {slope_ce:.3f}，平方误差的是 {slope_mse:.3f}；"
            "z 很大时后者趋于 0。",
            en=f"At z = {at:.2f} (q = {q:g}) cross-entropy has gradient q − p = {slope_ce:.3f}, squared error "
            f"{slope_mse:.3f}; far out the latter vanishes.",
        ),
        series=[Series("cross-entropy", text(zh="交叉熵：q − p", en="cross-entropy: q − p"), z, s - p),
                Series("mse", text(zh="平方误差：2(q−p)q(1−q)", en="squared error: 2(q−p)q(1−q)"), z, square)],
        x=Axis(text(zh="logit z，q = σ(z)", en="logit z, q = σ(z)"), range=(-6.0, 6.0)),
        y=Axis(text(zh="梯度", en="gradient"), "nat", range=(-1.0, 1.0)),
        marks=[Mark(0.0, same("0")), Mark(at, same("q"), "x")],
    )  # fmt: skip
    scalars = {
        "h_p": h_p, "h_q": h_q, "ce_pq": ce_pq, "ce_qp": ce_qp, "kl_pq": kl_pq, "kl_qp": kl_qp, "js": js,
        "kl_ratio": kl_pq / kl_qp if kl_qp > 0 else math.nan, "slope_ce": slope_ce, "slope_mse": slope_mse,
    }  # fmt: skip
    notes = [
        text(zh=f"用 q 去编码来自 p 的数据，平均 {ce_pq:.4f} {unit}：其中 {h_p:.4f} 谁也省不掉，"
             f"{kl_pq:.4f} 是模型错了的代价。",
             en=f"Coding data from p with q costs {ce_pq:.4f} {unit} on average: {h_p:.4f} nobody can save, "
             f"{kl_pq:.4f} is the price of the wrong model."),
        text(zh=f"两个方向：D(p‖q) = {kl_pq:.4f}，D(q‖p) = {kl_qp:.4f}；JS = {js:.4f}，"
             f"不超过 {math.log(2) * scale:.3f}。",
             en=f"The two directions: D(p‖q) = {kl_pq:.4f}, D(q‖p) = {kl_qp:.4f}; JS = {js:.4f}, at most "
             f"{math.log(2) * scale:.3f}."),
    ]  # fmt: skip
    check = Check(text(zh="D(p‖q) 与梯度 q − p 沿 logit 的积分",
                       en="D(p‖q) against the integral of q − p along the logit"),
                  abs(kl_from_gradient(p, q) * scale - kl_pq), 1e-9)  # fmt: skip
    return Result([bars, lines, gradient], scalars, notes, [check])
