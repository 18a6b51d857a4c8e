"""The largest learning rate of a quadratic: plain, with momentum, and from two directions at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.quadratic import largest_rate, step_factor
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Valley:
    """Curvatures (steep, flat) of a quadratic. Level 1: no momentum. Level 2: momentum. Level 3: what is left of the
    flat direction after `steps` plain steps at `share` of the largest rate."""

    level: int
    steep: int
    flat: float
    momentum: float = 0.0
    share: float = 1.0
    steps: int = 0

    @property
    def rate(self) -> float:
        return self.share * largest_rate(self.steep)


def generate(rng: np.random.Generator, level: int) -> Valley:
    steep, flat = int(rng.integers(4, 60)), int(rng.integers(1, 20)) / 10
    if level == 1:
        return Valley(1, steep, flat)
    if level == 2:
        return Valley(2, steep, flat, float(rng.choice([0.5, 0.6, 0.8, 0.9, 0.95])))
    return Valley(3, steep, flat, 0.0, float(rng.choice([0.5, 0.6, 0.8, 0.9])), int(rng.choice([5, 10, 20])))


def answer(p: Valley) -> float:
    if p.level == 3:
        return step_factor(p.rate, p.flat) ** p.steps
    return largest_rate(p.steep, p.momentum)


def prompt(p: Valley) -> Text:
    shape = rf"\tfrac12({p.steep}\,w_1^2+{p.flat:g}\,w_2^2)"
    if p.level == 1:
        return text(
            zh=f"用普通梯度下降最小化 ${shape}$。学习率超过多少就发散？",
            en=f"Plain gradient descent minimises ${shape}$. Above which learning rate does it diverge?",
        )
    if p.level == 2:
        return text(
            zh=rf"用动量法（$\beta={p.momentum:g}$，$v\leftarrow\beta v+g$，$w\leftarrow w-\eta v$）最小化 ${shape}$。"
            rf"学习率超过多少就发散？",
            en=rf"Momentum ($\beta={p.momentum:g}$, $v\leftarrow\beta v+g$, $w\leftarrow w-\eta v$) minimises "
            rf"${shape}$. Above "
            "which learning rate does it diverge?",
        )
    return text(
        zh=f"用普通梯度下降最小化 ${shape}$，学习率取最大允许值的 {p.share:.0%}。从 $w_2=1$ 出发走 {p.steps} 步，"
        f"$|w_2|$ 是多少？",
        en=f"Plain gradient descent minimises ${shape}$ at {p.share:.0%} of the largest possible rate. From $w_2=1$, "
        f"what is $|w_2|$ after {p.steps} steps?",
    )


def mistakes(p: Valley) -> Sequence[Mistake]:
    if p.level == 3:
        return (
            Mistake("steep-direction", step_factor(p.rate, p.steep) ** p.steps,
                    text(zh="这是陡的方向；问的是平的方向。",
                         en="That is the steep direction; the flat one is asked.")),
            Mistake("one-step", step_factor(p.rate, p.flat),
                    text(zh="这是一步的倍数，要连乘。", en="That is the factor of one step: multiply them.")),
            Mistake("linear-decay", max(0.0, 1 - p.steps * p.rate * p.flat),
                    text(zh="每步乘 $1-\\eta\\lambda$，是指数衰减，不是线性。",
                         en="Each step multiplies by $1-\\eta\\lambda$: the decay is exponential, not linear.")),
            Mistake("full-rate", step_factor(largest_rate(p.steep), p.flat) ** p.steps,
                    text(zh="忘了学习率只取了一部分。", en="The rate is only a share of the largest one.")),
        )  # fmt: skip
    plain = Mistake("no-momentum", largest_rate(p.steep),
                    text(zh="这是没有动量的界；动量把它乘以 $1+\\beta$。",
                         en="That is the wall without momentum, which multiplies it by $1+\\beta$."))  # fmt: skip
    common = (
        Mistake("forgot-the-two", answer(p) / 2,
                text(zh="$|1-\\eta\\lambda|<1$ 允许到 $2/\\lambda$，不是 $1/\\lambda$。",
                     en="$|1-\\eta\\lambda|<1$ allows up to $2/\\lambda$, not $1/\\lambda$.")),
        Mistake("flat-direction", largest_rate(p.flat, p.momentum),
                text(zh="由最大的曲率决定，不是最小的。", en="The largest curvature decides, not the smallest.")),
    )  # fmt: skip
    if p.level == 1:
        mean = (p.steep + p.flat) / 2
        return (*common, Mistake("mean-curvature", largest_rate(mean),
                                 text(zh="不能取平均：最陡的方向先发散。",
                                      en="Do not average: the steepest direction diverges first.")))  # fmt: skip
    return (*common, plain, Mistake("effective-rate", largest_rate(p.steep) * (1 - p.momentum),
                                    text(zh="$1/(1-\\beta)$ 是步长放大的倍数；稳定的界反而变宽，是 "
                                         "$2(1+\\beta)/\\lambda$。",
                                         en="$1/(1-\\beta)$ is how much steps grow; the wall gets wider, "
                                         "$2(1+\\beta)/\\lambda$.")))  # fmt: skip


def solution(p: Valley) -> Text:
    if p.level == 3:
        formula = rf"\eta={p.rate:.4g},\ (1-{p.rate:.4g}\cdot{p.flat:g})^{{{p.steps}}}={answer(p):.4g}"
    elif p.level == 2:
        formula = rf"2(1+{p.momentum:g})/{p.steep}={answer(p):.4g}"
    else:
        formula = rf"2/{p.steep}={answer(p):.4g}"
    return text(
        zh=f"只看曲率：每个方向各走各的。${formula}$。", en=f"Each direction runs on its own: ${formula}$.",
    )  # fmt: skip


exercise = Exercise(
    __name__, text(zh="学习率的上限", en="The wall of the learning rate"),
    generate, prompt, answer, lambda p: 0.005 * answer(p), mistakes, solution, demo="tuning-bench",
)  # fmt: skip
