"""The regression target of an anchor, and (level 3) the box a predicted offset means."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log2

import numpy as np

from app.core.boxes import decode, encode
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Case:
    """An anchor and a box along one axis, px: start and length; level says what is asked."""

    anchor: tuple[int, int]
    box: tuple[int, int]
    level: int

    @property
    def shift(self) -> float:
        """t_x: distance of the centres over the length of the anchor."""
        return float(encode(as_box(self.anchor), as_box(self.box))[0, 0])

    @property
    def scale(self) -> float:
        """t_w: logarithm of the ratio of the lengths."""
        return float(encode(as_box(self.anchor), as_box(self.box))[0, 2])

    @property
    def offsets(self) -> tuple[float, float]:
        """The predicted (t_x, t_w) of level 3, as printed."""
        return round(self.shift, 2), round(self.scale, 2)


def as_box(interval: tuple[int, int]) -> tuple[int, int, int, int]:
    start, length = interval
    return (start, 0, start + length, 1)


def generate(rng: np.random.Generator, level: int) -> Case:
    anchor = (int(rng.integers(5, 20)) * 10, int(rng.choice([64, 100, 128, 160, 200, 256])))
    length = round(anchor[1] * float(rng.choice([0.4, 0.5, 0.6, 0.8, 1.25, 1.5, 1.6, 2.0, 2.5])))
    return Case(anchor, (anchor[0] + int(rng.choice([-1, 1])) * int(rng.integers(4, 40)), length), level)


def answer(c: Case) -> float:
    if c.level == 1:
        return c.scale
    if c.level == 2:
        return c.shift
    shift, scale = c.offsets
    return float(decode(as_box(c.anchor), [[shift, 0, scale, 0]])[0, 2])


def tolerance(c: Case) -> float:
    return 0.5 if c.level == 3 else 0.004


def prompt(c: Case) -> Text:
    (x, w), (gx, gw) = c.anchor, c.box
    if c.level == 1:
        return text(
            zh=f"anchor 宽 {w} px，真值框宽 {gw} px。回归目标 $t_w$ 是多少？（保留三位小数）",
            en=f"An anchor is {w} px wide, the ground-truth box {gw} px. What is the target $t_w$? (three decimals)",
        )
    if c.level == 2:
        return text(
            zh=f"横向上，anchor 从 {x} 到 {x + w} px，真值框从 {gx} 到 {gx + gw} px。"
            "回归目标 $t_x$ 是多少？（保留三位小数）",
            en=f"Along x the anchor runs from {x} to {x + w} px and the ground-truth box from {gx} to {gx + gw} px. "
            "What is the target $t_x$? (three decimals)",
        )
    shift, scale = c.offsets
    return text(
        zh=f"横向上，anchor 从 {x} 到 {x + w} px，网络输出 $t_x = {shift}$，$t_w = {scale}$。"
        "解码后的框右边 $x_2$ 在哪里（px）？",
        en=f"Along x an anchor runs from {x} to {x + w} px; the network puts out $t_x = {shift}$, $t_w = {scale}$. "
        "Where is the right edge $x_2$ of the decoded box (px)?",
    )


def mistakes(c: Case) -> Sequence[Mistake]:
    (x, w), (gx, gw) = c.anchor, c.box
    if c.level == 1:
        return (
            Mistake("no-log", gw / w, text(zh="还要取自然对数。", en="Take the natural logarithm of that.")),
            Mistake(
                "inverted",
                log(w / gw),
                text(zh="是 $\\ln(w/w_a)$：真值除以 anchor。", en="It is $\\ln(w/w_a)$: box over anchor."),
            ),
            Mistake(
                "log2",
                log2(gw / w),
                text(zh="这里用自然对数，不是以 2 为底。", en="The logarithm is natural, not to base 2."),
            ),
            Mistake(
                "difference",
                (gw - w) / w,
                text(zh="这是相对差；宽高用的是对数。", en="That is the relative difference; sizes use a logarithm."),
            ),
        )
    if c.level == 2:
        return (
            Mistake(
                "left-edges",
                (gx - x) / w,
                text(zh="$t_x$ 比较中心，不是左边。", en="$t_x$ compares centres, not left edges."),
            ),
            Mistake(
                "over-the-box",
                c.shift * w / gw,
                text(zh="要除以 anchor 的宽，不是真值框的宽。", en="Divide by the anchor's width, not the box's."),
            ),
            Mistake(
                "in-pixels",
                c.shift * w,
                text(zh="这是像素；还要除以 anchor 的宽。", en="Those are pixels; divide by the anchor's width."),
            ),
            Mistake(
                "inverted",
                -c.shift,
                text(zh="方向反了：真值中心减 anchor 中心。", en="The sign: box centre minus anchor centre."),
            ),
        )
    shift, scale = c.offsets
    centre = x + w / 2 + shift * w
    return (
        Mistake(
            "no-exp",
            centre + w * (1 + scale) / 2,
            text(zh="宽是 $w_a e^{t_w}$，不是 $w_a(1+t_w)$。", en="The width is $w_a e^{t_w}$, not $w_a(1+t_w)$."),
        ),
        Mistake(
            "centre-only", centre, text(zh="这是中心；右边还要加半个宽。", en="That is the centre; add half the width.")
        ),
        Mistake(
            "from-left-edge",
            x + shift * w + w * exp(scale),
            text(zh="$t_x$ 移动的是中心，不是左边。", en="$t_x$ moves the centre, not the left edge."),
        ),
        Mistake(
            "shift-in-pixels",
            x + w / 2 + shift + w * exp(scale) / 2,
            text(zh="$t_x$ 要乘 anchor 的宽。", en="$t_x$ is multiplied by the anchor's width."),
        ),
    )


def solution(c: Case) -> Text:
    (x, w), (gx, gw) = c.anchor, c.box
    if c.level == 1:
        formula = rf"$t_w = \ln({gw}/{w}) = {c.scale:.4f}$"
    elif c.level == 2:
        formula = rf"$t_x = ({gx + gw / 2:g} - {x + w / 2:g})/{w} = {c.shift:.4f}$"
    else:
        shift, scale = c.offsets
        formula = rf"$x_2 = {x + w / 2:g} + {shift}\cdot {w} + \tfrac12\cdot {w}\,e^{{{scale}}} = {answer(c):.1f}$"
    return text(zh=f"代入定义：{formula}。", en=f"From the definition: {formula}.")


exercise = Exercise(
    __name__,
    text(zh="边框回归的编码", en="Box regression targets"),
    generate,
    prompt,
    answer,
    tolerance,
    mistakes,
    solution,
    demo="anchor-coverage",
)
