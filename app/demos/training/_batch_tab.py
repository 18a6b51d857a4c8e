"""The batch-size tab of the training clinic: what a large batch does at the same epochs, rate and number of updates."""

import math
from collections.abc import Iterator

import numpy as np

from app.core.clinic import Case, Course, course, draw_data, draw_net
from app.core.clinic_cases import batch_cases
from app.core.losses import softmax_cross_entropy
from app.core.net_probes import example_gradients, gradient_noise, measured_gradient_noise
from app.kit import Axis, Bars, BarSeries, Check, Lines, Result, Series, Text, View, same, text

SEEDS, ROWS, SIZES = 3, 64, (4, 16, 64, 256)


def names(batch: int) -> dict[str, Text]:
    return {
        "small": text(zh="batch 32", en="batch 32"),
        "large": text(zh=f"batch {batch}，轮数相同", en=f"batch {batch}, same epochs"),
        "scaled": text(zh=f"batch {batch}，轮数相同，学习率 × {batch // 32}",
                       en=f"batch {batch}, same epochs, rate × {batch // 32}"),
        "equal": text(zh=f"batch {batch}，更新次数相同", en=f"batch {batch}, same number of updates"),
    }  # fmt: skip


def short(batch: int) -> dict[str, Text]:
    """The same for the feet of bars."""
    return {
        "small": same("32"), "large": same(str(batch)), "scaled": same(f"lr ×{batch // 32}"),
        "equal": text(zh="补足更新", en="updates"),
    }  # fmt: skip


def noise(seed: int) -> dict[int, tuple[float, float]]:
    """{batch size: (measured, predicted)} gradient noise of a fresh healthy net over 64 rows."""
    data, net = draw_data(Case(), seed), draw_net(Case(), seed)
    rows = example_gradients(net, data.X[:ROWS], data.y[:ROWS], softmax_cross_entropy)
    rng = np.random.default_rng([seed, 7])
    return {size: (measured_gradient_noise(rows, size, rng), gradient_noise(rows, size)) for size in SIZES}


def run_batch(batch: int, seed: int) -> Iterator[Result]:
    cases, spread = batch_cases(batch), noise(seed)
    runs: dict[str, list[Course]] = {name: [] for name in cases}
    done = 0
    for number in range(SEEDS):
        for name, case in cases.items():
            *_, finished = course(case, seed + number, every=max(1, case.updates // 16))
            runs[name].append(finished)
            done += 1
            yield _result(batch, cases, {k: r for k, r in runs.items() if r}, spread, done / (SEEDS * len(cases)))


def _result(
    batch: int, cases: dict[str, Case], runs: dict[str, list[Course]], spread: dict[int, tuple[float, float]],
    progress: float,
) -> Result:  # fmt: skip
    ends = {name: np.array([run.val_accuracy[-1] for run in group]) for name, group in runs.items()}
    s = {f"{name}_val": float(values.mean()) for name, values in ends.items()}
    s |= {f"{name}_spread": float(values.std(ddof=1)) if len(values) > 1 else 0.0 for name, values in ends.items()}
    s |= {f"{name}_train_loss": float(np.mean([run.train_loss[-1] for run in runs[name]])) for name in runs}
    s |= {f"{name}_updates": float(cases[name].updates) for name in runs}
    scaled = {size: measured * math.sqrt(size) for size, (measured, _) in spread.items()}
    s |= {f"noise_{size}": value for size, value in scaled.items()}
    s["noise_ratio"] = spread[4][0] / spread[64][0]
    off = max(abs(measured / exact - 1) for measured, exact in spread.values())
    return Result(
        [_race(batch, cases, runs, s), _ends(batch, runs, s), _noise_view(spread, scaled)], s,
        _notes(batch, cases, s) if progress == 1 else [text(zh="正在训练……", en="Training …")],
        [Check(text(zh="梯度噪声：抽样与 √(tr Σ / B)", en="gradient noise: drawn against √(tr Σ / B)"), off, 0.05)],
        progress,
    )  # fmt: skip


def _race(batch: int, cases: dict[str, Case], runs: dict[str, list[Course]], s: dict[str, float]) -> View:
    series = [
        Series(name, names(batch)[name], group[0].updates[1:],
               np.mean([run.val_accuracy[1:] for run in group], axis=0), draw="both")
        for name, group in runs.items()
    ]  # fmt: skip
    stop, small = cases["large"].updates, s["small_val"]
    return Lines(
        id="race", title=text(zh="验证正确率，按更新次数",
                              en="Validation accuracy by number of updates"), series=series,
        description=text(
            zh=f"轮数相同时，大 batch 只更新 {stop} 次就停了；batch 32 更新 {cases['small'].updates} 次，到 "
            f"{small:.0%}。",
            en=f"With the same epochs the large batch stops after {stop} updates; batch 32 makes "
            f"{cases['small'].updates} and reaches {small:.0%}.",
        ),
        x=Axis(text(zh="更新次数", en="updates"), log=True, range=(1, cases["small"].updates)),
        y=Axis(text(zh="验证正确率", en="validation accuracy"), range=(0, 1)),
    )  # fmt: skip


def _ends(batch: int, runs: dict[str, list[Course]], s: dict[str, float]) -> View:
    listed = ", ".join(f"{s[f'{name}_val']:.0%}" for name in runs)
    return Bars(
        id="ends", title=text(zh="训练结束时的验证正确率", en="Validation accuracy at the end"),
        description=text(
            zh=f"batch 32；batch {batch}；同上，学习率放大；同上，更新同样多：{listed}（{SEEDS} "
            f"个种子的平均与标准差）。",
            en=f"Batch 32; batch {batch}; with the rate scaled; with as many updates: {listed} (mean and standard "
            f"deviation of {SEEDS} seeds).",
        ),
        categories=[short(batch)[name] for name in runs],
        series=[BarSeries("validation", text(zh="验证", en="validation"), [s[f"{name}_val"] for name in runs],
                          [s[f"{name}_spread"] for name in runs])],
        x=Axis(text(zh="batch，及怎样补救", en="batch, and the remedy")),
        y=Axis(text(zh="验证正确率", en="validation accuracy"), range=(0, 1)),
    )  # fmt: skip


def _noise_view(spread: dict[int, tuple[float, float]], scaled: dict[int, float]) -> View:
    listed = ", ".join(f"{value:.3g}" for value in scaled.values())
    sizes = np.array(list(spread))
    return Lines(
        id="noise", title=text(zh="梯度噪声与 batch 大小", en="Gradient noise and batch size"),
        description=text(zh=f"B = 4、16、64、256 时噪声 × √B 依次是 {listed}：是常数。",
                         en=f"Noise × √B at B = 4, 16, 64, 256: {listed}. It is a constant."),
        series=[
            Series("noise", text(zh="抽 2000 个 batch 实测", en="measured over 2000 batches"), sizes,
                   np.array([measured for measured, _ in spread.values()]), draw="points"),
            Series("theory", same("√(tr Σ / B)"), sizes, np.array([exact for _, exact in spread.values()]),
                   "reference"),
        ],
        x=Axis(text(zh="batch 大小 B", en="batch size B"), log=True),
        y=Axis(text(zh="梯度噪声（均方根）", en="gradient noise (RMS)"), log=True),
    )  # fmt: skip


def _notes(batch: int, cases: dict[str, Case], s: dict[str, float]) -> list[Text]:
    small, large, scaled, equal = (f"{s[f'{name}_val']:.0%}" for name in cases)
    times = cases["small"].updates // cases["large"].updates
    return [
        text(zh=f"batch 从 32 到 {batch}，轮数不变：更新次数少了 {times} 倍，验证 {small} → {large}。训练 loss 也停在 "
             f"{s['large_train_loss']:.2f}（batch 32 是 {s['small_train_loss']:.2f}）：是没练完，不是陷进了极小值。",
             en=f"Batch 32 to {batch} at the same epochs: {times} times fewer updates, validation {small} → {large}. "
             f"The "
             f"training loss stopped at {s['large_train_loss']:.2f} as well (batch 32: {s['small_train_loss']:.2f}): "
             "unfinished, not caught in a minimum."),
        text(zh=f"更新次数补齐到一样多：{equal}。或者学习率乘 {times}：{scaled}。",
             en=f"As many updates as batch 32: {equal}. Or the learning rate × {times}: {scaled}."),
        text(zh=r"梯度噪声按 $1/\sqrt B$ 变小：B 大 16 倍，噪声小 4 倍。",
             en=r"Gradient noise falls as $1/\sqrt B$: a batch 16 times as large has a quarter of it."),
    ]  # fmt: skip
