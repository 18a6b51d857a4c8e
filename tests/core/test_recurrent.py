"""The hand-written cells against torch: forward against its RNN, LSTM and GRU, backward against autograd."""

import doctest
import math

import numpy as np
import pytest
import torch

from app.core import gated, recurrent
from app.core.activations import ACTIVATIONS, identity, relu, tanh
from app.core.gated import gru_backward, gru_forward, lstm_backward, lstm_forward
from app.core.recurrent import (
    BLOCKS,
    Weights,
    at_last,
    init_weights,
    multiply_adds,
    norms_by_step,
    parameter_count,
    rnn_backward,
    rnn_forward,
)

T, B, D, N = 7, 5, 3, 4
FORWARD = {"rnn": rnn_forward, "lstm": lstm_forward, "gru": gru_forward}
BACKWARD = {"rnn": rnn_backward, "lstm": lstm_backward, "gru": gru_backward}


def drawn(cell: str, seed: int = 0) -> Weights:
    """Weights with every bias different from 0."""
    rng = np.random.default_rng(seed)
    return Weights(*(w + 0.3 * rng.standard_normal(w.shape) for w in init_weights(cell, D, N, rng)))


def inputs(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((T, B, D))


def layer(kind: type[torch.nn.Module], weights: Weights, **options) -> torch.nn.Module:
    twin = kind(D, N, **options).double()
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    twin.load_state_dict({name: torch.tensor(w) for name, w in zip(names, weights, strict=True)})
    return twin


def torch_states(cell, weights, x, phi=torch.tanh, gate=torch.sigmoid, candidate=torch.tanh, output=torch.tanh):
    """The same equations in torch, step by step, so that autograd keeps ∂L/∂h_t."""
    h, c = torch.zeros(B, N).double().requires_grad_(), torch.zeros(B, N).double().requires_grad_()
    hs, cs = [h], [c]
    w_ih, w_hh, b_ih, b_hh = weights
    for x_t in x:
        a, u = x_t @ w_ih.T + b_ih, h @ w_hh.T + b_hh
        if cell == "rnn":
            h = phi(a + u)
        elif cell == "lstm":
            i, f, g, o = (a + u).chunk(4, 1)
            c = gate(f) * c + gate(i) * candidate(g)
            c.retain_grad()
            h = gate(o) * output(c)
        else:
            (ar, az, an), (ur, uz, un) = a.chunk(3, 1), u.chunk(3, 1)
            z = gate(az + uz)
            h = z * h + (1 - z) * candidate(an + gate(ar + ur) * un)
        h.retain_grad()
        hs.append(h)
        cs.append(c)
    return hs, cs


def twins(weights: Weights) -> list[torch.Tensor]:
    return [torch.tensor(w, requires_grad=True) for w in weights]


def test_doctests():
    for module in (recurrent, gated):
        failed, tried = doctest.testmod(module)
        assert tried > 0
        assert failed == 0


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_simple_rnn_is_torch_rnn(name: str):
    weights, x = drawn("rnn"), inputs()
    states, last = layer(torch.nn.RNN, weights, nonlinearity=name)(torch.tensor(x))
    trace = rnn_forward(weights, x, activation=ACTIVATIONS[name])
    assert np.allclose(trace.hs[1:], states.detach().numpy(), atol=1e-13)
    assert np.allclose(trace.hs[-1], last[0].detach().numpy(), atol=1e-13)


def test_lstm_is_torch_lstm_and_lstm_cell():
    weights, x = drawn("lstm"), inputs()
    rng = np.random.default_rng(2)
    h0, c0 = rng.standard_normal((2, B, N))
    trace = lstm_forward(weights, x, (h0, c0))
    states, (_, last_c) = layer(torch.nn.LSTM, weights)(
        torch.tensor(x), (torch.tensor(h0)[None], torch.tensor(c0)[None])
    )
    assert np.allclose(trace.hs[1:], states.detach().numpy(), atol=1e-13)
    assert np.allclose(trace.cs[-1], last_c[0].detach().numpy(), atol=1e-13)
    cell = torch.nn.LSTMCell(D, N).double()
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    cell.load_state_dict({name: torch.tensor(w) for name, w in zip(names, weights, strict=True)})
    h, c = cell(torch.tensor(x[0]), (torch.tensor(h0), torch.tensor(c0)))
    assert np.allclose(trace.hs[1], h.detach().numpy(), atol=1e-13)
    assert np.allclose(trace.cs[1], c.detach().numpy(), atol=1e-13)


def test_gru_is_torch_gru_and_gru_cell():
    weights, x = drawn("gru"), inputs()
    h0 = np.random.default_rng(2).standard_normal((B, N))
    trace = gru_forward(weights, x, h0)
    states, _ = layer(torch.nn.GRU, weights)(torch.tensor(x), torch.tensor(h0)[None])
    assert np.allclose(trace.hs[1:], states.detach().numpy(), atol=1e-13)
    cell = torch.nn.GRUCell(D, N).double()
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    cell.load_state_dict({name: torch.tensor(w) for name, w in zip(names, weights, strict=True)})
    assert np.allclose(trace.hs[1], cell(torch.tensor(x[0]), torch.tensor(h0)).detach().numpy(), atol=1e-13)


def test_resetting_before_the_product_is_another_function():
    """Cho et al. (2014) with the same weights: the difference is far above rounding, so weights do not carry over."""
    weights, x = drawn("gru"), inputs()
    h0 = np.random.default_rng(2).standard_normal((B, N))
    after = gru_forward(weights, x[:1], h0)
    r, z, _ = gated.blocks(after.gates[0], 3)
    a, w_hn = x[0] @ weights.w_ih.T + weights.b_ih, weights.w_hh[2 * N :]
    before = np.tanh(a[:, 2 * N :] + (r * h0) @ w_hn.T + weights.b_hh[2 * N :])
    assert np.abs(z * h0 + (1 - z) * before - after.hs[1]).max() > 0.01


CASES = [
    ("rnn", {"activation": "identity"}, {"phi": lambda z: z}),
    ("rnn", {"activation": "tanh"}, {}),
    ("rnn", {"activation": "relu"}, {"phi": torch.relu}),
    ("lstm", {}, {}),
    ("lstm", {"gate": "tanh"}, {"gate": torch.tanh}),
    ("lstm", {"gate": "relu"}, {"gate": torch.relu}),
    ("lstm", {"candidate": "sigmoid"}, {"candidate": torch.sigmoid}),
    ("lstm", {"candidate": "relu", "output": "identity"}, {"candidate": torch.relu, "output": lambda c: c}),
    ("lstm", {"output": "sigmoid"}, {"output": torch.sigmoid}),
    ("gru", {}, {}),
    ("gru", {"gate": "tanh", "candidate": "relu"}, {"gate": torch.tanh, "candidate": torch.relu}),
]


@pytest.mark.parametrize(("cell", "ours", "theirs"), CASES)
@pytest.mark.parametrize("every_step", [True, False])
def test_gradients_agree_with_autograd(cell: str, ours: dict, theirs: dict, every_step: bool):
    weights, x = drawn(cell), inputs()
    rng = np.random.default_rng(3)
    d_hs = rng.standard_normal((T, B, N)) if every_step else at_last(T, rng.standard_normal((B, N)))
    trace = FORWARD[cell](weights, x, **{role: ACTIVATIONS[name] for role, name in ours.items()})
    gradients = BACKWARD[cell](weights, trace, d_hs)

    leaves, x_leaf = twins(weights), torch.tensor(x, requires_grad=True)
    hs, cs = torch_states(cell, leaves, x_leaf, **theirs)
    (torch.stack(hs[1:]) * torch.tensor(d_hs)).sum().backward()
    for mine, leaf in zip(gradients.weights, leaves, strict=True):
        assert mine.shape == leaf.shape
        assert np.allclose(mine, leaf.grad.numpy(), rtol=1e-9, atol=1e-12)
    assert np.allclose(gradients.x, x_leaf.grad.numpy(), rtol=1e-9, atol=1e-12)
    autograd = torch.stack([h.grad for h in hs]).numpy()
    assert np.allclose(gradients.hs, autograd, rtol=1e-9, atol=1e-12)
    assert np.allclose(norms_by_step(gradients.hs), np.linalg.norm(autograd.reshape(T + 1, -1), axis=1))
    if cell == "lstm":
        assert np.allclose(gradients.cs, torch.stack([c.grad for c in cs]).numpy(), rtol=1e-9, atol=1e-12)
    else:
        assert gradients.cs is None


@pytest.mark.parametrize("cell", BLOCKS)
def test_several_networks_at_once_are_the_same_networks(cell: str):
    rng = np.random.default_rng(0)
    many = init_weights(cell, D, N, rng, networks=3)
    x, d_hs = rng.standard_normal((T, 3, B, D)), rng.standard_normal((T, 3, B, N))
    trace = FORWARD[cell](many, x)
    gradients = BACKWARD[cell](many, trace, d_hs)
    for s in range(3):
        one = Weights(*(w[s] for w in many))
        alone = FORWARD[cell](one, x[:, s])
        back = BACKWARD[cell](one, alone, d_hs[:, s])
        assert np.allclose(trace.hs[:, s], alone.hs, atol=1e-14)
        assert np.allclose(gradients.hs[:, s], back.hs, atol=1e-13)
        for together, separate in zip(gradients.weights, back.weights, strict=True):
            assert np.allclose(together[s], separate, atol=1e-12)


def test_linear_orthogonal_rnn_scales_the_gradient_by_the_power_of_rho():
    q = np.linalg.qr(np.random.default_rng(0).standard_normal((N, N)))[0]
    for rho in (0.9, 1.0, 1.1):
        weights = Weights(np.zeros((N, D)), rho * q, np.zeros(N), np.zeros(N))
        trace = rnn_forward(weights, np.zeros((50, B, D)), activation=identity)
        norms = norms_by_step(rnn_backward(weights, trace, at_last(50, np.ones((B, N)))).hs)
        assert norms[0] / norms[-1] == pytest.approx(rho**50, rel=1e-12)


def test_biases_of_the_memory_gates():
    rng = np.random.default_rng(0)
    lstm, gru = init_weights("lstm", D, N, rng, 2.0), init_weights("gru", D, N, rng, -1.0)
    keep_c = lstm_forward(Weights(*(0 * w if w.ndim == 2 else w for w in lstm)), np.zeros((1, B, D))).gates[0]
    keep_h = gru_forward(Weights(*(0 * w if w.ndim == 2 else w for w in gru)), np.zeros((1, B, D))).gates[0]
    half = 1 / 2
    assert np.allclose(keep_c[:, : 2 * N], np.repeat([half, 1 / (1 + math.exp(-2))], N))
    assert np.allclose(keep_h[:, : 2 * N], np.repeat([half, 1 / (1 + math.exp(1))], N))


def test_what_is_refused():
    with pytest.raises(ValueError, match="unknown cell"):
        init_weights("mgu", D, N, np.random.default_rng(0))
    with pytest.raises(ValueError, match="no gate"):
        init_weights("rnn", D, N, np.random.default_rng(0), memory_bias=1.0)


def test_initial_weights_are_within_torchs_bound_and_fill_it():
    for cell in BLOCKS:
        w = init_weights(cell, 40, 100, np.random.default_rng(0))
        for matrix in (w.w_ih, w.w_hh):
            assert 0.099 < np.abs(matrix).max() <= 0.1
            assert matrix.std() == pytest.approx(0.1 / math.sqrt(3), rel=0.03)


@pytest.mark.parametrize("cell", BLOCKS)
@pytest.mark.parametrize(("d", "n"), [(128, 128), (100, 200), (1, 1)])
def test_parameter_counts_are_those_of_torch(cell: str, d: int, n: int):
    module = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](d, n)
    assert parameter_count(cell, d, n) == sum(p.numel() for p in module.parameters())


def test_published_counts():
    assert parameter_count("lstm", 128, 128) == 132_096
    assert parameter_count("gru", 128, 128) == 99_072
    assert parameter_count("rnn", 128, 128) == 33_024
    assert parameter_count("lstm", 128, 128, biases=1) == 131_584
    assert (parameter_count("lstm", 100, 200), parameter_count("gru", 100, 200)) == (241_600, 181_200)
    assert multiply_adds("rnn", 128, 128) == 32_768


def test_overflow_gives_inf_or_nan():
    weights = Weights(*(100 * np.abs(w) for w in drawn("lstm")))
    with np.errstate(over="ignore", invalid="ignore"):
        trace = lstm_forward(weights, np.ones((400, B, D)), gate=relu, candidate=tanh, output=identity)
    assert not np.isfinite(trace.cs[-1]).all()
