"""Two rulers and its exercises: the orders over seeds, the chain's ground truth, refusals."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.training._rulers_training import Run, Setting
from app.demos.training.two_rulers import TwoRulersParams, demo
from app.exercises.training import chain_limit, cka_by_hand
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(TwoRulersParams(**values)).scalars)


@pytest.mark.parametrize("seed", range(4))
def test_the_two_rulers_disagree_without_batch_norm(seed):
    s = scalars(seed=seed)
    assert s["tau_cka"] > 0.6
    assert s["tau_weight"] < -0.3
    assert s["tau_half"] < -0.4
    assert s["cka_first"] < s["cka_last"]
    assert s["weight_first"] > s["weight_last"]


@pytest.mark.parametrize("seed", range(2))
def test_with_batch_norm_they_agree(seed):
    s = scalars(seed=seed, batch_norm=True)
    assert s["tau_cka"] > 0.7
    assert s["tau_weight"] > 0.4


def test_early_layers_of_a_sigmoid_net_get_the_small_gradients():
    s = scalars(activation="sigmoid", depth=3, lr=0.5, steps=320)
    assert s["relative_first"] == pytest.approx(4e-3, rel=0.5)
    assert s["relative_last"] == pytest.approx(0.2, rel=0.5)
    assert s["tau_cka"] > 0.2


def test_low_layers_start_close_to_their_end():
    s = scalars()
    assert s["cka_start_first"] > 0.85
    assert s["cka_start_last"] < 0.4


def test_layerwise_rates_follow_the_order_of_the_parameters():
    setting = Setting("relu", 3, True, 0.1, 0.5, 80, 0.95, 0)
    run = Run(setting, 0)
    rates = setting.rates(run.net)
    assert len(rates) == len(run.net.parameters)
    assert rates[:4] == pytest.approx([0.0125, 0.025, 0.05, 0.1])
    assert rates[4:8] == rates[:4]
    assert rates[8:11] == rates[11:14] == rates[:3]


def test_divergence_is_a_result():
    s = scalars(lr=0.5, depth=8)
    assert set(s) == set(scalars(steps=80))
    assert math.isnan(s["loss"]) or s["loss"] > 0


def test_chain_ground_truth():
    s = scalars(tab="chain")
    assert (s["a_end"], s["b_end"]) == pytest.approx((0.61763, 1.61909), abs=5e-6)
    assert s["conserved"] == pytest.approx(-2.24, abs=1e-12)
    assert s["half_small"] < s["half_large"]
    swapped = scalars(tab="chain", a0=1.5, b0=0.1)
    assert swapped["half_small"] == pytest.approx(s["half_small"], abs=1e-9)
    assert scalars(tab="chain", a0=2, b0=2, s=1)["a_end"] == pytest.approx(1)


def test_what_cannot_be_learnt_is_refused():
    for bad in ({"a0": 1, "b0": 1, "s": 1}, {"steps": 90}):
        with pytest.raises(ValidationError) as caught:
            TwoRulersParams(**bad)
        assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_chain_exercise():
    Chain = chain_limit.Chain
    assert chain_limit.answer(Chain(2, 0.5, 2.0, 3.0)) == pytest.approx(1.2895, abs=5e-5)
    assert chain_limit.answer(Chain(1, 1.0, 2.0, 9.0, now=1.5)) == pytest.approx(math.sqrt(5.25))
    assert chain_limit.answer(Chain(3, 0.1, 0.1, 3.0)) == pytest.approx(0.95007, abs=5e-6)


def test_cka_exercise():
    Pair = cka_by_hand.Pair
    x, y = (1, 0, -1), (2, -1, -1)
    pair = Pair(tuple((v,) for v in x), tuple((v,) for v in y), 1)
    assert cka_by_hand.answer(pair) == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)
