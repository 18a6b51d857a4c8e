"""The training tab of the counter duel: LSTM and GRU learn to count, and are then asked to count further."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from app.core.activations import Array, identity
from app.core.counters import letters
from app.core.gated import gru_backward, gru_forward, lstm_backward, lstm_forward
from app.core.optimisers import Progress
from app.core.recurrent import Weights
from app.core.sequence_tasks import running_count, scaled
from app.core.sequence_training import Model, new_model, read, train
from app.kit import Axis, Check, Lines, Mark, Points, Region, Result, Series, Text, View, same, text

NETWORKS, BATCH, TESTS, RATE, TIMES = 5, 32, 100, 0.02, (1, 2, 4)
NAMES = {"lstm": same("LSTM"), "gru": same("GRU"), "open-2": text(zh="LSTM，无输出 tanh", en="LSTM, no output tanh")}
Forward = Callable[[Weights, Array], Any]
FORWARD: dict[str, Forward] = {
    "lstm": lstm_forward, "gru": gru_forward, "open-2": partial(lstm_forward, output=identity),
}  # fmt: skip


def learn(length: int, hidden: int, steps: int, seed: int) -> Iterator[Result]:
    """Train five networks of each kind to say n - m after every letter of aⁿbᵐ, n + m = length; test up to 4 times."""
    scale = length / 2  # targets of size 1
    task = scaled(running_count, 1 / scale)
    start = np.random.default_rng([seed, 0])
    models = {key: new_model("gru" if key == "gru" else "lstm", 2, hidden, NETWORKS, start, 1.0) for key in NAMES}
    tests = [running_count(np.random.default_rng([seed, 2]), length * times, NETWORKS, TESTS) for times in TIMES]
    losses = {key: np.full((steps + 1, NETWORKS), np.nan) for key in NAMES}
    runs = [_training(key, models[key], task, length, steps, seed) for key in NAMES]
    for states in zip(*runs, strict=True):
        done = states[0].updates
        for key, state in zip(losses, states, strict=True):
            losses[key][done] = scale * np.sqrt(state.seen)
        if done in (10, steps) or (done % (steps // 5) == 0 and done > 0):
            found = {key: _tested(models[key], FORWARD[key], tests, scale) for key in NAMES}
            answers = {key: _answers(models[key], FORWARD[key], 4 * length, scale) for key in NAMES}
            ceilings = {key: scale * (np.abs(m.v).sum(axis=(1, 2)) + np.abs(m.c[:, 0, 0])) for key, m in models.items()}
            yield _result(losses, done, steps, length, found, answers, ceilings)


def _training(key: str, model: Model, task: Any, length: int, steps: int, seed: int) -> Iterator[Progress]:
    rng = np.random.default_rng([seed, 1])
    if key == "gru":
        return train(model, gru_forward, gru_backward, task, length, BATCH, RATE, steps, rng)
    return train(model, FORWARD[key], lstm_backward, task, length, BATCH, RATE, steps, rng)


def _tested(model: Model, forward: Forward, tests: list[tuple[Array, Array]], scale: float) -> Array:
    """The share of sequences whose last count is right to the nearest whole number: (3, S) for the three lengths."""
    last = [read(model, forward(model.weights, x).hs[-1:]) * scale - y[-1:] for x, y in tests]
    return np.stack([(np.abs(error[0]) < 0.5).mean(axis=-1) for error in last])


def _answers(model: Model, forward: Forward, most: int, scale: float) -> Array:
    """What each network says after 0, 1, ..., `most` a's: (most + 1, S)."""
    x = np.broadcast_to(letters(most, 0)[:, None], (most, NETWORKS, 1, 2))
    return np.asarray(scale * read(model, forward(model.weights, x).hs)[..., 0])


def _result(
    losses: dict[str, Array], done: int, steps: int, length: int, found: dict[str, Array], answers: dict[str, Array],
    ceilings: dict[str, Array],
) -> Result:  # fmt: skip
    scalars: dict[str, float] = {"asked": 4.0 * length}
    for key in NAMES:
        name = key.split("-")[0]
        scalars |= {f"exact_{name}_{times}": float(np.median(found[key][i])) for i, times in enumerate(TIMES)}
        scalars |= {f"best_{name}_4": float(found[key][2].max()), f"answer_{name}": float(np.median(answers[key][-1]))}
        scalars[f"rmse_{name}"] = float(np.median(losses[key][max(0, done - 20) : done + 1].mean(axis=0)))
    scalars |= {f"ceiling_{key}": float(ceilings[key].max()) for key in ("lstm", "gru")}
    excess = max(float((np.abs(answers[key]).max(axis=0) / ceilings[key]).max()) for key in ("lstm", "gru"))
    return Result(
        [_loss_view(losses, done, steps, scalars), _answer_view(answers, length, scalars),
         _exact_view(found, length, scalars)],
        scalars, _notes(length, scalars),
        [Check(text(zh="答案超出上限 Σ|v| + |c| 的比例", en="answers above the ceiling Σ|v| + |c|"),
               max(0.0, excess - 1), 1e-9)],
        done / steps,
    )  # fmt: skip


def _loss_view(losses: dict[str, Array], done: int, steps: int, s: dict[str, float]) -> View:
    kept = np.arange(0, done + 1, 3)
    return Lines(
        id="loss", title=text(zh="训练：数错几个", en="Training: off by how many"),
        description=text(
            zh=f"误差（五个网络的中位数，单位：个）：LSTM {s['rmse_lstm']:.2g}，GRU {s['rmse_gru']:.2g}，无输出 tanh "
               f"的 LSTM {s['rmse_open']:.2g}。",
            en=f"Error in counts, median of five networks: LSTM {s['rmse_lstm']:.2g}, GRU {s['rmse_gru']:.2g}, LSTM "
               f"without output tanh {s['rmse_open']:.2g}."),
        series=[Series(key, NAMES[key], kept, np.median(loss, axis=1)[kept]) for key, loss in losses.items()],
        x=Axis(text(zh="更新次数", en="updates"), range=(0, steps)),
        y=Axis(text(zh="均方根误差（个）", en="RMS error (counts)"), log=True, range=(0.03, 30)),
        marks=[Mark(0.5, text(zh="半个", en="half a count"))],
    )  # fmt: skip


def _answer_view(answers: dict[str, Array], length: int, s: dict[str, float]) -> View:
    counts = np.arange(4 * length + 1)
    series = [Series(key, NAMES[key], counts, np.median(said, axis=1)) for key, said in answers.items()]
    series.append(Series("theory", text(zh="真值", en="truth"), counts, counts, "reference"))
    return Lines(
        id="answer", title=text(zh="只读 a：网络说有几个（中位数）", en="Reading only a's: how many it says there are "
                                                          "(median)"),
        description=text(
            zh=f"读了 {4 * length} 个 a：LSTM 说 {s['answer_lstm']:.0f}，GRU 说 {s['answer_gru']:.0f}，无输出 tanh 的"
               f"说 {s['answer_open']:.0f}。h 有界，读出的上限是 {s['ceiling_lstm']:.0f} 和 {s['ceiling_gru']:.0f}。",
            en=f"After {4 * length} a's the LSTM says {s['answer_lstm']:.0f}, the GRU {s['answer_gru']:.0f}, without "
               f"output tanh {s['answer_open']:.0f}. With h bounded nothing above {s['ceiling_lstm']:.0f} and "
               f"{s['ceiling_gru']:.0f} can be said."),
        series=series, x=Axis(text(zh="读入的 a 的个数", en="number of a's read"), range=(0, 4 * length)),
        y=Axis(text(zh="网络的答案", en="what the network says"), range=(0, 4 * length)),
        regions=[Region(0, length, text(zh="训练过的范围", en="range trained on"))],
        marks=[Mark(s["ceiling_lstm"], text(zh="LSTM 读出的上限", en="ceiling of the LSTM's read-out"))],
    )  # fmt: skip


def _exact_view(found: dict[str, Array], length: int, s: dict[str, float]) -> View:
    places = np.repeat(np.arange(3.0), NETWORKS)
    shifts = {"lstm": -0.15, "gru": 0.0, "open-2": 0.15}
    lengths = [str(length * times) for times in TIMES]
    return Points(
        id="exact", title=text(zh="数得一个不差的比例（每点一个网络）", en="Share counted exactly (a point a network)"),
        description=text(
            zh=f"长度 {lengths[0]}：LSTM {s['exact_lstm_1']:.0%}，GRU {s['exact_gru_1']:.0%}；长度 {lengths[2]}："
               f"{s['exact_lstm_4']:.0%} 和 {s['exact_gru_4']:.0%}。",
            en=f"Length {lengths[0]}: LSTM {s['exact_lstm_1']:.0%}, GRU {s['exact_gru_1']:.0%}; length {lengths[2]}: "
               f"{s['exact_lstm_4']:.0%} and {s['exact_gru_4']:.0%}."),
        series=[Series(key, NAMES[key], places + shifts[key], found[key].ravel(), draw="points") for key in NAMES],
        x=Axis(text(zh="序列长度", en="sequence length"), range=(-0.5, 2.5),
               categories=tuple(same(name) for name in lengths)),
        y=Axis(text(zh="比例", en="share"), range=(-0.03, 1.03)),
    )  # fmt: skip


def _notes(length: int, s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"训练长度 {length} 上都会数，长度 {4 * length} 上都不会：LSTM {s['exact_lstm_4']:.0%}，GRU "
                f"{s['exact_gru_4']:.0%}。能表示计数，不等于训练会找到它。",
             en=f"At the training length {length} all of them count; at {4 * length} none does (LSTM "
                f"{s['exact_lstm_4']:.0%}, GRU {s['exact_gru_4']:.0%}). Being able to represent a counter does not "
                "mean that training finds it."),
        text(zh="两者还有一个算得出的障碍：读出是 $v\\cdot h+c$，$|h|\\le1$，所以答案不可能超过 $\\sum|v|+|c|$，这里"
                f"是 {s['ceiling_lstm']:.0f} 和 {s['ceiling_gru']:.0f}，而题目要数到 {s['asked']:.0f}。去掉输出 tanh，"
                "上限没了，照样数偏。",
             en="For LSTM and GRU there is also a barrier one can compute: the read-out is $v\\cdot h+c$ with "
                f"$|h|\\le1$, so no answer exceeds $\\sum|v|+|c|$, here {s['ceiling_lstm']:.0f} and "
                f"{s['ceiling_gru']:.0f}, while {s['asked']:.0f} is asked. Without the output tanh the ceiling is "
                "gone, and it still goes astray."),
    ]  # fmt: skip
