"""Boundary gallery: what its presets claim, over seeds; its data's closed forms; its exercises."""

import math
import time

import numpy as np
import pytest

from app.demos.linear_models._gallery_data import NAMES, best_accuracy, best_score, draw
from app.demos.linear_models._gallery_maps import GRID, half_plane
from app.demos.linear_models.boundary_gallery import BoundaryGalleryParams, demo
from app.exercises.linear_models import gaussian_boundary, separable_labellings


def scalars(**values) -> dict[str, float]:
    result = demo.final(BoundaryGalleryParams(**values))
    for check in result.checks:
        assert check.deviation <= check.tolerance, (values, check.label.en)
    return dict(result.scalars)


@pytest.mark.parametrize("seed", range(5))
def test_naive_bayes_is_linear_only_with_shared_variances(seed: int):
    s = scalars(seed=seed)
    assert s["acc_lr"] < 0.6 and s["acc_nb_shared"] < 0.6 and s["acc_nb_own"] > 0.88
    assert [s[f"straight_{m}"] for m in ("lr", "lda", "nb_shared", "nb_own", "qda")] == [1, 1, 1, 0, 0]
    assert scalars(seed=seed, features="quadratic")["acc_lr"] > 0.92


@pytest.mark.parametrize("seed", range(5))
def test_what_independence_cannot_see(seed: int):
    xor, tilted = scalars(data="xor", seed=seed), scalars(data="tilted", seed=seed)
    assert xor["acc_nb_own"] < 0.62 and xor["acc_qda"] > 0.99
    assert tilted["acc_nb_shared"] < 0.86 < 0.95 < min(tilted["acc_lda"], tilted["acc_lr"])


@pytest.mark.parametrize("noise", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("data", NAMES)
def test_the_best_rule_scores_its_closed_form(data: str, noise: float):
    X, y = draw(data, 40_000, noise, np.random.default_rng(5))
    p = best_accuracy(data, noise)
    seen = ((best_score(data, X, noise) > 0) == y).mean()
    assert abs(seen - p) < 3 * math.sqrt(p * (1 - p) / len(y)) + 1e-4


@pytest.mark.parametrize("data", NAMES)
@pytest.mark.parametrize("features", ["raw", "quadratic"])
def test_the_verdict_is_proved_for_every_data_set(data: str, features: str):
    for seed in range(4):
        s = scalars(tab="proof", data=data, features=features, noise=0.2, seed=seed)
        assert s["separable"] == 1 or s["proof_points"] <= s["dims"] + 2
        assert (s["first_stop"] == s["n"]) == bool(s["separable"])
        if s["perceptron_last"] == 0:
            assert s["separable"] == 1 and s["perceptron_mistakes"] <= s["bound"]


def test_half_planes():
    x, y = np.meshgrid(GRID, GRID)
    assert half_plane((x + 0.3 * y > 0.123).astype(float))
    assert not half_plane((x * y > 0).astype(float)) and not half_plane((x**2 + y**2 < 2).astype(float))


@pytest.mark.parametrize("dims", [1, 3])
def test_covers_count(dims: int):
    s = scalars(tab="cover", dims=dims)
    assert s["share_at_half"] == 0.5 and s["half_at"] == 2 * (dims + 1)
    assert (s["boolean_2"], s["boolean_3"]) == (14, 104)


def test_the_dearest_states_stay_cheap():
    for values in ({"n": 400}, {"tab": "proof", "n": 400, "data": "xor"}, {"tab": "cover", "dims": 5, "trials": 300}):
        start = time.process_time()
        scalars(**values)
        assert time.process_time() - start < 5, values


def test_exercises():
    D, C = separable_labellings.Dots, gaussian_boundary.Classes
    assert separable_labellings.answer(D(1, 5, 2)) == 22
    assert separable_labellings.answer(D(3, 12, 2)) == 0.5
    assert gaussian_boundary.answer(C(2, 0, 1, 0, 2, 0.5)) == pytest.approx(1.3595560, abs=1e-6)
    assert gaussian_boundary.answer(C(1, 0, 1, 2, 0, 0.2)) == pytest.approx(1 + math.log(4) / 2)
