"""Two weights in the plane: where the error touches the balls of L1, elastic net and L2, and which answers are cut."""

import numpy as np

from app.core.activations import Array
from app.core.lasso import elastic_net, violation
from app.core.ridge import ridge
from app.kit import Axis, Check, Heatmap, Lines, Result, Series, same, text

EDGE = 4.0
KEYS = {"l1": "penalty-0", "elastic": "penalty-1", "l2": "penalty-2"}
ROUND = np.linspace(0, 2 * np.pi, 121)
CIRCLE = np.stack([np.cos(ROUND), np.sin(ROUND)], axis=1)


def ball(size: float, mix: float) -> Array:
    """The curve α‖w‖₁ + ½(1-α)‖w‖² = size, (121, 2)."""
    ones = mix * np.abs(CIRCLE).sum(axis=1)
    radius = size / ones if mix == 1 else (np.sqrt(ones**2 + 2 * (1 - mix) * size) - ones) / (1 - mix)
    return np.asarray(radius[:, None] * CIRCLE)


def plane(b1: float, b2: float, rho: float, penalty: float, mix: float) -> Result:
    X = np.array([[1.0, rho], [0.0, np.sqrt(1 - rho**2)]])
    b, gram = np.array([b1, b2]), X.T @ X
    y = X @ b
    path = np.geomspace(1e-3, 60, 80)
    kinds = {"l1": 1.0, "l2": 0.0} if mix in (0, 1) else {"l1": 1.0, "elastic": mix, "l2": 0.0}
    names = {
        "l1": same("L1"),
        "elastic": text(zh=f"弹性网 α = {mix:g}", en=f"elastic net α = {mix:g}"),
        "l2": same("L2"),
    }
    found = {kind: elastic_net(X, y, penalty, share) for kind, share in kinds.items()}
    series: list[Series] = []
    stretch = np.linalg.inv(X)  # ‖Xv‖ = 1 for v = X⁻¹ (unit vector)
    for kind, share in kinds.items():
        w = found[kind]
        size = share * np.abs(w).sum() + 0.5 * (1 - share) * (w**2).sum()
        edge, level = ball(float(size), share), b + np.linalg.norm(X @ (w - b)) * CIRCLE @ stretch.T
        walk = elastic_net(X, y, path, share)
        zh, en = names[kind].zh, names[kind].en
        series += [
            Series(KEYS[kind], text(zh=f"{zh} 的球", en=f"ball of {en}"), edge[:, 0], edge[:, 1]),
            Series(
                kind,
                text(zh=f"{zh} 碰到的等误差线", en=f"error level touching {en}"),
                level[:, 0],
                level[:, 1],
                role="muted",
            ),
            Series(
                kind, text(zh=f"{zh}：λ 从 0 到 ∞", en=f"{en}: λ from 0 to ∞"), walk[:, 0], walk[:, 1], role="reference"
            ),
            Series(
                KEYS[kind],
                text(zh=f"{zh} 的解", en=f"solution of {en}"),
                w[:1],
                w[1:],
                draw="points",
                sizes=np.array([11.0]),
            ),
        ]
    series.append(Series("least-squares", text(zh="最小二乘解 b", en="least squares b"), b[:1], b[1:],
                         role="highlight", draw="points"))  # fmt: skip
    axis = np.linspace(-EDGE, EDGE, 65)
    many = np.stack(np.meshgrid(axis, axis), axis=-1)
    answers = elastic_net(X, many @ X.T, penalty, mix, sweeps=400) if mix else ridge(X, many @ X.T, penalty)
    count = (np.abs(answers) > 1e-9).sum(axis=-1)
    w, r = elastic_net(X, y, penalty, mix), found["l2"]
    s = {
        "w1": float(w[0]), "w2": float(w[1]), "ridge1": float(r[0]), "ridge2": float(r[1]),
        "nonzero": float((np.abs(w) > 1e-9).sum()), "nonzero_ridge": float((np.abs(r) > 1e-9).sum()),
        "cut_share": float((count < 2).mean()) if mix else 0.0, "all_cut_share": float((count == 0).mean()),
    }  # fmt: skip
    inverse = np.linalg.inv(gram + penalty * np.eye(2)) @ gram @ b
    checks = [
        Check(text(zh="最优性条件（KKT）的违背", en="Violation of the optimality (KKT) conditions"),
              max(violation(X, y, found[kind], penalty, share) for kind, share in kinds.items()), 1e-9),
        Check(text(zh="L2 与 (G+λI)⁻¹Gb", en="L2 against (G+λI)⁻¹Gb"), float(np.abs(r - inverse).max()), 1e-9),
    ]  # fmt: skip
    limits = (-EDGE, EDGE)
    views = [
        Lines(
            id="balls", title=text(zh="误差的椭圆碰到约束球", en="The error's ellipse touches the ball"),
            description=text(
                zh=f"最小二乘解 ({b1:g}, {b2:g})，λ = {penalty:g}：L1 给出 ({found['l1'][0]:.2f}, "
                   f"{found['l1'][1]:.2f})，"
                f"L2 给出 ({r[0]:.2f}, {r[1]:.2f})。",
                en=f"Least squares ({b1:g}, {b2:g}), λ = {penalty:g}: L1 gives ({found['l1'][0]:.2f}, "
                f"{found['l1'][1]:.2f}), L2 ({r[0]:.2f}, {r[1]:.2f}).",
            ),
            series=series, equal=True, x=Axis(same("w₁"), range=limits), y=Axis(same("w₂"), range=limits),
        ),
        Heatmap(
            id="cut", title=text(zh="最小二乘解落在哪里会被砍", en="Which least-squares answers are cut"),
            description=text(
                zh=f"α = {mix:g}：方框内 {s['cut_share']:.0%} 的最小二乘解至少有一个权重变成 0，"
                   f"{s['all_cut_share']:.0%} 全部变成 0；"
                "在 L2 下这样的解没有面积。",
                en=f"α = {mix:g}: {s['cut_share']:.0%} of the square loses at least one weight, "
                f"{s['all_cut_share']:.0%} both; under L2 only lines of no area do.",
            ),
            z=count, xs=axis, ys=axis, equal=True, x=Axis(same("b₁"), range=limits), y=Axis(same("b₂"), range=limits),
            value=Axis(text(zh="非零权重个数", en="non-zero weights"), range=(0, 2)),
            series=[Series("least-squares", same("b"), b[:1], b[1:], role="highlight", draw="points")],
        ),
    ]  # fmt: skip
    corner = s["nonzero"] < 2
    note = text(
        zh=f"0 是最优，当且仅当残差对这一列的拉力 $|x_j^\\top r|$ 不超过 λα = {penalty * mix:g}。"
        + ("这里椭圆碰到了尖角。" if corner else "这里椭圆碰到的是边，不是尖角：L1 不一定给出 0。"),
        en=rf"0 is optimal exactly when the pull of the residual, $|x_j^\top r|$, is at most λα = {penalty * mix:g}. "
        + ("Here the ellipse touches a corner." if corner else "Here it touches an edge: L1 need not give zeros."),
    )
    return Result(views, s, [note], checks)
