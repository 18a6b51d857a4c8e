"""The tuning bench against torch and a single run, the walls of a quadratic, and search against simulation."""

import doctest
import math

import numpy as np
import pytest
import torch

from app.core import averaging, quadratic, search, tuning
from app.core.averaging import ensemble_variance
from app.core.mlp import init_std
from app.core.optimisers import cosine
from app.core.quadratic import descend, largest_rate, step_factor
from app.core.search import expected_best, explained_share, grid_bests, grid_hit_probability, hit_probability
from app.core.tuning import Bench, Setting, train, weight_std

RATES = [float(r) for r in 10.0 ** np.arange(-4, 0.6, 0.5)]


@pytest.mark.parametrize(
    ("name", "draw"),
    [("he", lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu")), ("xavier", torch.nn.init.xavier_normal_)],
)
def test_initial_variances_are_those_of_torch(name, draw):
    torch.manual_seed(0)
    w = torch.empty(2000, 4000)  # (fan_out, fan_in)
    draw(w)
    assert w.std().item() == pytest.approx(weight_std(name, 4000, 2000), rel=2e-3)
    assert weight_std(name, 4000, 2000) == pytest.approx(init_std(name, 4000, 2000), rel=1e-12)


def test_the_default_of_nn_linear_has_a_third_over_fan_in_not_two():
    torch.manual_seed(0)
    w = torch.nn.Linear(4000, 1000).weight
    assert w.abs().max().item() <= 1 / math.sqrt(4000)
    assert w.var().item() * 4000 == pytest.approx(1 / 3, rel=2e-3)
    assert weight_std("pytorch", 4000, 1000) ** 2 * 4000 == pytest.approx(1 / 3, rel=1e-12)
    assert weight_std("he", 4000, 1000) ** 2 * 4000 == pytest.approx(2, rel=1e-12)
    with pytest.raises(ValueError, match="unknown init"):
        weight_std("magic", 2, 2)


def test_xavier_uniform_bound():
    w = torch.empty(4000, 4000)
    torch.nn.init.xavier_uniform_(w)
    assert weight_std("xavier", 4000, 4000) * math.sqrt(3) == pytest.approx(math.sqrt(6 / 8000), rel=1e-12)
    assert w.abs().max().item() == pytest.approx(0.0273861, rel=1e-3)


def test_a_run_does_not_depend_on_its_neighbours():
    settings = [Setting(lr, seed) for seed in (3, 4) for lr in (0.01, 0.1, 3.0)]
    *_, together = train(Bench(updates=60), "momentum", settings)
    *_, alone = train(Bench(updates=60), "momentum", [settings[4]])
    assert np.allclose(together.losses[:, 4], alone.losses[:, 0], rtol=1e-9)
    assert together.accuracy[4] == alone.accuracy[0]


def test_a_schedule_multiplies_every_rate():
    *_, a = train(Bench(updates=30), "sgd", [Setting(0.2)], schedule=lambda t: 0.5)
    *_, b = train(Bench(updates=30), "sgd", [Setting(0.1)])
    assert np.allclose(a.losses, b.losses, rtol=1e-12)
    *_, c = train(Bench(updates=30), "sgd", [Setting(0.1)], schedule=cosine(1.0, 30))
    assert not np.allclose(c.losses[-1], b.losses[-1])
    with pytest.raises(ValueError, match="unknown optimiser"):
        next(train(Bench(updates=1), "magic", [Setting(0.1)]))


@pytest.fixture(scope="module")
def sweeps():
    out = {}
    for name in tuning.OPTIMISERS:
        *_, done = train(Bench(), name, [Setting(lr, seed) for seed in range(10, 15) for lr in RATES])
        out[name] = done.accuracy.reshape(5, -1).mean(axis=0)
    return out


def test_each_optimiser_has_its_own_best_rate(sweeps):
    best = {name: RATES[int(mean.argmax())] for name, mean in sweeps.items()}
    assert best["sgd"] >= 3 * best["momentum"]
    assert best["sgd"] >= 10 * best["adamw"]
    assert max(mean.max() for mean in sweeps.values()) - min(mean.max() for mean in sweeps.values()) < 0.03
    assert sweeps["adamw"][RATES.index(pytest.approx(10**-0.5))] < 0.5  # a rate that suits plain SGD


@pytest.mark.parametrize("optimiser", ["sgd", "momentum"])
def test_tiny_weights_stay_at_ln_5_whatever_the_rate(optimiser):
    settings = [Setting(lr, seed, "small") for seed in (0, 1) for lr in RATES[2:9]]
    *_, done = train(Bench(), optimiser, settings)
    assert done.losses[0] == pytest.approx(math.log(5), abs=1e-3)
    assert done.accuracy.max() < 0.3
    assert np.nanmin(done.val_loss) > math.log(5) - 0.05


def test_adamw_gets_tiny_weights_going():
    *_, done = train(Bench(), "adamw", [Setting(0.0316, seed, "small") for seed in (0, 1, 2)])
    assert done.accuracy.mean() > 0.8


@pytest.mark.parametrize(("eta", "expected"), [(0.19, 0.9**200), (0.2, 1.0), (0.21, 1.1**200)])
def test_the_edge_is_two_over_lambda(eta, expected):
    after = descend(np.array([10.0, 1.0]), np.array([eta]), 0.0, 200)[-1, 0]
    assert after[0] == pytest.approx(expected, rel=1e-9)
    assert after[1] == pytest.approx(abs(1 - eta) ** 200, rel=1e-9)
    assert step_factor(eta, 10.0) ** 200 == pytest.approx(expected, rel=1e-9)
    assert largest_rate(10.0) == 0.2


def test_the_edge_of_heavy_ball():
    below, above = descend(np.array([10.0]), np.array([0.379, 0.381]), 0.9, 4000)[-1, :, 0]
    assert below < 1e-3 < 1e90 < above
    assert largest_rate(10.0, 0.9) == pytest.approx(0.38)
    for eta in (0.02, 0.2, 0.379, 0.41):
        curve = descend(np.array([10.0]), np.array([eta]), 0.9, 1000)[:, 0, 0]
        grown = max(curve[900:]) / max(curve[300:401])
        assert grown ** (1 / 600) == pytest.approx(step_factor(eta, 10.0, 0.9), rel=2e-3)


def test_momentum_is_that_of_matrix_powers():
    eta, lam, beta = 0.13, 10.0, 0.9
    M = np.array([[1 - eta * lam, -eta * beta], [lam, beta]])  # (w, v) -> (w - eta (beta v + lam w), beta v + lam w)
    state = np.linalg.matrix_power(M, 50) @ np.array([1.0, 0.0])
    ours = descend(np.array([lam]), np.array([eta]), beta, 50)[-1, 0, 0]
    assert ours == pytest.approx(abs(state[0]), rel=1e-9)


def test_random_search_against_drawing():
    rng = np.random.default_rng(0)
    hits = (rng.random((40_000, 20)) < 0.1).any(axis=1)
    assert hits.mean() == pytest.approx(hit_probability(0.1, 20), abs=3 * math.sqrt(0.12 * 0.88 / 40_000))
    starts = rng.random(40_000)
    grid = (np.add.outer(starts, np.arange(3) / 3) % 1 < 0.1).any(axis=1)
    assert grid.mean() == pytest.approx(grid_hit_probability(0.1, 3), abs=0.01)
    values = rng.normal(size=30)
    best = values[rng.integers(0, 30, (40_000, 4))].max(axis=1)
    assert best.mean() == pytest.approx(expected_best(values, 4), abs=3 * best.std() / 200)


def test_grids_cover_every_cell_once():
    table = np.arange(36.0).reshape(6, 6)
    for points in (1, 2, 3, 6):
        assert len(grid_bests(table, points)) == (6 // points) ** 2
    assert grid_bests(table, 6).tolist() == [35]
    with pytest.raises(ValueError, match="divide"):
        grid_bests(table, 4)
    additive = np.add.outer(np.arange(6.0), 2 * np.arange(4.0))
    assert explained_share(additive, 0) + explained_share(additive, 1) == pytest.approx(1)


def test_ensemble_variance_against_drawing():
    rng, rho, members = np.random.default_rng(0), 0.5, 5
    shared, own = rng.normal(size=200_000), rng.normal(size=(200_000, members))
    mean = (math.sqrt(rho) * shared[:, None] + math.sqrt(1 - rho) * own).mean(axis=1)
    assert mean.var() == pytest.approx(ensemble_variance(rho, members), rel=0.01)
    assert ensemble_variance(0.5, 5) == pytest.approx(0.6)


@pytest.mark.parametrize("module", [tuning, quadratic, search, averaging])
def test_examples(module):
    assert doctest.testmod(module).failed == 0
