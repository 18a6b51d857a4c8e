"""Tab "Small network, angle × examples": four strategies trained in every cell of a grid; who wins, and by how much."""

from collections.abc import Iterator

import numpy as np

from app.core.transfer import relative_risk
from app.demos.generalisation._transfer_params import STRATEGIES, TransferMapParams
from app.demos.generalisation._transfer_training import pretrained, target_task, use
from app.kit import Axis, Check, Heatmap, Result, Table, Text, same, text

ANGLES, COUNTS, NAMES = (0, 30, 60, 90), (30, 300, 3000), ("scratch", "probe", "full", "lp-ft")
REPEATS, STEPS = 2, 200


def run(params: TransferMapParams) -> Iterator[Result]:
    """A result after every cell."""
    base, source_risk = pretrained(params.seed)
    risks = np.full((len(ANGLES), len(COUNTS), len(NAMES), REPEATS), np.nan)
    cells = [(row, column) for column in range(len(COUNTS)) for row in range(len(ANGLES))]
    for done, (row, column) in enumerate(cells, start=1):
        for repeat in range(REPEATS):
            theta = float(np.radians(ANGLES[row]))
            task = target_task(params.seed, repeat, theta, COUNTS[column], 0.0, len(base.weights[0]))
            for place, name in enumerate(NAMES):
                net = use(name, base, task, (params.seed, repeat), STEPS)
                risks[row, column, place, repeat] = relative_risk(net, *task.inside)
        yield _result(risks, source_risk, done / len(cells))


def _result(risks: np.ndarray, source_risk: float, progress: float) -> Result:
    mean = risks.mean(axis=-1)
    scalars = {
        f"{name.replace('-', '_')}_{angle}_{count}": float(mean[row, column, place])
        for row, angle in enumerate(ANGLES) for column, count in enumerate(COUNTS)
        for place, name in enumerate(NAMES) if np.isfinite(mean[row, column, place])
    }  # fmt: skip
    transfer = mean[..., 1:].min(axis=-1)
    gain = np.log10(transfer / mean[..., 0])
    scalars["worst_gain"] = float(10 ** np.nanmax(gain))
    scalars["full_over_scratch_max"] = float(np.nanmax(mean[..., 2] / mean[..., 0]))
    scalars["probe_loses"] = float(np.sum(mean[..., 1] > mean[..., 0]))
    views = [_gains(gain), _table(risks, mean)]
    label = text(zh="预训练真的学会了源任务：剩余误差", en="pre-training did learn the source tasks: risk left")
    return Result(views, scalars, _notes(mean), [Check(label, source_risk, 0.05)], progress)


def _gains(gain: np.ndarray) -> Heatmap:
    most, least = 10 ** np.nanmin(gain), 10 ** np.nanmax(gain)
    return Heatmap(
        id="gain", title=text(zh="迁移的好处：最好的迁移策略 / 从头训练（对数）",
                              en="What transfer gains: best strategy over scratch (log)"),
        description=text(
            zh=f"误差之比的常用对数，负数是迁移更好：从 {most:.2g} 倍到 {least:.2g} 倍。",
            en=f"Decimal logarithm of the ratio of risks, negative where transfer wins: from {most:.2g} to {least:.2g} "
            "times."),
        z=np.round(gain, 2), xs=np.arange(len(COUNTS), dtype=float), ys=np.arange(len(ANGLES), dtype=float),
        diverging=True, text=True,
        x=Axis(text(zh="目标任务的样本数 n", en="target examples n"), categories=tuple(same(str(n)) for n in COUNTS)),
        y=Axis(text(zh="夹角 θ", en="angle θ"), unit="°", categories=tuple(same(str(a)) for a in ANGLES)),
        value=Axis(text(zh="log₁₀ 误差之比", en="log₁₀ of the ratio"), range=(-2, 2)),
    )  # fmt: skip


def _table(risks: np.ndarray, mean: np.ndarray) -> Table:
    rows: list[list[str | int | float | Text | None]] = []
    for column, count in enumerate(COUNTS):
        for row, angle in enumerate(ANGLES):
            if np.isfinite(mean[row, column]).all():
                best = STRATEGIES[NAMES[int(mean[row, column].argmin())]]
                rows.append([count, f"{angle}°", *(f"{v:.2g}" for v in mean[row, column]), best])
    spread = float(np.nanmean(risks.std(axis=-1, ddof=1) / mean))
    return Table(
        id="cells", title=text(zh="每一格的误差和赢家", en="Risk and winner in every cell"),
        description=text(
            zh=f"{REPEATS} 次抽样的均值，相对标准差平均 {spread:.0%}；每种策略 {STEPS} 步。",
            en=f"Means of {REPEATS} draws, relative standard deviation {spread:.0%} on average; {STEPS} steps each."),
        columns=[same("n"), same("θ"), *(STRATEGIES[name] for name in NAMES), text(zh="最好", en="best")], rows=rows,
    )  # fmt: skip


def _notes(mean: np.ndarray) -> list[Text]:
    full = np.isfinite(mean).all(axis=-1)
    best = mean.argmin(axis=-1)
    wins = {name: int((best[full] == place).sum()) for place, name in enumerate(NAMES)}
    said = [(STRATEGIES[name], count) for name, count in wins.items() if count]
    first = text(
        zh="、".join(f"{name.zh}赢 {count} 格" for name, count in said) + f"（共 {int(full.sum())} 格）。",
        en=", ".join(f"{name.en} wins {count}" for name, count in said) + f" of {int(full.sum())} cells.")  # fmt: skip
    if not full.all():
        return [first]
    scratch, probe, tuned = mean[..., 0], mean[..., 1], mean[..., 2]
    ratio = tuned / scratch
    worse = int((probe > scratch).sum())
    return [first, text(
        zh=f"冻结特征的线性探测在 {worse} 格里输给从头训练；全量微调与从头训练的误差之比在 {ratio.min():.2g} 到 "
        f"{ratio.max():.2g} 之间：同样的步数下，预训练的权重是个好起点。",
        en=f"The probe on frozen features loses to scratch in {worse} cells; full fine-tuning has {ratio.min():.2g} to "
        f"{ratio.max():.2g} times the risk of scratch: for the same steps pre-trained weights are a good start.",
    )]  # fmt: skip
