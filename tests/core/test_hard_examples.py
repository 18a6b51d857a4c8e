"""Selections against brute force, and the generated anchors against the distribution they are drawn from."""

import doctest
from itertools import combinations

import numpy as np
import torch

from app.core import hard_examples
from app.core.boxes import iou
from app.core.hard_examples import draw_anchors, hard_negatives, hardest, ohem, random_negatives


def test_doctests():
    assert doctest.testmod(hard_examples).failed == 0


def test_hardest_has_the_largest_sum_of_all_choices():
    loss = np.random.default_rng(0).random(9)
    best = max(combinations(range(9), 4), key=lambda chosen: loss[list(chosen)].sum())
    assert sorted(np.flatnonzero(hardest(loss, 4)).tolist()) == sorted(best)
    assert set(torch.tensor(loss).topk(4).indices.tolist()) == set(best)


def test_hard_negatives_are_three_a_positive_and_the_worst_ones():
    rng = np.random.default_rng(1)
    loss, y = rng.random(200), (np.arange(200) < 10).astype(float)
    chosen = hard_negatives(loss, y)
    assert chosen[:10].all()
    assert chosen.sum() == 40
    assert loss[10:][chosen[10:]].min() >= loss[10:][~chosen[10:]].max()
    assert hard_negatives(loss[:12], y[:12]).sum() == 12  # no more than there are


def test_random_negatives_do_not_look_at_the_loss():
    rng = np.random.default_rng(2)
    y = (np.arange(1000) < 10).astype(float)
    counts = sum(random_negatives(y, rng).astype(int) for _ in range(2000))
    assert (counts[:10] == 2000).all()
    share = counts[10:] / 2000  # each negative: probability 30/990
    assert abs(share.mean() - 30 / 990) < 1e-12
    spread = np.sqrt(30 / 990 * (1 - 30 / 990) / 2000)
    assert share.std() < 1.3 * spread


def test_ohem_keeps_apart_what_it_selects():
    rng = np.random.default_rng(3)
    corner = rng.random((60, 2)) * 30
    boxes, loss = np.hstack([corner, corner + 10]), rng.random(60)
    kept = ohem(loss, boxes, budget=20)
    assert len(kept) <= 20
    assert (np.diff(loss[kept]) <= 0).all()
    overlaps = iou(boxes[kept], boxes[kept])[np.triu_indices(len(kept), 1)]
    assert overlaps.max() <= 0.7
    every = ohem(loss, boxes, budget=60)
    for left_out in np.setdiff1d(np.arange(60), every):  # each overlaps a kept one of larger loss
        assert any(iou(boxes[left_out], boxes[k])[0, 0] > 0.7 and loss[k] >= loss[left_out] for k in every)


def test_anchors_come_from_where_they_should():
    anchors = draw_anchors(4000, 4000, 4000, np.random.default_rng(4), missed=0.25)
    assert anchors.y.sum() == 3000
    assert anchors.object.sum() == anchors.hard.sum() == 4000
    for group, centre, sd in (
        (anchors.object, (2, 2), 0.5),
        (anchors.hard, (2, 0.6), 0.5),
        (~anchors.object & ~anchors.hard, (-2, -2), 1.2),
    ):
        assert (np.abs(anchors.X[group].mean(axis=0) - centre) < 3.5 * sd / np.sqrt(4000)).all()
