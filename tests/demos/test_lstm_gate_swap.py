"""The gate swap lab and its exercises: closed forms, what each swap costs over seeds, and what is refused."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.demos.recurrent.lstm_gate_swap import LstmGateSwapParams, demo
from app.exercises.recurrent import lstm_cell_step, lstm_half_life
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(LstmGateSwapParams(**values)).scalars)


@pytest.mark.parametrize(
    ("bias", "half", "age"),
    [(0, 1.000, 2.0), (1, 2.213, 3.71828), (2, 5.461, 8.389), (3, 14.266, 21.086), (5, 103.218, 149.413)],
)  # fmt: skip
def test_forget_bias(bias: float, half: float, age: float):
    s = scalars(drive=bias, noise=0.0, length=50)
    assert s["half_life"] == pytest.approx(half, abs=5e-4)
    assert s["time_constant"] == pytest.approx(age, abs=5e-4)
    assert s["keep_sigmoid"] == pytest.approx(s["kept_exact"], rel=1e-12)
    assert s["kept_exact"] == pytest.approx((1 / (1 + math.exp(-bias))) ** 50, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_only_the_sigmoid_kind_gets_better_at_both_as_it_is_driven_harder(seed: int):
    runs = [scalars(drive=drive, seed=seed) for drive in (2.0, 4.0, 6.0)]
    for name in ("sigmoid", "hard_sigmoid"):
        keep, leak = ([s[f"{what}_{name}"] for s in runs] for what in ("keep", "leak"))
        assert keep == sorted(keep) and keep[-1] > 0.9
        assert leak == sorted(leak, reverse=True) and leak[-1] < 0.05
    assert all(s["leak_tanh"] > 3.5 for s in runs)
    assert all(s["leak_tanh_zero"] > 2.5 for s in runs)
    assert [s["keep_relu"] > 1e5 for s in runs] == [True] * 3
    assert runs[-1]["leak_tanh"] == pytest.approx(math.sqrt(20), rel=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_writes_over_two_hundred_steps(seed: int):
    s = scalars(tab="write", length=200, seed=seed)
    for name, mean, variance in (("sigmoid", 100.0, 8.68), ("tanh", 0.0, 78.86)):
        assert s[f"mean_theory_{name}"] == pytest.approx(mean, abs=1e-9)
        assert s[f"var_theory_{name}"] == pytest.approx(variance, abs=0.006)
        assert abs(s[f"mean_{name}"] - mean) < 4 * math.sqrt(variance / 2000)
        assert abs(s[f"var_{name}"] - variance) < 4 * variance * math.sqrt(2 / 2000)
        assert s[f"carried_{name}"] == pytest.approx(1, abs=1e-12)
    assert s["slope_sigmoid"] < 1e-30 < 0.03 < s["slope_tanh"]
    assert s["shown_tanh"] <= 1 < 7 < s["shown_identity"]


def test_what_the_swaps_cost_after_training():
    """Another seed than the presets'; each run holds five networks of each kind."""
    candidate = scalars(tab="train", seed=1)
    gate = scalars(tab="train", seed=2, gate="relu", candidate="tanh")
    assert 2 < candidate["ratio"] < 9
    assert candidate["fit_standard"] < 0.09
    assert gate["fit_swapped"] < 0.25 and gate["cell_least_swapped"] > 1e6
    assert candidate["cell_most_standard"] <= 80
    assert candidate["rmse4_standard"] > 10 * candidate["rmse_standard"]  # no extrapolation either


def test_the_first_result_comes_early_and_the_standard_cell_is_its_own_twin():
    results = list(demo.results(LstmGateSwapParams(tab="train", candidate="tanh", updates=100)))
    assert len(results) == 10
    assert results[-1].scalars["ratio"] == pytest.approx(1, abs=1e-12)


def test_too_much_training_is_refused():
    for alone in ({"updates": 400}, {"train_length": 30}, {"hidden": 24}):
        LstmGateSwapParams(tab="train", **alone)
    with pytest.raises(ValidationError) as caught:
        LstmGateSwapParams(tab="train", updates=400, train_length=30, hidden=24)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_cell_step_exercise_is_torchs_lstm_cell():
    for level in (2, 3):
        u = lstm_cell_step.generate(np.random.default_rng(level), level)
        cell = torch.nn.LSTMCell(1, 1).double()
        zero = torch.zeros(4, 1).double()
        bias = torch.tensor([u.i, u.f, u.g, u.o], dtype=torch.float64)
        cell.load_state_dict(
            {"weight_ih": zero, "weight_hh": zero, "bias_ih": bias, "bias_hh": torch.zeros(4).double()}
        )
        h, c = cell(
            torch.zeros(1, 1).double(), (torch.zeros(1, 1).double(), torch.tensor([[u.c]], dtype=torch.float64))
        )
        assert lstm_cell_step.answer(u) == pytest.approx((h if level == 3 else c).item(), abs=1e-12)
    assert lstm_cell_step.answer(lstm_cell_step.Unit(1, 0.5, 0.9, -0.4, 0.3, 2.0)) == pytest.approx(1.6)


def test_half_life_exercise():
    Memory = lstm_half_life.Memory
    assert lstm_half_life.answer(Memory(1, 2.0, 0)) == pytest.approx(5.461, abs=5e-4)
    assert lstm_half_life.answer(Memory(2, 3.0, 50)) == pytest.approx(0.0881, abs=5e-5)
    bias = lstm_half_life.answer(Memory(3, 0.0, 20))
    assert lstm_half_life.answer(Memory(1, bias, 0)) == pytest.approx(20, rel=1e-12)
