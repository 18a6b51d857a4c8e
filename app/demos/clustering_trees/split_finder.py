"""How a boosted tree finds its split: all gains of a column, what importance counts, which rows and columns serve."""

from typing import Literal, Self

from pydantic import model_validator

from app.core.boosted_trees import best_split, boost, split_curve
from app.core.tree_importance import importances, permutation_importance
from app.demos.clustering_trees._split_importance import importance_result
from app.demos.clustering_trees._split_questions import predictions
from app.demos.clustering_trees._split_sampling import sampling_result
from app.demos.clustering_trees._split_search import search_result
from app.kit import Demo, Params, Preset, Result, knob, limit, text
from app.kit.params import Vector

TREES = {"tab": ("split", "importance")}
DRAWN = {"tab": ("importance", "sampling")}


class SplitFinderParams(Params):
    tab: Literal["split", "importance", "sampling"] = knob(
        "split", zh="看什么", en="Look at",
        options={
            "split": text(zh="一次分裂", en="one split"),
            "importance": text(zh="特征重要性", en="importance"),
            "sampling": text(zh="行、列采样", en="sampling"),
        },
    )  # fmt: skip
    y: Vector = knob(
        (-1.0, -1.0, 2.0, 4.0), ge=-20, le=20, max_length=40, kind="vector",
        zh="y（第 i 个样本的 x = i）", en="y (row i has x = i)", when={"tab": ("split",)},
    )  # fmt: skip
    missing: Vector = knob(
        (), ge=-20, le=20, max_length=20, kind="vector",
        zh="x 缺失的样本的 y", en="y of the rows whose x is missing", when={"tab": ("split",)},
    )  # fmt: skip
    loss: Literal["squared", "logistic"] = knob(
        "squared", zh="损失", en="Loss", when={"tab": ("split",)},
        options={
            "squared": text(zh="平方", en="squared"),
            "logistic": text(zh="logistic（y > 0 算正类）", en="logistic (y > 0 is class 1)"),
        },
    )  # fmt: skip
    lam: float = knob(1.0, ge=0, le=10, step=0.1, zh="λ", en="λ (lambda)", when=TREES)
    gamma: float = knob(0.0, ge=0, le=20, step=0.1, zh="γ", en="γ (gamma)", when=TREES)
    min_child_weight: float = knob(1.0, ge=0, le=10, step=0.1, zh="min_child_weight", en="min_child_weight", when=TREES)
    method: Literal["exact", "hist"] = knob(
        "exact", zh="搜索", en="Search", when=TREES,
        options={
            "exact": text(zh="精确：每个间隔都试", en="exact: every gap"),
            "hist": text(zh="直方图：只试箱边", en="histogram: edges of bins"),
        },
    )  # fmt: skip
    bins: int = knob(4, ge=2, le=256, zh="箱数", en="Bins", when={**TREES, "method": ("hist",)})
    trees: int = knob(25, ge=5, le=60, zh="轮数（树的棵数）", en="Rounds (trees)", when=DRAWN)
    depth: int = knob(3, ge=1, le=5, zh="最大深度", en="Depth at most", when={"tab": ("importance",)})
    absent: int = knob(0, ge=0, le=50, step=5, unit="%", zh="信号列缺失的比例", en="Signal column missing",
                       when={"tab": ("importance",)})  # fmt: skip
    subsample: float = knob(1.0, ge=0.1, le=1, step=0.05, zh="subsample（行）", en="subsample (rows)", when=DRAWN)
    by_tree: float = knob(1.0, ge=0.1, le=1, step=0.05, zh="colsample_bytree", en="colsample_bytree", when=DRAWN)
    by_level: float = knob(1.0, ge=0.1, le=1, step=0.05, zh="colsample_bylevel", en="colsample_bylevel", when=DRAWN)
    by_node: float = knob(1.0, ge=0.1, le=1, step=0.05, zh="colsample_bynode", en="colsample_bynode", when=DRAWN)
    seed: int = knob(29, ge=0, le=9999, zh="随机种子", en="Seed", kind="seed", when=DRAWN)

    @model_validator(mode="after")
    def _data(self) -> Self:
        if len(self.y) < 2:
            raise limit(zh="y 至少要两个数", en="y needs at least two numbers")
        if max(map(abs, (*self.y, *self.missing))) > 20:
            raise limit(zh="y 要在 −20 到 20 之间", en="y must lie between −20 and 20")
        return self


def run(params: SplitFinderParams) -> Result:
    if params.tab == "split":
        return search_result(params)
    return importance_result(params) if params.tab == "importance" else sampling_result(params)


demo = Demo(
    __name__, run, SplitFinderParams,
    title=text(zh="分裂搜索器：增益从哪里来", en="Split finder: where the gain comes from"),
    summary=text(
        zh="把每个切分点的增益全部算出来；再看重要性数的是什么，哪些行和列参加了训练。",
        en="The gain of every threshold, worked out; then what importance counts, and which rows and columns served.",
    ),
    presets={
        "four-points": Preset(
            text(zh="四个样本、三个切分点：2.5 的增益最大", en="Four rows, three thresholds: 2.5 gains most"),
            expect={"gain": (10.1333, 10.1334), "gain_paper": (5.0666, 5.0667), "threshold": (2.5, 2.5), "kept": (1, 1),
                    "left_value": (-0.6667, -0.6666), "right_value": (2, 2)},
        ),
        "gamma": Preset(
            text(zh="γ = 6：论文的增益 5.07 不够，库里的 10.13 够",
                 en="γ = 6: the paper's gain of 5.07 fails, the library's 10.13 passes"),
            {"gamma": 6.0}, {"kept": (1, 1), "kept_paper": (0, 0)},
        ),
        "missing": Preset(
            text(zh="两个样本缺 x：送左变负，送右翻倍", en="Two rows lack x: left turns negative, right doubles"),
            {"missing": (4.0, 4.0)},
            {"gain_missing_left": (-1.3715, -1.3714), "gain_missing_right": (19.9619, 19.962), "missing_left": (0, 0)},
        ),
        "logistic": Preset(
            text(zh="logistic：两行只重 0.5，min_child_weight = 1 禁止分裂",
                 en="Logistic: two rows weigh 0.5, so min_child_weight = 1 forbids every split"),
            {"loss": "logistic"}, {"kept": (0, 0), "heaviest_child": (0.5, 0.5)},
        ),
        "outlier": Preset(
            text(zh="λ = 0：最好的分裂是切出那一个离群点", en="λ = 0: the best split cuts off the single outlier"),
            {"y": (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 4.0), "lam": 0.0},
            {"threshold": (8.5, 8.5), "threshold_no_lambda": (8.5, 8.5), "threshold_large_lambda": (4.5, 4.5)},
        ),
        "hist": Preset(
            text(zh="4 个箱：跳变落在箱内，增益少了一截", en="Four bins: the jump falls inside a bin and gain is lost"),
            {"y": (0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0), "method": "hist"},
            {"threshold": (7, 7), "exact_threshold": (5.5, 5.5), "of_exact": (0.3, 0.9), "candidates": (3, 3)},
        ),
        "importance": Preset(
            text(zh="按次数排，纯噪声列第一；按增益排，信号列第一", en="By count noise is first, by gain the signal"),
            {"tab": "importance"},
            {"weight_ratio": (3, 12), "gain_ratio": (8, 60), "noise_first_by_weight": (8, 8),
             "signal_first_by_gain": (8, 8), "signal_first_by_permutation": (8, 8), "permutation_share": (-0.15, 0.15)},
        ),
        "sampling": Preset(
            text(zh="subsample = 0.5：每轮重抽，一行服务约一半的轮",
                 en="subsample = 0.5: drawn anew each round, a row serves in about half of them"),
            {"tab": "sampling", "subsample": 0.5, "by_tree": 0.5, "by_level": 0.5, "by_node": 0.5},
            {"rows_mean": (240, 260), "rows_sd_theory": (11.1, 11.3), "rounds_served": (11.5, 13.5), "columns": (8, 8),
             "bootstrap_twice": (0.22, 0.31)},
        ),
    },
    predictions=predictions,
    references=("chen2016", "breiman2001", "xgboost2024"),
    code=(split_curve, best_split, boost, importances, permutation_importance),
    budget_s=1.5,
)  # fmt: skip
