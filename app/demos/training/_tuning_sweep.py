"""Tab 1 of the tuning bench: the same net under three optimisers, a whole range of learning rates, five seeds each."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array
from app.core.optimisers import cosine
from app.core.tuning import OPTIMISERS, Bench, Setting, Trained, train, train_alone
from app.demos.training._tuning_words import COLOUR, LN_K, OPTIMISER, TRAINING, spaced, written
from app.kit import Axis, Check, Lines, Mark, Result, Series, Table, Text, View, text

RATES = 10.0 ** np.arange(-3.5, 0.6, 0.5)
SEEDS, NEAR = 5, 0.02
"""Rates whose mean accuracy is within NEAR of the best one count as good as it."""


class Swept(NamedTuple):
    """One optimiser: mean and standard deviation over seeds of the validation accuracy, (rates,); the losses of the
    best rate, (updates + 1,); which rate is best, and which ones are as good."""

    mean: Array
    spread: Array
    curve: Array
    best: int
    good: NDArray[np.intp]

    @property
    def centre(self) -> float:
        """Geometric middle of the rates that are as good as the best."""
        return float(np.exp(np.mean(np.log(RATES[self.good]))))


def swept(done: Trained) -> Swept:
    accuracy = done.accuracy.reshape(SEEDS, -1)
    mean = accuracy.mean(axis=0)
    best = int(mean.argmax())
    curve = done.losses.reshape(len(done.losses), SEEDS, -1)[:, :, best].mean(axis=1)
    return Swept(mean, accuracy.std(axis=0, ddof=1), curve, best, np.flatnonzero(mean >= mean[best] - NEAR))


def sweep(bench: Bench, optimiser: str, use_cosine: bool, seed: int) -> Iterator[Trained]:
    """All rates and seeds of one optimiser, side by side."""
    settings = [Setting(float(rate), SEEDS * seed + number) for number in range(SEEDS) for rate in RATES]
    schedule = cosine(1.0, bench.updates, warmup=bench.updates // 10) if use_cosine else lambda t: 1.0
    return train(bench, optimiser, settings, schedule)


def run_sweep(bench: Bench, use_cosine: bool, seed: int) -> Iterator[Result]:
    found: dict[str, Swept] = {}
    checks: list[Check] = []
    chunks = math.ceil(bench.updates / 40)
    for number, name in enumerate(OPTIMISERS):
        for part, seen in enumerate(sweep(bench, name, use_cosine, seed), start=1):
            found[name] = swept(seen)
            done = number + part / chunks
            if name == "sgd" and part == chunks and not use_cosine:
                checks = [_check(bench, seed, seen)]
            yield _result(bench, found, checks, done / len(OPTIMISERS))


def _check(bench: Bench, seed: int, seen: Trained) -> Check:
    """One of the runs again, alone and by another module."""
    place = int(np.argmin(np.abs(RATES - 0.1)))
    alone = train_alone(bench, "sgd", Setting(float(RATES[place]), SEEDS * seed))
    return Check(
        text(zh="并排训练的一个网络，与单独训练的逐步 loss",
             en="one of the nets trained side by side, and trained alone: losses"),
        float(np.max(np.abs(alone / seen.losses[:, place] - 1))), 1e-6,
    )  # fmt: skip


def _result(bench: Bench, found: dict[str, Swept], checks: list[Check], progress: float) -> Result:
    s: dict[str, float] = {}
    for name, one in found.items():
        s |= {
            f"best_{name}": float(RATES[one.best]), f"rate_{name}": one.centre,
            f"accuracy_{name}": float(one.mean[one.best]), f"spread_{name}": float(one.spread[one.best]),
            f"widest_{name}": float(RATES[one.good[-1]] / RATES[one.good[0]]), f"start_{name}": float(one.curve[0]),
        }  # fmt: skip
    if len(found) == len(OPTIMISERS):
        tuned = [s[f"accuracy_{name}"] for name in OPTIMISERS]
        s |= {
            "sgd_over_momentum": s["rate_sgd"] / s["rate_momentum"], "sgd_over_adamw": s["rate_sgd"] / s["rate_adamw"],
            "tuned_gap": max(tuned) - min(tuned), "trainings": float(len(OPTIMISERS) * SEEDS * len(RATES)),
        }  # fmt: skip
        for name in OPTIMISERS:
            s |= {f"{other}_at_{name}": float(one.mean[found[name].best]) for other, one in found.items()}
    return Result(
        [_sweep_view(found, s), _curves_view(bench, found, s), _table(found, s)], s,
        _notes(s) if progress == 1 else [TRAINING], checks, min(progress, 1.0),
    )  # fmt: skip


def _sweep_view(found: dict[str, Swept], s: dict[str, float]) -> View:
    bests = "；".join(f"{OPTIMISER[name].zh} {written(s[f'best_{name}'])}" for name in found)
    bests_en = "; ".join(f"{OPTIMISER[name].en} {written(s[f'best_{name}'])}" for name in found)
    return Lines(
        id="sweep", title=text(zh="扫学习率：三个峰在三个地方", en="Learning-rate sweep: three peaks in three places"),
        description=text(zh=f"最好的学习率：{bests}（{SEEDS} 个种子的平均；发散算 0）。",
                         en=f"Best rate: {bests_en} (mean of {SEEDS} seeds; divergence counts 0)."),
        series=[Series(COLOUR[name], OPTIMISER[name], RATES, one.mean, draw="both") for name, one in found.items()],
        x=Axis(text(zh="学习率", en="learning rate"), log=True, range=(float(RATES[0]) * 0.8, float(RATES[-1]) * 1.2)),
        y=Axis(text(zh="验证正确率", en="validation accuracy"), range=(0, 1)),
        marks=[Mark(0.2, text(zh="瞎猜", en="chance"))],
    )  # fmt: skip


def _curves_view(bench: Bench, found: dict[str, Swept], s: dict[str, float]) -> View:
    ends = ", ".join(f"{OPTIMISER[name].en} {np.mean(one.curve[-10:]):.2g}" for name, one in found.items())
    step = max(1, bench.updates // 60)
    return Lines(
        id="curves", title=text(zh="各用自己最好的学习率：训练 loss", en="Training loss, each at its own best rate"),
        description=text(zh=f"最后 10 步的平均：{ends}。", en=f"Mean of the last ten updates: {ends}."),
        series=[
            Series(COLOUR[name], OPTIMISER[name], np.arange(len(one.curve))[::step], one.curve[::step])
            for name, one in found.items()
        ],
        x=Axis(text(zh="更新次数", en="updates"), range=(0, bench.updates)),
        y=Axis(text(zh="batch 的交叉熵", en="cross-entropy of the batch"), unit="nat", log=True, range=(1e-2, 10)),
        marks=[Mark(LN_K, text(zh="ln 5", en="ln 5"))],
    )  # fmt: skip


def _table(found: dict[str, Swept], s: dict[str, float]) -> View:
    rows: list[list[str | Text]] = []
    for name, one in found.items():
        low, high = RATES[one.good[0]], RATES[one.good[-1]]
        row: list[str | Text] = [
            OPTIMISER[name], written(s[f"best_{name}"]), f"{written(low)} – {written(high)}" if high > low else "—",
            f"{s[f'accuracy_{name}']:.3f} ± {s[f'spread_{name}']:.3f}",
        ]  # fmt: skip
        row += [f"{float(one.mean[other.best]):.2f}" for other in found.values()]
        rows.append(row)
    borrowed = [
        text(zh=f"借{spaced(OPTIMISER[name])}的学习率", en=f"at the rate of {OPTIMISER[name].en}") for name in found
    ]  # fmt: skip
    worst = min(float(one.mean[other.best]) for one in found.values() for other in found.values())
    return Table(
        id="fair", title=text(zh="公平与不公平的比较", en="Fair and unfair comparison"),
        description=text(zh=f"各自调好，差别在误差之内；借别人的学习率，最低 {worst:.0%}。",
                         en=f"Each tuned, they are level; at another's rate the lowest is {worst:.0%}."),
        columns=[text(zh="优化器", en="optimiser"), text(zh="最好的学习率", en="best rate"),
                 text(zh="差不多好的范围", en="as good"), text(zh="验证正确率", en="accuracy"), *borrowed],
        rows=rows,
    )  # fmt: skip


def _notes(s: dict[str, float]) -> list[Text]:
    accuracies = "、".join(f"{s[f'accuracy_{name}']:.1%}" for name in OPTIMISERS)
    accuracies_en = ", ".join(f"{s[f'accuracy_{name}']:.1%}" for name in OPTIMISERS)
    return [
        text(zh=f"最好的学习率，SGD 大约是动量法的 {s['sgd_over_momentum']:.0f} 倍、AdamW 的 {s['sgd_over_adamw']:.0f} "
             f"倍："
             "动量把步长放大 1/(1−β) = 10 倍，Adam 的步长与梯度大小无关。",
             en=f"SGD's best rate is about {s['sgd_over_momentum']:.0f} times that of momentum and "
             f"{s['sgd_over_adamw']:.0f} times that of AdamW: momentum enlarges the step by 1/(1−β) = 10, and Adam's "
             "step does not depend on the size of the gradient."),
        text(zh=f"各自调好之后：SGD、动量、AdamW 是 {accuracies}。用同一个学习率比较，比的是谁碰巧合适。",
             en=f"Each tuned: SGD, momentum and AdamW reach {accuracies_en}. At one rate for all you compare luck."),
    ]  # fmt: skip
