"""The first tab of boundary_gallery: eight decision maps of the same points, and what each scores on new ones."""

import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.classifiers import gaussian_rule, log_odds
from app.core.separability import separate
from app.demos.linear_models._gallery_data import NAMES, best_accuracy, best_score, draw
from app.demos.linear_models._gallery_models import LINEAR, MODELS, fit_model

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Check, Heatmap, Images, Mark, Result, Series, Table, Text, same, text,
)  # fmt: skip

GRID = np.linspace(-3, 3, 41)
PLANE = np.column_stack([g.ravel() for g in np.meshgrid(GRID, GRID)])
DRAWS, TEST = 4, 2000


class Seen(NamedTuple):
    """maps: name → decisions (41, 41) for the first draw; accuracy: name → (draws,); straight: name → bool."""

    X: Array
    y: Array
    maps: dict[str, Array]
    accuracy: dict[str, Array]
    straight: dict[str, bool]
    best_seen: Array


def look(data: str, n: int, noise: float, lifted: bool, seed: int) -> Seen:
    """Fit every model to each of several training sets; draw the first, score them all."""
    accuracy: dict[str, list[float]] = {m: [] for m in MODELS}
    maps: dict[str, Array] = {}
    best = []
    X, y = draw(data, n, noise, np.random.default_rng([seed, 0, 1]))
    for trial in range(DRAWS):
        train_X, train_y = draw(data, n, noise, np.random.default_rng([seed, trial, 1]))
        new_X, new_y = draw(data, TEST, noise, np.random.default_rng([seed, trial, 2]))
        best.append(float(((best_score(data, new_X, noise) > 0) == new_y).mean()))
        for m in MODELS:
            score = fit_model(m, train_X, train_y, lifted, seed + trial)
            accuracy[m].append(float(((score(new_X) > 0) == new_y).mean()))
            if not trial:
                maps[m] = (score(PLANE) > 0).reshape(len(GRID), -1).astype(np.float64)
    straight = {m: half_plane(z) for m, z in maps.items()}
    return Seen(X, y, maps, {m: np.array(a) for m, a in accuracy.items()}, straight, np.array(best))


def half_plane(z: Array) -> bool:
    """True when a line separates the 1s of z (41, 41) from its 0s. Per row and class the two ends have "
    "the same hull."""
    keep, label = [], []
    for row, y in zip(z, GRID, strict=True):
        for c in (0.0, 1.0):
            mine = np.flatnonzero(row == c)
            ends = [int(mine[0]), int(mine[-1])] if len(mine) else []
            keep += [(GRID[i], y) for i in ends]
            label += [c] * len(ends)
    return separate(np.array(keep), np.array(label)).separable


def gallery(data: str, n: int, noise: float, lifted: bool, model: str, seed: int) -> Result:
    s = look(data, n, noise, lifted, seed)
    best = best_accuracy(data, noise)
    v = {f"acc_{m}": float(a.mean()) for m, a in s.accuracy.items()}
    v |= {f"spread_{m}": float(a.std(ddof=1)) for m, a in s.accuracy.items()}
    v |= {f"straight_{m}": float(flag) for m, flag in s.straight.items()}
    v |= {"best": best, "lift_lr": v["acc_lr"] - v["acc_nb_own"], "straight_count": float(sum(s.straight.values()))}
    views = [maps_view(s), one(s, model), bars(s, v), table(s, v, lifted)]
    return Result(views, v, notes(s, v, data, lifted), checks(s, best))


def maps_view(s: Seen) -> Images:
    mean = {m: a.mean() for m, a in s.accuracy.items()}
    count = sum(s.straight.values())
    return Images(
        id="maps", title=text(zh="同一批点，八条边界", en="The same points, eight boundaries"),
        description=text(zh=f"八个模型里 {count} 个的决策区域是半平面。",
                         en=f"{count} of the eight decide by a half-plane."),
        images=np.array([s.maps[m][::-1] for m in MODELS]),
        captions=[text(zh=f"{name.zh}：{mean[m]:.1%}", en=f"{name.en}: {mean[m]:.1%}") for m, name in MODELS.items()],
    )  # fmt: skip


def one(s: Seen, model: str) -> Heatmap:
    name = MODELS[model]
    series = [Series(f"class-{c}", text(zh=f"类 {c}", en=f"class {c}"), s.X[s.y == c, 0].round(3),
                     s.X[s.y == c, 1].round(3), draw="points") for c in (0, 1)]  # fmt: skip
    return Heatmap(
        id="one", z=s.maps[model], xs=GRID, ys=GRID, series=series, equal=True,
        title=text(zh=f"{name.zh}：决策与训练点",
                   en=f"{name.en[0].upper()}{name.en[1:]}: its decision and the training "
                   "points"),
        description=text(zh=f"{len(s.y)} 个训练点；新点上的准确率 {s.accuracy[model].mean():.1%}。",
                         en=f"{len(s.y)} training points; {s.accuracy[model].mean():.1%} right on new ones."),
        x=Axis(same("x₁"), range=(-3, 3)), y=Axis(same("x₂"), range=(-3, 3)),
        value=Axis(text(zh="判为的类", en="class decided"), range=(0, 1)),
    )  # fmt: skip


def bars(s: Seen, v: dict[str, float]) -> Bars:
    top = max(MODELS, key=lambda m: v[f"acc_{m}"])
    low = min(MODELS, key=lambda m: v[f"acc_{m}"])
    return Bars(
        id="accuracy", title=text(zh="新点上的准确率", en="Accuracy on new points"),
        description=text(
            zh=f"最低 {v[f'acc_{low}']:.1%}（{MODELS[low].zh}），最高 {v[f'acc_{top}']:.1%}（{MODELS[top].zh}）；"
            f"最优规则 {v['best']:.1%}。误差线：{DRAWS} 组训练集的标准差。",
            en=f"Lowest {v[f'acc_{low}']:.1%} ({MODELS[low].en}), highest {v[f'acc_{top}']:.1%} ({MODELS[top].en}); "
            f"the best rule {v['best']:.1%}. Error bars: standard deviation over {DRAWS} training sets."),
        categories=list(MODELS.values()),
        series=[BarSeries("accuracy", text(zh="准确率", en="accuracy"), np.array([v[f"acc_{m}"] for m in MODELS]),
                          np.array([v[f"spread_{m}"] for m in MODELS]))],
        x=Axis(text(zh="模型", en="model")), y=Axis(text(zh="准确率", en="accuracy"), range=(0, 1.02)),
        marks=[Mark(v["best"], text(zh="最优规则（闭式）", en="best rule (closed form)")),
               Mark(0.5, text(zh="瞎猜", en="guessing"))],
    )  # fmt: skip


def table(s: Seen, v: dict[str, float], lifted: bool) -> Table:
    yes, no = text(zh="是", en="yes"), text(zh="否", en="no")
    rows: list[list[str | int | float | Text | None]] = []
    for m, name in MODELS.items():
        linear = m in LINEAR
        space = text(zh="x、x²、x₁x₂ 的", en="in x, x² and x₁x₂") if lifted else text(zh="x 的", en="in x")
        rows.append([name, space if linear else text(zh="不是", en="no"), yes if s.straight[m] else no,
                     f"{v[f'acc_{m}']:.1%}"])  # fmt: skip
    return Table(
        id="linear", rows=rows, title=text(zh="谁是线性的", en="Which are linear"),
        description=text(
            zh=f"{v['straight_count']:.0f} 个模型的决策可以被一条直线完全复现，其余的都证明了不存在这样的直线。",
            en=f"A straight line reproduces the decisions of {v['straight_count']:.0f} models; for the others none "
            "exists, and that is proved."),
        columns=[text(zh="模型", en="model"), text(zh="得分是线性函数吗", en="affine score?"),
                 text(zh="图中决策能用一条直线分开吗（有证明）",
                      en="decisions in the picture split by a line? (proved)"),
                 text(zh="准确率", en="accuracy")],
    )  # fmt: skip


def notes(s: Seen, v: dict[str, float], data: str, lifted: bool) -> list[Text]:
    out = [text(
        zh=f"{NAMES[data].zh}：逻辑回归 {v['acc_lr']:.1%}，共用方差的朴素贝叶斯 {v['acc_nb_shared']:.1%}，各类方差的 "
        f"{v['acc_nb_own']:.1%}，最优 {v['best']:.1%}。",
        en=f"{NAMES[data].en.capitalize() if data != 'xor' else 'XOR corners'}: logistic regression "
        f"{v['acc_lr']:.1%}, naive Bayes with shared variances {v['acc_nb_shared']:.1%}, with own ones "
        f"{v['acc_nb_own']:.1%}; the best rule {v['best']:.1%}.")]  # fmt: skip
    if lifted:
        out.append(text(
            zh="三个线性模型多看了 $x_1^2$、$x_2^2$、$x_1x_2$：在五维特征里仍是超平面，画回平面就是二次曲线。",
            en="The three linear models were also given $x_1^2$, $x_2^2$ and $x_1x_2$: still a "
            "hyperplane in those five "
            "features, a conic once drawn in the plane."))  # fmt: skip
    return out


def checks(s: Seen, best: float) -> list[Check]:
    pooled = float(s.best_seen.mean())
    error = math.sqrt(max(best * (1 - best), 1e-4) / (DRAWS * TEST))
    rule = gaussian_rule(s.X, s.y, shared=False, independent=True)
    by_product = np.zeros(len(s.X))
    for c, sign in ((0, -1.0), (1, 1.0)):
        m, d = s.X[s.y == c].mean(axis=0), s.X[s.y == c].std(axis=0)
        by_product += sign * (-0.5 * ((s.X - m) / d) ** 2 - np.log(d)).sum(axis=1)
    off = np.abs(log_odds(rule, s.X) - by_product) / (1 + np.abs(by_product))
    return [
        Check(text(zh="最优规则的准确率与闭式之差（标准误）",
                   en="best rule against its closed form, in standard errors"),
              abs(pooled - best) / error, 4.5),
        Check(text(zh="朴素贝叶斯：二次型与密度连乘之差",
                   en="naive Bayes: the quadratic form against the product of densities"),
              float(off.max()), 1e-9),
    ]  # fmt: skip
