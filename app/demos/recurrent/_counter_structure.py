"""The structure tab of the counter duel: parameters and multiply-adds counted, and the two ways to write a GRU."""

from collections.abc import Iterator

import numpy as np

from app.core.activations import Array
from app.core.counters import equal_hidden, gru_reset_before, gru_swapped_update
from app.core.gated import gru_forward
from app.core.recurrent import BLOCKS, Weights, init_weights, multiply_adds, parameter_count
from app.kit import Axis, Bars, BarSeries, Check, Lines, Result, Series, Table, Text, View, same, text

NAMES = {"rnn": same("RNN"), "gru": same("GRU"), "lstm": same("LSTM")}
UNITS, BATCH, STEPS = 16, 64, 30
"""Size of the GRU that is run in two conventions."""


def structure(inputs: int, hidden: int, seed: int) -> Iterator[Result]:
    """Count what a layer of each kind needs; run one GRU's weights in other conventions."""
    parameters = {cell: parameter_count(cell, inputs, hidden) for cell in NAMES}
    steps = {cell: multiply_adds(cell, inputs, hidden) for cell in NAMES}
    rng = np.random.default_rng(seed)
    gru = init_weights("gru", UNITS, UNITS, rng)
    gru = gru._replace(b_ih=rng.uniform(-0.25, 0.25, 3 * UNITS), b_hh=rng.uniform(-0.25, 0.25, 3 * UNITS))
    x = rng.standard_normal((STEPS, BATCH, UNITS))
    ours, before = gru_forward(gru, x).hs, gru_reset_before(gru, x)
    swapped = gru_forward(gru_swapped_update(gru), x).hs  # our formula with weights made for Chung's
    drift = {"reset-0": _rms(before - ours), "update-1": _rms(swapped - ours), "size-9": _rms(ours)}
    scalars = {
        **{f"parameters_{cell}": float(n) for cell, n in parameters.items()},
        **{f"macs_{cell}": float(n) for cell, n in steps.items()},
        "ratio": parameters["gru"] / parameters["lstm"], "ratio_macs": steps["gru"] / steps["lstm"],
        "one_bias_lstm": float(parameter_count("lstm", inputs, hidden, biases=1)),
        "equal_hidden": equal_hidden(inputs, parameters["lstm"]),
        "drift_reset": float(np.abs(before - ours).max()), "drift_update": float(np.abs(swapped - ours).max()),
    }  # fmt: skip
    sizes = {cell: sum(w.size for w in init_weights(cell, inputs, hidden, rng)) for cell in NAMES}
    checks = [
        Check(text(zh="公式与实际数组大小之差", en="formula against the sizes of the arrays"),
              float(max(abs(sizes[cell] - parameters[cell]) for cell in NAMES)), 0.0),
        Check(text(zh="重置门恒开时两种 GRU 之差", en="both GRUs with the reset gate open"), _open_reset(gru, x), 1e-9),
    ]  # fmt: skip
    for part in range(1, 6):
        views: list[View] = [
            _parameter_view(inputs, hidden, parameters, scalars), _table(parameters, steps, scalars),
            _drift_view(drift, STEPS * part // 5, scalars),
        ]  # fmt: skip
        yield Result(views, scalars, _notes(hidden, scalars), checks, part / 5)


def _rms(states: Array) -> Array:
    return np.asarray(np.sqrt((states**2).mean(axis=(1, 2))))


def _open_reset(gru: Weights, x: Array) -> float:
    """The largest difference of the two conventions when r = 1: there is none."""
    w_ih, w_hh, b_ih = (w.copy() for w in gru[:3])
    w_ih[:UNITS], w_hh[:UNITS], b_ih[:UNITS] = 0, 0, 40
    open_gate = Weights(w_ih, w_hh, b_ih, gru.b_hh)
    return float(np.abs(gru_forward(open_gate, x).hs - gru_reset_before(open_gate, x)).max())


def _parameter_view(inputs: int, hidden: int, parameters: dict[str, int], s: dict[str, float]) -> View:
    k = np.array([BLOCKS[cell] for cell in NAMES])
    return Bars(
        id="parameters", title=text(zh="一层的参数（PyTorch，两个偏置）", en="Parameters of one layer (PyTorch, two "
                                                                 "biases)"),
        description=text(
            zh=f"d = {inputs}、h = {hidden}：LSTM {parameters['lstm']:,}，GRU {parameters['gru']:,}，之比 "
               f"{s['ratio']:.2f}；RNN {parameters['rnn']:,}。",
            en=f"d = {inputs}, h = {hidden}: LSTM {parameters['lstm']:,}, GRU {parameters['gru']:,}, ratio "
               f"{s['ratio']:.2f}; RNN {parameters['rnn']:,}."),
        categories=list(NAMES.values()), stacked=True,
        series=[
            BarSeries("input-0", text(zh="输入权重 d·h", en="input weights d·h"), k * inputs * hidden),
            BarSeries("recurrent-1", text(zh="循环权重 h²", en="recurrent weights h²"), k * hidden * hidden),
            BarSeries("bias-2", text(zh="偏置 2h", en="biases 2h"), k * 2 * hidden),
        ],
        x=Axis(text(zh="单元", en="cell")), y=Axis(text(zh="参数个数", en="parameters")),
    )  # fmt: skip


def _table(parameters: dict[str, int], steps: dict[str, int], s: dict[str, float]) -> View:
    gates = {"rnn": same("–"), "gru": same("r, z"), "lstm": same("i, f, o")}
    kept = {"rnn": "h", "gru": "h", "lstm": "c, h"}
    return Table(
        id="ledger", title=text(zh="账本", en="The ledger"),
        description=text(
            zh=f"每步乘加：LSTM {steps['lstm']:,}，GRU {steps['gru']:,}，之比 {s['ratio_macs']:.4f}。参数相同的话，GRU "
               f"可以有 {int(s['equal_hidden'])} 个单元。只有一个偏置（Keras）的 LSTM：{s['one_bias_lstm']:,.0f}。",
            en=f"Multiply-adds a step: LSTM {steps['lstm']:,}, GRU {steps['gru']:,}, ratio {s['ratio_macs']:.4f}. With "
               f"the LSTM's parameters a GRU could have {int(s['equal_hidden'])} units. An LSTM with one bias (Keras): "
               f"{s['one_bias_lstm']:,.0f}."),
        columns=[text(zh="单元", en="cell"), text(zh="门", en="gates"), text(zh="状态", en="state"),
                 text(zh="参数", en="parameters"), text(zh="每步乘加", en="MACs a step")],
        rows=[[NAMES[cell], gates[cell], kept[cell], parameters[cell], steps[cell]] for cell in NAMES],
    )  # fmt: skip


def _drift_view(drift: dict[str, Array], until: int, s: dict[str, float]) -> View:
    names = {"reset-0": text(zh="重置门放在矩阵乘之前", en="reset before the product"),
             "update-1": text(zh="z 与 1 − z 对调", en="z and 1 − z exchanged"),
             "size-9": text(zh="h 本身的大小", en="size of h itself")}  # fmt: skip
    t = np.arange(until + 1)
    return Lines(
        id="drift", title=text(zh="同一组 GRU 权重，换一种写法：状态差多少", en="One GRU's weights in other "
                                                               "conventions: how far off"),
        description=text(
            zh=f"最大差：重置门换位 {s['drift_reset']:.2g}，z 对调 {s['drift_update']:.2g}；h 在 −1 与 1 之间。",
            en=f"Largest difference: reset moved {s['drift_reset']:.2g}, z exchanged {s['drift_update']:.2g}; h is "
               "between −1 and 1."),
        series=[Series(key, names[key], t, curve[: until + 1], "muted" if key == "size-9" else "main")
                for key, curve in drift.items()],
        x=Axis(text(zh="时间步", en="step"), range=(0, STEPS)), y=Axis(text(zh="均方根", en="RMS"), range=(0, 0.4)),
    )  # fmt: skip


def _notes(hidden: int, s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"三块对四块：GRU 的参数恰是 LSTM 的 {s['ratio']:.2f}。每步乘加之比 {s['ratio_macs']:.4f}，多出的零头是"
                "逐元素相乘。",
             en=f"Three blocks against four: a GRU has exactly {s['ratio']:.2f} of the LSTM's parameters. "
                f"Multiply-adds: {s['ratio_macs']:.4f}; what is over is the elementwise products."),
        text(zh="乘加少四分之一，不等于快四分之一：时间取决于有没有融合的内核、矩阵多大、在什么硬件上。这里只数，不计"
                "时。",
             en="A quarter fewer multiply-adds is not a quarter less time: that depends on fused kernels, sizes and "
                "hardware. Here things are counted, not timed."),
        text(zh="装载别处训练的 GRU 之前先问两句：重置门在矩阵乘之前还是之后？$z$ 乘的是旧状态还是候选？",
             en="Before loading a GRU trained elsewhere ask: is the reset before or after the product, and does $z$ "
                "multiply the old state or the candidate?"),
    ]  # fmt: skip
