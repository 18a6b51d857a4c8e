"""The last tab of how_many_bins: counts per bin, weight of evidence, and the weights logistic regression learns."""

import math

import numpy as np

from app.core.binning import bin_weights, information_value, one_hot, weight_of_evidence
from app.core.logistic_regression import newton

from app.kit import Axis, Bars, BarSeries, Check, Result, Table, Text, View, same, text  # isort: skip


def shown(x: float) -> str:
    """Three decimals, or ∞."""
    return f"{x:.3f}" if math.isfinite(x) else ("∞" if x > 0 else "−∞")


def evidence(positives: tuple[int, ...], negatives: tuple[int, ...], smoothing: float) -> Result:
    ones, zeros = np.array(positives, float), np.array(negatives, float)
    woe, odds = weight_of_evidence(ones, zeros, smoothing), bin_weights(ones + smoothing, zeros + smoothing)
    iv = information_value(ones, zeros, smoothing)
    smooth = ones + smoothing, zeros + smoothing
    base = math.log(smooth[0].sum() / smooth[1].sum())
    finite = bool(np.isfinite(woe).all())
    v = {"iv": iv, "base": base, "infinite": float(np.isinf(woe).sum()),
         **{f"woe_{k + 1}": float(w) for k, w in enumerate(woe)},
         **{f"w_{k + 1}": float(w) for k, w in enumerate(odds)}}  # fmt: skip
    names = [same(str(k + 1)) for k in range(len(ones))]
    table = Table(
        id="counts", title=text(zh="逐箱计数", en="Counts by bin"),
        description=text(
            zh=f"{len(ones)} 个箱，IV = {shown(iv)} nat；总体对数几率 {base:.3f}。",
            en=f"{len(ones)} bins, IV = {shown(iv)} nat; log-odds of all rows {base:.3f}."),
        columns=[text(zh="箱", en="bin"), text(zh="正例 n₁ₖ", en="positive n₁ₖ"), text(zh="负例 n₀ₖ",
                                                                                    en="negative n₀ₖ"),
                 text(zh="正例率", en="rate"), text(zh="ln(n₁ₖ/n₀ₖ)", en="ln(n₁ₖ/n₀ₖ)"), same("WOE"),
                 text(zh="对 IV 的贡献", en="part of IV")],
        rows=[[k + 1, int(ones[k]), int(zeros[k]),
               f"{ones[k] / (ones[k] + zeros[k]):.3f}" if ones[k] + zeros[k] else "–", shown(float(odds[k])),
               shown(float(woe[k])),
               shown(float((smooth[0][k] / smooth[0].sum() - smooth[1][k] / smooth[1].sum()) * woe[k]))]
              for k in range(len(ones))],
    )  # fmt: skip
    bars = Bars(
        id="woe", title=text(zh="每箱的证据：往哪边拉，拉多少", en="The evidence of each bin: which way, how far"),
        description=text(
            zh="WOE 依次为 " + "、".join(shown(float(w)) for w in woe) + "；逻辑回归的权重只比它多一个常数 "
            f"{base:.3f}。",
            en="WOE " + ", ".join(shown(float(w)) for w in woe) + f"; the weights of logistic regression differ by "
            f"the constant {base:.3f} only."),
        categories=names,
        series=[BarSeries("woe", same("WOE"), np.where(np.isfinite(woe), woe, np.nan)),
                BarSeries("weight", text(zh="权重（无截距）", en="weight (no intercept)"),
                          np.where(np.isfinite(odds), odds, np.nan), role="muted")],
        x=Axis(text(zh="箱", en="Bin")), y=Axis(text(zh="对数几率", en="Log-odds"), unit="nat"),
    )  # fmt: skip
    views: list[View] = [bars, table]
    return Result(views, v, notes(v, smoothing, finite), checks(ones, zeros, smoothing, finite))


def checks(ones: np.ndarray, zeros: np.ndarray, smoothing: float, finite: bool) -> list[Check]:
    """Newton on the very rows (weights per row stand in for smoothing), where it has a finite answer."""
    if not finite or smoothing > 0:
        return []
    bins = np.repeat(np.arange(len(ones)), (ones + zeros).astype(int))
    y = np.concatenate([np.r_[np.ones(int(a)), np.zeros(int(b))] for a, b in zip(ones, zeros, strict=True)])
    learned = newton(one_hot(bins, len(ones)), y, tolerance=1e-12).weights - math.log(ones.sum() / zeros.sum())
    return [Check(text(zh="WOE，与逻辑回归权重减总体对数几率之差",
                       en="WOE, against learned weight less overall log-odds"),
                  float(np.abs(learned - weight_of_evidence(ones, zeros)).max()), 1e-6)]  # fmt: skip


def notes(v: dict[str, float], smoothing: float, finite: bool) -> list[Text]:
    out = [text(
        zh=f"单个分箱特征的逻辑回归不用迭代：权重就是每箱的 $\\ln(n_1/n_0)$。减去总体的 {v['base']:.3f} 就是 WOE。"
        f"IV = {shown(v['iv'])}。",
        en=f"Logistic regression on one binned feature needs no iterations: a weight is $\\ln(n_1/n_0)$ of its bin. "
        f"Less the {v['base']:.3f} of all rows it is the WOE. IV = {shown(v['iv'])}.",
    )]  # fmt: skip
    if not finite:
        out.append(text(
            zh="有一箱只有一类：似然希望权重走到无穷，IV 也成了无穷。加 0.5 平滑、加正则，或与相邻的箱合并。",
            en="A bin holds one class only: the likelihood wants an infinite weight and IV is infinite too. Add 0.5 to "
            "the counts, add a penalty, or merge it with its neighbour.",
        ))  # fmt: skip
    elif smoothing:
        out.append(text(
            zh=f"每个计数加 {smoothing:g}：空格子不再是无穷，大箱几乎不变。",
            en=f"With {smoothing:g} added to every count an empty cell is finite, and large bins hardly move.",
        ))  # fmt: skip
    return out
