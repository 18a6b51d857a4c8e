"""The optimiser race: who arrives and who does not, over starts and seeds; theory beside every tab; refusals."""

import math

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import optimize

from app.core.descent_theory import conjugate_rate, gradient_rate
from app.demos.optimisation.optimiser_race import demo


def run(**values):
    return demo.final(demo.params(**values))


def scalars(**values):
    return run(**values).scalars


def test_newton_rises_and_then_arrives_first():
    s = scalars()
    assert s["newton_1"] == pytest.approx(4.731884, abs=1e-5)
    assert s["newton_2"] == pytest.approx(1411.845, abs=1e-2)
    assert s["newton_steps"] < min(s["damped_steps"], s["bfgs_steps"], s["cg_steps"])
    assert math.isnan(s["gd_steps"])
    assert s["bfgs_steps"] < 2 * optimize.minimize(optimize.rosen, [-1.2, 1.0], jac=optimize.rosen_der).nit


@pytest.mark.parametrize("start", [(1.0, 0.01), (0.5, -0.2), (-1.0, 0.1)])
def test_pure_newton_is_drawn_to_the_saddle_and_the_others_leave(start):
    s = scalars(surface="saddle", x0=start[0], y0=start[1])
    assert s["newton_end"] == pytest.approx(0.5, abs=1e-6)
    for method in ("gd", "momentum", "adam", "damped", "bfgs", "lbfgs", "cg"):
        assert s[f"{method}_end"] < 1e-6, method


def test_gradient_descent_stays_on_the_ridge_for_ever():
    """With y₀ = 0 exactly, no gradient points away from the saddle."""
    assert scalars(surface="saddle", x0=1.0, y0=0.0)["gd_end"] == pytest.approx(0.5)


@pytest.mark.parametrize("start", [(-0.5, -0.5), (-0.2, -1.0), (0.0, -0.5)])
def test_pure_newton_climbs_to_the_maximum(start):
    s = scalars(surface="himmelblau", x0=start[0], y0=start[1])
    assert s["newton_end"] == pytest.approx(181.617, abs=1e-2)
    assert s["damped_end"] < 1e-8


@pytest.mark.parametrize("kappa", [10.0, 100.0, 400.0])
def test_quadratic_closed_forms(kappa):
    s = scalars(surface="quadratic", kappa=kappa, x0=4.0, y0=4 / kappa)
    assert s["steepest_ratio"] == pytest.approx(gradient_rate(kappa) ** 2, abs=1e-6)
    assert (s["newton_steps"], s["cg_steps"], s["bfgs_steps"]) == (1, 2, 2)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("distinct", [2, 3, 5])
def test_cg_stops_after_as_many_steps_as_distinct_eigenvalues(distinct, seed):
    s = scalars(tab="spectrum", distinct=distinct, seed=seed)
    assert s["cg_steps"] <= distinct
    assert s["bfgs_steps"] == s["cg_steps"]
    assert s["cg_steps"] < s["momentum_steps"] < s["gd_steps"] <= s["gd_bound"] == 346


def test_cg_keeps_its_bound_with_a_full_spectrum():
    for condition in (10.0, 100.0, 1000.0):
        s = scalars(tab="spectrum", distinct=50, condition=condition, steps=2000)
        assert s["cg_steps"] <= s["cg_bound"]
        assert s["cg_factor"] == conjugate_rate(condition)


@pytest.mark.parametrize("seed", range(4))
def test_noise_hurts_full_newton_and_bfgs_more(seed):
    s = scalars(tab="noise", seed=seed)
    assert s["floor_ratio"] == pytest.approx(41.61, abs=0.01)
    assert s["newton_tail"] > 20 * s["gd_tail"]
    assert s["bfgs_tail"] > 2 * s["gd_tail"]
    assert s["bfgs_jump"] > 100 * s["newton_jump"]
    assert scalars(tab="noise", seed=seed, newton_step=0.05)["newton_tail"] < 2 * s["gd_tail"]


def test_sizes():
    s = scalars(tab="size", log_n=6.0)
    assert s["hessian_gb"] == pytest.approx(4000)
    assert s["lbfgs_gb"] == pytest.approx(4e6 * 22 / 1e9)
    assert scalars(tab="size")["cholesky_hours"] == pytest.approx(1e24 / 3 / 1e14 / 3600)


def test_a_diverging_rate_is_a_result():
    s = scalars(surface="quadratic", x0=4.0, y0=1.0, share=2.5)
    assert s["gd_end"] > 1e50
    assert math.isnan(s["gd_steps"])


def test_views_show_what_was_chosen():
    views = {view.id: view for view in run(methods=("newton", "cg")).views}
    assert [series.name.en for series in views["iterations"].series] == ["pure Newton", "conjugate gradients"]
    assert len(views["counts"].rows) == 9
    assert all(np.min(series.y) >= 1e-16 for series in views["work"].series)


def test_starting_at_the_minimum():
    for start in ({"x0": 1.0, "y0": 1.0}, {"surface": "quadratic", "x0": 0.0, "y0": 0.0}):
        assert scalars(**start)["gd_end"] == 0


def test_refusals():
    with pytest.raises(ValidationError):
        demo.params(steps=4000)
    with pytest.raises(ValidationError):
        demo.params(sigma=0.0)
    with pytest.raises(ValidationError):
        demo.params(methods=("nesterov",))
