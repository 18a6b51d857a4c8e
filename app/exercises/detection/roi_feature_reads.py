"""What RoI Align costs: sampling points per bin and neighbours per point are two different numbers."""

import math
from dataclasses import dataclass

import numpy as np

from app.core.roi_align import sample_positions
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Layer:
    """Output side, sampling ratio (0 at level 3: adaptive), box width and height in px, stride."""

    level: int
    out: int
    r: int
    width: int
    height: int
    stride: int

    @property
    def points(self) -> tuple[int, int]:
        """Sampling points of one bin along x and y."""
        sides = (self.width, self.height)
        nx, ny = (len(sample_positions(0, side, self.out, self.stride, self.r)) // self.out for side in sides)
        return nx, ny


def generate(rng: np.random.Generator, level: int) -> Layer:
    out = int(rng.choice([3, 5, 7, 14]))
    stride = int(rng.choice([4, 8, 16]))
    bins = rng.integers([1, 1], [6, 6]) + rng.choice([0.25, 0.5, 0.75], size=2)  # bin sizes in cells
    width, height = (round(b * out * stride) for b in bins)
    return Layer(level, out, 0 if level == 3 else int(rng.integers(3, 9)), width, height, stride)


def prompt(p: Layer) -> Text:
    if p.level == 1:
        return text(
            zh=f"RoI Align 输出 {p.out} × {p.out}，sampling_ratio = {p.r}。其中一个 bin、一个通道要读多少次特征值？",
            en=f"RoI Align with a {p.out} × {p.out} output and sampling_ratio = {p.r}: how many feature values are "
            "read for one of its bins, in one channel?",
        )
    if p.level == 2:
        return text(
            zh=f"RoI Align 输出 {p.out} × {p.out}，sampling_ratio = {p.r}。一个 RoI、一个通道共读多少次特征值？",
            en=f"RoI Align with a {p.out} × {p.out} output and sampling_ratio = {p.r}: how many feature values are "
            "read for one RoI, in one channel?",
        )
    return text(
        zh=f"RoI Align 输出 {p.out} × {p.out}，sampling_ratio = 0（自适应）。框宽 {p.width} px、高 {p.height} px，步长 "
        f"{p.stride}。一个通道共读多少次特征值？",
        en=f"RoI Align with a {p.out} × {p.out} output and sampling_ratio = 0 (adaptive). The box is {p.width} px wide "
        f"and {p.height} px high, the stride is {p.stride}. How many feature values are read for one channel?",
    )


def answer(p: Layer) -> float:
    nx, ny = p.points
    return 4 * nx * ny * (1 if p.level == 1 else p.out**2)


def mistakes(p: Layer) -> list[Mistake]:
    nx, ny = p.points
    bins = 1 if p.level == 1 else p.out**2
    found = [
        Mistake("forgot-neighbours", nx * ny * bins,
                text(zh="每个采样点做双线性插值，要读 4 个邻格。", en="Each point interpolates 4 neighbouring cells.")),
        Mistake("one-point-per-bin", 4 * bins,
                text(zh="4 是每个点的邻格数；每个 bin 有 r × r 个点，不是只有中心一个。",
                     en="4 is the neighbours of one point; a bin has r × r points, not just its centre.")),
    ]  # fmt: skip
    if p.level == 1:
        whole = text(zh="这是整个 RoI；问的是一个 bin。", en="That is the whole RoI; one bin was asked for.")
        found.append(Mistake("whole-roi", 4 * nx * ny * p.out**2, whole))
    if p.level == 2:
        found.append(Mistake("one-bin", 4 * nx * ny, text(zh="这只是一个 bin。", en="That is one bin only.")))
    if p.level == 3:
        by_two = 16 * bins
        small = [max(math.floor(side / (p.out * p.stride)), 1) for side in (p.width, p.height)]
        found += [
            Mistake("ratio-two", by_two, text(zh="0 不是默认取 2，是自适应。", en="0 is not 2: it adapts.")),
            Mistake("floor", 4 * small[0] * small[1] * bins,
                    text(zh="自适应点数是向上取整。", en="The adaptive count rounds up.")),
        ]  # fmt: skip
    return found


def solution(p: Layer) -> Text:
    nx, ny = p.points
    if p.level == 1:
        return text(
            zh=f"${p.r}\\times{p.r}$ 个采样点，每点读 4 个邻格：$4\\times{p.r}^2={answer(p):g}$。",
            en=f"${p.r}\\times{p.r}$ points, 4 neighbours each: $4\\times{p.r}^2={answer(p):g}$.",
        )
    total = f"$4\\times{nx}\\times{ny}\\times{p.out}^2={answer(p):g}$"
    if p.level == 2:
        return text(
            zh=f"每个 bin {nx * ny} 个点，每点 4 个邻格，共 {p.out}² 个 bin：{total}。",
            en=f"{nx * ny} points per bin, 4 neighbours per point, {p.out}² bins: {total}.",
        )
    rx = f"$r_x=\\lceil {p.width}/({p.stride}\\cdot{p.out})\\rceil={nx}$"
    ry = f"$r_y=\\lceil {p.height}/({p.stride}\\cdot{p.out})\\rceil={ny}$"
    return text(zh=f"{rx}，{ry}，每点 4 个邻格：{total}。", en=f"{rx}, {ry}, 4 neighbours per point: {total}.")


exercise = Exercise(
    __name__,
    text(zh="RoI Align 读多少次特征", en="How many features RoI Align reads"),
    generate, prompt, answer, lambda p: 0.01, mistakes, solution, demo="roi-microscope",
)  # fmt: skip
