"""The layer playground: what is lost without each layer, over seeds; shifts, sizes, fields, pictures; its exercises."""

import itertools

import numpy as np
import pytest

from app.demos.convolution import _playground_network as network
from app.demos.convolution._playground_convolve import by_fourier, kernel_of
from app.demos.convolution._playground_params import LayerPlaygroundParams
from app.demos.convolution.layer_playground import demo
from app.exercises.convolution import batch_norm_fold, conv_output_size, conv_response
from app.kit import Heatmap, Images
from app.kit.picture import packed


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(LayerPlaygroundParams(**values)).scalars)


def trained(seeds, **change):
    runs = [network.train(seed, 0.05, **{"pool": "avg", "left": True, **change}) for seed in seeds]
    return np.mean([r.seen for r in runs]), np.mean([r.unseen for r in runs])


def test_what_is_lost_without_each_layer_over_other_seeds():
    seeds = range(20, 24)
    (seen, unseen), (linear, _), (dense_seen, dense_unseen) = (
        trained(seeds), trained(seeds, activated=False), trained(seeds, head="fc"),
    )  # fmt: skip
    assert seen > 0.9
    assert unseen > 0.7
    assert linear < 0.7, "a fully connected layer makes nothing non-linear"
    assert dense_seen > 0.9
    assert dense_unseen < unseen - 0.25, "weights of unseen places have learned nothing"


def test_max_pooling_is_a_non_linearity_of_its_own():
    assert trained(range(20, 23), activated=False, pool="max")[0] > 0.85


def test_training_is_the_same_every_time():
    first, again = network.train(3, 0.05), network.train(3, 0.05)
    np.testing.assert_array_equal(first.losses, again.losses)
    assert first.losses[-10:].mean() < 0.5 * first.losses[0]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shift", range(9))
def test_only_even_shifts_fit_on_stride_two(seed: int, shift: int):
    s = scalars(tab="shift", input="noise", seed=seed, shift=shift)
    assert s["error_circular"] < 1e-12
    assert s["error_gap"] < 1e-12
    if shift % 2:
        assert s["error_max"] > 0.15
        assert 1e-3 < s["error_blur"] < s["error_max"]
    else:
        assert s["error_max"] < 1e-12


def test_zero_padding_does_no_harm_where_the_border_is_empty():
    assert scalars(tab="shift", input="digit")["error_zero"] < 1e-12
    assert scalars(tab="shift", input="noise")["error_zero"] > 0.05


def test_sobel_on_a_step_is_four_and_flipping_turns_the_sign():
    s = scalars(input="edge", padding=0)
    assert (s["largest"], s["smallest"], s["flip_difference"]) == (4, 0, 8)
    assert scalars(filter="blur")["flip_difference"] < 1e-12


@pytest.mark.parametrize("filter", ["sobel", "blur", "random"])
def test_kernels_of_every_size(filter: str):
    for k in range(1, 8):
        kernel = kernel_of(LayerPlaygroundParams(k=k, filter=filter))
        assert kernel.shape == (k, k)
        if filter == "sobel" and k > 1:
            assert kernel.sum() == 0
    assert kernel_of(LayerPlaygroundParams()).tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def test_every_window_agrees_with_fourier():
    for k, s, p, d in itertools.product((1, 4, 7), (1, 2, 3), (0, 1, 3), (1, 2, 3)):
        result = demo.final(LayerPlaygroundParams(filter="random", k=k, stride=s, padding=p, dilation=d))
        for check in result.checks:
            assert check.deviation <= check.tolerance, (k, s, p, d)
    assert by_fourier(np.eye(4), np.ones((2, 2)), 1, 0, 1).shape == (3, 3)


def test_numbers_of_parameters():
    s = scalars()
    assert s["rgb_parameters"] == 3 * 64 * 9 + 64 == 1792
    assert s["rgb_dense_parameters"] == 32 * 32 * 3 * 32 * 32 * 64 == 201_326_592
    assert scalars(tab="network")["parameters"] == 6 * 9 + 12 + 12 * 54 + 24 + 12 * 4 + 4 == 790
    assert scalars(tab="network", norm=False)["parameters"] == 772
    assert scalars(tab="network", head="fc")["head_parameters"] == 9 * 12 * 4 + 4


@pytest.mark.parametrize("pool", ["max", "avg", "stride", "none"])
def test_every_network_counts_its_arrays(pool: str):
    for head, norm in (("gap", True), ("fc", False)):
        result = demo.final(LayerPlaygroundParams(tab="network", pool=pool, head=head, norm=norm, relu=False))
        assert all(check.deviation <= check.tolerance for check in result.checks)


@pytest.mark.parametrize("seed", range(5))
def test_field_of_random_layers_spreads_like_the_theory(seed: int):
    s = scalars(tab="field", weights="random", seed=seed)
    assert s["std"] == pytest.approx(s["std_theory"], rel=0.15)
    assert s["side"] == 41


MINE = packed(np.where(np.arange(32) < 16, 0.2, 1.0)[None] * np.ones((32, 1)))


def test_a_picture_takes_the_place_of_the_input():
    result = demo.final(LayerPlaygroundParams(mine=MINE))
    view = result.views[0]
    assert isinstance(view, Heatmap)
    assert np.unique(np.asarray(view.z)).round(3).tolist() == [0.2, 1.0]
    assert result.scalars["largest"] == pytest.approx(3.2)
    assert demo.final(LayerPlaygroundParams(mine=MINE, input="noise", padding=0)).scalars["largest"] == pytest.approx(
        3.2
    )


def test_a_picture_goes_through_the_trained_network():
    wide = demo.final(LayerPlaygroundParams(tab="network", mine=MINE))
    maps = wide.views[1]
    assert isinstance(maps, Images)
    assert np.asarray(maps.images).shape == (1, 65, 98)  # two rows of three maps of 32 px, 1 px apart
    assert "softmax" in " ".join(note.zh for note in wide.notes)
    small = demo.final(LayerPlaygroundParams(tab="network", mine=MINE, head="fc")).views[1]
    assert isinstance(small, Images)
    assert np.asarray(small.images).shape == (1, 25, 38)


def test_averaging_down_keeps_the_mean():
    image = np.random.default_rng(0).random((32, 32))
    assert network._resized(image, 12).mean() == pytest.approx(image.mean())
    np.testing.assert_allclose(network._resized(image, 16), image.reshape(16, 2, 16, 2).mean(axis=(1, 3)))


SIZES = [((1, 32, 5, 1, 0, 1), 28), ((1, 227, 11, 4, 0, 1), 55), ((2, 112, 5, 2, 2, 1), 56), ((2, 30, 3, 1, 0, 2), 26)]


@pytest.mark.parametrize(("window", "side"), SIZES)
def test_output_size_exercise(window, side):
    assert conv_output_size.answer(conv_output_size.Window(*window, 2)) == side


def test_response_exercise_against_torch():
    import torch
    import torch.nn.functional as F

    rng = np.random.default_rng(0)
    for level in (1, 2, 3):
        for _ in range(20):
            p = conv_response.generate(rng, level)
            x, w = (torch.tensor(a, dtype=torch.double)[None, None] for a in (p.image, p.kernel))
            y = F.conv2d(
                x, w, torch.tensor([float(p.bias)]).double(), padding=int(level == 2), dilation=1 + (level == 3)
            )
            y = F.relu(y) if level == 3 else y
            assert conv_response.answer(p) == pytest.approx(y[0, 0, 0, 0].item())


def test_folding_exercise():
    channel = batch_norm_fold.Channel(3, 2.0, 1.0, 1.5, -0.5, 3.0, 9.0, 4.0)
    assert batch_norm_fold.folded(channel) == pytest.approx((1.0, (1 - 3) * 0.5 - 0.5))
    assert batch_norm_fold.answer(channel) == pytest.approx((2 * 4 + 1 - 3) / 3 * 1.5 - 0.5)
