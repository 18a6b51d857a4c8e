"""Box losses against torch: values and gradients by autograd of the formulas as the papers print them."""

import doctest
import math

import numpy as np
import pytest

from app.core import box_losses
from app.core.box_losses import (
    ciou_loss,
    coordinate_loss,
    diou_loss,
    encode_backward,
    giou_loss,
    iou_loss,
    l1,
    l2,
    overlap,
    smooth_l1,
)
from app.core.boxes import decode, encode, iou


def test_doctests():
    failed, tried = doctest.testmod(box_losses)
    assert tried > 0
    assert failed == 0


def random_boxes(rng: np.random.Generator, n: int, spread: float) -> np.ndarray:
    corner = rng.uniform(0, spread, (n, 2))
    return np.hstack([corner, corner + rng.uniform(2, 40, (n, 2))])


PAIRS = {
    "overlapping": (random_boxes(np.random.default_rng(0), 300, 15), random_boxes(np.random.default_rng(1), 300, 15)),
    "mostly disjoint": (
        random_boxes(np.random.default_rng(2), 300, 150),
        random_boxes(np.random.default_rng(3), 300, 150),
    ),
    "whole numbers, many ties": (
        np.hstack([c := np.random.default_rng(4).integers(0, 4, (400, 2)).astype(float), c + 4.0]),
        np.hstack([d := np.random.default_rng(5).integers(0, 4, (400, 2)).astype(float), d + 6.0]),
    ),
}


def in_torch(name: str, boxes, truth):
    """The loss of every pair, written with torch operations."""
    import torch

    low, high = torch.maximum(boxes[:, :2], truth[:, :2]), torch.minimum(boxes[:, 2:], truth[:, 2:])
    inner = (high - low).clamp(min=0).prod(dim=1)
    union = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1) + (truth[:, 2:] - truth[:, :2]).prod(dim=1) - inner
    ratio = inner / union
    whole = torch.maximum(boxes[:, 2:], truth[:, 2:]) - torch.minimum(boxes[:, :2], truth[:, :2])
    centres = (boxes[:, :2] + boxes[:, 2:] - truth[:, :2] - truth[:, 2:]) / 2
    penalty = (centres**2).sum(dim=1) / (whole**2).sum(dim=1)
    if name == "iou":
        return 1 - ratio
    if name == "giou":
        return 1 - ratio + (whole.prod(dim=1) - union) / whole.prod(dim=1)
    if name == "diou":
        return 1 - ratio + penalty
    w, h = (boxes[:, 2:] - boxes[:, :2]).T
    v_w, v_h = (truth[:, 2:] - truth[:, :2]).T
    v = 4 / math.pi**2 * (torch.atan(v_w / v_h) - torch.atan(w / h)) ** 2
    with torch.no_grad():
        alpha = v / (1 - ratio + v).clamp(min=1e-300)
    return 1 - ratio + penalty + alpha * v


LOSSES = {"iou": iou_loss, "giou": giou_loss, "diou": diou_loss, "ciou": ciou_loss}


@pytest.mark.parametrize("pairs", PAIRS)
@pytest.mark.parametrize("name", LOSSES)
def test_overlap_losses_are_torchs(name, pairs):
    import torch

    boxes, truth = PAIRS[pairs]
    keep = ~((np.minimum(boxes[:, 2:], truth[:, 2:]) - np.maximum(boxes[:, :2], truth[:, :2])) == 0).any(axis=1)
    boxes, truth = boxes[keep], truth[keep]  # edges that just touch: torch's clamp takes the other one-sided slope
    theirs = torch.from_numpy(boxes).requires_grad_()
    value = in_torch(name, theirs, torch.from_numpy(truth))
    value.sum().backward()
    ours, gradient = LOSSES[name](boxes, truth)
    np.testing.assert_allclose(ours, value.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(gradient, theirs.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("name", ["l2", "l1", "smooth-l1"])
@pytest.mark.parametrize("beta", [0.11, 1.0, 3.0])
def test_coordinate_losses_are_torchs(name, beta):
    import torch

    rng = np.random.default_rng(6)
    boxes, truth, proposals = (random_boxes(rng, 200, 40) for _ in range(3))
    theirs = torch.from_numpy(boxes).requires_grad_()
    p, g = torch.from_numpy(proposals), torch.from_numpy(truth)

    def targets(b):
        size = p[:, 2:] - p[:, :2]
        return torch.cat(
            [(b[:, :2] + b[:, 2:] - p[:, :2] - p[:, 2:]) / 2 / size, ((b[:, 2:] - b[:, :2]) / size).log()], 1
        )

    r = targets(theirs) - targets(g)
    value = {
        "l2": lambda: (r**2 / 2).sum(1),
        "l1": lambda: r.abs().sum(1),
        "smooth-l1": lambda: torch.nn.functional.smooth_l1_loss(
            r, torch.zeros_like(r), reduction="none", beta=beta
        ).sum(1),
    }[name]()
    value.sum().backward()
    ours, gradient = coordinate_loss(name, boxes, truth, proposals, beta)
    np.testing.assert_allclose(ours, value.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(gradient, theirs.grad.numpy(), atol=1e-12)


def test_gradients_by_central_differences():
    rng = np.random.default_rng(7)
    boxes, truth = random_boxes(rng, 40, 20), random_boxes(rng, 40, 20)
    hair = 1e-6
    for loss in (iou_loss, giou_loss, diou_loss):
        slopes = [(loss(boxes + e, truth)[0] - loss(boxes - e, truth)[0]) / (2 * hair) for e in hair * np.eye(4)]
        np.testing.assert_allclose(loss(boxes, truth)[1], np.stack(slopes, axis=1), atol=1e-7)


def test_values_everybody_knows():
    assert smooth_l1(np.array([[0.5], [1.0], [2.0]]))[0].tolist() == [0.125, 0.5, 1.5]
    for gap, expected in ((1, -1 / 3), (99, 2 / 101 - 1)):
        assert 1 - giou_loss([0, 0, 1, 1], [1 + gap, 0, 2 + gap, 1])[0][0] == pytest.approx(expected, abs=1e-12)
    assert pytest.approx(-0.980, abs=5e-4) == 2 / 101 - 1
    for loss in LOSSES.values():
        value, gradient = loss([3, 4, 30, 40], [3, 4, 30, 40])
        assert value[0] == pytest.approx(0, abs=1e-12)
        np.testing.assert_allclose(gradient @ [1, 1, 1, 1], 0, atol=1e-12)


def test_order_and_ranges():
    """GIoU and DIoU never exceed IoU; the losses stay within 0..2."""
    for boxes, truth in PAIRS.values():
        base = iou_loss(boxes, truth)[0]
        for loss in (giou_loss, diou_loss):
            value = loss(boxes, truth)[0]
            assert np.all(value >= base - 1e-12)
            assert np.all((value >= -1e-12) & (value <= 2))
        assert np.all(ciou_loss(boxes, truth)[0] >= diou_loss(boxes, truth)[0] - 1e-12)
        np.testing.assert_allclose(1 - base, np.diag(iou(boxes, truth)), atol=1e-12)


def test_disjoint_boxes_have_no_iou_gradient_but_a_giou_one():
    boxes, truth = np.array([[0.0, 0, 10, 10]]), np.array([[30.0, 5, 40, 15]])
    assert not iou_loss(boxes, truth)[1].any()
    for loss in (giou_loss, diou_loss, ciou_loss):
        gradient = loss(boxes, truth)[1][0]
        assert gradient[0] + gradient[2] < 0  # downhill is to the right, towards the truth


def test_inside_its_truth_giou_is_iou_and_only_diou_feels_the_place():
    truth = [0, 0, 100, 100]
    boxes = np.array([[x, 40.0, x + 20, 60] for x in (0, 20, 40)])
    np.testing.assert_allclose(giou_loss(boxes, truth)[0], iou_loss(boxes, truth)[0], atol=1e-12)
    assert np.ptp(giou_loss(boxes, truth)[0]) < 1e-12
    assert np.all(np.diff(diou_loss(boxes, truth)[0]) < 0)


def test_scaling_everything_leaves_overlap_losses_alone():
    boxes, truth = PAIRS["overlapping"]
    for loss in LOSSES.values():
        value, gradient = loss(boxes, truth)
        larger, slope = loss(3 * boxes, 3 * truth)
        np.testing.assert_allclose(larger, value, atol=1e-12)
        np.testing.assert_allclose(slope, gradient / 3, atol=1e-12)


def test_chain_rule_through_encoding():
    rng = np.random.default_rng(8)
    proposals, boxes = random_boxes(rng, 30, 20), random_boxes(rng, 30, 20)
    hair, upstream = 1e-6, rng.standard_normal((30, 4))
    slopes = [((encode(proposals, boxes + e) - encode(proposals, boxes - e)) / (2 * hair) * upstream).sum(axis=1)
              for e in hair * np.eye(4)]  # fmt: skip
    np.testing.assert_allclose(encode_backward(proposals, boxes, upstream), np.stack(slopes, axis=1), atol=1e-7)


def test_worked_example_of_the_targets():
    """P = (100, 100, 50, 100), G = (110, 95, 60, 80) as centre and size."""
    proposal, truth = [75, 50, 125, 150], [80, 55, 140, 135]
    t = encode(proposal, truth)[0]
    np.testing.assert_allclose(t, [0.2, -0.05, math.log(1.2), math.log(0.8)], atol=1e-12)
    np.testing.assert_allclose(t, [0.2, -0.05, 0.18232, -0.22314], atol=5e-6)
    np.testing.assert_allclose(decode(proposal, t), [truth], atol=1e-12)
    assert iou(proposal, truth)[0, 0] == pytest.approx(0.58065, abs=5e-6)
    np.testing.assert_allclose(encode(3 * np.array(proposal), 3 * np.array(truth))[0], t, atol=1e-12)


def test_slopes_of_the_coordinate_losses():
    r = np.array([-5.0, -1.0, -0.3, 0.0, 0.3, 1.0, 5.0])
    np.testing.assert_array_equal(l2(r)[1], r)
    np.testing.assert_array_equal(l1(r)[1], np.sign(r))
    np.testing.assert_allclose(smooth_l1(r)[1], np.clip(r, -1, 1))
    inner, union, _, _ = overlap([0, 0, 10, 10], [20, 0, 30, 10])
    assert (inner[0], union[0]) == (0, 200)


def test_what_is_refused():
    with pytest.raises(ValueError, match="beta"):
        smooth_l1([1.0], 0)
    with pytest.raises(ValueError, match="kind"):
        coordinate_loss("huber", [0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1])
