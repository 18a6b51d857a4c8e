"""Which classifiers are linear, and a separability test that proves its answer."""

from typing import Literal

from app.core.classifiers import gaussian_rule, grow_tree, log_odds, neighbour_share, tree_share
from app.core.dichotomies import count_separable, sampled_share, separable_dichotomies
from app.core.logistic_regression import newton
from app.core.separability import mistake_bound, perceptron, proves_plane, separate
from app.demos.linear_models._gallery_cover import cover
from app.demos.linear_models._gallery_data import NAMES
from app.demos.linear_models._gallery_maps import gallery
from app.demos.linear_models._gallery_models import MODELS
from app.demos.linear_models._gallery_predictions import PREDICTIONS
from app.demos.linear_models._gallery_proof import proof
from app.kit import Demo, Params, Preset, Result, knob, seed, text

POINTS = {"tab": ("gallery", "proof")}


class BoundaryGalleryParams(Params):
    tab: Literal["gallery", "proof", "cover"] = knob(
        "gallery", zh="看什么", en="Look at",
        options={"gallery": text(zh="八条边界", en="eight boundaries"),
                 "proof": text(zh="能不能分开，凭什么", en="separable or not, and why"),
                 "cover": text(zh="随机标签有多少可分", en="how many labellings are")},
    )  # fmt: skip
    data: Literal["rings", "blobs", "tilted", "variances", "xor"] = knob(
        "rings", zh="数据", en="Data", options=NAMES, when=POINTS
    )
    features: Literal["raw", "quadratic"] = knob(
        "raw", zh="线性模型的特征", en="Features of the linear models", when=POINTS,
        options={"raw": text(zh="x₁、x₂", en="x₁, x₂"),
                 "quadratic": text(zh="再加 x₁²、x₂²、x₁x₂", en="with x₁², x₂², x₁x₂")},
    )  # fmt: skip
    model: Literal["lr", "lda", "nb_shared", "nb_own", "qda", "knn", "tree", "mlp"] = knob(
        "nb_own", zh="放大看哪个模型", en="Model in the large picture", options=MODELS, when={"tab": ("gallery",)}
    )
    n: int = knob(200, ge=40, le=400, step=20, zh="训练点数 n", en="Training points n", when=POINTS)
    noise: float = knob(
        0.3, ge=0.1, le=0.8, step=0.05, zh="噪声（标准差）", en="Noise (standard deviation)", when=POINTS
    )
    dims: int = knob(2, ge=1, le=5, zh="维数 d", en="Dimensions d", when={"tab": ("cover",)})
    trials: int = knob(
        200, ge=50, le=300, step=50, zh="每个 N 试多少次", en="Trials for each N", when={"tab": ("cover",)}
    )
    seed: int = seed()


def run(params: BoundaryGalleryParams) -> Result:
    if params.tab == "cover":
        return cover(params.dims, params.trials, params.seed)
    lifted = params.features == "quadratic"
    if params.tab == "proof":
        return proof(params.data, params.n, params.noise, lifted, params.seed)
    return gallery(params.data, params.n, params.noise, lifted, params.model, params.seed)


PRESETS = {
    "rings": Preset(
        text(zh="“线性”的朴素贝叶斯解开了两环，逻辑回归在瞎猜",
             en="“Linear” naive Bayes solves the rings, logistic regression "
             "guesses"), {},
        {"acc_lr": (0.47, 0.57), "acc_nb_shared": (0.47, 0.57), "acc_nb_own": (0.89, 0.955), "straight_lr": (1, 1),
         "straight_nb_shared": (1, 1), "straight_nb_own": (0, 0), "best": (0.951, 0.954)}),
    "lifted": Preset(
        text(zh="给逻辑回归加上平方项，它也解开了", en="Give logistic regression squares and it solves them too"),
        {"features": "quadratic", "model": "lr"}, {"acc_lr": (0.92, 0.96), "straight_lr": (0, 0)}),
    "xor": Preset(
        text(zh="异或：同是二次边界，QDA 行，朴素贝叶斯不行",
             en="XOR: both are quadratic; QDA can, naive Bayes cannot"),
        {"data": "xor", "model": "qda"},
        {"acc_nb_own": (0.42, 0.6), "acc_qda": (0.99, 1), "acc_lr": (0.42, 0.65)}),
    "tilted": Preset(
        text(zh="都是直线，朴素贝叶斯却画歪了", en="All draw straight lines, naive Bayes draws the wrong one"),
        {"data": "tilted", "model": "nb_shared"},
        {"acc_lr": (0.95, 0.98), "acc_lda": (0.95, 0.98), "acc_nb_shared": (0.76, 0.85), "straight_nb_shared": (1, 1),
         "best": (0.971, 0.973)}),
    "crossed": Preset(
        text(zh="不可分，几个点就证明了", en="Not separable: a few points prove it"),
        {"tab": "proof", "data": "xor"}, {"separable": (0, 0), "proof_points": (3, 4)}),
    "parted": Preset(
        text(zh="加上二次特征后可分，超平面就是证明", en="Separable with squares, and the plane is the proof"),
        {"tab": "proof", "data": "rings", "features": "quadratic", "noise": 0.1},
        {"separable": (1, 1), "perceptron_last": (0, 400)}),
    "cover": Preset(
        text(zh="N = 2(d+1) 时随机标签恰好一半可分",
             en="At N = 2(d+1) exactly half of random labellings are separable"),
        {"tab": "cover"},
        {"half_at": (6, 6), "share_at_half": (0.5, 0.5), "tried_at_half": (0.36, 0.64), "count_at_half": (32, 32),
         "boolean_2": (14, 14), "boolean_3": (104, 104)}),
}  # fmt: skip

demo = Demo(
    __name__, run, BoundaryGalleryParams,
    title=text(zh="边界画廊与可分性检验", en="Boundary gallery and a separability test"),
    summary=text(
        zh="同一批点，八个分类器的边界并排看：谁是直的、谁是弯的、谁“看情况”。再判断数据能否被超平面分开，答案自带证明；"
        "最后数一数随机标签里有多少可分。",
        en="Eight classifiers on the same points, side by side: which boundaries are straight, which "
        "bend, which depend. "
        "Then decide whether a hyperplane can separate the data, with a proof either way, and count how many random "
        "labellings it can.",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("cover1965", "ng2001"),
    code=(gaussian_rule, log_odds, newton, neighbour_share, grow_tree, tree_share, separate, proves_plane, perceptron,
          mistake_bound, separable_dichotomies, count_separable, sampled_share),
)  # fmt: skip
