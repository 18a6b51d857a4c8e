"""Overlap against a growing list of boxes, one object and one box at a time; all boxes of a small picture, counted."""

import doctest
from itertools import combinations

import numpy as np
import pytest

from app.core import proposal_quality
from app.core.boxes import iou
from app.core.proposal_quality import best_overlaps, possible_boxes, random_boxes


def test_doctests():
    failed, tried = doctest.testmod(proposal_quality)
    assert tried > 0
    assert failed == 0


def test_the_best_of_the_first_m_one_by_one():
    rng = np.random.default_rng(0)
    boxes, objects = random_boxes(30, 20, 20, rng), random_boxes(4, 20, 20, rng)
    found = best_overlaps(boxes, objects)
    for m in range(1, 31):
        for j in range(4):
            assert found[m - 1, j] == max(iou(box, objects[j])[0, 0] for box in boxes[:m])
    assert np.all(np.diff(found, axis=0) >= 0)


def every_box(height, width):
    return [(x1, y1, x2, y2) for x1, x2 in combinations(range(width + 1), 2)
            for y1, y2 in combinations(range(height + 1), 2)]  # fmt: skip


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 4), (5, 2)])
def test_all_boxes_counted(height, width):
    assert possible_boxes(height, width) == len(every_box(height, width))


def test_numbers_of_boxes_in_the_text():
    assert possible_boxes(96, 96) == 21_678_336
    assert possible_boxes(375, 500) == 8_830_125_000


def test_random_boxes_are_uniform_over_all_of_them():
    drawn = random_boxes(18_000, 2, 3, np.random.default_rng(0))
    boxes, counts = np.unique(drawn, axis=0, return_counts=True)
    assert {tuple(b) for b in boxes.astype(int).tolist()} == set(every_box(2, 3))
    chi_square = ((counts - 1000) ** 2 / 1000).sum()
    assert chi_square < 17 + 3 * np.sqrt(2 * 17)
