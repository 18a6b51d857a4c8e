"""Counts: the textbook's fifteen examples, a zero in the table, and three ways to estimate."""

from fractions import Fraction
from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.naive_bayes import Codes, NaiveBayes, fit, log_joint, most_probable, posterior
from app.kit import Axis, Bars, BarSeries, Check, Lines, Result, Series, Table, Text, same, text

SIZES = ("S", "M", "L")
X = np.array([[i // 5, SIZES.index(s)] for i, s in enumerate("SMMSSSMMLLLMMLL")])
Y = np.array([0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0])  # 0 stands for the textbook's −1
ONLY_SMALL = 3  # the one example of class 1 with X2 = S
LEVELS = (3, 3)


def examples(drop: bool) -> tuple[Codes, Codes]:
    keep = np.arange(len(Y)) != (ONLY_SMALL if drop else -1)
    return X[keep], Y[keep]


def exact(xs: Codes, ys: Codes, asked: Codes, extra: float) -> tuple[float, float]:
    """P(y) ∏ P(x_j | y) for classes 0 and 1, in fractions, written from the definition."""
    lam, out = Fraction(repr(extra)), []
    for label in (0, 1):
        own = [row for row, y in zip(xs.tolist(), ys.tolist(), strict=True) if y == label]
        product = (len(own) + lam) / (len(ys) + 2 * lam)
        for j, value in enumerate(asked.tolist()):
            product *= (sum(row[j] == value for row in own) + lam) / (len(own) + 3 * lam)
        out.append(float(product))
    return out[0], out[1]


def run_counts(params: Any) -> Result:
    xs, ys = examples(params.drop)
    asked, lam = np.array([int(params.x1) - 1, SIZES.index(params.x2)]), params.smoothing
    plain, used = fit(xs, ys, LEVELS, 0.0), fit(xs, ys, LEVELS, lam)
    joint_plain, joint = (np.exp(log_joint(m, asked[None]))[0] for m in (plain, used))
    chance_plain, chance = (float(posterior(log_joint(m, asked[None]))[0, 1]) for m in (plain, used))
    whole = posterior(log_joint(fit(*examples(False), LEVELS, 0.0), asked[None]))
    counts = np.bincount(xs[ys == 1, 1], minlength=3)
    scalars = {
        "joint_1": float(joint[1]), "joint_0": float(joint[0]),
        "mle_joint_1": float(joint_plain[1]), "mle_joint_0": float(joint_plain[0]),
        "posterior": chance, "mle_posterior": chance_plain,
        "mle_all_examples": float(whole[0, 1]),
        "small_count": float(counts[0]), "small_mle": float(plain.tables[1][1, 0]),
        "small_smoothed": float(used.tables[1][1, 0]),
        "small_map": float(most_probable(counts, lam)[0]) if lam >= 1 else float("nan"),
    }  # fmt: skip
    truth = exact(xs, ys, asked, lam)
    check = Check(
        text(zh="两类的分子，与分数精确计算之差", en="The numerators of both classes, against exact fractions"),
        float(np.abs(joint - truth).max()), 1e-12,
    )  # fmt: skip
    views = [estimate_view(counts, plain, used, scalars, lam), table_view(asked, plain, used, scalars),
             curve_view(xs, ys, asked, scalars, lam)]  # fmt: skip
    return Result(views, scalars, notes(scalars, lam), [check])


def estimate_view(counts: Codes, plain: NaiveBayes, used: NaiveBayes, s: dict[str, float], lam: float) -> Bars:
    series = [
        BarSeries("frequency", text(zh="极大似然：频率", en="maximum likelihood: the frequency"), plain.tables[1][1]),
        BarSeries("posterior", text(zh=f"后验均值，先验 Dir({lam:g})：平滑", en=f"posterior mean, prior Dir({lam:g}): "
                                    "smoothing"), used.tables[1][1], role="highlight"),
    ]  # fmt: skip
    if lam >= 1:
        name = text(zh=f"MAP，同一先验 Dir({lam:g})", en=f"MAP, the same prior Dir({lam:g})")
        series.append(BarSeries("mode", name, most_probable(counts, lam)))
    shown = "、".join(f"{v}" for v in counts)
    return Bars(
        id="estimates", title=text(zh="P(X₂ | y = 1) 的三种估计", en="P(X₂ | y = 1), estimated in three ways"),
        description=text(
            zh=f"类 1 里 S、M、L 各出现 {shown} 次。S 的概率：极大似然 {s['small_mle']:.3f}，平滑后 "
            f"{s['small_smoothed']:.3f}。",
            en=f"Class 1 has S, M, L {', '.join(str(v) for v in counts)} times. P(S): {s['small_mle']:.3f} by maximum "
            f"likelihood, {s['small_smoothed']:.3f} when smoothed.",
        ),
        categories=[same(name) for name in SIZES], series=series,
        x=Axis(same("X₂")), y=Axis(text(zh="概率", en="Probability"), range=(0, 0.6)),
    )  # fmt: skip


def table_view(asked: Array, plain: NaiveBayes, used: NaiveBayes, s: dict[str, float]) -> Table:
    def row(model: NaiveBayes, name: Text, label: int, joint: float, chance: float) -> list[Any]:
        first, second = (float(table[label, v]) for table, v in zip(model.tables, asked, strict=True))
        return [name, "1" if label else "−1", *(f"{v:.4g}" for v in (model.prior[label], first, second, joint, chance))]

    ways = ((plain, text(zh="极大似然", en="maximum likelihood"), "mle_"), (used, text(zh="平滑", en="smoothed"), ""))
    return Table(
        id="product", title=text(zh="分子是怎么乘出来的", en="How the numerators come about"),
        description=text(
            zh=f"P(y = 1 | x)：极大似然 {s['mle_posterior']:.3f}，平滑后 {s['posterior']:.3f}。",
            en=f"P(y = 1 | x): {s['mle_posterior']:.3f} by maximum likelihood, {s['posterior']:.3f} when smoothed.",
        ),
        columns=[text(zh="估计", en="Estimate"), text(zh="类 y", en="Class y"), same("P(y)"), same("P(x₁ | y)"),
                 same("P(x₂ | y)"), text(zh="乘积", en="Product"), same("P(y | x)")],
        rows=[row(model, name, label, s[f"{key}joint_{label}"],
                  s[f"{key}posterior"] if label else 1 - s[f"{key}posterior"])
              for model, name, key in ways for label in (1, 0)],
    )  # fmt: skip


def curve_view(xs: Codes, ys: Codes, asked: Codes, s: dict[str, float], lam: float) -> Lines:
    grid = np.linspace(0, 5, 51)
    chance = [float(posterior(log_joint(fit(xs, ys, LEVELS, v), asked[None]))[0, 1]) for v in grid]
    return Lines(
        id="smoothing", title=text(zh="平滑多少，结论差多少", en="How much the answer depends on λ"),
        description=text(
            zh=f"λ = 0 时 P(y = 1 | x) = {s['mle_posterior']:.3f}，λ = {lam:g} 时 {s['posterior']:.3f}，λ = 5 "
            f"时 {chance[-1]:.3f}。",
            en=f"P(y = 1 | x) is {s['mle_posterior']:.3f} at λ = 0, {s['posterior']:.3f} at λ = {lam:g} and "
            f"{chance[-1]:.3f} at λ = 5.",
        ),
        series=[
            Series("posterior", text(zh="后验", en="posterior"), grid, np.array(chance)),
            Series("current", text(zh="本次", en="this run"), np.array([lam]), np.array([s["posterior"]]), "highlight",
                   "points"),
        ],
        x=Axis(text(zh="平滑 λ", en="Smoothing λ"), range=(0, 5)), y=Axis(same("P(y = 1 | x)"), range=(0, 1)),
    )  # fmt: skip


def notes(s: dict[str, float], lam: float) -> list[Text]:
    rule_zh = r"平滑是 $(n_s+\lambda)/(N+S\lambda)$：分子加 λ，分母加 $S\lambda$，和才仍为 1。"
    rule_en = r"Smoothing is $(n_s+\lambda)/(N+S\lambda)$: λ above and $S\lambda$ below, or the sum is not 1. "
    out = [
        text(zh=rule_zh + f"它是先验 Dir({lam:g}) 下的后验**均值**。",
             en=rule_en + f"It is the posterior **mean** under the prior Dir({lam:g}).")
        if lam else text(zh=rule_zh + "λ = 0 就是极大似然。", en=rule_en + "λ = 0 is maximum likelihood.")
    ]  # fmt: skip
    if s["small_mle"] == 0:
        out.append(text(
            zh="S 在类 1 里一次也没出现：极大似然给它 0，一个 0 因子就把别的证据全部否决。",
            en="S never occurs in class 1: maximum likelihood gives it 0, and one factor of 0 vetoes all other "
            "evidence.",
        ))  # fmt: skip
    if lam >= 1:
        out.append(text(
            zh=f"同一个先验 Dir({lam:g}) 下，众数（MAP）是 {s['small_map']:.3f}，均值是 {s['small_smoothed']:.3f}。"
            + ("均匀先验的 MAP 就是极大似然。" if lam == 1 else "要用 MAP 得到同样的平滑，先验得是 Dir(λ+1)。"),
            en=f"Under the same prior Dir({lam:g}) the mode (MAP) for S is {s['small_map']:.3f}, the mean "
            f"{s['small_smoothed']:.3f}. "
            + ("With a flat prior MAP is maximum likelihood." if lam == 1 else
               "For MAP to give this smoothing the prior must be Dir(λ+1)."),
        ))  # fmt: skip
    return out
