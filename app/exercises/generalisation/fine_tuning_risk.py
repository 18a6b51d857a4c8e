"""Risk of fine-tuning in the linear model: without noise, with noise, and when it is better not to tune at all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.linear_risk import fine_tuning_risk, task_distance, tuning_pays_above
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Transfer:
    """n examples, d dimensions, an angle in degrees between unit tasks, label noise sigma."""

    level: int
    n: int
    d: int
    degrees: int
    sigma: float

    @property
    def theta(self) -> float:
        return math.radians(self.degrees)


def generate(rng: np.random.Generator, level: int) -> Transfer:
    while True:
        d = int(rng.choice([50, 80, 100, 120, 200]))
        n = int(rng.integers(1, 9)) * d // 10
        sigma = float(rng.choice([0.1, 0.2, 0.3, 0.4, 0.5])) if level > 1 else 0.0
        found = Transfer(level, n, d, int(rng.choice([20, 30, 45, 50, 70, 75, 80])), sigma)
        if level < 3 or 15 < answer(found) < 75:
            return found


def answer(t: Transfer) -> float:
    if t.level == 3:
        return float(np.degrees(tuning_pays_above(t.n, t.d, t.sigma)))
    return float(fine_tuning_risk(t.n, t.d, t.theta, t.sigma))


def prompt(t: Transfer) -> Text:
    zh = f"线性回归，{t.d} 维标准正态输入，目标任务 {t.n} 个样本，"
    en = f"Linear regression, {t.d} standard normal inputs, {t.n} examples of the target task, "
    noise = (f"标签噪声的标准差 {t.sigma:g}。", f"label noise of standard deviation {t.sigma:g}. ")
    if t.level == 3:
        return text(
            zh=zh
            + noise[0]
            + "源任务与目标任务的权重都是单位向量。夹角超过多少度，从源任务的权重微调（最近的插值解）才比不训练好？",
            en=en + noise[1] + "The weights of source and target are unit vectors. Above which angle, in degrees, is "
            "fine-tuning from the source's weights (to the nearest interpolating solution) better than not tuning?",
        )
    tail = noise if t.level == 2 else ("没有标签噪声。", "no label noise. ")
    return text(
        zh=zh + tail[0] + f"源任务与目标任务的权重都是单位向量，夹角 {t.degrees}°。从源任务的权重微调（最近的插值解），"
        r"期望误差 $E\lVert\hat w-w\rVert^2$ 是多少？",
        en=en
        + tail[1]
        + f"The weights of source and target are unit vectors, {t.degrees}° apart. Fine-tuning from the "
        r"source's weights (to the nearest interpolating solution): what is $E\lVert\hat w-w\rVert^2$?",
    )


def mistakes(t: Transfer) -> Sequence[Mistake]:
    share, distance, gap = 1 - t.n / t.d, float(task_distance(t.theta)), t.d - t.n - 1
    noise = t.sigma**2 * t.n / gap
    if t.level == 3:
        return (
            Mistake("scratch-edge", 60.0, text(
                zh="60° 是微调与从头训练的分界，与“不训练”比要看噪声。",
                en="60° parts fine-tuning from scratch; against not tuning the noise decides.")),
            Mistake("compared-the-noise-term", math.degrees(math.acos(1 - noise / 2)), text(
                zh=r"微调不只加噪声，还去掉了 $n/d$ 的距离：两边一减，比的是 $2-2\cos\theta$ 与 $\sigma^2d/(d-n-1)$。",
                en=r"Tuning also removes $n/d$ of the distance: what is left to compare is $2-2\cos\theta$ with "
                r"$\sigma^2d/(d-n-1)$.")),
            Mistake("one-minus-cosine", math.degrees(math.acos(max(-1.0, 1 - t.sigma**2 * t.d / gap))), text(
                zh=r"距离是 $2-2\cos\theta$，少了一个 2。",
                en=r"The distance is $2-2\cos\theta$: a factor 2 is missing.")),
        )  # fmt: skip
    found = [
        Mistake("from-scratch", share + noise, text(
            zh="这是从头训练的误差：起点到目标的距离是 1。",
            en="That is the risk from scratch, where the distance is 1.")),
        Mistake("learned-share", t.n / t.d * distance + noise, text(
            zh=r"留下的是没见过的 $1-n/d$，不是 $n/d$。", en=r"What stays is the unseen share $1-n/d$, not $n/d$.")),
        Mistake("one-minus-cosine", share * distance / 2 + noise, text(
            zh=r"单位向量的距离平方是 $2-2\cos\theta$。",
            en=r"The squared distance of unit vectors is $2-2\cos\theta$.")),
        Mistake("used-as-it-is", distance, text(
            zh="这是不训练的误差。", en="That is the risk without any tuning.")),
    ]  # fmt: skip
    if t.level == 2:
        found += [
            Mistake("no-noise", share * distance, text(
                zh=r"漏了噪声项 $\sigma^2n/(d-n-1)$。", en=r"The noise term $\sigma^2n/(d-n-1)$ is missing.")),
            Mistake("sigma-not-squared", share * distance + t.sigma * t.n / gap, text(
                zh=r"噪声项用方差 $\sigma^2$，不是标准差。", en=r"The noise enters as a variance, $\sigma^2$.")),
        ]  # fmt: skip
    return found


def solution(t: Transfer) -> Text:
    gap = t.d - t.n - 1
    if t.level == 3:
        cosine = rf"\cos\theta=1-\sigma^2d/(2(d-n-1))=1-{t.sigma**2:.4g}\cdot{t.d}/{2 * gap}"
        return text(zh=rf"${cosine}$，θ = {answer(t):.4g}°。", en=rf"${cosine}$, θ = {answer(t):.4g}°.")
    shown = rf"(1-{t.n}/{t.d})(2-2\cos{t.degrees}^\circ)"
    if t.level == 2:
        shown += rf"+{t.sigma**2:.4g}\cdot{t.n}/{gap}"
    return text(zh=f"${shown}={answer(t):.4g}$。", en=f"${shown}={answer(t):.4g}$.")


exercise = Exercise(
    __name__, text(zh="线性模型里微调的误差", en="Risk of fine-tuning in the linear model"),
    generate, prompt, answer, lambda t: 0.005 * answer(t), mistakes, solution, demo="transfer-map",
)  # fmt: skip
