"""k-means against scikit-learn, brute force, dynamic programming and closed forms."""

import doctest
import math

import numpy as np
import pytest
from scipy.spatial import Voronoi
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris

import app.core.kmeans
import app.core.kmeans_restarts
import app.core.partitions
import app.core.point_clouds
from app.core.kmeans import (
    assign,
    farthest_centres,
    inertia,
    lloyd,
    plus_plus_centres,
    random_centres,
    squared_distances,
    update,
)
from app.core.kmeans_restarts import inertia_by_k, restart_inertias
from app.core.partitions import optimal_1d, optimal_partition, pairwise_within, sums_of_squares, voronoi_edges
from app.core.point_clouds import point_cloud

IRIS = load_iris().data
SHAPES = ("blobs", "grid25", "pair", "moons", "unequal", "rectangle4")


def best_of(points, k, rng, runs=30):
    starts = np.stack([plus_plus_centres(points, k, rng) for _ in range(runs)])
    return restart_inertias(points, starts).min()


@pytest.mark.parametrize(
    "module", [app.core.kmeans, app.core.kmeans_restarts, app.core.partitions, app.core.point_clouds]
)
def test_doctests(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("seed", range(8))
def test_lloyd_is_sklearn_from_the_same_centres(seed):
    rng = np.random.default_rng(seed)
    points, _ = point_cloud("blobs", 120, rng)
    start = random_centres(points, 5, rng)
    theirs = KMeans(5, init=start, n_init=1, max_iter=100, tol=0, algorithm="lloyd").fit(points)
    centres, labels, j = lloyd(points, start)[-1]
    np.testing.assert_allclose(centres, theirs.cluster_centers_, atol=1e-12)
    np.testing.assert_array_equal(labels, theirs.labels_)
    assert j == pytest.approx(theirs.inertia_, rel=1e-12)


@pytest.mark.parametrize(("k", "known"), [(1, 681.3706), (2, 152.34795), (3, 78.85144), (4, 57.22847), (5, 46.44618)])
def test_iris_inertia(k, known):
    assert best_of(IRIS, k, np.random.default_rng(0)) == pytest.approx(known, abs=1e-5)
    assert KMeans(k, n_init=30, random_state=0).fit(IRIS).inertia_ == pytest.approx(known, abs=1e-5)


def test_iris_sizes_and_sums_of_squares():
    rng = np.random.default_rng(1)
    runs = [lloyd(IRIS, plus_plus_centres(IRIS, 3, rng))[-1] for _ in range(20)]
    _, labels, j = min(runs, key=lambda run: run[2])
    assert sorted(np.bincount(labels)) == [38, 50, 62]
    total, within, between = sums_of_squares(IRIS, labels)
    assert total == pytest.approx(681.3706, abs=1e-10)
    assert total == pytest.approx(within + between, abs=1e-10)
    assert within == pytest.approx(j, abs=1e-10)
    assert pairwise_within(IRIS, labels) == pytest.approx(j, abs=1e-9)


def test_distances_are_exact_and_broadcast_over_restarts():
    rng = np.random.default_rng(0)
    points, centres = rng.normal(size=(20, 3)), rng.normal(size=(4, 6, 3))
    brute = [[[sum((p - c) ** 2) for c in run] for p in points] for run in centres]
    np.testing.assert_allclose(squared_distances(points, centres), brute, rtol=1e-13)


def test_worked_example_on_the_line():
    x = np.array([[1.0], [2.0], [3.0], [10.0], [11.0], [12.0]])
    steps = lloyd(x, np.array([[1.0], [2.0]]))
    assert [j for _, _, j in steps[::2]] == pytest.approx([246, 41.68, 4, 4][: len(steps[::2])], abs=1e-12)
    assert steps[-1][0].ravel().tolist() == [2.0, 11.0]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(4))
def test_every_half_step_lowers_j_and_the_end_is_a_fixed_point(shape, seed):
    rng = np.random.default_rng(seed)
    points, _ = point_cloud(shape, 80, rng)
    steps = lloyd(points, random_centres(points, min(7, len(points)), rng))
    j = np.array([step[2] for step in steps])
    assert (np.diff(j) <= 1e-9).all()
    centres, labels, last = steps[-1]
    np.testing.assert_array_equal(assign(points, centres), labels)
    np.testing.assert_allclose(update(points, centres, labels), centres, atol=1e-12)
    assert inertia(points, centres, labels) == last


def test_empty_cluster_takes_the_worst_served_point_and_j_does_not_rise():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [9.0, 0.0], [10.0, 4.0]])
    steps = lloyd(points, np.array([[0.5, 0.0], [9.0, 1.0], [500.0, 500.0]]))
    assert len(np.unique(steps[0][1])) == 2
    assert len(np.unique(steps[-1][1])) == 3
    assert (np.diff([step[2] for step in steps]) <= 0).all()
    assert steps[-1][2] == pytest.approx(optimal_partition(points, 3)[0])


def test_j_never_rises_with_reseeded_empty_clusters():
    rng = np.random.default_rng(0)
    reseeded = 0
    for _ in range(200):
        points, _ = point_cloud("grid25", 100, rng)
        steps = lloyd(points, random_centres(points, 25, rng))
        reseeded += any(len(np.unique(labels)) < 25 for _, labels, _ in steps)
        assert (np.diff([step[2] for step in steps]) <= 1e-9).all()
    assert reseeded > 10


def test_more_centres_than_points_is_refused():
    with pytest.raises(ValueError, match="at least as many points"):
        lloyd(np.zeros((2, 2)), np.zeros((3, 2)))


def test_coinciding_points_end():
    steps = lloyd(np.zeros((5, 2)), np.zeros((3, 2)))
    assert steps[-1][2] == 0.0


@pytest.mark.parametrize("shape", ["blobs", "grid25", "unequal"])
def test_restarts_equal_single_runs(shape):
    rng = np.random.default_rng(3)
    points, _ = point_cloud(shape, 100, rng)
    starts = np.stack([random_centres(points, 12, rng) for _ in range(40)])
    single = [lloyd(points, start)[-1][2] for start in starts]
    np.testing.assert_allclose(restart_inertias(points, starts), single, rtol=1e-12)


def test_inertia_by_k_falls_and_finds_the_iris_optima():
    found = inertia_by_k(IRIS, [1, 2, 3, 4, 5, 8, 150], np.random.default_rng(0))
    values = list(found.values())
    assert values == sorted(values, reverse=True)
    assert found[1] == pytest.approx(681.3706, abs=1e-9)
    assert found[2] == pytest.approx(152.34795, abs=1e-5)
    assert found[150] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_exact_1d_is_brute_force(seed):
    x = np.random.default_rng(seed).normal(size=8).round(1)
    for k in (1, 2, 3, 8):
        best, labels = optimal_1d(x, k)
        assert best == pytest.approx(optimal_partition(x[:, None], k)[0], abs=1e-10)
        assert sums_of_squares(x[:, None], labels)[1] == pytest.approx(best, abs=1e-10)


def test_lloyd_never_beats_the_exact_optimum_and_restarts_reach_it():
    rng = np.random.default_rng(5)
    x = rng.uniform(size=60)
    best = optimal_1d(x, 4)[0]
    ends = restart_inertias(x[:, None], np.stack([random_centres(x[:, None], 4, rng) for _ in range(200)]))
    assert ends.min() == pytest.approx(best, abs=1e-10)
    assert ends.max() > best * 1.001


def test_partitions_are_all_tried_once():
    points = np.random.default_rng(0).normal(size=(7, 2))
    theirs = KMeans(3, n_init=100, random_state=0).fit(points).inertia_
    assert optimal_partition(points, 3)[0] == pytest.approx(theirs, rel=1e-12)
    with pytest.raises(ValueError, match="12 points"):
        optimal_partition(np.zeros((13, 1)), 2)


@pytest.mark.parametrize("k", [2, 5, 9])
def test_distortion_of_the_uniform_line(k):
    x = (np.arange(900) + 0.5) / 900
    assert optimal_1d(x, k)[0] / 900 == pytest.approx(1 / (12 * k * k), abs=2e-6)


def test_two_means_of_a_gaussian():
    x = np.random.default_rng(0).normal(size=40_000)[:, None]
    centres, _, j = lloyd(x, np.array([[-1.0], [1.0]]))[-1]
    np.testing.assert_allclose(centres.ravel(), [-math.sqrt(2 / math.pi), math.sqrt(2 / math.pi)], atol=0.015)
    assert j / len(x) == pytest.approx(1 - 2 / math.pi, abs=0.01)


@pytest.mark.parametrize("w", [0.5, 1.5, 4.0, 10.0])
def test_rectangle(w):
    corners = np.array([[0.0, 0.0], [w, 0.0], [0.0, 1.0], [w, 1.0]])
    steps = lloyd(corners, np.array([[w / 2, 0.0], [w / 2, 1.0]]))
    assert len(steps) == 3
    assert steps[-1][2] == pytest.approx(w * w)
    assert optimal_partition(corners, 2)[0] == pytest.approx(min(w * w, 1.0))


def test_plus_plus_draws_with_probability_d_squared():
    points, rng = np.array([[0.0], [1.0], [3.0]]), np.random.default_rng(0)
    first_then = np.zeros((3, 3))
    n = 6000
    for _ in range(n):
        a, b = (int(np.flatnonzero(points[:, 0] == c[0])[0]) for c in plus_plus_centres(points, 2, rng))
        first_then[a, b] += 1
    expected = n / 3 * np.array([[0, 0.1, 0.9], [0.2, 0, 0.8], [9 / 13, 4 / 13, 0]])
    assert (np.abs(first_then - expected) <= 4 * np.sqrt(np.maximum(expected, 1))).all()
    assert first_then.diagonal().sum() == 0


def test_plus_plus_seeding_stays_below_its_bound():
    rng = np.random.default_rng(0)
    for shape, k in (("blobs", 5), ("grid25", 25), ("unequal", 3)):
        points, _ = point_cloud(shape, 150, rng)
        seeds = np.stack([plus_plus_centres(points, k, rng) for _ in range(100)])
        best = restart_inertias(points, seeds).min()
        mean = squared_distances(points, seeds).min(axis=-1).sum(axis=1).mean()
        assert best <= mean <= 8 * (math.log(k) + 2) * best


def test_plus_plus_takes_duplicates_when_nothing_else_is_left():
    assert plus_plus_centres(np.ones((4, 2)), 3, np.random.default_rng(0)).tolist() == [[1, 1]] * 3


def test_random_centres_are_uniform_without_repeats():
    points, rng = np.arange(6.0)[:, None], np.random.default_rng(0)
    draws = np.stack([random_centres(points, 3, rng).ravel() for _ in range(3000)])
    assert all(len(set(row)) == 3 for row in draws)
    counts = np.bincount(draws.astype(int).ravel())
    assert (np.abs(counts - 1500) < 4 * math.sqrt(1500 / 2)).all()


@pytest.mark.parametrize("k", [2, 3, 5])
def test_chance_of_one_random_centre_in_each_cluster(k):
    """k!/k^k, by trying all k^k draws."""
    draws = np.indices((k,) * k).reshape(k, -1).T
    share = np.mean([len(set(row)) == k for row in draws])
    assert share == pytest.approx(math.factorial(k) / k**k)


def test_farthest_first_visits_every_blob():
    points, group = point_cloud("grid25", 250, np.random.default_rng(0))
    chosen = farthest_centres(points, 25)
    own = [group[(points == c).all(axis=1)][0] for c in chosen]
    assert len(set(own)) == 25


@pytest.mark.parametrize("seed", range(5))
def test_voronoi_edges_against_scipy(seed):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-1, 1, (9, 2))
    edges = voronoi_edges(centres, np.array([-50.0, -50.0]), np.array([50.0, 50.0]))
    theirs = Voronoi(centres)
    assert len(edges) == len(theirs.ridge_points)
    corners = [v for v in theirs.vertices if (np.abs(v) < 50).all()]
    ends = edges.reshape(-1, 2)
    for corner in corners:
        assert np.abs(ends - corner).max(axis=1).min() < 1e-7


def test_voronoi_edges_lie_between_two_nearest_centres():
    centres = np.random.default_rng(0).uniform(0, 10, (12, 2))
    edges = voronoi_edges(centres, np.zeros(2), np.full(2, 10.0))
    middle = np.sort(squared_distances(edges.mean(axis=1), centres), axis=1)
    np.testing.assert_allclose(middle[:, 0], middle[:, 1], atol=1e-8)
    assert ((edges >= -1e-9) & (edges <= 10 + 1e-9)).all()
    assert len(voronoi_edges(np.zeros((1, 2)), np.zeros(2), np.ones(2))) == 0
    assert len(voronoi_edges(np.zeros((3, 2)), np.zeros(2), np.ones(2))) == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_point_clouds(shape):
    points, group = point_cloud(shape, 100, np.random.default_rng(0))
    assert points.shape == (len(group), 2)
    again, _ = point_cloud(shape, 100, np.random.default_rng(0))
    np.testing.assert_array_equal(points, again)
    if shape == "unequal":
        assert np.bincount(group).tolist() == [80, 10, 10]
    if shape == "grid25":
        assert np.bincount(group).tolist() == [4] * 25
