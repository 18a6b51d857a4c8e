"""The linear collapse demo and its exercises: the claims over seeds, exact counts, refusals."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.activations.linear_collapse import LinearCollapseParams, demo
from app.exercises.activations import affine_collapse, hyperplane_regions, sawtooth_pieces
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(LinearCollapseParams(**values)).scalars)


@pytest.mark.parametrize("depth", [1, 3, 8])
def test_xor_without_activation_ends_at_ln_2_whatever_the_depth(depth):
    for seed in range(4):
        s = scalars(depth=depth, seed=seed)
        assert s["loss"] == pytest.approx(math.log(2), abs=1e-6)
        assert s["best_line_loss"] == pytest.approx(math.log(2), abs=1e-12)
        assert s["collapse_error"] < 1e-12
        assert s["accuracy"] <= s["best_line_accuracy"] <= 0.75


def test_a_linear_net_reaches_the_convex_optimum_on_every_task():
    for task in ("xor", "circle", "moons", "spirals"):
        for seed in range(2):
            s = scalars(task=task, seed=seed)
            assert -1e-9 <= s["gap"] < 1e-3, task
            assert s["nonaffine"] < 1e-9


def test_relu_and_tanh_solve_what_no_line_can():
    for activation in ("relu", "tanh"):
        for task in ("xor", "circle", "spirals"):
            for seed in range(2):
                s = scalars(task=task, activation=activation, seed=seed)
                assert s["accuracy"] >= 0.97 > s["best_line_accuracy"] + 0.1, (activation, task)


def test_one_layer_of_squares_never_passes_the_best_conic():
    for seed in range(4):
        s = scalars(task="spirals", depth=1, width=64, steps=800, seed=seed, activation="square")
        assert -1e-9 <= s["gap"] < 0.01
        assert s["accuracy"] < 0.75
        assert scalars(task="spirals", depth=1, width=64, steps=800, seed=seed, activation="relu")["accuracy"] > 0.98


def test_random_depth_adds_no_regions():
    ratios = [scalars(tab="regions", units=32, layers="4", seed=seed)["deep_over_shallow"] for seed in range(3)]
    assert max(ratios) < 0.95
    assert scalars(tab="regions", units=4)["plane"] == 11


@pytest.mark.parametrize("times", range(1, 9))
def test_tents_double(times):
    s = scalars(tab="tent", times=times)
    assert s["pieces"] == 2**times
    assert s["deep_units"] == 2 * times
    assert s["enough_error"] < 1e-8


def test_units_that_do_not_split_are_refused_with_a_reason():
    with pytest.raises(ValidationError) as caught:
        LinearCollapseParams(units=9)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_regions_exercise():
    Layer = hyperplane_regions.Layer
    assert hyperplane_regions.answer(Layer(7, 2)) == 29
    assert hyperplane_regions.answer(Layer(5, 3)) == 1 + 5 + 10 + 10
    assert hyperplane_regions.answer(Layer(5, 2, central=True)) == 10
    assert hyperplane_regions.answer(Layer(4, 3, central=True)) == 14  # of 16 sign patterns, two never occur
    assert hyperplane_regions.answer(Layer(5, 2, parallel=5)) == 6
    for parallel in range(1, 8):
        assert hyperplane_regions.answer(Layer(7, 2, parallel=parallel)) == 29 - math.comb(parallel, 2)


def test_collapse_exercise():
    Stack = affine_collapse.Stack
    assert affine_collapse.answer(Stack(1, widths=(20, 5, 50))) == 5
    two = Stack(2, weights=(((1, 2), (3, 4)), ((2, -1),)), biases=((1, 1), (3,)))
    assert affine_collapse.answer(two) == 2 * 1 - 1 + 3
    three = Stack(3, weights=(((1, 2), (3, 4)), ((0, 1), (1, 0)), ((2, -1),)), biases=((0, 0), (0, 0), (0,)))
    assert affine_collapse.answer(three) == (np.array([[2, -1]]) @ [[0, 1], [1, 0]] @ [[1, 2], [3, 4]])[0, 0]


def test_sawtooth_exercise():
    Sawtooth = sawtooth_pieces.Sawtooth
    assert sawtooth_pieces.answer(Sawtooth(1, 5)) == 32
    assert sawtooth_pieces.answer(Sawtooth(2, 5)) == 32
    assert sawtooth_pieces.answer(Sawtooth(3, 0, 65)) == 14
    assert sawtooth_pieces.answer(Sawtooth(3, 0, 63)) == 12
