"""What the network tabs of the transfer map train: one pre-trained network, six ways to use it, on one target task."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.core.activations import Array, relu
from app.core.deep_net import DeepNet, deep_net, gradient_of
from app.core.losses import mean_squared_error
from app.core.optimisers import Gradient, adam, cosine, fit, minibatches
from app.core.transfer import (
    adapter_size,
    apply_adapter,
    layer_rates,
    low_rank,
    low_rank_gradient,
    probed,
    relative_risk,
    subspace,
    teacher,
    turned_features,
    with_fresh_head,
)
from app.demos.generalisation._transfer_params import FEATURES, HIDDEN, INPUTS, SOURCE_TASKS

PRETRAINING, SOURCE_EXAMPLES, BATCH, TESTS = 2500, 8000, 64, 2000
RATE, CAREFUL = 5e-3, 1e-3
"""Adam's learning rate; LP-FT's second stage uses the smaller one."""
PENALTIES = np.geomspace(1e-3, 1e2, 11)
TARGET_HEAD = np.array([1.2, 0.7, -1.0])
WIDTHS = [INPUTS, HIDDEN, HIDDEN, 1]


@dataclass(frozen=True)
class Task:
    """A target task: training examples, a test in their distribution, and one where every direction varies."""

    X: Array
    y: Array
    inside: tuple[Array, Array]
    everywhere: tuple[Array, Array]


@functools.lru_cache(maxsize=8)
def pretrained(seed: int) -> tuple[DeepNet, float]:
    """A network trained on SOURCE_TASKS heads over the source's features, and its relative risk there.

    It comes back with a blank head of one output, and is never changed by those who use it.
    """
    features, _ = _features(seed, 0.0)
    rng = np.random.default_rng([seed, 0])
    heads = rng.standard_normal((FEATURES, SOURCE_TASKS))
    heads /= np.linalg.norm(heads, axis=0)

    def answers(X: Array) -> Array:
        return np.concatenate([teacher(features, head, X) for head in heads.T], axis=1)

    X = rng.standard_normal((SOURCE_EXAMPLES, INPUTS))
    net = deep_net([*WIDTHS[:-1], SOURCE_TASKS], relu, np.random.default_rng([seed, 2]))
    gradient = gradient_of(net, X, answers(X), mean_squared_error, minibatches(SOURCE_EXAMPLES, 2 * BATCH, rng))
    for _ in _learn(net.parameters, gradient, layer_rates(net, RATE), PRETRAINING):
        pass
    fresh = rng.standard_normal((TESTS, INPUTS))
    risk = relative_risk(net, fresh, answers(fresh))
    net.weights[-1], net.biases[-1] = np.zeros((HIDDEN, 1)), np.zeros(1)
    return net, risk


def _features(seed: int, theta: float) -> tuple[Array, Array]:
    return turned_features(FEATURES, INPUTS, theta, np.random.default_rng([seed, 1]))


def target_task(seed: int, repeat: int, theta: float, n: int, noise: float, varied: int) -> Task:
    """n examples of the task whose features are turned by theta (rad), inputs varying in `varied` directions."""
    rng = np.random.default_rng([seed, 3, repeat])
    _, features = _features(seed, theta)
    inside = subspace(INPUTS, varied, rng)
    X, free = inside(rng.standard_normal((n, INPUTS))), rng.standard_normal((TESTS, INPUTS))
    y = teacher(features, TARGET_HEAD, X)
    y = y + noise * y.std() * rng.standard_normal(y.shape)
    bound = inside(free)
    return Task(X, y, (bound, teacher(features, TARGET_HEAD, bound)), (free, teacher(features, TARGET_HEAD, free)))


def trained_numbers(strategy: str, rank: int) -> int:
    """How many numbers a strategy trains."""
    layers = [(a + 1) * b for a, b in pairwise(WIDTHS)]
    head = layers[-1]
    return {
        "probe": head, "partial": sum(layers[1:]),
        "lora": head + sum(adapter_size(a, b, rank) for a, b in pairwise(WIDTHS[:-1])),
    }.get(strategy, sum(layers))  # fmt: skip


def use(
    strategy: str, base: DeepNet, task: Task, key: tuple[int, int], steps: int, backbone: float = 1.0, rank: int = 2,
    watch: Callable[[int, DeepNet], None] = lambda _, __: None,
) -> DeepNet:  # fmt: skip
    """The network a strategy ends with. key: (seed, repeat). watch(step, net) is called while it trains."""
    seed, repeat = key
    rng = np.random.default_rng([seed, 4, repeat])
    batches = minibatches(len(task.X), BATCH, np.random.default_rng([seed, 5, repeat]))
    if strategy == "probe":
        return probed(base, task.X, task.y, PENALTIES)
    if strategy == "scratch":
        net = deep_net(WIDTHS, relu, rng)
    elif strategy in ("partial", "full"):
        net = with_fresh_head(base, rng)
    else:
        net = probed(base, task.X, task.y, PENALTIES)
    gradient = gradient_of(net, task.X, task.y, mean_squared_error, batches)
    if strategy == "lora":
        adapter = low_rank(net, rank, rng)
        parameters, gradient = low_rank_gradient(net, adapter, gradient)
        for step in _learn(parameters, gradient, [RATE] * len(parameters), steps):
            watch(step, net)
        apply_adapter(net, adapter)
        return net
    rates = {
        "partial": layer_rates(net, RATE, backbone, frozen=1), "full": layer_rates(net, RATE, backbone),
        "lp-ft": layer_rates(net, CAREFUL), "scratch": layer_rates(net, RATE),
    }[strategy]  # fmt: skip
    for step in _learn(net.parameters, gradient, rates, steps):
        watch(step, net)
    return net


def _learn(parameters: list[Array], gradient: Gradient, rates: list[float], steps: int) -> Iterator[int]:
    """Adam with a short warm-up and a cosine to 0; yields the number of updates done."""
    share = cosine(1.0, steps, warmup=10)
    for state in fit(gradient, adam(parameters), lambda t: [share(t) * rate for rate in rates], steps):
        yield state.updates
