"""The knobs of the layer playground, and the input they stand for."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.core.shapes import SHAPES, sample_picture
from app.kit import Params, Picture, Text, knob, picture, pixels, seed, text

Floats = NDArray[np.floating]
SIDE = 32
PIXELS = np.arange(SIDE, dtype=float) + 0.5

TABS = {
    "convolve": text(zh="一层卷积", en="One convolution"), "network": text(zh="训练好的网络", en="A trained network"),
    "without": text(zh="拿掉一种层", en="Take a layer away"), "shift": text(zh="平移", en="Shift the input"),
    "field": text(zh="感受野", en="Receptive field"),
}  # fmt: skip
INPUTS = {
    "digit": text(zh="数字 4", en="a digit"), "edge": text(zh="边缘", en="an edge"),
    "blob": text(zh="光斑", en="a blob"), "noise": text(zh="噪声", en="noise"),
}  # fmt: skip
FILTERS = {
    "sobel": text(zh="Sobel（竖直边缘）", en="Sobel (upright edges)"), "blur": text(zh="模糊", en="blur"),
    "random": text(zh="随机", en="random"),
}  # fmt: skip
SHAPE_NAMES: dict[str, Text] = dict(zip(SHAPES, (
    text(zh="圆", en="circle"), text(zh="方", en="square"), text(zh="十字", en="plus"), text(zh="叉", en="cross"),
), strict=True))  # fmt: skip
POOLS = {
    "max": text(zh="最大池化", en="max-pool"), "avg": text(zh="平均池化", en="average pool"),
    "stride": text(zh="步长 2 的卷积", en="stride-2 convolution"), "none": text(zh="不缩小", en="none"),
}  # fmt: skip
HEADS = {"gap": text(zh="GAP + 线性层", en="GAP + linear"), "fc": text(zh="全连接", en="fully connected")}
REMOVALS = {
    "relu": text(zh="ReLU", en="ReLU"), "norm": text(zh="BN", en="BN"),
    "pool": text(zh="池化（换成步长 2）", en="pooling (stride 2 instead)"),
    "gap": text(zh="GAP（换成全连接）", en="GAP (fully connected instead)"),
    "max": text(zh="ReLU，但用最大池化", en="ReLU, but with max-pooling"),
}  # fmt: skip
LAYERS = {
    "circular": text(zh="卷积，循环填充", en="convolution, circular padding"),
    "zero": text(zh="卷积，零填充", en="convolution, zero padding"),
    "max": text(zh="再加 ReLU 和 2×2 最大池化", en="then ReLU and 2 × 2 max-pool"),
    "blur": text(zh="同上，抽样前先模糊", en="the same, blurred before sampling"),
}  # fmt: skip
Layer = Literal["circular", "zero", "max", "blur"]
CONV, NET, SHIFT, FIELD = (("convolve",), ("network",), ("shift",), ("field",))
TRAINED = ("network", "without")


class LayerPlaygroundParams(Params):
    tab: Literal["convolve", "network", "without", "shift", "field"] = knob(
        "convolve", zh="看什么", en="Look at", options=TABS
    )
    input: Literal["digit", "edge", "blob", "noise"] = knob(
        "digit", zh="输入", en="Input", options=INPUTS, when={"tab": CONV + SHIFT}
    )
    shape: Literal["circle", "square", "plus", "cross"] = knob(
        "cross", zh="输入", en="Input", options=SHAPE_NAMES, when={"tab": NET}
    )
    mine: Picture = picture(when={"tab": CONV + NET + SHIFT})
    filter: Literal["sobel", "blur", "random"] = knob(
        "sobel", zh="卷积核", en="Kernel", options=FILTERS, when={"tab": CONV}
    )
    k: int = knob(3, ge=1, le=7, zh="核边长 k", en="Kernel size k", unit="px", when={"tab": CONV})
    stride: int = knob(1, ge=1, le=3, zh="步长 s", en="Stride s", unit="px", when={"tab": CONV})
    padding: int = knob(1, ge=0, le=3, zh="零填充 p", en="Zero padding p", unit="px", when={"tab": CONV})
    dilation: int = knob(1, ge=1, le=3, zh="膨胀 d", en="Dilation d", unit="px", when={"tab": CONV})
    relu: bool = knob(True, zh="ReLU", en="ReLU", when={"tab": NET})
    norm: bool = knob(True, zh="BN", en="Batch norm", when={"tab": NET})
    pool: Literal["max", "avg", "stride", "none"] = knob(
        "max", zh="缩小一半", en="Halve the map", options=POOLS, when={"tab": NET}
    )
    head: Literal["gap", "fc"] = knob("gap", zh="分类头", en="Head", options=HEADS, when={"tab": NET})
    removed: tuple[Literal["relu", "norm", "pool", "gap", "max"], ...] = knob(
        ("relu", "norm", "pool", "gap"), zh="依次拿掉", en="Take away, one at a time", options=REMOVALS,
        when={"tab": ("without",)},
    )  # fmt: skip
    rate: float = knob(0.05, ge=0.005, le=0.5, log=True, zh="学习率（Adam）", en="Learning rate (Adam)",
                       when={"tab": TRAINED})  # fmt: skip
    layer: Layer = knob("max", zh="看哪一层的差", en="Show the difference of", options=LAYERS, when={"tab": SHIFT})
    shift: int = knob(1, ge=0, le=8, zh="右移", en="Shift right by", unit="px", when={"tab": SHIFT})
    depth: int = knob(20, ge=1, le=40, zh="层数 n", en="Layers n", when={"tab": FIELD})
    taps: Literal["3", "5"] = knob("3", zh="核边长 k", en="Kernel size k", when={"tab": FIELD})
    weights: Literal["uniform", "random"] = knob(
        "uniform", zh="权重", en="Weights",
        options={"uniform": text(zh="全相等，无激活", en="all equal, linear"),
                 "random": text(zh="随机，带 ReLU", en="random, with ReLU")},
        when={"tab": FIELD},
    )  # fmt: skip
    seed: int = seed()


def given_picture(params: LayerPlaygroundParams) -> tuple[Floats, Text]:
    """The reader's picture if there is one, else the drawn input: (32, 32) in 0..1, and what to call it."""
    mine = pixels(params.mine)
    if mine is not None:
        return mine, text(zh="你的图片", en="your picture")
    return sample_picture(params.input, SIDE, np.random.default_rng([params.seed, 0])), INPUTS[params.input]
