"""When more hurts: more data near the interpolation threshold or from the wrong source, more layers without skips."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.deep_net import backward, deep_net, forward
from app.core.degradation import deepened, tower
from app.core.double_descent import growing_risks, optimal_penalty, optimal_ridge_risk, smallest_singular_values
from app.core.linear_risk import least_squares_risk, nearest_solution
from app.core.optimisers import fit, sgd
from app.core.ridge import ridge
from app.demos.generalisation._more_data import run_data
from app.demos.generalisation._more_depth import depths, run_depth
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, limit, seed, text

DATA, DEPTH = {"tab": ("data",)}, {"tab": ("depth",)}
MOST_DATA, MOST_LAYERS = 200 * 100**3, 65_000


class WhenMoreHurtsParams(Params):
    tab: Literal["data", "depth"] = knob(
        "data", zh="加什么", en="More of what",
        options={"data": text(zh="数据", en="data"), "depth": text(zh="层数", en="layers")},
    )  # fmt: skip
    d: int = knob(50, ge=10, le=100, step=10, zh="特征数 d", en="Features d", when=DATA)
    noise: float = knob(0.5, ge=0, le=2, step=0.1, zh="标签噪声 σ", en="Label noise σ", when=DATA)
    tuning: float = knob(1, ge=0.01, le=100, step=0.01, log=True, zh="岭惩罚 λ（最优值的倍数）",
                         en="Ridge penalty λ (times the optimum)", when=DATA)  # fmt: skip
    source: Literal["same", "changes"] = knob(
        "same", zh="数据来源", en="Source of the data", when=DATA,
        options={"same": text(zh="始终是目标任务", en="always the task"),
                 "changes": text(zh="2d 个之后换了任务", en="another task after 2d")},
    )  # fmt: skip
    repeats: int = knob(200, ge=50, le=500, step=50, zh="重复次数", en="Repetitions", when=DATA)
    deepest: int = knob(32, ge=8, le=40, step=4, zh="最深的层数", en="Deepest net", unit="", when=DEPTH)
    norm: bool = knob(False, zh="批归一化（BN）", en="Batch norm (BN)", when=DEPTH)
    width: int = knob(16, ge=8, le=32, step=8, zh="宽度", en="Width", when=DEPTH)
    rate: float = knob(0.05, ge=0.005, le=0.2, step=0.005, log=True, zh="学习率", en="Learning rate", when=DEPTH)
    steps: int = knob(100, ge=50, le=200, step=10, zh="训练步数", en="Steps", when=DEPTH)
    inits: int = knob(3, ge=1, le=5, zh="种子个数", en="Seeds", when=DEPTH)
    seed: int = seed()

    @model_validator(mode="after")
    def _affordable(self) -> "WhenMoreHurtsParams":
        if self.tab == "data" and self.repeats * self.d**3 > MOST_DATA:
            raise limit(zh="重复次数 × d³ 太大：请减小其中一个", en="repetitions × d³ is too large: lower one of them")
        layers = sum(depths(self)) * self.inits * self.steps * (3.3 if self.norm else 1) * (1 + self.width / 32)
        if self.tab == "depth" and layers > MOST_LAYERS:
            raise limit(
                zh="这样训练太久：请减少层数、种子、步数或宽度（BN 的代价约三倍）",
                en="that would train too long: take fewer layers, seeds, steps or units (BN costs three times)",
            )
        return self


def run(params: WhenMoreHurtsParams) -> Iterator[Result]:
    yield from run_depth(params) if params.tab == "depth" else run_data(params)


PRESETS = {
    "descent": Preset(
        text(zh="样本数接近特征数：数据加倍，误差变成几倍", en="Near n = d: twice the data, several times the error"),
        {}, {"ratio": (3, 15), "ratio_theory": (15.8, 15.9), "half": (0.68, 0.84), "ridge_rise": (-1, 0.01),
             "ridge_half": (0.6, 0.69), "ridge_near": (0.37, 0.45), "last_doubling": (0.36, 0.5)}),
    "clean-labels": Preset(
        text(zh="标签没有噪声，就没有峰", en="No noise in the labels, no peak"),
        {"noise": 0}, {"half": (0.45, 0.55), "near": (0.01, 0.06), "threshold": (0, 1e-9)}),
    "weak-ridge": Preset(
        text(zh="λ 只有最优值的 1%：峰又冒出来", en="λ at 1% of its optimum: the peak is back"),
        {"tuning": 0.01}, {"ridge_rise": (0.2, 1), "ridge_near": (1.5, 3.5)}),
    "wrong-source": Preset(
        text(zh="2d 个之后来了别的任务的数据：越加越差", en="After 2d examples another task's data: every one hurts"),
        {"source": "changes"}, {"double": (0.2, 0.3), "far": (0.5, 0.75), "far_over_double": (1.8, 3.5)}),
    "depth": Preset(
        text(zh="32 层普通网络什么也没学到，残差网络学会了", en="32 plain layers learn nothing, 32 residual ones do"),
        {"tab": "depth"},
        {"plain_deep": (0.4, 0.8), "plain_best": (0, 0.05), "best_depth": (4, 8), "plain_stuck": (2, 3),
         "residual_stuck": (0, 0), "residual_deep": (0, 0.01), "gradient_plain": (0.3, 30),
         "gradient_residual": (0.005, 1), "accuracy_residual": (0.93, 1)}),
    "depth-norm": Preset(
        text(zh="加上 BN 也一样：8 层学会，32 层失败", en="Batch norm changes nothing: 8 layers learn, 32 fail"),
        {"tab": "depth", "norm": True},
        {"plain_stuck": (2, 3), "residual_stuck": (0, 0), "plain_best": (0, 0.02), "residual_deep": (0, 0.01)}),
    "small-rate": Preset(
        text(zh="学习率降到十分之一：差距缩小，没有消失", en="A tenth of the learning rate: the gap narrows, and "
                                          "stays"),
        {"tab": "depth", "rate": 0.005, "steps": 200, "inits": 2},
        {"plain_deep": (0.03, 0.72), "residual_deep": (0, 0.02), "residual_stuck": (0, 0)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "double-the-data",
        text(zh="50 个特征，标签有噪声，最小范数最小二乘。样本从 25 个加到 48 个，测试误差（中位数）会怎样？",
             en="50 features, noisy labels, least squares of minimum norm. From 25 to 48 examples, what does the "
             "(median) "
             "test error do?"),
        "descent", "ratio",
        text(zh="变成好几倍。n 接近 d 时最小奇异值接近 0，解要除以它，噪声被放大；均值的闭式是 15.8 倍。",
             en="It is multiplied several times. Near n = d the smallest singular value is close to 0 and the "
             "solution divides "
             "by it: the noise is amplified. The closed form of the mean says 15.8 times."),
        (Option(text(zh="降到一半左右", en="It falls to about a half"), high=0.9,
                why=text(zh="没有噪声时是这样。", en="That is what happens without noise.")),
         Option(text(zh="基本不变", en="It hardly changes"), 0.9, 1.5,
                text(zh="没见过的方向少了，但噪声被放大得更多。",
                     en="Fewer directions are unseen, but the noise is amplified far more.")),
         Option(text(zh="变成几倍", en="It is several times larger"), low=1.5)),
    ),
    Prediction(
        "ridge-monotone",
        text(zh="同样的数据改用岭回归，λ 取最优值 dσ²/‖w‖²。从 n = 0.1d 到 8d，平均误差在哪里上升？",
             en="The same data with ridge at its best λ = dσ²/‖w‖². Between n = 0.1 d and 8 d, where does the mean "
             "error "
             "rise?"),
        "descent", "ridge_rise",
        text(zh="处处下降：在最小奇异值上加 λ，就不会除以接近 0 的数。双下降的峰是没有正则化的结果。",
             en="Nowhere: with λ added to the smallest singular value nothing is divided by almost 0. The peak is "
             "what a "
             "missing penalty leaves."),
        (Option(text(zh="在 n = d 附近，只是小一些", en="Near n = d, only less"), low=0.02,
                why=text(zh="λ 只有最优值的 1% 时才这样。", en="That is so at 1% of the best λ.")),
         Option(text(zh="哪里都不上升", en="Nowhere"), high=0.02)),
    ),
    Prediction(
        "plain-depth",
        text(zh="普通 ReLU 网络，He 初始化，宽 16，同样的训练步数。8 层把训练损失降到 0.01 以下；32 层呢？",
             en="Plain ReLU nets, He initialisation, width 16, equally many steps. 8 layers reach a training loss "
             "below 0.01. "
             "And 32?"),
        "depth", "plain_deep",
        text(zh="停在 0.4 以上，很多时候就是 ln 2：什么也没学到。训练误差也高，所以不是过拟合；"
                "训练前首层的梯度并不小。",
             en="It stays above 0.4, often at ln 2: nothing learned. The training error is high, so it is not "
             "overfitting, and "
             "before training the first layer's gradient is not small."),
        (Option(text(zh="更低：表达力更强", en="Lower still: it can express more"), high=0.01,
                why=text(zh="能表达不等于优化找得到。", en="What a net can express, training need not find.")),
         Option(text(zh="差不多，但测试误差更高", en="About the same, with a higher test error"), 0.01, 0.3,
                text(zh="那是过拟合；这里训练误差就上升了。", en="That would be overfitting; here the training error "
                                                "rises.")),
         Option(text(zh="高得多", en="Far higher"), low=0.3)),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, WhenMoreHurtsParams,
    title=text(zh="越多越差的时候", en="When more hurts"),
    summary=text(
        zh="多给数据、多加层数，什么时候反而更差？插值阈值附近的最小二乘对照闭式解；普通与残差网络真的训练。",
        en="When do more data or more layers make it worse? Least squares around the interpolation threshold beside "
        "its closed "
        "form; plain and residual nets, really trained.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("nakkiran2019", "hastie2022", "nakkiran2021", "dobriban2018", "he2016", "zhang2019b"),
    code=(
        growing_risks, least_squares_risk, nearest_solution, ridge, optimal_penalty, optimal_ridge_risk,
        smallest_singular_values, tower, deepened, deep_net, forward, backward, fit, sgd,
    ),
    budget_s=2.5,
)  # fmt: skip
