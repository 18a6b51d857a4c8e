"""A small bench for hyper-parameters: many short trainings at once, each with its own rate, initialisation and seed.

The task is that of datasets.clustered_classes: five classes in 20 dimensions. Runs with the same seed see the same
rows in the same order and start from the same draw, so that only what is compared differs.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, relu
from app.core.datasets import clustered_classes
from app.core.deep_net import DeepNet
from app.core.deep_net import gradient_of as single_gradient
from app.core.losses import softmax_cross_entropy
from app.core.mlp import Layers
from app.core.net_stack import NetStack, accuracies, cross_entropies, forward, gradient_of, stack
from app.core.optimisers import Update, adam, fit, minibatches, sgd

CLASSES = 5
DIMS = 20
VALIDATION = 400
OPTIMISERS = ("sgd", "momentum", "adamw")


@dataclass(frozen=True)
class Bench:
    """What all runs share: data, network (depth hidden ReLU layers of this width) and the length of a training."""

    rows: int = 1000
    width: int = 24
    depth: int = 3
    batch: int = 32
    updates: int = 120


@dataclass(frozen=True)
class Setting:
    """What one run has for its own. decay: weight decay, decoupled for AdamW. init: a name of `weight_std`."""

    lr: float
    seed: int = 0
    init: str = "he"
    decay: float = 0.0


def weight_std(init: str, fan_in: int, fan_out: int) -> float:
    """Standard deviation of the initial weights.

    "lecun" √(1/fan_in), "xavier" √(2/(fan_in + fan_out)), "he" √(2/fan_in), "pytorch" √(1/(3 fan_in)), which is what
    torch.nn.Linear draws by default (uniform within ±1/√fan_in); "small" 0.01 and "large" 1 whatever the fan.
    Raises ValueError for another name.

    >>> round(weight_std("pytorch", 100, 10) ** 2 * 100, 6), weight_std("he", 512, 10)
    (0.333333, 0.0625)
    """
    variances = {
        "lecun": 1 / fan_in, "xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "pytorch": 1 / (3 * fan_in),
        "small": 1e-4, "large": 1.0,
    }  # fmt: skip
    if init not in variances:
        raise ValueError(f"unknown init {init!r}: {', '.join(variances)}")
    return math.sqrt(variances[init])


def draw_layers(bench: Bench, setting: Setting) -> Layers:
    """The network of a run: the same standard normal draw for every init, scaled by `weight_std`; biases 0."""
    widths = [DIMS, *[bench.width] * bench.depth, CLASSES]
    rng = np.random.default_rng([setting.seed, 0])
    return [(rng.standard_normal((a, b)) * weight_std(setting.init, a, b), np.zeros(b)) for a, b in pairwise(widths)]


class Rows(NamedTuple):
    """Standardised training and validation rows of some seeds: X (seeds, rows, 20), y (seeds, rows), and so on."""

    X: Array
    y: NDArray[np.intp]
    X_val: Array
    y_val: NDArray[np.intp]


def draw_rows(bench: Bench, seeds: Sequence[int]) -> Rows:
    """The data of each seed; validation rows are scaled with the statistics of the training rows.

    >>> rows = draw_rows(Bench(rows=50), [0, 1])
    >>> rows.X.shape, rows.y_val.shape, bool(abs(rows.X.mean(axis=1)).max() < 1e-12)
    ((2, 50, 20), (2, 400), True)
    """
    parts = []
    for seed in seeds:
        X, y = clustered_classes(bench.rows, np.random.default_rng([seed, 1]), CLASSES, DIMS)
        X_val, y_val = clustered_classes(VALIDATION, np.random.default_rng([seed, 2]), CLASSES, DIMS)
        mean, std = X.mean(axis=0), X.std(axis=0)
        parts.append(((X - mean) / std, y.astype(np.intp), (X_val - mean) / std, y_val.astype(np.intp)))
    return Rows(*(np.stack(part) for part in zip(*parts, strict=True)))


def update_of(optimiser: str, nets: NetStack | DeepNet, decay: Array) -> Update:
    """For "sgd", "momentum" (0.9) or "adamw"; decay (R, 1, 1). Raises ValueError for another name."""
    if optimiser == "adamw":
        return adam(nets.parameters, weight_decay=decay)
    if optimiser in ("sgd", "momentum"):
        return sgd(nets.parameters, 0.9 if optimiser == "momentum" else 0.0, decay)
    raise ValueError(f"unknown optimiser {optimiser!r}: sgd, momentum or adamw")


class Trained(NamedTuple):
    """Runs so far. losses (updates + 1, R): cross-entropy of the batch before each update. accuracy, val_loss (R,): on
    the validation rows now; a run that diverged has accuracy 0 and a NaN loss."""

    losses: Array
    accuracy: Array
    val_loss: Array


def train(
    bench: Bench,
    optimiser: str,
    settings: Sequence[Setting],
    schedule: Callable[[int], float] = lambda t: 1.0,
    every: int = 40,
) -> Iterator[Trained]:
    """Train all settings side by side; yields after every `every` updates and at the end.

    schedule: t -> factor that multiplies every learning rate.

    >>> *_, done = train(Bench(updates=20), "sgd", [Setting(0.0), Setting(0.1)])
    >>> done.losses.shape, bool(done.losses[-1, 1] < done.losses[0, 1])
    ((21, 2), True)
    """
    seeds = sorted({setting.seed for setting in settings})
    data, place = draw_rows(bench, seeds), np.array([seeds.index(setting.seed) for setting in settings])
    batches = [minibatches(bench.rows, bench.batch, np.random.default_rng([seed, 3])) for seed in seeds]
    nets = stack([draw_layers(bench, setting) for setting in settings], relu)
    rates, decay = (np.array([getattr(s, name) for s in settings])[:, None, None] for name in ("lr", "decay"))

    def draw(_: int) -> tuple[Array, NDArray[np.intp]]:
        rows = np.stack([next(batch) for batch in batches])
        own = np.arange(len(seeds))[:, None]
        return data.X[own, rows][place], data.y[own, rows][place]

    def lr(t: int) -> list[Array]:
        return [schedule(t) * rates] * len(nets.parameters)

    losses = np.full((bench.updates + 1, len(settings)), np.nan)
    for state in fit(gradient_of(nets, draw), update_of(optimiser, nets, decay), lr, bench.updates):
        losses[state.updates] = state.seen
        if state.updates == bench.updates or (state.updates and state.updates % every == 0):
            with np.errstate(over="ignore", invalid="ignore"):
                logits = forward(nets, data.X_val[place]).logits
                val_loss = cross_entropies(logits, data.y_val[place])[0]
            yield Trained(losses[: state.updates + 1], accuracies(logits, data.y_val[place]), val_loss)


def train_alone(bench: Bench, optimiser: str, setting: Setting) -> Array:
    """The losses of one run, (updates + 1,), by deep_net.py and without any stacking: the independent check of `train`.

    >>> *_, side_by_side = train(Bench(updates=20), "sgd", [Setting(0.3), Setting(0.1)])
    >>> bool(np.allclose(train_alone(Bench(updates=20), "sgd", Setting(0.1)), side_by_side.losses[:, 1], rtol=1e-9))
    True
    """
    data, layers = draw_rows(bench, [setting.seed]), draw_layers(bench, setting)
    net = DeepNet([W for W, _ in layers], [b for _, b in layers], relu)
    batches = minibatches(bench.rows, bench.batch, np.random.default_rng([setting.seed, 3]))
    gradient = single_gradient(net, data.X[0], data.y[0], softmax_cross_entropy, batches)
    update = update_of(optimiser, net, np.array(setting.decay))
    return np.array([state.loss for state in fit(gradient, update, setting.lr, bench.updates)])
