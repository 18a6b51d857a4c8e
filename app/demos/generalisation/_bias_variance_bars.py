"""The figures of the network half of the bias-variance microscope."""

from typing import Any

import numpy as np

from app.core.activations import Array
from app.kit import Axis, Bars, BarSeries, Images, Lines, Mark, Series, Text, same, text

LABELS = {
    "none": text(zh="不加", en="nothing"), "data": text(zh="更多数据", en="more data"),
    "augment": text(zh="高斯增强", en="Gaussian augmentation"), "l2": text(zh="L2（并入梯度）", en="L2 (in the "
                                                                                         "gradient)"),
    "decay": text(zh="权重衰减（AdamW）", en="weight decay (AdamW)"), "l1": same("L1"), "dropout": same("dropout"),
    "smoothing": text(zh="标签平滑", en="label smoothing"), "early": text(zh="早停", en="early stopping"),
    "norm": same("BN"), "ensemble": text(zh="5 个种子的集成", en="ensemble of 5 seeds"),
    "bagging": text(zh="bagging（5 个）", en="bagging (5 nets)"),
}  # fmt: skip
KEYS = {name: f"method-{place}" for place, name in enumerate(LABELS)}


def words(name: str, params: Any) -> Text:
    """The name of a method as it stands in this run."""
    if name == "data":
        return text(zh=f"{params.factor} 倍数据", en=f"{params.factor} times the data")
    return LABELS[name]


def accuracy_view(params: Any, scores: dict[str, Array], s: dict[str, float]) -> Bars:
    names = list(scores)
    best, worst = (pick(names, key=lambda n: s[f"accuracy_{n}"]) for pick in (max, min))
    return Bars(
        id="accuracy", title=text(zh="记住的与学到的", en="What is memorised and what is learned"),
        description=text(
            zh=f"测试正确率最高：{words(best, params).zh}，{s[f'accuracy_{best}']:.0%}；最低："
            f"{words(worst, params).zh}，{s[f'accuracy_{worst}']:.0%}。横线是最优分类器，{s['optimal']:.0%}。",
            en=f"Test accuracy: best {words(best, params).en}, {s[f'accuracy_{best}']:.0%}; worst "
            f"{words(worst, params).en}, {s[f'accuracy_{worst}']:.0%}. The line is the optimal classifier, "
            f"{s['optimal']:.0%}.",
        ),
        categories=[words(name, params) for name in names],
        series=[
            BarSeries("train", text(zh="训练（自己的标签，有错的）", en="training (own labels, some wrong)"),
                      np.array([s[f"train_{n}"] for n in names]), role="muted"),
            BarSeries("test", text(zh="测试（干净标签）；误差线：各数据集的标准差",
                                   en="test (clean labels); bars: SD over data sets"),
                      np.array([scores[n].mean() for n in names]), np.array([scores[n].std() for n in names])),
        ],
        x=Axis(text(zh="方法", en="Method")), y=Axis(text(zh="正确率", en="Accuracy"), range=(0.5, 1)),
        marks=[Mark(s["optimal"], text(zh="最优分类器", en="optimal classifier"))],
    )  # fmt: skip


def split_view(params: Any, s: dict[str, float], names: list[str]) -> Bars:
    least = min(names, key=lambda n: s[f"brier_{n}"])
    return Bars(
        id="split", stacked=True,
        title=text(zh="噪声之外的误差：偏差²与方差", en="The error beyond the noise: bias² and variance"),
        description=text(
            zh=f"总和最小：{words(least, params).zh}，偏差² {s[f'bias2_{least}']:.3f}，方差 "
            f"{s[f'variance_{least}']:.3f}。标签本身的噪声还有 {s['noise']:.3f}，谁也去不掉。",
            en=f"Least in sum: {words(least, params).en}, bias² "
            f"{s[f'bias2_{least}']:.3f}, variance {s[f'variance_{least}']:.3f}. The noise of the labels, "
            f"{s['noise']:.3f}, stays whatever one does.",
        ),
        categories=[words(name, params) for name in names],
        series=[
            BarSeries("bias2", text(zh="偏差²", en="bias²"), np.array([s[f"bias2_{n}"] for n in names])),
            BarSeries("variance", text(zh="方差", en="variance"), np.array([s[f"variance_{n}"] for n in names])),
        ],
        x=Axis(text(zh="方法", en="Method")),
        y=Axis(text(zh="概率的均方误差", en="Squared error of the probability"), range=(0, 0.2)),
    )  # fmt: skip


def curve_view(params: Any, steps: Array, curves: dict[str, Array]) -> Lines:
    first = next(iter(curves))
    at = int(curves[first].argmin())
    return Lines(
        id="curves", title=text(zh="训练途中的测试损失", en="Test loss on the way"),
        description=text(
            zh=f"{words(first, params).zh}：第 {steps[at]:.0f} 步最低 {curves[first][at]:.2f}，"
            f"最后 {curves[first][-1]:.2f} nat。",
            en=f"{words(first, params).en}: lowest at step {steps[at]:.0f} with {curves[first][at]:.2f} nat, "
            f"{curves[first][-1]:.2f} in the end.",
        ),
        series=[Series(KEYS[name], words(name, params), steps, c) for name, c in curves.items()],
        x=Axis(text(zh="步", en="Step"), range=(0, params.steps)),
        y=Axis(text(zh="测试交叉熵", en="Test cross-entropy"), unit="nat", log=True, range=(0.4, 4)),
    )  # fmt: skip


def map_view(maps: dict[str, Array], params: Any, s: dict[str, float]) -> Images:
    """The map of the first method, and of the best and the worst of the others."""
    first, *others = maps
    others.sort(key=lambda name: -s[f"accuracy_{name}"])
    shown = [first, *dict.fromkeys([*others[:1], *others[-1:]])]
    return Images(
        id="maps", title=text(zh="在第一份数据上学到的 P(类 1)", en="P(class 1), learned from the first data set"),
        description=text(
            zh=f"真相是两弯月牙之间一条平滑的 S 形边界。孤岛是被记住的错误标签。"
            f"训练正确率（{words(first, params).zh}）："
            f"{s[f'train_{first}']:.0%}。",
            en="The truth is one smooth S between two moons. Islands are wrong labels learned by heart; training "
            f"accuracy with {words(first, params).en}: {s[f'train_{first}']:.0%}.",
        ),
        images=np.round(np.array([maps[name] for name in shown]), 2), captions=[words(name, params) for name in shown],
    )  # fmt: skip
