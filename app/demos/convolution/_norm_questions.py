"""The states worth seeing of the BN stress test, and what to predict before seeing them."""

from app.kit import Option, Prediction, Preset, text

PRESETS = {
    "four": Preset(
        text(zh="四个数：反向要减去两个分量", en="Four numbers: the gradient loses two components"),
        {}, {"x_hat_far": (-1.34164, -1.34163), "sum_dx": (-1e-9, 1e-9), "along_x_hat": (-1e-4, 1e-4),
             "passes": (0.54, 0.55), "settled": (0.86602, 0.86603), "twice": (0.4999, 0.5001),
             "d_scale": (-1.3417, -1.3416)}),
    "two-points": Preset(
        text(zh="批里只有两个数：梯度几乎全没了", en="A batch of two: almost no gradient is left"),
        {"x": (3.0, 3.1), "g": (1.0, 0.0)},
        {"passes": (0, 0.01), "x_hat_far": (0.998, 0.99801), "shrinkage": (0.7071, 0.7072)}),
    "batch-two": Preset(
        text(zh="批大小 2：BN 学不好，LN 和不归一化照样学会", en="Batches of 2: BN fails where LN and no norm learn"),
        {"tab": "batch"},
        {"short_2": (0.05, 0.5), "layer_2": (0.94, 1), "none_2": (0.94, 1), "own_1": (0.5, 0.5), "eval_16": (0.98, 1),
         "passes_chosen": (0, 1e-6)}),
    "batch-eight": Preset(
        text(zh="批大小 8：推理模式反而更准", en="Batches of 8: inference mode is the better one"),
        {"tab": "batch", "batch": 8},
        {"gap_chosen": (0.015, 0.12), "eval_chosen": (0.95, 1), "own_chosen": (0.87, 0.98)}),
    "rates": Preset(
        text(zh="学习率 1：只有 BN 学得会", en="Learning rate 1: only BN learns"),
        {"tab": "rates"},
        {"batch_1": (0.88, 1), "none_1": (0, 0.7), "layer_1": (0, 0.75), "batch_0p1": (0.96, 1), "none_0p03": (0.95, 1),
         "lost_batch": (0, 0), "lost_none": (1, 9), "batch_0p001": (0.5, 0.92)}),
    "start": Preset(
        text(zh="30 层，训练之前：BN 放大梯度，LN 不放大", en="30 layers before training: BN amplifies, LN does not"),
        {"tab": "start"},
        {"square_batch": (1.42, 1.52), "ratio_batch": (110, 210), "ratio_layer": (0.2, 3), "ratio_skip": (10, 30),
         "square_layer": (0.93, 1.07), "square_4": (2.2, 3.2), "theory_ratio": (151, 151.2)}),
}  # fmt: skip

PREDICTIONS = (
    Prediction(
        "two-numbers",
        text(zh="一批只有 3.0 和 3.1 两个数，传来的梯度是 (1, 0)。经过 BN 往回走，长度还剩多少？"
                "（与把均值、方差当常数相比）",
             en="A batch of just 3.0 and 3.1; the gradient (1, 0) arrives. How much of its length gets back through "
                "BN, compared with treating mean and variance as constants?"),
        "two-points", "passes",
        text(zh=r"减去沿全 1 向量和沿 $\hat x$ 的两个分量，$B$ 维只剩 $B-2$ 维；$B=2$ 时什么也不剩（剩一点是因为 ε）。",
             en=r"It loses its components along the all-ones vector and along $\hat x$: of $B$ dimensions $B-2$ stay. "
                r"For $B=2$ that is none (ε leaves a trace)."),
        (Option(text(zh="全部：BN 只是除以一个数", en="All of it: BN only divides by a number"), low=0.9,
                why=text(zh="均值和标准差也是 x 的函数。", en="Mean and deviation depend on x as well.")),
         Option(text(zh="约七成：减去了均值", en="About 70%: the mean is taken out"), 0.5, 0.9,
                text(zh=r"那只减了一个分量，还有沿 $\hat x$ 的一个。",
                     en=r"That is one component; the one along $\hat x$ goes too.")),
         Option(text(zh="几乎没有", en="Next to nothing"), high=0.1)),
    ),
    Prediction(
        "which-mode",
        text(zh="用批大小 8 训练好的 BN 网络，在测试集上比较同一组权重：推理模式（滑动统计）与训练模式"
                "（每批 8 个样本自己的统计）。哪个正确率高？",
             en="A BN net trained with batches of 8, tested with the same weights in inference mode (running "
                "statistics) and in training mode (each batch of 8 its own). Which is more accurate?"),
        "batch-eight", "gap_chosen",
        text(zh="推理模式。8 个样本的均值要晃动 1/√8 ≈ 0.35 个标准差，同一个样本换一批同伴就得到另一个输出；"
                "滑动统计是很多批的平均。",
             en="Inference mode. The mean of 8 samples is off by 1/√8 ≈ 0.35 standard deviations, so a sample's output "
                "depends on its companions; running statistics average many batches."),
        (Option(text(zh="训练模式：训练时就是这样用的", en="Training mode: that is how it was trained"), high=-0.01,
                why=text(zh="批大小 2 时可能如此，8 时不是。", en="That can happen with batches of 2, not with 8.")),
         Option(text(zh="一样：权重相同", en="The same: equal weights"), -0.01, 0.01,
                text(zh="权重相同，归一化用的统计量不同。", en="Equal weights, but other statistics.")),
         Option(text(zh="推理模式", en="Inference mode"), low=0.01)),
    ),
    Prediction(
        "rate-one",
        text(zh="10 层 ReLU 网络，He 初始化，SGD，学习率 1，训练 200 步。不归一化的网络学不会；"
                "加上 BN 呢（3 个种子平均）？",
             en="Ten ReLU layers, He initialisation, SGD, learning rate 1, 200 steps. Without a norm it fails. And "
                "with BN (mean of 3 seeds)?"),
        "rates", "batch_1",
        text(zh=r"学会了：$\mathrm{BN}(aWx)=\mathrm{BN}(Wx)$，步子太大只让 $\lVert W\rVert$ 变大，"
                r"之后的梯度按 $1/\lVert W\rVert$ 缩小。",
             en=r"It learns: $\mathrm{BN}(aWx)=\mathrm{BN}(Wx)$. A step that is too large makes $\lVert W\rVert$ grow, "
                r"and later gradients shrink as $1/\lVert W\rVert$."),
        (Option(text(zh="变成 NaN", en="It ends as NaN"), high=0.3,
                why=text(zh="不归一化的网络才会这样。", en="That is what happens without a norm.")),
         Option(text(zh="停在 50%", en="It is stuck at 50%"), 0.3, 0.75,
                text(zh="那是 LN 在这里的结局。", en="That is where LN ends here.")),
         Option(text(zh="九成左右或更高", en="About 90% or more"), low=0.75)),
    ),
    Prediction(
        "layer-norm-start",
        text(zh="30 层无残差 ReLU 网络，训练之前，BN 把首层梯度放大到末层的一百多倍。把 BN 换成 LN 呢？",
             en="In 30 plain ReLU layers before training BN makes the first layer's gradient over a hundred times the "
                "last one's. And LN in its place?"),
        "start", "ratio_layer",
        text(zh=r"约 1 倍。BN 减去批内均值，去掉了 ReLU 二阶矩的 $1/\pi$，再除以变小的标准差；"
                r"LN 减的是一个样本各单元的均值，$Wh$ 的这个均值近似 0。",
             en=r"About 1. BN takes out the batch mean, $1/\pi$ of ReLU's second moment, and divides by what is left; "
                r"LN takes out one sample's mean over the units, which is close to 0 for $Wh$."),
        (Option(text(zh="同样一百多倍", en="Over a hundred as well"), low=30,
                why=text(zh="放大来自批内均值，LN 不减它。", en="The growth comes from the batch mean; LN leaves it.")),
         Option(text(zh="1 倍上下", en="Around 1"), 0.1, 10),
         Option(text(zh="百分之几：消失", en="A few per cent: it vanishes"), high=0.1,
                why=text(zh="LN 的每层平均因子是 1。", en="LN's mean factor per layer is 1."))),
    ),
)  # fmt: skip
