"""The split finder: its presets against XGBoost and closed forms, importance over seeds, sampling against theory."""

import json
import math

import numpy as np
import pytest
import xgboost
from pydantic import ValidationError

from app.demos.clustering_trees.split_finder import demo


def scalars(**values):
    return demo.final(demo.params(**values)).scalars


def root(values, loss="reg:squarederror", base=0.0, **settings):
    """The root that XGBoost makes of y at x = 1, 2, …"""
    x = np.arange(1.0, len(values) + 1)[:, None]
    given = {"nthread": 1, "max_depth": 1, "eta": 1, "tree_method": "exact", "objective": loss, "base_score": base}
    booster = xgboost.train({**given, **settings}, xgboost.DMatrix(x, np.array(values)), 1)
    return json.loads(booster.get_dump(with_stats=True, dump_format="json")[0])


@pytest.mark.parametrize("lam", [0.0, 1.0, 7.5])
@pytest.mark.parametrize("y", [(-1.0, -1, 2, 4), (0.0, 0, 0, 0, 1, 1, 1, 1, 4), (3.0, -2, 5, 5, -4, 0, 1)])
def test_the_winner_is_the_library_s(y, lam):
    s, theirs = scalars(y=y, lam=lam), root(y, **{"lambda": lam})
    assert s["threshold"] == theirs["split_condition"]
    assert s["gain"] == pytest.approx(theirs["gain"], rel=1e-5)
    assert [s["left_value"], s["right_value"]] == pytest.approx([c["leaf"] for c in theirs["children"]], rel=1e-5)
    assert [s["cover_left"], s["cover_right"]] == [c["cover"] for c in theirs["children"]]


@pytest.mark.parametrize("gamma", [0.0, 5.5, 10.1, 10.2])
def test_gamma_keeps_what_the_library_keeps(gamma):
    y = (-1.0, -1, 2, 4)
    s = scalars(gamma=gamma)
    assert bool(s["kept"]) == ("children" in root(y, gamma=gamma))
    assert bool(s["kept_paper"]) == (s["gain_paper"] >= gamma)


@pytest.mark.parametrize(("rows", "kept"), [(3, 0), (4, 1)])
def test_logistic_needs_four_rows_a_child(rows, kept):
    y = (*[-1.0] * rows, *[1.0] * rows)
    s = scalars(y=y, loss="logistic")
    assert s["kept"] == kept
    assert s["heaviest_child"] == rows / 4
    theirs = root([float(v > 0) for v in y], loss="binary:logistic", base=0.5)
    assert ("children" in theirs) == bool(kept)


def test_logistic_leaves():
    s = scalars(loss="logistic", min_child_weight=0.0)
    assert (s["left_value"], s["right_value"], s["gain"]) == pytest.approx((-2 / 3, 2 / 3, 4 / 3))


def test_missing_rows_change_the_gain_by_side():
    s = scalars(missing=(4.0, 4.0))
    assert s["gain_missing_left"] == pytest.approx(-1.371429, abs=1e-6)
    assert s["gain_missing_right"] == pytest.approx(19.961905, abs=1e-6)
    assert scalars(missing=(-1.0, -1.0))["missing_left"] == 1
    assert scalars(y=(0.0, 0.0, 0.0), missing=(9.0, 9.0))["threshold"] == math.inf


@pytest.mark.parametrize("bins", [2, 3, 4, 12, 256])
def test_a_histogram_never_beats_the_exact_search(bins):
    s = scalars(y=(0.0,) * 5 + (3.0,) * 7, method="hist", bins=bins)
    assert s["of_exact"] <= 1 + 1e-12
    if bins >= 12:
        assert s["of_exact"] == pytest.approx(1)
        assert s["threshold"] == 6  # the upper value, where the exact search says 5.5


def test_lambda_moves_the_winner_from_the_outlier():
    y = (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 4.0)
    assert [scalars(y=y, lam=lam)["threshold"] for lam in (0.0, 10.0)] == [8.5, 4.5]
    assert [root(y, **{"lambda": lam})["split_condition"] for lam in (0.0, 10.0)] == [8.5, 4.5]


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_count_crowns_the_noise_and_gain_the_signal(seed):
    s = scalars(tab="importance", seed=seed)
    assert s["noise_first_by_weight"] == s["signal_first_by_gain"] == s["signal_first_by_permutation"] == 8
    assert s["weight_ratio"] > 3
    assert s["gain_ratio"] > 8
    assert abs(s["permutation_noise"]) < 0.15 * s["permutation_signal"]
    assert s["test_loss"] > s["best_test_loss"]


def test_gamma_takes_the_noise_out():
    loose, strict = scalars(tab="importance"), scalars(tab="importance", gamma=5.0)
    assert strict["weight_noise"] < 0.2 * loose["weight_noise"]
    assert strict["test_loss"] < loose["test_loss"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_rows_served_follow_the_binomial(share):
    s = scalars(tab="sampling", subsample=share, trees=40)
    assert s["rounds_served"] == pytest.approx(40 * share, abs=3 * math.sqrt(40 * share * (1 - share) / 500))
    assert s["rows_sd_theory"] == pytest.approx(math.sqrt(500 * share * (1 - share)))


def test_default_rows_are_all_rows():
    s = scalars(tab="sampling")
    assert (s["rows_mean"], s["rows_sd"], s["rounds_served"], s["columns"]) == (500, 0, 25, 64)


@pytest.mark.parametrize("values", [{"y": (1.0,)}, {"y": (1.0, 99.0)}, {"missing": (-30.0,)}])
def test_what_cannot_be_run_is_refused(values):
    with pytest.raises(ValidationError):
        demo.params(**values)
