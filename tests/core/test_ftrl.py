"""FTRL against a minimiser, against AdaGrad, and against the pseudocode of the paper written out with dictionaries."""

import doctest
import math

import numpy as np
import pytest
from scipy import optimize

from app.core import ftrl
from app.core.ftrl import ftrl_pass, ftrl_weights, subgradient_pass


def test_doctests():
    failed, tried = doctest.testmod(ftrl)
    assert tried and not failed


@pytest.mark.parametrize(("z", "n"), [(0.8, 1.0), (3.0, 4.0), (-2.5, 9.0)])
def test_the_weight_minimises_its_objective(z: float, n: float):
    rate = (1 + np.sqrt(n)) / 0.1 + 0.5
    found = optimize.minimize_scalar(lambda w: z * w + abs(w) + rate * w * w / 2, bounds=(-2, 2), method="bounded",
                                     options={"xatol": 1e-9}).x  # fmt: skip
    assert ftrl_weights(np.array(z), np.array(n), 0.1, 1.0, 1.0, 0.5) == pytest.approx(found, abs=1e-6)


def test_the_numbers_worked_by_hand():
    found = ftrl_weights(np.array([0.8, 3.0, -3.0]), np.array([1.0, 4.0, 4.0]), 0.1, 1.0, 1.0, 0.0)
    np.testing.assert_allclose(found, [0, -1 / 15, 1 / 15], atol=1e-15)


def stream(seed: int, rows: int = 300, k: int = 4, size: int = 40):
    rng = np.random.default_rng(seed)
    columns = np.array([rng.choice(size, k, replace=False) for _ in range(rows)])
    return columns, rng.standard_normal((rows, k)), (rng.random(rows) < 0.3).astype(float), size


def by_the_book(columns, values, y, alpha, beta, l1, l2):
    """Algorithm 1 of McMahan et al. (2013), one number at a time."""
    z: dict[int, float] = {}
    n: dict[int, float] = {}

    def weight(i: int) -> float:
        zi, ni = z.get(i, 0.0), n.get(i, 0.0)
        if abs(zi) <= l1:
            return 0.0
        return -(zi - math.copysign(l1, zi)) / ((beta + math.sqrt(ni)) / alpha + l2)

    for row, x, label in zip(columns.tolist(), values.tolist(), y, strict=True):
        w = {i: weight(i) for i in row}
        p = 1 / (1 + math.exp(-sum(w[i] * v for i, v in zip(row, x, strict=True))))
        for i, v in zip(row, x, strict=True):
            g = (p - label) * v
            sigma = (math.sqrt(n.get(i, 0.0) + g * g) - math.sqrt(n.get(i, 0.0))) / alpha
            z[i] = z.get(i, 0.0) + g - sigma * w[i]
            n[i] = n.get(i, 0.0) + g * g
    return weight


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.5, 0.0), (1.0, 2.0)])
def test_the_pass_is_the_pseudocode(l1: float, l2: float):
    columns, values, y, size = stream(1)
    done = ftrl_pass(columns[None], values[None], y, size, 0.3, 1.0, np.array([l1, 5.0]), l2)
    weight = by_the_book(columns, values, y, 0.3, 1.0, l1, l2)
    np.testing.assert_allclose(done.weights[0], [weight(i) for i in range(size)], rtol=0, atol=1e-12)
    assert (done.weights[0] != 0).sum() > (done.weights[1] != 0).sum()


def test_without_penalties_it_is_adagrad():
    columns, _, y, size = stream(2)
    done = ftrl_pass(columns[None], np.ones((1, 1, 1)), y, size, 0.3, 1.0, np.array([0.0]))
    plain, seen = subgradient_pass(columns, y, size, 0.3, 1.0, 0.0)
    np.testing.assert_allclose(done.weights[0], plain, rtol=0, atol=1e-12)
    assert seen.sum() == columns.size


def test_models_side_by_side_do_not_touch_each_other():
    first, second = stream(3), stream(4)
    columns, values = np.stack([first[0], second[0]]), np.stack([first[1], second[1]])
    both = ftrl_pass(columns, values, first[2], 40, 0.3, 1.0, np.array([0.2, 0.7]))
    for i, l1 in enumerate((0.2, 0.7)):
        alone = ftrl_pass(columns[i : i + 1], values[i : i + 1], first[2], 40, 0.3, 1.0, np.array([l1]))
        np.testing.assert_array_equal(both.weights[i], alone.weights[0])
        np.testing.assert_array_equal(both.predicted[i], alone.predicted[0])


def test_a_prediction_is_made_before_its_label_is_seen():
    columns, values, y, size = stream(5)
    flipped = y.copy()
    flipped[-1] = 1 - flipped[-1]
    one, other = (ftrl_pass(columns[None], values[None], labels, size, 0.3, 1.0, np.array([0.1])).predicted
                  for labels in (y, flipped))  # fmt: skip
    np.testing.assert_array_equal(one, other)
