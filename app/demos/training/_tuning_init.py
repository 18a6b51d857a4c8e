"""Tab 2 of the tuning bench: six initialisations under seven learning rates, and what the loss is before training."""

from collections.abc import Iterator

import numpy as np

from app.core.tuning import DIMS, Bench, Setting, Trained, draw_layers, train, weight_std
from app.demos.training._tuning_words import INIT, LN_K, SHORT, TRAINING, spaced, written
from app.kit import Axis, Bars, BarSeries, Check, Heatmap, Mark, Result, Table, Text, View, same, text

RATES = 10.0 ** np.arange(-3, 0.1, 0.5)
SEEDS = 2


def run_init(bench: Bench, optimiser: str, name: Text, seed: int) -> Iterator[Result]:
    settings = [
        Setting(float(rate), SEEDS * seed + number, init)
        for init in INIT for number in range(SEEDS) for rate in RATES
    ]  # fmt: skip
    for part, seen in enumerate(train(bench, optimiser, settings, every=bench.updates // 5), start=1):
        yield _result(bench, name, seen, seed, min(part / 5, 1.0) if len(seen.losses) <= bench.updates else 1.0)


def _measured(bench: Bench, init: str, seed: int) -> float:
    """Variance times fan_in of the first layer's weights as drawn, over 50 draws."""
    draws = [draw_layers(bench, Setting(0.1, 1000 * seed + number, init))[0][0] for number in range(50)]
    return float(np.mean(np.square(draws))) * DIMS


def _result(bench: Bench, name: Text, seen: Trained, seed: int, progress: float) -> Result:
    shape = len(INIT), SEEDS, len(RATES)
    accuracy = seen.accuracy.reshape(shape).mean(axis=1)
    start = seen.losses[0].reshape(shape).mean(axis=(1, 2))
    s = {f"start_{init}": float(start[i]) for i, init in enumerate(INIT)}
    s |= {f"best_{init}": float(accuracy[i].max()) for i, init in enumerate(INIT)}
    s |= {f"rate_{init}": float(RATES[accuracy[i].argmax()]) for i, init in enumerate(INIT)}
    s["best_any"] = float(accuracy.max())
    variances = {init: (_measured(bench, init, seed), weight_std(init, DIMS, bench.width) ** 2 * DIMS) for init in INIT}
    s |= {f"variance_{init}": measured for init, (measured, _) in variances.items()}
    off = max(abs(measured / exact - 1) for measured, exact in variances.values())
    return Result(
        [_map(name, accuracy, s), _start_view(start), _table(variances, s)], s,
        _notes(bench.depth, name, s) if progress == 1 else [TRAINING],
        [Check(text(zh="抽出的方差与公式", en="variance as drawn against its formula"), off, 0.05)], progress,
    )  # fmt: skip


def _map(name: Text, accuracy: np.ndarray, s: dict[str, float]) -> View:
    return Heatmap(
        id="map", title=text(zh=f"验证正确率：初始化 × 学习率（{name.zh}）",
                             en=f"Accuracy: initialisation × rate ({name.en})"),
        description=text(
            zh=f"标准差固定 0.01 时最好也只有 {s['best_small']:.0%}；He 最好 {s['best_he']:.0%}（{SEEDS} "
            f"个种子的平均）。",
            en=f"With standard deviation 0.01 the best is {s['best_small']:.0%}; with He {s['best_he']:.0%} (mean of "
            f"{SEEDS} seeds).",
        ),
        z=np.round(accuracy, 2), xs=np.arange(len(RATES)), ys=np.arange(len(INIT)),
        x=Axis(text(zh="学习率", en="learning rate"), categories=tuple(same(written(float(rate))) for rate in RATES)),
        y=Axis(text(zh="初始化", en="initialisation"), categories=tuple(SHORT[init] for init in INIT), reverse=True),
        value=Axis(text(zh="验证正确率", en="validation accuracy"), range=(0, 1)), text=True,
    )  # fmt: skip


def _start_view(start: np.ndarray) -> View:
    listed = ", ".join(f"{SHORT[init].en} {value:.3g}" for init, value in zip(INIT, start, strict=True))
    return Bars(
        id="start", title=text(zh="训练前的 loss", en="The loss before training"),
        description=text(zh=f"{listed}；瞎猜是 ln 5 = 1.609。", en=f"{listed}; a guess costs ln 5 = 1.609."),
        categories=[SHORT[init] for init in INIT],
        series=[BarSeries("loss", text(zh="交叉熵", en="cross-entropy"), start)],
        x=Axis(text(zh="初始化", en="initialisation")),
        y=Axis(text(zh="交叉熵", en="cross-entropy"), unit="nat", log=True, range=(1, 1000)),
        marks=[Mark(LN_K, same("ln 5"))],
    )  # fmt: skip


def _table(variances: dict[str, tuple[float, float]], s: dict[str, float]) -> View:
    return Table(
        id="variance", title=text(zh="初始权重的方差", en="The variance of the initial weights"),
        description=text(
            zh=f"第一层 n_in = {DIMS}：He 抽出来的方差 × n_in = {s['variance_he']:.3f}，nn.Linear 默认 "
            f"{s['variance_pytorch']:.3f}。",
            en=f"First layer, n_in = {DIMS}: variance × n_in as drawn is {s['variance_he']:.3f} for He and "
            f"{s['variance_pytorch']:.3f} for the default of nn.Linear.",
        ),
        columns=[text(zh="初始化", en="initialisation"), text(zh="方差 × n_in，公式", en="variance × n_in, formula"),
                 text(zh="实测", en="drawn"), text(zh="最好的学习率", en="best rate"),
                 text(zh="最好的正确率", en="best accuracy")],
        rows=[
            [INIT[init], f"{exact:.3g}", f"{measured:.3g}", written(s[f"rate_{init}"]), f"{s[f'best_{init}']:.3f}"]
            for init, (measured, exact) in variances.items()
        ],
    )  # fmt: skip


def _notes(depth: int, name: Text, s: dict[str, float]) -> list[Text]:
    stuck = s["best_small"] < 0.3
    small = text(
        zh=f"标准差 0.01：{spaced(name).lstrip()}在每一个学习率下都停在 ln 5（最好 {s['best_small']:.0%}）。"
        f"信号逐层缩小，调学习率救不回来。",
        en=f"Standard deviation 0.01: {name.en} sits at ln 5 at every rate (best {s['best_small']:.0%}). The signal "
        f"shrinks "
        "layer by layer, and no rate makes up for it.",
    ) if stuck else text(
        zh=f"标准差 0.01：{spaced(name).lstrip()}居然练得动（最好 {s['best_small']:.0%}）：Adam 的步长与梯度大小无关，"
        f"几十步就把权重推离 0。",
        en=f"Standard deviation 0.01: {name.en} gets going ({s['best_small']:.0%} at best): Adam's step does not "
        f"depend on "
        "the gradient's size and takes the weights away from 0 within some dozen updates.",
    )  # fmt: skip
    gap = s["best_he"] - s["best_pytorch"]
    usual = [s[f"best_{init}"] for init in ("he", "xavier", "lecun", "pytorch")]
    reached, reached_en = "、".join(f"{v:.0%}" for v in usual), ", ".join(f"{v:.0%}" for v in usual)
    why = text(
        zh="每层只保留信号的 √(1/6) ≈ 0.41，层数一多就没了" if gap > 0.3 else "差别不在终点，而在合适的学习率",
        en="the default keeps √(1/6) ≈ 0.41 of the signal a layer, and with depth nothing is left" if gap > 0.3
        else "they differ in the rate that suits them, not in where they end",
    )  # fmt: skip
    return [
        small,
        text(zh=f"{depth} 个隐藏层，He、Xavier、LeCun、nn.Linear 默认各自最好：{reached}。{why.zh}。",
             en=f"With {depth} hidden layers He, Xavier, LeCun and the default of nn.Linear reach {reached_en}: "
             f"{why.en}."),
    ]  # fmt: skip
