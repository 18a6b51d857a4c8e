"""Bias-variance microscope: one model refitted on many data sets; polynomials in closed form, networks by training."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.bias_variance import decompose, matched_early_stopping, polynomial_refits
from app.core.deep_net import backward, deep_net, forward
from app.core.lasso import elastic_net
from app.core.optimisers import adam, fit

from app.core.regularisers import bootstrap, jittered, l1_penalised, smoothed  # isort: skip
from app.core.ridge import (  # isort: skip
    degrees_of_freedom, descend, dropout_loss, early_stopping_factor, ridge, ridge_factor, soft_threshold,
)  # fmt: skip
from app.demos.generalisation._bias_variance_bars import LABELS
from app.demos.generalisation._bias_variance_nets import MEMBERS, run_nets
from app.demos.generalisation._bias_variance_polynomials import run_polynomials
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, limit, seed, text

Method = Literal[
    "none", "data", "augment", "l2", "decay", "l1", "dropout", "smoothing", "early", "norm", "ensemble", "bagging"
]
POLY, NETS = {"tab": ("poly",)}, {"tab": ("nets",)}
COSTS = {"norm": 2.2, "ensemble": float(MEMBERS), "bagging": float(MEMBERS)}
MOST_WORK = 4.6e8


class BiasVarianceParams(Params):
    tab: Literal["poly", "nets"] = knob(
        "poly", zh="模型", en="Model",
        options={"poly": text(zh="多项式（闭式解）", en="polynomials (closed form)"),
                 "nets": text(zh="神经网络（真训练）", en="networks (trained)")},
    )  # fmt: skip
    penalty: float = knob(1e-9, ge=1e-9, le=10, step=1e-9, log=True, zh="惩罚 λ", en="Penalty λ", when=POLY)
    n: int = knob(20, ge=10, le=200, step=2, zh="每份数据的点数 n", en="Points per data set n", when=POLY)
    degree: int = knob(15, ge=0, le=15, zh="多项式次数", en="Degree", when=POLY)
    noise: float = knob(0.3, ge=0, le=1, step=0.05, zh="噪声 σ", en="Noise σ", when=POLY)
    sweep: Literal["penalty", "n", "degree"] = knob(
        "penalty", zh="横轴", en="Horizontal axis", when=POLY,
        options={"penalty": text(zh="惩罚 λ", en="penalty λ"), "n": text(zh="数据量 n", en="points n"),
                 "degree": text(zh="次数", en="degree")},
    )  # fmt: skip
    datasets: int = knob(200, ge=50, le=500, step=50, zh="数据集个数", en="Data sets", when=POLY)
    methods: tuple[Method, ...] = knob(
        ("none", "data", "augment", "decay", "dropout", "early"), zh="方法", en="Methods", options=LABELS, when=NETS
    )
    size: int = knob(80, ge=40, le=160, step=20, zh="训练样本数", en="Training points", when=NETS)
    flips: float = knob(0.2, ge=0, le=0.4, step=0.05, zh="标错的比例", en="Share of wrong labels", when=NETS)
    factor: int = knob(10, ge=2, le=10, zh="“更多数据”是几倍", en="“More data” is times", when=NETS)
    strength: float = knob(
        1, ge=0.25, le=4, step=0.25, zh="正则强度（倍）", en="Strength (times)", when=NETS,
        help=text(zh="1 倍：高斯增强 σ 0.2，L2 0.01，权重衰减 2，L1 0.003，dropout 0.3，标签平滑 0.2。",
                  en="1 is: augmentation σ 0.2, L2 0.01, weight decay 2, L1 0.003, dropout 0.3, smoothing "
                  "0.2."))  # fmt: skip
    batch: Literal["full", "16"] = knob(
        "full", zh="每步的样本", en="Examples a step", when=NETS,
        options={"full": text(zh="全部", en="all"), "16": text(zh="16 个", en="16")},
    )  # fmt: skip
    width: int = knob(32, ge=8, le=64, step=8, zh="网络宽度", en="Width", when=NETS)
    steps: int = knob(200, ge=100, le=500, step=50, zh="训练步数", en="Steps", when=NETS)
    sets: int = knob(6, ge=2, le=12, zh="数据集个数", en="Data sets (networks)", when=NETS)
    seed: int = seed()

    @model_validator(mode="after")
    def _affordable(self) -> "BiasVarianceParams":
        if not self.methods:
            raise limit(zh="至少选一种方法", en="choose at least one method")
        nets = sum(COSTS.get(name, 1.0) for name in set(self.methods)) * self.sets * self.steps
        if self.tab == "nets" and nets * (self.size * (self.width + 24) * 2 + 8000) > MOST_WORK:
            raise limit(zh="这样训练太久：请减少方法、数据集、步数、样本或宽度（集成与 bagging 的代价是 5 倍，BN 约 2 "
                           "倍）",
                        en="that would train too long: take fewer methods, data sets, steps, points or units "
                        "(ensembles "
                        "and bagging cost five times, BN about twice)")  # fmt: skip
        return self


def run(params: BiasVarianceParams) -> Iterator[Result]:
    yield from run_nets(params) if params.tab == "nets" else run_polynomials(params)


PRESETS = {
    "wild": Preset(
        text(zh="15 次多项式、20 个点、几乎没有惩罚：全是方差", en="Degree 15, 20 points, next to no penalty: all "
                                                "variance"),
        {}, {"variance": (1e5, 1e8), "train": (0.01, 0.03), "freedom_mean": (15, 16)}),
    "ridge": Preset(
        text(zh="λ = 0.1：方差没了，训练误差几乎看不出", en="λ = 0.1: the variance is gone, the training error hardly "
                                             "moved"),
        {"penalty": 0.1}, {"variance": (0.05, 0.15), "bias2": (0, 0.02), "train": (0.025, 0.05),
                           "variance_ratio": (1e5, 1e9), "best_error": (0.04, 0.1), "best_early": (0.04, 0.1)}),
    "ten-times-data": Preset(
        text(zh="同样 15 次、没有惩罚，数据多十倍：也好了", en="Still degree 15, no penalty, ten times the data: "
                                             "cured too"),
        {"n": 200, "sweep": "n"}, {"variance": (0.005, 0.1), "bias2": (0, 0.001), "train": (0.075, 0.09)}),
    "nets": Preset(
        text(zh="网络背下了错误标签；什么方法都不如更多数据",
             en="A net memorises wrong labels; no method beats more data"),
        {"tab": "nets"},
        {"train_none": (0.9, 1), "accuracy_none": (0.7, 0.87), "accuracy_data": (0.93, 0.97), "lead_data": (0.02, 0.15),
         "bias2_none": (0, 0.03), "variance_none": (0.07, 0.16), "variance_data": (0, 0.02), "gain_decay": (0.02, 0.2),
         "loss_none": (1.5, 5), "loss_early": (0.5, 0.75)}),
    "too-strong": Preset(
        text(zh="强度 4 倍：方差换成了偏差", en="Four times too strong: bias instead of variance"),
        {"tab": "nets", "strength": 4, "methods": ("none", "augment", "l2", "decay", "l1", "dropout", "smoothing")},
        {"bias2_decay": (0.02, 0.08), "variance_decay": (0, 0.01), "bias2_augment": (0.02, 0.08),
         "train_decay": (0.6, 0.8)}),
    "norm-and-ensembles": Preset(
        text(zh="全批量的 BN、同数据的集成都帮不上忙", en="Full-batch BN and an ensemble on the same data do not help"),
        {"tab": "nets", "methods": ("none", "norm", "ensemble", "bagging")},
        {"gain_norm": (-0.1, 0.05), "gain_ensemble": (-0.05, 0.05), "variance_norm": (0.07, 0.17),
         "variance_bagging": (0.03, 0.09)}),
    "mini-batches": Preset(
        text(zh="换成 16 个一批：BN 的批噪声有一点正则作用", en="Batches of 16: now the noise of BN regularises a "
                                               "little"),
        {"tab": "nets", "batch": "16", "methods": ("none", "norm")},
        {"gain_norm": (0, 0.1), "variance_norm": (0.01, 0.045), "variance_none": (0.03, 0.09)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "variance-drop",
        text(zh="20 个点、15 次多项式。λ 从 10⁻⁹ 提高到 0.1，方差缩小到几分之一？（差十倍以内算对）",
             en="20 points, degree 15. Raise λ from 10⁻⁹ to 0.1: how many times smaller is the variance? (within a "
             "factor "
             "of ten)"),
        "ridge", "variance_ratio",
        text(zh="约千万倍，而训练误差只涨了不到 0.02。小奇异值的方向几乎只含噪声，岭回归先压的就是它们。",
             en="About ten million times, while the training error rises by less than 0.02. Directions with a small "
             "singular value hold almost nothing but noise, and ridge shrinks them first."),
        within=10, log=True,
    ),
    Prediction(
        "more-data",
        text(zh="80 个样本，两成标签是错的。哪一个使干净标签上的测试正确率最高？",
             en="80 examples, a fifth of the labels wrong. Which gives the highest test accuracy on clean labels?"),
        "nets", "lead_data",
        text(zh="十倍数据：即使标签同样有错，它把方差降到几乎为零，偏差也不增加。其他方法都要拿偏差去换。",
             en="Ten times the data: although its labels are just as bad, it takes the variance to almost nothing and "
             "adds "
             "no bias. Every other method pays in bias."),
        (Option(text(zh="权重衰减、增强、dropout、早停中的一个",
                     en="One of weight decay, augmentation, dropout, early stopping"), high=-0.01,
                why=text(zh="它们也降方差，但同时加上偏差。", en="They lower the variance too, but add bias.")),
         Option(text(zh="十倍的数据，错误率不变", en="Ten times the data, with the same share of errors"), low=0.01),
         Option(text(zh="差别在 1 个百分点以内", en="They are within one percentage point"), -0.01, 0.01,
                text(zh="差距有好几个百分点。", en="They are several points apart."))),
    ),
    Prediction(
        "norm-full-batch",
        text(zh="同一个网络，全批量训练。每层加上 BN，测试正确率会怎样？",
             en="The same net, trained on full batches. Batch norm goes into every layer. The test accuracy?"),
        "norm-and-ensembles", "gain_norm",
        text(zh="没有帮助：全批量的统计量没有随机性。换成 16 个一批，BN 才有一点正则作用，它是副作用。",
             en="No help: statistics of the full batch carry no noise. In batches of 16 BN does regularise a little: a "
             "side-effect."),
        (Option(text(zh="提高 6 个百分点以上", en="At least six points better"), low=0.06,
                why=text(zh="那是权重衰减的效果。", en="That is what weight decay does.")),
         Option(text(zh="变化在 6 个百分点以内", en="It changes by less than six points"), -0.06, 0.06),
         Option(text(zh="降低 6 个百分点以上", en="At least six points worse"), high=-0.06,
                why=text(zh="各数据集之间的波动就有几个百分点；平均差别没有这么大。",
                         en="Data sets differ by a few points; the mean difference is smaller than that."))),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, BiasVarianceParams,
    title=text(zh="偏差-方差显微镜", en="Bias-variance microscope"),
    summary=text(
        zh="把同一个模型在许多份数据上重新拟合：平均错在哪里（偏差），彼此差多少（方差），每种正则化动的是哪一个。",
        en="Refit one model on many data sets: where it is wrong on average (bias), how far the fits are apart "
        "(variance), "
        "and which of the two each regulariser changes.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("geman1992", "tibshirani1996", "zou2007", "ali2019", "srivastava2014", "wager2013", "loshchilov2019"),
    code=(
        decompose, polynomial_refits, matched_early_stopping, ridge, ridge_factor, degrees_of_freedom,
        early_stopping_factor, descend, soft_threshold, elastic_net, dropout_loss, l1_penalised, smoothed, jittered,
        bootstrap, deep_net, forward, backward, fit, adam,
    ),
    budget_s=2.5,
)  # fmt: skip
