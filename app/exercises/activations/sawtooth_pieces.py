"""Depth against width: pieces of a composed tent map, the shallow units that match it, the deep ones for N pieces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.tent_map import deep_units, linear_pieces, shallow_units, tent
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Sawtooth:
    """Levels 1, 2: the tent map composed `times` times, `times` hidden layers. Level 3: at least `pieces` pieces."""

    level: int
    times: int
    pieces: int = 0


def generate(rng: np.random.Generator, level: int) -> Sawtooth:
    if level < 3:
        return Sawtooth(level, int(rng.integers(3, 11)))
    while True:
        pieces = int(rng.integers(20, 5000))
        if pieces & (pieces - 1):
            return Sawtooth(3, 0, pieces)


def answer(p: Sawtooth) -> float:
    if p.level == 3:
        return deep_units(p.pieces)
    x = np.linspace(0, 1, 2 ** (p.times + 2) + 1)
    pieces = linear_pieces(x, tent(x, p.times))
    return pieces if p.level == 1 else shallow_units(pieces)[1]


def prompt(p: Sawtooth) -> Text:
    tent_map = r"$t(x)=2\,\mathrm{ReLU}(x)-4\,\mathrm{ReLU}(x-\tfrac12)$"
    if p.level == 1:
        return text(
            zh=f"{tent_map}，在 $[0,1]$ 上复合 {p.times} 次，就是 {p.times} 个隐藏层、每层 2 个 ReLU 的网络。"
            "它的图像有几段直线？",
            en=f"{tent_map} composed {p.times} times on $[0,1]$ is a network of {p.times} hidden layers of two ReLUs. "
            "How many straight pieces does its graph have?",
        )
    if p.level == 2:
        return text(
            zh=f"{tent_map} 在 $[0,1]$ 上复合 {p.times} 次。只用一个隐藏层，至少要多少个 ReLU 才能精确写出它？",
            en=f"{tent_map} is composed {p.times} times on $[0,1]$. With a single hidden layer, how many ReLUs does it "
            "take at least to write it exactly?",
        )
    return text(
        zh=f"把 {tent_map} 一次次复合（每层 2 个 ReLU），要得到至少 {p.pieces} 段，一共至少用多少个 ReLU？",
        en=f"Compose {tent_map}, two ReLUs a layer, until there are at least {p.pieces} pieces. How many ReLUs does "
        "that take in all?",
    )


def mistakes(p: Sawtooth) -> Sequence[Mistake]:
    k, layers = p.times, deep_units(max(p.pieces, 2)) / 2
    if p.level == 1:
        return (
            Mistake("doubled", 2.0 * k, text(
                zh="每层不是多两段，而是翻一倍。", en="A layer does not add two pieces: it doubles them.")),
            Mistake("one-layer", 2.0 * k + 1, text(
                zh="这是把所有单元放在一层里的段数。", en="That is what these units give in one layer.")),
            Mistake("kinks", 2.0**k - 1, text(
                zh="这是折点数；段数多 1。", en="That counts the kinks; there is one more piece.")),
        )  # fmt: skip
    if p.level == 2:
        return (
            Mistake("as-the-deep-one", 2.0 * k, text(
                zh="那是深网络用的个数；一层里每个 ReLU 只添一个折点。",
                en="That is what the deep one uses; in one layer a ReLU adds a single kink.")),
            Mistake("kinks-inside", 2.0**k - 1, text(
                zh="这是内部折点数；第一段的斜率还要一个单元 $\\mathrm{ReLU}(x)$。",
                en="Those are the kinks inside; the slope of the first piece takes one more, $\\mathrm{ReLU}(x)$.")),
        )  # fmt: skip
    return (
        Mistake("layers", layers, text(zh="这是层数，每层 2 个。", en="That is the layers; each has two ReLUs.")),
        Mistake("shallow", float(p.pieces), text(zh="这是只用一层的答案。", en="That is for a single layer.")),
        Mistake("one-layer-short", 2 * layers - 2, text(
            zh="少一层就不够了：要向上取整。", en="One layer fewer is not enough: round up.")),
    )  # fmt: skip


def solution(p: Sawtooth) -> Text:
    value = f"{answer(p):.0f}"
    if p.level == 1:
        return text(zh=f"每复合一次，段数翻倍：$2^{{{p.times}}}={value}$。",
                    en=f"Every composition doubles the pieces: $2^{{{p.times}}}={value}$.")  # fmt: skip
    if p.level == 2:
        return text(zh=f"内部折点 $2^{{{p.times}}}-1$ 个，各要一个 ReLU；第一段的斜率再要一个：{value}。",
                    en=f"$2^{{{p.times}}}-1$ kinks inside take one ReLU each, "
                       f"the slope of the first piece one more: {value}.")  # fmt: skip
    return text(zh=f"$2\\lceil\\log_2{p.pieces}\\rceil={value}$。", en=f"$2\\lceil\\log_2{p.pieces}\\rceil={value}$.")


exercise = Exercise(
    __name__, text(zh="锯齿的段数与单元数", en="Pieces and units of a sawtooth"),
    generate, prompt, answer, lambda p: 0.0, mistakes, solution, demo="linear-collapse",
)  # fmt: skip
