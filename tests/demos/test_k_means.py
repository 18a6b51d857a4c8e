"""The k-means demo: closed forms, the lottery of starts, and what the views show."""

import math

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.cluster import KMeans

from app.core.point_clouds import point_cloud
from app.demos.clustering_trees.k_means import EDGES, MOST_FRAMES, demo


def scalars(**values):
    return demo.final(demo.params(**values)).scalars


@pytest.mark.parametrize("w", [0.5, 2.0, 4.0, 10.0])
def test_rectangle_closed_forms(w):
    s = scalars(shape="rectangle4", k=2, scale_x=w, init="bad")
    assert s["inertia"] == pytest.approx(w * w)
    assert s["best_known"] == pytest.approx(min(w * w, 1.0))
    assert s["ratio"] == pytest.approx(max(w * w, 1.0))
    assert s["total"] == pytest.approx(w * w + 1)


def test_rectangle_restarts_have_the_exact_chances():
    """Two random corners: 1 pair in 3 is vertical and ends in the bad split; k-means++ picks it with chance 1/34."""
    s = scalars(shape="rectangle4", k=2, scale_x=4.0, restarts=200)
    assert s["random_hit"] == pytest.approx(2 / 3, abs=3 * math.sqrt(2 / 9 / 200))
    assert s["plus_hit"] == pytest.approx(33 / 34, abs=3 * math.sqrt(33 / 34**2 / 200))


@pytest.mark.parametrize(("k", "chance"), [(2, 0.5), (3, 0.2222), (5, 0.0384), (10, 3.63e-4), (25, 1.746e-10)])
def test_chance_to_hit_all(k, chance):
    assert scalars(k=k, restarts=20)["hit_all"] == pytest.approx(math.factorial(k) / k**k, rel=1e-10)
    assert math.factorial(k) / k**k == pytest.approx(chance, rel=1e-3)


@pytest.mark.parametrize("values", [{}, {"shape": "unequal", "k": 4}, {"shape": "moons", "k": 7, "scale_x": 3.0}])
def test_sums_of_squares_add_up(values):
    s = scalars(**values)
    assert s["total"] == pytest.approx(s["within"] + s["between"], rel=1e-12)
    assert s["within"] == pytest.approx(s["inertia"], rel=1e-12)
    assert s["explained"] == pytest.approx(s["between"] / s["total"])
    assert s["ratio"] >= 1


def test_best_known_is_not_worse_than_sklearn():
    for seed in (0, 7):
        points, _ = point_cloud("blobs", 150, np.random.default_rng([seed, 1]))
        theirs = KMeans(5, n_init=50, random_state=0).fit(points).inertia_
        assert scalars(seed=seed)["best_known"] == pytest.approx(theirs, rel=1e-9)


def test_plus_plus_beats_random_points_on_the_grid():
    for seed in range(3):
        s = scalars(shape="grid25", k=25, n=250, restarts=60, seed=seed)
        assert s["plus_hit"] > s["random_hit"]
        assert s["plus_median"] < s["random_median"] / 1.5
        assert s["random_hit"] < 0.06


@pytest.mark.parametrize("seed", range(3))
def test_stretching_turns_the_border(seed):
    values = {"shape": "pair", "k": 2, "n": 300, "init": "plusplus", "seed": seed}
    before, after = scalars(**values), scalars(**values, scale_x=10.0)
    assert before["purity"] > 0.99
    assert after["purity"] < 0.62
    assert after["truth_ratio"] > 1.5
    assert before["truth_ratio"] == pytest.approx(1, abs=0.02)


def test_the_border_turns_at_the_predicted_stretch():
    """Halving x saves 2/π·s² a point, splitting along y saves 9: equal at s = √(9π/2) = 3.76."""
    turn = math.sqrt(9 * math.pi / 2)
    assert turn == pytest.approx(3.76, abs=0.005)
    points, _ = point_cloud("pair", 20_000, np.random.default_rng(0))
    for s, along in ((turn * 0.93, 1), (turn * 1.07, 0)):
        theirs = KMeans(2, n_init=10, random_state=0).fit(points * [s, 1.0])
        gap = np.abs(theirs.cluster_centers_[0] - theirs.cluster_centers_[1])
        assert gap.argmax() == along


def test_objective_prefers_a_wrong_split_of_unequal_blobs():
    for seed in range(3):
        s = scalars(shape="unequal", k=3, init="plusplus", seed=seed)
        assert s["truth_ratio"] > 1.3
        assert s["purity"] < 0.9


def test_j_falls_with_k():
    for values in ({}, {"shape": "grid25", "k": 30, "n": 100, "restarts": 20}):
        result = demo.final(demo.params(**values))
        elbow = next(v for v in result.views if v.id == "elbow").series[0]
        assert (np.diff(elbow.y) <= 1e-12).all()
        assert elbow.y[0] == pytest.approx(1)


def test_steps_alternate_and_colour_every_point_once():
    result = demo.final(demo.params())
    steps = result.views[0]
    assert [label.en.split()[0] for label in steps.labels] == (["Assign", "Update"] * 13)[: len(steps.labels)]
    assert steps.labels[-1].en.startswith("Assign")
    for frame in steps.frames:
        clouds = [s for s in frame.series if s.key.startswith("cluster-")]
        assert len(clouds) == 5
        assert sum(len(s.x) for s in clouds) == 150
        assert [s.key for s in frame.series if s.key == "centre"] == ["centre"]
        assert frame.x.range == steps.frames[0].x.range
    objective = next(v for v in result.views if v.id == "objective").series[0]
    assert (np.diff(objective.y) <= 1e-9).all()
    assert objective.y[-1] == result.scalars["inertia"]


def test_long_runs_are_cut_to_a_few_frames_and_keep_the_end():
    longest = max(
        (demo.final(demo.params(shape="moons", k=30, n=300, restarts=10, init="bad", seed=seed)) for seed in range(4)),
        key=lambda result: result.scalars["iterations"],
    )
    assert longest.scalars["iterations"] * 2 + 1 > MOST_FRAMES
    steps = longest.views[0]
    assert len(steps.frames) == MOST_FRAMES
    assert f"{longest.scalars['inertia']:.2f}" in steps.labels[-1].en


def test_restart_bars_are_shares():
    bars = next(v for v in demo.final(demo.params()).views if v.id == "restarts")
    for series in bars.series:
        assert series.values.sum() == pytest.approx(1)
        assert len(series.values) == len(bars.categories) == len(EDGES) + 1


def test_as_many_clusters_as_points():
    result = demo.final(demo.params(shape="rectangle4", k=30, restarts=20))
    assert result.scalars["inertia"] == 0
    assert result.scalars["ratio"] == 1
    assert math.isnan(result.scalars["truth_ratio"])
    assert all(check.deviation <= check.tolerance for check in result.checks)


def test_cost_is_bounded():
    with pytest.raises(ValidationError, match="at most 1,000,000"):
        demo.params(k=30, n=300, restarts=200)
