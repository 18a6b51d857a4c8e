"""Entropy, cross-entropy, KL and mutual information: bars that add up, two KL fits, and a biased estimator."""

from app.core.information import (
    agreeing_table,
    cross_entropy,
    entropy,
    expected_plug_in_entropy,
    information_bias,
    joint_information,
    js_divergence,
    kl_divergence,
    plug_in_information,
    pointwise_information,
)
from app.core.kl_fitting import forward_kl, gaussian_kl, reverse_fit, reverse_kl
from app.demos.probability_information._diagram_bernoulli import bernoulli_result
from app.demos.probability_information._diagram_estimate import estimate_result
from app.demos.probability_information._diagram_fit import fit_result
from app.demos.probability_information._diagram_params import InformationDiagramParams
from app.demos.probability_information._diagram_table import table_result
from app.kit import Demo, Option, Prediction, Preset, Result, text

TABS = {"table": table_result, "bernoulli": bernoulli_result, "fit": fit_result, "estimate": estimate_result}


def run(params: InformationDiagramParams) -> Result:
    return TABS[params.tab](params)


demo = Demo(
    __name__, run, InformationDiagramParams,
    title=text(zh="信息图与 KL 拟合", en="Information diagram and KL fitting"),
    summary=text(zh="改联合表，看各种熵怎样拼起来；比较 KL 的两个方向；再看从样本估互信息会偏多少。",
                 en="Edit a joint table and see entropies add up; compare both directions of KL; see how far off "
                 "mutual information from samples is."),
    presets={
        "textbook": Preset(
            text(zh="教材里的联合表：熵由三段拼成", en="The textbook table: entropies made of three pieces"),
            expect={"h_x": (1.749999, 1.750001), "h_xy": (3.374999, 3.375001), "mi": (0.374999, 0.375001),
                    "largest_minus_h_x": (0.249, 0.251)},
        ),
        "independent": Preset(
            text(zh="每行成比例：互信息是 0", en="Proportional rows: the mutual information is 0"),
            {"joint": "1 2 3; 2 4 6; 3 6 9"}, {"mi": (0, 1e-9)},
        ),
        "two-coins": Preset(
            text(zh="公平硬币配 0.9 的模型：KL 两个方向不一样", 
                 en="A fair coin, a model of 0.9: KL differs by direction"),
            {"tab": "bernoulli", "unit": "nat"},
            {"ce_pq": (1.20397, 1.20398), "kl_pq": (0.510825, 0.510827), "kl_qp": (0.368063, 0.368065)},
        ),
        "forward": Preset(
            text(zh="前向 KL：一个高斯盖住两个峰", en="Forward KL: one Gaussian covers both bumps"),
            {"tab": "fit", "direction": "forward"}, {"forward_variance": (9.999999, 10.000001), "forward_mean": (0, 0)},
        ),
        "reverse": Preset(
            text(zh="反向 KL：坐到一个峰上", en="Reverse KL: it sits down on one bump"),
            {"tab": "fit"},
            {"reverse_mean": (2.9842, 2.9844), "reverse_sd": (1.0233, 1.0235), "reverse_kl": (0.6887, 0.6888)},
        ),
        "straddle": Preset(
            text(zh="峰在 ±2.5：反向 KL 最好的高斯也站在中间", en="Bumps at ±2.5: even the best reverse fit straddles"),
            {"tab": "fit", "distance": 2.5, "start": 0.5},
            {"reverse_distance": (0, 1e-3), "best_reverse_distance": (0, 1e-3), "mode_kl": (0.66, 0.67),
             "reverse_kl": (0.48, 0.482)},
        ),
        "phantom": Preset(
            text(zh="两个独立变量，100 个样本，估出近半个 nat", 
                 en="Independent variables, 100 samples, almost half a nat"),
            {"tab": "estimate"}, {"plug_in": (0.45, 0.5), "exact": (0.4776, 0.4777), "mi_true": (0, 1e-12),
                                  "minus_shuffled": (-0.05, 0.05)},
        ),
    },
    predictions=[
        Prediction(
            "which-direction", text(zh="p 是公平硬币，q 给正面 0.9。D(p‖q) 与 D(q‖p) 比，哪个大？",
                                    en="p is a fair coin, q gives heads 0.9. How does D(p‖q) compare with D(q‖p)?"),
            "two-coins", "kl_ratio",
            text(zh="p 有一半的质量在反面，q 只给它 0.1，惩罚落在 p 常去的地方：ln(0.5/0.1) 乘 0.5。"
                 "反过来，q 很少去反面。",
                 en="p spends half its mass on tails, where q gives only 0.1: ln(0.5/0.1) weighs 0.5. The other way "
                 "round q rarely goes there."),
            (Option(text(zh="D(q‖p) 更大", en="D(q‖p) is larger"), 0, 0.99,
                    text(zh="q 九成时间在正面，那里两者只差 ln(0.9/0.5)。",
                         en="q spends nine tenths on heads, where the log ratio is only ln(0.9/0.5).")),
             Option(text(zh="一样大", en="They are equal"), 0.99, 1.01,
                    text(zh="KL 不对称：期望是对前一个分布取的。",
                         en="KL is not symmetric: the mean is over the first distribution.")),
             Option(text(zh="D(p‖q) 更大", en="D(p‖q) is larger"), 1.01)),
        ),
        Prediction(
            "forward-width", text(zh="目标是 ±3 处两个单位方差的峰，各占一半。D(p‖q) 最小的高斯，标准差是多少？",
                                  en="The target has two unit-variance bumps at ±3, half each. What is the standard "
                                  "deviation of the Gaussian with the least D(p‖q)?"),
            "forward", "forward_sd",
            text(zh="匹配矩：方差 1 + 3² = 10。", en="It matches moments: variance 1 + 3² = 10."),
            (Option(text(zh="约 1，一个峰的宽度", en="About 1, one bump's width"), 0, 2,
                    text(zh="那样另一个峰几乎没有概率，ln(p/q) 会很大。",
                         en="Then the other bump gets next to no probability, and ln(p/q) is huge there.")),
             Option(text(zh="约 3.2", en="About 3.2"), 2.9, 3.5),
             Option(text(zh="约 6，两峰的间距", en="About 6, the gap of the bumps"), 3.5, 9,
                    text(zh="方差是 1 加上均值的方差 9，不是间距的平方。",
                         en="The variance is 1 plus the 9 of the bump centres, not the gap squared."))),
        ),
        Prediction(
            "reverse-place", text(zh="峰移近到 ±2.5，各占一半。在所有高斯里，D(q‖p) 最小的那个均值在哪里？",
                                  en="The bumps move in to ±2.5, half each. Of all Gaussians, where is the mean of the "
                                  "one with the least D(q‖p)?"),
            "straddle", "best_reverse_distance",
            text(zh="站在中间只要 0.481 nat，选一个峰要 0.666（约 ln 2）。峰够远时，中间的空谷才贵过 ln 2。",
                 en="In the middle it costs 0.481 nat, on one bump 0.666 (about ln 2). Only when the bumps are far "
                 "enough apart does the empty valley cost more than ln 2."),
            (Option(text(zh="两峰正中间", en="Midway between the bumps"), 0, 0.2),
             Option(text(zh="在一个峰上", en="On one of the bumps"), 2, 3,
                    text(zh="那是局部最小，不是全局最小：丢掉一半质量要付约 ln 2。",
                         en="That is a local minimum, not the global one: dropping half the mass costs about ln 2.")),
             Option(text(zh="偏向一个峰，约在一半处", en="Part of the way towards one bump"), 0.2, 2,
                    text(zh="地形在那里没有谷。", en="The landscape has no valley there."))),
        ),
        Prediction(
            "phantom-information",
            text(zh="X 与 Y 独立，各有 10 个等可能的取值。用 100 个样本的频率直接算互信息，平均得到多少 nat？",
                 en="X and Y are independent, 10 equally likely values each. Mutual information from the frequencies "
                 "of 100 samples: how many nats on average?"),
            "phantom", "plug_in",
            text(zh="100 格里每格平均 1 个样本，频率的起伏看起来像依赖。偏差约 (10−1)²/(2·100) = 0.405，精确值更高。",
                 en="With one sample a cell, chance looks like dependence. The bias is about (10−1)²/(2·100) = 0.405, "
                 "exactly a little more."),
            (Option(text(zh="约 0，有正有负", en="About 0, of either sign"), -1, 0.02,
                    text(zh="插件估计是一个 KL 散度，永远不会是负的。",
                         en="The plug-in estimate is a KL divergence itself: never negative.")),
             Option(text(zh="约 0.05", en="About 0.05"), 0.02, 0.2,
                    text(zh="那要大约 1000 个样本：偏差与 n 成反比。",
                         en="That takes about 1000 samples: the bias goes as 1/n.")),
             Option(text(zh="约 0.5", en="About 0.5"), 0.2, 1)),
        ),
    ],
    references=("cover2006", "kullback1951", "minka2005", "paninski2003"),
    code=(entropy, cross_entropy, kl_divergence, js_divergence, joint_information, pointwise_information,
          plug_in_information, information_bias, expected_plug_in_entropy, agreeing_table, gaussian_kl, forward_kl,
          reverse_kl, reverse_fit),
    budget_s=1.0,
)  # fmt: skip
