"""The second tab of boundary_gallery: are these points separable, and what proves the answer."""

import math
from fractions import Fraction

import numpy as np

from app.core.activations import Array
from app.core.separability import Mistakes, Verdict, mistake_bound, perceptron, proves_plane, separate
from app.demos.linear_models._gallery_data import draw, quadratic

from app.kit import (  # isort: skip
    Axis, Check, Heatmap, Lines, Mark, Points, Result, Series, Table, Text, View, same, text,
)  # fmt: skip

GRID = np.linspace(-3, 3, 81)
PASSES = 100


def first_stop(Z: Array, y: Array) -> int:
    """The most first examples that can still be separated: bisection, since a part of separable points is separable."""
    low, high = 1, len(y) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if separate(Z[:middle], y[:middle]).separable else (low, middle)
    return low


def proof(data: str, n: int, noise: float, lifted: bool, seed: int) -> Result:
    X, y = draw(data, n, noise, np.random.default_rng([seed, 0, 1]))
    Z = quadratic(X) if lifted else X
    verdict, walk = separate(Z, y), perceptron(Z, y, PASSES)
    bound = mistake_bound(Z, y, verdict.plane) if verdict.plane is not None else math.inf
    v = {
        "separable": float(verdict.separable), "dims": float(Z.shape[1]), "n": float(n),
        "proof_points": math.nan if verdict.shares is None else float(np.count_nonzero(verdict.shares)),
        "first_stop": float(first_stop(Z, y)), "half_at": 2.0 * (Z.shape[1] + 1),
        "perceptron_passes": float(len(walk.per_pass)), "perceptron_mistakes": float(sum(walk.per_pass)),
        "perceptron_last": float(walk.per_pass[-1]), "pivots": float(verdict.pivots), "bound": bound,
    }  # fmt: skip
    views: list[View] = [plane(X, y, verdict, lifted), passes(walk, verdict), certificate(X, y, Z, verdict)]
    return Result(views, v, notes(v), [check(Z, y, verdict, walk, bound)])


def classes(X: Array, y: Array) -> list[Series]:
    return [Series(f"class-{c}", text(zh=f"类 {c}", en=f"class {c}"), X[y == c, 0].round(3), X[y == c, 1].round(3),
                   draw="points") for c in (0, 1)]  # fmt: skip


def plane(X: Array, y: Array, verdict: Verdict, lifted: bool) -> View:
    if verdict.plane is not None:
        a, b = np.meshgrid(GRID, GRID)
        Q = np.column_stack([a.ravel(), b.ravel()])
        f = (quadratic(Q) if lifted else Q) @ verdict.plane[:-1] + verdict.plane[-1]
        return Heatmap(
            id="separated", z=(f > 0).reshape(a.shape).astype(np.float64), xs=GRID, ys=GRID, series=classes(X, y),
            title=text(zh="可分：这个超平面就是证明", en="Separable: this hyperplane is the proof"),
            description=text(zh=f"{len(y)} 个点都在自己一侧，用精确分数验过。",
                             en=f"All {len(y)} points lie on their own side, checked in exact fractions."),
            x=Axis(same("x₁"), range=(-3, 3)), y=Axis(same("x₂"), range=(-3, 3)), equal=True,
            value=Axis(text(zh="判为的类", en="class decided"), range=(0, 1)),
        )  # fmt: skip
    shares = verdict.shares if verdict.shares is not None else np.zeros(len(y))
    series = classes(X, y)
    for c in (0, 1):
        corner = X[(shares > 0) & (y == c)]
        ring = np.vstack([corner, corner[:1]])
        series.append(Series(f"hull-{c}", text(zh=f"证明用到的类 {c}",
                                        en=f"the proof's class {c}"), ring[:, 0], ring[:, 1],
                             "highlight", "both"))  # fmt: skip
    point = shares[y == 1] @ X[y == 1]
    if not lifted:
        series.append(Series("common", text(zh="公共点", en="the common point"), point[:1], point[1:], "reference",
                             "points", sizes=np.array([14.0])))  # fmt: skip
    count = int(np.count_nonzero(shares))
    return Points(
        id="crossed", series=series, equal=True, x=Axis(same("x₁"), range=(-4, 4)), y=Axis(same("x₂"), range=(-4, 4)),
        title=text(zh=f"不可分：{count} 个点就是证明", en=f"Not separable: {count} points are the proof"),
        description=text(
            zh=f"{count} 个点的两个凸包有公共点，没有超平面能把它们分开。"
            + ("（在五维特征里相交。）" if lifted else ""),
            en=f"The two hulls of {count} points share a point, so no hyperplane parts them."
            + (" (They meet in the five features.)" if lifted else "")),
    )  # fmt: skip


def passes(walk: Mistakes, verdict: Verdict) -> Lines:
    k = len(walk.per_pass)
    ended = walk.per_pass[-1] == 0
    return Lines(
        id="passes", title=text(zh="感知机每一遍的错误数", en="Mistakes of the perceptron, pass by pass"),
        description=text(
            zh=f"第 {k} 遍一个错也没有，停了。" if ended else f"{k} 遍之后仍有 {walk.per_pass[-1]} 个错；"
            "单凭这一点分不清是不可分，还是还没到。",
            en=f"Pass {k} made no mistake: it stopped." if ended else f"After {k} passes there are still "
            f"{walk.per_pass[-1]} mistakes; by itself that cannot tell “never” from “not yet”."),
        series=[Series("perceptron", text(zh="感知机", en="perceptron"), np.arange(1.0, k + 1),
                       np.array(walk.per_pass, float), draw="both")],
        x=Axis(text(zh="遍数", en="pass"), range=(0, PASSES)), y=Axis(text(zh="错误数", en="mistakes")),
        marks=[Mark(0.0, text(zh="停", en="stop"))],
    )  # fmt: skip


def certificate(X: Array, y: Array, Z: Array, verdict: Verdict) -> Table:
    if verdict.plane is not None:
        names = ("x₁", "x₂", "x₁²", "x₂²", "x₁x₂")[: Z.shape[1]]
        signs = np.where(y == 1, 1.0, -1.0) * (Z @ verdict.plane[:-1] + verdict.plane[-1])
        return Table(
            id="certificate", title=text(zh="证明：系数", en="The proof: its coefficients"),
            description=text(zh=f"最小的 s·f(x) 是 {signs.min():.2g}，大于 0。",
                             en=f"The smallest s·f(x) is {signs.min():.2g}, above 0."),
            columns=[text(zh="特征", en="feature"), text(zh="系数", en="coefficient")],
            rows=[[name, f"{w:.4g}"] for name, w in zip((*names, "1"), verdict.plane, strict=True)],
        )  # fmt: skip
    shares = verdict.shares if verdict.shares is not None else np.zeros(len(y))
    used = np.flatnonzero(shares)
    return Table(
        id="certificate", title=text(zh="证明：两个凸组合，同一个点",
                                     en="The proof: two convex combinations, one point"),
        description=text(zh=f"用到 {len(used)} 个点；每一类的系数非负、和为 1。",
                         en=f"It takes {len(used)} points; in each class the coefficients are ≥ 0 and add to 1."),
        columns=[text(zh="类", en="class"), same("x₁"), same("x₂"), text(zh="系数 λ", en="coefficient λ")],
        rows=[[int(y[i]), f"{X[i, 0]:.4f}", f"{X[i, 1]:.4f}", f"{shares[i]:.4f}"] for i in used[np.argsort(y[used])]],
    )  # fmt: skip


def notes(v: dict[str, float]) -> list[Text]:
    d = f"{v['dims']:.0f}"
    stop = f"{v['first_stop']:.0f}"
    if v["separable"]:
        return [text(
            zh=f"{v['n']:.0f} 个点在 {d} 维特征里**可分**。单纯形法 {v['pivots']:.0f} 步找到了超平面。",
            en=f"The {v['n']:.0f} points **are separable** in {d} features. The simplex method found the plane in "
            f"{v['pivots']:.0f} steps.")]  # fmt: skip
    return [text(
        zh=f"**不可分**，{v['proof_points']:.0f} 个点就能证明：特征 {d} 维时最多只要 $d+2$ 个。只取前 {stop} "
        f"个点还可分，"
        f"再加一个就不行；纯随机标签平均一半可分的点数是 $2(d+1)={v['half_at']:.0f}$。",
        en=f"**Not separable**, and {v['proof_points']:.0f} points prove it: with {d} features at most $d+2$ are "
        f"needed. The first {stop} points could still be parted, one more could not; random labels reach one half at "
        f"$2(d+1)={v['half_at']:.0f}$.")]  # fmt: skip


def check(Z: Array, y: Array, verdict: Verdict, walk: Mistakes, bound: float) -> Check:
    """A separating plane: exact signs, and the perceptron within its bound. Hulls: how far apart the two points are."""
    if verdict.shares is None:
        held = verdict.plane is not None and proves_plane(Z, y, verdict.plane) and sum(walk.per_pass) <= bound
        return Check(text(zh="超平面逐点精确验证，且感知机的错误数不超过 (R/γ)²（0 为成立）",
                          en="plane checked point by point, exactly, and the perceptron within (R/γ)² (0: holds)"),
                     0.0 if held else 1.0, 0.0)  # fmt: skip
    sides = [
        [sum((Fraction(float(s)) * Fraction(float(z)) for s, z in zip(verdict.shares[y == c], Z[y == c, j],
                                                                       strict=True) if s), Fraction(0))
         for j in range(Z.shape[1])] for c in (0, 1)
    ]  # fmt: skip
    apart = max(abs(float(a - b)) for a, b in zip(*sides, strict=True))
    return Check(text(zh="两个凸组合之差", en="distance between the two convex combinations"), apart, 1e-12)
