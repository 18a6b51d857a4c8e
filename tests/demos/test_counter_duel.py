"""The counter duel and its exercises: closed forms, published counts, what training does over seeds, refusals."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.demos.recurrent.counter_duel import CounterDuelParams, demo
from app.exercises.recurrent import gru_step, recurrent_parameters
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(CounterDuelParams(**values)).scalars)


@pytest.mark.parametrize(
    ("a", "b", "keep"), [(10, 10, 0.9), (3, 0, 0.5), (40, 25, 0.97), (1000, 1000, 0.5), (1, 0, 0.999)]
)
def test_the_lstm_counts_and_the_gru_has_its_closed_form(a: int, b: int, keep: float):
    s = scalars(a=a, b=b, keep=keep)
    assert s["lstm_end"] == pytest.approx(a - b, abs=0.003)
    assert s["gru_end"] == pytest.approx(keep**b * (2 - keep**a) - 1, abs=1e-9)
    assert s["gru_peak"] == pytest.approx(1 - keep**a, abs=1e-9)
    assert s["gap_gru"] == pytest.approx(keep**a * (2 - keep**a) * (1 - keep), abs=1e-12)
    assert s["gap_lstm"] == pytest.approx(math.tanh(1), abs=0.002)
    assert all(math.isfinite(value) for value in s.values())


def test_the_numbers_of_the_card():
    s = scalars()
    assert s["gru_end"] == pytest.approx(-0.42422, abs=5e-6)
    twin = 0.9 ** s["twin_b"] * (2 - 0.9**20) - 1  # 20 a's and that many b's
    assert twin == pytest.approx(s["gru_end"], abs=1e-12)
    far = scalars(a=1000, b=1000)
    assert far["lstm_peak"] == pytest.approx(999.999, abs=5e-4)
    assert far["lstm_end"] == pytest.approx(-0.0021, abs=2e-4)
    assert scalars(keep=0.999)["half_life"] == pytest.approx(692.8, abs=0.05)


def test_a_gru_with_small_steps_counts_until_noise_or_numbers_are_large():
    for a in (5, 20):
        s = scalars(a=a, b=a, noise=0.0)
        assert s["fine_lost"] < 0.5 and s["misread_fine"] == 0
    assert scalars(a=20, b=20)["misread_fine"] > 0.4
    assert scalars(a=500, b=500, noise=0.0)["fine_lost"] > 0.5
    assert scalars(a=500, b=500)["misread_lstm"] < 1e-10


@pytest.mark.parametrize(("d", "n"), [(128, 128), (100, 200), (1, 512)])
def test_counts_are_torchs(d: int, n: int):
    s = scalars(tab="structure", inputs=d, units=n)
    for cell, kind in (("rnn", torch.nn.RNN), ("gru", torch.nn.GRU), ("lstm", torch.nn.LSTM)):
        assert s[f"parameters_{cell}"] == sum(p.numel() for p in kind(d, n).parameters())
    assert s["ratio"] == 0.75
    assert s["one_bias_lstm"] == s["parameters_lstm"] - 4 * n


@pytest.mark.parametrize("seed", range(3))
def test_weights_of_one_convention_are_wrong_in_the_other(seed: int):
    s = scalars(tab="structure", seed=seed)
    assert s["drift_reset"] > 0.05
    assert s["drift_update"] > 0.5


def test_training_fits_and_does_not_extrapolate():
    """Another seed than the preset's; each run holds five networks of each kind."""
    results = list(demo.results(CounterDuelParams(tab="train", seed=1)))
    assert len(results) == 6
    s = results[-1].scalars
    for name in ("lstm", "gru", "open"):
        assert s[f"exact_{name}_1"] > 0.7
        assert s[f"exact_{name}_4"] < 0.3
    assert max(s["ceiling_lstm"], s["ceiling_gru"]) < s["asked"] == 64
    assert abs(s["answer_lstm"]) <= s["ceiling_lstm"]
    assert s["rmse_lstm"] < results[0].scalars["rmse_lstm"] / 4


def test_too_much_training_is_refused():
    for alone in ({"updates": 400}, {"train_length": 24}, {"hidden": 16}):
        CounterDuelParams(tab="train", **alone)
    with pytest.raises(ValidationError) as caught:
        CounterDuelParams(tab="train", updates=400, train_length=24, hidden=16)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_parameter_exercise_is_torchs_count():
    for level in (1, 3):
        for seed in range(12):
            p = recurrent_parameters.generate(np.random.default_rng(seed), level)
            kind = torch.nn.LSTM if p.cell == "lstm" else torch.nn.GRU
            layers = 2 if level == 3 and not p.bidirectional else 1
            module = kind(p.d, p.n, num_layers=layers, bidirectional=p.bidirectional)
            assert recurrent_parameters.answer(p) == sum(w.numel() for w in module.parameters())
    keras = recurrent_parameters.Layers(2, "lstm", 128, 128, 1, False)
    assert recurrent_parameters.answer(keras) == 131_584


def test_gru_step_exercise_is_torchs_gru_cell():
    for seed in range(5):
        p = gru_step.generate(np.random.default_rng(seed), 2)
        cell = torch.nn.GRUCell(1, 1).double()
        values = ([[0.0]] * 3, [[0.0]] * 3, [p.r, p.z, p.n], [0.0, 0.0, p.u])
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        cell.load_state_dict({n: torch.tensor(v, dtype=torch.float64) for n, v in zip(names, values, strict=True)})
        h = cell(torch.zeros(1, 1).double(), torch.tensor([[p.h]], dtype=torch.float64))
        assert gru_step.answer(p) == pytest.approx(h.item(), abs=1e-12)
    assert gru_step.answer(gru_step.Step(1, 0.9, -0.5, 0.3)) == pytest.approx(0.22)
    assert gru_step.answer(gru_step.Step(3, 0.9, 0, 0, a=10, b=10)) == pytest.approx(-0.42422, abs=5e-6)
