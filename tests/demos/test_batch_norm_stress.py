"""The BN stress test over seeds: what each tab claims, the ground truth, the refusals; and its exercises."""

import math

import pytest
from pydantic import ValidationError

from app.demos.convolution._norm_batch import measure
from app.demos.convolution.batch_norm_stress import BatchNormStressParams, demo
from app.kit import Result


def result(**values) -> Result:
    return demo.final(BatchNormStressParams(**values))


def test_by_hand_gives_the_known_numbers():
    s = result(updates=1).scalars
    assert s["x_hat_far"] == pytest.approx(-1.5 / math.sqrt(1.25 + 1e-5), abs=1e-12)
    assert s["running_mean"] == pytest.approx(0.25, abs=1e-12)
    assert s["running_var"] == pytest.approx(0.9 + 0.1 * 5 / 3, abs=1e-12)
    assert s["settled"] == pytest.approx(math.sqrt(3 / 4), abs=1e-5)


@pytest.mark.parametrize("x", [(3.0, 3.0), (7.0,), (1.0, -1.0, 5.0, 2.0, 0.0), (1000.0, -1000.0, 0.0)])
def test_by_hand_checks_hold_elsewhere(x):
    r = result(x=x, g=tuple(float(i) for i in range(len(x))), gamma=-2.0, beta=0.5, momentum=1.0)
    assert all(c.deviation <= c.tolerance for c in r.checks)


@pytest.mark.parametrize(("x", "g"), [((1.0, 2.0), (1.0,)), ((), ()), ((2e3, 1.0), (1.0, 1.0))])
def test_batches_that_do_not_fit_are_refused(x, g):
    with pytest.raises(ValidationError):
        BatchNormStressParams(x=x, g=g)


@pytest.mark.parametrize("seed", [1, 2])
def test_batch_of_two_costs_batch_norm_alone_and_eight_does_better_at_inference(seed):
    params = BatchNormStressParams(tab="batch", seed=seed)
    two, eight, one = (measure(size, params) for size in (2, 8, 1))
    assert min(two["layer"].mean(), two["none"].mean()) > max(two["eval"].mean(), two["own"].mean()) + 0.03
    assert eight["eval"].mean() > eight["own"].mean() + 0.01
    assert one["own"].tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("seed", [1])
def test_only_batch_norm_learns_at_learning_rate_one(seed):
    r = result(tab="rates", seed=seed)
    assert r.scalars["batch_1"] > max(r.scalars["none_1"], r.scalars["layer_1"]) + 0.1
    assert r.scalars["lost_batch"] == 0 < r.scalars["lost_none"]
    assert all(c.deviation <= c.tolerance for c in r.checks)


@pytest.mark.parametrize("seed", [1, 2])
def test_batch_norm_amplifies_layer_norm_does_not(seed):
    s = result(tab="start", seed=seed).scalars
    assert s["square_batch"] == pytest.approx(math.pi / (math.pi - 1), rel=0.03)
    assert s["ratio_batch"] == pytest.approx(s["theory_ratio"], rel=0.2)
    assert s["theory_ratio"] == pytest.approx(math.sqrt((math.pi / (math.pi - 1)) ** 29 * (1 - 1 / math.pi) / 2), 1e-9)
    assert s["square_layer"] == pytest.approx(1, abs=0.07)
    assert s["square_4"] > s["square_8"] > s["square_16"] > 1.5
    assert s["ratio_skip"] < s["ratio_batch"] / 4


def test_first_result_of_a_training_tab_comes_early():
    assert sum(1 for _ in demo.results(BatchNormStressParams(tab="rates", depth=2))) == 10
