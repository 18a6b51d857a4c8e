"""The compute of training a large model: 6 N D, what a budget buys at 20 tokens a parameter, and how long it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.scaling import TOKENS_PER_PARAMETER, optimal_parameters, training_days, training_flops
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Training:
    """N in billions of parameters, D in billions of tokens; level 3: devices of `peak` TFLOP/s at a utilisation."""

    level: int
    billions: float
    tokens: float
    devices: int = 0
    peak: float = 0.0
    utilisation: float = 0.0

    @property
    def flops(self) -> float:
        return training_flops(self.billions * 1e9, self.tokens * 1e9)


def generate(rng: np.random.Generator, level: int) -> Training:
    billions = float(rng.choice([1, 2, 3, 7, 13, 30, 70]))
    if level == 2:
        return Training(2, billions, TOKENS_PER_PARAMETER * billions)
    tokens = float(rng.choice([20, 100, 300, 500, 1000, 2000]))
    if level == 1:
        return Training(1, billions, tokens)
    return Training(3, billions, tokens, int(rng.choice([8, 64, 256, 512])), float(rng.choice([300, 400, 1000])),
                    float(rng.choice([0.3, 0.4, 0.5])))  # fmt: skip


def answer(p: Training) -> float:
    if p.level == 1:
        return p.flops / 1e21
    if p.level == 2:
        return optimal_parameters(p.flops) / 1e9
    return training_days(p.flops, p.devices, p.peak * 1e12, p.utilisation)


def prompt(p: Training) -> Text:
    if p.level == 1:
        return text(
            zh=f"稠密 Transformer，{p.billions:g}B 参数，训练 {p.tokens:g}B 个 token。训练要多少 FLOP？"
            "（以 $10^{21}$ 为单位，三位有效数字）",
            en=f"A dense Transformer with {p.billions:g}B parameters is trained on {p.tokens:g}B tokens. How many "
            "FLOPs does "
            "training take? (in units of $10^{21}$, three significant digits)",
        )
    if p.level == 2:
        return text(
            zh=rf"预算 ${p.flops / 1e21:.4g}\times10^{{21}}$ FLOP，按每个参数 20 个 token 分配。"
            r"模型取多少参数？（单位 B，即十亿）",
            en=rf"A budget of ${p.flops / 1e21:.4g}\times10^{{21}}$ FLOPs is to be spent at 20 tokens a parameter. "
            r"How many "
            "parameters should the model have? (in billions)",
        )
    return text(
        zh=f"{p.billions:g}B 参数，{p.tokens:g}B 个 token，{p.devices} 张卡，每张峰值 {p.peak:g} TFLOP/s，利用率 "
        f"{p.utilisation:.0%}。训练要多少天？（三位有效数字）",
        en=f"{p.billions:g}B parameters, {p.tokens:g}B tokens, {p.devices} devices with a peak of {p.peak:g} TFLOP/s "
        "each at "
        f"{p.utilisation:.0%} utilisation. How many days does training take? (three significant digits)",
    )


def mistakes(p: Training) -> Sequence[Mistake]:
    forward = text(zh="$2ND$ 只是前向；反向约是前向的两倍，一共 $6ND$。",
                   en="$2ND$ is the forward pass; backward costs about twice that, $6ND$ in all.")  # fmt: skip
    if p.level == 2:
        return (
            Mistake("forgot-the-six", float(np.sqrt(p.flops / TOKENS_PER_PARAMETER)) / 1e9,
                    text(zh="漏了 6：$C=6ND=120N^2$。", en="The 6 is missing: $C=6ND=120N^2$.")),
            Mistake("ratio-forgotten", float(np.sqrt(p.flops / 6)) / 1e9,
                    text(zh="这是 $D=N$；要 $D=20N$。", en="That is $D=N$; $D=20N$ was asked.")),
            Mistake("tokens", p.tokens, text(zh="这是 token 数。", en="That is the number of tokens.")),
        )  # fmt: skip
    if p.level == 1:
        return (
            Mistake("forward-only", answer(p) / 3, forward),
            Mistake("no-factor", answer(p) / 6, text(zh="每个参数、每个 token 约 6 次运算。",
                                                     en="About 6 operations a parameter and token.")),
            Mistake("macs", answer(p) / 2, text(zh="这是乘加次数；一次乘加算 2 FLOP。",
                                                en="Those are multiply-adds; each counts as 2 FLOPs.")),
        )  # fmt: skip
    return (
        Mistake("full-utilisation", answer(p) * p.utilisation,
                text(zh="没有乘利用率：实际达不到峰值。", en="Utilisation is missing: the peak is not reached.")),
        Mistake("forward-only", answer(p) / 3, forward),
        Mistake("hours", answer(p) * 24, text(zh="这是小时数。", en="Those are hours.")),
        Mistake("one-device", answer(p) * p.devices, text(zh="这是一张卡的天数。", en="That is on one device.")),
    )  # fmt: skip


def solution(p: Training) -> Text:
    cost = rf"$6\cdot{p.billions:g}\times10^9\cdot{p.tokens:g}\times10^9={p.flops / 1e21:.4g}\times10^{{21}}$"
    if p.level == 1:
        return text(zh=f"$6ND$：{cost}。", en=f"$6ND$: {cost}.")
    if p.level == 2:
        shown = rf"$N=\sqrt{{C/120}}={answer(p):.4g}\times10^9$"
        return text(zh=f"$C=6N\\cdot20N$：{shown}。", en=f"$C=6N\\cdot20N$: {shown}.")
    speed = rf"${p.devices}\cdot{p.peak:g}\times10^{{12}}\cdot{p.utilisation:g}$ FLOP/s"
    return text(zh=f"{cost}，除以 {speed}，再除以 86400：{answer(p):.4g} 天。",
                en=f"{cost}, over {speed}, over 86400: {answer(p):.4g} days.")  # fmt: skip


exercise = Exercise(
    __name__, text(zh="训练一个大模型要多少算力", en="The compute of training a large model"),
    generate, prompt, answer, lambda p: 0.005 * answer(p), mistakes, solution,
)  # fmt: skip
