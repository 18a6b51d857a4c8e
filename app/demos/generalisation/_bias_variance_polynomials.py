"""The polynomial half of the bias-variance microscope: many refits, what is common to them, ways to shrink."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.bias_variance import Refits, decompose, legendre_features, matched_early_stopping, polynomial_refits
from app.core.lasso import elastic_net

from app.core.ridge import (  # isort: skip
    descend, dropout_loss, early_stopping_factor, filtered, masked_losses, ridge, ridge_factor,
)  # fmt: skip
from app.demos.generalisation._bias_variance_pictures import error_view, factor_view, freedom_view, sci, spaghetti_view
from app.kit import Check, Result, Text, text

PENALTIES = np.logspace(-9, 1, 31)
SIZES = np.array([10, 14, 20, 28, 40, 56, 80, 113, 160, 226])
PLACES = np.linspace(0, 1, 51)
CHUNKS, LASSO_FROM = 5, 0.02


def truth(x: Array) -> Array:
    """The curve behind the data."""
    return np.asarray(np.sin(2 * np.pi * x))


class Sample(NamedTuple):
    """R data sets of the largest size in play: x, y, and y without its noise, (R, n_max) each."""

    x: Array
    y: Array
    clean: Array

    def refit(self, sets: slice, n: int, degree: int, penalties: Array, early: bool = False) -> Refits:
        factor = matched_early_stopping if early else ridge_factor
        x, y, clean = (a[sets, :n] for a in self)
        return polynomial_refits(x, y, clean, PLACES, degree, penalties, factor)


class Point(NamedTuple):
    """One place on the horizontal axis of the error plot, mean squares over the data sets so far. bias2: of the fits to
    labels without noise, so that no remnant of the noise is in it; variance: the rest of the error. z: how far the
    error is from its expectation over the noise, in standard errors."""

    bias2: float
    variance: float
    median: float
    train: float
    expected: float
    early: float
    z: float


def draw(params: Any) -> Sample:
    rng = np.random.default_rng([params.seed, 0])
    most = max(params.n, int(SIZES[-1]) if params.sweep == "n" else 0)
    x = rng.random((params.datasets, most))
    clean = truth(x)
    return Sample(x, clean + params.noise * rng.standard_normal(x.shape), clean)


def points(refits: Refits, early: Refits, noise: float) -> list[Point]:
    """A Point for every penalty in `refits`."""
    target = truth(PLACES)
    bias2, variance = refits.expected(target, noise)
    errors = ((refits.predictions - target) ** 2).mean(axis=2)
    surprise = errors - refits.expected_errors(target, noise)
    spread = surprise.std(axis=0) / np.sqrt(len(surprise))
    z = np.where(spread > 1e-12 * errors.mean(axis=0), np.abs(surprise.mean(axis=0)) / np.maximum(spread, 1e-300), 0)
    stopped_errors = ((early.predictions - target) ** 2).mean(axis=(0, 2))
    out = []
    for i in range(errors.shape[1]):
        error = decompose(refits.predictions[:, i], target).error
        out.append(Point(
            float(bias2[i]), max(error - float(bias2[i]), 0.0), float(np.median(errors[:, i])),
            float(refits.train[:, i].mean()),
            float(bias2[i] + variance[i]), float(stopped_errors[i]), float(z[i]),
        ))  # fmt: skip
    return out


def joined(parts: list[Refits]) -> Refits:
    return Refits(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def settings(params: Any) -> list[tuple[float, int, int, Array]]:
    """(place on the axis, n, degree, penalties) of every refit the sweep asks for; an entry may hold many penalties."""
    now = np.array([params.penalty])
    if params.sweep == "n":
        return [(float(n), int(n), params.degree, now) for n in SIZES]
    if params.sweep == "degree":
        return [(float(d), params.n, d, now) for d in range(16)]
    return [(0.0, params.n, params.degree, PENALTIES)]


class First(NamedTuple):
    """The first data set on its own: inputs x, features X, labels y, singular values s, how many coefficients the
    lasso keeps (counts) at the penalties low; with the checks that need no other data set."""

    x: Array
    X: Array
    y: Array
    s: Array
    low: Array
    counts: Array
    checks: list[Check]


def first_set(params: Any, sample: Sample) -> First:
    """Weights by two other ways than the spectral filter, and dropout masks really drawn."""
    x, y = sample.x[0, : params.n], sample.y[0, : params.n]
    X = legendre_features(x, params.degree)
    s = np.linalg.svd(X, compute_uv=False)
    low = PENALTIES[PENALTIES >= LASSO_FROM]
    rate, steps, tame = 1 / s[0] ** 2, 100, max(params.penalty, 1e-3)
    solved = np.abs(ridge(X, y, tame) - filtered(X, y, ridge_factor(s, tame))).max()
    walked = np.abs(descend(X, y, rate, steps) - filtered(X, y, early_stopping_factor(s, rate, steps))).max()
    w = ridge(X, y, 1.0)
    losses = masked_losses(X, y, w, 0.3, 1000, np.random.default_rng([params.seed, 1]))
    error = losses.std() / np.sqrt(len(losses))
    masked = abs(losses.mean() - dropout_loss(X, y, w, 0.3)) / error if error > 0 else 0.0
    checks = [
        Check(text(zh="谱滤波与正规方程、真的走 100 步梯度下降（权重的最大差）",
                   en="spectral filter against normal equations and 100 real descent steps (weights)"),
              float(max(solved, walked)), 1e-6),
        Check(text(zh="输入 dropout：1000 个掩码与自适应岭的闭式（标准误的倍数）",
                   en="dropout on the inputs: 1000 masks against adaptive ridge (in standard errors)"), masked, 4.5),
    ]  # fmt: skip
    return First(x, X, y, s, low, (elastic_net(X, y, low, sweeps=500) != 0).sum(axis=1), checks)


def run_polynomials(params: Any) -> Iterator[Result]:
    """Refit in five portions of the data sets and show what is known after each."""
    sample, plan = draw(params), settings(params)
    first = first_set(params, sample)
    here = (0.0, params.n, params.degree, np.array([PENALTIES[0], params.penalty]))
    swept: list[list[tuple[Refits, Refits]]] = [[] for _ in [*plan, here]]
    for done, rows in enumerate(np.array_split(np.arange(params.datasets), CHUNKS), 1):
        sets = slice(int(rows[0]), int(rows[-1]) + 1)
        for store, (_, n, degree, penalties) in zip(swept, [*plan, here], strict=True):
            plain, early = (sample.refit(sets, n, degree, penalties, stop) for stop in (False, True))
            store.append((plain, early))
        both = [(joined([plain for plain, _ in store]), joined([early for _, early in store])) for store in swept]
        curve = [p for pair in both for p in points(*pair, params.noise)]
        axis = PENALTIES if params.sweep == "penalty" else np.array([place for place, *_ in plan])
        yield summary(params, first, axis, curve, both[-1][0], done / CHUNKS)


def summary(params: Any, first: First, axis: Array, curve: list[Point], fits: Refits, progress: float) -> Result:
    """curve: the Points along the axis, then those with next to no penalty and with the one chosen, as `fits`."""
    free, now = curve[-2:]
    columns = {name: np.array([getattr(p, name) for p in curve[:-2]]) for name in Point._fields}
    total = columns["bias2"] + columns["variance"]
    s, zeros = first.s, first.X.shape[1] - first.counts
    scalars = {
        "bias2": now.bias2, "variance": now.variance, "error": now.bias2 + now.variance, "median": now.median,
        "train": now.train, "early_error": now.early, "expected": now.expected,
        "variance_free": free.variance, "train_free": free.train,
        "variance_ratio": free.variance / now.variance if now.variance > 0 else np.nan,
        "freedom": float(ridge_factor(s, params.penalty).sum()), "freedom_mean": float(fits.freedom[:, 1].mean()),
        "best_error": float(total.min()), "best_place": float(axis[total.argmin()]),
        "best_early": float(columns["early"].min()),
        "lasso_zeros_at_1": float(zeros[first.low.searchsorted(0.99)]),
    }  # fmt: skip
    parts = decompose(fits.predictions[:, 1], truth(PLACES))
    checks = [
        Check(text(zh="偏差² + 方差与均方误差的相对差", en="bias² + variance against the mean squared error, relative"),
              abs(parts.bias2 + parts.variance - parts.error) / max(parts.error, 1e-300), 1e-9),
        Check(text(zh="测试误差与噪声积分的闭式（标准误的倍数）",
                   en="test error against noise integrated out (in standard errors)"), max(p.z for p in curve), 5.0),
    ]  # fmt: skip
    return Result(
        views=[
            spaghetti_view(params, PLACES, truth(PLACES), fits.predictions[:, 1], first, scalars),
            error_view(params, axis, columns, scalars),
            freedom_view(params, PENALTIES, s, first.low, first.counts, scalars),
            factor_view(params, s),
        ],
        scalars=scalars, notes=notes(params, len(fits.train), scalars), checks=[*checks, *first.checks],
        progress=progress,
    )  # fmt: skip


def notes(params: Any, count: int, s: dict[str, float]) -> list[Text]:
    out = [
        text(
            zh=f"{count} 份数据，每份 {params.n} 个点：偏差² {sci(s['bias2'])}，方差 {sci(s['variance'])}，"
            f"训练误差 {sci(s['train'])}。",
            en=f"{count} data sets of {params.n} points: bias² {sci(s['bias2'])}, variance {sci(s['variance'])}, "
            f"training error {sci(s['train'])}.",
        ),
        text(
            zh=f"{params.degree + 1} 个参数里，惩罚之后平均还有 {s['freedom_mean']:.1f} 个有效自由度。",
            en=f"Of {params.degree + 1} parameters the penalty leaves {s['freedom_mean']:.1f} effective degrees of "
            "freedom, on average.",
        ),
    ]  # fmt: skip
    if s["variance_ratio"] > 100:
        out.append(text(
            zh=f"与几乎没有惩罚（λ = 10⁻⁹）相比，方差小了 {sci(s['variance_ratio'])} 倍，训练误差只从 "
            f"{s['train_free']:.3f} 变为 {s['train']:.3f}：看训练误差发现不了过拟合。",
            en=f"Against next to no penalty (λ = 10⁻⁹) the variance is {sci(s['variance_ratio'])} times smaller, while "
            f"the training error went from {s['train_free']:.3f} to {s['train']:.3f}: it does not show overfitting.",
        ))  # fmt: skip
    elif s["variance"] > 10:
        out.append(
            text(
                zh="每条曲线都贴着自己的训练点，彼此却毫不相干：这就是方差。",
                en="Every curve passes close to its own training points, and no two agree elsewhere: that is variance.",
            )
        )
    return out
