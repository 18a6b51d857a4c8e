"""The tuning bench: three peaks, initialisations that stick, the range test, search, the exact edge, and refusals."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.training.tuning_bench import TuningBenchParams, demo
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(TuningBenchParams(**values)).scalars)


@pytest.fixture(scope="module")
def sweeps():
    return [scalars(seed=seed) for seed in (1, 2)]


def test_the_peaks_are_apart_and_the_ends_are_level(sweeps):
    for s in sweeps:
        assert s["rate_sgd"] > 2 * s["rate_momentum"] > 2 * s["rate_adamw"]
        assert s["sgd_over_adamw"] >= 10
        assert s["tuned_gap"] < 0.03
        assert min(s[f"accuracy_{name}"] for name in ("sgd", "momentum", "adamw")) > 0.88


def test_a_borrowed_rate_decides_the_comparison(sweeps):
    for s in sweeps:
        assert s["adamw_at_sgd"] < 0.4 < 0.88 < s["sgd_at_sgd"]
        assert s["sgd_at_adamw"] < s["adamw_at_adamw"] - 0.15


def test_a_larger_batch_moves_the_best_rate_up(sweeps):
    large = scalars(batch=128, seed=1)
    assert large["rate_momentum"] > sweeps[0]["rate_momentum"]


def test_cosine_shifts_the_peak_no_further_than_a_decade_and_trains_as_well(sweeps):
    s = scalars(schedule="cosine", seed=1)
    for name in ("sgd", "momentum", "adamw"):
        assert s[f"accuracy_{name}"] > sweeps[0][f"accuracy_{name}"] - 0.03


def test_tiny_weights_stay_at_ln_5_under_momentum_and_sgd():
    for optimiser in ("momentum", "sgd"):
        s = scalars(tab="init", optimiser=optimiser, seed=1)
        assert s["best_small"] < 0.3
        assert s["start_small"] == pytest.approx(math.log(5), abs=1e-3)
        assert s["best_he"] > 0.85


def test_with_eight_layers_the_default_of_nn_linear_sticks_and_he_does_not():
    s = scalars(tab="init", depth=8, seed=1)
    assert s["best_pytorch"] < 0.35
    assert s["best_he"] > 0.7
    assert s["variance_he"] / s["variance_pytorch"] == pytest.approx(6, rel=1e-9)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adamw"])
def test_the_range_test_finds_the_order_of_magnitude(optimiser):
    s = scalars(tab="range", optimiser=optimiser, seed=1)
    assert 0.2 < s["lowest_over_rate"] < 8
    assert s["tenth_accuracy"] < s["accuracy"]


def test_search_counts_every_placement():
    s = scalars(tab="search", seed=1, points="3")
    assert s["random_hit"] == pytest.approx(1 - (1 - s["share"]) ** 9, rel=1e-12)
    assert s["random_measured"] == pytest.approx(s["random_hit"], abs=0.03)
    assert s["explained_by_rate"] > 0.75 > 0.1 > s["explained_by_decay"]
    assert s["random_hit"] > s["grid_hit"]
    many = scalars(tab="search", seed=1, points="6")
    assert many["grid_hit"] > 0.95  # six rates cover the axis: the grid has caught up


@pytest.mark.parametrize("updates", [60, 239, 240])
def test_the_range_test_is_done_once_and_at_the_end(updates):
    *before, last = [r.progress for r in demo.run(demo.params(tab="range", depth=2, updates=updates))]
    assert last == 1
    assert before == sorted(before) and before[-1] < 1


@pytest.mark.parametrize(("eta", "after"), [(0.19, 0.9**200), (0.2, 1.0), (0.21, 1.1**200)])
def test_the_edge_is_exact(eta, after):
    s = scalars(tab="quadratic", eta=eta)
    assert s["after_plain"] == pytest.approx(after, rel=1e-9)
    assert s["wall_momentum"] == pytest.approx(0.38)


def test_infinity_is_a_result():
    s = scalars(tab="quadratic", eta=0.6, momentum=0.0, flat=10)
    assert s["after_plain"] == pytest.approx(5.0**200, rel=1e-9)
    assert s["after_momentum"] == pytest.approx(s["after_plain"])
    result = demo.final(TuningBenchParams(tab="quadratic", eta=0.6))
    assert np.isfinite(np.asarray(result.views[0].series[0].y)).all()


def test_what_costs_too_much_is_refused():
    with pytest.raises(ValidationError) as caught:
        TuningBenchParams(batch=128, updates=240)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)
    TuningBenchParams(tab="quadratic", batch=128, updates=240)
