"""The hand-wired counters against torch's cells and closed forms; the GRU conventions against torch."""

import doctest
import math

import numpy as np
import pytest
import torch
from scipy import stats

from app.core import counters
from app.core.counters import (
    equal_hidden,
    gru_fine_counter,
    gru_leaky_counter,
    gru_reset_before,
    gru_swapped_update,
    leaky_state,
    letters,
    lstm_counter,
    misread,
)
from app.core.gated import gru_forward, lstm_forward
from app.core.recurrent import Weights, init_weights, parameter_count

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def torch_states(cell: torch.nn.Module, weights: Weights, x: np.ndarray) -> np.ndarray:
    cell.load_state_dict({name: torch.tensor(w) for name, w in zip(NAMES, weights, strict=True)})
    state, out = None, []
    with torch.no_grad():
        for step in torch.tensor(x):
            state = cell(step, state)
            out.append((state[1] if isinstance(state, tuple) else state).item())
    return np.array(out)


def test_doctests():
    failed, tried = doctest.testmod(counters)
    assert tried > 0
    assert failed == 0


def test_counters_run_on_torchs_cells():
    x = letters(30, 40)
    lstm = torch_states(torch.nn.LSTMCell(2, 1).double(), lstm_counter(), x)
    assert np.allclose(lstm, lstm_forward(lstm_counter(), x).cs[1:, 0, 0], atol=1e-12)
    for weights in (gru_leaky_counter(0.9), gru_fine_counter(0.9, 0.01)):
        gru = torch_states(torch.nn.GRUCell(2, 1).double(), weights, x)
        assert np.allclose(gru, gru_forward(weights, x).hs[1:, 0, 0], atol=1e-12)


def test_a_thousand_up_and_down():
    cs = lstm_forward(lstm_counter(), letters(1000, 1000)).cs[:, 0, 0]
    assert cs[1000] == pytest.approx(999.999, abs=5e-4)
    assert cs[-1] == pytest.approx(-0.0021, abs=2e-4)


@pytest.mark.parametrize(("keep", "n", "m"), [(0.9, 10, 10), (0.5, 3, 5), (0.999, 40, 7)])
def test_leaky_counter_has_its_closed_form(keep: float, n: int, m: int):
    hs = gru_forward(gru_leaky_counter(keep), letters(n, m)).hs[:, 0, 0]
    assert hs[n] == pytest.approx(1 - keep**n, abs=1e-12)
    assert hs[-1] == pytest.approx(float(leaky_state(keep, np.array(n), np.array(m))), abs=1e-12)


def test_ten_and_ten_and_the_resolution_after_fifty():
    assert float(leaky_state(0.9, np.array(10), np.array(10))) == pytest.approx(-0.42422, abs=5e-6)
    assert float(leaky_state(0.9, np.array(10), np.array(10))) == pytest.approx(-((1 - 0.9**10) ** 2), abs=1e-12)
    gap = float(np.diff(leaky_state(0.9, np.array([50, 51]), np.array(0)))[0])
    assert gap == pytest.approx(5.15e-4, abs=5e-7)


def test_fine_counter_counts_while_it_stays_small():
    hs = gru_forward(gru_fine_counter(0.9, 0.005), letters(20, 20)).hs[:, 0, 0]
    assert abs(hs[-1]) < 0.5 * 0.005
    far = gru_forward(gru_fine_counter(0.9, 0.005), letters(200, 200)).hs[:, 0, 0]
    assert abs(far[-1]) > 0.5 * 0.005  # it has lost count
    assert (np.abs(far) <= 1).all()


def test_misreading_is_a_normal_tail():
    gaps = np.array([0.0, 0.02, 0.3, 1.0])
    assert np.allclose(misread(gaps, 0.05), stats.norm.sf(gaps / 0.1), rtol=1e-12)
    assert misread(gaps, 0.0).tolist() == [0.5, 0, 0, 0]


def drawn(seed: int = 0) -> Weights:
    rng = np.random.default_rng(seed)
    return Weights(*(w + 0.5 * rng.standard_normal(w.shape) for w in init_weights("gru", 3, 4, rng)))


def test_reset_before_in_torch():
    weights, x = drawn(), np.random.default_rng(1).standard_normal((6, 5, 3))
    w_ih, w_hh, b_ih, b_hh = (torch.tensor(w) for w in weights)
    h = torch.zeros(5, 4).double()
    ours = gru_reset_before(weights, x)
    for t, step in enumerate(torch.tensor(x)):
        r, z, _ = torch.sigmoid(step @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(3, 1)
        n = torch.tanh((step @ w_ih.T + b_ih + b_hh)[:, 8:] + (r * h) @ w_hh[8:].T)
        h = z * h + (1 - z) * n
        assert np.allclose(ours[t + 1], h.numpy(), atol=1e-12)
    after = gru_forward(weights, x).hs
    assert np.abs(after - ours).max() > 0.05
    open_gate = weights._replace(w_ih=weights.w_ih.copy(), b_ih=weights.b_ih.copy(), w_hh=weights.w_hh.copy())
    open_gate.w_ih[:4], open_gate.w_hh[:4], open_gate.b_ih[:4] = 0, 0, 60  # r = 1
    assert np.allclose(gru_forward(open_gate, x).hs, gru_reset_before(open_gate, x), atol=1e-12)


def test_swapping_the_update_gate_is_a_change_of_sign():
    weights, x = drawn(), np.random.default_rng(1).standard_normal((6, 5, 3))
    swapped = gru_swapped_update(weights)
    h = np.zeros((5, 4))
    for step in x:  # Chung's form with the swapped weights
        a, u = step @ swapped.w_ih.T + swapped.b_ih, h @ swapped.w_hh.T + swapped.b_hh
        r, z = (1 / (1 + np.exp(-(a + u)[:, k * 4 : k * 4 + 4])) for k in (0, 1))
        h = (1 - z) * h + z * np.tanh(a[:, 8:] + r * u[:, 8:])
    assert np.allclose(h, gru_forward(weights, x).hs[-1], atol=1e-12)


@pytest.mark.parametrize(("d", "n"), [(128, 128), (10, 300)])
def test_equal_parameters(d: int, n: int):
    h = equal_hidden(d, parameter_count("lstm", d, n))
    assert (
        parameter_count("gru", d, math.floor(h))
        <= parameter_count("lstm", d, n)
        < parameter_count("gru", d, math.floor(h) + 1)
    )
    assert equal_hidden(d, parameter_count("gru", d, n)) == pytest.approx(n)
