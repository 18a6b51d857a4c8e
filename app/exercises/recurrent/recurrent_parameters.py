"""How many numbers an RNN, GRU or LSTM layer learns: weight blocks, two biases or one, two layers, two directions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.recurrent import BLOCKS, parameter_count
from app.kit import Exercise, Mistake, Text, text

NAMES = {"lstm": "LSTM", "gru": "GRU"}


@dataclass(frozen=True)
class Layers:
    """cell with d inputs and n units; biases 2 (PyTorch) or 1; level 3: a second layer, or a second direction."""

    level: int
    cell: str
    d: int
    n: int
    biases: int
    bidirectional: bool


def generate(rng: np.random.Generator, level: int) -> Layers:
    d, n = int(rng.choice([8, 10, 16, 20, 32, 50, 64])), int(rng.choice([5, 12, 24, 30, 40, 100, 128]))
    cell = "lstm" if level == 1 else str(rng.choice(["lstm", "gru"]))
    biases = 1 if level == 2 and cell == "lstm" else 2
    return Layers(level, cell, d, n, biases, bool(level == 3 and rng.random() < 0.5))


def answer(p: Layers) -> float:
    one = parameter_count(p.cell, p.d, p.n, p.biases)
    if p.level < 3:
        return one
    return 2 * one if p.bidirectional else one + parameter_count(p.cell, p.n, p.n, p.biases)


def prompt(p: Layers) -> Text:
    name = NAMES[p.cell]
    if p.level == 3 and p.bidirectional:
        return text(
            zh=f"PyTorch 的一层**双向** {name}：输入维度 {p.d}，每个方向 {p.n} 个单元（两个偏置向量）。一共多少参数？",
            en=f"One **bidirectional** {name} layer in PyTorch: input size {p.d}, {p.n} units in each direction (two "
            "bias vectors). How many parameters in all?",
        )
    if p.level == 3:
        return text(
            zh=f"PyTorch 的**两层** {name}（`num_layers=2`）：输入维度 {p.d}，每层 {p.n} 个单元（两个偏置向量）。一共多"
            "少参数？",
            en=f"A **two-layer** {name} in PyTorch (`num_layers=2`): input size {p.d}, {p.n} units a layer (two bias "
            "vectors). How many parameters in all?",
        )
    bias = text(zh="两个偏置向量", en="two bias vectors") if p.biases == 2 else text(
        zh="**一个**偏置向量，如 Keras", en="**one** bias vector, as in Keras")  # fmt: skip
    return text(
        zh=f"一层 {name}：输入维度 {p.d}，{p.n} 个单元（{bias.zh}）。多少参数？",
        en=f"One {name} layer: input size {p.d}, {p.n} units ({bias.en}). How many parameters?",
    )


def mistakes(p: Layers) -> Sequence[Mistake]:
    d, n, k = p.d, p.n, BLOCKS[p.cell]
    one = parameter_count(p.cell, d, n, p.biases)
    gates = k - 1
    recurrent = k * n * n * (2 if p.level == 3 else 1)  # h² of every layer and direction
    found = [
        Mistake("forgot-the-candidate", answer(p) * gates / k, text(
            zh=f"只数了门（{gates} 块）；候选也是一块，共 {k} 块。",
            en=f"That counts the gates ({gates} blocks); the candidate is a block too, {k} in all.")),
        Mistake("forgot-the-recurrence", answer(p) - recurrent, text(
            zh="漏了循环权重 $h^2$。", en="The recurrent weights $h^2$ are missing.")),
        Mistake("other-bias", answer(p) + (1 if p.biases == 1 else -1) * k * n * (2 if p.level == 3 else 1), text(
            zh="偏置的个数数错了：PyTorch 每块有两个，Keras 的 LSTM 只有一个。",
            en="The number of biases is off: PyTorch has two a block, the Keras LSTM one.")),
    ]  # fmt: skip
    if p.level == 3 and p.bidirectional:
        found.append(Mistake("one-direction", one, text(
            zh="这是一个方向；双向是两套独立的权重。",
            en="That is one direction; there are two separate sets.")))  # fmt: skip
    elif p.level == 3:
        found.append(Mistake("same-input", 2 * one, text(
            zh="第二层的输入是第一层的 $h$，不是原来的输入。",
            en="The second layer's input is the first one's $h$, not the original input.")))  # fmt: skip
    else:
        found.append(
            Mistake(
                "one-block",
                one / k,
                text(zh=f"这只是一块；{NAMES[p.cell]} 有 {k} 块。", en=f"That is one block; {NAMES[p.cell]} has {k}."),
            )
        )
    return found


def solution(p: Layers) -> Text:
    k, b = BLOCKS[p.cell], p.biases
    one = f"{k}({p.d}\\cdot{p.n}+{p.n}^2+{b}\\cdot{p.n})"
    if p.level == 3 and p.bidirectional:
        line = f"$2\\cdot{one}={answer(p):,.0f}$"
    elif p.level == 3:
        line = f"${one}+{k}({p.n}\\cdot{p.n}+{p.n}^2+{b}\\cdot{p.n})={answer(p):,.0f}$"
    else:
        line = f"${one}={answer(p):,.0f}$"
    line = line.replace(",", "{,}")
    zh, en = ("一个偏置向量", "one bias vector") if b == 1 else ("两个偏置向量", "two bias vectors")
    return text(zh=f"{k} 块，每块 $dh+h^2$ 加{zh}：{line}。", en=f"{k} blocks, each $dh+h^2$ and {en}: {line}.")


exercise = Exercise(
    __name__, text(zh="LSTM 与 GRU 的参数", en="Parameters of LSTM and GRU"),
    generate, prompt, answer, lambda _: 0.5, mistakes, solution, demo="counter-duel",
)  # fmt: skip
