"""Who owns the gradient: the closed forms of the start, and what a training shows over seeds."""

import math

import numpy as np
import pytest

from app.demos.detection import _gradient_training as training
from app.demos.detection.who_owns_the_gradient import GradientParams, demo
from app.exercises.detection import background_loss, focal_loss_value


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(GradientParams(**values)).scalars)


def test_the_bias_comes_first():
    both, only_focal, only_bias = scalars(), scalars(pi=0.5), scalars(gamma=0.0, alpha=0.5)
    assert both["share_focal_prior"] < 0.001
    assert only_focal["share_focal_prior"] > 0.999
    assert 0.6 < only_bias["share_focal_prior"] < 0.7
    assert both["share_ce_half"] == pytest.approx(1000 / 1001, abs=1e-12)
    assert both["first_ce_half"] == pytest.approx(1001 * math.log(2), rel=1e-12)


@pytest.mark.parametrize("gamma", [1.0, 2.0, 5.0])
def test_more_focus_less_confidence(gamma: float):
    assert 0.5 < scalars(gamma=gamma)["answer_90"] < scalars(gamma=gamma - 0.5)["answer_90"]


@pytest.fixture(scope="module")
def trainings() -> list[dict[str, float]]:
    return [scalars(tab="training", seed=seed) for seed in range(1, 4)]


def test_what_each_rule_selects(trainings: list[dict[str, float]]):
    for s in trainings:
        assert s["selected_object_random"] == pytest.approx(0.25)
        assert s["selected_object_hnm"] == pytest.approx(0.25)
        assert s["selected_hard_random"] < 0.1 < 0.35 < s["selected_hard_hnm"]
        assert s["selected_easy_focal"] == s["selected_easy_ce"] == pytest.approx(0.97)


def test_what_differs_and_what_does_not(trainings: list[dict[str, float]]):
    for s in trainings:
        assert s["alarms_ratio"] > 2
        assert s["ap_spread"] < 0.05
        assert s["stated_focal"] < s["stated_ce"] < s["stated_random"]
        assert s["easy_first_focal"] < 0.02 < 0.2 < s["easy_first_ce"]


def test_wrong_labels_own_a_hundred_times_their_number():
    for seed in range(1, 4):
        fresh = training.draw_anchors(30, 300, 30, np.random.default_rng(seed))
        for rule in ("hnm", "ohem", "focal"):
            owned = training.trained(rule, 2.0, 0.25, 0.01, 128, 0.2, seed, fresh)
            assert owned.pull[3] > 50 * 6 / 3000, (seed, rule)


def test_focal_exercise():
    Anchor = focal_loss_value.Anchor
    assert focal_loss_value.answer(Anchor(1, 0.9, 2, 0.25)) == pytest.approx(100)
    assert focal_loss_value.answer(Anchor(2, 0.2, 2, 0.25)) == pytest.approx(0.0066943, abs=1e-7)
    assert focal_loss_value.answer(Anchor(3, 0.5, 2, 0.25)) == pytest.approx(0.25 * (math.log(2) + 0.5), rel=1e-12)


def test_background_exercise():
    Start = background_loss.Start
    assert background_loss.answer(Start(1, 0.01, 1000, 0.25)) == pytest.approx(-4.59512, abs=1e-5)
    assert background_loss.answer(Start(2, 0.01, 1000, 0.25)) == pytest.approx(68.577, abs=1e-3)
    assert background_loss.answer(Start(3, 0.01, 1000, 0.25)) == pytest.approx(0.0668, abs=1e-4)
