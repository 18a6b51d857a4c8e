"""Training a recurrent network by hand against torch: gradients by autograd, each network alone, the tasks by hand."""

import doctest
from functools import partial

import numpy as np
import pytest
import torch

from app.core import sequence_tasks, sequence_training
from app.core.activations import identity
from app.core.gated import gru_backward, gru_forward, lstm_backward, lstm_forward
from app.core.recurrent import Weights, rnn_backward, rnn_forward
from app.core.sequence_tasks import running_count, scaled, signed_sum
from app.core.sequence_training import Model, clip_each, gradients, new_model, squared_errors, train

CELLS = {
    "rnn": (torch.nn.RNN, rnn_forward, rnn_backward),
    "lstm": (torch.nn.LSTM, lstm_forward, lstm_backward),
    "gru": (torch.nn.GRU, gru_forward, gru_backward),
}
NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def test_doctests():
    for module in (sequence_tasks, sequence_training):
        failed, tried = doctest.testmod(module)
        assert tried > 0
        assert failed == 0


def one(model: Model, s: int) -> Model:
    return Model(
        Weights(*(w[s : s + 1].copy() for w in model.weights)), model.v[s : s + 1].copy(), model.c[s : s + 1].copy()
    )


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("task", [signed_sum, running_count, scaled(running_count, 0.1)])
def test_gradients_agree_with_torch(cell: str, task):
    kind, forward, backward = CELLS[cell]
    rng = np.random.default_rng(0)
    x, y = task(rng, 6, 2, 5)
    model = new_model(cell, x.shape[-1], 4, 2, rng, 0.0)
    errors, found = gradients(model, forward, backward, x, y)
    assert np.allclose(errors, squared_errors(model, forward(model.weights, x).hs, y))
    for s in range(2):
        layer = kind(x.shape[-1], 4).double()
        layer.load_state_dict({n: torch.tensor(w[s]) for n, w in zip(NAMES, model.weights, strict=True)})
        v, c = torch.tensor(model.v[s], requires_grad=True), torch.tensor(model.c[s], requires_grad=True)
        states, _ = layer(torch.tensor(x[:, s]))
        loss = (((states[-len(y) :] @ v + c)[..., 0] - torch.tensor(y[:, s])) ** 2).mean()
        loss.backward()
        assert errors[s] == pytest.approx(loss.item(), rel=1e-12)
        reference = [*(getattr(layer, n).grad for n in NAMES), v.grad, c.grad]
        for mine, theirs in zip(found, reference, strict=True):
            assert np.allclose(mine[s], theirs.numpy(), rtol=1e-9, atol=1e-12)


def test_clipping_is_that_of_torch_for_each_network():
    rng = np.random.default_rng(0)
    many = [rng.standard_normal((3, 4, 2)) * np.array([5, 1, 0.01])[:, None, None], rng.standard_normal((3, 7))]
    many[1] *= np.array([5, 1, 0.01])[:, None]
    clipped = clip_each(many, 1.0)
    for s in range(3):
        parameters = [torch.nn.Parameter(torch.zeros(g[s].shape).double()) for g in many]
        for p, g in zip(parameters, many, strict=True):
            p.grad = torch.tensor(g[s])
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for mine, p in zip(clipped, parameters, strict=True):
            assert np.allclose(mine[s], p.grad.numpy(), rtol=2e-6)  # torch adds 1e-6 to the norm
    assert all((g == 0).all() for g in clip_each([np.zeros((2, 3))], 1.0))


def test_networks_trained_together_do_not_touch():
    """The same batches for one network alone: the same weights after training."""
    together = new_model("lstm", 1, 4, 2, np.random.default_rng(0), 1.0)
    alone = one(together, 1)
    batches = [signed_sum(np.random.default_rng(t), 5, 2, 8) for t in range(40)]
    both, single = iter(batches), iter([(x[:, 1:], y[:, 1:]) for x, y in batches])
    for model, source in ((together, both), (alone, single)):
        run = train(
            model, lstm_forward, lstm_backward, lambda *_, s=source: next(s), 5, 8, 0.02, 39, np.random.default_rng(0)
        )
        *_, _last = run
    for a, b in zip(together.weights, alone.weights, strict=True):
        assert np.allclose(a[1], b[0], atol=1e-9)


def test_training_learns_the_signed_sum():
    rng = np.random.default_rng(0)
    model = new_model("lstm", 1, 8, 3, rng, 1.0)
    errors = [state.seen for state in train(model, lstm_forward, lstm_backward, signed_sum, 6, 32, 0.03, 150, rng)]
    assert len(errors) == 151
    assert (np.array(errors[-5:]).mean(axis=0) < 0.05).all()  # answering 0 costs 4


def test_a_diverging_network_ends_in_nan_without_a_warning():
    rng = np.random.default_rng(0)
    model = new_model("rnn", 1, 4, 1, rng)
    forward = partial(rnn_forward, activation=identity)
    *_, last = train(model, forward, rnn_backward, signed_sum, 300, 4, 50.0, 30, rng)
    assert not np.isfinite(last.loss)


def test_tasks_cost_what_is_said_when_answered_blindly():
    rng = np.random.default_rng(0)
    _, y = signed_sum(rng, 20, 4, 5000)
    assert abs((y**2).mean() - 40 / 3) < 3 * (y**2).std() / np.sqrt(y.size)
    x, y = running_count(rng, 9, 2, 50)
    assert (x.sum(axis=-1) == 1).all()
    assert (y[-1] == x[..., 0].sum(axis=0) - x[..., 1].sum(axis=0)).all()
    assert (np.diff(x[..., 0], axis=0) <= 0).all()  # no a after a b
