"""The activation race: who learns the spirals, the gradient before training, and what a hot learning rate does."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from app.core.datasets import two_spirals
from app.core.mlp import init_layers
from app.demos.activations.activation_race import ActivationRaceParams, demo
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(ActivationRaceParams(**values)).scalars)


@pytest.fixture(scope="module")
def default() -> list:
    return list(demo.results(ActivationRaceParams()))


def test_eight_sigmoid_layers_sit_at_ln_2_and_the_others_learn(default):
    s = default[-1].scalars
    assert s["loss_sigmoid"] == pytest.approx(math.log(2), abs=1e-3)
    assert s["loss_tanh"] < 1e-3
    assert s["loss_relu"] < 1e-3
    assert s["accuracy_tanh"] == s["accuracy_relu"] == 1
    other = scalars(seed=1)
    assert other["loss_sigmoid"] == pytest.approx(math.log(2), abs=1e-3)
    assert max(other["loss_tanh"], other["loss_relu"]) < 1e-3


def test_gradient_before_training_is_that_of_autograd(default):
    X, y = two_spirals(400, np.random.default_rng([0, 0]))
    for name, act, scheme in (("sigmoid", torch.sigmoid, "xavier"), ("relu", F.relu, "he")):
        drawn = init_layers([2, *[32] * 8, 1], np.random.default_rng([0, 1]), scheme)
        layers = [(torch.tensor(W, requires_grad=True), torch.tensor(b)) for W, b in drawn]
        h = torch.tensor(X)
        for W, b in layers[:-1]:
            h = act(h @ W + b)
        logits = (h @ layers[-1][0] + layers[-1][1])[:, 0]
        F.binary_cross_entropy_with_logits(logits, torch.tensor(y)).backward()
        norms = [W.grad.norm().item() for W, _ in layers]
        assert default[-1].scalars[f"ratio_{name}"] == pytest.approx(norms[0] / norms[-2], rel=1e-9)


def test_ratios_are_of_the_size_the_card_says(default):
    s = default[-1].scalars
    assert 1e-6 < s["ratio_sigmoid"] < 1e-4
    assert 0.03 < s["ratio_relu"] < 1
    assert s["factor_sigmoid"] ** 7 == pytest.approx(s["ratio_sigmoid"], rel=1e-9)
    assert s["factor_sigmoid"] < 0.25


def test_sigmoid_units_are_not_saturated_and_half_of_relu_is_zero(default):
    s = default[0].scalars
    assert s["flat_sigmoid"] == 0
    assert s["zero_relu"] == pytest.approx(0.5, abs=0.06)


def test_it_streams_from_an_untrained_net_to_the_end(default):
    assert default[0].progress == 0
    assert default[-1].progress == 1
    assert [r.progress for r in default] == sorted(r.progress for r in default)
    assert default[0].scalars["ratio_sigmoid"] == default[-1].scalars["ratio_sigmoid"]
    assert [v.id for v in default[0].views] == [v.id for v in default[-1].views]


def test_a_step_count_that_does_not_divide_by_ten_still_ends():
    last = demo.final(ActivationRaceParams(functions=("relu",), depth=2, steps=123))
    assert last.progress == 1


def test_gain_four_rescues_five_sigmoid_layers_on_every_seed():
    for seed in range(3):
        s = scalars(functions=("sigmoid",), depth=5, lr=0.3, init="gain4", seed=seed)
        assert s["loss_sigmoid"] < 0.01
        assert s["accuracy_sigmoid"] > 0.99
    without = scalars(functions=("sigmoid",), depth=5, lr=0.3)
    assert without["loss_sigmoid"] == pytest.approx(math.log(2), abs=1e-3)


def test_hot_relu_diverges_and_bounded_tanh_does_not():
    s = scalars(functions=("tanh", "relu"), lr=0.5, seed=2)
    assert s["peak_relu"] > 1e6
    assert not math.isfinite(s["loss_relu"])
    assert (s["finite_relu"], s["finite_tanh"]) == (0, 1)
    assert s["accuracy_relu"] == 0
    assert s["loss_tanh"] > 0.1


def test_a_relu_net_can_die_as_a_whole():
    s = scalars(functions=("relu",), lr=0.5, seed=0)
    assert s["flat_relu"] == 1
    assert s["loss_relu"] == pytest.approx(math.log(2), abs=1e-4)


def test_same_params_same_bytes():
    params = ActivationRaceParams(functions=("gelu", "tanh"), depth=2, steps=100)
    a, b = demo.final(params), demo.final(params)
    assert a.scalars == b.scalars
    for one, two in zip(a.views[:3], b.views[:3], strict=True):
        for s, t in zip(one.series, two.series, strict=True):
            assert np.asarray(s.y).tobytes() == np.asarray(t.y).tobytes()
    assert a.views[3].images.tobytes() == b.views[3].images.tobytes()


def test_what_costs_too_much_is_refused_before_it_runs():
    with pytest.raises(ValidationError) as caught:
        ActivationRaceParams(functions=("sigmoid", "tanh", "relu", "gelu"), depth=10, width=64, steps=800)
    error = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(error, LimitError)
    assert "太久" in error.message.zh
    ActivationRaceParams(functions=("sigmoid", "tanh", "relu", "gelu"))
    with pytest.raises(ValidationError):
        ActivationRaceParams(functions=())
