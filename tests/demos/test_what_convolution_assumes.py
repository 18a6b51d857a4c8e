"""What convolution assumes, over seeds: the comb, the field, what sharing saves; the ground truth and the exercises."""

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.architectures.vgg import vgg
from app.core.layer_table import conv, fc, receptive_field, trace
from app.demos.convolution._assumes_field import coarse
from app.demos.convolution._assumes_shift import MOVES, drawn, symmetry_error
from app.demos.convolution.what_convolution_assumes import WhatConvolutionAssumesParams, demo
from app.exercises.convolution import effective_spread, pooled_shift
from app.kit import Result


def result(**values) -> Result:
    return demo.final(WhatConvolutionAssumesParams(**values))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("stride", ["1", "2", "4"])
def test_only_multiples_of_the_stride_are_exact(seed: int, stride: str):
    for by in (1, 2, 4):
        r = result(stride=stride, shift=by, seed=seed, input="noise", depth=3)
        assert (r.scalars["high"] < 1e-9) == (by % int(stride) == 0)
        assert r.scalars["zero_shifts"] == 8 // int(stride)
        assert all(c.deviation <= c.tolerance for c in r.checks)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_blurring_shortens_the_teeth_and_gap_hides_most_of_them(seed: int):
    s = result(seed=seed, input="noise").scalars
    assert s["error_blur"] < s["error_max"] < s["error_none"]
    assert 0 < s["gap"] < s["error"] / 4


@pytest.mark.parametrize("seed", [1, 2])
def test_zero_padding_errs_near_border_and_seam_only(seed: int):
    s = result(padding="zero", stride="1", input="noise", seed=seed).scalars
    assert s["columns_exact"] == (32 - 4 - (4 + 1)) / 32  # 4 columns on the right, 4 on the left and the one moved in
    assert s["error"] > 0.1
    assert result(padding="zero", stride="1", input="digit", depth=2, seed=seed).scalars["error"] < 1e-12


@pytest.mark.parametrize("move", MOVES)
def test_turns_and_mirrors_are_lost_unless_the_kernels_have_the_symmetry(move: str):
    drawings = [drawn(WhatConvolutionAssumesParams(seed=5), number) for number in range(3)]
    assert symmetry_error(drawings, True, MOVES[move]) > 0.2
    turned = [(x, [sum(np.rot90(k, n, axes=(2, 3)) for n in range(4)) for k in kernels]) for x, kernels in drawings]
    even = [(x, [k + k[..., ::-1] for k in kernels]) for x, kernels in turned]
    assert symmetry_error(even, True, MOVES["mirror"]) < 1e-12
    assert symmetry_error(turned, False, MOVES["turn"]) < 1e-12


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_fields_spread_as_the_root_of_depth(seed: int):
    s = result(tab="field", weights="random", seed=seed).scalars
    assert s["std"] == pytest.approx(s["std_theory"], rel=0.15)
    assert s["std_low"] <= s["std"] * 1.1 and s["std_high"] >= s["std"] * 0.9
    assert result(tab="field", weights="random", relu=False, seed=seed).scalars["std"] == pytest.approx(
        3.6515, rel=0.15
    )


def test_field_numbers():
    s = result(tab="field", layers=40).scalars
    assert (s["side"], s["std"]) == (81, pytest.approx(np.sqrt(80 / 3), abs=1e-9))
    assert s["width"] == pytest.approx(20.656, abs=1e-3)
    large = result(tab="field", layers=40, k="7", halvings="2")
    assert large.scalars["side"] == 1 + 6 + 12 + 38 * 24
    assert all(c.deviation <= c.tolerance for c in large.checks)
    with pytest.raises(ValidationError):
        WhatConvolutionAssumesParams(tab="field", weights="random", k="7", layers=21)


@pytest.mark.parametrize("side", [1, 41, 121, 123, 241, 931])
def test_coarse_field_keeps_all_influence_and_its_centre(side: int):
    field = np.zeros((side, side))
    field[side // 2, side // 2] = 1
    shown, _ = coarse(field)
    assert shown.sum() == shown[len(shown) // 2, len(shown) // 2] == 1
    assert len(shown) <= 123 and len(shown) % 2 == 1
    assert coarse(np.ones((side, side)))[0].sum() == side**2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sharing_saves_data_and_costs_where_places_differ(seed: int):
    s = result(tab="sharing", seed=seed).scalars
    assert s["high_shared"] < s["low_local"] / 20 and s["high_local"] < s["low_dense"] / 2
    assert s["shift_shared"] == 0 < s["shift_local"] < s["shift_dense"]
    s = result(tab="sharing", drift=0.5, pictures=200, seed=seed).scalars
    assert s["low_shared"] > 10 * s["high_local"]
    assert result(tab="sharing", drift=0.5, pictures=6, seed=seed).scalars["shared_over_local"] < 0.5


def test_counts():
    s = result(tab="sharing").scalars
    assert s["params_point"] == 3 * 64 + 64
    assert s["params_shared"] == 1792 and s["params_local"] == 1792 * 224**2
    assert s["weights_local"] == 86_704_128 and s["unshared_times"] == 224**2
    assert s["params_dense"] == 224**2 * 3 * 224**2 * 64 + 224**2 * 64
    lenet = [conv("c1", 6, 5), conv("c3", 16, 5), conv("c5", 120, 5), fc("f6", 84), fc("out", 10)]
    sizes = [(1, 32, 32), (6, 14, 14), (16, 5, 5), (120, 1, 1), (84, 1, 1)]
    counted = [trace([layer], size)[-1].parameters for layer, size in zip(lenet, sizes, strict=True)]
    assert counted == [156, 2416, 48120, 10164, 850] and sum(counted) == 61706
    assert trace([conv("conv1", 96, 11, 4)], (3, 227, 227))[-1].parameters == 34944


def test_vgg_field():
    rows = {row.layer.name: row for row in trace(vgg(16), (3, 224, 224))}
    last = rows["conv5_3"]
    assert (last.x.size, last.x.jump) == (196, 16)
    stack = [(3, 1, 1)] * 2 + [(2, 2, 0)] + [(3, 1, 1)] * 2 + [(2, 2, 0)] + ([(3, 1, 1)] * 3 + [(2, 2, 0)]) * 2
    assert receptive_field(stack + [(3, 1, 1)] * 3).size == 196


def test_toy_signal_of_the_blur_pool():
    toy = (0, 0, 1, 1, 0, 0, 1, 1)
    assert pooled_shift.pooled(toy, False, False).tolist() == [0, 1, 0, 1]
    assert pooled_shift.pooled(toy, True, False).tolist() == [1, 1, 1, 1]
    assert pooled_shift.pooled(toy, False, True).tolist() == [0.5, 1, 0.5, 1]
    assert pooled_shift.pooled(toy, True, True).tolist() == [0.75, 0.75, 0.75, 0.75]


def test_exercises_by_hand():
    signal = pooled_shift.Signal(3, (1, 5, 3, 2, 1, 1, 4, 3), 1)
    assert pooled_shift.answer(signal) == 4.5
    assert effective_spread.answer(effective_spread.Stack(1, ((5, 1),) * 40)) == pytest.approx(80**0.5)
    assert effective_spread.answer(effective_spread.Stack(2, ((3, 1),), 51)) == 976
    strided = effective_spread.Stack(3, ((3, 2),) + ((3, 1),) * 7)
    assert effective_spread.answer(strided) == pytest.approx((2 / 3 + 7 * 4 * 2 / 3) ** 0.5)


def test_without_noise_enough_pictures_leave_no_error():
    s = result(tab="sharing", noise=0, pictures=200).scalars
    assert max(s["shared"], s["local"], s["dense"]) < 1e-20
