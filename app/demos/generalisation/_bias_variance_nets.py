"""The network half of the bias-variance microscope: one net on noisy moons, trained once per method and data set."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from app.core.activations import Array, relu, sigmoid
from app.core.bias_variance import decompose
from app.core.datasets import moons, moons_posterior
from app.core.deep_net import deep_net, forward, gradient_of
from app.core.losses import bce_with_logits
from app.core.mlp_probes import accuracy
from app.core.optimisers import adam, fit, minibatches
from app.core.regularisers import bootstrap, jittered, l1_penalised, smoothed
from app.demos.generalisation._bias_variance_bars import accuracy_view, curve_view, map_view, split_view, words
from app.kit import Check, Result, Text, text

SPREAD, RATE, EVERY, TESTS, MEMBERS = 0.2, 0.02, 10, 400, 5
ROWS, COLUMNS = 28, 40


@dataclass(frozen=True)
class Recipe:
    """What one method changes in the training run; the defaults change nothing."""

    data: int = 1
    jitter: float = 0.0
    l2: float = 0.0
    decay: float = 0.0
    l1: float = 0.0
    dropout: float = 0.0
    smoothing: float = 0.0
    batch_norm: bool = False
    early: bool = False
    members: int = 1
    bagged: bool = False


def recipe(method: str, params: Any) -> Recipe:
    """The recipe of a method at the strength chosen."""
    k = params.strength
    return {
        "none": Recipe(), "data": Recipe(data=params.factor), "augment": Recipe(jitter=0.2 * k),
        "l2": Recipe(l2=0.01 * k), "decay": Recipe(decay=2.0 * k), "l1": Recipe(l1=0.003 * k),
        "dropout": Recipe(dropout=min(0.3 * k, 0.9)), "smoothing": Recipe(smoothing=min(0.2 * k, 0.9)),
        "early": Recipe(early=True), "norm": Recipe(batch_norm=True), "ensemble": Recipe(members=MEMBERS),
        "bagging": Recipe(members=MEMBERS, bagged=True),
    }[method]  # fmt: skip


class World(NamedTuple):
    """Where nets are judged. X (TESTS, 2); clean: P(class 1) of the moons there; noisy: the same for labels with flips.
    grid (pixels, 2) for the maps."""

    X: Array
    clean: Array
    noisy: Array
    grid: Array


def world(params: Any) -> World:
    X, _ = moons(TESTS, np.random.default_rng([params.seed, 2]), SPREAD)
    clean = moons_posterior(X, SPREAD)
    across, up = np.meshgrid(np.linspace(-2, 2, COLUMNS), np.linspace(1.4, -1.4, ROWS))
    return World(X, clean, params.flips + (1 - 2 * params.flips) * clean, np.column_stack([across.ravel(), up.ravel()]))


class Trained(NamedTuple):
    """train: share of its own (noisy) labels a net gets right. answers (TESTS,): P(class 1) in the end; picture
    (pixels,): the same on the grid. losses: expected test cross-entropy at every checkpoint, in nats; members: at
    the end, of each member alone."""

    train: float
    answers: Array
    picture: Array
    losses: Array
    members: Array


def expected_loss(logits: Array, p: Array) -> Array:
    """Cross-entropy of the mean probability of members' logits (members, ..., m), in expectation over labels with
    P(1) = p (m,): mean over m, shape (...)."""
    most = np.log(len(logits))
    yes, no = (most - np.logaddexp.reduce(-np.logaddexp(0, sign * logits), axis=0) for sign in (-1, 1))
    return np.asarray((p * yes + (1 - p) * no).mean(axis=-1))


def train(params: Any, what: Recipe, place: World, rows: tuple[Array, Array], index: int) -> Trained:
    """Train every member of one method on one data set (rows: inputs, noisy labels; the last to validate on)."""
    (X, y), held = (a[: params.size * what.data] for a in rows), (a[-params.size :] for a in rows)
    validation = tuple(held) if what.early else None
    kept, logits, pictures = [], [], []
    for member in range(what.members):
        rng = np.random.default_rng([params.seed, 3, index, member])
        own = bootstrap(len(X), rng) if what.bagged else np.arange(len(X))
        steps, right, picture = _one(params, what, place, X[own], y[own], validation, rng)
        kept.append(right)
        logits.append(steps)
        pictures.append(picture)
    answers = sigmoid(np.array(logits))[0].mean(axis=0)  # (checkpoints, TESTS): the members' mean
    losses = expected_loss(np.array(logits), place.noisy)
    alone = expected_loss(np.array(logits)[None, :, -1], place.noisy)
    return Trained(float(np.mean(kept)), answers[-1], np.mean(pictures, axis=0), losses, alone)


def _one(
    params: Any,
    what: Recipe,
    place: World,
    X: Array,
    y: Array,
    held: tuple[Array, ...] | None,
    rng: np.random.Generator,
) -> tuple[list[Array], float, Array]:
    """One net: test logits at every checkpoint (and last those it is used with), training accuracy, its map."""
    widths = [2, params.width, params.width, 1]
    net = deep_net(widths, relu, rng, batch_norm=what.batch_norm, dropout=what.dropout)
    size = params.size if params.batch == "full" else int(params.batch)
    batches = minibatches(len(X), size, rng) if len(X) > size else None
    shift = (lambda a: jittered(a, what.jitter, rng)) if what.jitter else None
    gradient = gradient_of(net, X, smoothed(y, what.smoothing), bce_with_logits, batches, rng, shift)
    if what.l1:
        gradient = l1_penalised(gradient, net.weights, what.l1)
    update = adam(net.parameters, weight_decay=what.decay or what.l2, decoupled=not what.l2)
    logits, best, snapshot = [], np.inf, [p.copy() for p in net.parameters]
    for state in fit(gradient, update, RATE, params.steps):
        if state.updates % EVERY == 0:
            logits.append(forward(net, place.X).logits[:, 0])
            if held and (found := bce_with_logits(forward(net, held[0]).logits, held[1])[0]) < best:
                best, snapshot = found, [p.copy() for p in net.parameters]
    if held:
        for p, saved in zip(net.parameters, snapshot, strict=True):
            p[...] = saved
    logits.append(forward(net, place.X).logits[:, 0])
    return logits, accuracy(forward(net, X).logits, y), sigmoid(forward(net, place.grid).logits[:, 0])[0]


def run_nets(params: Any) -> Iterator[Result]:
    """Train every chosen method on one data set after the other; a result after each."""
    methods, place = list(dict.fromkeys(params.methods)), world(params)
    found: dict[str, list[Trained]] = {name: [] for name in methods}
    for index in range(params.sets):
        rng = np.random.default_rng([params.seed, 1, index])
        X, y = moons(params.size * 11, rng, SPREAD)
        order = rng.permutation(len(X))
        X, y = X[order], y[order]
        y = np.where(rng.random(len(y)) < params.flips, 1 - y, y)
        for name in methods:
            found[name].append(train(params, recipe(name, params), place, (X, y), index))
        yield summary(params, place, found, (index + 1) / params.sets)


def summary(params: Any, place: World, found: dict[str, list[Trained]], progress: float) -> Result:
    scalars: dict[str, float] = {"optimal": float(np.maximum(place.clean, 1 - place.clean).mean()),
                                 "noise": float((place.noisy * (1 - place.noisy)).mean())}  # fmt: skip
    scores: dict[str, Array] = {}
    rng, worst = np.random.default_rng([params.seed, 4]), 0.0
    for name, runs in found.items():
        answers = np.array([r.answers for r in runs])
        scores[name] = np.where(answers > 0.5, place.clean, 1 - place.clean).mean(axis=1)
        parts = decompose(answers, place.noisy, unbiased=len(runs) > 1)
        drawn = rng.random((100, TESTS)) < place.noisy
        brier = ((answers[:, None] - drawn) ** 2).mean(axis=(0, 2))
        worst = max(worst, abs(brier.mean() - parts.error - scalars["noise"]) / (brier.std() / 10))
        scalars |= {
            f"accuracy_{name}": float(scores[name].mean()), f"sd_{name}": float(scores[name].std()),
            f"train_{name}": float(np.mean([r.train for r in runs])),
            f"bias2_{name}": max(parts.bias2, 0.0), f"variance_{name}": parts.variance, f"brier_{name}": parts.error
            + scalars["noise"], f"loss_{name}": float(np.mean([r.losses[-1] for r in runs])),
            f"best_loss_{name}": float(np.mean([r.losses.min() for r in runs])),
        }  # fmt: skip
    if "none" in found:
        scalars |= {f"gain_{name}": scalars[f"accuracy_{name}"] - scalars["accuracy_none"] for name in found}
    if "data" in found and len(found) > 1:
        others = max(scalars[f"accuracy_{name}"] for name in found if name != "data")
        scalars["lead_data"] = scalars["accuracy_data"] - others
    above = max(max(float(score.max()) for score in scores.values()) - scalars["optimal"], 0.0)
    checks = [
        Check(text(zh="噪声 + 偏差² + 方差，与抽样标签上的 Brier 分数（标准误的倍数）",
                   en="noise + bias² + variance against the Brier score on drawn labels (in standard errors)"),
              worst, 4.5),
        Check(text(zh="超过最优分类器的正确率", en="accuracy above that of the optimal classifier"), above, 1e-9),
    ]  # fmt: skip
    joint = [
        max(float(r.losses[-1] - r.members.mean()) for r in runs) for runs in found.values() if len(runs[0].members) > 1
    ]
    if joint:
        checks.append(Check(text(zh="集成的损失超过成员的平均损失（Jensen：不可能）",
                                 en="loss of an ensemble above its members' mean (impossible, by Jensen)"),
                            max(*joint, 0.0), 1e-9))  # fmt: skip
    steps = np.arange(0, params.steps + 1, EVERY)
    plain = [name for name in found if name != "early" or len(found) == 1]  # until it stops, that run is the plain one
    curves = {name: np.mean([r.losses[:-1] for r in found[name]], axis=0) for name in plain}
    return Result(
        views=[
            accuracy_view(params, scores, scalars), split_view(params, scalars, list(found)),
            curve_view(params, steps, curves),
            map_view({name: runs[0].picture.reshape(ROWS, COLUMNS) for name, runs in found.items()}, params, scalars),
        ],
        scalars=scalars, notes=notes(params, found, scalars), checks=checks, progress=progress,
    )  # fmt: skip


def notes(params: Any, found: dict[str, list[Trained]], s: dict[str, float]) -> list[Text]:
    ranked = sorted(found, key=lambda name: -s[f"accuracy_{name}"])
    best, count = ranked[0], len(found[ranked[0]])
    zh, en = words(best, params).zh, words(best, params).en
    out = [text(
        zh=f"{count} 份数据平均，干净标签上的正确率最高：{zh}，{s[f'accuracy_{best}']:.0%}（最优分类器 "
        f"{s['optimal']:.0%}）。",
        en=f"Mean of {count} data sets: {en} does best, {s[f'accuracy_{best}']:.0%} on clean labels (the optimal "
        f"classifier: {s['optimal']:.0%}).",
    )]  # fmt: skip
    if "none" in found:
        out.append(text(
            zh=f"什么也不加：自己的标签（{params.flips:.0%} 是错的）记住了 {s['train_none']:.0%}，测试只有 "
            f"{s['accuracy_none']:.0%}；多出来的误差里方差 {s['variance_none']:.3f}，偏差² {s['bias2_none']:.3f}。",
            en=f"Nothing added: it has memorised {s['train_none']:.0%} of its labels ({params.flips:.0%} of them "
            "wrong) "
            f"and scores {s['accuracy_none']:.0%}; of the excess error {s['variance_none']:.3f} is variance, "
            f"{s['bias2_none']:.3f} bias².",
        ))  # fmt: skip
    return out
