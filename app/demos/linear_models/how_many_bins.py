"""How many bins: what binning a feature buys logistic regression, what it costs, and what it does not do."""

from typing import Literal

from pydantic import model_validator

from app.core.logistic_regression import newton
from app.demos.linear_models._bins_cross import crosses
from app.demos.linear_models._bins_curve import Setting, curve
from app.demos.linear_models._bins_evidence import evidence
from app.demos.linear_models._bins_outliers import outliers
from app.demos.linear_models._bins_predictions import PREDICTIONS

from app.core.binning import (  # isort: skip
    bin_counts, bin_of, bin_weights, cross, equal_width_edges, expected_loss, information_value, one_hot,
    quantile_edges, weight_of_evidence,
)  # fmt: skip
from app.kit import Demo, IntVector, Params, Preset, Result, knob, limit, seed, text  # isort: skip

CURVE = {"tab": ("curve",)}
DRAWN = {"tab": ("curve", "outliers", "cross")}


class HowManyBinsParams(Params):
    tab: Literal["curve", "outliers", "cross", "evidence"] = knob(
        "curve", zh="看什么", en="Look at",
        options={"curve": text(zh="多少个箱", en="how many bins"), "outliers": text(zh="异常值", en="absurd values"),
                 "cross": text(zh="交叉（XOR）", en="crosses (XOR)"),
                 "evidence": text(zh="证据权重 WOE", en="weight of evidence")},
    )  # fmt: skip
    scheme: Literal["width", "quantile", "hats"] = knob(
        "width", zh="怎么切", en="How to cut", when=CURVE,
        options={"width": text(zh="等宽", en="equal width"), "quantile": text(zh="等频", en="quantiles"),
                 "hats": text(zh="不切：分段线性", en="do not: piecewise linear")},
    )  # fmt: skip
    skewed: bool = knob(
        False, zh="特征换成 eˣ（长尾）", en="Feature is eˣ (long tail)", when=CURVE,
        help=text(zh="同样的行、同样的标签，只是特征经过一个严格递增的变换。",
                  en="The same rows and labels, after a strictly increasing map of the feature."),
    )  # fmt: skip
    rows: int = knob(1000, ge=50, le=5000, log=True, zh="训练行数 n", en="Training rows n", when=DRAWN)
    bins: int = knob(12, ge=1, le=200, log=True, zh="箱数 K", en="Bins K", when={"tab": ("curve", "outliers")})
    C: float = knob(
        100.0, ge=0.001, le=10000, step=0.001, log=True, zh="C（越小正则越强）", en="C (small: strong penalty)",
        when={"tab": ("curve", "cross")},
        help=text(zh="惩罚 ½‖w‖²/C，与损失之和相加。", en="The penalty ½‖w‖²/C is added to the summed loss."),
    )  # fmt: skip
    outliers: int = knob(5, ge=0, le=20, zh="异常记录数", en="Absurd records", when={"tab": ("outliers",)})
    value: float = knob(
        3000.0, ge=100, le=10000, step=100, log=True, zh="它们的年龄", en="Their age", when={"tab": ("outliers",)}
    )
    per_feature: int = knob(2, ge=2, le=30, zh="每个特征的箱数 m", en="Bins per feature m", when={"tab": ("cross",)})
    noise: float = knob(0.1, ge=0, le=0.4, step=0.05, zh="标签翻转概率", en="Labels flipped", when={"tab": ("cross",)})
    positives: IntVector = knob((10, 30, 60), kind="vector", ge=0, max_length=12, zh="各箱正例数",
                                en="Positives by bin", when={"tab": ("evidence",)})  # fmt: skip
    negatives: IntVector = knob((90, 70, 40), kind="vector", ge=0, max_length=12, zh="各箱负例数",
                                en="Negatives by bin", when={"tab": ("evidence",)})  # fmt: skip
    smoothing: float = knob(
        0.0, ge=0, le=2, step=0.5, zh="每个计数加上", en="Added to every count", when={"tab": ("evidence",)}
    )
    seed: int = seed()

    @model_validator(mode="after")
    def _sound(self) -> "HowManyBinsParams":
        counts = (*self.positives, *self.negatives)
        if len(self.positives) != len(self.negatives) or len(self.positives) < 2:
            raise limit(
                zh="正例与负例要有同样多的箱，至少 2 个", en="positives and negatives: as many bins each, at least 2"
            )
        if min(counts) < 0 or max(counts) > 1000 or not sum(self.positives) or not sum(self.negatives):
            raise limit(zh="计数在 0 到 1000 之间，两类都不能全为 0", en="counts from 0 to 1000, neither class empty")
        if self.scheme == "hats" and self.rows > 2000:
            raise limit(zh="分段线性时行数最多 2000", en="at most 2000 rows with the piecewise-linear fit")
        return self


def run(params: HowManyBinsParams) -> Result:
    if params.tab == "outliers":
        return outliers(params.rows, params.outliers, params.value, params.bins, params.seed)
    if params.tab == "cross":
        return crosses(params.rows, params.per_feature, params.noise, params.C, params.seed)
    if params.tab == "evidence":
        return evidence(params.positives, params.negatives, params.smoothing)
    return curve(Setting(params.rows, params.bins, params.scheme, params.skewed, params.C, params.seed))


PRESETS = {
    "u-shape": Preset(
        text(zh="箱太少学不会，箱太多又记住噪声", en="Too few bins cannot learn it, too many learn the noise"),
        {}, {"loss": (0.46, 0.49), "raw": (0.69, 0.7), "best_k": (12, 25), "loss_2": (0.65, 0.68), "jump": (0.3, 0.6),
             "loss_200": (0.58, 0.7), "train_200": (0.3, 0.42)}),
    "more-rows": Preset(
        text(zh="数据 8 倍于 500 行，最好的箱数只翻一倍", en="Eight times the 500 rows, only twice the bins"),
        {"rows": 4000, "bins": 32}, {"best_k": (25, 40), "best_k_theory": (31.5, 32.5), "loss": (0.455, 0.465)}),
    "skewed-width": Preset(
        text(zh="长尾特征上等宽分箱：数据挤进一箱", en="Equal widths on a long tail: the rows crowd into one bin"),
        {"skewed": True}, {"loss": (0.56, 0.63), "loss_quantile": (0.46, 0.49)}),
    "spline": Preset(
        text(zh="不切也行：分段线性用 8 个权重就更好", en="No cuts at all: 8 weights, piecewise linear, do better"),
        {"scheme": "hats", "bins": 8}, {"loss": (0.457, 0.469), "best_k": (4, 12)}),
    "outliers": Preset(
        text(zh="5 条年龄 3000：原始特征和等宽分箱都垮了",
             en="Five ages of 3000 ruin the raw feature and equal widths"),
        {"tab": "outliers"},
        {"slope": (-0.01, 0.01), "slope_clean": (0.28, 0.35), "loss_raw": (0.6, 0.68), "loss_width": (0.6, 0.68),
         "loss_quantile": (0.24, 0.26), "loss_clipped": (0.235, 0.25), "loss_raw_clean": (0.238, 0.242),
         "loss_quantile_clean": (0.243, 0.255)}),
    "cross": Preset(
        text(zh="XOR：不交叉等于抛硬币，交叉一次就学会", en="XOR: a coin without the cross, learnt with it"),
        {"tab": "cross"},
        {"loss_added": (0.69, 0.70), "loss_crossed": (0.325, 0.335), "four_raw": (0.69314, 0.69315),
         "four_crossed": (0, 1e-5), "loss_crossed_30": (0.55, 0.7)}),
    "evidence": Preset(
        text(zh="权重不用训练：每箱数一数就有", en="No training needed: the weights follow from counting"),
        {"tab": "evidence"}, {"iv": (0.973579, 0.973581), "woe_3": (1.098612, 1.098613), "infinite": (0, 0)}),
}  # fmt: skip

demo = Demo(
    __name__, run, HowManyBinsParams,
    title=text(zh="分多少个箱？", en="How many bins?"),
    summary=text(
        zh="把一个连续特征切成 K 段交给逻辑回归：测试损失怎样随 K 先降后升，异常值毁掉哪种切法，XOR 为什么非交叉不可，"
        "以及权重怎样数一数就得到。",
        en="Cut a continuous feature into K pieces for logistic regression: how the test loss falls and rises with K, "
        "which cuts absurd values ruin, why XOR needs a cross, and how the weights follow from counting.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("sklearn2025", "sklearn2025b", "cheng2016", "siddiqi2006"),
    code=(quantile_edges, equal_width_edges, bin_of, one_hot, cross, bin_counts, bin_weights, weight_of_evidence,
          information_value, expected_loss, newton),
)  # fmt: skip
