"""Many workers, one model: what its presets claim, over seeds; corners of the knobs; its exercises."""

import math

import numpy as np
import pytest

from app.core.hashing import hashed
from app.demos.linear_models._workers_data import clicks, dense, shards_of
from app.demos.linear_models._workers_hashing import merged
from app.demos.linear_models._workers_sampling import STRENGTH, base_intercept
from app.demos.linear_models.many_workers_one_model import WorkersParams, demo
from app.exercises.linear_models import ftrl_weight, gradient_traffic, recalibrated_probability, stale_step


def scalars(**values) -> dict[str, float]:
    result = demo.final(WorkersParams(**values))
    for check in result.checks:
        assert check.deviation <= check.tolerance, (values, check.label.en, check.deviation)
    return dict(result.scalars)


@pytest.mark.parametrize("seed", range(4))
def test_split_sums_are_the_serial_gradient_to_rounding(seed: int):
    s = scalars(seed=seed)
    assert s["worst_gap"] < 2e-15
    assert (s["newton_steps"], s["per_feature"]) == (6, 1.75)
    assert s["two_hours"] == pytest.approx(0.25570, abs=5e-6)
    assert s["four_hours"] == pytest.approx(0.87445, abs=5e-6)
    assert s["even"] == pytest.approx(2.7101, abs=5e-5)


def test_the_longer_side_is_cut():
    assert scalars(rows=1e9, features=1e6)["best_columns"] == 1
    assert scalars(rows=1e5, features=1e9)["best_columns"] == 8
    square = scalars(rows=1e6, features=1e6, workers=16)
    assert square["best_columns"] == 4
    assert square["sent_best"] < square["sent_rows"]


@pytest.mark.parametrize("seed", range(1, 4))
def test_averaging_once_is_not_the_optimum_and_skew_makes_it_worse(seed: int):
    s = scalars(tab="local", seed=seed)
    assert s["sync"] < 1e-9
    assert 3e-4 < s["local"] < s["one_shot"] < 0.01
    assert 0.002 < s["iid_mean"] < 0.006
    assert s["score_mean"] > 3 * s["iid_mean"]
    assert s["label_mean"] > 3 * s["score_mean"]
    assert s["gap_fall"] > 2.5 * s["noise_fall"]
    assert s["rounds_local"] < s["rounds_sync"] / 4


@pytest.mark.parametrize("seed", range(1, 3))
def test_label_shards_spoil_local_training_and_not_sync(seed: int):
    s = scalars(tab="local", shards="label", seed=seed)
    assert s["sync"] < 1e-9
    assert s["local"] > 0.03
    assert math.isnan(s["rounds_local"])
    assert s["intercept_once"] < s["intercept"] - 0.5


@pytest.mark.parametrize("seed", range(1, 4))
def test_with_mini_batches_rare_averages_cost_little(seed: int):
    s = scalars(tab="local", batch="32", rate=0.25, seed=seed)
    assert s["local"] < 3 * s["sync"]
    assert s["rounds_local"] <= s["rounds_sync"] / 8


@pytest.mark.parametrize("delay", [0, 1, 2, 8, 32])
def test_below_the_limit_it_arrives_and_above_it_never_settles(delay: int):
    s = scalars(tab="stale", delay=delay, seed=delay + 1)
    assert s["end_below"] < 1e-3 * s["start"]
    assert s["end_above"] > 10 * s["end_below"]
    assert s["misplaced"] == 0
    assert s["limit"] == pytest.approx(2 * math.sin(math.pi / (4 * delay + 2)), abs=1e-12)


@pytest.mark.parametrize("seed", range(1, 3))
def test_ftrl_keeps_a_fiftieth_and_loses_nothing(seed: int):
    s = scalars(tab="ftrl", seed=seed)
    assert s["always_better"] == 1
    assert s["fewer"] > 20
    assert s["zeros_subgradient"] == 0
    assert s["zeros"] > 0.95
    assert s["real"] > 1.5 * s["useful"] / s["seen"]
    most = scalars(tab="ftrl", seed=seed, l1=30.0)
    assert most["loss"] > s["loss"]


def test_at_no_threshold_every_feature_seen_has_a_weight():
    s = scalars(tab="ftrl", l1=0.0)
    assert s["zeros"] == 0
    assert s["nonzero"] == s["nonzero_none"] == s["seen"]


@pytest.mark.parametrize("signed", [False, True])
def test_most_collisions_cost_little(signed: bool):
    s = scalars(tab="hashing", signed=signed)
    assert s["seen_collided"] > 0.8
    assert s["worse_12"] < 0.01
    assert s["loss_8"] > s["loss_10"] > s["loss_12"] - 1e-3


def test_keys_of_a_row_in_one_bucket_are_added_up():
    columns, values = merged(np.array([[3, 5, 3, 3]]), np.array([[1.0, 1, -1, 1]]), spare=9)
    assert columns.tolist() == [[3, 5, 9, 9]]
    assert values.tolist() == [[1, 1, 0, 0]]
    data = clicks(50, np.random.default_rng(0))
    bucket, sign = hashed(data.columns, 16)
    where, x = merged(bucket, sign, 16)
    weights = np.random.default_rng(1).standard_normal(17)
    np.testing.assert_allclose((weights[where] * x).sum(axis=1), (weights[bucket] * sign).sum(axis=1), atol=1e-12)
    assert all(len(set(row[row < 16])) == (row < 16).sum() for row in where)


@pytest.mark.parametrize("seed", range(1, 4))
def test_dropping_negatives_moves_the_intercept_and_recalibration_moves_it_back(seed: int):
    s = scalars(tab="sampling", seed=seed)
    assert 12 < s["raw_ratio"] < 18
    assert 0.88 < s["ratio"] < 1.12
    assert s["raw_ne"] > 3
    assert s["ne_cost"] < 0.006
    assert abs(s["auc_cost"]) < 0.006
    assert s["share"] < 0.06


def test_the_data_are_what_they_say():
    rng = np.random.default_rng(0)
    X, y, truth = dense(40_000, 6, 2.0, base_intercept(0.02), rng)
    assert np.std(X @ truth) == pytest.approx(2.0, rel=0.02)
    X, y, truth = dense(200_000, 6, STRENGTH, base_intercept(0.02), rng)
    assert abs(y.mean() - 0.02) < 3.5 * math.sqrt(0.02 * 0.98 / 200_000)
    X, y, truth = dense(400, 6, 2.0, 0.0, rng, narrowest=0.1)
    assert X.std(axis=0)[1] > 5 * X.std(axis=0)[-1]
    for kind in ("iid", "score", "label"):
        parts = shards_of(kind, X, y, truth, 7)
        assert sorted(np.concatenate(parts).tolist()) == list(range(400))


@pytest.mark.parametrize(
    "values",
    [{"workers": 1}, {"workers": 13, "rows": 1e3, "features": 1e10}, {"tab": "local", "workers": 1},
     {"tab": "local", "workers": 16, "local_steps": 100, "rate": 1.9},
     {"tab": "local", "local_steps": 1, "batch": "32"},
     {"tab": "stale", "delay": 0, "step": 2.5}, {"tab": "stale", "delay": 32, "step": 2.5},
     {"tab": "stale", "delay": 32, "step": 0.02}, {"tab": "hashing", "keys": 100, "bits": 20},
     {"tab": "hashing", "keys": 100_000, "bits": 8}, {"tab": "sampling", "positive": 0.005, "kept": 0.01},
     {"tab": "sampling", "positive": 0.2, "kept": 1.0}, {"tab": "ftrl", "l1": 0.1}],
    ids=str,
)  # fmt: skip
def test_corners_of_the_knobs_run_and_agree_with_their_checks(values):
    scalars(**values)


def test_exercises_by_hand():
    sampled = recalibrated_probability.Sampled
    assert recalibrated_probability.answer(sampled(1, 0.01, 0.5)) == pytest.approx(1 / 101)
    assert recalibrated_probability.answer(sampled(2, 0.1, -1.0)) == pytest.approx(-1 - math.log(10))
    assert recalibrated_probability.answer(sampled(3, 0.1, 0.0)) == pytest.approx(1 / 11)
    assert stale_step.answer(stale_step.Late(1, 8, 0.308)) == pytest.approx(0.5991, abs=5e-5)
    assert stale_step.answer(stale_step.Late(2, 8, 0.5, step=0.36)) == 8  # 0.18: below 0.1845, above 0.1652
    assert stale_step.answer(stale_step.Late(3, 1, 0.5, 1000, 2000)) == pytest.approx(2.0)
    assert gradient_traffic.answer(gradient_traffic.Cut(1, 6, 8, 4, 1)) == 12
    assert gradient_traffic.answer(gradient_traffic.Cut(2, 6, 8, 1, 4)) == 9
    assert gradient_traffic.answer(gradient_traffic.Cut(3, 8, 8, 2, 4)) == pytest.approx(1.5 * 4 + 1 * 2)
    assert ftrl_weight.answer(ftrl_weight.Coordinate(1, 0.1, 1.0, 0.0, given_z=3.0, root=2)) == pytest.approx(-1 / 15)
    seen = ftrl_weight.Coordinate(3, 0.5, 1.0, 0.0, (0.3, 0.4, 0.8))
    assert ftrl_weight.answer(seen) == pytest.approx(-0.5 / ((1 + math.sqrt(0.89)) / 0.5))
