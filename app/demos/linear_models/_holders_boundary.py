"""The first tab of who_holds_the_boundary: the two boundaries, every example drawn as large as it pulls."""

from typing import cast

import numpy as np

from app.core.activations import Array
from app.core.kernel_machines import gram
from app.core.margin_losses import logistic
from app.core.svm import duality_gap
from app.demos.linear_models._holders_contour import level, zero_crossings
from app.demos.linear_models._holders_fits import LOSSES, Fits, Setting, Story, f, scalars, story
from app.kit.views import Role

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Check, Lines, Points, Mark, Result, Series, Text, View, same, text,
)  # fmt: skip

NAMES = {"hinge": text(zh="SVM（hinge）", en="SVM (hinge)"), "logistic": text(zh="逻辑回归", en="logistic regression"),
         "squared": text(zh="平方损失", en="squared loss")}  # fmt: skip
KEYS = {"hinge": "loss-4", "logistic": "loss-2", "squared": "loss-5"}
EDGE = 4.8


def tiny(x: float) -> str:
    """Two digits, or "< 10⁻⁶": what is below is rounding."""
    return f"{x:.2g}" if x >= 1e-6 else "< 10⁻⁶"


def boundary(s: Setting) -> Result:
    t = story(s)
    v = scalars(t, s)
    views: list[View] = [plane(t, s, "hinge"), plane(t, s, "logistic"), pulls(t, s)]
    views.append(shares(t, v) if s.change == "none" else turned(s, v))
    return Result(views, v, notes(s, v), checks(t, s))


def example_series(fits: Fits, loss: str, s: Setting, far: bool) -> list[Series]:
    """Each class as points sized by |pull|; those that do not pull at all are small and grey."""
    pull = np.abs(fits.machines[loss].alpha) / s.C
    X = np.clip(fits.X, -EDGE, EDGE).astype(np.float32)
    out = []
    for side, name in ((1.0, text(zh="正类", en="positive")), (-1.0, text(zh="负类", en="negative"))):
        mine = (fits.y == side) & (pull > 0)
        out.append(Series(f"class-{int(side > 0)}", name, X[mine, 0], X[mine, 1], draw="points",
                          sizes=np.round(4 + 12 * np.sqrt(pull[mine]), 1),
                          labels=[f"{p:.3g}" for p in pull[mine]]))  # fmt: skip
    idle = pull == 0
    if idle.any():
        out.append(Series("idle", text(zh="不拉的点", en="no pull"), X[idle, 0], X[idle, 1], "muted", "points",
                          sizes=np.full(int(idle.sum()), 4.0)))  # fmt: skip
    if far:
        out.append(Series("far", text(zh="新加的点（太远，画在边上）", en="the added point (drawn at the edge)"),
                          X[-1:, 0], X[-1:, 1], "highlight", "points", sizes=np.array([13.0])))  # fmt: skip
    return out


def plane(t: Story, s: Setting, loss: str) -> Points:
    old, new = t.planes[loss]
    series = example_series(t.after, loss, s, t.far is not None)
    for value, role in ((-1.0, "muted"), (1.0, "muted"), (0.0, "highlight")):
        name = text(zh="边界 f = 0", en="boundary f = 0") if value == 0 else same(f"f = {value:g}".replace("-", "−"))
        x, y = level(new, value)
        series.append(Series("boundary", name, x.astype(np.float32), y.astype(np.float32), cast(Role, role)))
    if s.change != "none":
        x, y = zero_crossings(old)
        series.append(Series("reference", text(zh="改动前的边界", en="boundary before"), x.astype(np.float32),
                             y.astype(np.float32), "reference", "points", sizes=np.full(len(x), 4.0)))  # fmt: skip
    pull = np.abs(t.after.machines[loss].alpha)
    count, total, name = int(np.count_nonzero(pull)), len(pull), NAMES[loss]
    capital = name.en[0].upper() + name.en[1:]
    return Points(
        id=f"plane-{loss}", series=series,
        title=text(zh=f"{name.zh}：点越大拉得越用力", en=f"{capital}: larger points pull harder"),
        description=text(
            zh=f"{total} 个点里 {count} 个在拉。粗线是边界 f = 0，细线是 f = −1 和 1。",
            en=f"{count} of {total} points pull. Thick: the boundary f = 0; thin: f = −1 and 1."),
        x=Axis(same("x₁"), range=(-5, 5)), y=Axis(same("x₂"), range=(-5, 5)), equal=True,
    )  # fmt: skip


def pulls(t: Story, s: Setting) -> Lines:
    m, alphas = np.linspace(-4, 8, 121), {k: t.after.machines[k].alpha for k in ("hinge", "logistic")}
    count, least = int(np.count_nonzero(alphas["hinge"])), float(alphas["logistic"].min()) / s.C
    curves = [
        Series(KEYS["hinge"], NAMES["hinge"], np.array([-4.0, 1, 1, 8]), np.array([1.0, 1, 0, 0])),
        Series(KEYS["logistic"], NAMES["logistic"], m, -logistic(m)[1]),
        Series(KEYS["squared"], NAMES["squared"], np.array([-4.0, 8]), np.array([5.0, -7]), "muted"),
    ]
    for loss in ("hinge", "logistic"):
        margin = t.after.y * f(t.after, loss, t.after.X, s)
        curves.append(Series(KEYS[loss], text(zh=f"各点：{NAMES[loss].zh}", en=f"examples: {NAMES[loss].en}"),
                             np.clip(margin, -4, 8).astype(np.float32),
                             (alphas[loss] / s.C).astype(np.float32), draw="points"))  # fmt: skip
    return Lines(
        id="pulls", series=curves, title=text(zh="一个点拉多用力，只看它的 margin", en="How hard a point pulls"),
        description=text(
            zh=f"hinge：m > 1 的点拉力为 0，{count} 个点不为 0。逻辑损失：σ(−m)，最小的也有 "
            f"{least:.2g}。平方损失在 m > 1 时反着拉。",
            en=f"Hinge: 0 beyond m = 1, {count} points are not 0. Logistic: σ(−m), the smallest is "
            f"{least:.2g}. Squared: beyond m = 1 it pulls backwards."),
        x=Axis(text(zh="m = y f(x)（限在 −4 到 8）", en="m = y f(x) (cut to −4 … 8)"), range=(-4, 8)),
        y=Axis(text(zh="拉力 −ℓ′(m)", en="pull −ℓ′(m)"), range=(-1.1, 1.6)),
        marks=[Mark(1.0, same("m = 1"), axis="x")],
    )  # fmt: skip


def shares(t: Story, v: dict[str, float]) -> Lines:
    curves = []
    for loss in ("hinge", "logistic"):
        pull = np.sort(t.before.machines[loss].alpha)[::-1]
        curves.append(Series(KEYS[loss], NAMES[loss], np.arange(len(pull) + 1.0),
                             np.append(0.0, np.cumsum(pull) / pull.sum())))  # fmt: skip
    n = v["n"]
    return Lines(
        id="shares", series=curves, title=text(zh="最用力的 k 个点占总拉力的多少", en="Share of the k hardest pullers"),
        description=text(
            zh=f"SVM 用 {v['sv_count']:.0f} 个点凑满 100%；逻辑回归 {v['holders_lr']:.0f} 个点到 90%，{n:.0f} "
               "个点才满。",
            en=f"The SVM is complete with {v['sv_count']:.0f} points; logistic regression has 90% with "
            f"{v['holders_lr']:.0f} and needs all {n:.0f}."),
        x=Axis(text(zh="点数 k", en="points k"), range=(0, n)),
        y=Axis(text(zh="占总拉力", en="share of the pull"), range=(0, 1.02)),
        marks=[Mark(0.9, same("90%"))],
    )  # fmt: skip


def turned(s: Setting, v: dict[str, float]) -> Bars:
    linear = s.kernel == "linear"
    values = [v[f"{'turned' if linear else 'moved'}_{k}"] for k in ("svm", "lr", "sq")]
    shown = [tiny(x) for x in values]
    unit = "°" if linear else ""
    return Bars(
        id="turned", title=text(zh="改动之后边界动了多少", en="How far each boundary moved"),
        description=text(
            zh=f"SVM {shown[0]}{unit}，逻辑回归 {shown[1]}{unit}，平方损失 {shown[2]}{unit}。",
            en=f"SVM {shown[0]}{unit}, logistic regression {shown[1]}{unit}, squared loss {shown[2]}{unit}."),
        categories=[NAMES[k] for k in LOSSES],
        series=[BarSeries("turned", text(zh="改动前后之差", en="before against after"), np.array(values))],
        x=Axis(text(zh="损失", en="loss")),
        y=Axis(text(zh="边界转过的角度", en="the boundary turned by"), unit="°") if linear
        else Axis(text(zh="图中 f 的最大变化", en="largest change of f in the picture")),
    )  # fmt: skip


def notes(s: Setting, v: dict[str, float]) -> list[Text]:
    out = [text(
        zh=rf"两个模型都满足 $f=C\sum_i p_i\,y_i\,k(x_i,\cdot)+b$，$p_i=-\ell'(m_i)$ 是第 $i$ 个点的拉力。SVM 有 "
        f"{v['sv_count']:.0f} 个点的拉力不为 0；逻辑回归每个点都在拉，其中 {v['sv_pull_in_lr']:.0%} 来自这些支持向量。",
        en=rf"Both models obey $f=C\sum_i p_i\,y_i\,k(x_i,\cdot)+b$, with $p_i=-\ell'(m_i)$ the pull of example $i$. "
        f"In the SVM {v['sv_count']:.0f} pulls are not 0; in logistic regression all are, and "
        f"{v['sv_pull_in_lr']:.0%} of the pull comes from those support vectors.")]  # fmt: skip
    if s.change == "drop-others":
        kept = f"{v['n_after']:.0f}"
        if s.kernel == "linear":
            out.append(
                text(
                    zh=f"只留 {kept} 个支持向量：SVM 转 {tiny(v['turned_svm'])}°，逻辑回归转 {v['turned_lr']:.1f}°，"
                    f"‖w‖ 缩到 {v['norm_ratio_lr']:.2f} 倍。",
                    en=f"With only the {kept} support vectors left the SVM turns by {tiny(v['turned_svm'])}°, logistic "
                    f"regression by {v['turned_lr']:.1f}°, and its ‖w‖ falls to {v['norm_ratio_lr']:.2f} of what it "
                    "was.",
                )
            )
        else:
            out.append(
                text(
                    zh=f"只留 {kept} 个支持向量：f 的最大变化，SVM {tiny(v['moved_svm'])}，逻辑回归 "
                    f"{v['moved_lr']:.2f}。",
                    en=f"With only the {kept} support vectors left, f changes by at most {tiny(v['moved_svm'])} "
                    "(SVM) and "
                    f"{v['moved_lr']:.2f} (logistic regression).",
                )
            )
    elif s.change in ("far-right", "far-wrong"):
        right = s.change == "far-right"
        first, then = ([f"{v[f'{kind}_{k}']:.2g}" for k in ("svm", "lr", "sq")] for kind in ("first_pull", "pull_far"))
        out.append(
            text(
                zh=f"距离 {s.distance:g} 处加一个{'标对' if right else '标错'}的点。对原来的边界，它的拉力是 "
                f"{first[0]}（SVM）、"
                f"{first[1]}（逻辑回归）、{first[2]}（平方损失）；重新训练之后是 {then[0]}、{then[1]}、{then[2]}。",
                en=f"One {'correctly labelled' if right else 'mislabelled'} point at distance {s.distance:g}. On the "
                f"boundary as it was it pulls with {first[0]} (SVM), {first[1]} (logistic), {first[2]} (squared); "
                "after "
                f"training again with {then[0]}, {then[1]}, {then[2]}.",
            )
        )
    return out  # fmt: skip


def checks(t: Story, s: Setting) -> list[Check]:
    fits = t.after
    machine, K = fits.machines["hinge"], gram(fits.X, fits.X, s.kernel, s.gamma)
    gap = abs(duality_gap(machine, K, fits.y, s.C)) / max(float(machine.alpha.sum()), 1e-12)
    logit = fits.machines["logistic"]
    out = [
        Check(text(zh="SVM 的对偶间隙（相对）", en="Duality gap of the SVM (relative)"), gap, 1e-6),
        Check(text(zh="逻辑回归：由拉力重建的 f 与牛顿法之差", en="Logistic: f rebuilt from the pulls against "
                                                 "Newton's"),
              logit.gap, 1e-4),
        Check(text(zh="两类拉力之差（相对）", en="Pulls of the two classes, difference (relative)"),
              balance(fits), 1e-6),
    ]  # fmt: skip
    if s.change == "drop-others":
        old, new = t.planes["hinge"]
        out.append(Check(text(zh="只留支持向量，SVM 的 f 变了多少", en="SVM with its support vectors alone, change "
                                                           "of f"),
                         float(np.abs(new - old).max()), 1e-6))  # fmt: skip
    return out


def balance(fits: Fits) -> float:
    """|Σ αᵢ yᵢ| / Σ αᵢ, the larger of hinge and logistic: the offset b is free, so it must be 0."""
    alphas: list[Array] = [fits.machines[k].alpha for k in ("hinge", "logistic")]
    return max(float(abs(a @ fits.y) / max(a.sum(), 1e-12)) for a in alphas)
