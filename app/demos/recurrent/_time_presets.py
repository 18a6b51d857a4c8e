"""Presets and predictions of the demo on gradients through time."""

from app.kit import Option, Prediction, Preset, text

PRESETS = {
    "tanh": Preset(
        text(zh="正交的 tanh RNN：一百步后只剩亿分之几", en="A tanh RNN, orthogonal W: nothing left in 100 steps"),
        {}, {"ratio": (5e-9, 2e-7), "rate": (0.82, 0.85), "largest_singular": (0.999, 1.001), "early_share": (0, 1e-3)},
    ),
    "linear": Preset(
        text(zh="去掉 tanh：一点不丢，但也没有非线性", en="Without the tanh: nothing lost, nothing non-linear"),
        {"cell": "linear"}, {"ratio": (0.999999, 1.000001)},
    ),
    "shear": Preset(
        text(zh="ρ = 0.9，却先放大十几倍", en="ρ = 0.9, and yet it first grows more than tenfold"),
        {"cell": "linear", "matrix": "shear", "radius": 0.9},
        {"power_peak": (19.378, 19.379), "power_peak_at": (9, 9), "power_end": (0.01475, 0.01477), "peak": (8, 20)},
    ),
    "above-one": Preset(
        text(zh="ρ = 1.1 的 tanh RNN：照样消失", en="A tanh RNN with ρ = 1.1 vanishes all the same"),
        {"radius": 1.1, "matrix": "gaussian"}, {"ratio": (1e-8, 1e-3), "largest_singular": (1.8, 2.3)},
    ),
    "lstm-zero": Preset(
        text(zh="LSTM，遗忘偏置 0：比 RNN 消失得还快", en="An LSTM with forget bias 0 vanishes faster than the RNN"),
        {"cell": "lstm", "bias": 0.0}, {"ratio": (1e-23, 1e-18), "direct": (7.8e-31, 8e-31)},
    ),
    "lstm-five": Preset(
        text(zh="LSTM，遗忘偏置 5：留住了，还略有放大", en="An LSTM with forget bias 5: kept, even enlarged"),
        {"cell": "lstm", "bias": 5.0}, {"ratio": (5, 500), "path": (0.4, 0.6)},
    ),
    "cliff": Preset(
        text(zh="悬崖：不裁剪的一步飞出六百万", en="The cliff: one unclipped step flies six million away"),
        {"tab": "cliff"},
        {"w_after_one": (6.37e6, 6.38e6), "first_norm": (1.42e8, 1.43e8), "end_free": (0.08, 0.1),
         "end_by_norm": (0, 1e-3), "solved": (200, 600), "angle_value": (18.3, 18.6)},
    ),
}  # fmt: skip

PREDICTIONS = (
    Prediction(
        "lstm-bias-zero",
        text(zh="LSTM 的偏置全为 0（遗忘门约 0.5），T = 100。第一步与最后一步的梯度之比是？",
             en="An LSTM with all biases 0 (forget gate about 0.5), T = 100. First over last gradient?"),
        "lstm-zero", "ratio",
        text(zh="沿细胞的通路每步乘 $f\\approx0.5$，$0.5^{100}\\approx10^{-30}$；"
             "经过 $h$ 的支路补回一些，仍只有 $10^{-21}$ 左右。"
             "LSTM 要靠 $f$ 接近 1 才有好处。",
             en="Along the cell each step multiplies by $f\\approx0.5$, and $0.5^{100}\\approx10^{-30}$; the way "
             "through $h$ adds some, about $10^{-21}$ in all. An LSTM helps when $f$ is close to 1."),
        (
            Option(text(zh="接近 1：LSTM 解决了梯度消失", en="close to 1: an LSTM does not vanish"), low=1e-2, why=text(
                zh="那要 $f$ 接近 1，例如遗忘偏置 5。", en="That takes $f$ near 1, a forget bias of 5, say.")),
            Option(text(zh="万分之一左右", en="about a ten-thousandth"), 1e-7, 1e-2, why=text(
                zh="每步乘约 0.5 是指数衰减，一百步远不止万分之一。",
                en="A factor of about 0.5 a step is exponential: a hundred steps take far more.")),
            Option(text(zh="10⁻¹⁵ 以下", en="below 10⁻¹⁵"), high=1e-7),
        ),
    ),
    Prediction(
        "one-step",
        text(zh="一个 sigmoid 单元展开 50 步，从 (w, b) = (6, −3) 出发，学习率 0.1，不裁剪。走一步之后 w 大约在哪里？",
             en="One sigmoid unit unrolled for 50 steps, starting at (w, b) = (6, −3), learning rate 0.1, no clipping. "
             "Where is w after one step?"),
        "cliff", "w_after_one",
        text(zh="在不动点 $x=0.5$，每退一步乘 $w\\sigma'=6/4=1.5$，$1.5^{50}\\approx6\\times10^8$。",
             en="At the fixed point $x=0.5$ every step back multiplies by $w\\sigma'=6/4=1.5$, and "
             "$1.5^{50}\\approx6\\times10^8$."),
        (
            Option(text(zh="6 附近", en="near 6"), high=7, why=text(
                zh="裁剪到 1 才会这样；这里的梯度范数上亿。", en="That takes a clip at 1; this norm is above 10⁸.")),
            Option(text(zh="几百万", en="in the millions"), low=1e5),
            Option(text(zh="几十", en="a few dozen"), 7, 1e5, why=text(
                zh="一步的放大是 1.5，但要连乘 50 次。", en="One step stretches by 1.5, but fifty of them multiply.")),
        ),
    ),
    Prediction(
        "radius-below-one",
        text(zh="线性 RNN，W 的谱半径 0.9（但 W 不正规）。往回走时，梯度最多放大到末步的多少倍？",
             en="A linear RNN whose W has spectral radius 0.9 (and is not normal). On the way back, to how many times "
             "its last value does the gradient grow at most?"),
        "shear", "peak",
        text(zh="谱半径只管长期。$\\begin{pmatrix}0.9&5\\\\0&0.9\\end{pmatrix}^k$ 的范数先涨到 19.4（$k=9$）再衰减；"
             "随机方向的梯度涨到它的七成左右。",
             en="The spectral radius rules the long run only. The norm of "
             "$\\begin{pmatrix}0.9&5\\\\0&0.9\\end{pmatrix}^k$ first grows to 19.4 (at $k=9$); a random direction gets "
             "most of that."),
        (
            Option(text(zh="不会放大，一路缩小", en="it only shrinks"), high=1.5, why=text(
                zh="对正规矩阵（如正交）才对。", en="True of normal matrices, orthogonal ones for example.")),
            Option(text(zh="约 2 倍", en="about twice"), 1.5, 4, why=text(
                zh="非对角的 5 每步都在累积。", en="The 5 off the diagonal adds up step by step.")),
            Option(text(zh="十几倍", en="more than tenfold"), 4, 100),
            Option(text(zh="无穷大", en="without bound"), low=100, why=text(
                zh="长期仍按 0.9 的幂衰减。", en="In the long run it still decays as powers of 0.9.")),
        ),
    ),
)  # fmt: skip
