"""Boxes against other people's answers: pixel counting, published formulas, a naive loop, onnxruntime."""

import doctest

import numpy as np
import pytest

from app.core import boxes
from app.core.boxes import area, as_boxes, clip, decode, encode, from_inclusive, inside, iou, nms


def random_boxes(rng: np.random.Generator, n: int, side: int = 60) -> np.ndarray:
    """n boxes with whole-number corners and at least 1 px a side."""
    corner = rng.integers(0, side, (n, 2))
    return np.hstack([corner, corner + rng.integers(1, side, (n, 2))]).astype(float)


def test_doctests():
    assert doctest.testmod(boxes).failed == 0


def test_iou_is_the_ratio_of_counted_pixels():
    rng = np.random.default_rng(0)
    a, b = random_boxes(rng, 12), random_boxes(rng, 15)
    yy, xx = np.mgrid[0:125, 0:125]

    def mask(box):
        x1, y1, x2, y2 = box
        return (xx >= x1) & (xx < x2) & (yy >= y1) & (yy < y2)

    counted = [[(mask(p) & mask(q)).sum() / (mask(p) | mask(q)).sum() for q in b] for p in a]
    np.testing.assert_allclose(iou(a, b), counted, atol=1e-12)
    np.testing.assert_array_equal(area(a), [mask(p).sum() for p in a])


def test_iou_of_the_worked_example_and_of_boxes_that_only_touch():
    assert iou([0, 0, 100, 100], [10, 20, 210, 120])[0, 0] == pytest.approx(6 / 19, abs=1e-12)
    assert iou([0, 0, 10, 10], [[10, 0, 20, 10], [10, 10, 20, 20], [30, 30, 40, 40]]).tolist() == [[0.0, 0.0, 0.0]]
    assert iou([5, 5, 5, 5], [5, 5, 5, 5])[0, 0] == 0.0  # two empty boxes: no 0/0


def test_iou_does_not_depend_on_order_place_or_scale():
    rng = np.random.default_rng(1)
    a, b = random_boxes(rng, 20), random_boxes(rng, 20)
    np.testing.assert_allclose(iou(a, b), iou(b, a).T, atol=0)
    np.testing.assert_allclose(iou(a + 1000, b + 1000), iou(a, b), atol=1e-12)
    np.testing.assert_allclose(iou(a * 0.3, b * 0.3), iou(a, b), atol=1e-12)
    np.testing.assert_allclose(np.diag(iou(a, a)), 1.0)


def test_inclusive_boxes_give_the_overlaps_of_the_plus_one_formula():
    rng = np.random.default_rng(2)
    a, b = random_boxes(rng, 8, 12), random_boxes(rng, 9, 12)
    for i, (ax1, ay1, ax2, ay2) in enumerate(a):  # PASCAL VOC's loop, written out
        for j, (bx1, by1, bx2, by2) in enumerate(b):
            w = min(ax2, bx2) - max(ax1, bx1) + 1
            h = min(ay2, by2) - max(ay1, by1) + 1
            shared = w * h if w > 0 and h > 0 else 0
            union = (ax2 - ax1 + 1) * (ay2 - ay1 + 1) + (bx2 - bx1 + 1) * (by2 - by1 + 1) - shared
            assert iou(from_inclusive(a), from_inclusive(b))[i, j] == pytest.approx(shared / union, abs=1e-12)


def test_inclusive_boxes_give_the_targets_of_the_plus_one_formula():
    rng = np.random.default_rng(3)
    a, b = random_boxes(rng, 30), random_boxes(rng, 30)
    got = encode(from_inclusive(a), from_inclusive(b))
    for (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2), t in zip(a, b, got, strict=True):
        aw, ah, bw, bh = ax2 - ax1 + 1, ay2 - ay1 + 1, bx2 - bx1 + 1, by2 - by1 + 1
        expected = [
            (bx1 + 0.5 * bw - ax1 - 0.5 * aw) / aw,
            (by1 + 0.5 * bh - ay1 - 0.5 * ah) / ah,
            np.log(bw / aw),
            np.log(bh / ah),
        ]
        np.testing.assert_allclose(t, expected, atol=1e-12)


def test_encode_of_the_worked_example():
    np.testing.assert_allclose(encode([0, 0, 100, 100], [10, 20, 210, 120]), [[0.6, 0.2, np.log(2), 0.0]], atol=1e-12)


def test_decode_undoes_encode_and_never_turns_a_box_inside_out():
    rng = np.random.default_rng(4)
    anchors, truth = random_boxes(rng, 200), random_boxes(rng, 200)
    np.testing.assert_allclose(decode(anchors, encode(anchors, truth)), truth, atol=1e-9)
    wild = decode(anchors, rng.normal(0, 3, (200, 4)))
    assert np.all(wild[:, 2:] > wild[:, :2])
    np.testing.assert_allclose(decode(anchors, np.zeros((200, 4))), anchors, atol=1e-12)


def test_encode_does_not_depend_on_scale():
    rng = np.random.default_rng(5)
    anchors, truth = random_boxes(rng, 50), random_boxes(rng, 50)
    np.testing.assert_allclose(encode(7 * anchors, 7 * truth), encode(anchors, truth), atol=1e-12)


def test_clip_and_inside_agree_with_each_other():
    rng = np.random.default_rng(6)
    b = random_boxes(rng, 300, 100) - 30
    cut = clip(b, height=70, width=90)
    assert np.all((cut >= 0) & (cut <= [90, 70, 90, 70]))
    np.testing.assert_array_equal(inside(b, 70, 90), np.all(cut == b, axis=1))
    for (x1, y1, x2, y2), left in zip(b, area(cut), strict=True):
        assert left == max(0, min(x2, 90) - max(x1, 0)) * max(0, min(y2, 70) - max(y1, 0))
    assert inside([0, 0, 90, 70], 70, 90).tolist() == [True]


def naive_nms(b: np.ndarray, scores: np.ndarray, threshold: float) -> list[int]:
    """Non-maximum suppression as plain loops over plain numbers."""
    left = sorted(range(len(b)), key=lambda i: (-scores[i], i))
    kept = []
    while left:
        best = left.pop(0)
        kept.append(best)
        survivors = []
        for i in left:
            w = max(0.0, min(b[best][2], b[i][2]) - max(b[best][0], b[i][0]))
            h = max(0.0, min(b[best][3], b[i][3]) - max(b[best][1], b[i][1]))
            union = sum((q[2] - q[0]) * (q[3] - q[1]) for q in (b[best], b[i])) - w * h
            if w * h / union <= threshold:
                survivors.append(i)
        left = survivors
    return kept


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_nms_keeps_what_a_naive_loop_keeps(threshold):
    rng = np.random.default_rng(7)
    for n in (0, 1, 2, 40):
        b, scores = random_boxes(rng, n), rng.integers(0, 10, n) / 10  # ties on purpose
        assert nms(b, scores, threshold).tolist() == naive_nms(b, scores, threshold)


def test_nms_keeps_what_onnxruntime_keeps():
    import onnxruntime
    from onnx import TensorProto, helper

    node = helper.make_node("NonMaxSuppression", ["boxes", "scores", "most", "threshold"], ["kept"])
    inputs = [
        helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, None, 4]),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 1, None]),
        helper.make_tensor_value_info("most", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("threshold", TensorProto.FLOAT, [1]),
    ]
    output = helper.make_tensor_value_info("kept", TensorProto.INT64, [None, 3])
    graph = helper.make_graph([node], "nms", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(8)
    for threshold in (0.3, 0.5, 0.7):
        b, scores = random_boxes(rng, 150), rng.permutation(150) / 150
        feed = {
            "boxes": b[None, :, [1, 0, 3, 2]].astype(np.float32),  # onnx: y first
            "scores": scores[None, None].astype(np.float32),
            "most": np.array([1000]),
            "threshold": np.array([threshold], dtype=np.float32),
        }
        kept = session.run(None, feed)[0][:, 2]
        assert nms(b, scores, threshold).tolist() == kept.tolist()


def test_nms_is_not_transitive():
    """B is dropped by A, so C, which only B overlaps enough, stays."""
    chain = [[0, 0, 10, 10], [3, 0, 13, 10], [6, 0, 16, 10]]
    assert iou(chain[1], chain[2])[0, 0] > 0.5 > iou(chain[0], chain[2])[0, 0]
    assert nms(chain, [0.9, 0.8, 0.7], 0.5).tolist() == [0, 2]


def test_what_is_refused():
    with pytest.raises(ValueError, match="shape"):
        as_boxes(np.zeros((3, 5)))
    with pytest.raises(ValueError, match="x1 <= x2"):
        iou([10, 0, 0, 10], [0, 0, 1, 1])
    with pytest.raises(ValueError, match="above 0"):
        encode([0, 0, 10, 10], [3, 3, 3, 8])
    with pytest.raises(ValueError, match="one score a box"):
        nms([[0, 0, 1, 1]], [0.1, 0.2], 0.5)
