"""The posterior machine and its exercises: exact values, who wins over seeds, and what copies do."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import CategoricalNB

from app.core.bayes_rule import linear_error
from app.demos.probability_information._posterior_copies import counted
from app.demos.probability_information._posterior_counts import X, Y
from app.demos.probability_information._posterior_curves import rules, sample, world
from app.demos.probability_information._posterior_rates import whole
from app.demos.probability_information.posterior_machine import demo
from app.exercises.probability_information import positive_predictive_value as ppv
from app.exercises.probability_information import smoothed_estimate as estimate


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(demo.params(**values)).scalars)


def test_one_positive_in_six_and_the_people_add_up():
    s = scalars()
    assert s["ppv"] == pytest.approx(1 / 6, rel=1e-12)
    assert (s["positives"], s["hits"]) == (pytest.approx(594), pytest.approx(99))
    assert s["twice"] == pytest.approx(0.2 * 19.8 / (0.2 * 19.8 + 1), rel=1e-12)
    assert whole(np.array([0.0099, 0.0495, 0.0001, 0.9405]), 1000) == [10, 50, 0, 940]


def test_costs_move_the_threshold_not_the_posterior():
    s = scalars(miss_cost=9)
    assert s["threshold"] == 0.1
    assert s["ppv"] == scalars()["ppv"]
    assert (scalars()["acts"], s["acts"]) == (0, 1)


def test_textbook_fractions_and_scikit_learn():
    s = scalars(tab="counts")
    assert (s["mle_joint_1"], s["mle_joint_0"]) == (pytest.approx(1 / 45), pytest.approx(1 / 15))
    assert (s["joint_1"], s["joint_0"]) == (pytest.approx(5 / 153), pytest.approx(28 / 459))
    theirs = CategoricalNB(alpha=1.0, class_prior=[7 / 17, 10 / 17]).fit(X, Y).predict_proba([[1, 0]])[0, 1]
    assert s["posterior"] == pytest.approx(theirs, rel=1e-12)


def test_a_zero_vetoes_and_a_flat_prior_does_not_help_map():
    s = scalars(tab="counts", drop=True, x1="3")
    assert s["mle_posterior"] == s["small_map"] == 0
    assert s["small_smoothed"] == pytest.approx(1 / 11)
    assert scalars(tab="counts", drop=True, x1="3", smoothing=2)["small_map"] == pytest.approx(1 / 11)
    assert math.isnan(scalars(tab="counts", smoothing=0.5)["small_map"])


@pytest.mark.parametrize("seed", range(5))
def test_few_examples_favour_naive_bayes_many_logistic_regression(seed: int):
    s = scalars(tab="curves", seed=seed)
    assert s["lead_40"] > 0.01
    assert s["lead_1280"] < -0.015
    assert 160 <= s["crossover"] <= 640
    regular = scalars(tab="curves", seed=seed, ridge=10)
    assert regular["lead_40"] < 0.01
    assert regular["lr_40"] < s["lr_40"] - 0.02


@pytest.mark.parametrize("seed", range(3))
def test_where_the_assumption_holds_naive_bayes_is_not_overtaken(seed: int):
    s = scalars(tab="curves", rho=0, seed=seed)
    assert s["floor"] == pytest.approx(s["bayes"], rel=1e-12)
    assert 0 < s["lead_1280"] < 0.01
    assert s["nb_last"] < s["lr_last"]


def test_limits_are_the_normal_tail():
    s = scalars(tab="curves")
    pair, inverse = np.array([0.35, 0.1]), np.linalg.inv([[1, 0.5], [0.5, 1]])
    assert s["bayes"] == pytest.approx(stats.norm.cdf(-math.sqrt(10 * pair @ inverse @ pair)), rel=1e-9)
    spread = math.sqrt(10 * (pair @ [[1, 0.5], [0.5, 1]] @ pair))
    assert s["floor"] == pytest.approx(stats.norm.cdf(-10 * pair @ pair / spread), rel=1e-9)


def test_penalised_loss_is_minus_log_posterior_up_to_the_prior_s_constant():
    s = scalars(tab="curves", ridge=2)
    assert s["srm_constant"] == pytest.approx(20 / 2 * math.log(2 / (2 * math.pi)), rel=1e-9)
    assert s["srm_spread"] < 1e-9


def test_logistic_rule_is_scikit_learns():
    mean, covariance = world(20, 0.5)
    x, y = sample(160, mean, covariance, np.random.default_rng([0, 0]))
    _, (w, b) = rules(x, y, 10.0)
    fitted = LogisticRegression(C=0.1, fit_intercept=False, tol=1e-10, max_iter=5000)
    theirs = fitted.fit(np.column_stack([x, np.ones(160)]), y).coef_[0]
    np.testing.assert_allclose(np.append(w, b), theirs, atol=1e-5)
    assert linear_error(w, b, mean, covariance) < 0.25


def test_copies_multiply_the_logit_and_outvote_the_better_hint():
    one = scalars(tab="copies", second=0.5, copies=10)
    assert one["claim"] == pytest.approx(0.99979, abs=1e-5)
    assert one["error"] == pytest.approx(0.3)
    assert one["loss_ten"] > math.log(2) > one["loss_one"]
    both = scalars(tab="copies")
    assert (both["error_one"], both["error"]) == (pytest.approx(0.2), pytest.approx(0.3))
    assert counted(0.7, 0.5, 5) == pytest.approx([1 - 0.98575, 1 - 0.98575, 0.98575, 0.98575], abs=1e-5)


def test_positive_exercise():
    assert ppv.answer(ppv.Asked(1, 0.01, 0.99, 0.95)) == pytest.approx(1 / 6)
    assert ppv.answer(ppv.Asked(2, 0.01, 0.99, 0.95)) == pytest.approx(3.96 / 4.96)
    assert ppv.answer(ppv.Asked(3, 0.1, score=0.9, trained=0.5)) == pytest.approx(0.5)


def test_estimate_exercise():
    assert estimate.answer(estimate.Counts(1, (0, 3, 1))) == pytest.approx(1 / 7)
    assert estimate.answer(estimate.Counts(2, (0, 3, 1), 2.0)) == pytest.approx(1 / 7)
    asked = estimate.Counts(3, (4, 6), 1.0, ((1, 5), (2, 0)))
    spam, ham = 7 / 12 * 6 / 8 * 1 / 8, 5 / 12 * 2 / 6 * 3 / 6
    assert estimate.answer(asked) == pytest.approx(spam / (spam + ham))
