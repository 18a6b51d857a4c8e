"""Every weight along λ: straight pieces and exact zeros with L1, smooth curves with L2, and what each costs in risk."""

from dataclasses import dataclass

import numpy as np

from app.core.activations import Array
from app.core.ridge import degrees_of_freedom, ridge, ridge_factor

from app.core.lasso import (  # isort: skip
    elastic_net, largest_penalty, lasso_knots, proximal_descent, subgradient_descent, violation,
)  # fmt: skip
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, same, text

GRID = 6 * np.linspace(0, 1, 61) ** 2  # finer where λ is small
DRAWS = 60
STEPS = 1500
CHAIN, DECOY = (3.0, 1.5, 0.0, 0.0, 2.0), (2.2, 1.8, 0.0)
SMALL = 0.6


@dataclass(frozen=True)
class Setting:
    design: str
    features: int
    rho: float
    noise: float
    unit: float
    penalty: float
    mix: float
    seed: int


def chain_columns(p: int, rho: float) -> Array:
    """p columns of length 1, the dot product of columns i and j being ρ^|i-j|, (p, p)."""
    X = np.zeros((p, p))
    X[0, 0] = 1
    for j in range(1, p):
        X[:, j] = rho * X[:, j - 1]
        X[j, j] = np.sqrt(1 - rho**2)
    return X


def decoy_columns(rho: float) -> Array:
    """Two orthogonal columns and a third that has dot product ρ with both; all of length 1, (3, 3)."""
    return np.array([[1, 0, rho], [0, 1, rho], [0, 0, np.sqrt(1 - 2 * rho**2)]])


def ridge_risk(X: Array, truth: Array, noise: float, penalties: Array) -> Array:
    """E‖X(ŵ - w)‖² of ridge in closed form, one a penalty: what shrinking spoils plus what noise is left."""
    _, s, Vt = np.linalg.svd(X)
    left = ridge_factor(s, penalties[:, None])
    return np.asarray((((1 - left) * s * (Vt @ truth)) ** 2).sum(axis=1) + noise**2 * (left**2).sum(axis=1))


def paths(q: Setting) -> Result:
    if q.design == "decoy":
        X, truth = decoy_columns(q.rho), np.array(DECOY)
    else:
        X, truth = chain_columns(q.features, q.rho), np.zeros(q.features)
        truth[: len(CHAIN)] = CHAIN
        if q.design == "dense":
            truth[:] = SMALL
    p = len(truth)
    unit = np.ones(p)
    unit[0] = q.unit
    targets = X @ truth + q.noise * np.random.default_rng([q.seed, 1]).standard_normal((DRAWS, p))
    X, y = X * unit, targets[0]
    every = elastic_net(X, targets[:, None], GRID[None], q.mix) if q.mix else None
    shrunk = np.stack([ridge(X, targets, penalty) for penalty in GRID], axis=1)  # (draws, λ, p)
    blend = shrunk if every is None else every
    risk, risk_ridge = (((w - truth / unit) @ X.T) ** 2 @ np.ones(p) for w in (blend, shrunk))
    mean, mean_ridge = risk.mean(axis=0), risk_ridge.mean(axis=0)
    closed = ridge_risk(X, truth / unit, q.noise, GRID)
    best = int(mean.argmin())
    kept, right = np.abs(blend) > 1e-9, truth != 0
    here = elastic_net(X, y, q.penalty, q.mix) if q.mix else ridge(X, y, q.penalty)
    squares = ridge(X, y, q.penalty)
    penalties, knots = lasso_knots(X, y)
    rate = 1 / float(np.linalg.norm(X, 2)) ** 2
    alone = np.abs(X.T @ y)
    s = {
        "largest": largest_penalty(X, y, q.mix), "knots": float(len(penalties) - 1),
        "nonzero": float((np.abs(here) > 1e-9).sum()), "nonzero_ridge": float((squares != 0).sum()),
        "first_in": float(alone.argmax() + 1), "df_ridge": degrees_of_freedom(X, q.penalty),
        "first_wakes": float(penalties[max(0, int((knots[:, 0] != 0).argmax()) - 1)]),
        "risk_ols": q.noise**2 * p, "risk_best": float(mean[best]), "risk_ridge_best": float(mean_ridge.min()),
        "penalty_best": float(GRID[best]),
        "kept_wrong": float(kept[:, best][:, ~right].sum(axis=1).mean()) if (~right).any() else 0.0,
        "irrelevant": float((~right).sum()),
        "kept_right": float(kept[:, best][:, right].sum(axis=1).mean()),
        "support_share": float((kept[0, 1:] == right).all(axis=1).mean()),
        "last_weight": float(here[-1]),
        "zeros_subgradient": float((subgradient_descent(X, y, q.penalty, rate, STEPS) == 0).sum()),
        "zeros_proximal": float((proximal_descent(X, y, q.penalty, rate, STEPS) == 0).sum()),
        "zeros_lasso": float((np.abs(elastic_net(X, y, q.penalty)) <= 1e-9).sum()),
    }  # fmt: skip
    checks = [
        Check(text(zh="最优性条件（KKT）的违背", en="Violation of the optimality (KKT) conditions"),
              max(violation(X, y, w, penalty, q.mix) for w, penalty in zip(blend[0], GRID, strict=True)), 1e-7),
    ]  # fmt: skip
    if q.mix == 1:
        exact = np.stack([np.interp(GRID, penalties[::-1], column[::-1]) for column in knots.T], axis=1)
        checks.append(Check(text(zh="坐标下降与逐拐点的精确路径",
                                 en="Coordinate descent against the exact path by knots"),
                            float(np.abs(blend[0] - exact).max()), 1e-6))  # fmt: skip
    if q.noise:
        error = risk_ridge.std(axis=0, ddof=1) / np.sqrt(DRAWS)
        checks.append(Check(text(zh="ridge 的平均风险与闭式解之差（标准误）",
                                 en="Mean risk of ridge against its closed form (s.e.)"),
                            float((np.abs(mean_ridge - closed) / error).max()), 4.5))  # fmt: skip
    at, walk = GRID, blend[0]
    if q.mix == 1:  # so that the pieces are drawn from knot to knot
        at = np.union1d(GRID, penalties[penalties < GRID[-1]])
        walk = elastic_net(X, y, at)
    views = [
        path_view("mix-path", at, walk * unit, q, s, (penalties, knots * unit)),
        path_view("ridge-path", GRID, shrunk[0] * unit, q, s, None),
        risk_view(mean, risk.std(axis=0, ddof=1) / np.sqrt(DRAWS), mean_ridge, closed, q, s),
    ]
    return Result(views, s, notes(q, s), checks)


def path_view(
    id: str, penalties: Array, w: Array, q: Setting, s: dict[str, float], knots: tuple[Array, Array] | None
) -> Lines:
    truth = {"decoy": DECOY, "dense": w.shape[1] * (SMALL,)}.get(q.design, CHAIN)
    series = [
        Series(f"feature-{j}", text(zh=f"特征 {j + 1}", en=f"feature {j + 1}"), penalties, w[:, j],
               role="main" if j < len(truth) and truth[j] else "muted")
        for j in range(w.shape[1])
    ]  # fmt: skip
    marks = [Mark(q.penalty, same(f"λ = {q.penalty:g}"), axis="x")]
    if knots is not None and q.mix == 1:
        at, active = np.nonzero((np.abs(knots[1]) > 1e-9) & (knots[0] <= GRID[-1])[:, None])
        series.append(Series("exact", text(zh="精确路径的拐点", en="knots of the exact path"), knots[0][at],
                             knots[1][at, active], role="reference", draw="points"))  # fmt: skip
    if knots is not None and s["largest"] <= GRID[-1]:
        marks.append(Mark(s["largest"], same("λ_max"), axis="x"))
    if knots is None:
        title = text(zh="L2 的路径：光滑，谁也不为 0", en="L2: smooth, and nothing reaches 0")
        description = text(
            zh=f"λ = {q.penalty:g} 时 {s['nonzero_ridge']:.0f} 个权重都不为 0，有效自由度 {s['df_ridge']:.2f}。",
            en=f"At λ = {q.penalty:g} all {s['nonzero_ridge']:.0f} weights differ from 0; they amount to "
            f"{s['df_ridge']:.2f} degrees of freedom.",
        )
    else:
        name = "L1" if q.mix == 1 else "L2" if q.mix == 0 else f"α = {q.mix:g}"
        title = text(zh=f"{name} 的路径", en=f"The path of {name}")
        top = "∞" if np.isinf(s["largest"]) else f"{s['largest']:.2f}"
        description = text(
            zh=f"λ = {q.penalty:g} 时 {len(w.T)} 个权重中 {s['nonzero']:.0f} 个不为 0；到 λ_max = {top} 全部为 0。",
            en=f"At λ = {q.penalty:g}, {s['nonzero']:.0f} of {len(w.T)} weights differ from 0; from λ_max = {top} on, "
            "none.",
        )
    return Lines(
        id=id, title=title, description=description, series=series, marks=marks,
        x=Axis(text(zh="惩罚 λ", en="penalty λ"), range=(0, GRID[-1])),
        y=Axis(text(zh="权重（换算到原单位）", en="weight (in the original unit)")),
    )  # fmt: skip


def risk_view(mean: Array, spread: Array, mean_ridge: Array, closed: Array, q: Setting, s: dict[str, float]) -> Lines:
    name = same("L1") if q.mix == 1 else text(zh=f"弹性网 α = {q.mix:g}", en=f"elastic net α = {q.mix:g}")
    name = name if q.mix else same("L2")
    top = 1.6 * max(s["risk_ols"], float(mean.min()), 0.1)
    series = [
        Series("penalty-2", same("L2"), GRID, mean_ridge),
        Series("theory", text(zh="L2 的闭式解", en="L2 in closed form"), GRID, closed, role="reference"),
    ]
    if q.mix:
        series += [Series("penalty-0", name, GRID, mean)]
        series += [Series("penalty-0", text(zh="± 1 标准误", en="± 1 s.e."), GRID, mean + side * spread, role="muted")
                   for side in (-1, 1)]  # fmt: skip
    return Lines(
        id="risk", title=text(zh="预测风险，60 份噪声的平均", en="Prediction risk, averaged over 60 noises"),
        description=text(
            zh=f"不加惩罚是 σ²p = {s['risk_ols']:.2f}；最好的 λ 上，{name.zh} 是 {s['risk_best']:.2f}，"
            f"L2 是 {s['risk_ridge_best']:.2f}。",
            en=f"Without a penalty σ²p = {s['risk_ols']:.2f}; at the best λ {name.en} has {s['risk_best']:.2f}, L2 "
            f"{s['risk_ridge_best']:.2f}.",
        ),
        series=series, marks=[Mark(s["risk_ols"], text(zh="最小二乘 σ²p", en="least squares σ²p"))],
        x=Axis(text(zh="惩罚 λ", en="penalty λ"), range=(0, 2)),
        y=Axis(text(zh="‖X(ŵ − w)‖²", en="‖X(ŵ − w)‖²"), range=(0, top)),
    )  # fmt: skip


def notes(q: Setting, s: dict[str, float]) -> list[Text]:
    out = [text(
        zh=f"特征 {s['first_in']:.0f} 的 $|x_j^\\top y|$ 最大，λ 从大往小走时它最先醒来。惩罚看的是数值大小，"
           "换单位就换次序。",
        en=f"Feature {s['first_in']:.0f} has the largest $|x_j^\\top y|$ and wakes first as λ comes down. The penalty "
        "sees sizes: another unit, another order.",
    )]  # fmt: skip
    if q.design == "decoy":
        out.append(text(
            zh="特征 3 与结果无关，但与两个真特征的内积都是 ρ。两个真权重同号时，L1 要选对必须 2ρ ≤ 1；这里 2ρ = "
               f"{2 * q.rho:.2f}。"
            f"在画出的 λ > 0 中，选对特征的占 {s['support_share']:.0%}。",
            en="Feature 3 has no effect but dot product ρ with both that have. With two true weights of one sign "
               "L1 needs "
            f"2ρ ≤ 1 to select rightly; here 2ρ = {2 * q.rho:.2f}. At {s['support_share']:.0%} of the λ > 0 shown the "
            "right features are selected.",
        ))  # fmt: skip
    elif s["irrelevant"]:
        out.append(text(
            zh=f"预测最好的 λ = {s['penalty_best']:.2f} 上，平均留下 {s['kept_right']:.1f} 个有用特征，"
            f"也留下 {s['irrelevant']:.0f} 个无用特征中的 {s['kept_wrong']:.1f} 个：预测最好不等于选得最准。",
            en=f"At the λ that predicts best, {s['penalty_best']:.2f}, on average {s['kept_right']:.1f} useful "
               "features "
            f"are kept, and {s['kept_wrong']:.1f} of the {s['irrelevant']:.0f} useless ones: the best predictor is not "
            "the best selector.",
        ))  # fmt: skip
    out.append(text(
        zh=f"λ = {q.penalty:g} 的纯 L1 有 {s['zeros_lasso']:.0f} 个零。各走 {STEPS} 步：次梯度下降得到 "
        f"{s['zeros_subgradient']:.0f} 个恰好为 0 的权重，近端梯度（ISTA）得到 {s['zeros_proximal']:.0f} 个。",
        en=f"Pure L1 at λ = {q.penalty:g} has {s['zeros_lasso']:.0f} zeros. In {STEPS} steps each, subgradient descent "
        f"gives {s['zeros_subgradient']:.0f} weights that are exactly 0, proximal descent (ISTA) "
        f"{s['zeros_proximal']:.0f}.",
    ))  # fmt: skip
    return out
