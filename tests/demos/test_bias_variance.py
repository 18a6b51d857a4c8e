"""The bias-variance microscope: what its aha claims, over seeds; the closed forms; its exercises; what it refuses."""

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.datasets import moons
from app.demos.generalisation import _bias_variance_nets as nets
from app.demos.generalisation.bias_variance import BiasVarianceParams, demo
from app.exercises.generalisation import dropout_moments, shrinkage_factor, soft_threshold
from app.kit import Result
from app.kit.params import LimitError


def result(**values) -> Result:
    return demo.final(BiasVarianceParams(**values))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_penalty_removes_the_variance_and_hardly_moves_the_training_error(seed):
    wild, tame = (result(penalty=penalty, datasets=100, seed=seed).scalars for penalty in (1e-9, 0.1))
    assert wild["variance"] > 1e4 * tame["variance"]
    assert tame["bias2"] < 0.02
    assert tame["train"] - wild["train"] < 0.03
    assert tame["freedom_mean"] < wild["freedom_mean"] - 3


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_times_the_data_cures_the_same_polynomial_without_a_penalty(seed):
    few, many = (result(n=n, datasets=100, seed=seed).scalars for n in (20, 200))
    assert many["variance"] < 0.5 < 1e3 < few["variance"]
    assert many["bias2"] < 1e-9  # degree 15 holds sin 2πx to many digits


def test_early_stopping_reaches_about_what_the_best_ridge_reaches():
    s = result(datasets=100).scalars
    assert 0.6 < s["best_early"] / s["best_error"] < 1.69


def test_low_degrees_are_biased_and_high_ones_vary():
    low, high = (result(degree=degree, penalty=1e-3, datasets=100).scalars for degree in (1, 12))
    assert low["bias2"] > 0.15 > low["variance"]
    assert high["bias2"] < 0.02 < high["variance"]


@pytest.mark.parametrize("sweep", ["n", "degree"])
def test_other_axes_agree_with_their_closed_form(sweep):
    assert all(check.deviation <= check.tolerance for check in result(sweep=sweep, datasets=100, seed=3).checks)


def test_without_noise_there_is_next_to_no_training_error():
    s = result(noise=0.0, datasets=50).scalars
    assert s["train"] < 1e-6
    assert s["variance"] < 1


@pytest.mark.parametrize("seed", [1, 2])
def test_more_data_beats_every_regulariser_and_bias_hardly_exists(seed):
    s = result(tab="nets", methods=("none", "data", "decay", "augment"), sets=4, seed=seed).scalars
    assert s["train_none"] > 0.9 and s["accuracy_none"] < 0.88
    assert s["lead_data"] > 0.01
    assert s["variance_none"] > 5 * s["bias2_none"]
    assert s["variance_data"] < 0.25 * s["variance_none"]
    assert min(s["gain_decay"], s["gain_augment"]) > 0.02


def test_batch_norm_regularises_only_through_the_noise_of_its_batches():
    full, small = (
        result(tab="nets", methods=("none", "norm"), batch=batch, sets=8, seed=1).scalars for batch in ("full", "16")
    )
    assert full["variance_norm"] > 0.8 * full["variance_none"]
    assert small["variance_norm"] < 0.75 * small["variance_none"]


def test_every_regulariser_acts_in_its_own_place():
    """At strength 0.25 the recipes differ from doing nothing in exactly one field."""
    params = BiasVarianceParams(tab="nets", strength=0.25)
    plain = nets.Recipe()
    for name in ("data", "augment", "l2", "decay", "l1", "dropout", "smoothing", "early", "norm", "ensemble"):
        found = nets.recipe(name, params)
        assert sum(getattr(found, f) != getattr(plain, f) for f in nets.Recipe.__dataclass_fields__) == 1, name


def test_the_three_terms_are_those_of_a_sampled_world():
    """P(label 1 | x) as the demo computes it, against labels drawn from the moons themselves."""
    place = nets.world(BiasVarianceParams(tab="nets"))
    X, y = moons(20_000, np.random.default_rng(5), nets.SPREAD)
    assert np.maximum(place.clean, 1 - place.clean).mean() == pytest.approx(0.965, abs=0.01)
    near = ((X[:, None, :] - place.X[None, :40]) ** 2).sum(axis=2) < 0.08**2
    seen, expected = (near * y[:, None]).sum(axis=0) / near.sum(axis=0), place.clean[:40]
    assert np.abs(seen - expected)[near.sum(axis=0) > 60].max() < 0.2


def test_the_ensemble_of_one_is_the_net_itself():
    params = BiasVarianceParams(tab="nets", steps=100)
    place, rows = nets.world(params), moons(params.size * 11, np.random.default_rng(0), nets.SPREAD)
    alone = nets.train(params, nets.Recipe(), place, rows, 0)
    assert alone.losses[-1] == pytest.approx(alone.members[0], abs=1e-9)


def test_the_order_in_which_methods_are_chosen_does_not_matter():
    runs = [result(tab="nets", sets=2, steps=100, methods=names) for names in (("none", "norm"), ("norm", "none"))]
    assert runs[0].scalars == runs[1].scalars
    assert runs[0].scalars["gain_none"] == 0


def test_every_knob_alone_may_reach_its_bound_but_not_all_together():
    for alone in ({"size": 160}, {"width": 64}, {"sets": 12}, {"steps": 500}):
        BiasVarianceParams(tab="nets", **alone)
    for values in ({"size": 160, "width": 64, "sets": 12, "steps": 500}, {"methods": ()}):
        with pytest.raises(ValidationError) as caught:
            BiasVarianceParams(tab="nets", **values)
        assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_shrinkage_exercise():
    Shrunk = shrinkage_factor.Shrunk
    assert shrinkage_factor.answer(Shrunk(1, (3.0,), 3.0)) == pytest.approx(0.75)
    assert shrinkage_factor.answer(Shrunk(2, (3.0, 1.0), 3.0)) == pytest.approx(1.0)
    assert shrinkage_factor.answer(Shrunk(3, (1.0,), 1.0, 0.5, 2)) == pytest.approx(0.75)


def test_dropout_exercise():
    Dropped = dropout_moments.Dropped
    assert dropout_moments.answer(Dropped(1, 0.2, (4.0,), (1.0,))) == pytest.approx(5)
    assert dropout_moments.answer(Dropped(2, 0.2, (3.0,), (1.0,))) == pytest.approx(2.25)
    masks = (np.random.default_rng(0).random((200_000, 3)) >= 0.4) / 0.6
    drawn = (masks * np.array([1.0, 2.0, 3.0])) @ np.array([2.0, -1.0, 1.0])
    assert dropout_moments.answer(Dropped(3, 0.4, (1, 2, 3), (2, -1, 1))) == pytest.approx(drawn.var(), rel=0.02)


def test_soft_threshold_exercise():
    Coordinate = soft_threshold.Coordinate
    assert soft_threshold.answer(Coordinate(1, 0.8, 0.3)) == pytest.approx(0.5)
    assert soft_threshold.answer(Coordinate(1, -0.2, 0.3)) == 0
    assert soft_threshold.answer(Coordinate(2, 3.0, 1.0, 4.0)) == pytest.approx(0.5)
    w = np.linspace(-2, 2, 400_001)  # brute force: x1ᵀy = 2, ‖x1‖² = 2, x1ᵀx2 = 1, w2 = 0.5, λ = 0.4
    loss = 0.5 * 2 * w**2 - (2 - 1 * 0.5) * w + 0.4 * np.abs(w)
    assert soft_threshold.answer(Coordinate(3, 2.0, 0.4, 2.0, 1.0, 0.5)) == pytest.approx(w[loss.argmin()], abs=1e-4)
