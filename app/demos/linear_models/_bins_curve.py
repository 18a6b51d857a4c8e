"""The first tab of how_many_bins: one feature, a curve that is no straight line, and the test loss against K."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.logistic_regression import newton

from app.core.binning import (  # isort: skip
    best_steps, bin_counts, bin_of, bin_weights, equal_width_edges, expected_loss, hats, one_hot, quantile_edges,
)  # fmt: skip
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, same, text  # isort: skip

EDGE, REPEATS = 3.0, 16
SWEEP = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 100, 140, 200)
HAT_SWEEP = (2, 3, 4, 5, 6, 8, 12, 20, 40, 100, 200)
GRID = -EDGE + 2 * EDGE * (np.arange(3000) + 0.5) / 3000  # of u; what a mean over u is taken over
NAMES = {
    "width": text(zh="等宽分箱", en="equal-width bins"), "quantile": text(zh="等频分箱", en="quantile bins"),
    "hats": text(zh="分段线性（样条）", en="piecewise linear (spline)"),
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    rows: int
    bins: int
    scheme: str
    skewed: bool
    C: float
    seed: int


@dataclass(frozen=True)
class Fitted:
    """Probabilities on the grid and on the training rows."""

    grid: Array
    train: Array


def truth(u: Array) -> Array:
    """P(y = 1 | u) = σ(2.5 sin 1.5u)."""
    return sigmoid(2.5 * np.sin(1.5 * u))[0]


def feature(u: Array, skewed: bool) -> Array:
    """What the model is given: u itself, or eᵘ, whose right tail is long."""
    return np.exp(u) if skewed else u


def draw(s: Setting, repeat: int) -> tuple[Array, Array]:
    """Training rows: u (n,) uniform on [−3, 3] and labels (n,)."""
    rng = np.random.default_rng([s.seed, repeat])
    u = rng.uniform(-EDGE, EDGE, s.rows)
    return u, (rng.random(s.rows) < truth(u)).astype(np.float64)


def edges_of(x: Array, bins: int, scheme: str) -> Array:
    return quantile_edges(x, bins) if scheme == "quantile" else equal_width_edges(x, bins)


def fit(u: Array, y: Array, bins: int, s: Setting) -> Fitted:
    x, grid = feature(u, s.skewed), feature(GRID, s.skewed)
    if s.scheme == "hats":
        knots = np.quantile(x, np.linspace(0, 1, bins)) if s.skewed else np.linspace(-EDGE, EDGE, bins)
        w = newton(hats(x, knots), y, 1 / s.C, tolerance=1e-6).weights
        return Fitted(sigmoid(hats(grid, knots) @ w)[0], sigmoid(hats(x, knots) @ w)[0])
    edges = edges_of(x, bins, s.scheme)
    index = bin_of(x, edges)
    p = sigmoid(bin_weights(*bin_counts(index, y, len(edges) + 1), 1 / s.C))[0]
    return Fitted(p[bin_of(grid, edges)], p[index])


def straight(u: Array, y: Array, s: Setting) -> Array:
    """Plain logistic regression on the raw feature: probabilities on the grid."""
    x, grid = feature(u, s.skewed), feature(GRID, s.skewed)
    w = newton(np.column_stack([np.ones(len(x)), x]), y, np.array([0, 1 / s.C])).weights
    return sigmoid(w[0] + w[1] * grid)[0]


def predicted(bins: Array, s: Setting) -> tuple[Array, Array]:
    """Bias of the best step function on K equal bins of u (or of eᵘ), and K/(2n), both in nats above the entropy."""
    p = truth(GRID)
    least = expected_loss(p, p)
    bias = []
    for count in bins:
        edges = np.linspace(-EDGE, EDGE, int(count) + 1)[1:-1]
        if s.skewed and s.scheme == "width":
            edges = np.log(np.linspace(np.exp(-EDGE), np.exp(EDGE), int(count) + 1)[1:-1])
        bias.append(expected_loss(p, best_steps(p, bin_of(GRID, edges), len(edges) + 1)) - least)
    return np.array(bias), bins / (2 * s.rows)


def best_bins(rows: int) -> float:
    """K that minimises c/K² + K/(2n): (4cn)^⅓, where c = L² E[p(1−p) g′²]/24 for the log-odds g over a length L."""
    p = truth(GRID)
    slope = 3.75 * np.cos(1.5 * GRID)
    return float((4 * (2 * EDGE) ** 2 * np.mean(p * (1 - p) * slope**2) / 24 * rows) ** (1 / 3))


def curve(s: Setting) -> Result:
    p = truth(GRID)
    entropy = expected_loss(p, p)
    sweep = np.array(sorted({*(HAT_SWEEP if s.scheme == "hats" else SWEEP), max(s.bins, 2 * (s.scheme == "hats"))}))
    repeats = 4 if s.scheme == "hats" else REPEATS
    test, train = np.zeros((2, repeats, len(sweep)))
    raw, jump, quantile = np.zeros((3, repeats))
    by_quantiles = dataclasses.replace(s, scheme="quantile")
    for r in range(repeats):
        u, y = draw(s, r)
        raw[r] = expected_loss(p, straight(u, y, s))
        jump[r] = np.abs(np.diff(fit(u, y, int(max(s.bins, sweep[0])), s).grid)).max()
        quantile[r] = expected_loss(p, fit(u, y, s.bins, by_quantiles).grid)
        for k, bins in enumerate(sweep):
            fitted = fit(u, y, int(bins), s)
            test[r, k], train[r, k] = expected_loss(p, fitted.grid), expected_loss(y, fitted.train)
    mean, sd, here = test.mean(axis=0), test.std(axis=0, ddof=1), int(np.searchsorted(sweep, max(s.bins, sweep[0])))
    bias, variance = predicted(sweep, s)
    v = {
        "entropy": entropy, "loss": mean[here], "train": train.mean(axis=0)[here], "raw": raw.mean(),
        "loss_least": mean.min(), "best_k": float(sweep[mean.argmin()]), "best_k_theory": best_bins(s.rows),
        "loss_200": mean[-1], "train_200": train.mean(axis=0)[-1], "loss_2": mean[list(sweep).index(2)],
        "excess": mean[here] - entropy, "excess_theory": bias[here] + variance[here], "variance": variance[here],
        "bias": bias[here], "jump": jump.mean(), "loss_quantile": quantile.mean(),
        "rows_per_bin": s.rows / s.bins,
    }  # fmt: skip
    steps_only = ("best_k_theory", "excess_theory", "bias")
    v = {name: float(value) for name, value in v.items() if s.scheme != "hats" or name not in steps_only}
    views = [fit_view(s, v), loss_view(s, v, sweep, mean, sd, train.mean(axis=0))]
    if s.scheme != "hats":
        views.append(parts_view(s, v, sweep, mean - entropy, bias, variance))
    return Result(views, v, notes(s, v), checks(s, v, sd[here] / repeats**0.5))


def fit_view(s: Setting, v: dict[str, float]) -> Lines:
    u, y = draw(s, 0)
    some = slice(None, None, 5)
    x = feature(GRID, s.skewed)[some]
    fitted, line = fit(u, y, max(s.bins, 2 * (s.scheme == "hats")), s), straight(u, y, s)
    name = NAMES[s.scheme]
    return Lines(
        id="fit", title=text(zh="学到的概率与真实概率", en="The learned probability and the true one"),
        description=text(
            zh=f"{s.rows} 行训练数据，{s.bins} 个权重。测试损失 {v['loss']:.3f}；原始特征的逻辑回归 {v['raw']:.3f}，"
            f"理论下限 {v['entropy']:.3f}。",
            en=f"{s.rows} training rows, {s.bins} weights. Test loss {v['loss']:.3f}; logistic regression on the raw "
            f"feature {v['raw']:.3f}; no model gets below {v['entropy']:.3f}."),
        series=[
            Series("truth", text(zh="真实概率", en="true probability"), x, truth(GRID)[some], "reference"),
            Series("bins", name, x, fitted.grid[some]),
            Series("raw", text(zh="原始特征", en="raw feature"), x, line[some], "muted"),
        ],
        x=Axis(text(zh="特征 x", en="Feature x"), log=s.skewed),
        y=Axis(text(zh="P(y = 1 | x)", en="P(y = 1 | x)"), range=(0, 1)),
    )  # fmt: skip


def loss_view(s: Setting, v: dict[str, float], sweep: Array, mean: Array, sd: Array, train: Array) -> Lines:
    out = [
        Series("test", text(zh="测试", en="test"), sweep, mean, draw="both"),
        Series("train", text(zh="训练", en="training"), sweep, train, draw="both"),
        Series("spread", text(zh="测试 − 标准差", en="test − standard deviation"), sweep, mean - sd, "muted"),
        Series("spread", text(zh="测试 + 标准差", en="test + standard deviation"), sweep, mean + sd, "muted"),
    ]
    return Lines(
        id="loss", series=out, title=text(zh="损失随箱数 K：测试是 U 形",
                                          en="Loss against K: the test loss is U-shaped"),
        description=text(
            zh=f"K = 2 时测试损失 {v['loss_2']:.3f}，K = {v['best_k']:.0f} 时最低，{v['loss_least']:.3f}，"
            f"K = 200 时 {v['loss_200']:.3f}；训练损失一路降到 {v['train_200']:.3f}。",
            en=f"Test loss {v['loss_2']:.3f} at K = 2, lowest at K = {v['best_k']:.0f} with {v['loss_least']:.3f}, "
            f"{v['loss_200']:.3f} at K = 200; the training loss falls to {v['train_200']:.3f}."),
        x=Axis(text(zh="箱数 K", en="Bins K"), log=True, range=(1, 200)),
        y=Axis(text(zh="对数损失", en="Log loss"), unit="nat", range=(0, max(1.0, 1.05 * float(mean.max())))),
        marks=[Mark(v["entropy"], text(zh="下限", en="floor")), Mark(v["raw"], text(zh="原始特征", en="raw feature")),
               Mark(float(s.bins), text(zh="现在的 K", en="K now"), axis="x")],
    )  # fmt: skip


def parts_view(s: Setting, v: dict[str, float], sweep: Array, excess: Array, bias: Array, variance: Array) -> Lines:
    return Lines(
        id="parts", title=text(zh="多出的损失 = 偏差 + 方差", en="Loss above the floor = bias + variance"),
        description=text(
            zh=f"K = {s.bins}：实测多出 {v['excess']:.4f}；理论 {v['bias']:.4f}（台阶太粗）+ {v['variance']:.4f}"
            "（权重估不准，K/2n）。",
            en=f"K = {s.bins}: measured {v['excess']:.4f} above the floor; theory {v['bias']:.4f} (steps too coarse) + "
            f"{v['variance']:.4f} (weights not certain, K/2n)."),
        series=[
            Series("test", text(zh="实测", en="measured"), sweep, excess, draw="both"),
            Series("theory", text(zh="理论：偏差 + K/2n",
                                  en="theory: bias + K/2n"), sweep, bias + variance, "reference"),
            Series("bias", text(zh="偏差", en="bias"), sweep, bias, "muted"),
            Series("variance", same("K/2n"), sweep, variance, "muted"),
        ],
        x=Axis(text(zh="箱数 K", en="Bins K"), log=True, range=(1, 200)),
        y=Axis(text(zh="高出下限", en="Above the floor"), unit="nat", log=True, range=(1e-4, 1.0)),
    )  # fmt: skip


def notes(s: Setting, v: dict[str, float]) -> list[Text]:
    name = NAMES[s.scheme]
    out = [text(
        zh=f"{name.zh}、K = {s.bins}：测试损失 {v['loss']:.3f}，原始特征 {v['raw']:.3f}，下限 {v['entropy']:.3f}。",
        en=f"With {name.en}, K = {s.bins}: test loss {v['loss']:.3f}, raw feature {v['raw']:.3f}, floor "
        f"{v['entropy']:.3f}.",
    )]  # fmt: skip
    if s.scheme == "hats":
        out.append(text(
            zh="同样的权重数，没有跳变：分段线性的偏差随 $K^{-4}$ 下降，台阶是 $K^{-2}$，所以用少得多的权重就够。",
            en="The same number of weights and no jumps: the bias of a piecewise-linear function falls as $K^{-4}$, "
            "that of steps as $K^{-2}$, so far fewer weights do.",
        ))  # fmt: skip
    elif s.skewed and s.scheme == "width":
        out.append(text(
            zh="$x=e^u$ 的一半落在区间最左的 5% 里：等宽的箱把它们挤进第一箱，右边的箱几乎是空的。"
            f"同样的行用等频分箱：{v['loss_quantile']:.3f}，与不取指数时一样。",
            en="Half of $x=e^u$ lies in the leftmost 5% of its range: equal widths push it into the first bin and "
            f"leave the bins on the right almost empty. Quantile bins on the same rows: {v['loss_quantile']:.3f}, as "
            "without the exponential.",
        ))  # fmt: skip
    else:
        out.append(text(
            zh=rf"每个权重要付 $\frac{{1}}{{2n}}$ nat，台阶的偏差约为 $c/K^2$：最好的 $K\approx(4cn)^{{1/3}}$ = "
            f"{v['best_k_theory']:.1f}，数据翻 8 倍才翻一倍。实测 {v['best_k']:.0f}。",
            en=rf"A weight costs $\frac{{1}}{{2n}}$ nat and steps have a bias of about $c/K^2$: the best $K$ is near "
            rf"$(4cn)^{{1/3}}$ = {v['best_k_theory']:.1f}, twice as many for 8 times the rows. Measured: "
            f"{v['best_k']:.0f}.",
        ))  # fmt: skip
    return out


def checks(s: Setting, v: dict[str, float], error: float) -> list[Check]:
    if s.scheme == "hats":
        return []
    u, y = draw(s, 0)
    x = feature(u, s.skewed)
    edges = edges_of(x, s.bins, s.scheme)
    columns = one_hot(bin_of(x, edges), len(edges) + 1)
    joint = sigmoid(columns @ newton(columns, y, 1 / s.C, tolerance=1e-12).weights)[0]
    out = [Check(text(zh="逐箱计数得到的概率，与整体牛顿法之差",
                      en="Probabilities by counting, against Newton on all columns"),
                 float(np.abs(joint - fit(u, y, s.bins, s).train).max()), 1e-5)]  # fmt: skip
    if s.C >= 10 and v["rows_per_bin"] >= 40 and s.bins >= 4 and not (s.skewed and s.scheme == "width"):
        out.append(Check(text(zh="高出下限的损失，与偏差 + K/2n 之差", en="Loss above the floor, against bias + K/2n"),
                         abs(v["excess"] - v["excess_theory"]), 3 * error + 0.1 * v["excess_theory"]))  # fmt: skip
    return out
