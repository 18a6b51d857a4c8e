"""Shrink or cut: what L1, L2 and their mixture do to the weights, in paths, in the plane, as priors and to twins."""

from typing import Literal

from pydantic import model_validator

from app.core.ridge import ridge, soft_threshold

from app.core.lasso import (  # isort: skip
    elastic_net, lasso_knots, proximal_descent, subgradient_descent, violation,
)  # fmt: skip
from app.core.shrinkage_priors import gaussian_mean, laplace_mean
from app.demos.linear_models._shrink_paths import Setting, paths
from app.demos.linear_models._shrink_plane import plane
from app.demos.linear_models._shrink_priors import priors
from app.demos.linear_models._shrink_questions import PREDICTIONS, PRESETS
from app.demos.linear_models._shrink_twins import twins
from app.kit import Demo, Params, Result, knob, limit, text

PATHS, PLANE, PRIORS = {"tab": ("paths",)}, {"tab": ("plane",)}, {"tab": ("priors",)}


class ShrinkOrCutParams(Params):
    tab: Literal["paths", "plane", "priors", "twins"] = knob(
        "paths", zh="看什么", en="Look at",
        options={"paths": text(zh="每个权重沿 λ 的路径", en="every weight along λ"),
                 "plane": text(zh="两个权重的平面", en="two weights in a plane"),
                 "priors": text(zh="先验：众数与均值", en="priors: mode and mean"),
                 "twins": text(zh="相关与重复的列", en="correlated and copied columns")},
    )  # fmt: skip
    penalty: float = knob(
        1.0, ge=0.05, le=6, step=0.05, zh="惩罚 λ", en="Penalty λ",
        help=text(zh="目标是 ½‖y − Xw‖² + λ(α‖w‖₁ + ½(1−α)‖w‖²)，每列长度为 1。",
                  en="The objective is ½‖y − Xw‖² + λ(α‖w‖₁ + ½(1−α)‖w‖²); columns have length 1."),
    )  # fmt: skip
    mix: float = knob(1.0, ge=0, le=1, step=0.05, zh="L1 的份额 α", en="Share of L1, α",
                      when={"tab": ("paths", "plane", "twins")})  # fmt: skip
    rho: float = knob(0.4, ge=0, le=1, step=0.05, zh="列与列的内积 ρ", en="Dot product of columns, ρ",
                      when={"tab": ("paths", "plane", "twins")})  # fmt: skip
    design: Literal["chain", "dense", "decoy"] = knob(
        "chain", zh="特征", en="Features", when=PATHS,
        options={"chain": text(zh="一串：3 个有用", en="a chain: 3 of them useful"),
                 "dense": text(zh="一串：个个有用，都很小", en="a chain: all useful, all small"),
                 "decoy": text(zh="两真一假：假的像两个真的", en="two real ones and a decoy like both")},
    )  # fmt: skip
    features: int = knob(
        12, ge=5, le=20, zh="特征数（一串）", en="Features (chain)", when=PATHS | {"design": ("chain", "dense")}
    )
    unit: float = knob(
        1.0, ge=0.1, le=10, step=0.1, log=True, zh="特征 1 的数值乘以", en="Values of feature 1 times", when=PATHS,
        help=text(zh="换单位：米换成分米，数值乘 10。", en="A change of unit: metres to decimetres is 10."),
    )  # fmt: skip
    noise: float = knob(0.5, ge=0, le=2, step=0.05, zh="噪声 σ", en="Noise σ", when={"tab": ("paths", "twins")})
    b1: float = knob(2.2, ge=-3.5, le=3.5, step=0.1, zh="最小二乘解 b₁", en="Least squares b₁", when=PLANE)
    b2: float = knob(0.4, ge=-3.5, le=3.5, step=0.1, zh="最小二乘解 b₂", en="Least squares b₂", when=PLANE)
    y: float = knob(1.0, ge=-4, le=4, step=0.05, zh="观测 y", en="Observed y", when=PRIORS)
    seed: int = knob(1, ge=0, le=9999, zh="随机种子", en="Seed", kind="seed", when={"tab": ("paths", "twins")})

    @model_validator(mode="after")
    def _independent_columns(self) -> "ShrinkOrCutParams":
        if self.tab in ("paths", "plane") and self.rho > 0.95:
            raise limit(zh="这里 ρ 最多 0.95；ρ = 1（重复的列）请看“相关与重复的列”",
                        en="ρ may be 0.95 here; see “correlated and copied columns” for ρ = 1")  # fmt: skip
        if self.tab == "paths" and self.design == "decoy" and self.rho > 0.7:
            raise limit(zh="两真一假：ρ 最多 0.7，再大就没有这样的三列",
                        en="the decoy: ρ may be 0.7, above that no three columns are like that")  # fmt: skip
        return self


def run(params: ShrinkOrCutParams) -> Result:
    p = params
    if p.tab == "plane":
        return plane(p.b1, p.b2, p.rho, p.penalty, p.mix)
    if p.tab == "priors":
        return priors(p.y, p.penalty)
    if p.tab == "twins":
        return twins(p.rho, p.noise, p.penalty, p.mix, p.seed)
    return paths(Setting(p.design, p.features, p.rho, p.noise, p.unit, p.penalty, p.mix, p.seed))


demo = Demo(
    __name__, run, ShrinkOrCutParams,
    title=text(zh="收缩还是砍掉：L1 与 L2", en="Shrink or cut: L1 and L2"),
    summary=text(
        zh="L2 按比例收缩，L1 减去一截、减到 0 为止：看路径、看平面、看先验、看重复的列。",
        en="L2 shrinks in proportion, L1 takes off a fixed amount and stops at 0: in paths, in the plane, as "
           "priors, and "
        "on copied columns.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("hoerl1970", "tibshirani1996", "efron2004", "zou2005", "zhao2006", "park2008", "friedman2010"),
    code=(
        elastic_net, soft_threshold, ridge, lasso_knots, violation, proximal_descent, subgradient_descent, laplace_mean,
        gaussian_mean,
    ),
    budget_s=1.5,
)  # fmt: skip
