"""Grouping against brute force that looks at the pixels again at every step; 2n-1 regions; the ranking of boxes."""

import doctest

import numpy as np
import pytest

from app.core import selective_search
from app.core.graph_segmentation import segment_picture
from app.core.object_scenes import draw_scene
from app.core.region_features import colour_histograms, region_boxes, texture_histograms
from app.core.region_similarity import histogram_intersection
from app.core.selective_search import Hierarchy, Regions, describe, group, ranked_boxes

SETS = ("C", "T", "S", "F", "CT", "SF", "CTSF")


def segmented(seed, side=32, k=100.0):
    picture = draw_scene(np.random.default_rng(seed), side=side, objects=4).picture
    return picture, segment_picture(picture, k, min_size=8)


def by_pixels(picture, labels, use):
    """Greedy grouping with nothing carried over: every pair of every partition is measured from the pixels."""
    names, merges, values = labels.copy(), [], []
    whole, new = labels.size, int(labels.max()) + 1
    order = {}
    while len(np.unique(names)) > 1:
        present, dense = np.unique(names, return_inverse=True)
        dense = dense.reshape(names.shape)
        colour, texture, boxes = (
            colour_histograms(picture, dense), texture_histograms(picture, dense), region_boxes(dense),
        )  # fmt: skip
        sizes = np.bincount(dense.ravel())
        pairs = set()
        for shift in ((0, 1), (1, 0)):
            a, b = dense[: dense.shape[0] - shift[0], : dense.shape[1] - shift[1]], dense[shift[0] :, shift[1] :]
            pairs |= {(min(p, q), max(p, q)) for p, q in zip(a[a != b].tolist(), b[a != b].tolist(), strict=True)}
        best = None
        for i, j in pairs:
            pair = (int(present[i]), int(present[j]))
            order.setdefault(pair, len(merges))
            total = 0.0
            if "C" in use:
                total += np.minimum(colour[i], colour[j]).sum()
            if "T" in use:
                total += np.minimum(texture[i], texture[j]).sum()
            if "S" in use:
                total += 1 - (sizes[i] + sizes[j]) / whole
            if "F" in use:
                x1, y1 = np.minimum(boxes[i, :2], boxes[j, :2])
                x2, y2 = np.maximum(boxes[i, 2:], boxes[j, 2:])
                total += 1 - ((x2 - x1) * (y2 - y1) - sizes[i] - sizes[j]) / whole
            key = (-round(float(total), 9), order[pair], pair)  # equal: the pair that arose first
            best = min(best, key) if best else key
        merges.append(best[2])
        values.append(-best[0])
        names[np.isin(names, best[2])] = new
        new += 1
    return merges, values


def test_doctests():
    failed, tried = doctest.testmod(selective_search)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("use", SETS)
def test_the_same_merges_as_brute_force_from_the_pixels(use):
    for seed in range(3):
        picture, labels = segmented(seed)
        tree = group(picture, labels, use)
        merges, values = by_pixels(picture, labels, use)
        assert [tuple(m) for m in tree.merges.tolist()] == merges
        np.testing.assert_allclose(tree.similarities, values, atol=2e-9)


@pytest.mark.parametrize("use", SETS)
def test_n_regions_become_2n_minus_1_and_end_as_the_whole_picture(use):
    for seed in range(4):
        for k in (50, 150):
            picture, labels = segmented(seed, side=48, k=k)
            n, tree = int(labels.max()) + 1, group(picture, labels, use)
            assert len(tree.merges) == len(tree.similarities) == n - 1
            assert {len(part) for part in tree.regions} == {2 * n - 1}
            assert tree.regions.sizes[-1] == labels.size
            assert tree.regions.boxes[-1].tolist() == [0, 0, 48, 48]
            assert sorted(tree.merges.ravel().tolist()) == list(range(2 * n - 2)), "every region but the last is merged"


def test_what_the_tree_carries_along_is_what_the_pixels_say():
    picture, labels = segmented(5, side=48)
    n, tree = int(labels.max()) + 1, group(picture, labels)
    members = {i: [i] for i in range(n)}
    for t, (a, b) in enumerate(tree.merges.tolist()):
        members[n + t] = members[a] + members[b]
    for region, leaves in members.items():
        mask = np.isin(labels, leaves)
        one = np.where(mask, 0, 1)
        assert tree.regions.sizes[region] == mask.sum()
        assert tree.regions.boxes[region].tolist() == region_boxes(one)[0].tolist()
        np.testing.assert_allclose(tree.regions.colour[region], colour_histograms(picture, one)[0], atol=1e-12)
        np.testing.assert_allclose(tree.regions.texture[region], texture_histograms(picture, one)[0], atol=1e-12)


def test_only_neighbours_are_merged():
    """Equal colours at both ends of a row wait until what lies between them has joined one side."""
    labels = np.repeat(np.arange(3), 4)[None].repeat(2, axis=0)
    picture = np.where(labels == 1, 0.9, 0.1)[..., None]
    tree = group(picture, labels, "C")
    assert histogram_intersection(tree.regions.colour[0], tree.regions.colour[2]) == 1
    assert tree.similarities.tolist() == [0, 0.5]
    assert tree.merges.tolist() == [[0, 1], [2, 3]]


def test_one_region_is_a_tree_without_merges():
    tree = group(np.zeros((3, 4, 3)), np.zeros((3, 4), dtype=np.int64))
    assert tree.merges.shape == (0, 2)
    assert tree.regions.boxes.tolist() == [[0, 0, 4, 3]]


@pytest.mark.parametrize("use", ["", "X", "CTX"])
def test_unknown_similarities_are_refused(use):
    with pytest.raises(ValueError, match="C, T, S, F"):
        group(np.zeros((2, 2, 3)), np.array([[0, 1], [0, 1]]), use)


def test_what_is_known_already_is_used():
    picture, labels = segmented(4)
    fresh, given = group(picture, labels), group(picture, labels, initial=describe(picture, labels))
    assert fresh.merges.tolist() == given.merges.tolist()
    np.testing.assert_array_equal(fresh.regions.texture, given.regions.texture)


def test_labels_with_a_gap_are_refused():
    with pytest.raises(ValueError, match="n-1"):
        group(np.zeros((2, 2, 3)), np.array([[0, 2], [0, 2]]))


def test_pooled_boxes_are_the_union_without_repeats():
    trees = [group(*segmented(2, side=48), use=use) for use in SETS]
    pooled = ranked_boxes(trees, np.random.default_rng(0))
    union = {tuple(box) for tree in trees for box in tree.regions.boxes.tolist()}
    assert len(pooled) == len(union) < sum(len(tree.regions.boxes) for tree in trees)
    assert {tuple(box) for box in pooled.tolist()} == union


def test_large_regions_tend_to_come_early_but_not_always():
    """A place is i times a uniform number: the root comes before the i-th from the top with chance 1 - 1/(2i)."""
    boxes = np.array([[0, 0, 9 - i, 9 - i] for i in range(9)], dtype=np.float64)[::-1]  # the last one is the root
    tree = Hierarchy(np.empty((0, 2), dtype=np.int64), np.empty(0), Regions(boxes[:, 2], boxes, boxes, boxes))
    for i in (2, 5, 9):
        orders = [ranked_boxes([tree], np.random.default_rng(seed))[:, 2].tolist() for seed in range(2000)]
        first = np.mean([order.index(9) < order.index(10 - i) for order in orders])
        chance = 1 - 1 / (2 * i)
        assert abs(first - chance) < 3 * np.sqrt(chance * (1 - chance) / 2000)
