"""From anchors to proposals, against a naive loop; who dropped whom; and the definition of greedy NMS."""

import doctest

import numpy as np
import pytest

from app.core import proposals
from app.core.boxes import area, clip, decode, iou, nms
from app.core.proposals import greedy_violations, propose, suppressed_by


def random_boxes(rng: np.random.Generator, n: int, side: int = 60) -> np.ndarray:
    corner = rng.integers(0, side, (n, 2))
    return np.hstack([corner, corner + rng.integers(1, side, (n, 2))]).astype(float)


def test_doctests():
    failed, tried = doctest.testmod(proposals)
    assert tried > 0
    assert failed == 0


def test_pipeline_step_by_step():
    rng = np.random.default_rng(0)
    for trial in range(20):
        anchors, offsets = random_boxes(rng, 80), rng.normal(0, 0.3, (80, 4))
        scores = rng.integers(0, 20, 80) / 20  # ties on purpose
        out = propose(anchors, offsets, scores, 70, 90, smallest=8, before=40, threshold=0.5, after=1 + trial)
        boxes = clip(decode(anchors, offsets), 70, 90)
        large = [i for i in range(80) if boxes[i, 2] - boxes[i, 0] >= 8 and boxes[i, 3] - boxes[i, 1] >= 8]
        first = sorted(large, key=lambda i: (-scores[i], i))[:40]
        kept = [first[i] for i in nms(boxes[first], scores[first], 0.5)][: 1 + trial]
        assert out.sources.tolist() == kept
        assert out.counts == (80, len(large), len(first), len(kept))
        np.testing.assert_array_equal(out.boxes, boxes[kept])
        assert np.all(np.diff(out.scores) <= 0)
        assert np.all(area(out.boxes) >= 64)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.7])
def test_stopping_early_is_cutting_off(threshold):
    rng = np.random.default_rng(1)
    boxes, scores = random_boxes(rng, 60), rng.permutation(60) / 60
    whole = nms(boxes, scores, threshold)
    for most in (0, 1, 2, 7, 60, 100):
        assert nms(boxes, scores, threshold, most).tolist() == whole[:most].tolist()


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_suppressors_are_those_of_a_naive_loop(threshold):
    rng = np.random.default_rng(2)
    for n in (0, 1, 2, 40):
        boxes, scores = random_boxes(rng, n) if n else np.zeros((0, 4)), rng.permutation(n) / max(n, 1)
        kept = nms(boxes, scores, threshold)
        by, left = [-1] * n, sorted(range(n), key=lambda i: -scores[i])
        while left:
            best = left.pop(0)
            gone = [i for i in left if iou(boxes[best], boxes[i])[0, 0] > threshold]
            for i in gone:
                by[i] = best
            left = [i for i in left if i not in gone]
        assert suppressed_by(boxes, kept, threshold).tolist() == by
        assert greedy_violations(boxes, scores, kept, threshold) == 0


def test_any_other_set_breaks_the_definition():
    """Brute force over all subsets: only the answer of NMS has no violation."""
    rng = np.random.default_rng(3)
    for _ in range(5):
        boxes, scores = random_boxes(rng, 6, 20), rng.permutation(6) / 6
        sound = [
            [i for i in range(6) if mask >> i & 1]
            for mask in range(64)
            if greedy_violations(boxes, scores, [i for i in range(6) if mask >> i & 1], 0.3) == 0
        ]
        assert sound == [sorted(nms(boxes, scores, 0.3).tolist())]
