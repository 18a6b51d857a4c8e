"""The knobs of what-convolution-assumes: a tab for equivariance, one for the field, one for what sharing saves."""

from typing import Literal

from pydantic import model_validator

from app.kit import Params, knob, limit, text

SHIFT, FIELD, SHARING = {"tab": ("shift",)}, {"tab": ("field",)}, {"tab": ("sharing",)}
POOLS = {
    "none": text(zh="每隔一个取一个", en="keep every second"), "max": text(zh="最大池化", en="max-pooling"),
    "blur": text(zh="先模糊再取（blur pool）", en="blurred first (blur pool)"),
}  # fmt: skip


class WhatConvolutionAssumesParams(Params):
    tab: Literal["shift", "field", "sharing"] = knob(
        "shift", zh="看什么", en="Look at",
        options={"shift": text(zh="平移输入", en="shift the input"),
                 "field": text(zh="看得多远", en="how far it sees"),
                 "sharing": text(zh="共享省下什么", en="what sharing saves")},
    )  # fmt: skip
    shift: int = knob(1, ge=0, le=8, zh="输入右移", en="Shift right by", unit="px", when=SHIFT)
    stride: Literal["1", "2", "4"] = knob("2", zh="总步长", en="Total stride", when=SHIFT)
    pool: Literal["none", "max", "blur"] = knob(
        "max", zh="怎样缩小", en="Halved by", options=POOLS, when=SHIFT | {"stride": ("2", "4")}
    )
    padding: Literal["circular", "zero"] = knob(
        "circular", zh="填充", en="Padding", when=SHIFT,
        options={"circular": text(zh="循环", en="circular"), "zero": text(zh="零", en="zeros")},
    )  # fmt: skip
    input: Literal["digit", "noise"] = knob(
        "digit", zh="输入", en="Input", when=SHIFT,
        options={"digit": text(zh="数字 4", en="a digit"), "noise": text(zh="噪声", en="noise")},
    )  # fmt: skip
    depth: int = knob(4, ge=2, le=6, zh="卷积层数", en="Convolutions", when=SHIFT)
    layers: int = knob(20, ge=1, le=40, zh="层数 L", en="Layers L", when=FIELD)
    k: Literal["3", "5", "7"] = knob("3", zh="核边长 k", en="Kernel size k", when=FIELD)
    weights: Literal["uniform", "random"] = knob(
        "uniform", zh="权重", en="Weights", when=FIELD,
        options={"uniform": text(zh="全相等", en="all equal"), "random": text(zh="随机（He）", en="random (He)")},
    )  # fmt: skip
    relu: bool = knob(True, zh="ReLU", en="ReLU", when=FIELD | {"weights": ("random",)})
    halvings: Literal["0", "1", "2"] = knob(
        "0", zh="最前面几层步长为 2", en="First layers with stride 2", when=FIELD | {"weights": ("uniform",)}
    )
    pictures: int = knob(20, ge=1, le=400, log=True, zh="训练图片数", en="Training pictures", when=SHARING)
    drift: float = knob(
        0, ge=0, le=1, step=0.05, zh="真滤波器随位置变的程度", en="How far the true filter depends on the place",
        when=SHARING,
    )  # fmt: skip
    noise: float = knob(0.5, ge=0, le=1, step=0.05, zh="噪声 σ", en="Noise σ", when=SHARING)
    seed: int = knob(0, ge=0, le=9999, zh="随机种子", en="Seed", kind="seed")

    @model_validator(mode="after")
    def _affordable(self) -> "WhatConvolutionAssumesParams":
        if self.tab == "field" and self.weights == "random" and (int(self.k) - 1) * self.layers > 120:
            raise limit(
                zh="随机权重要算 8 个网络，(k−1)·L 不能超过 120", en="random weights take 8 nets: (k−1)·L may be 120"
            )
        return self
