"""On a ramp every pooling can be done in one's head: where a bin reads is what it returns."""

import math
from dataclasses import dataclass

import numpy as np

from app.core.roi import roi_pool
from app.core.roi_align import roi_align
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Ramp:
    """Box edges on x in px; `bin` is the column of the bin, from 0. Level 3 asks for RoI Pool, the others for Align."""

    level: int
    x1: float
    x2: float
    stride: int
    out: int
    bin: int

    @property
    def aligned(self) -> bool:
        return self.level != 1

    @property
    def span(self) -> float:
        """Bin width in cells."""
        return (self.x2 - self.x1) / (self.stride * self.out)


def generate(rng: np.random.Generator, level: int) -> Ramp:
    stride = int(rng.choice([8, 16, 32]))
    out = int(rng.choice([2, 4, 5, 7]))
    x1 = float(stride * rng.integers(1, 9) + rng.integers(1, stride // 2) + (0 if level < 3 else 0.25))
    width = float(stride * rng.integers(out + 1, 3 * out + 1))
    return Ramp(level, x1, x1 + width, stride, out, int(rng.integers(out)))


def prompt(p: Ramp) -> Text:
    zh = (
        f"特征图是斜坡 $f(i,j)=j$（值等于列号），步长 {p.stride}。框的左右边在 {p.x1:g} 和 {p.x2:g} px，"
        f"输出 {p.out} × {p.out}。"
    )
    en = (
        f"The feature map is the ramp $f(i,j)=j$ (value = column index), the stride is {p.stride}. A box runs from "
        f"{p.x1:g} to {p.x2:g} px, the output is {p.out} × {p.out}. "
    )
    if p.level == 3:
        return text(
            zh=zh + f"RoI Pool（取整、取最大）在第 {p.bin} 列（从 0 数）的输出是多少？",
            en=en + f"What does RoI Pool (rounding, maximum) return in column {p.bin} (counting from 0)?",
        )
    flag = "True" if p.aligned else "False"
    return text(
        zh=zh + f"RoI Align（aligned={flag}）在第 {p.bin} 列（从 0 数）的输出是多少？保留两位小数。",
        en=en + f"What does RoI Align (aligned={flag}) return in column {p.bin} (counting from 0)? Two decimals.",
    )


def answer(p: Ramp) -> float:
    columns = math.ceil(p.x2 / p.stride) + 3
    ramp = np.tile(np.arange(float(columns)), (8, 1))
    box = [p.x1, p.stride, p.x2, 4 * p.stride]
    if p.level == 3:
        return float(roi_pool(ramp, box, p.out, p.stride)[0][0, p.bin])
    return float(roi_align(ramp, box, p.out, p.stride, 2, p.aligned)[0][0, p.bin])


def mistakes(p: Ramp) -> list[Mistake]:
    middle = p.x1 / p.stride + (p.bin + 0.5) * p.span - 0.5 * p.aligned
    if p.level == 3:
        first, last = math.floor(p.x1 / p.stride + 0.5), math.floor(p.x2 / p.stride + 0.5)
        n = last - first + 1
        return [
            Mistake("mean-not-maximum", middle,
                    text(zh="这是 RoI Align 的值：RoI Pool 在整格上取最大。",
                         en="That is RoI Align's value: RoI Pool takes the maximum over whole cells.")),
            Mistake("end-included", first + math.ceil((p.bin + 1) * n / p.out),
                    text(zh="bin 的终点不含在内。", en="The end of a bin is not included.")),
            Mistake("truncated-bins", first + (p.bin + 1) * (n // p.out) - 1,
                    text(zh="bin 不是截成等宽的整格，终点要向上取整。",
                         en="Bins are not truncated to equal widths: their ends round up.")),
            Mistake("forgot-both-ends", first + math.ceil((p.bin + 1) * (n - 1) / p.out) - 1,
                    text(zh="框的列数两端都算，要加 1。", en="Both end columns of the box count: add 1.")),
        ]  # fmt: skip
    half = 0.5 if p.aligned else -0.5
    return [
        Mistake("half-cell", middle + half,
                text(zh="看清 aligned：True 要减半格，False 不减。", en="Mind aligned: True subtracts half a cell.")),
        Mistake("bin-start", middle - 0.5 * p.span,
                text(zh="这是 bin 左边的值；平均值在 bin 的中点。",
                     en="That is the left edge of the bin; the mean sits at its middle.")),
        Mistake("rounded", math.floor(p.x1 / p.stride + 0.5) + (p.bin + 0.5) * p.span - 0.5 * p.aligned,
                text(zh="RoI Align 不取整。", en="RoI Align does not round.")),
        Mistake("forgot-stride", middle - p.x1 / p.stride + p.x1,
                text(zh="左边也要除以步长。", en="The left edge has to be divided by the stride too.")),
    ]  # fmt: skip


def solution(p: Ramp) -> Text:
    if p.level == 3:
        first, last = math.floor(p.x1 / p.stride + 0.5), math.floor(p.x2 / p.stride + 0.5)
        n = last - first + 1
        end = f"{first}+\\lceil {p.bin + 1}\\cdot{n}/{p.out}\\rceil={answer(p) + 1:g}"
        return text(
            zh=f"取整后是第 {first} 到 {last} 列，共 {n} 列。bin 读到 ${end}$（不含），最后一列最大：{answer(p):g}。",
            en=f"Rounded, the box is columns {first} to {last}, {n} of them. The bin reads up to, not including, "
            f"${end}$; on a ramp the last column is the maximum: {answer(p):g}.",
        )
    shift = "-0.5" if p.aligned else ""
    line = f"{p.x1:g}/{p.stride}{shift}+({p.bin}+0.5)\\cdot{p.x2 - p.x1:g}/({p.out}\\cdot{p.stride})={answer(p):.4g}"
    return text(
        zh=f"斜坡是线性的，采样点的平均就是 bin 中点的值：${line}$。PrRoI 在这里得到同样的数。",
        en=f"The ramp is linear, so the mean of the samples is the value at the middle of the bin: ${line}$. PrRoI "
        "gives the same number here.",
    )


exercise = Exercise(
    __name__,
    text(zh="斜坡上的 RoI 输出", en="RoI outputs on a ramp"),
    generate, prompt, answer, lambda p: 0.01, mistakes, solution, demo="roi-microscope",
)  # fmt: skip
