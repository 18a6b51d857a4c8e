"""Presets and predictions of the tuning bench."""

from app.kit import Option, Prediction, Preset, text

PRESETS = {
    "sweep": Preset(
        text(zh="三种优化器，三个最好的学习率，一样的终点",
             en="Three optimisers, three best rates, one destination"), {},
        {"sgd_over_momentum": (3, 32), "sgd_over_adamw": (10, 100), "tuned_gap": (0, 0.03), "accuracy_adamw": (0.9, 1),
         "adamw_at_sgd": (0, 0.5), "sgd_at_adamw": (0.3, 0.85), "rate_sgd": (0.3, 1.1)},
    ),
    "batch-128": Preset(
        text(zh="batch 128：动量法最好的学习率上移", en="Batch 128: momentum's best rate moves up"), {"batch": 128},
        {"rate_momentum": (0.08, 0.4), "best_momentum": (0.09, 0.4), "tuned_gap": (0, 0.03)},
    ),
    "init": Preset(
        text(zh="标准差 0.01：哪个学习率都停在 ln 5",
             en="Standard deviation 0.01: stuck at ln 5 at every rate"), {"tab": "init"},
        {"best_small": (0.15, 0.3), "start_small": (1.609, 1.61), "best_he": (0.9, 1), "start_large": (50, 2000),
         "variance_he": (1.9, 2.1), "variance_pytorch": (0.32, 0.35)},
    ),
    "init-deep": Preset(
        text(zh="8 层：nn.Linear 的默认初始化也停在 ln 5",
             en="Eight layers: the default of nn.Linear is stuck as well"),
        {"tab": "init", "depth": 8},
        {"best_pytorch": (0.15, 0.3), "best_small": (0.15, 0.3), "best_he": (0.75, 1), "best_xavier": (0.65, 1)},
    ),
    "init-adamw": Preset(
        text(zh="同样的 0.01，换成 AdamW 就练得动",
             en="The same 0.01 gets going under AdamW"), {"tab": "init", "optimiser": "adamw"},
        {"best_small": (0.8, 1), "start_small": (1.609, 1.61)},
    ),
    "range": Preset(
        text(zh="区间测试：一次训练找到量级",
             en="Range test: the order of magnitude for one training"), {"tab": "range"},
        {"lowest_over_rate": (0.3, 6), "tenth_accuracy": (0.6, 0.95), "accuracy": (0.9, 1)},
    ),
    "search": Preset(
        text(zh="九次试验：随机比网格更容易命中",
             en="Nine trials: random search hits more often than a grid"), {"tab": "search"},
        {"explained_by_rate": (0.8, 1), "explained_by_decay": (0, 0.1), "random_over_grid": (0.02, 0.5),
         "random_hit": (0.6, 1)},
    ),
    "edge": Preset(
        text(zh="η 恰好是 2/λ：|w| 永远等于 1",
             en="η exactly 2/λ: |w| is 1 for ever"), {"tab": "quadratic", "eta": 0.2},
        {"after_plain": (1 - 1e-9, 1 + 1e-9), "wall_plain": (0.2, 0.2), "wall_momentum": (0.37999, 0.38001)},
    ),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "sgd-over-adamw",
        text(zh="同一个网络、同样的数据，分别扫学习率。SGD（无动量）最好的学习率大约是 AdamW 的多少倍？",
             en="One net, one data set, a sweep for each optimiser. Plain SGD's best learning rate is about how many "
             "times that of AdamW?"),
        "sweep", "sgd_over_adamw",
        text(zh="几十倍。Adam 每个坐标的步长约等于学习率，与梯度大小无关；SGD 的步长还要乘上通常远小于 1 的梯度。",
             en="Some dozens of times. Adam's step is about the learning rate in every coordinate, whatever the "
             "gradient; SGD's is multiplied by a gradient that is usually far below 1."),
        (Option(text(zh="不到 1：AdamW 要更大", en="Below 1: AdamW needs more"), high=1, why=text(
            zh="AdamW 用这么大的学习率已经学不动了。", en="At such a rate AdamW no longer learns.")),
         Option(text(zh="差不多，三倍以内", en="About the same, within three"), 1, 3, why=text(
             zh="两个峰相距一个数量级以上。", en="The peaks are more than a decade apart.")),
         Option(text(zh="五倍左右", en="About five times"), 3, 8, why=text(
             zh="那大约是 SGD 与动量之间的差距。", en="That is nearer the distance to momentum.")),
         Option(text(zh="十倍以上", en="Ten times or more"), 8)),
    ),
    Prediction(
        "tuned-gap",
        text(zh="三种优化器都各自调好学习率。验证正确率最高的和最低的差多少？",
             en="All three optimisers, each at its own best rate. How far apart are the best and the worst validation "
             "accuracy?"),
        "sweep", "tuned_gap",
        text(zh="几乎没有差别，都在种子造成的波动之内。多数“某优化器更好”的结论，来自没有公平调参。",
             en="Hardly at all, within what the seed changes. Most “this optimiser is better” comes from unequal "
             "tuning."),
        (Option(text(zh="3 个百分点以内", en="Within 3 points"), high=0.03),
         Option(text(zh="5 到 10 个百分点，AdamW 领先", en="5 to 10 points, AdamW ahead"), 0.03, 0.1, why=text(
             zh="用同一个学习率时才会这样。", en="Only with one rate for all.")),
         Option(text(zh="10 个百分点以上，SGD 垫底", en="More than 10, SGD last"), 0.1, why=text(
             zh="给 SGD 足够大的学习率，它不落后。", en="Given a large enough rate SGD does not lag."))),
    ),
    Prediction(
        "small-init",
        text(zh="权重标准差一律 0.01，动量法，七个学习率都试一遍。最好的验证正确率是多少？（五类）",
             en="All weights start with standard deviation 0.01. Momentum, seven learning rates tried. The best "
             "validation accuracy? (five classes)"),
        "init", "best_small",
        text(zh="就是瞎猜：信号每层缩小约 20 倍，梯度跟着缩小，调学习率救不回来。",
             en="Chance: the signal shrinks about 20 times a layer, the gradient with it, and no rate makes up for "
             "it."),
        (Option(text(zh="两成，停在 ln 5", en="20%: it sits at ln 5"), high=0.3),
         Option(text(zh="六成，学得慢", en="60%: it learns slowly"), 0.3, 0.8, why=text(
             zh="一点都没学。", en="It does not learn at all.")),
         Option(text(zh="九成，学习率大一点就行", en="90%, with a larger rate"), 0.8, why=text(
             zh="学习率到 1 也没用。", en="Not even a rate of 1 helps."))),
    ),
    Prediction(
        "default-init",
        text(zh="8 层 ReLU 网络用 nn.Linear 的默认初始化（方差 $1/(3n)$），没有归一化。动量法试七个学习率，"
             "最好的验证正确率是多少？",
             en="Eight ReLU layers with the default initialisation of nn.Linear (variance $1/(3n)$), no normalisation. "
             "Momentum, seven rates: the best validation accuracy?"),
        "init-deep", "best_pytorch",
        text(zh="瞎猜。ReLU 要方差 $2/n$ 才能保住信号；$1/(3n)$ 每层只剩 $\\sqrt{1/6}\\approx0.41$，8 "
             "层之后不到千分之一。",
             en="Chance. ReLU needs variance $2/n$ to keep the signal; $1/(3n)$ leaves $\\sqrt{1/6}\\approx0.41$ a "
             "layer, under a thousandth after eight."),
        (Option(text(zh="和 He 一样，九成上下", en="As with He, about 90%"), 0.75, why=text(
            zh="He 的方差是它的 6 倍。", en="He's variance is six times as large.")),
         Option(text(zh="五六成", en="50–60%"), 0.3, 0.75, why=text(
             zh="3 层还可以，8 层就学不动了。", en="With three layers it copes; with eight nothing is learned.")),
         Option(text(zh="两成上下，几乎停在 ln 5", en="About 20%: it hardly leaves ln 5"), high=0.3)),
    ),
    Prediction(
        "edge",
        text(zh="二次函数 $\\frac12\\cdot10\\,w^2$，从 $w=1$ 出发，学习率恰好 $2/\\lambda=0.2$。200 步之后 $|w|$ "
             "是多少？",
             en="The quadratic $\\frac12\\cdot10\\,w^2$ from $w=1$, learning rate exactly $2/\\lambda=0.2$. What is "
             "$|w|$ after 200 steps?"),
        "edge", "after_plain",
        text(zh="每步 $w\\leftarrow(1-\\eta\\lambda)w=-w$：来回翻，大小不变。0.19 收敛，0.21 就到了上亿。",
             en="Each step does $w\\leftarrow(1-\\eta\\lambda)w=-w$: it flips and keeps its size. 0.19 converges, 0.21 "
             "is past a hundred million."),
        (Option(text(zh="0", en="0"), high=0.5, why=text(zh="那要小于 $2/\\lambda$。",
                                                         en="For that it must be below $2/\\lambda$.")),
         Option(text(zh="1", en="1"), 0.5, 2),
         Option(text(zh="无穷大", en="Infinity"), 2, why=text(zh="那要大于 $2/\\lambda$。",
                                                           en="For that it must be above $2/\\lambda$."))),
    ),
    Prediction(
        "nine-trials",
        text(zh="学习率和权重衰减两个超参数，只有学习率要紧。9 次试验，随机搜索命中好设置的概率减去 3×3 网格的，"
             "是多少？",
             en="Two hyper-parameters, of which only the learning rate matters. Nine trials: the probability of "
             "hitting a good setting, random minus 3×3 grid?"),
        "search", "random_over_grid",
        text(zh="随机高出十几到二十几个百分点：网格的 9 次里，学习率只有 3 个不同的值。",
             en="Random is ahead by some ten to thirty points: nine trials of the grid hold only three different "
             "rates."),
        (Option(text(zh="负的：网格更系统，更好",
                     en="Negative: the grid is systematic, hence better"), high=-0.02, why=text(
            zh="系统地重复了同样三个学习率。", en="It systematically repeats the same three rates.")),
         Option(text(zh="差不多为 0", en="About 0"), -0.02, 0.02, why=text(
             zh="点数够多时才一样。", en="Only with more points.")),
         Option(text(zh="正的：随机更好", en="Positive: random is better"), 0.02)),
    ),
)  # fmt: skip
