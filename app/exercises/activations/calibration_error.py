"""Expected calibration error by hand, from a small reliability table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.calibration import expected_calibration_error
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Bins:
    """counts of examples, mean predictions, and how many were positive; levels 1, 2 state the frequency instead."""

    level: int
    counts: tuple[int, ...]
    predicted: tuple[float, ...]
    positive: tuple[int, ...]

    @property
    def observed(self) -> tuple[float, ...]:
        return tuple(k / n for k, n in zip(self.positive, self.counts, strict=True))

    @property
    def gaps(self) -> tuple[float, ...]:
        return tuple(o - q for o, q in zip(self.observed, self.predicted, strict=True))


CENTRES = {2: (0.3, 0.8), 3: (0.15, 0.5, 0.85), 4: (0.1, 0.35, 0.65, 0.9)}


def generate(rng: np.random.Generator, level: int) -> Bins:
    number = level + 1
    while True:
        counts = tuple(int(n) for n in rng.choice([20, 50, 100, 150, 200, 300], number, replace=False))
        predicted = tuple(round(c + int(rng.integers(-8, 9)) / 100, 2) for c in CENTRES[number])
        positive = tuple(
            round(n * min(max(q + int(rng.integers(-20, 21)) / 100, 0), 1))
            for n, q in zip(counts, predicted, strict=True)
        )
        made = Bins(level, counts, predicted, positive)
        whole = level == 3 or all(round(o, 2) == o for o in made.observed)
        if whole and answer(made) > 0.02 and (level == 1 or min(made.gaps) < -0.02 < 0.02 < max(made.gaps)):
            return made


def answer(p: Bins) -> float:
    """The library's, on as many examples as the table speaks of."""
    q = np.repeat(p.predicted, p.counts)
    y = np.concatenate([np.arange(n) < k for n, k in zip(p.counts, p.positive, strict=True)]).astype(np.float64)
    return expected_calibration_error(q, y, bins=100)


def listed(p: Bins, lang: str) -> str:
    rows = []
    for n, q, k, o in zip(p.counts, p.predicted, p.positive, p.observed, strict=True):
        happened = f"{k} 个为正" if p.level == 3 else f"正例占比 {o:g}"
        if lang == "en":
            happened = f"{k} positive" if p.level == 3 else f"fraction positive {o:g}"
        said = f"平均预测 {q:g}" if lang == "zh" else f"mean prediction {q:g}"
        rows.append(f"{n} 个样本，{said}，{happened}" if lang == "zh" else f"{n} examples, {said}, {happened}")
    return "；".join(rows) if lang == "zh" else "; ".join(rows)


def prompt(p: Bins) -> Text:
    return text(zh=f"可靠性图的各箱：{listed(p, 'zh')}。期望校准误差 ECE 是多少？",
                en=f"The bins of a reliability diagram: {listed(p, 'en')}. What is the expected calibration "
                "error?")  # fmt: skip


def mistakes(p: Bins) -> Sequence[Mistake]:
    counts, gaps = np.array(p.counts), np.array(p.gaps)
    share = counts / counts.sum()
    return (
        Mistake("unweighted", float(np.abs(gaps).mean()),
                text(zh="要按各箱的样本数加权。", en="Weight the bins by their examples.")),
        Mistake("let-them-cancel", float(abs(share @ gaps)),
                text(zh="先取绝对值再加：偏高和偏低不能互相抵消。",
                     en="Take absolute values first: too high and too low must not cancel.")),
        Mistake("largest-gap", float(np.abs(gaps).max()),
                text(zh="这是最大校准误差 MCE。", en="That is the maximum calibration error, MCE.")),
        Mistake("squared", float(np.sqrt(share @ gaps**2)),
                text(zh="ECE 用绝对差，不是均方根。", en="ECE takes absolute gaps, not their root mean square.")),
    )  # fmt: skip


def solution(p: Bins) -> Text:
    total = sum(p.counts)
    terms = "+".join(rf"{n}\cdot{abs(gap):.3f}" for n, gap in zip(p.counts, p.gaps, strict=True))
    formula = rf"$\frac{{{terms}}}{{{total}}}={answer(p):.4f}$"
    return text(zh=f"按样本数加权的绝对差：{formula}。", en=f"Absolute gaps, weighted by examples: {formula}.")


exercise = Exercise(
    __name__, text(zh="期望校准误差 ECE", en="Expected calibration error"),
    generate, prompt, answer, lambda p: 0.0011, mistakes, solution, demo="calibration",
)  # fmt: skip
