"""The depth half of "when more hurts": plain and residual towers trained from the same seeds, deeper and deeper."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.datasets import two_spirals
from app.core.deep_net import DeepNet, backward, forward, gradient_of
from app.core.degradation import deepened, tower
from app.core.losses import bce_with_logits
from app.core.mlp_probes import accuracy
from app.core.net_probes import weight_gradient_norms
from app.core.optimisers import fit, sgd
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, same, text

POINTS, TESTS, MOMENTUM, CLIP = 128, 500, 0.9, 5.0
KINDS = {"plain": text(zh="普通", en="plain"), "residual": text(zh="残差", en="residual")}
KEYS = {"plain": "method-3", "residual": "method-0"}


class Tower(NamedTuple):
    """One trained net: its training losses (steps + 1,), test accuracy, gradient norm of every weight matrix at the
    start, the largest relative error of that gradient against finite differences, and the net."""

    losses: Array
    accuracy: float
    gradients: Array
    deviation: float
    net: DeepNet


def depths(params: Any) -> list[int]:
    """Halving from the deepest down to 2 (quartering with batch norm, which costs three times as much)."""
    step, found = (4 if params.norm else 2), [params.deepest]
    while found[-1] // step >= 2:
        found.append(found[-1] // step)
    return found[::-1]


def train(params: Any, depth: int, residual: bool, index: int) -> Tower:
    X, y = two_spirals(POINTS, np.random.default_rng([params.seed, index, 0]))
    Xt, yt = two_spirals(TESTS, np.random.default_rng([params.seed, index, 1]))
    net = tower(2, params.width, depth, np.random.default_rng([params.seed, index, 2]), params.norm, residual)
    gradients, deviation = start_gradients(net, X, y)
    run = fit(gradient_of(net, X, y, bce_with_logits), sgd(net.parameters, MOMENTUM), params.rate, params.steps, CLIP)
    losses = np.array([state.loss for state in run])
    return Tower(losses, accuracy(forward(net, Xt).logits, yt), gradients, deviation, net)


def start_gradients(net: DeepNet, X: Array, y: Array, h: float = 1e-6) -> tuple[Array, float]:
    """Weight gradient norms before training, and the relative error of the first one against a central difference."""

    def loss() -> float:
        return bce_with_logits(forward(net, X, training=True).logits, y)[0]

    tape = forward(net, X, training=True)
    found = backward(net, tape, bce_with_logits(tape.logits, y)[1])
    norms, first = weight_gradient_norms(net, found), found.parameters[0]
    state = [a.copy() for a in (*net.means, *net.variances)]
    W, kept, nudge = net.weights[0], net.weights[0].copy(), h / max(norms[0], 1e-300) * first
    W[...] = kept + nudge
    ahead = loss()
    W[...] = kept - nudge
    behind = loss()
    W[...] = kept
    for array, saved in zip((*net.means, *net.variances), state, strict=True):
        array[...] = saved
    return norms, abs((ahead - behind) / (2 * h) / norms[0] - 1)


def run_depth(params: Any) -> Iterator[Result]:
    """Train every depth, plain and residual, from every seed; a result after each depth and kind."""
    found: dict[str, dict[int, list[Tower]]] = {kind: {} for kind in KINDS}
    jobs = [(depth, kind) for depth in depths(params) for kind in KINDS]
    for done, (depth, kind) in enumerate(jobs, 1):
        found[kind][depth] = [train(params, depth, kind == "residual", i) for i in range(params.inits)]
        if kind == "residual":
            yield summary(params, found, done / len(jobs))


def final(towers: list[Tower]) -> Array:
    """Final training losses, (inits,)."""
    return np.array([t.losses[-1] for t in towers])


def summary(params: Any, found: dict[str, dict[int, list[Tower]]], progress: float) -> Result:
    plain, residual = found["plain"], found["residual"]
    ds = list(residual)
    deep = ds[-1]
    middle = {kind: [float(np.median(final(found[kind][d]))) for d in ds] for kind in KINDS}
    best = int(np.argmin(middle["plain"]))
    ratios = {kind: float(np.median([t.gradients[1] / t.gradients[-2] for t in found[kind][deep]])) for kind in KINDS}
    s = {
        "deepest": float(deep), "plain_deep": middle["plain"][-1], "residual_deep": middle["residual"][-1],
        "plain_best": middle["plain"][best], "best_depth": float(ds[best]),
        "plain_stuck": float((final(plain[deep]) > 0.25).sum()),
        "residual_stuck": float((final(residual[deep]) > 0.25).sum()), "inits": float(params.inits),
        "accuracy_plain": float(np.median([t.accuracy for t in plain[deep]])),
        "accuracy_residual": float(np.median([t.accuracy for t in residual[deep]])),
        "gradient_plain": ratios["plain"], "gradient_residual": ratios["residual"],
    }  # fmt: skip
    shallow, extra = residual[ds[0]][0], 24
    X, _ = two_spirals(TESTS, np.random.default_rng([params.seed, 9]))
    same_function = np.abs(forward(shallow.net, X).logits - forward(deepened(shallow.net, extra), X).logits).max()
    checks = [
        Check(text(zh=f"训练好的 {ds[0]} 层残差网络，加 {extra} 层零权重之后输出的最大变化",
                   en=f"largest change of a trained {ds[0]}-layer residual net when {extra} layers of zero weights "
                   "are added"),
              float(same_function), 1e-12),
        Check(text(zh="反向传播与有限差分的相对差（中位数）", en="backward pass and finite differences, relative "
                                               "(median)"),
              float(np.median([t.deviation for kind in KINDS for ts in found[kind].values() for t in ts])), 1e-3),
    ]  # fmt: skip
    views = [loss_view(params, ds, found, s), accuracy_view(params, ds, found, s), curve_view(params, found, deep, s),
             gradient_view(params, found, deep, s)]  # fmt: skip
    return Result(views, s, notes(params, s), checks, progress)


def _depth_axis(ds: list[int]) -> Axis:
    return Axis(text(zh="层数", en="Depth (layers)"), range=(-0.3, len(ds) - 0.7),
                categories=tuple(same(str(d)) for d in ds))  # fmt: skip


def _over_depth(found: dict[str, dict[int, list[Tower]]], ds: list[int], read: Any, top: float) -> list[Series]:
    """For each kind the median as a line and every seed as a point."""
    series = []
    for kind, name in KINDS.items():
        values = np.array([[min(read(t), top) for t in found[kind][d]] for d in ds])
        dots = text(zh=f"{name.zh}：各个种子", en=f"{name.en}: every seed")
        places = np.arange(len(ds))
        series.append(Series(KEYS[kind], name, places, np.median(values, axis=1), "main"))
        series.append(Series(KEYS[kind], dots, np.repeat(places, values.shape[1]), values.ravel(), "main", "points"))
    return series


def loss_view(params: Any, ds: list[int], found: dict[str, dict[int, list[Tower]]], s: dict[str, float]) -> Lines:
    return Lines(
        id="loss", title=text(zh="训练损失与层数", en="Training loss against depth"),
        description=text(
            zh=f"普通网络在 {s['best_depth']:.0f} 层时最低（{s['plain_best']:.3f}），{s['deepest']:.0f} 层时是 "
            f"{s['plain_deep']:.2f}；残差网络 {s['deepest']:.0f} 层时是 {s['residual_deep']:.3f}。",
            en=f"Plain nets are lowest with {s['best_depth']:.0f} layers ({s['plain_best']:.3f}) and end at "
            f"{s['plain_deep']:.2f} with {s['deepest']:.0f}; residual ones have {s['residual_deep']:.3f} there.",
        ),
        series=_over_depth(found, ds, lambda t: t.losses[-1], 1.0),
        x=_depth_axis(ds), y=Axis(text(zh="最后的训练损失", en="Final training loss"), unit="nat", range=(0, 1)),
        marks=[Mark(np.log(2), text(zh="ln 2：什么也没学到", en="ln 2: nothing learned"))],
    )  # fmt: skip


def accuracy_view(params: Any, ds: list[int], found: dict[str, dict[int, list[Tower]]], s: dict[str, float]) -> Lines:
    return Lines(
        id="accuracy", title=text(zh="测试正确率与层数", en="Test accuracy against depth"),
        description=text(
            zh=f"{s['deepest']:.0f} 层：普通 {s['accuracy_plain']:.0%}，残差 {s['accuracy_residual']:.0%}。训练与测试"
            "一起变差，就不是过拟合。",
            en=f"With {s['deepest']:.0f} layers: plain {s['accuracy_plain']:.0%}, residual "
            f"{s['accuracy_residual']:.0%}. "
            "Training and test get worse together: that is not overfitting.",
        ),
        series=_over_depth(found, ds, lambda t: t.accuracy, 1.0),
        x=_depth_axis(ds), y=Axis(text(zh="测试正确率", en="Test accuracy"), range=(0.4, 1.02)),
    )  # fmt: skip


def broken(towers: list[Tower]) -> Array:
    """The loss curves of all seeds as one series, with gaps between them."""
    return np.concatenate([np.append(np.minimum(t.losses, 1.5), np.nan) for t in towers])


def curve_view(params: Any, found: dict[str, dict[int, list[Tower]]], deep: int, s: dict[str, float]) -> Lines:
    steps = np.append(np.arange(params.steps + 1), np.nan)
    return Lines(
        id="curves", title=text(zh=f"{deep} 层网络的训练曲线", en=f"Training curves with {deep} layers"),
        description=text(
            zh=f"普通网络有 {s['plain_stuck']:.0f}/{s['inits']:.0f} 个种子停在 0.25 以上，残差网络 "
            f"{s['residual_stuck']:.0f}/{s['inits']:.0f} 个。",
            en=f"Above 0.25 in the end: {s['plain_stuck']:.0f} of {s['inits']:.0f} plain nets, "
            f"{s['residual_stuck']:.0f} of {s['inits']:.0f} residual ones.",
        ),
        series=[Series(KEYS[kind], name, np.tile(steps, params.inits), broken(found[kind][deep]))
                for kind, name in KINDS.items()],
        x=Axis(text(zh="步", en="Step"), range=(0, params.steps)),
        y=Axis(text(zh="训练损失", en="Training loss"), unit="nat", range=(0, 1.5)),
        marks=[Mark(np.log(2), text(zh="ln 2", en="ln 2"))],
    )  # fmt: skip


def gradient_view(params: Any, found: dict[str, dict[int, list[Tower]]], deep: int, s: dict[str, float]) -> Lines:
    layers = np.arange(1, deep + 1)
    norms = {kind: np.median([t.gradients[1:-1] for t in found[kind][deep]], axis=0) for kind in KINDS}
    return Lines(
        id="gradients", title=text(zh="训练前各层权重的梯度", en="Weight gradients by layer before training"),
        description=text(
            zh=f"首层与末层之比：普通 {s['gradient_plain']:.2g}，残差 {s['gradient_residual']:.2g}。"
            "普通网络的梯度往输入方向没有变小，训练却失败了。",
            en=f"First layer over last: plain {s['gradient_plain']:.2g}, residual {s['gradient_residual']:.2g}. In "
            "the plain net it does not shrink towards the input, and yet training fails.",
        ),
        series=[Series(KEYS[kind], name, layers, np.maximum(norms[kind], 1e-12)) for kind, name in KINDS.items()],
        x=Axis(text(zh="层（1 靠近输入）", en="Layer (1 is next to the input)"), range=(1, deep)),
        y=Axis(text(zh="‖∂L/∂W‖（中位数）", en="‖∂L/∂W‖ (median)"), log=True),
    )  # fmt: skip


def notes(params: Any, s: dict[str, float]) -> list[Text]:
    zh, en = ("（有 BN）", " with batch norm") if params.norm else ("", "")
    return [
        text(
            zh=f"{s['deepest']:.0f} 层普通网络{zh}：{s['plain_stuck']:.0f}/{s['inits']:.0f} 个种子没有学会，"
            f"残差网络 {s['residual_stuck']:.0f}/{s['inits']:.0f}。",
            en=f"Plain nets of {s['deepest']:.0f} layers{en}: {s['plain_stuck']:.0f} of {s['inits']:.0f} seeds fail; "
            f"residual nets: {s['residual_stuck']:.0f} of {s['inits']:.0f}.",
        ),
        text(
            zh="更深的残差网络只要把多出来的层置零，就能复制浅的那个（见下面的核对）：变差的是优化，不是表达力。",
            en="A deeper residual net can copy the shallower one by zeros in its extra layers (checked below): what "
            "gets "
            "worse is the optimisation, not what the net could express.",
        ),
    ]  # fmt: skip
