"""Posterior machine: base rates, counts with smoothing, naive Bayes against logistic regression, copied evidence."""

from typing import Literal

from app.core.bayes_rule import bayes_error, copied, copied_vote, linear_error, positive_predictive_value, threshold
from app.core.classifiers import gaussian_rule
from app.core.logistic_regression import newton
from app.core.naive_bayes import fit, log_joint, most_probable, posterior, smoothed
from app.demos.probability_information._posterior_copies import run_copies
from app.demos.probability_information._posterior_counts import run_counts
from app.demos.probability_information._posterior_curves import run_curves
from app.demos.probability_information._posterior_rates import run_rates
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, same, seed, text

RATES, COUNTS, CURVES, COPIES = ({"tab": (name,)} for name in ("rates", "counts", "curves", "copies"))
RUNS = {"rates": run_rates, "counts": run_counts, "curves": run_curves, "copies": run_copies}


class PosteriorMachineParams(Params):
    tab: Literal["rates", "counts", "curves", "copies"] = knob(
        "rates", zh="看什么", en="Look at",
        options={"rates": text(zh="基率", en="base rates"), "counts": text(zh="计数与平滑", en="counts and smoothing"),
                 "curves": text(zh="学习曲线",
                                en="learning curves"), "copies": text(zh="重复的特征", en="copied features")},
    )  # fmt: skip
    prevalence: float = knob(1, ge=0.1, le=50, step=0.1, log=True, unit="%", zh="患病率", en="Prevalence", when=RATES)
    sensitivity: float = knob(
        99, ge=50, le=99.9, step=0.1, unit="%", zh="灵敏度 P(+|病)", en="Sensitivity P(+|ill)", when=RATES
    )
    specificity: float = knob(
        95, ge=50, le=99.9, step=0.1, unit="%", zh="特异度 P(−|无病)", en="Specificity P(−|well)", when=RATES
    )
    miss_cost: float = knob(
        1, ge=1, le=100, step=1, zh="漏检的代价（误报 = 1）", en="Cost of a miss (false alarm = 1)", when=RATES
    )
    smoothing: float = knob(1, ge=0, le=5, step=0.1, zh="平滑 λ", en="Smoothing λ", when=COUNTS)
    drop: bool = knob(False, zh="拿掉类 1 中唯一的 S", en="Remove the only S of class 1", when=COUNTS)
    x1: Literal["1", "2", "3"] = knob("2", zh="要判的 x₁", en="x₁ to classify", when=COUNTS)
    x2: Literal["S", "M", "L"] = knob(
        "S", zh="要判的 x₂", en="x₂ to classify", when=COUNTS, options={"S": same("S"), "M": same("M"), "L": same("L")}
    )
    rho: float = knob(0.5, ge=0, le=0.9, step=0.05, zh="成对相关 ρ", en="Correlation in pairs ρ", when=CURVES)
    d: int = knob(20, ge=2, le=50, step=2, zh="特征数 d", en="Features d", when=CURVES)
    ridge: float = knob(
        1e-4, ge=1e-4, le=100, step=1e-4, log=True, zh="逻辑回归的 L2 惩罚 λ", en="L2 penalty λ of logistic regression",
        when=CURVES,
    )  # fmt: skip
    first: float = knob(0.7, ge=0.5, le=0.99, step=0.01, zh="线索 1 的正确率", en="Hint 1 is right", when=COPIES)
    second: float = knob(0.8, ge=0.5, le=0.99, step=0.01, zh="线索 2 的正确率", en="Hint 2 is right", when=COPIES)
    copies: int = knob(2, ge=1, le=10, zh="线索 1 的份数 k", en="Copies k of hint 1", when=COPIES)
    seed: int = seed()


def run(params: PosteriorMachineParams) -> Result:
    return RUNS[params.tab](params)


PRESETS = {
    "base-rate": Preset(
        text(zh="患病率 1 %：阳性的人六个里只有一个真有病", en="Prevalence 1 %: of six positives only one is ill"),
        {}, {"ppv": (0.16666, 0.16667), "twice": (0.79, 0.81), "threshold": (0.5, 0.5), "acts": (0, 0)}),
    "textbook": Preset(
        text(zh="教科书的 15 个样本，拉普拉斯平滑：判 −1",
             en="The textbook's 15 examples, Laplace smoothing: class −1"),
        {"tab": "counts"}, {"joint_1": (0.03267, 0.03269), "joint_0": (0.061, 0.06101), "mle_joint_1": (0.0222, 0.0223),
                            "mle_joint_0": (0.0666, 0.0667), "posterior": (0.34, 0.36)}),
    "zero": Preset(
        text(zh="少一个样本：计数为 0，一票否决", en="One example fewer: a count of 0 vetoes everything"),
        {"tab": "counts", "drop": True, "x1": "3"},
        {"mle_posterior": (0, 0), "posterior": (0.2, 0.6), "small_mle": (0, 0), "small_map": (0, 0),
         "small_smoothed": (0.09, 0.0910)}),
    "crossover": Preset(
        text(zh="样本少时朴素贝叶斯领先，样本多时逻辑回归反超",
             en="Few examples: naive Bayes leads; many: logistic regression does"),
        {"tab": "curves"}, {"lead_40": (0.03, 0.08), "lead_1280": (-0.03, -0.015), "crossover": (160, 640),
                            "bayes": (0.127, 0.1272), "floor": (0.1529, 0.1531)}),
    "independent": Preset(
        text(zh="ρ = 0，假设成立：逻辑回归追上，但不反超",
             en="ρ = 0, the assumption holds: it catches up, it never overtakes"),
        {"tab": "curves", "rho": 0}, {"lead_40": (0.03, 0.08), "lead_1280": (0, 0.01), "nb_last": (0.1245, 0.127)}),
    "ridge": Preset(
        text(zh="给逻辑回归加 L2：小样本的劣势没有了",
             en="L2 for the logistic regression: few examples no longer hurt it"),
        {"tab": "curves", "ridge": 10},
        {"lead_40": (-0.03, 0.015), "lr_40": (0.17, 0.21), "srm_spread": (0, 1e-9), "lead_1280": (-0.03, -0.015)}),
    "copies": Preset(
        text(zh="较弱的线索抄两份，就压过了更准的那条", en="Two copies of the weaker hint outvote the better one"),
        {"tab": "copies"}, {"claim": (0.8448, 0.8449), "claim_ten": (0.9997, 0.9998), "error_one": (0.199, 0.201),
                            "error": (0.299, 0.301), "loss_ten": (1.5, 3)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "positive-test",
        text(zh="患病率 1 %，灵敏度 99 %，特异度 95 %。一个人测出阳性，他真有病的概率大约是？",
             en="Prevalence 1 %, sensitivity 99 %, specificity 95 %. Someone tests positive: how likely is the "
             "illness?"),
        "base-rate", "ppv",
        text(zh="10 000 人里 100 人有病，测出 99 个阳性；9900 个没病的人也有 495 个阳性。99/(99+495) = 1/6。",
             en="Of 10,000 people 100 are ill, and 99 of them test positive; so do 495 of the 9,900 well ones. "
             "99/(99 + 495) = 1/6."),
        (Option(text(zh="99 % 左右", en="About 99 %"), low=0.97,
                why=text(zh="那是 P(+ | 病)，条件反了。",
                         en="That is P(+ | ill): the condition is the wrong way round.")),
         Option(text(zh="95 % 左右", en="About 95 %"), 0.9, 0.97,
                text(zh="那是特异度 P(− | 没病)。", en="That is the specificity, P(− | well).")),
         Option(text(zh="50 % 左右", en="About 50 %"), 0.4, 0.6,
                text(zh="患病率要接近 5 % 才会这样：误报来自 99 % 的人。",
                     en="That takes a prevalence near 5 %: the false alarms come from 99 % of the people.")),
         Option(text(zh="17 % 左右", en="About 17 %"), 0.1, 0.25)),
    ),
    Prediction(
        "forty-examples",
        text(zh="20 个特征两两相关，40 个训练样本，逻辑回归几乎不加正则。和朴素贝叶斯比，谁的错误率低？",
             en="20 features correlated in pairs, 40 training examples, next to no penalty on the logistic regression. "
             "Whose error is lower, its own or that of naive Bayes?"),
        "crossover", "lead_40",
        text(zh="朴素贝叶斯低好几个百分点：它逐个特征估计，40 个样本已经够用。到 1280 个样本就反过来了。",
             en="Naive Bayes, by several points: it estimates feature by feature, and 40 examples are enough "
             "for that. At "
             "1280 it is the other way round."),
        (Option(text(zh="逻辑回归低 1 个百分点以上：它的假设更少",
                     en="Logistic regression by over a point: it assumes less"),
                high=-0.01, why=text(zh="假设少，极限更低；但小样本时方差大。",
                                     en="It assumes less, so its limit is lower; but its variance is large here.")),
         Option(text(zh="差不到 1 个百分点：都是线性规则", en="Within a point: both are linear rules"), -0.01, 0.01,
                text(zh="规则的形式一样，估计的办法不一样。", en="The rules have one form; the estimates differ.")),
         Option(text(zh="朴素贝叶斯低 1 个百分点以上", en="Naive Bayes by over a point"), low=0.01)),
    ),
    Prediction(
        "copy-the-weak",
        text(zh="线索 1 正确率 0.7，线索 2 正确率 0.8，彼此独立。把线索 1 在表里再抄一份，朴素贝叶斯的错误率？",
             en="Hint 1 is right with probability 0.7, hint 2 with 0.8, independently. Hint 1 is entered once more in "
             "the table. What happens to the error of naive Bayes?"),
        "copies", "error_rise",
        text(zh=r"两条线索冲突时，$2\ln\frac{0.7}{0.3}=1.69$ 大于 $\ln\frac{0.8}{0.2}=1.39$：现在听线索 1 的，"
             r"错误率从 0.2 升到 0.3。",
             en=r"When they disagree, $2\ln\frac{0.7}{0.3}=1.69$ is more than $\ln\frac{0.8}{0.2}=1.39$: now "
             r"hint 1 has its "
             "way, and the error goes from 0.2 to 0.3."),
        (Option(text(zh="下降：证据更多了", en="It falls: there is more evidence"), high=-1e-9,
                why=text(zh="复制不带来任何新信息。", en="A copy holds no new information.")),
         Option(text(zh="不变：argmax 对过度自信不敏感",
                     en="It stays: the argmax does not mind overconfidence"), -1e-9, 1e-9,
                text(zh="只有所有证据同样放大时才不变；这里只放大了一边。",
                     en="Only if all the evidence is enlarged alike; here one side is.")),
         Option(text(zh="上升", en="It rises"), low=1e-9)),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, PosteriorMachineParams,
    title=text(zh="后验机器", en="Posterior machine"),
    summary=text(
        zh="从先验和证据算出后验：基率、计数与平滑、朴素贝叶斯对逻辑回归，以及同一条证据数两遍会怎样。",
        en="From prior and evidence to posterior: base rates, counts and smoothing, naive Bayes against logistic "
        "regression, and what counting evidence twice does.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("ng2001", "domingos1997", "lihang2012b", "elkan2001", "gigerenzer1995"),
    code=(
        positive_predictive_value, threshold, copied, copied_vote, smoothed, most_probable, fit, log_joint, posterior,
        gaussian_rule, newton, linear_error, bayes_error,
    ),
)  # fmt: skip
