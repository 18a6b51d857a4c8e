"""One training run as a case: its settings, the run, and what the instruments read on the way.

Thirteen ways to make it go wrong and what one may try against them stand in clinic_cases.py; which reading gives a
disease away is decided in diagnosis.py. The task: five classes of a few Gaussian clusters each, in 20 dimensions.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, leaky_relu, sigmoid
from app.core.datasets import clustered_classes
from app.core.deep_net import DeepNet, backward, deep_net, forward, gradient_of
from app.core.losses import Loss, sigmoid_squared_error, softmax_cross_entropy
from app.core.mlp_probes import accuracy
from app.core.net_probes import signal_sizes, update_ratio, weight_gradient_norms
from app.core.optimisers import Update, adam, fit, minibatches, sgd

CLASSES = 5
DIMS = 20
VALIDATION = 500
RAW_MEAN = 2.0
"""Raw inputs are not centred, as pixels are not: each feature has this mean (in units of raw_scale)."""
PROBE_ROWS = 16
PROBE_UPDATES = 150


@dataclass(frozen=True)
class Case:
    """The settings of one training run. The defaults are healthy.

    rows: of training data. label_noise: share of training labels drawn anew. shuffled_labels: all of them permuted.
    raw_scale: unit of the raw inputs. standardise: subtract mean and divide by standard deviation of the training
    rows. same_pipeline: evaluation does so as well. shuffle: a new order every epoch, else sorted by class.
    init_gain: initial weights times this. head_gain: those of the last layer times this once more.
    squared_error: of sigmoid outputs, instead of cross-entropy. keep_best: report the best checkpoint, not the last.
    """

    rows: int = 960
    label_noise: float = 0.0
    shuffled_labels: bool = False
    raw_scale: float = 1.0
    standardise: bool = True
    same_pipeline: bool = True
    shuffle: bool = True
    depth: int = 3
    width: int = 48
    activation: Literal["leaky-relu", "sigmoid"] = "leaky-relu"
    init_gain: float = 1.0
    head_gain: float = 0.1
    batch_norm: bool = False
    dropout: float = 0.0
    squared_error: bool = False
    optimiser: Literal["momentum", "adam"] = "momentum"
    lr: float = 0.05
    batch: int = 32
    updates: int = 400
    keep_best: bool = False


class Data(NamedTuple):
    """Training rows X (n, 20) and y (n,); the same rows through the evaluation pipeline; validation rows (500, ...)."""

    X: Array
    y: Array
    X_evaluated: Array
    X_val: Array
    y_val: Array


def draw_data(case: Case, seed: int) -> Data:
    """The data of a case, with its faults.

    >>> data = draw_data(Case(), 0)
    >>> data.X.shape, bool(abs(data.X.mean()) < 1e-9), bool((data.X == data.X_evaluated).all())
    ((960, 20), True, True)
    """
    X, y = clustered_classes(case.rows, np.random.default_rng([seed, 0]), CLASSES, DIMS)
    X_val, y_val = clustered_classes(VALIDATION, np.random.default_rng([seed, 1]), CLASSES, DIMS)
    raw, raw_val = case.raw_scale * (X + RAW_MEAN), case.raw_scale * (X_val + RAW_MEAN)
    rng = np.random.default_rng([seed, 2])
    if case.label_noise:
        y = np.where(rng.random(case.rows) < case.label_noise, rng.integers(0, CLASSES, case.rows), y)
    if case.shuffled_labels:
        y = rng.permutation(y)
    if not case.shuffle:
        order = np.argsort(y, kind="stable")
        raw, y = raw[order], y[order]
    mean, std = raw.mean(axis=0), raw.std(axis=0)
    ready = (raw - mean) / std if case.standardise else raw
    if case.standardise and case.same_pipeline:
        return Data(ready, y, ready, (raw_val - mean) / std, y_val)
    return Data(ready, y, raw, raw_val, y_val)


def draw_net(case: Case, seed: int) -> DeepNet:
    """The network of a case before training: He initialisation for leaky ReLU, Xavier for the sigmoid."""
    widths = [DIMS, *[case.width] * case.depth, CLASSES]
    rng = np.random.default_rng([seed, 3])
    phi, scheme = (leaky_relu, "he") if case.activation == "leaky-relu" else (sigmoid, "xavier")
    net = deep_net(widths, phi, rng, scheme, case.init_gain, batch_norm=case.batch_norm, dropout=case.dropout)
    net.weights[-1] *= case.head_gain
    return net


def loss_of(case: Case) -> Loss:
    return sigmoid_squared_error if case.squared_error else softmax_cross_entropy


def update_of(case: Case, net: DeepNet) -> Update:
    return adam(net.parameters) if case.optimiser == "adam" else sgd(net.parameters, 0.9)


class Start(NamedTuple):
    """What the instruments read before the first update.

    loss: cross-entropy on the training rows, nats. gradients (layers,): ‖∂L/∂W‖. signal (layers,): RMS of the input and
    of every hidden layer. flat_outputs: share of sigmoid outputs with a slope below 0.01; 0 under cross-entropy, which
    has none. batch_entropy: `label_entropy`, mean over an epoch. probe_loss, probe_accuracy: see `one_batch_test`.
    """

    loss: float
    gradients: Array
    signal: Array
    flat_outputs: float
    batch_entropy: float
    probe_loss: float
    probe_accuracy: float


def examine(case: Case, seed: int) -> Start:
    """All instruments that need no training run: one forward and backward pass, and the one-batch test.

    >>> round(examine(Case(init_gain=0.0), 0).loss, 6) == round(math.log(5), 6)
    True
    """
    data, net, loss = draw_data(case, seed), draw_net(case, seed), loss_of(case)
    tape = forward(net, data.X, training=True, rng=np.random.default_rng([seed, 6]))
    found = backward(net, tape, loss(tape.logits, data.y)[1])
    outputs = np.abs(sigmoid(tape.logits)[1]) < 0.01 if case.squared_error else np.zeros(1)
    batches = minibatches(case.rows, case.batch, np.random.default_rng([seed, 4]), case.shuffle)
    entropies = [label_entropy(data.y[next(batches)]) for _ in range(max(1, case.rows // case.batch))]
    return Start(
        softmax_cross_entropy(tape.logits, data.y)[0], weight_gradient_norms(net, found), signal_sizes(tape),
        float(outputs.mean()), float(np.mean(entropies)), *one_batch_test(case, seed, data),
    )  # fmt: skip


def label_entropy(y: Array) -> float:
    """Entropy of the labels in a batch over its maximum, ln(classes): 0 when all are of one class.

    >>> label_entropy(np.array([0.0, 1, 2, 3, 4])), label_entropy(np.array([2.0, 2.0]))
    (1.0, 0.0)
    """
    share = np.bincount(y.astype(int), minlength=CLASSES) / len(y)
    return round(float(np.sum(share * np.log(1 / np.where(share > 0, share, 1)))) / math.log(CLASSES), 12)


def one_batch_test(case: Case, seed: int, data: Data) -> tuple[float, float]:
    """Cross-entropy and accuracy on 16 training rows after 150 updates on these rows alone, all else as in the case.

    A net that cannot learn 16 rows by heart has a fault that more data or regularisation will not cure.
    """
    rows = np.linspace(0, case.rows - 1, PROBE_ROWS).astype(int)
    net, X, y = draw_net(case, seed), data.X[rows], data.y[rows]
    gradient = gradient_of(net, X, y, loss_of(case), rng=np.random.default_rng([seed, 6]))
    for _ in fit(gradient, update_of(case, net), case.lr, PROBE_UPDATES):
        pass
    with np.errstate(over="ignore", invalid="ignore"):
        logits = forward(net, X).logits
        return softmax_cross_entropy(logits, y)[0], accuracy(logits, y)


class Course(NamedTuple):
    """A run so far. batch_loss (updates + 1,): cross-entropy of the batch before each update. reported: which of the k
    checkpoints counts. The others (k,), at `updates`: cross-entropy and accuracy on training and validation rows,
    accuracy of the training rows when they go through the evaluation pipeline, and ‖update‖/‖weights‖."""

    batch_loss: Array
    reported: int
    updates: NDArray[np.int_]
    train_loss: Array
    val_loss: Array
    train_accuracy: Array
    val_accuracy: Array
    evaluated_accuracy: Array
    update_ratio: Array


def course(case: Case, seed: int, every: int = 20) -> Iterator[Course]:
    """Train the case; yields after every `every` updates, the last time after the last one. NaN is a result."""
    data, net = draw_data(case, seed), draw_net(case, seed)
    batches = minibatches(case.rows, case.batch, np.random.default_rng([seed, 4]), case.shuffle)
    gradient = gradient_of(net, data.X, data.y, loss_of(case), batches, np.random.default_rng([seed, 5]))
    batch_loss, checkpoints, before = np.full(case.updates + 1, np.nan), [], [W.copy() for W in net.weights]
    for state in fit(gradient, update_of(case, net), case.lr, case.updates):
        tape, _, rows = state.seen
        with np.errstate(over="ignore", invalid="ignore"):
            batch_loss[state.updates] = softmax_cross_entropy(tape.logits, data.y[rows])[0]
            if state.updates % every and state.updates < case.updates:
                if (state.updates + 1) % every == 0:
                    before = [W.copy() for W in net.weights]
                continue
            checkpoints.append((state.updates, *_marks(net, data), update_ratio(before, net.weights)))
        columns = [np.array(column) for column in zip(*checkpoints, strict=True)]
        reported = int(columns[4].argmax()) if case.keep_best else len(checkpoints) - 1
        yield Course(batch_loss[: state.updates + 1], reported, *columns)


def _marks(net: DeepNet, data: Data) -> tuple[float, float, float, float, float]:
    train, val = forward(net, data.X).logits, forward(net, data.X_val).logits
    evaluated = train if data.X_evaluated is data.X else forward(net, data.X_evaluated).logits
    return (
        softmax_cross_entropy(train, data.y)[0], softmax_cross_entropy(val, data.y_val)[0],
        accuracy(train, data.y), accuracy(val, data.y_val), accuracy(evaluated, data.y),
    )  # fmt: skip
