"""The activation curves and their exercises: closed forms, what is shaded, what is refused, and that it stays small."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.demos.activations.activation_curves import ActivationCurvesParams, demo
from app.exercises.activations import activation_slope, gradient_bound, he_std, leaky_chain
from app.kit import Lines, Result
from app.kit.params import LimitError


def final(**values) -> Result:
    return demo.final(ActivationCurvesParams(**values))


def view(result: Result, id: str) -> Lines:
    (found,) = (v for v in result.views if v.id == id)
    return found


def test_value_and_slope_at_z_against_torch():
    for z in (-3.0, 0.4, 5.5):
        t = torch.tensor(z, dtype=torch.float64, requires_grad=True)
        y = torch.nn.functional.gelu(t)
        y.backward()
        s = final(focus="gelu", z=z).scalars
        assert s["value"] == pytest.approx(y.item(), abs=1e-10)
        assert s["slope"] == pytest.approx(t.grad.item(), abs=1e-10)


def test_ten_sigmoids_stay_below_four_to_the_minus_ten():
    s = final(z=0.0).scalars
    assert s["chain_bound"] == pytest.approx(0.25**10, rel=1e-12)
    assert 0 < s["chain_gradient"] < 0.25**10
    assert final(z=0.0, depth=1).scalars["chain_gradient"] == 0.25


def test_bound_with_a_weight_is_w_over_four_to_the_n():
    assert final(weight=1.5, depth=6).scalars["chain_bound"] == pytest.approx(2.78e-3, rel=2e-3)
    assert final(weight=1.5, depth=6).scalars["chain_bound"] == pytest.approx((1.5 / 4) ** 6, rel=1e-12)


def test_gaussian_averages_are_the_published_constants():
    r = final(focus="relu").scalars
    assert r["mean"] == pytest.approx(1 / math.sqrt(2 * math.pi), abs=1e-9)
    assert r["second_moment"] == pytest.approx(0.5, abs=1e-9)
    assert final().scalars["mean_slope"] == pytest.approx(0.2066, abs=5e-5)
    assert final(focus="tanh").scalars["mean_slope"] == pytest.approx(0.6057, abs=5e-5)
    assert final(focus="leaky_relu", slope=0.3).scalars["second_moment"] == pytest.approx((1 + 0.09) / 2, abs=1e-9)


def test_flat_ends_are_shaded_and_named():
    sigmoid = view(final(), "slopes").regions
    assert [r.key for r in sigmoid] == ["saturated", "saturated"]
    assert sigmoid[1].start == pytest.approx(4.585, abs=5e-4)
    assert view(final(focus="tanh"), "slopes").regions[1].start == pytest.approx(2.993, abs=5e-4)
    (dead,) = view(final(focus="relu"), "slopes").regions
    assert (dead.key, dead.start, dead.end) == ("dead", -6.0, 0.0)
    assert view(final(focus="leaky_relu"), "slopes").regions == []


def test_dead_relu_has_no_gradient_and_says_so():
    result = final(focus="relu", z=-1)
    assert result.scalars["chain_gradient"] == 0
    relu = next(s for s in view(result, "gradient").series if s.key == "relu")
    assert np.isnan(relu.y[1:]).all()
    assert "exactly 0" in result.notes[1].en
    assert "恰好是 0" in result.notes[1].zh


def test_three_leaky_layers_leave_a_millionth():
    assert final(focus="leaky_relu", z=-1, depth=3).scalars["chain_gradient"] == pytest.approx(1e-6, rel=1e-9)


def test_checks_hold_for_every_activation():
    for name in ActivationCurvesParams.model_fields["functions"].annotation.__args__[0].__args__:
        for check in final(functions=(name,), focus=name, weight=-2.5, z=2).checks:
            assert check.deviation <= check.tolerance, name


def test_knobs_outside_their_bounds_are_refused():
    for bad in ({"z": 7}, {"depth": 0}, {"focus": "sigmod"}, {"slope": -0.1}):
        with pytest.raises(ValidationError):
            ActivationCurvesParams(**bad)
    for many in ((), ("relu", "tanh", "gelu", "silu", "elu", "selu", "softplus", "identity", "sigmoid")):
        with pytest.raises(ValidationError) as caught:
            ActivationCurvesParams(functions=many)
        assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_the_picture_stays_small():
    many = ("sigmoid", "tanh", "relu", "gelu", "silu", "elu", "selu", "softplus")
    for v in final(functions=many, depth=30).views:
        assert max(len(s.x) for s in v.series) <= 400


def test_exercise_gradient_bound():
    chain = gradient_bound.Chain("sigmoid", 0.25, 1.5, 6, 0.0)
    assert gradient_bound.answer(chain) == pytest.approx(0.375**6)
    tanh = gradient_bound.Chain("tanh", 1.0, 0.8, 0, 1e-4)
    n = gradient_bound.answer(tanh)
    assert 0.8**n <= 1e-4 < 0.8 ** (n - 1)
    assert n == 42


@pytest.mark.parametrize("level", [1, 2, 3])
def test_exercise_he_std_keeps_the_second_moment(level):
    p = he_std.generate(np.random.default_rng(level), level)
    n = he_std.fan_in(p)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, n))
    z = x @ rng.normal(size=(n, 400)) * he_std.answer(p)
    h = np.where(z > 0, z, p.slope * z)
    per_sample = (h**2).mean(axis=1) / (x**2).mean(axis=1)
    assert abs(per_sample.mean() - 1) < 0.05
    assert he_std.answer(he_std.Layer(256, 1, 1, 0.2)) == pytest.approx(0.08667, abs=5e-6)


def test_exercise_leaky_chain():
    assert leaky_chain.answer(leaky_chain.Chain((-1.0, -1.0, -1.0), 0.01, 1.0)) == pytest.approx(1e-6)
    assert leaky_chain.answer(leaky_chain.Chain((-1.0, 2.0), 0.1, 3.0)) == pytest.approx(0.9)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_exercise_activation_slope_against_finite_differences(level):
    for seed in range(20):
        p = activation_slope.generate(np.random.default_rng(seed), level)

        def f(z, p=p):
            value = activation_slope.at(p.inner, z)[0]
            return activation_slope.at(p.outer, p.weight * value)[0] if p.outer else value

        expected = f(p.z) if level == 1 else (f(p.z + 1e-6) - f(p.z - 1e-6)) / 2e-6
        assert activation_slope.answer(p) == pytest.approx(expected, abs=1e-8)
