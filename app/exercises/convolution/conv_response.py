"""One output of a convolution by hand: in the middle, at a zero-padded corner, and with dilation, a bias and ReLU."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.conv import conv2d
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Patch:
    """image: rows of whole numbers; kernel 3 × 3. Level 1: no padding, one place. Level 2: padding 1, the upper left
    unit. Level 3: a 5 × 5 image, dilation 2, a bias, then ReLU."""

    level: int
    image: tuple[tuple[int, ...], ...]
    kernel: tuple[tuple[int, ...], ...]
    bias: int = 0


def generate(rng: np.random.Generator, level: int) -> Patch:
    side = 5 if level == 3 else 3
    while True:
        image = rng.integers(0, 6, (side, side))
        kernel = rng.integers(-2, 3, (3, 3))
        patch = Patch(
            level, tuple(map(tuple, image.tolist())), tuple(map(tuple, kernel.tolist())),
            int(rng.integers(-4, 5)) if level == 3 else 0,
        )  # fmt: skip
        value, turned = total(patch), total(patch, flip=True)
        if value != turned and (level < 3 or (value > 0 and patch.bias)):
            return patch


def total(p: Patch, flip: bool = False, dilation: int | None = None, bias: bool = True) -> float:
    """The pre-activation; the flipped kernel, another dilation or no bias give the mistakes."""
    kernel = np.array(p.kernel, dtype=float)
    kernel = kernel[::-1, ::-1] if flip else kernel
    image = np.array(p.image, dtype=float)[None, None]
    shift = float(p.bias) if bias else 0.0
    apart = dilation or (2 if p.level == 3 else 1)
    y = conv2d(image, kernel[None, None], np.array([shift]), 1, 1 if p.level == 2 else 0, apart)
    return float(y[0, 0, 0, 0])


def answer(p: Patch) -> float:
    return max(total(p), 0.0) if p.level == 3 else total(p)


def _matrix(rows: tuple[tuple[int, ...], ...]) -> str:
    body = r"\\".join("&".join(map(str, row)) for row in rows)
    return rf"\begin{{pmatrix}}{body}\end{{pmatrix}}"


def prompt(p: Patch) -> Text:
    x, w = _matrix(p.image), _matrix(p.kernel)
    if p.level == 1:
        return text(
            zh=f"图像块 $x={x}$，卷积核 $w={w}$（深度学习框架的卷积层，无偏置）。这个位置的输出是多少？",
            en=f"Image patch $x={x}$, kernel $w={w}$ (a convolutional layer as frameworks define it, no bias). What is "
            "the output at this place?",
        )
    if p.level == 2:
        return text(
            zh=f"图像 $x={x}$，卷积核 $w={w}$，四周零填充 1，无偏置。输出左上角的值是多少？",
            en=f"Image $x={x}$, kernel $w={w}$, zero padding 1 all round, no bias. What is the upper left output?",
        )
    return text(
        zh=f"图像 $x={x}$，卷积核 $w={w}$，膨胀 2，不填充，偏置 {p.bias}，后接 ReLU。左上角的输出是多少？",
        en=f"Image $x={x}$, kernel $w={w}$, dilation 2, no padding, bias {p.bias}, then ReLU. What is the upper left "
        "output?",
    )


def mistakes(p: Patch) -> Sequence[Mistake]:
    def relu(value: float) -> float:
        return max(value, 0.0) if p.level == 3 else value

    found = [
        Mistake("flipped", relu(total(p, flip=True)), text(
            zh="你把核翻转了。框架里的“卷积”不翻转，是互相关。",
            en="You flipped the kernel. What frameworks call convolution does not: it is cross-correlation.")),
    ]  # fmt: skip
    image, kernel = np.array(p.image), np.array(p.kernel)
    if p.level == 2:
        found += [
            Mistake("no-padding", float((image * kernel).sum()), text(
                zh="这是中心位置的输出；左上角的窗口有一行一列落在填充的 0 上。",
                en="That is the output in the middle; the corner's window has a row and a column on the zeros.")),
            Mistake("wrong-corner", float((image[:2, :2] * kernel[:2, :2]).sum()), text(
                zh="左上角的窗口里，图像对着核的右下 2×2，不是左上。",
                en="In the corner's window the image meets the lower right 2×2 of the kernel, not the upper left.")),
        ]  # fmt: skip
    if p.level == 3:
        found += [
            Mistake("no-dilation", relu(total(p, dilation=1)), text(
                zh="膨胀 2：取第 0、2、4 行和列，不是相邻的 3 行。",
                en="Dilation 2 takes rows and columns 0, 2 and 4, not three neighbours.")),
            Mistake("no-bias", relu(total(p, bias=False)), text(zh="忘了偏置。", en="The bias is missing.")),
        ]  # fmt: skip
    return found


def _taps(p: Patch) -> NDArray[np.float64]:
    image = np.array(p.image, dtype=float)
    if p.level == 2:
        image = np.pad(image, 1)[:3, :3]
    return image[::2, ::2] if p.level == 3 else image


def solution(p: Patch) -> Text:
    products = "+".join(
        f"({x:g})({w})" for x, w in zip(_taps(p).ravel(), np.array(p.kernel).ravel(), strict=True) if x * w
    )
    tail = rf"+({p.bias})={total(p):g}" if p.level == 3 else f"={total(p):g}"
    ends = (f"；ReLU 之后 {answer(p):g}", f"; after ReLU {answer(p):g}") if p.level == 3 else ("", "")
    return text(
        zh=f"对应位置相乘再相加：${products or 0}{tail}${ends[0]}。",
        en=f"Multiply place by place and add: ${products or 0}{tail}${ends[1]}.",
    )


exercise = Exercise(
    __name__, text(zh="手算一个卷积输出", en="One output of a convolution by hand"),
    generate, prompt, answer, lambda p: 0.01, mistakes, solution, demo="layer-playground",
)  # fmt: skip
