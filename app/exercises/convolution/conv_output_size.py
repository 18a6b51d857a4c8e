"""The side of a feature map: stride and padding, dilation, and a convolution followed by pooling."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.layer_table import output_size
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Window:
    """A convolution on n × n px; level 3: then a pooling of the given size and stride 2, without padding."""

    level: int
    n: int
    k: int
    s: int
    p: int
    d: int
    pool: int


def generate(rng: np.random.Generator, level: int) -> Window:
    while True:
        window = Window(
            level, int(rng.integers(24, 230)), int(rng.choice([3, 5, 7, 11] if level < 2 else [3, 5, 7])),
            int(rng.integers(1, 4)), int(rng.integers(1, 6)), int(rng.integers(2, 4)) if level > 1 else 1,
            int(rng.choice([2, 3])),
        )  # fmt: skip
        rounds = (window.n + 2 * window.p - window.d * (window.k - 1) - 1) % window.s
        slips = [m.value for m in mistakes(window)]
        told_apart = len(set(slips)) >= len(slips) - (level == 3)
        if window.p < window.k and told_apart and (rounds or level == 1):  # from level 2 the division leaves a rest
            return window


def conv_side(w: Window) -> int:
    return output_size(w.n, w.k, w.s, w.p, w.d)


def answer(w: Window) -> float:
    side = conv_side(w)
    return float(output_size(side, w.pool, 2) if w.level == 3 else side)


def _finish(w: Window, side: float) -> float:
    """The pooling of level 3 on a map of another side."""
    return float((side - w.pool) // 2 + 1) if w.level == 3 else side


def prompt(w: Window) -> Text:
    dilation, pool = ("", ""), ("", "")
    if w.d > 1:
        dilation = f"，膨胀 {w.d}", f", dilation {w.d}"
    if w.level == 3:
        pool = (f"，再接 {w.pool}×{w.pool}、步长 2、不填充的最大池化",
                f", followed by {w.pool}×{w.pool} max-pooling with stride 2 and no padding")  # fmt: skip
    return text(
        zh=f"{w.n}×{w.n} 的输入，{w.k}×{w.k} 卷积，步长 {w.s}，每边填充 {w.p}{dilation[0]}{pool[0]}。输出边长是多少？",
        en=f"Input {w.n}×{w.n}, {'an' if w.k == 11 else 'a'} {w.k}×{w.k} convolution, stride {w.s}, padding {w.p} on "
        f"each side{dilation[1]}{pool[1]}. What is the side of the output?",
    )


def mistakes(w: Window) -> Sequence[Mistake]:
    reach = w.d * (w.k - 1) + 1
    room = w.n + 2 * w.p - reach
    found = [
        Mistake("no-plus-one", _finish(w, room // w.s), text(
            zh="少了加 1：窗口的位置数比步数多一个。", en="The + 1 is missing: there is one more place than steps.")),
        Mistake("padded-one-side", _finish(w, (w.n + w.p - reach) // w.s + 1), text(
            zh="填充是两边都填：加 2p，不是 p。", en="Padding is on both sides: add 2p, not p.")),
        Mistake("no-padding", _finish(w, (w.n - reach) // w.s + 1), text(
            zh="忘了填充：输入边长先加 2p。", en="The padding is missing: add 2p to the side first.")),
    ]  # fmt: skip
    if room % w.s:
        found.append(Mistake("rounded-up", _finish(w, -(-room // w.s) + 1), text(
            zh="应向下取整：放不下的窗口不算。",
            en="Round down: a window that does not fit is not counted.")))  # fmt: skip
    if w.d > 1:
        found += [
            Mistake("no-dilation", _finish(w, (w.n + 2 * w.p - w.k) // w.s + 1), text(
                zh="忘了膨胀：窗口实际覆盖 d(k−1)+1 个像素。",
                en="Dilation is missing: the window covers d(k−1) + 1 px.")),
            Mistake("dilated-all", _finish(w, (w.n + 2 * w.p - w.d * w.k) // w.s + 1), text(
                zh="窗口覆盖 d(k−1)+1，不是 dk：膨胀的是间隔。",
                en="The window covers d(k−1) + 1, not dk: it is the gaps that dilate.")),
        ]  # fmt: skip
    if w.level == 3:
        found.append(Mistake("no-pool", float(conv_side(w)), text(
            zh="这只是卷积之后的边长，还有池化。",
            en="That is the side after the convolution; the pooling is still to come.")))  # fmt: skip
    return found


def solution(w: Window) -> Text:
    formula = rf"\lfloor({w.n}+2\cdot{w.p}-{w.d}\cdot({w.k}-1)-1)/{w.s}\rfloor+1={conv_side(w)}"
    if w.level < 3:
        return text(zh=f"${formula}$。", en=f"${formula}$.")
    last = rf"\lfloor({conv_side(w)}-{w.pool})/2\rfloor+1={answer(w):.0f}"
    return text(zh=f"卷积：${formula}$；池化：${last}$。", en=f"Convolution: ${formula}$; pooling: ${last}$.")


exercise = Exercise(
    __name__, text(zh="特征图的边长", en="The side of a feature map"),
    generate, prompt, answer, lambda w: 0.01, mistakes, solution, unit="px", demo="layer-playground",
)  # fmt: skip
