"""KL divergence or cross-entropy? One curve over the model q while the data distribution stays."""

import numpy as np

from app.core.information import cross_entropy, kl_divergence
from app.kit import Axis, Lines, Pair, Series, Tell, View, text


def draw(rng: np.random.Generator, side: int) -> View:
    p = float(rng.uniform(0.15, 0.85))
    data, qs = np.array([p, 1 - p]), np.linspace(0.02, 0.98, 193)
    measure = (kl_divergence, cross_entropy)[side]
    value = np.array([measure(data, np.array([q, 1 - q])) for q in qs])
    low = int(value.argmin())
    return Lines(
        id="curve", title=text(zh="数据分布 p 不变，只改模型 q", en="The data distribution p stays, the model q moves"),
        description=text(
            zh=f"两种结果，模型给第一种的概率 q 从 0.02 到 0.98；曲线在 q = {qs[low]:.2f} 处最低，"
            f"为 {value[low]:.3f} nat。",
            en=f"Two outcomes; the model gives the first q from 0.02 to 0.98. The curve is lowest at q = "
            f"{qs[low]:.2f}, at {value[low]:.3f} nat.",
        ),
        series=[Series("unknown", text(zh="代价", en="cost"), qs, value)],
        x=Axis(text(zh="模型 q", en="model q"), range=(0, 1)),
        y=Axis(text(zh="代价", en="cost"), "nat", range=(0, 3.5)),
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="KL 散度还是交叉熵", en="KL divergence or cross-entropy"),
    ("kl-divergence", "cross-entropy"),
    (text(zh="KL 散度", en="KL divergence"), text(zh="交叉熵", en="cross-entropy")),
    text(zh="真实分布 p 固定，不是非 0 即 1。曲线是模型取 q 时的代价。画的是哪一个量？",
         en="The true distribution p is fixed, and not all on one outcome. The curve is the cost of model q. Which "
         "quantity is drawn?"),
    draw,
    (
        Tell(0, text(zh="KL 散度 D(p‖q)：模型等于数据分布时降到 0",
                     en="KL divergence D(p‖q): it falls to 0 where the model equals the data distribution"),
             text(zh="KL 只算模型多付的部分，q = p 时一分不多付。",
                  en="KL counts only what the model pays too much, and for q = p that is nothing."), True),
        Tell(0, text(zh="KL 散度 D(p‖q)：它最低处仍高于 0，因为数据本身有随机性",
                     en="KL divergence D(p‖q): even its lowest value is above 0, for the data are random"),
             text(zh="数据本身的随机性是 H(p)，KL 已经把它减掉了。",
                  en="The randomness of the data is H(p), which KL has subtracted.")),
        Tell(1, text(zh="交叉熵 H(p,q)：最低处是 H(p) > 0，再好的模型也省不掉",
                     en="Cross-entropy H(p,q): its lowest value is H(p) > 0, which no model can save"),
             text(zh="H(p,q) = H(p) + D(p‖q)，后一项最小是 0。",
                  en="H(p,q) = H(p) + D(p‖q), and the second term is 0 at best."), True),
        Tell(1, text(zh="交叉熵 H(p,q)：完美的模型损失为 0，所以最低处是 0",
                     en="Cross-entropy H(p,q): a perfect model has loss 0, so it touches 0"),
             text(zh="只有标签完全确定时才会是 0。", en="That takes labels without any randomness.")),
    ),
    text(zh="两条曲线形状一样，只差常数 H(p)。看最低点：0 是 KL，H(p) 是交叉熵。",
         en="The two curves have the same shape, a constant H(p) apart. Look at the lowest point: 0 for KL, H(p) for "
         "cross-entropy."),
    demo="information-diagram",
)  # fmt: skip
