"""Activation functions, their slopes, and what a chain of them leaves of one input and of its gradient."""

from functools import partial
from typing import Literal

import numpy as np
from pydantic import model_validator

from app.core.activation_stats import (
    central_difference,
    chain,
    gaussian_moments,
    gaussian_quadrature,
    saturation_threshold,
)
from app.core.activations import ACTIVATIONS, Activation, Array, elu, gelu, leaky_relu, relu, sigmoid, silu, tanh
from app.kit import (
    Axis,
    Check,
    Demo,
    Lines,
    Mark,
    Option,
    Params,
    Prediction,
    Preset,
    Region,
    Result,
    Series,
    Text,
    knob,
    limit,
    same,
    text,
)

Name = Literal[
    "identity", "sigmoid", "tanh", "scaled_tanh", "hard_sigmoid", "hard_tanh", "softplus",
    "relu", "leaky_relu", "rrelu", "elu", "selu", "gelu", "gelu_tanh", "silu",
]  # fmt: skip
LABELS = {
    "identity": text(zh="恒等", en="identity"), "sigmoid": same("sigmoid"), "tanh": same("tanh"),
    "scaled_tanh": same("1.7159·tanh(2z/3)"), "hard_sigmoid": same("hard sigmoid"), "hard_tanh": same("hard tanh"),
    "softplus": same("softplus"), "relu": same("ReLU"), "leaky_relu": same("leaky ReLU / PReLU"),
    "rrelu": text(zh="RReLU（测试时）", en="RReLU (at test time)"), "elu": same("ELU"), "selu": same("SELU"),
    "gelu": same("GELU"), "gelu_tanh": text(zh="GELU 的 tanh 近似", en="GELU, tanh form"), "silu": same("SiLU (Swish)"),
}  # fmt: skip
UNIT_NORMAL = gaussian_quadrature()


class ActivationCurvesParams(Params):
    functions: tuple[Name, ...] = knob(("sigmoid", "tanh", "relu"), zh="激活函数", en="Activations", options=LABELS)
    focus: Name = knob("sigmoid", zh="细看哪一个", en="Look closely at", options=LABELS)
    z: float = knob(1.0, ge=-6, le=6, step=0.05, zh="输入 z", en="Input z")
    depth: int = knob(10, ge=1, le=30, zh="链长 n", en="Chain length n")
    weight: float = knob(1.0, ge=-4, le=4, step=0.05, zh="每层权重 w", en="Weight w of every layer")
    slope: float = knob(0.01, ge=0, le=0.5, step=0.01, zh="leaky 负半轴斜率", en="Leaky slope")
    alpha: float = knob(1.0, ge=0.1, le=2, step=0.05, zh="ELU 的 α", en="α of ELU")

    @model_validator(mode="after")
    def _readable(self) -> "ActivationCurvesParams":
        if not 1 <= len(set(self.functions)) <= 8:
            raise limit(zh="选一到八个激活函数", en="choose one to eight activations")
        return self


def run(params: ActivationCurvesParams) -> Result:
    known: dict[str, Activation] = {
        **ACTIVATIONS,
        "leaky_relu": partial(leaky_relu, slope=params.slope),
        "elu": partial(elu, alpha=params.alpha),
    }
    shown = list(dict.fromkeys((*params.functions, params.focus)))
    focus, label = known[params.focus], LABELS[params.focus]

    z = np.linspace(-6, 6, 400)  # no grid point sits on a kink
    curves = {name: known[name](z) for name in shown}
    measured = {name: central_difference(known[name], z) for name in shown}
    deviation = max(float(np.abs(curves[name][1] - measured[name]).max()) for name in shown)

    value, slope = (float(v) for v in focus(np.asarray(params.z)))
    below, above = saturation_threshold(focus, side=-1), saturation_threshold(focus)
    moments = gaussian_moments(focus, *UNIT_NORMAL)

    layers = np.arange(params.depth + 1.0)
    names = dict.fromkeys((*shown, "sigmoid", "tanh", "relu"))
    chains = {name: chain(known[name], params.z, params.weight, params.depth) for name in names}
    output, gradient = float(chains[params.focus][0][-1]), abs(float(chains[params.focus][1][-1]))
    steepest = float(np.abs(focus(np.linspace(-6, 6, 1201))[1]).max())
    bound = (abs(params.weight) * steepest) ** layers
    excess = np.max(np.abs(chains[params.focus][1]) - bound * (1 + 1e-3))

    def drawn(xs: Array, ys: dict[str, Array], draw: Literal["line", "both"] = "line") -> list[Series]:
        roles = {name: "highlight" if name == params.focus else "main" for name in shown}
        return [Series(name.replace("_", "-"), LABELS[name], xs, ys[name], roles[name], draw) for name in shown]  # type: ignore[arg-type]

    x = Axis(text(zh="输入 z", en="input z"), range=(-6, 6))
    flat, here = _flat_ends(focus, below, above), [Mark(params.z, same(f"z = {params.z:g}"), axis="x")]
    views = [
        Lines(
            id="curves", title=text(zh="函数 φ(z)", en="The functions φ(z)"),
            description=text(
                zh=f"{label.zh}：φ({params.z:g}) = {value:.4g}。阴影处 |φ′| < 0.01。",
                en=f"{label.en}: φ({params.z:g}) = {value:.4g}. Shaded: |φ′| < 0.01."),
            series=drawn(z, {name: curves[name][0] for name in shown}),
            x=x, y=Axis(same("φ(z)"), range=(-2, 3)), regions=flat, marks=here,
        ),
        Lines(
            id="slopes", title=text(zh="导数 φ′(z)", en="The slopes φ′(z)"),
            description=text(
                zh=f"{label.zh}：φ′({params.z:g}) = {slope:.4g}，最大 {steepest:.4g}；虚线由中心差分独立算出。",
                en=f"{label.en}: φ′({params.z:g}) = {slope:.4g}, at most {steepest:.4g}; dashed: central differences."),
            series=[
                *drawn(z, {name: curves[name][1] for name in shown}),
                Series("theory", text(zh="中心差分", en="central difference"), z, measured[params.focus], "reference"),
            ],
            x=x, y=Axis(same("φ′(z)"), range=(-0.25, 1.85)), regions=flat, marks=here,
        ),
        Lines(
            id="forward", title=text(zh="跟着一个输入走：各层的输出", en="One input followed: each layer's output"),
            description=text(
                zh=f"{label.zh}：z = {params.z:g} 经过 {params.depth} 层变成 {output:.4g}。",
                en=f"{label.en}: after {params.depth} layers z = {params.z:g} has become {output:.4g}."),
            series=drawn(layers, {name: chains[name][0] for name in shown}, "both"),
            x=Axis(text(zh="层（0 处是 z）", en="layer (0: z itself)"), range=(0, params.depth)),
            y=Axis(text(zh="输出 h", en="output h")),
        ),
        Lines(
            id="gradient", title=text(zh="跟着一个输入走：累乘的梯度", en="One input followed: the product of slopes"),
            description=text(
                zh=f"{label.zh}：第 {params.depth} 层的梯度是 {gradient:.3g}，上界 {bound[-1]:.3g}；恰为 0 的不画。",
                en=f"{label.en}: the gradient at layer {params.depth} is {gradient:.3g}, its bound {bound[-1]:.3g}; "
                "an exact 0 has no place on a log axis."),
            series=[
                *drawn(layers, {name: _for_log_axis(chains[name][1]) for name in shown}, "both"),
                Series("theory", same("(|w|·max|φ′|)ⁿ"), layers, _for_log_axis(bound), "reference"),
            ],
            x=Axis(text(zh="层", en="layer"), range=(0, params.depth)),
            y=Axis(same("|∂h<sub>n</sub>/∂h<sub>0</sub>|"), log=True),
        ),
    ]  # fmt: skip
    return Result(
        views=views,
        scalars={
            "value": value, "slope": slope, "steepest": steepest, "flat_below": below, "flat_above": above,
            "chain_value": output, "chain_gradient": gradient, "chain_bound": float(bound[-1]),
            **{f"gradient_{name}": abs(float(chains[name][1][-1])) for name in ("sigmoid", "tanh", "relu")},
            **moments._asdict(), "slope_deviation": deviation,
        },
        notes=_notes(params, label, slope, gradient, float(bound[-1]), moments.second_moment),
        checks=[
            Check(text(zh="导数与中心差分之差", en="slopes against central differences"), deviation, 1e-8),
            Check(text(zh="梯度超出上界的部分", en="gradient in excess of its bound"), max(float(excess), 0), 0),
        ],
    )  # fmt: skip


def _for_log_axis(gradient: Array) -> Array:
    """Magnitudes, with a gap where the gradient is exactly zero."""
    return np.where(gradient == 0, np.nan, np.abs(gradient))


def _flat_ends(phi: Activation, below: float, above: float) -> list[Region]:
    """The flat ends, told apart: with a tiny slope a unit learns slowly, with a slope of exactly zero not at all."""
    regions = []
    for start, end in ((-6.0, below), (above, 6.0)):
        if start < end:
            dead = float(phi(np.asarray((start + end) / 2))[1]) == 0
            label = text(zh="斜率恰为 0", en="slope exactly 0") if dead else text(zh="饱和", en="saturated")
            regions.append(Region(start, end, label, key="dead" if dead else "saturated"))
    return regions


def _notes(
    params: ActivationCurvesParams, label: Text, slope: float, gradient: float, bound: float, power: float
) -> list[Text]:
    n = params.depth
    here = text(
        zh=f"在 z = {params.z:g}，{label.zh} 放行 {slope:.3g} 倍的梯度。",
        en=f"At z = {params.z:g}, {label.en} lets {slope:.3g} of the gradient through.",
    )
    left = text(
        zh=f"{n} 层之后剩下 {gradient:.3g}，平均每层乘 {gradient ** (1 / n):.3g}；上界是 {bound:.3g}。",
        en=f"After {n} layers {gradient:.3g} is left, a factor of {gradient ** (1 / n):.3g} a layer; "
        f"the bound is {bound:.3g}.",
    )
    gone = text(
        zh=f"{n} 层之后梯度恰好是 0：乘积里只要有一个 0，后面的层再也救不回来。",
        en=f"After {n} layers the gradient is exactly 0: no later factor repairs a zero in a product.",
    )
    scale = text(
        zh=f"若 z 服从 N(0, 1)，输出的均方是 {power:.3g}；权重方差取 {1 / power:.3g}/fan_in，下一层的 z 方差仍是 1。",
        en=f"For z ~ N(0, 1) the mean square of the output is {power:.3g}: with a weight variance of "
        f"{1 / power:.3g}/fan_in the next z has variance 1 again.",
    )
    return [here, left if gradient else gone, scale]


demo = Demo(
    __name__, run, ActivationCurvesParams,
    title=text(zh="激活函数与它们的斜率", en="Activations and their slopes"),
    summary=text(
        zh="十五种激活函数与导数；跟着一个输入穿过 n 层，看梯度还剩多少。",
        en="Fifteen activations and their slopes; follow one input through n layers: what is left of its gradient?",
    ),
    presets={
        "classics": Preset(
            text(zh="十层 sigmoid，梯度不到百万分之一", en="Ten sigmoids leave less than a millionth of the gradient"),
            expect={"chain_gradient": (1e-7, 9.6e-7), "gradient_relu": (1, 1), "second_moment": (0.29, 0.30)},
        ),
        "saturated": Preset(
            text(zh="z = 6 时 sigmoid 只放行 0.25% 的梯度", en="At z = 6 a sigmoid passes 0.25% of the gradient"),
            {"z": 6},
            {"slope": (0.0024, 0.0025), "flat_above": (4.584, 4.586)},
        ),
        "dead": Preset(
            text(zh="零点左边，ReLU 一点梯度也不放行", en="Left of zero ReLU passes no gradient at all"),
            {"focus": "relu", "z": -1},
            {"slope": (0, 0), "gradient_relu": (0, 0), "second_moment": (0.4999999, 0.5000001)},
        ),
        "leaky-chain": Preset(
            text(zh="斜率 0.01 连乘三层就是百万分之一", en="A leaky slope of 0.01 is a millionth after three layers"),
            {"functions": ("relu", "leaky_relu", "elu"), "focus": "leaky_relu", "z": -1, "depth": 3},
            {"chain_gradient": (0.99e-6, 1.01e-6), "gradient_relu": (0, 0)},
        ),
        "weight-four": Preset(
            text(zh="权重取 4：上界回到 1，梯度却没有", en="Weight 4 lifts the bound to 1, but not the gradient"),
            {"weight": 4},
            {"chain_bound": (0.999, 1.001), "chain_gradient": (0, 1e-4)},
        ),
        "transformers": Preset(
            text(zh="GELU 与 SiLU：平滑，左侧略为负", en="GELU and SiLU: smooth, and a little below zero on the left"),
            {"functions": ("relu", "gelu", "gelu_tanh", "silu"), "focus": "gelu", "z": -0.5},
            {"value": (-0.1543, -0.1542), "slope": (0.13, 0.14)},
        ),
    },
    predictions=(
        Prediction(
            "ten-sigmoids",
            text(
                zh="十层相同的 sigmoid，每层权重 1，第一层 z = 1。第十层对输入的梯度大约多大？",
                en="Ten identical sigmoid layers of weight 1, z = 1 at the first. "
                "How large is the gradient of the tenth with respect to the input?",
            ),
            "classics", "chain_gradient",
            text(
                zh="每层最多乘 1/4，而且只有 z = 0 才取得到；十层的乘积低于 $4^{-10}\\approx 9.5\\times10^{-7}$。",
                en="A layer multiplies by at most 1/4, and only at z = 0; "
                "ten of them stay below $4^{-10}\\approx 9.5\\times10^{-7}$.",
            ),
            (
                Option(text(zh="0.1 上下", en="about 0.1"), 1e-2, why=text(
                    zh="那是一两层之后的量：每层最多放行 1/4。", en="One or two layers do that: each passes ≤ 1/4.")),
                Option(text(zh="千分之一上下", en="about 0.001"), 1e-6, 1e-2, why=text(
                    zh="那要每层约 0.5，而 sigmoid 的斜率最大只有 0.25。",
                    en="That takes 0.5 a layer; the slope of a sigmoid is at most 0.25.")),
                Option(text(zh="不到百万分之一", en="less than a millionth"), high=1e-6),
            ),
        ),
        Prediction(
            "relu-left",
            text(zh="z = −1 处 sigmoid 的导数是 0.197，ReLU 呢？", en="At z = −1 a sigmoid has slope 0.197. And ReLU?"),
            "dead", "slope",
            text(zh="恰好是 0，比 sigmoid 的任何梯度都小：ReLU 在左侧完全饱和。",
                 en="Exactly 0, smaller than any gradient of a sigmoid: on its left ReLU is completely saturated."),
            (
                Option(same("1"), 0.5, why=text(zh="斜率 1 只在右侧。", en="The slope is 1 on the right only.")),
                Option(text(zh="很小，但不是零", en="small, but not zero"), 1e-12, 0.5, why=text(
                    zh="那是 leaky ReLU；ReLU 的左侧是水平线。", en="That is leaky ReLU; the left of ReLU is level.")),
                Option(text(zh="恰好为零", en="exactly zero"), high=1e-12),
            ),
        ),
        Prediction(
            "sigmoid-flat",
            text(zh="z 超过多少，sigmoid 的导数就低于 0.01？", en="Beyond which z is the sigmoid's slope below 0.01?"),
            "saturated", "flat_above",
            text(zh="由 $\\sigma(1-\\sigma)=0.01$ 解得 $z=4.585$；tanh 到 2.993 就已经如此。",
                 en="$\\sigma(1-\\sigma)=0.01$ gives $z=4.585$; tanh is that flat already at 2.993."),
        ),
    ),
    references=("lecun1998", "nair2010", "he2015", "hendrycks2016"),
    code=(sigmoid, tanh, relu, leaky_relu, elu, gelu, silu, chain, central_difference,
          gaussian_quadrature, gaussian_moments),
    budget_s=0.5,
)  # fmt: skip
