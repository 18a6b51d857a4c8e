"""Graph segmentation: the labels of scikit-image, the definition by spanning trees, the theorem of the paper."""

import doctest

import numpy as np
import pytest
from scipy.ndimage import label as connected
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from skimage.data import astronaut
from skimage.segmentation import felzenszwalb

from app.core import graph_segmentation
from app.core.colour_spaces import in_space
from app.core.graph_segmentation import grid_edges, renumbered, segment_graph, segment_picture
from app.core.object_scenes import draw_scene


def photo() -> np.ndarray:
    return astronaut()[::4, ::4] / 255


def test_doctests():
    failed, tried = doctest.testmod(graph_segmentation)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(("k", "sigma", "min_size"), [(50, 0.8, 20), (300, 0.8, 1), (100, 0.5, 50), (20, 1.3, 5)])
def test_same_labels_as_scikit_image_up_to_their_names(k, sigma, min_size):
    for picture in (photo(), draw_scene(np.random.default_rng(3)).picture):
        theirs = felzenszwalb(picture, scale=k, sigma=sigma, min_size=min_size)
        ours = segment_picture(picture, k, sigma, min_size)
        np.testing.assert_array_equal(ours.ravel(), renumbered(theirs.ravel()))


def test_same_labels_as_scikit_image_on_noise_where_all_edges_differ():
    for seed in range(5):
        picture = np.random.default_rng(seed).random((20, 24, 3))
        for k in (20, 60, 200, 1000):
            theirs = felzenszwalb(picture, scale=k, sigma=1e-9, min_size=1)
            np.testing.assert_array_equal(segment_picture(picture, k, 0, 1).ravel(), renumbered(theirs.ravel()))


def test_the_photo_of_the_gallery_has_the_number_of_segments_printed_there():
    picture = astronaut()[::2, ::2] / 255
    assert segment_picture(picture, k=100, sigma=0.5, min_size=50).max() + 1 == 194


def random_graph(rng, nodes):
    """A connected graph with different weights: a random tree and some more edges."""
    edges = {(int(rng.integers(i)), i) for i in range(1, nodes)}
    while len(edges) < 2 * nodes:
        a, b = sorted(rng.choice(nodes, 2, replace=False).tolist())
        edges.add((a, b))
    return np.array(sorted(edges)), rng.permutation(len(edges)) + 1.0


def internal(members, edges, weights) -> float:
    """Heaviest edge of the minimum spanning tree of these nodes, by scipy."""
    inside = np.isin(edges, members).all(axis=1)
    size = int(edges.max()) + 1
    graph = coo_array((weights[inside], (edges[inside, 0], edges[inside, 1])), shape=(size, size))
    tree = minimum_spanning_tree(graph.tocsr())
    assert tree.nnz == len(members) - 1, "a component is connected"
    return float(tree.max()) if tree.nnz else 0.0


def by_definition(nodes, edges, weights, k):
    """Every edge in order; sets of nodes, and Int from scratch each time."""
    sets = [frozenset([i]) for i in range(nodes)]
    for e in np.argsort(weights, kind="stable"):
        a, b = (next(s for s in sets if int(v) in s) for v in edges[e])
        if a is b:
            continue
        limits = [internal(sorted(s), edges, weights) + k / len(s) for s in (a, b)]
        if weights[e] <= min(limits):
            sets = [s for s in sets if s is not a and s is not b] + [a | b]
    out = np.empty(nodes, dtype=np.int64)
    for i, members in enumerate(sets):
        out[sorted(members)] = i
    return renumbered(out)


@pytest.mark.parametrize("k", [0.0, 4.0, 15.0, 60.0, 1e9])
def test_random_graphs_by_the_definition(k):
    for seed in range(6):
        edges, weights = random_graph(np.random.default_rng(seed), 25)
        ours = segment_graph(25, edges, weights, k)
        np.testing.assert_array_equal(ours, by_definition(25, edges, weights, k))
    if k == 0:  # nothing is as close as 0
        assert len(set(ours.tolist())) == 25
    if k == 1e9:
        assert set(ours.tolist()) == {0}


@pytest.mark.parametrize("k", [30.0, 100.0, 300.0])
def test_no_two_neighbours_lack_evidence_of_a_boundary(k):
    """Theorem of the paper: not too fine. The lightest edge between two components exceeds the limit of one of them."""
    picture = draw_scene(np.random.default_rng(1), side=40).picture
    edges, weights = grid_edges(picture)
    labels = segment_graph(1600, edges, weights, k)
    limit = {}
    for c in range(labels.max() + 1):
        members = np.flatnonzero(labels == c)
        limit[c] = internal(members, edges, weights) + k / len(members)
    lightest = {}
    for (u, v), w in zip(labels[edges].tolist(), weights.tolist(), strict=True):
        if u != v:
            pair = (min(u, v), max(u, v))
            lightest[pair] = min(w, lightest.get(pair, np.inf))
    assert lightest
    assert all(w > min(limit[a], limit[b]) for (a, b), w in lightest.items())


def test_segments_are_connected_and_as_large_as_asked():
    for space in ("rgb", "hsv", "lab", "intensity"):
        labels = segment_picture(in_space(photo(), space), k=80, min_size=30)
        assert labels.min() == 0
        assert np.bincount(labels.ravel()).min() >= 30
        for segment in range(labels.max() + 1):
            assert connected(labels == segment, structure=np.ones((3, 3)))[1] == 1


def test_larger_k_gives_fewer_segments():
    counts = [segment_picture(photo(), k).max() + 1 for k in (20, 50, 100, 200, 400)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 2 * counts[-1]


def test_a_grid_has_every_neighbour_once():
    picture = np.random.default_rng(0).random((5, 7, 3))
    edges, weights = grid_edges(picture)
    assert len(edges) == 5 * 6 + 4 * 7 + 2 * 4 * 6
    assert len({tuple(sorted(e)) for e in edges.tolist()}) == len(edges)
    for (a, b), w in zip(edges.tolist(), weights, strict=True):
        (y1, x1), (y2, x2) = divmod(a, 7), divmod(b, 7)
        assert max(abs(y1 - y2), abs(x1 - x2)) == 1
        assert w == pytest.approx(255 * np.linalg.norm(picture[y1, x1] - picture[y2, x2]), abs=1e-8)


def test_a_negative_k_is_refused():
    with pytest.raises(ValueError, match="-1"):
        segment_graph(2, np.array([[0, 1]]), np.array([1.0]), -1)
