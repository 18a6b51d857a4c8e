"""Tab 3 of the tuning bench: an LR range test beside the sweep it stands for."""

from collections.abc import Iterator

import numpy as np

from app.core.activations import Array
from app.core.tuning import Bench, Setting, Trained, train
from app.demos.training._tuning_sweep import NEAR, RATES, SEEDS, Swept, sweep, swept
from app.demos.training._tuning_words import LN_K, TRAINING, written
from app.kit import Axis, Check, Lines, Mark, Region, Result, Series, Text, View, same, text

LOW, HIGH = 1e-5, 10.0
NO_CHECKS: tuple[Check, ...] = ()


def rising(t: int, updates: int) -> float:
    """The rate of update t in a range test: from LOW to HIGH, by the same factor every update."""
    return float(LOW * (HIGH / LOW) ** (t / updates))


def smoothed(losses: Array) -> Array:
    """Mean over each loss and its two neighbours on either side."""
    return np.array([losses[max(0, i - 2) : i + 3].mean() for i in range(len(losses))])


def run_range(bench: Bench, optimiser: str, name: Text, seed: int) -> Iterator[Result]:
    settings = [Setting(1.0, SEEDS * seed + number) for number in range(SEEDS)]
    losses, found = np.full(1, np.nan), None
    for seen in train(bench, optimiser, settings, lambda t: rising(t, bench.updates)):
        losses = seen.losses.mean(axis=1)
        yield _result(bench, name, losses, None, _share(bench, seen) / 2)
    for done in sweep(bench, optimiser, False, seed):
        found = swept(done)
        yield _result(bench, name, losses, found, (1 + _share(bench, done)) / 2)


def _share(bench: Bench, seen: Trained) -> float:
    """How much of a training is done."""
    return (len(seen.losses) - 1) / bench.updates


def _result(bench: Bench, name: Text, losses: Array, found: Swept | None, progress: float) -> Result:
    rates = np.array([rising(t, bench.updates) for t in range(len(losses))])
    with np.errstate(invalid="ignore", over="ignore"):
        curve = smoothed(losses)
    lowest = float(rates[np.nanargmin(np.where(np.isfinite(curve), curve, np.inf))])
    s = {"range_lowest": lowest, "range_tenth": lowest / 10, "range_loss": float(np.nanmin(curve))}
    if found is not None:
        tenth = float(np.interp(np.log(lowest / 10), np.log(RATES), found.mean))
        at_lowest = float(np.interp(np.log(lowest), np.log(RATES), found.mean))
        s |= {
            "best": float(RATES[found.best]), "rate": found.centre, "accuracy": float(found.mean[found.best]),
            "tenth_accuracy": tenth, "lowest_accuracy": at_lowest, "lowest_over_rate": lowest / found.centre,
        }  # fmt: skip
    views: list[View] = [_range_view(name, rates, curve, found, s)]
    if found is not None:
        views.append(_sweep_view(name, found, s))
    return Result(views, s, _notes(name, s) if found is not None and progress == 1 else [TRAINING], NO_CHECKS, progress)


def _marks(s: dict[str, float]) -> list[Mark]:
    return [
        Mark(s["range_lowest"], text(zh="最低", en="min"), "x"),
        Mark(s["range_tenth"], same("÷ 10"), "x"),
    ]  # fmt: skip


def _good(found: Swept) -> Region:
    low, high = float(RATES[found.good[0]]), float(RATES[found.good[-1]])
    return Region(low / 1.15, high * 1.15, text(zh="扫出来差不多好的", en="as good in the sweep"), "good")


def _range_view(name: Text, rates: Array, curve: Array, found: Swept | None, s: dict[str, float]) -> View:
    return Lines(
        id="range", title=text(zh=f"学习率区间测试：{name.zh}", en=f"LR range test: {name.en}"),
        description=text(
            zh=f"每步把学习率放大同样倍数：loss 在 {written(s['range_lowest'])} 处最低，再大就飞了。",
            en=f"Each update raises the rate by the same factor: the loss is lowest at {written(s['range_lowest'])}, "
            f"then "
            "it flies off.",
        ),
        series=[Series("loss", text(zh="batch 的 loss（平滑，5 个种子）",
                                    en="batch loss (smoothed, five seeds)"), rates,
                       np.where(np.isfinite(curve), curve, np.nan))],
        x=Axis(text(zh="学习率", en="learning rate"), log=True, range=(LOW, HIGH)),
        y=Axis(text(zh="交叉熵", en="cross-entropy"), unit="nat", log=True, range=(0.1, 100)),
        marks=[Mark(LN_K, text(zh="ln 5", en="ln 5")), *_marks(s)],
        regions=[_good(found)] if found is not None else [],
    )  # fmt: skip


def _sweep_view(name: Text, found: Swept, s: dict[str, float]) -> View:
    return Lines(
        id="sweep", title=text(zh="逐个学习率完整训练的结果", en="What full trainings say, rate by rate"),
        description=text(
            zh=f"最好的学习率 {written(s['best'])}，正确率 {s['accuracy']:.0%}；差 {NEAR:.0%} 以内的都算差不多好。",
            en=f"Best rate {written(s['best'])}, accuracy {s['accuracy']:.0%}; within {NEAR:.0%} counts as good as it.",
        ),
        series=[Series("validation", text(zh="验证正确率", en="validation accuracy"), RATES, found.mean, draw="both")],
        x=Axis(text(zh="学习率", en="learning rate"), log=True, range=(LOW, HIGH)),
        y=Axis(text(zh="验证正确率", en="validation accuracy"), range=(0, 1)),
        marks=_marks(s), regions=[_good(found)],
    )  # fmt: skip


def _notes(name: Text, s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"{name.zh}：一次区间测试（一次训练的代价）的最低点在 {written(s['range_lowest'])}，是逐个扫出来的 "
             f"{written(s['rate'])} 的 {s['lowest_over_rate']:.2g} 倍。",
             en=f"{name.en}: one range test, at the price of one training, is lowest at {written(s['range_lowest'])}: "
             f"{s['lowest_over_rate']:.2g} times the {written(s['rate'])} of the sweep."),
        text(zh=f"常说的“最低点除以 10”给出 {written(s['range_tenth'])}，正确率 {s['tenth_accuracy']:.0%}，最好是 "
             f"{s['accuracy']:.0%}：稳，但训练这么短时偏小。它只定量级，不定答案。",
             en=f"The usual “lowest, divided by ten” gives {written(s['range_tenth'])} and {s['tenth_accuracy']:.0%} "
             f"against "
             f"{s['accuracy']:.0%}: safe, but small for so short a training. It settles the order of magnitude only."),
    ]  # fmt: skip
