"""The tab that sends a gradient back through T steps of a random recurrent net: five nets, a theory, and a clip."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from app.core.activations import Activation, Array, identity, relu, tanh
from app.core.gated import gru_forward, lstm_forward
from app.core.gradient_through_time import (
    Journey,
    journey,
    mean_field_rate,
    power_norms,
    recurrent_matrix,
    spectral_radius,
)
from app.core.recurrent import Weights, init_weights, rnn_forward
from app.core.signal_propagation import clip_by_global_norm, per_layer_rate
from app.demos.recurrent._time_views import Setting, Sweep, norm_view, notes, power_view, promise_table, sweep_view
from app.kit import Check, Result, text

NETS, BATCH, TAIL = 5, 4, 5
PHI: Mapping[str, Activation] = {"linear": identity, "tanh": tanh, "relu": relu}
RADII = np.round(np.linspace(0.5, 2, 16), 2)
BIASES = np.arange(-2.0, 7.0)


class Draw(NamedTuple):
    """What is random: inputs, the direction in which the loss reads the last state, and the weights."""

    x: Array
    read: Array
    weights: Weights


def draw(s: Setting, nets: int = NETS) -> Draw:
    """Independent nets; with another radius, bias or scale the same draw is only rescaled."""
    rng = np.random.default_rng(s.seed)
    x = s.scale * rng.standard_normal((s.steps, NETS, BATCH, s.units))
    read = rng.standard_normal((NETS, BATCH, s.units))
    if s.simple:
        weights = init_weights("rnn", s.units, s.units, rng, networks=NETS)
        w_ih = rng.standard_normal(weights.w_ih.shape) / math.sqrt(s.units)
        w_hh = np.stack([recurrent_matrix(s.matrix, s.units, s.radius, rng) for _ in range(NETS)])
        weights = weights._replace(w_ih=w_ih, w_hh=w_hh)
    else:
        weights = init_weights(s.cell, s.units, s.units, rng, memory_bias=s.bias, networks=NETS)
    return Draw(x[:, :nets], read[:nets], Weights(*(w[:nets] for w in weights)))


def back(s: Setting, drawn: Draw) -> Journey:
    with np.errstate(over="ignore", invalid="ignore"):
        return journey("rnn" if s.simple else s.cell, drawn.weights, drawn.x, drawn.read, PHI.get(s.cell, tanh))


def tail_gap(s: Setting, drawn: Draw, trip: Journey) -> float:
    """The gradient that arrives TAIL steps before the end, against a finite difference of the loss (worst net)."""
    k = min(TAIL, s.steps)
    g = trip.arriving[-1 - k]
    size = trip.norms[-1 - k]
    state = trip.states[-1][-1 - k]
    h = 1e-6 * np.maximum(1.0, np.sqrt(np.mean(state**2, axis=(-2, -1))))
    losses = []
    for sign in (1, -1):
        moved = state + (sign * h / np.where(size > 0, size, 1))[:, None, None] * g
        if s.cell == "lstm":  # h_t = o ⊙ tanh(c_t) moves with c_t
            shown = trip.states[0][-1 - k] * np.tanh(moved) / np.where(state == 0, 1, np.tanh(state))
            last = lstm_forward(drawn.weights, drawn.x[-k:], (shown, moved)).hs[-1]
        elif s.cell == "gru":
            last = gru_forward(drawn.weights, drawn.x[-k:], moved).hs[-1]
        else:
            last = rnn_forward(drawn.weights, drawn.x[-k:], moved, PHI[s.cell]).hs[-1]
        losses.append((last * drawn.read).sum(axis=(-2, -1)))
    return float(np.abs((losses[0] - losses[1]) / (2 * h) / np.where(size > 0, size, 1) - (size > 0)).max())


def linear_gap(drawn: Draw, trip: Journey) -> float:
    """∂L/∂h_t of a linear net against read · W^(T - t), relative, at four t (worst net)."""
    steps, worst = len(drawn.x), 0.0
    for t in {0, steps // 4, steps // 2, steps - 1}:
        powers = np.linalg.matrix_power(drawn.weights.w_hh, steps - t)
        exact = np.sqrt(((drawn.read @ powers) ** 2).sum(axis=(-2, -1)))
        worst = max(worst, float(np.abs(trip.norms[t] / exact - 1).max()))
    return worst


def rates(norms: Array) -> Array:
    """The factor per step back of every net, over the last nine tenths of the way; NaN where nothing is left."""
    kept = norms[len(norms) // 10 :][::-1]
    return np.array([
        per_layer_rate(net) if (net > 0).all() and np.isfinite(net).all() else np.nan for net in kept.T
    ])  # fmt: skip


def predicted(s: Setting) -> float:
    """The factor per step that theory gives: of the gate alone for gated cells; NaN where there is no theory."""
    if not s.simple:
        return 1 / (1 + math.exp(-s.bias))
    if s.cell == "linear":
        return s.radius if s.matrix in ("orthogonal", "identity") else math.nan
    if s.matrix in ("identity", "shear") or s.scale == 0:
        return math.nan
    return mean_field_rate(PHI[s.cell], s.radius, s.scale)[0]  # Gaussian: ρ → σ_w as n grows


def sweep(s: Setting) -> Sweep:
    """Other values of the knob that matters, two nets each."""
    values, found, theory = RADII if s.simple else BIASES, [], []
    for value in values:
        setting = s._replace(radius=float(value)) if s.simple else s._replace(bias=float(value))
        norms = back(setting, draw(setting, nets=2)).norms
        found.append(norms[0] / norms[-1])
        theory.append(predicted(setting) ** s.steps)
    return Sweep(values, np.min(found, axis=1), np.max(found, axis=1), np.array(theory))


def time_tab(s: Setting) -> Result:
    drawn = draw(s)
    trip = back(s, drawn)
    ratio = trip.norms[0] / trip.norms[-1]
    half = s.steps // 2
    squared = trip.inputs**2
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        share = np.sqrt(squared[:half].sum(axis=0) / squared.sum(axis=0))
        parts = [np.sqrt(squared[:half].sum(axis=0)), np.sqrt(squared[half:].sum(axis=0))]
        clipped = [clip_by_global_norm([early, late], 1.0)[0] for early, late in zip(*parts, strict=True)]
        after = np.array([float(early / np.hypot(early, late)) for early, late in clipped])
    rate, theory = rates(trip.norms), predicted(s)
    scalars: dict[str, float] = {
        "ratio": float(np.median(ratio)), "ratio_min": float(ratio.min()), "ratio_max": float(ratio.max()),
        "rate": float(np.median(rate)), "early_share": float(np.median(share)),
        "early_share_clipped": float(np.median(after)),
        "peak": float(np.median(trip.norms.max(axis=0) / trip.norms[-1])),
    }  # fmt: skip
    if math.isfinite(theory):
        scalars["rate_theory"] = theory
    views: list[Any] = [norm_view(s, trip, scalars)]
    if s.simple:
        w = drawn.weights.w_hh[0]
        powers = power_norms(w, s.steps)
        scalars |= {
            "spectral_radius": spectral_radius(w), "largest_singular": float(np.linalg.norm(w, 2)),
            "power_peak": float(powers.max()), "power_end": float(powers[-1]),
            "power_peak_at": float(powers.argmax()) if powers.max() > 1 + 1e-9 else 0.0,
        }  # fmt: skip
        views += [sweep_view(s, sweep(s)), power_view(s, powers, scalars), promise_table(s, scalars)]
    else:
        assert trip.path is not None
        scalars |= {"direct": theory**s.steps, "path": float(np.median(trip.path[0]))}
        views.append(sweep_view(s, sweep(s)))
    checks = [
        Check(text(zh=f"最后 {TAIL} 步的梯度，与有限差分", en=f"Last {TAIL} steps, against finite differences"),
              tail_gap(s, drawn, trip), 1e-5),
    ]  # fmt: skip
    if (share > 0).all():
        what = text(zh="裁剪前后，前一半所占的份额", en="Share of the first half, before and after the clip")
        checks.append(Check(what, float(np.abs(after / share - 1).max()), 1e-9))
    if s.cell == "linear":
        checks.append(Check(text(zh="线性网络：与矩阵的幂（相对）", en="Linear net: against powers of W (relative)"),
                            linear_gap(drawn, trip), 1e-9))  # fmt: skip
    elif s.simple and math.isfinite(theory) and math.isfinite(scalars["rate"]):
        finite = {("tanh", "orthogonal"): 0.02, ("tanh", "gaussian"): 0.08}.get((s.cell, s.matrix), 0.15)
        slack = finite * max(1.0, math.sqrt(64 / s.units)) * max(1.0, 50 / s.steps)
        checks.append(Check(text(zh="每步的倍数，与平均场理论", en="Factor per step, against mean-field theory"),
                            abs(scalars["rate"] / theory - 1), slack))  # fmt: skip
    return Result(views, scalars, notes(s, scalars), checks)
