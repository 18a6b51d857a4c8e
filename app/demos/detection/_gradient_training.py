"""The training part of who_owns_the_gradient.py: one small net per rule and seed, and who pulled on it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.core.activations import Array, relu
from app.core.deep_net import DeepNet, backward, deep_net, forward
from app.core.focal_loss import focal_loss, prior_bias
from app.core.hard_examples import Anchors, Mask, draw_anchors, hard_negatives, hardest, random_negatives
from app.core.optimisers import adam, fit

RULES = ("ce", "random", "hnm", "ohem", "focal")
GROUPS = ("object", "hard", "easy", "missed")
POSITIVES, EASY, HARD = 30, 2910, 60
STEPS, SEEDS, RATE = 120, 3, 0.03


class Owned(NamedTuple):
    """selected, pull (groups,): shares of the chosen examples and of Σ|∂L/∂z|. easy (steps + 1,): the easy
    background's share of the pull at each step. ap, false_alarms (per 100 objects, at p > 0.5), stated (mean p on
    objects): on fresh anchors. difference: |gradient − central difference| of the output bias. lost: loss that another
    choice of as many examples would have had more."""

    selected: Array
    pull: Array
    easy: Array
    ap: float
    false_alarms: float
    stated: float
    difference: float
    lost: float


def groups_of(anchors: Anchors) -> Sequence[Mask]:
    """The four groups in the order of GROUPS."""
    missed = anchors.object & (anchors.y == 0)
    return (anchors.y == 1, anchors.hard, ~anchors.object & ~anchors.hard, missed)


def shares(values: Array, groups: Sequence[Mask]) -> Array:
    """Each group's share of the sum of values."""
    return np.asarray(np.array([values[group].sum() for group in groups]) / values.sum())


def selection(rule: str, loss: Array, y: Array, budget: int, rng: np.random.Generator) -> Mask:
    """Who takes part in a step."""
    if rule == "random":
        return random_negatives(y, rng)
    if rule == "hnm":
        return hard_negatives(loss, y)
    return hardest(loss, budget if rule == "ohem" else len(loss))


def trained(
    rule: str, gamma: float, alpha: float, pi: float, budget: int, missed: float, seed: int, fresh: Anchors
) -> Owned:
    """Train 8 hidden units for STEPS full-batch Adam steps and report. Rules share data and initial weights."""
    anchors = draw_anchors(POSITIVES, EASY, HARD, np.random.default_rng([seed, 0]), missed)
    rng = np.random.default_rng([seed, 1])
    net = deep_net([2, 8, 1], relu, rng, "he")
    net.weights[-1] *= 0.1
    net.biases[-1][:] = prior_bias(pi)
    focusing, balance = (gamma, alpha) if rule == "focal" else (0.0, None)

    def gradient(_: int) -> tuple[float, list[Array], tuple[Array, Array, Mask]]:
        tape = forward(net, anchors.X, training=True)
        loss, slope = focal_loss(tape.logits[:, 0], anchors.y, focusing, balance)
        chosen = selection(rule, loss, anchors.y, budget, rng)
        weight = chosen / (anchors.y.sum() if rule in ("ce", "focal") else chosen.sum())
        delta = (weight * slope)[:, None]
        return float(weight @ loss), backward(net, tape, delta).parameters, (loss, weight, np.abs(delta[:, 0]))

    groups, easy = groups_of(anchors), []
    for state in fit(gradient, adam(net.parameters), RATE, STEPS):
        loss, weight, pull = state.seen
        easy.append(shares(pull, groups)[2])
    chosen = weight > 0
    most = float(np.partition(loss, -chosen.sum())[-chosen.sum() :].sum()) if rule == "ohem" else 0.0
    ap, false_alarms, stated = judged(net, fresh)
    return Owned(
        shares(chosen.astype(float), groups), shares(pull, groups), np.array(easy), ap, false_alarms, stated,
        abs(state.gradients[3].item() - slope_by_differences(net, anchors, weight, focusing, balance)),
        most - float(loss[chosen].sum()) if rule == "ohem" else 0.0,
    )  # fmt: skip


def slope_by_differences(
    net: DeepNet, anchors: Anchors, weight: Array, gamma: float, alpha: float | None, step: float = 1e-5
) -> float:
    """∂L/∂(output bias) from two values of the loss alone."""
    z = forward(net, anchors.X).logits[:, 0]
    up, down = (weight @ focal_loss(z + move, anchors.y, gamma, alpha)[0] for move in (step, -step))
    return float(up - down) / (2 * step)


def judged(net: DeepNet, fresh: Anchors) -> tuple[float, float, float]:
    """On anchors it has not seen: average precision, false alarms per 100 objects at p > 0.5, mean p on objects."""
    z = forward(net, fresh.X).logits[:, 0]
    found = fresh.object[np.argsort(-z, kind="stable")]
    precision = np.cumsum(found) / np.arange(1, len(found) + 1)
    objects = int(fresh.object.sum())
    alarms = 100 * int(np.sum((z > 0) & ~fresh.object)) / objects
    return float(precision[found].mean()), alarms, float(np.mean(1 / (1 + np.exp(-z[fresh.object]))))


def all_trained(gamma: float, alpha: float, pi: float, budget: int, missed: float, seed: int) -> dict[str, list[Owned]]:
    """Every rule over SEEDS seeds."""
    fresh = draw_anchors(300, 10 * EASY, 10 * HARD, np.random.default_rng([seed, 2]))
    return {
        rule: [trained(rule, gamma, alpha, pi, budget, missed, seed * SEEDS + k, fresh) for k in range(SEEDS)]
        for rule in RULES
    }
