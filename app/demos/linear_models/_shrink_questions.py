"""The presets and predictions of the shrink-or-cut demo."""

from app.kit import Option, Prediction, Preset, text

PRESETS = {
    "paths": Preset(
        text(zh="L1 一个一个砍到 0，L2 一个也不砍", en="L1 cuts one weight after another, L2 cuts none"), {},
        {"nonzero": (3, 3), "nonzero_ridge": (12, 12), "zeros_lasso": (9, 9), "zeros_proximal": (9, 9),
         "zeros_subgradient": (0, 0), "first_in": (1, 1), "risk_best": (1.2, 1.75), "risk_ridge_best": (1.9, 2.5),
         "kept_wrong": (2, 4.5), "kept_right": (2.9, 3)},
    ),
    "dense": Preset(
        text(zh="个个有用、都很小：这回 L2 预测得更好", en="All useful and all small: now L2 predicts better"),
        {"design": "dense"}, {"risk_best": (1.9, 2.8), "risk_ridge_best": (1.1, 1.75), "irrelevant": (0, 0)},
    ),
    "unit": Preset(
        text(zh="最强的特征换个单位（数值 ×0.2），早早被砍",
             en="The strongest feature in another unit (× 0.2) is cut early"),
        {"unit": 0.2}, {"first_in": (2, 2), "first_wakes": (0.3, 0.9), "nonzero": (1, 3)},
    ),
    "decoy": Preset(
        text(zh="没有噪声，L1 仍先选中无关的特征", en="No noise at all, and L1 picks the irrelevant feature first"),
        {"design": "decoy", "rho": 0.65, "noise": 0.0},
        {"first_in": (3, 3), "support_share": (0, 0), "last_weight": (0.5, 2), "largest": (2.599, 2.601)},
    ),
    "corner": Preset(
        text(zh="椭圆碰到尖角：一个权重恰好为 0", en="The ellipse touches a corner: one weight is exactly 0"),
        {"tab": "plane", "rho": 0.6},
        {"nonzero": (1, 1), "w1": (1.4399, 1.4401), "ridge2": (0.54, 0.55), "cut_share": (0.5, 0.7)},
    ),
    "priors": Preset(
        text(zh="Laplace 先验：众数是 0，均值却不是", en="A Laplace prior: the mode is 0, the mean is not"),
        {"tab": "priors"},
        {"mode": (0, 0), "mean": (0.50321, 0.50323), "gaussian": (0.5, 0.5), "excess": (0.05, 0.1)},
    ),
    "twins": Preset(
        text(zh="两列很像：L1 只留一列，留哪列看噪声", en="Two columns much alike: L1 keeps one, and noise says which"),
        {"tab": "twins", "rho": 0.95, "mix": 0.5, "penalty": 0.5},
        {"cut_l1": (0.45, 0.85), "cut_l2": (0, 0), "gap_l1": (0.9, 1.5), "gap_l2": (0.15, 0.35),
         "cut_elastic": (0, 0.2)},
    ),
    "copies": Preset(
        text(zh="完全重复的两列：L2 平分，L1 怎么分都一样好",
             en="Exact copies: L2 halves, to L1 every split is as good"),
        {"tab": "twins", "rho": 1.0, "mix": 0.5, "penalty": 0.5},
        {"flat": (0, 1e-12), "first": (1.4999, 1.5001), "second": (0, 1e-12), "ridge_first": (0.7999, 0.8001),
         "gap_elastic": (0, 1e-9)},
    ),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "copies",
        text(zh="同一列放了两份，权重之和不变，把第 1 列的份额从 0 调到 1：L1 的目标函数变化多大？",
             en="The same column twice, the sum of the two weights kept: as the first one's share goes from 0 to "
                "1, how "
             "much does the L1 objective vary?"),
        "copies", "flat",
        text(zh="预测只看权重之和，$|w_1|+|w_2|$ 在同号时也只看和：整段都是最优解。L2 的 $w_1^2+w_2^2$ 才要求平分。",
             en="The prediction depends on the sum alone, and so does $|w_1|+|w_2|$ while the signs agree: the "
                "whole segment "
             "is optimal. It is $w_1^2+w_2^2$ that wants halves."),
        (
            Option(text(zh="中间最低：平分最好", en="It is lowest in the middle: halves are best"), 1e-9, 0.1,
                   text(zh="那是 L2：平方和在平分时最小。", en="That is L2: a sum of squares is least at halves.")),
            Option(text(zh="不变：怎么分都一样", en="Not at all: every split is as good"), high=1e-9),
            Option(text(zh="两头最低：集中到一列最好",
                        en="It is lowest at the ends: one column should have all"), low=0.1,
                   why=text(zh="L1 不偏爱集中；坐标下降给出 (1.5, 0) 只是因为先更新第 1 列。",
                            en="L1 has no liking for ends; coordinate descent gives (1.5, 0) as it updates column "
                               "1 first.")),
        ),
    ),
    Prediction(
        "decoy",
        text(zh="特征 1、2 有用且互不相关，特征 3 没用，但与两者的内积都是 0.65。没有噪声，λ 从大往小：谁最先不为 0？",
             en="Features 1 and 2 matter and are orthogonal; feature 3 does not, but has dot product 0.65 with "
                "both. No "
             "noise. As λ comes down, which weight leaves 0 first?"),
        "decoy", "first_in",
        text(zh=r"$|x_j^\top y|$：特征 1 是 2.2，特征 2 是 1.8，特征 3 是 $0.65\times(2.2+1.8)=2.6$。它最大，"
                "所以最先进入。",
             en=r"$|x_j^\top y|$ is 2.2 for feature 1, 1.8 for feature 2 and $0.65\times(2.2+1.8)=2.6$ for feature "
                "3: the "
             "largest enters first."),
        (
            Option(text(zh="特征 1，真权重最大", en="Feature 1, whose true weight is largest"), high=1.5,
                   why=text(zh="比的是与 y 的内积，不是真权重。",
                            en="What counts is the dot product with y, not the truth.")),
            Option(text(zh="特征 2，与 1 互不相关", en="Feature 2, independent of the first"), 1.5, 2.5,
                   text(zh="它与 y 的内积 1.8 是三者中最小的。",
                        en="Its dot product with y, 1.8, is the least of the three.")),
            Option(text(zh="特征 3，没有用的那个", en="Feature 3, the one without effect"), low=2.5),
        ),
    ),
    Prediction(
        "mean",
        text(zh=r"Laplace 先验，$\lambda=1$，噪声方差 1，观测 $y=1$。MAP（即 lasso）是 0。后验均值是多少？",
             en=r"A Laplace prior with $\lambda=1$, noise variance 1, observed $y=1$. The MAP (the lasso) is 0. "
                "And the "
             "posterior mean?"),
        "priors", "mean",
        text(zh="约 0.503。后验是连续的，右边的质量更多，均值必然大于 0；稀疏只属于众数。",
             en="About 0.503. The posterior is continuous with more mass on the right, so its mean is above 0; "
                "sparsity "
             "belongs to the mode alone."),
        (
            Option(text(zh="也是 0", en="0 as well"), high=0.01,
                   why=text(zh="只有 y = 0 时均值才是 0。", en="The mean is 0 only for y = 0.")),
            Option(text(zh="0 到 0.25 之间", en="between 0 and 0.25"), 0.01, 0.25,
                   text(zh="y = 0.5 时才这么小（0.241）。", en="That is for y = 0.5 (0.241).")),
            Option(text(zh="约 0.5", en="about 0.5"), 0.25, 0.75),
            Option(text(zh="约 1，先验不起作用", en="about 1, the prior does nothing"), low=0.75,
                   why=text(zh="先验把它拉向 0：差不多拉了一半。", en="The prior pulls it towards 0, by about half.")),
        ),
    ),
)  # fmt: skip
