"""Two columns that are nearly or exactly the same: how L1, elastic net and L2 share the weight between them."""

import numpy as np

from app.core.activations import Array
from app.core.lasso import elastic_net, violation
from app.core.ridge import ridge
from app.kit import Axis, Check, Lines, Points, Result, Series, Text, same, text

DRAWS = 80
KEYS = {"l1": "penalty-0", "elastic": "penalty-1", "l2": "penalty-2"}
TRUTH = np.array([1.0, 1.0])


def twins(rho: float, noise: float, penalty: float, mix: float, seed: int) -> Result:
    X = np.array([[1.0, rho], [0.0, np.sqrt(1 - rho**2)]])
    targets = X @ TRUTH + noise * np.random.default_rng([seed, 2]).standard_normal((DRAWS, 2))
    shares = {"l1": 1.0, "elastic": mix, "l2": 0.0} if 0 < mix < 1 else {"l1": 1.0, "l2": 0.0}
    names = {
        "l1": same("L1"),
        "elastic": text(zh=f"弹性网 α = {mix:g}", en=f"elastic net α = {mix:g}"),
        "l2": same("L2"),
    }
    found = {kind: elastic_net(X, targets, penalty, share) if share else ridge(X, targets, penalty)
             for kind, share in shares.items()}  # fmt: skip
    swapped = elastic_net(X[:, ::-1], targets, penalty)[:, ::-1]
    live = np.abs(found["l1"]).sum(axis=1) > 1e-9
    s = {"swapped_gap": float(np.abs(swapped - found["l1"]).max())}
    for kind in ("l1", "elastic", "l2"):
        w = found.get(kind)
        s[f"cut_{kind}"] = float((live & ((np.abs(w) <= 1e-9).sum(axis=1) == 1)).mean()) if w is not None else np.nan
        s[f"gap_{kind}"] = float(np.abs(w[:, 0] - w[:, 1]).mean()) if w is not None else np.nan
        s[f"total_{kind}"] = float(w.sum(axis=1).mean()) if w is not None else np.nan
    y = X @ TRUTH  # without noise, for the split
    clean = {
        kind: elastic_net(X, y, penalty, share) if share else ridge(X, y, penalty) for kind, share in shares.items()
    }
    s |= {"first": float(clean["l1"][0]), "second": float(clean["l1"][1]),
          "ridge_first": float(clean["l2"][0]), "ridge_second": float(clean["l2"][1])}  # fmt: skip
    split = np.linspace(-0.5, 1.5, 101)
    curves = {}
    for kind, share in shares.items():
        w = clean[kind].sum() * np.stack([split, 1 - split], axis=1)
        cost = 0.5 * ((y - w @ X.T) ** 2).sum(axis=1)
        cost = cost + penalty * (share * np.abs(w).sum(axis=1) + 0.5 * (1 - share) * (w**2).sum(axis=1))
        curves[kind] = cost - cost.min()
    inside = (split >= 0) & (split <= 1)
    s["flat"] = float(np.ptp(curves["l1"][inside]))
    half = (1 + rho) / (1 + rho + penalty)  # the two columns are alike: by symmetry both weights are this
    checks = [
        Check(text(zh="最优性条件（KKT）的违背", en="Violation of the optimality (KKT) conditions"),
              max(violation(X, t, w, penalty, share) for kind, share in shares.items()
                  for t, w in zip(targets, found[kind], strict=True)), 1e-9),
        Check(text(zh="无噪声时 L2 与 (1+ρ)/(1+ρ+λ)", en="L2 without noise against (1+ρ)/(1+ρ+λ)"),
              float(np.abs(clean["l2"] - half).max()), 1e-9),
    ]  # fmt: skip
    return Result(
        [scatter(found, swapped, rho, names, s), split_view(split, curves, names, s)], s, notes(rho, s), checks
    )


def scatter(found: dict[str, Array], swapped: Array, rho: float, names: dict[str, Text], s: dict[str, float]) -> Points:
    series = [Series(KEYS[kind], names[kind], w[:, 0], w[:, 1], draw="points") for kind, w in found.items()]
    if rho == 1:
        series.append(
            Series(
                "l1-swapped",
                text(zh="L1，两列对调", en="L1, columns swapped"),
                swapped[:, 0],
                swapped[:, 1],
                draw="points",
            )
        )
    seen = np.concatenate([np.stack([x.x, x.y]).ravel() for x in series])
    low, top = float(seen.min()) - 0.2, float(seen.max()) + 0.2
    return Points(
        id="draws", title=text(zh=f"{DRAWS} 份噪声：两列各分到多少", en=f"{DRAWS} noises: what each column gets"),
        description=text(
            zh=f"ρ = {rho:g}：L1 在 {s['cut_l1']:.0%} 的数据上把其中一列砍到 0，两权重平均相差 {s['gap_l1']:.2f}；"
            f"L2 相差 {s['gap_l2']:.2f}。",
            en=f"ρ = {rho:g}: L1 sets one of the two to 0 in {s['cut_l1']:.0%} of the draws; the weights differ by "
            f"{s['gap_l1']:.2f} on average, under L2 by {s['gap_l2']:.2f}.",
        ),
        series=[Series("equal", text(zh="平分", en="equal shares"), np.array([low, top]), np.array([low, top]),
                       role="reference"), *series],
        x=Axis(same("w₁"), range=(low, top)), y=Axis(same("w₂"), range=(low, top)), equal=True,
    )  # fmt: skip


def split_view(split: Array, curves: dict[str, Array], names: dict[str, Text], s: dict[str, float]) -> Lines:
    return Lines(
        id="split", title=text(zh="总权重不变，换一种分法要付多少", en="What another split of the same total costs"),
        description=text(
            zh=f"分给第 1 列的份额从 0 到 1：L1 的目标变化 {s['flat']:.3f}，L2 变化 "
               f"{np.ptp(curves['l2'][25:76]):.3f}。",
            en=f"As the first column's share goes from 0 to 1 the objective of L1 varies by {s['flat']:.3f}, that "
               "of L2 "
            f"by {np.ptp(curves['l2'][25:76]):.3f}.",
        ),
        series=[Series(KEYS[kind], names[kind], split, curve) for kind, curve in curves.items()],
        x=Axis(text(zh="第 1 列的份额", en="share of the first column"), range=(-0.5, 1.5)),
        y=Axis(text(zh="目标 − 最小值（无噪声）", en="objective − minimum (no noise)")),
    )  # fmt: skip


def notes(rho: float, s: dict[str, float]) -> list[Text]:
    if rho == 1:
        first = text(
            zh=f"两列完全相同：无噪声时 L1 给 ({s['first']:.2f}, {s['second']:.2f})，L2 给 ({s['ridge_first']:.2f}, "
            f"{s['ridge_second']:.2f})。L1 的解不唯一：任何非负的分法目标相同，坐标下降只是先更新第 1 列；"
            "把两列对调，结果也对调。",
            en=f"The columns are the same: without noise L1 gives ({s['first']:.2f}, {s['second']:.2f}), L2 "
            f"({s['ridge_first']:.2f}, {s['ridge_second']:.2f}). The L1 solution is not unique: every non-negative "
            "split "
            "has the same objective. Coordinate descent happens to update the first column first; swap the columns and "
            "the answer swaps.",
        )
    else:
        first = text(
            zh=f"真权重是 (1, 1)。L1 在 {s['cut_l1']:.0%} 的数据上只留一列，留哪一列由噪声决定；L2 "
            "把相近的列拉到一起。",
            en=f"The true weights are (1, 1). L1 keeps only one column in {s['cut_l1']:.0%} of the draws, and "
            "noise decides "
            "which; L2 draws like columns together.",
        )
    out = [first]
    if np.isfinite(s["gap_elastic"]):
        out.append(text(
            zh=f"弹性网：两权重平均相差 {s['gap_elastic']:.2f}（L1 是 {s['gap_l1']:.2f}），"
            f"只留一列的占 {s['cut_elastic']:.0%}。",
            en=f"Elastic net: the weights differ by {s['gap_elastic']:.2f} on average (L1: {s['gap_l1']:.2f}), and "
               "one is "
            f"cut in {s['cut_elastic']:.0%} of the draws.",
        ))  # fmt: skip
    return out
