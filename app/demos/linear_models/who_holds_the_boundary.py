"""Which examples decide a boundary, with the hinge loss and with the logistic one, and where the two coincide."""

from typing import Literal

from app.core.implicit_bias import descend, flow
from app.core.kernel_machines import gram, kernel_least_squares, kernel_logistic, scores
from app.core.margin_losses import best_score, hinge
from app.core.svm import dual_coordinate_descent, duality_gap, margin_width, smo
from app.demos.linear_models._holders_bias import bias
from app.demos.linear_models._holders_boundary import boundary
from app.demos.linear_models._holders_fits import Setting
from app.demos.linear_models._holders_predictions import PREDICTIONS
from app.demos.linear_models._holders_probability import probability
from app.kit import Demo, Params, Preset, Result, knob, same, seed, text

FITTED = {"tab": ("boundary", "probability")}
FIRST = {"tab": ("boundary",)}
LAST = {"tab": ("bias",)}


class WhoHoldsTheBoundaryParams(Params):
    tab: Literal["boundary", "probability", "bias"] = knob(
        "boundary", zh="看什么", en="Look at",
        options={"boundary": text(zh="谁撑着边界", en="who holds the boundary"),
                 "probability": text(zh="得分是不是概率", en="is a score a probability"),
                 "bias": text(zh="不加正则的梯度下降", en="descent without a penalty")},
    )  # fmt: skip
    data: Literal["clouds", "ring"] = knob(
        "clouds", zh="数据", en="Data", when=FIRST,
        options={"clouds": text(zh="两团高斯", en="two Gaussian clouds"), "ring": text(zh="圆盘与圆环", en="disc and "
                                                                                                  "ring")},
    )  # fmt: skip
    change: Literal["none", "drop-others", "far-right", "far-wrong"] = knob(
        "none", zh="改动", en="Change", when=FIRST,
        options={"none": text(zh="不改", en="nothing"),
                 "drop-others": text(zh="删掉所有非支持向量", en="drop all but the support vectors"),
                 "far-right": text(zh="加一个标对的远点", en="add a far point, labelled right"),
                 "far-wrong": text(zh="加一个标错的远点", en="add a far point, labelled wrong")},
    )  # fmt: skip
    distance: float = knob(
        20.0, ge=0, le=100, step=1, zh="远点的距离", en="Distance of that point",
        when={"tab": ("boundary",), "change": ("far-right", "far-wrong")},
    )  # fmt: skip
    kernel: Literal["linear", "rbf"] = knob(
        "linear",
        zh="核",
        en="Kernel",
        when=FITTED,
        options={"linear": text(zh="线性", en="linear"), "rbf": same("RBF")},
    )
    gamma: float = knob(0.5, ge=0.05, le=5, step=0.05, log=True, zh="RBF 的 γ", en="RBF γ",
                        when={"tab": ("boundary", "probability"), "kernel": ("rbf",)})  # fmt: skip
    C: float = knob(
        1.0, ge=0.001, le=100, step=0.001, log=True, zh="C（损失的权重）", en="C (weight of the losses)", when=FITTED,
        help=text(zh="两个模型都最小化 ½‖f‖² + C Σ ℓ(mᵢ)：C 小，正则强。",
                  en="Both minimise ½‖f‖² + C Σ ℓ(mᵢ): a small C is strong regularisation."),
    )  # fmt: skip
    n: int = knob(60, ge=20, le=300, step=10, zh="训练点数 n", en="Training points n", when=FITTED)
    gap: float = knob(3.0, ge=0, le=6, step=0.25, unit="σ", zh="两类中心相距", en="Class centres apart", when=FITTED)
    points: Literal["three", "clouds"] = knob(
        "three", zh="数据", en="Data", when=LAST,
        options={"three": text(zh="三个点 (3,3)、(4,3)、(1,1)", en="three points (3,3), (4,3), (1,1)"),
                 "clouds": text(zh="可分的 40 个点", en="40 separable points")},
    )  # fmt: skip
    steps: int = knob(100_000, ge=10, le=100_000, log=True, zh="梯度下降步数", en="Steps of descent", when=LAST)
    seed: int = seed()


def run(params: WhoHoldsTheBoundaryParams) -> Result:
    if params.tab == "bias":
        return bias(params.points, params.steps, params.seed)
    setting = Setting(
        params.data, params.n, params.gap, params.kernel, params.gamma, params.C, params.change, params.distance,
        params.seed,
    )  # fmt: skip
    return probability(setting) if params.tab == "probability" else boundary(setting)


PRESETS = {
    "holders": Preset(
        text(zh="SVM 靠四分之一的点，逻辑回归靠每一个点", en="A quarter of the points hold the SVM, all hold the "
                                            "other"),
        {}, {"sv_count": (8, 22), "holders_lr": (20, 32), "lr_touched": (60, 60), "turned_svm": (0, 0)}),
    "drop-others": Preset(
        text(zh="删掉非支持向量：SVM 纹丝不动，逻辑回归变了", en="Drop the rest: the SVM stays, the other does not"),
        {"change": "drop-others"},
        {"turned_svm": (0, 1e-6), "moved_svm": (0, 1e-6), "turned_lr": (1, 12), "norm_ratio_lr": (0.2, 0.45)}),
    "far-right": Preset(
        text(zh="标对的点放到 100 远：只有平方损失转向", en="A right point 100 away turns the squared loss alone"),
        {"change": "far-right", "distance": 100},
        {"turned_svm": (0, 1e-6), "turned_lr": (0, 0.01), "turned_sq": (10, 40), "first_pull_svm": (0, 0),
         "first_pull_sq": (-100, -5)}),
    "far-wrong": Preset(
        text(zh="标错的远点：两个模型都被它拉得转过去", en="A mislabelled far point turns both"),
        {"change": "far-wrong"},
        {"turned_svm": (10, 60), "turned_lr": (10, 60), "first_pull_svm": (1, 1), "first_pull_lr": (0.99, 1)}),
    "ring": Preset(
        text(zh="换上 RBF 核：两个都成了非参数模型", en="With an RBF kernel both become non-parametric"),
        {"data": "ring", "kernel": "rbf", "change": "drop-others"},
        {"accuracy_svm": (0.9, 1), "accuracy_lr": (0.9, 1), "moved_svm": (0, 1e-6), "moved_lr": (0.05, 3)}),
    "probability": Preset(
        text(zh="得分不是概率：hinge 只记得站在哪一边", en="A score is no probability: the hinge keeps the side only"),
        {"tab": "probability", "n": 200},
        {"ratio_svm_lr": (1.4, 4), "error_platt": (0.01, 0.06), "hinge_at_51": (1, 1), "hinge_at_99": (1, 1)}),
    "implicit-bias": Preset(
        text(zh="不加正则也会走向 SVM，只是慢得按 ln t 计", en="Without a penalty it goes to the SVM, as slowly as "
                                                "1/ln t"),
        {"tab": "bias"},
        {"angle": (2.7, 2.85), "angle_end": (0.8, 1.3), "angle_normalised": (0, 0.2), "width": (2.828426, 2.828428),
         "law": (0, 0.03), "angle_log": (0.9, 1.1)}),
}  # fmt: skip

demo = Demo(
    __name__, run, WhoHoldsTheBoundaryParams,
    title=text(zh="谁撑着边界？", en="Who holds the boundary?"),
    summary=text(
        zh="SVM 与逻辑回归只差一个损失。看每个点用多大的力拉边界，删掉非支持向量、加一个远点会怎样，得分何时是概率，"
        "以及不加正则的逻辑回归为什么会走到 SVM。",
        en="SVM and logistic regression differ by one loss. See how hard every example pulls, what happens when the "
           "rest "
        "is dropped or a far point is added, when a score is a probability, and why logistic regression without a "
        "penalty ends at the SVM.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("cortes1995", "fan2005", "zhu2005", "bartlett2006", "platt1999", "soudry2018"),
    code=(smo, duality_gap, kernel_logistic, kernel_least_squares, gram, scores, hinge, best_score,
          dual_coordinate_descent, margin_width, descend, flow),
)  # fmt: skip
