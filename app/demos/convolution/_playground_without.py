"""Tab "Take a layer away": the small CNN without one kind of layer at a time, on places it has and has not seen."""

from typing import Any

import numpy as np

from app.core.conv_net import forward
from app.demos.convolution._playground_network import (
    BATCH,
    NET_SIDE,
    STEPS,
    TEST,
    Trained,
    fold_deviation,
    ledger,
    train,
)
from app.demos.convolution._playground_params import LayerPlaygroundParams
from app.kit import Axis, Bars, BarSeries, Check, Lines, Result, Series, Table, Text, text

SEEDS = 3
CHANGES: dict[str, dict[str, Any]] = {
    "whole": {}, "relu": {"activated": False}, "norm": {"batch_norm": False}, "pool": {"pool": "stride"},
    "gap": {"head": "fc"}, "max": {"activated": False, "pool": "max"},
}  # fmt: skip
WHOLE = text(zh="完整", en="whole")
SHORT = {
    "whole": WHOLE, "relu": text(zh="无 ReLU", en="no ReLU"), "norm": text(zh="无 BN", en="no BN"),
    "pool": text(zh="步长 2 代替池化", en="stride 2, no pool"), "gap": text(zh="全连接代替 GAP", en="FC, no GAP"),
    "max": text(zh="无 ReLU，最大池化", en="no ReLU, max-pool"),
}  # fmt: skip


def run(params: LayerPlaygroundParams) -> Result:
    kinds = ["whole", *dict.fromkeys(params.removed)]
    runs = {
        kind: [train(SEEDS * params.seed + i, params.rate, **{"pool": "avg", "left": True, **CHANGES[kind]})
               for i in range(SEEDS)]
        for kind in kinds
    }  # fmt: skip
    scalars: dict[str, float] = {}
    for kind, done in runs.items():
        rows = ledger(done[0].net)
        scalars |= {
            f"seen_{kind}": float(np.mean([one.seen for one in done])),
            f"unseen_{kind}": float(np.mean([one.unseen for one in done])),
            f"loss_{kind}": float(np.mean([one.losses[-10:].mean() for one in done])),
            f"parameters_{kind}": float(sum(row.parameters for row in rows)),
            f"macs_{kind}": float(sum(row.macs for row in rows)),
            f"reach_{kind}": float(max(row.x.size for row in rows if row.layer.kind not in ("global-pool", "fc"))),
        }  # fmt: skip
    probe = np.random.default_rng([params.seed, 4]).standard_normal((2, 1, NET_SIDE, NET_SIDE))
    checks = [Check(text(zh="卷积 + BN 合并成一个卷积", en="convolution + BN folded into one convolution"),
                    fold_deviation(runs["whole"][0].net, probe), 1e-9)]  # fmt: skip
    if "relu" in runs:
        checks.append(Check(text(zh="没有 ReLU 的网络是仿射的：f(a)+f(b) 与 f(a+b)+f(0)",
                                 en="without ReLU it is affine: f(a) + f(b) and f(a + b) + f(0)"),
                            _affine_deviation(runs["relu"][0], probe), 1e-9))  # fmt: skip
    return Result([_bars(runs, scalars), _losses(runs), _table(runs, scalars)], scalars, _notes(scalars), checks)


def _affine_deviation(done: Trained, x: np.ndarray) -> float:
    """|f(a) + f(b) − f(a + b) − f(0)|, relative to |f|: 0 for every affine f."""
    a, b, both, none = forward(done.net, np.stack([x[0], x[1], x[0] + x[1], 0 * x[0]])).logits
    return float(np.abs(a + b - both - none).max() / np.abs([a, b, both]).max())


def _bars(runs: dict[str, list[Trained]], s: dict[str, float]) -> Bars:
    def series(key: str, name: Text, place: str) -> BarSeries:
        values = np.array([[getattr(one, place) for one in done] for done in runs.values()])
        return BarSeries(key, name, values.mean(axis=1), values.std(axis=1, ddof=1))

    return Bars(
        id="accuracy", title=text(zh="拿掉一种层之后的正确率", en="Accuracy after taking one kind of layer away"),
        description=text(
            zh=f"{SEEDS} 个种子的均值和标准差。完整网络：见过的位置 {s['seen_whole']:.0%}，没见过的位置 "
            f"{s['unseen_whole']:.0%}；随机猜是 25%。",
            en=f"Mean and standard deviation of {SEEDS} seeds. The whole network: {s['seen_whole']:.0%} where training "
            f"had shapes, {s['unseen_whole']:.0%} where it had none; guessing gives 25%."),
        categories=[SHORT[kind] for kind in runs],
        series=[series("train", text(zh="左半边：训练里有", en="left half: in training"), "seen"),
                series("test", text(zh="右半边：从未出现", en="right half: never in training"), "unseen")],
        x=Axis(text(zh="网络", en="network")), y=Axis(text(zh="正确率", en="accuracy"), range=(0, 1)),
    )  # fmt: skip


def _losses(runs: dict[str, list[Trained]]) -> Lines:
    def smooth(done: list[Trained]) -> np.ndarray:
        mean = np.mean([one.losses for one in done], axis=0)
        return np.convolve(mean, np.ones(5) / 5, mode="valid")

    curves = {kind: smooth(done) for kind, done in runs.items()}
    worst = max(curves, key=lambda kind: float(curves[kind][-1]))
    return Lines(
        id="losses", title=text(zh="训练损失", en="Training loss"),
        description=text(
            zh=f"{BATCH} 张一批，{SEEDS} 个种子平均，5 步滑动平均。最后最高的是“{SHORT[worst].zh}”："
            f"{curves[worst][-1]:.2f}。",
            en=f"Batches of {BATCH}, mean of {SEEDS} seeds and of 5 steps. Highest in the end: {SHORT[worst].en}, "
            f"{curves[worst][-1]:.2f}."),
        series=[Series(f"layer-{i}", SHORT[kind], np.arange(len(curve)) + 2.0, curve,
                       "highlight" if kind == "whole" else "main")
                for i, (kind, curve) in enumerate(curves.items())],
        x=Axis(text(zh="步", en="step"), range=(0, STEPS)),
        y=Axis(text(zh="交叉熵", en="cross-entropy"), unit="nat", range=(0, 2)),
    )  # fmt: skip


def _table(runs: dict[str, list[Trained]], s: dict[str, float]) -> Table:
    return Table(
        id="ledger", title=text(zh="参数和计算量", en="Parameters and compute"),
        description=text(
            zh=f"完整网络 {s['parameters_whole']:.0f} 个参数；每张图 {s['macs_whole']:,.0f} 次乘加。",
            en=f"The whole network has {s['parameters_whole']:.0f} parameters and does {s['macs_whole']:,.0f} "
            "multiply-adds an image."),
        columns=[text(zh="网络", en="Network"), text(zh="参数", en="Parameters"), text(zh="乘加", en="Multiply-adds"),
                 text(zh="训练损失", en="Training loss")],
        rows=[[SHORT[kind], int(s[f"parameters_{kind}"]), int(s[f"macs_{kind}"]), round(s[f"loss_{kind}"], 3)]
              for kind in runs],
    )  # fmt: skip


def _notes(s: dict[str, float]) -> list[Text]:
    def rate(place: str, kind: str) -> str:
        return f"{s[f'{place}_{kind}']:.0%}"

    notes = [text(
        zh=f"只用左半边的图形训练，在 {TEST} 张新图上测。卷积各处共用权重，再加 GAP：到了右半边仍有 "
        f"{rate('unseen', 'whole')}。",
        en=f"Trained on shapes in the left half only, tested on {TEST} new ones. Weights shared over all places, then "
        f"GAP: still {rate('unseen', 'whole')} in the right half.")]  # fmt: skip
    said = {
        "relu": text(zh="去掉 ReLU：卷积、BN、平均池化、GAP、全连接叠起来仍是一个仿射函数，正确率 {seen}。"
                     "全连接层没有带来任何非线性。",
                     en="No ReLU: convolution, BN, average pooling, GAP and the fully connected layer are one affine "
                     "function, {seen} right. The fully connected layer adds no non-linearity."),
        "norm": text(zh="去掉 BN：同样的学习率和步数，{seen}。BN 让训练更快、更不挑学习率；它能算的，不用它也能算。",
                     en="No BN: {seen} at the same learning rate and steps. BN makes training faster and less fussy "
                     "about the rate; it computes nothing that a convolution could not."),
        "pool": text(zh="用步长 2 代替池化：左半边 {seen}，右半边 {unseen}；乘加是原来的 {macs}，感受野 {reach} px，"
                     "不是 {whole} px。池化可以不要，但不是白换的。",
                     en="Stride 2 for pooling: {seen} on the left, {unseen} on the right, with {macs} of the "
                     "multiply-adds and a field of {reach} px, not {whole} px. Pooling is optional, yet not free."),
        "gap": text(zh="用全连接代替 GAP：左半边 {seen}，右半边 {unseen}：每个位置一套权重，没见过的位置没学过。",
                    en="Fully connected for GAP: {seen} on the left, {unseen} on the right: every place has weights of "
                    "its own, and those of the right half learned nothing."),
        "max": text(zh="去掉 ReLU 但用最大池化：{seen}。最大池化自己就是非线性。",
                    en="No ReLU, but max-pooling: {seen}. Max-pooling is a non-linearity itself."),
    }  # fmt: skip
    for kind, words in said.items():
        if f"seen_{kind}" in s:
            given = {
                "seen": rate("seen", kind), "unseen": rate("unseen", kind), "reach": f"{s[f'reach_{kind}']:.0f}",
                "whole": f"{s['reach_whole']:.0f}", "macs": f"{s[f'macs_{kind}'] / s['macs_whole']:.0%}",
            }  # fmt: skip
            notes.append(text(zh=words.zh.format(**given), en=words.en.format(**given)))
    return notes
