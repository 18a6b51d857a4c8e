"""One split of one column: every gain, both sides of the missing, what λ does to the order."""

import math
from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.boosted_trees import Curve, Settings, best_split, binned, derivatives, leaf_value, split_curve
from app.kit import Axis, Check, Lines, Mark, Points, Result, Series, Text, View, text

BIG = 10.0
ONE = np.array([0])


def gain_by_masks(x: Array, g: Array, h: Array, threshold: float, missing_left: bool, lam: float) -> float:
    """The same gain the slow way: minimise Gw + ½(H + λ)w² in each group and compare (times two)."""

    def fall(rows: Array) -> float:
        w = leaf_value(float(g[rows].sum()), float(h[rows].sum()), lam)
        return -float((g[rows] * w + 0.5 * h[rows] * w * w).sum() + 0.5 * lam * w * w)

    left = np.where(np.isnan(x), missing_left, x < threshold)
    return 2 * (fall(left) + fall(~left) - fall(np.full(len(x), True)))


def best_of(curve: Curve) -> tuple[float, float]:
    """(threshold, gain) of the best candidate, NaN and −inf without one."""
    if not np.isfinite(curve.gains).any():
        return math.nan, -math.inf
    side, k = np.unravel_index(int(curve.gains.argmax()), curve.gains.shape)
    return float(curve.thresholds[k]), float(curve.gains[side, k])


def search_result(p: Any) -> Result:
    x = np.array([*range(1, len(p.y) + 1), *[math.nan] * len(p.missing)], dtype=float)
    y = np.array([*p.y, *p.missing])
    y = (y > 0).astype(float) if p.loss == "logistic" else y
    g, h = derivatives(p.loss, np.zeros(len(y)), y)
    bins = p.bins if p.method == "hist" else 0
    seen = binned(x[:, None], bins)[:, 0] if bins else x
    weight = p.min_child_weight
    curve = split_curve(seen, g, h, p.lam, weight, bins == 0)
    free = split_curve(seen, g, h, p.lam, 0.0, bins == 0)
    split = best_split(seen[:, None], g, h, ONE, Settings(lam=p.lam, min_child_weight=weight, bins=bins))
    exact_threshold, exact = best_of(split_curve(x, g, h, p.lam, weight))
    zero, big = (split_curve(seen, g, h, lam, weight, bins == 0) for lam in (0.0, BIG))
    s = {
        "gain": split.gain if split else -math.inf, "gain_paper": split.gain / 2 if split else -math.inf,
        "threshold": split.threshold if split else math.nan,
        "missing_left": float(split.missing_left) if split else math.nan,
        "left_value": leaf_value(*split.left, p.lam) if split else math.nan,
        "right_value": leaf_value(*split.right, p.lam) if split else math.nan,
        "root_value": leaf_value(float(g.sum()), float(h.sum()), p.lam) + 0.0,
        "cover_left": split.left[1] if split else math.nan, "cover_right": split.right[1] if split else math.nan,
        "kept": float(split is not None and split.gain > 1e-6 and split.gain >= p.gamma),
        "kept_paper": float(split is not None and split.gain > 1e-6 and split.gain / 2 >= p.gamma),
        "gain_missing_left": math.nan, "gain_missing_right": math.nan,
        "candidates": float(len(curve.thresholds)), "cover": float(h.sum()),
        "heaviest_child": float(np.minimum(free.left[..., 1], h.sum() - free.left[..., 1]).max(initial=0.0)),
        "exact_gain": exact, "exact_threshold": exact_threshold,
        "of_exact": split.gain / exact if split and exact > 0 else math.nan,
        "threshold_no_lambda": best_of(zero)[0], "threshold_large_lambda": best_of(big)[0],
    }  # fmt: skip
    if split and p.missing:
        k = int(np.flatnonzero(curve.thresholds == split.threshold)[0])
        s["gain_missing_left"], s["gain_missing_right"] = (float(v) for v in free.gains[:, k])
    slow = np.array([
        [gain_by_masks(seen, g, h, t, side, p.lam) for t in curve.thresholds] for side in (True, False)
    ])  # fmt: skip
    near = np.isfinite(free.gains) & np.isfinite(slow)
    off = float(np.abs(free.gains - slow)[near].max(initial=0.0))
    check = Check(
        text(zh="增益与逐行最小化目标函数之差", en="Gains against minimising the objective row by row"), off, 1e-8
    )
    views: list[View] = [gains_view(p, curve, slow, s), data_view(x, y, s), order_view(p, zero, curve, big, s)]
    return Result(views, s, notes(p, s), [check])


def cut(s: dict[str, float]) -> Text:
    """The winning split in words."""
    if math.isinf(s["threshold"]):
        return text(zh="“有 x / 缺 x”", en="“x present / x missing”")
    return text(zh=f"x < {s['threshold']:g}", en=f"x < {s['threshold']:g}")


def finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def gains_view(p: Any, curve: Curve, slow: Array, s: dict[str, float]) -> Lines:
    inside = np.isfinite(curve.thresholds)
    t, gains = curve.thresholds[inside], finite(curve.gains[:, inside])
    sides = [(1, "right", text(zh="缺失送右", en="missing right")), (0, "left", text(zh="缺失送左", en="missing left"))]
    if not p.missing:
        sides = [(1, "right", text(zh="增益", en="gain"))]
    series = [Series(key, name, t, gains[i], draw="both") for i, key, name in sides]
    both = [np.where(np.isnan(gains[i]), np.nan, slow[i, inside]) for i, _, _ in sides]
    name = text(zh="逐行最小化", en="row by row")
    series.append(
        Series("by-hand", name, np.tile(t, len(sides)), np.concatenate(both), role="reference", draw="points")
    )
    if not math.isnan(s["threshold"]):
        best = text(zh="胜出", en="winner")
        series.append(
            Series("winner", best, [min(s["threshold"], len(p.y) + 0.5)], [s["gain"]], role="highlight", draw="points")
        )
        said = text(
            zh=f"{len(curve.thresholds)} 个候选里 {cut(s).zh} 的增益最大：{s['gain']:.2f}（论文写法 "
            f"{s['gain_paper']:.2f}），γ = {p.gamma:g}，分裂{'保留' if s['kept'] else '不做'}。",
            en=f"Of {len(curve.thresholds)} candidates {cut(s).en} gains most: {s['gain']:.2f} (the paper "
            f"writes {s['gain_paper']:.2f}); with γ = {p.gamma:g} the split is {'kept' if s['kept'] else 'dropped'}.",
        )  # fmt: skip
    else:
        said = text(
            zh=f"{len(curve.thresholds)} 个候选全被 min_child_weight = {p.min_child_weight:g} 挡住。",
            en=f"min_child_weight = {p.min_child_weight:g} forbids all {len(curve.thresholds)} candidates.",
        )
    return Lines(
        id="gains", title=text(zh="每个切分点的增益", en="The gain of every threshold"),
        description=said, series=series,
        marks=[Mark(p.gamma, text(zh="γ", en="γ"))],
        x=Axis(text(zh="切分点（x < t 走左）", en="Threshold t (x < t goes left)"), range=(0.0, len(p.y) + 1.0)),
        y=Axis(text(zh="增益（XGBoost 的写法，无 ½）", en="Gain (as XGBoost reports it, no ½)")),
    )  # fmt: skip


def data_view(x: Array, y: Array, s: dict[str, float]) -> Points:
    gone, end = np.isnan(x), float(np.nanmax(x)) + 0.5
    series = [Series("data", text(zh="样本", en="rows"), x[~gone], y[~gone], draw="points")]
    if gone.any():
        zeros = np.zeros(int(gone.sum()))
        series.append(Series("missing", text(zh="缺 x（画在 0）", en="x missing (drawn at 0)"), zeros, y[gone],
                             draw="points", role="highlight"))  # fmt: skip
    if s["kept"]:
        edge = min(s["threshold"], end)
        gap, left, right = math.nan, s["left_value"], s["right_value"]
        xs, ys = [0.5, edge, gap, edge, end], [left, left, gap, right, right]
        said = text(zh=f"左叶 {left:.3f}（ΣH = {s['cover_left']:g}），右叶 {right:.3f}（ΣH = {s['cover_right']:g}）。",
                    en=f"Left leaf {left:.3f} (ΣH = {s['cover_left']:g}), right leaf {right:.3f} "
                    f"(ΣH = {s['cover_right']:g}).")  # fmt: skip
    else:
        xs, ys = [0.5, end], [s["root_value"]] * 2
        said = text(zh=f"不分裂：所有样本同用 {s['root_value']:.3f}。",
                    en=f"No split: all rows share {s['root_value']:.3f}.")  # fmt: skip
    series.append(Series("leaf-0", text(zh="叶子值 w（η = 1）", en="leaf value w (η = 1)"), xs, ys))
    return Points(
        id="leaves", title=text(zh="样本与叶子值 −G/(H+λ)", en="Rows and leaf values −G/(H+λ)"), description=said,
        series=series, x=Axis(text(zh="x", en="x"), range=(-0.5, end + 0.5)),
        y=Axis(text(zh="y 与叶子值 w", en="y and leaf value w")),
    )  # fmt: skip


def order_view(p: Any, zero: Curve, curve: Curve, big: Curve, s: dict[str, float]) -> Lines:
    series, inside = [], np.isfinite(curve.thresholds)
    shown = {"λ = 0": ("lambda-0", zero), f"λ = {p.lam:g}": ("lambda-1", curve), f"λ = {BIG:g}": ("lambda-2", big)}
    for name, (key, each) in shown.items():
        gains = finite(each.gains.max(axis=0, initial=-np.inf))
        top = np.nanmax(gains, initial=0.0)
        share = gains / top if top > 0 else np.full(len(gains), np.nan)
        series.append(Series(key, text(zh=name, en=name), each.thresholds[inside], share[inside], draw="both"))
    a, b = s["threshold_no_lambda"], s["threshold_large_lambda"]
    return Lines(
        id="order", title=text(zh="λ 会不会改变次序？", en="Does λ change the order?"),
        description=text(zh="min_child_weight 挡住了所有切分点。", en="min_child_weight forbids every threshold.")
        if math.isnan(a) else
        text(zh=f"最好的切分点：λ = 0 时 {a:g}，λ = {BIG:g} 时 {b:g}。",
             en=f"Best threshold: {a:g} at λ = 0, {b:g} at λ = {BIG:g}."),
        series=series,
        x=Axis(text(zh="切分点", en="Threshold"), range=(0.0, len(p.y) + 1.0)),
        y=Axis(text(zh="增益 ÷ 本 λ 下的最大增益", en="Gain ÷ the best gain at this λ"), range=(-0.5, 1.1)),
    )  # fmt: skip


def notes(p: Any, s: dict[str, float]) -> list[Text]:
    if math.isnan(s["threshold"]):
        return [text(
            zh=f"没有合法的分裂：min_child_weight 数的是 ΣH 不是行数。最均衡的切法，较轻的一侧也只有 "
            f"{s['heaviest_child']:g}，不到 {p.min_child_weight:g}。",
            en=f"No split is allowed: min_child_weight counts ΣH, not rows. Even the most even cut leaves its lighter "
            f"side with {s['heaviest_child']:g}, below {p.min_child_weight:g}.",
        )]  # fmt: skip
    out = [text(
        zh=f"胜者：{cut(s).zh}，增益 {s['gain']:.2f}；论文公式带 ½，是 {s['gain_paper']:.2f}。γ 比的是前者：分裂"
        f"{'保留' if s['kept'] else '不做'}。",
        en=f"Winner: {cut(s).en} with a gain of {s['gain']:.2f}; the paper's formula has a ½ and says "
        f"{s['gain_paper']:.2f}. γ is compared with the former: the split is {'kept' if s['kept'] else 'dropped'}.",
    )]  # fmt: skip
    if p.missing and math.isfinite(s["threshold"]):
        out.append(text(
            zh=f"缺失值的默认方向是学来的：同一切分点，送左 {s['gain_missing_left']:.2f}，送右 "
            f"{s['gain_missing_right']:.2f}。",
            en=f"The default direction of missing values is learnt: at this threshold left gives "
            f"{s['gain_missing_left']:.2f}, right {s['gain_missing_right']:.2f}.",
        ))  # fmt: skip
    if p.method == "hist":
        out.append(text(
            zh=f"直方图只试 {s['candidates']:.0f} 个箱边，增益是精确搜索的 {s['of_exact']:.0%}；阈值记成箱边。",
            en=f"The histogram tries {s['candidates']:.0f} edges and reaches {s['of_exact']:.0%} of the exact gain; "
            "the threshold it stores is an edge of a bin.",
        ))  # fmt: skip
    return out
