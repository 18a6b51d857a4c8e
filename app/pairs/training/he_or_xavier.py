"""He or Xavier initialisation? How large the activations of a deep ReLU net are, layer by layer."""

import math

import numpy as np

from app.core.activations import relu
from app.core.signal_propagation import forward, random_weights
from app.kit import Axis, Lines, Mark, Pair, Series, Tell, View, same, text

WIDTH, BATCH = 128, 16
SIGMA = (math.sqrt(2), 1.0)


def draw(rng: np.random.Generator, side: int) -> View:
    depth = int(rng.integers(12, 21))
    activations, _ = forward(
        rng.standard_normal((BATCH, WIDTH)), random_weights(rng, depth, WIDTH, SIGMA[side]), relu
    )  # fmt: skip
    size = np.sqrt((activations**2).mean(axis=(1, 2)))
    return Lines(
        id="sizes", title=text(zh="各层激活值的均方根", en="Root mean square of the activations, layer by layer"),
        description=text(
            zh=f"{depth} 层 ReLU 网络，刚初始化：从输入的 {size[0]:.2f} 到末层的 {size[-1]:.2g}。",
            en=f"A ReLU net of {depth} layers, just initialised: from {size[0]:.2f} at the input to {size[-1]:.2g} at "
            "the end.",
        ),
        series=[Series("unknown", text(zh="均方根", en="root mean square"), np.arange(depth + 1), size, draw="both")],
        x=Axis(text(zh="层（0 是输入）", en="layer (0 is the input)"), range=(0, depth)),
        y=Axis(text(zh="均方根", en="root mean square"), log=True, range=(1e-4, 10)),
        marks=[Mark(1, same("1"))],
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="He 还是 Xavier 初始化", en="He or Xavier initialisation"),
    ("he", "xavier"),
    (text(zh="He 初始化", en="He initialisation"), text(zh="Xavier 初始化", en="Xavier initialisation")),
    text(zh="一个等宽的深层 ReLU 网络，还没训练。权重用的是哪一种初始化？",
         en="A deep ReLU net of equal widths, before training. How were its weights initialised?"),
    draw,
    (
        Tell(0, text(zh="He：方差 2/n 正好补上 ReLU 砍掉的一半，均方根各层差不多",
                     en="He: variance 2/n makes up for the half that ReLU cuts off, so the size stays about the same"),
             text(zh="ReLU 把均方减半，方差 2/n 再乘回来。",
                  en="ReLU halves the mean square; a variance of 2/n doubles it again."), True),
        Tell(0, text(zh="He：权重更大，所以激活值逐层变大",
                     en="He: its weights are larger, so activations grow layer by layer"),
             text(zh="方差 2/n 只够抵消 ReLU 的减半，不会让激活值系统地变大。",
                  en="Variance 2/n only makes up for the halving; it does not make activations grow.")),
        Tell(1, text(zh="Xavier：方差 1/n 没有考虑 ReLU，均方每层减半，对数轴上直线下降",
                     en="Xavier: variance 1/n ignores ReLU, the mean square halves per layer, a straight fall on a log "
                     "axis"),
             text(zh="均方每层乘 1/2，均方根每层约乘 0.71。",
                  en="The mean square is halved per layer, the root mean square multiplied by about 0.71."), True),
        Tell(1, text(zh="Xavier：它保持方差，所以均方根各层差不多",
                     en="Xavier: it preserves the variance, so the size stays about the same"),
             text(zh="它保持方差的前提是激活函数在 0 附近近似恒等，ReLU 不是。",
                  en="It preserves variance for an activation that is close to the identity around 0; ReLU is not.")),
    ),
    text(zh="等宽网络里 Xavier 的方差是 1/n，He 是 2/n；ReLU 每层把均方减半，只有 He 补得上。",
         en="At equal widths Xavier's variance is 1/n, He's 2/n; ReLU halves the mean square per layer, and only He "
         "makes up for it."),
    demo="signal-propagation",
)  # fmt: skip
