"""The training tab of the gate swap lab: a standard LSTM and one with exchanged activations, five networks each."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from app.core.activations import ACTIVATIONS, Array
from app.core.gated import LSTMTrace, lstm_backward, lstm_forward
from app.core.recurrent import Weights
from app.core.sequence_tasks import Task, scaled, signed_sum
from app.core.sequence_training import Model, gradients, new_model, squared_errors, train
from app.demos.recurrent._gate_dynamics import sci
from app.kit import Axis, Check, Lines, Mark, Points, Result, Series, Text, View, text

NETWORKS, BATCH, TESTS, RATE = 5, 32, 100, 0.02
NAMES = {"cell-0": text(zh="标准 LSTM", en="standard LSTM"), "cell-1": text(zh="换过激活的", en="with the swap")}
HALF = 65504.0
"""The largest number of fp16."""
Forward = Callable[[Weights, Array], LSTMTrace]


def compare(
    gate: str, candidate: str, output: str, forget_bias: float, length: int, hidden: int, steps: int, seed: int
) -> Iterator[Result]:
    """Train both on the signed sum of `length` inputs, test at that length and at four times it."""
    scale = np.sqrt(2 * length / 3)  # the standard deviation of the sum: targets of size 1
    task = scaled(signed_sum, 1 / scale)
    swap = partial(lstm_forward, gate=ACTIVATIONS[gate], candidate=ACTIVATIONS[candidate], output=ACTIVATIONS[output])
    forwards: dict[str, Forward] = {"cell-0": lstm_forward, "cell-1": swap}
    models = {key: new_model("lstm", 1, hidden, NETWORKS, np.random.default_rng([seed, 0]), bias)
              for key, bias in (("cell-0", 1.0), ("cell-1", forget_bias))}  # fmt: skip
    data = {key: np.random.default_rng([seed, 1]) for key in models}  # the same batches for both
    runs = [train(models[key], forward, lstm_backward, task, length, BATCH, RATE, steps, data[key])
            for key, forward in forwards.items()]  # fmt: skip
    tests = [task(np.random.default_rng([seed, 2]), length * times, NETWORKS, TESTS) for times in (1, 4)]
    losses = {key: np.full((steps + 1, NETWORKS), np.nan) for key in models}
    slope_error = _slope_error(models["cell-1"], swap, task, length, seed)
    for states in zip(*runs, strict=True):
        done = states[0].updates
        for key, state in zip(losses, states, strict=True):
            losses[key][done] = scale * np.sqrt(state.seen)
        if (done % (steps // 10) == 0 and done > 0) or done == steps:
            found = {key: _tested(models[key], forwards[key], tests, scale) for key in models}
            yield _result(losses, done, steps, length, (gate, candidate, output), found, slope_error)


class Tested(NamedTuple):
    """RMSE of each network at both lengths (2, S); the largest |c| and |h| met on the long one, (S,) each."""

    errors: Array
    cells: Array
    hidden: Array


def _tested(model: Model, forward: Forward, tests: Sequence[tuple[Array, Array]], scale: float) -> Tested:
    with np.errstate(over="ignore", invalid="ignore"):
        traces = [forward(model.weights, x) for x, _ in tests]
        errors = [squared_errors(model, trace.hs, y) for trace, (_, y) in zip(traces, tests, strict=True)]
        long = traces[1]
        largest = (np.abs(states).max(axis=(0, 2, 3)) for states in (long.cs, long.hs))
        return Tested(scale * np.sqrt(np.stack(errors)), *largest)


def _slope_error(model: Model, forward: Forward, task: Task, length: int, seed: int) -> float:
    """The gradient along a random direction of w_hh, by backpropagation and by central differences of the loss."""
    rng = np.random.default_rng([seed, 3])
    x, y = task(rng, length, NETWORKS, BATCH)
    w_hh, direction = model.weights.w_hh, rng.standard_normal(model.weights.w_hh.shape)
    slope = float((gradients(model, forward, lstm_backward, x, y)[1][1] * direction).sum())
    ends = [forward(model.weights._replace(w_hh=w_hh + e * direction), x).hs for e in (1e-5, -1e-5)]
    up, down = (float(squared_errors(model, hs, y).sum()) for hs in ends)
    return abs((up - down) / 2e-5 - slope) / abs(slope)


def _result(
    losses: dict[str, Array], done: int, steps: int, length: int, swapped: tuple[str, str, str],
    found: dict[str, Tested], slope_error: float,
) -> Result:  # fmt: skip
    blind = [float(np.sqrt(2 * length * times / 3)) for times in (1, 4)]
    scalars: dict[str, float] = {}
    for name, key in (("standard", "cell-0"), ("swapped", "cell-1")):
        errors, cells, hidden = found[key]
        scalars |= {
            f"rmse_{name}": float(np.median(errors[0])), f"rmse4_{name}": float(np.median(errors[1])),
            f"rmse4_best_{name}": float(np.min(errors[1])),
            f"cell_{name}": float(np.median(cells)), f"cell_most_{name}": float(np.max(cells)),
            f"cell_least_{name}": float(np.min(cells)), f"hidden_most_{name}": float(np.max(hidden)),
        }  # fmt: skip
    scalars |= {
        "ratio": scalars["rmse_swapped"] / scalars["rmse_standard"], "blind": blind[0], "blind4": blind[1],
        "fit_standard": scalars["rmse_standard"] / blind[0], "fit_swapped": scalars["rmse_swapped"] / blind[0],
        "shorter4_standard": scalars["rmse4_standard"] / blind[1],
    }  # fmt: skip
    bound = 4 * length + 1  # |c_t| <= t when |f|, |i|, |g| <= 1; the standard cell obeys
    excess = max(0.0, scalars["cell_most_standard"] / bound - 1)
    return Result(
        [_loss_view(losses, done, steps, blind[0], scalars), _error_view(found, length, blind, scalars),
         _cell_view(found, length, scalars)],
        scalars, _notes(length, swapped, scalars),
        [Check(text(zh="反向传播与有限差分的相对差", en="backward pass against finite differences"), slope_error, 1e-3),
         Check(text(zh="标准细胞超出 |c_t| ≤ t 的比例", en="standard cell above |c_t| ≤ t"), excess, 0.0)],
        done / steps,
    )  # fmt: skip


def _loss_view(losses: dict[str, Array], done: int, steps: int, blind: float, s: dict[str, float]) -> View:
    kept = np.arange(0, done + 1, 2)
    gap, series, edges = np.array([np.nan]), [], []
    for key, loss in losses.items():
        seen = np.sort(loss[kept], axis=1)
        median = text(zh=f"{NAMES[key].zh}，中位数", en=f"{NAMES[key].en}, median")
        series.append(Series(key, median, kept, seen[:, NETWORKS // 2]))
        edges += [seen[:, 0], gap, seen[:, -1], gap]
    spread = text(zh="五个网络中最好与最坏的", en="best and worst of five networks")
    broken = np.tile(np.append(kept, np.nan), len(edges) // 2)  # one line with breaks: one entry in the legend
    series.append(Series("band", spread, broken, np.concatenate(edges), "muted"))
    return Lines(
        id="loss", title=text(zh="训练：带符号求和的误差", en="Training: error on the signed sum"),
        description=text(
            zh=f"五个网络的中位数：标准 {s['rmse_standard']:.2g}，换过的 {s['rmse_swapped']:.2g}；总答 0 的误差是 "
               f"{blind:.2f}。",
            en=f"Median of five networks: standard {s['rmse_standard']:.2g}, with the swap {s['rmse_swapped']:.2g}; "
               f"always answering 0 costs {blind:.2f}."),
        series=series, x=Axis(text(zh="更新次数", en="updates"), range=(0, steps)),
        y=Axis(text(zh="均方根误差", en="RMS error"), log=True, range=(0.03, 30)),
        marks=[Mark(blind, text(zh="总答 0", en="always 0"))],
    )  # fmt: skip


def _error_view(found: dict[str, Tested], length: int, blind: list[float], s: dict[str, float]) -> View:
    places = np.repeat([0.0, 1.0], NETWORKS)
    series = [Series(key, NAMES[key], places + shift, np.maximum(found[key].errors.ravel(), 1e-3), draw="points")
              for key, shift in (("cell-0", -0.1), ("cell-1", 0.1))]  # fmt: skip
    series.append(
        Series("theory", text(zh="总答 0", en="always 0"), np.array([0.0, 1.0]), np.array(blind), "reference", "points")
    )
    return Points(
        id="errors", title=text(zh="测试：训练长度，与四倍长度",
                                en="Test: at the training length, and at four times it"),
        description=text(
            zh=f"长度 {length}：{s['rmse_standard']:.2g} 与 {s['rmse_swapped']:.2g}；长度 {4 * length}："
               f"{s['rmse4_standard']:.2g} 与 {sci(s['rmse4_swapped'])}，谁也没有真正外推。",
            en=f"Length {length}: {s['rmse_standard']:.2g} and {s['rmse_swapped']:.2g}; length {4 * length}: "
               f"{s['rmse4_standard']:.2g} and {sci(s['rmse4_swapped'])}: neither really extrapolates."),
        series=series,
        x=Axis(text(zh="序列长度", en="sequence length"), range=(-0.5, 1.5),
               categories=(text(zh=str(length), en=str(length)), text(zh=str(4 * length), en=str(4 * length)))),
        y=Axis(text(zh="均方根误差（每点一个网络）", en="RMS error (a point a network)"), log=True, range=(0.03, 100)),
    )  # fmt: skip


def _cell_view(found: dict[str, Tested], length: int, s: dict[str, float]) -> View:
    networks = np.arange(1, NETWORKS + 1)
    return Points(
        id="cells", title=text(zh="四倍长度时细胞有多大", en="How large the cell gets at four times the length"),
        description=text(
            zh=f"|c| 最大值的中位数：标准 {sci(s['cell_standard'])}，换过的 {sci(s['cell_swapped'])}。",
            en=f"Largest |c|, median: standard {sci(s['cell_standard'])}, with the swap {sci(s['cell_swapped'])}."),
        series=[Series(key, NAMES[key], networks, found[key].cells, draw="points") for key in NAMES],
        x=Axis(text(zh="第几个网络", en="network"), range=(0.5, NETWORKS + 0.5)),
        y=Axis(text(zh=f"{4 * length} 步内最大的 |c|", en=f"largest |c| within {4 * length} steps"), log=True,
               range=(1, 100) if max(s["cell_most_standard"], s["cell_most_swapped"]) < 100 else None),
        marks=[Mark(HALF, text(zh="fp16 的上限 65504", en="fp16 ends at 65504"))] if s["cell_swapped"] > 1e3 else [],
    )  # fmt: skip


def _notes(length: int, swapped: tuple[str, str, str], s: dict[str, float]) -> list[Text]:
    gate, candidate, output = swapped
    notes = [
        text(zh=f"训练长度 {length} 上，换过的网络误差是标准的 {s['ratio']:.1f} 倍（五个网络的中位数）。",
             en=f"At the training length {length} the swapped network errs {s['ratio']:.1f} times as much as the "
                "standard one (medians of five networks)."),
        text(zh=f"四倍长度时，标准细胞的 |c| 最大到 {sci(s['cell_most_standard'])}，换过的到 "
                f"{sci(s['cell_most_swapped'])}。",
             en=f"At four times the length the standard cell reaches at most {sci(s['cell_most_standard'])}, the "
                f"swapped one {sci(s['cell_most_swapped'])}."),
    ]  # fmt: skip
    if gate in ("tanh", "relu"):
        notes.append(
            text(
                zh="阀门不合格，在训练长度上看不出来，序列一长，细胞就失控。",
                en="What a bad valve costs does not show at the training length. On longer sequences the cell runs "
                "away.",
            )
        )
    if candidate != "tanh":
        notes.append(
            text(
                zh="候选非负，细胞只能加不能减；要减，只好靠遗忘门整体缩小，求和因此变粗糙。",
                en="A candidate that is never negative can only add; to subtract, the forget gate must shrink all that "
                "is stored, and the sum becomes coarse.",
            )
        )
    if output == "identity":
        notes.append(
            text(
                zh="去掉输出 tanh，这个小任务照样学得会，甚至更准；代价是 h 随 c 一起变大，没有上界。",
                en="Without the output tanh this small task is learned as well or better; the price is an h that grows "
                "with c, without bound.",
            )
        )
    return notes
