"""Ways downhill: against scipy, numpy's solvers, finite differences, closed forms and the examples of textbooks."""

import doctest
import math
from collections import deque
from functools import partial
from itertools import islice, pairwise

import numpy as np
import pytest
from scipy import optimize

from app.core import conjugate, descent, descent_theory, noisy_descent, race, surfaces
from app.core.conjugate import conjugate_gradients, linear_cg
from app.core.descent import (
    bfgs,
    bfgs_update,
    damped_newton,
    exact_search,
    lbfgs,
    newton,
    steepest_descent,
    stepper,
    two_loop,
    wolfe_search,
)
from app.core.descent_theory import best_heavy_ball, cholesky_flops, conjugate_rate, gradient_rate, steps_for
from app.core.noisy_descent import noise_floor, noisy_heights, scaled_newton
from app.core.optimisers import sgd
from app.core.race import watch
from app.core.surfaces import Oracle, clustered, himmelblau, quadratic, rosenbrock, saddle, valley

CORNER = np.array([-1.2, 1.0])
A, B = np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0])


@pytest.mark.parametrize("module", [surfaces, descent, conjugate, race, descent_theory, noisy_descent])
def test_doctests(module):
    assert doctest.testmod(module, extraglobs=vars(surfaces) | vars(descent) | vars(module)).failed == 0


@pytest.mark.parametrize("surface", [rosenbrock(), saddle(), himmelblau(), valley(30.0)])
def test_derivatives_against_finite_differences(surface):
    for x in np.random.default_rng(0).normal(size=(20, 2)) * 2:
        assert optimize.check_grad(surface.value, surface.gradient, x) < 1e-4 * (1 + np.abs(surface.gradient(x)).max())
        numeric = optimize.approx_fprime(x, surface.gradient, 1e-7)
        assert surface.hessian(x) == pytest.approx(numeric, abs=1e-3)
    for best in surface.minima:
        assert np.abs(surface.gradient(best)).max() < 2e-4
        assert surface.value(best) == pytest.approx(surface.lowest, abs=1e-9)
        assert np.linalg.eigvalsh(surface.hessian(best)).min() > 0


def test_rosenbrock_is_scipys():
    f = rosenbrock()
    for x in np.random.default_rng(1).normal(size=(10, 2)):
        assert f.value(x) == pytest.approx(optimize.rosen(x))
        assert f.gradient(x) == pytest.approx(optimize.rosen_der(x))
        assert f.hessian(x) == pytest.approx(optimize.rosen_hess(x))
    low, high = np.linalg.eigvalsh(f.hessian(np.ones(2)))
    assert high / low == pytest.approx(2508.0096, abs=1e-4)


def test_pure_newton_on_rosenbrock():
    """f goes 24.2, 4.73, up to 1411.8 and is 0 after seven steps."""
    path = np.array(list(islice(newton(Oracle(rosenbrock()), CORNER), 8)))
    expected = [(-1.17528, 1.38067), (0.76311, -3.17503), (0.76343, 0.58282), (0.99999531, 0.94402732)]
    assert path[1:5] == pytest.approx(np.array(expected), abs=5e-6)
    heights = [optimize.rosen(x) for x in path]
    assert heights[0] == pytest.approx(24.2)
    assert heights[2] == pytest.approx(1411.845, abs=1e-3)
    assert heights[-1] < 1e-20


def test_newton_finds_whatever_has_gradient_zero():
    *_, end = islice(newton(Oracle(saddle()), np.array([1.0, 0.001])), 9)
    assert end == pytest.approx([0, 0], abs=1e-8)
    *_, top = islice(newton(Oracle(himmelblau()), np.array([-0.5, -0.5])), 9)
    assert np.linalg.eigvalsh(himmelblau().hessian(top)).max() < 0, "a maximum"
    assert himmelblau().value(top) == pytest.approx(181.617, abs=1e-3)


@pytest.mark.parametrize("surface", [rosenbrock(), saddle(), himmelblau()])
@pytest.mark.parametrize(
    "method",
    [damped_newton, bfgs(wolfe_search), lbfgs(wolfe_search), conjugate_gradients(partial(wolfe_search, c2=0.1))],
)
def test_safeguarded_methods_reach_a_minimum_from_anywhere_and_never_rise(method, surface):
    for start in np.random.default_rng(2).uniform(-2, 2, size=(15, 2)):
        trace = watch(method, surface, start, 200)
        assert trace.heights[-1] < 1e-8
        assert (np.diff(trace.heights) <= 1e-9).all()


def test_newton_squares_the_error():
    """√2 as the root of x² − 2, the gradient of x³/3 − 2x: errors 8.6e-2, 2.5e-3, 2.1e-6, 1.6e-12."""
    cubic = surfaces.Surface(
        lambda x: float(x[0] ** 3 / 3 - 2 * x[0]), lambda x: x**2 - 2, lambda x: np.diag(2 * x),
        np.array([[math.sqrt(2)]]),
    )  # fmt: skip
    errors = [abs(x[0] - math.sqrt(2)) for x in islice(newton(Oracle(cubic), np.array([1.5])), 4)]
    assert errors == pytest.approx([8.5786e-2, 2.4531e-3, 2.1239e-6, 1.5949e-12], rel=1e-3)


def test_cost_is_like_scipys():
    theirs = optimize.minimize(optimize.rosen, CORNER, jac=optimize.rosen_der, method="BFGS")
    ours = watch(bfgs(wolfe_search), rosenbrock(), CORNER, 100)
    assert theirs.nit / 2 < ours.steps_to(1e-8) < theirs.nit * 2
    assert ours.gradients[-1] < 2.5 * theirs.njev
    theirs = optimize.minimize(optimize.rosen, CORNER, jac=optimize.rosen_der, method="CG")
    ours = watch(conjugate_gradients(partial(wolfe_search, c2=0.1)), rosenbrock(), CORNER, 100)
    assert ours.gradients[-1] < 2.5 * theirs.njev


def test_gradient_descent_on_rosenbrock_takes_17082_steps():
    method = stepper(lambda w: sgd(w), 1e-3)
    path = enumerate(method(Oracle(rosenbrock()), CORNER))
    assert next(k for k, x in path if np.linalg.norm(x - 1) < 1e-3) == pytest.approx(17082, abs=5)


@pytest.mark.parametrize(("kappa", "ratio"), [(10.0, 0.669421), (100.0, 0.960788)])
def test_worst_start_of_steepest_descent(kappa, ratio):
    """From (κ, 1) every step of the exact search has the same ratio: the bound is attained."""
    heights = watch(steepest_descent(exact_search), valley(kappa), np.array([kappa, 1.0]), 20).heights
    assert heights[1:] / heights[:-1] == pytest.approx(np.full(20, ratio), abs=1e-6)
    assert gradient_rate(kappa) ** 2 == pytest.approx(ratio, abs=1e-6)


def test_the_wolfe_search_keeps_its_conditions():
    f = rosenbrock()
    for x in np.random.default_rng(3).normal(size=(30, 2)):
        g = f.gradient(x)
        for c2 in (0.9, 0.1):
            t, low, after = wolfe_search(Oracle(f), x, -g, f.value(x), g, 1e-3, c2=c2)
            assert t > 0
            assert low <= f.value(x) - 1e-4 * t * g @ g
            assert abs(after @ g) <= c2 * g @ g
    assert wolfe_search(Oracle(f), x, g, f.value(x), g)[0] == 0, "uphill"


def test_conjugate_gradients_by_hand():
    path = [x for x, _ in zip(linear_cg(A, B, np.array([2.0, 1.0])), range(3), strict=False)]
    assert path[1] == pytest.approx([0.235650, 0.338369], abs=1e-6)
    assert path[2] == pytest.approx([1 / 11, 7 / 11], abs=1e-12)
    shewchuk = np.array([[3.0, 2.0], [2.0, 6.0]]), np.array([2.0, -8.0])
    path = [x for x, _ in zip(linear_cg(*shewchuk, np.array([-2.0, -2.0])), range(3), strict=False)]
    assert path[1] == pytest.approx([0.08, -0.613333], abs=1e-6)
    assert path[2] == pytest.approx([2, -2], abs=1e-12)
    bowl = quadratic(*shewchuk)
    steepest = islice(steepest_descent(exact_search)(Oracle(bowl), np.array([-2.0, -2.0])), 60)
    assert next(k for k, x in enumerate(steepest) if np.linalg.norm(bowl.gradient(x)) < 1e-10) == 37


@pytest.mark.parametrize("distinct", [2, 3, 5])
@pytest.mark.parametrize("method", [conjugate_gradients(exact_search), bfgs(exact_search, scaled=False)])
def test_as_many_steps_as_distinct_eigenvalues(distinct, method):
    surface = clustered(100.0, distinct, 50, np.random.default_rng(distinct))
    start = np.random.default_rng(0).normal(size=50)
    path = list(islice(method(Oracle(surface), start), distinct + 1))
    residuals = [np.linalg.norm(surface.gradient(x)) for x in path]
    assert residuals[-1] < 1e-9 * residuals[0]
    assert residuals[-2] > 1e-6 * residuals[0]


def test_linear_cg_against_a_solver_and_its_bound():
    surface = clustered(100.0, 20, 40, np.random.default_rng(0))
    b = np.random.default_rng(1).normal(size=40)
    exact = np.linalg.solve(surface.matrix, b)
    start = np.zeros(40)
    norm = [
        math.sqrt((x - exact) @ surface.matrix @ (x - exact)) for x in islice(linear_cg(surface.matrix, b, start), 61)
    ]
    k = np.arange(61)
    assert (np.array(norm) <= 2 * norm[0] * conjugate_rate(100.0) ** k + 1e-12).all()
    assert norm[-1] < 1e-7 * norm[0]


def test_bfgs_learns_the_inverse():
    """Four exact line searches in four dimensions: H = A⁻¹, and every H satisfies the secant equation."""
    surface = clustered(50.0, 4, 4, np.random.default_rng(5))
    path = list(islice(bfgs(exact_search, scaled=False)(Oracle(surface), np.ones(4) * [1, -2, 3, 0.5]), 5))
    H = np.eye(4)
    for before, after in pairwise(path):
        s, y = after - before, surface.gradient(after) - surface.gradient(before)
        H = bfgs_update(H, s, y)
        assert H @ y == pytest.approx(s)
        assert np.linalg.eigvalsh(H).min() > 0
    assert pytest.approx(np.linalg.inv(surface.matrix), abs=1e-8) == H
    assert bfgs_update(H, np.ones(4), -np.ones(4)) is H, "no update where positive definiteness would be lost"


def test_the_two_loops_are_bfgs():
    rng = np.random.default_rng(6)
    pairs = deque((s, y) for s, y in rng.normal(size=(12, 2, 5)) if s @ y > 0)
    H = np.eye(5) * 0.3
    for s, y in pairs:
        H = bfgs_update(H, s, y)
    g = rng.normal(size=5)
    assert two_loop(g, pairs, 0.3) == pytest.approx(H @ g)


def test_heavy_ball_is_as_fast_as_the_bound_of_cg():
    rate, beta = best_heavy_ball(1.0, 100.0)
    heights = watch(stepper(lambda w: sgd(w, beta), rate), valley(100.0), np.array([1.0, 1.0]), 400, 0.0).heights
    slope = np.polyfit(np.arange(100, 160), np.log(heights[100:160]), 1)[0]
    assert slope == pytest.approx(2 * math.log(conjugate_rate(100.0)), abs=0.03)
    assert steps_for(0.5, 8.0) == 3


def test_expected_heights_under_noise():
    """Against a simulation with 400 runs, and the floor they settle at."""
    lam, start, sigma = np.array([1.0, 4.0, 20.0]), np.array([1.0, -1.0, 0.5]), 0.7
    surface = quadratic(np.diag(lam), np.zeros(3))
    for scales, method in ((np.full(3, 1 / 20), stepper(lambda w: sgd(w), 1 / 20)), (0.4 / lam, scaled_newton(0.4))):
        runs = np.array([
            watch(method, surface, start, 30, -1.0, Oracle(surface, sigma, np.random.default_rng(i))).heights
            for i in range(400)
        ])  # fmt: skip
        theory = noisy_heights(lam, scales, start, sigma, 30)
        error = np.maximum(runs.std(axis=0, ddof=1) / 20, 1e-12)
        assert (np.abs(runs.mean(axis=0) - theory) / error).max() < 4
        assert noisy_heights(lam, scales, start, sigma, 2000)[-1] == pytest.approx(noise_floor(lam, scales, sigma))
    assert noise_floor(lam, 1 / lam, sigma) == pytest.approx(0.5 * sigma**2 * np.sum(1 / lam))


def test_counts_are_exact():
    trace = watch(newton, rosenbrock(), CORNER, 3, 0.0)
    assert trace.gradients.tolist() == trace.hessians.tolist() == [0, 1, 2, 3]
    assert trace.work.tolist() == [0, 3, 6, 9]
    trace = watch(conjugate_gradients(exact_search), valley(9.0), np.array([1.0, 1.0]), 5)
    assert trace.products.tolist() == [0, 1, 2]
    assert cholesky_flops(3.0) == 9


def test_refusals():
    with pytest.raises(np.linalg.LinAlgError):
        quadratic(np.diag([1.0, -1.0]), np.zeros(2))
    start = np.array([1.0, 0.0])
    assert len(list(steepest_descent(exact_search)(Oracle(valley(2.0)), start))) == 2
    assert len(list(islice(newton(Oracle(valley(2.0)), np.zeros(2)), 5))) == 1
    assert math.isnan(watch(newton, saddle(), np.array([1.0, 0.01]), 5).steps_to(1e-3))
