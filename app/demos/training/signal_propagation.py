"""Signal propagation lab: a deep random network forward and backward, layer by layer, beside the mean-field theory."""

import dataclasses
import functools
import math
from typing import Literal

import numpy as np
from pydantic import model_validator

from app.core.activations import Activation, Array, identity, relu, sigmoid, tanh
from app.core.mean_field import batch_norm_chi, chi, length_fixed_point, predicted_propagation

from app.core.signal_propagation import (  # isort: skip
    backward, forward, jacobian, normalise, normalise_backward, per_layer_rate, random_weights,
)  # fmt: skip
from app.kit import (  # isort: skip
    Axis, Check, Demo, Lines, Mark, Option, Params, Prediction, Preset, Result, Series, Text, knob, limit, same, seed,
    text,
)  # fmt: skip

PHI: dict[str, Activation] = {"relu": relu, "tanh": tanh, "sigmoid": sigmoid, "linear": identity}
NAMES = {"relu": same("ReLU"), "tanh": same("tanh"), "sigmoid": same("sigmoid"), "linear": text(zh="线性", en="linear")}
Name = Literal["relu", "tanh", "sigmoid", "linear"]
COST = 50 * 512 * 512 * 128


class SignalPropagationParams(Params):
    activation: Name = knob("relu", zh="激活函数", en="Activation", options=NAMES)
    sigma_w: float = knob(
        1.414, ge=0.5, le=4, step=0.001, zh="权重尺度 σ_w", en="Weight scale σ_w",
        help=text(zh="权重 ~ N(0, σ_w²/n)：√2 是 He 初始化，1 是 Xavier 初始化。",
                  en="Weights ~ N(0, σ_w²/n): √2 is He initialisation, 1 is Xavier."),
    )  # fmt: skip
    batch_norm: bool = knob(False, zh="批归一化（BN）", en="Batch norm (BN)")
    residual: bool = knob(False, zh="残差连接", en="Skip connections")
    depth: int = knob(50, ge=5, le=100, zh="层数", en="Depth")
    width: int = knob(256, ge=64, le=512, step=32, zh="宽度 n", en="Width n")
    batch: int = knob(128, ge=16, le=512, step=16, zh="批大小 B", en="Batch size B")
    seed: int = seed()

    @model_validator(mode="after")
    def _cost(self) -> "SignalPropagationParams":
        if self.depth * self.width**2 * max(self.batch, 128) > COST:
            zh = "层数 × 宽度² × 批大小（不足 128 按 128 计）最多是默认值的 4 倍，请减小其中一个"
            raise limit(zh=zh, en="depth × width² × batch (at least 128) may be 4 times the default: lower one of them")
        return self


def rank_one(params: SignalPropagationParams) -> bool:
    """Where finite width breaks the theory of the gradient (see the notes of predicted_propagation)."""
    return params.activation == "relu" and params.residual and not params.batch_norm


def sci(x: float) -> str:
    """0.69, 8.5×10³, 4.2×10⁻³²: powers of ten only where they help."""
    if x == 0 or not math.isfinite(x) or 1e-2 <= abs(x) < 1e3:
        return f"{x:.3g}"
    mantissa, exponent = f"{x:.1e}".split("e")
    return f"{mantissa}×10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def rms(a: Array) -> Array:
    """Root mean square over all but the first axis."""
    return np.asarray(np.sqrt((a**2).mean(axis=tuple(range(1, a.ndim)))))


@functools.cache
def chi_curves() -> tuple[Series, ...]:
    """χ(σ_w) of every activation; the same in every run."""
    grid = np.linspace(0.5, 4, 71)
    return tuple(Series(name, NAMES[name], grid, chi(phi, grid)) for name, phi in PHI.items())


def run(params: SignalPropagationParams) -> Result:
    phi, depth, bn, skip = PHI[params.activation], params.depth, params.batch_norm, params.residual
    rng = np.random.default_rng(params.seed)
    inputs, arriving = rng.standard_normal((2, params.batch, params.width))
    weights = random_weights(rng, depth, params.width, params.sigma_w)
    activations, tape = forward(inputs, weights, phi, bn, skip)
    gradients, weight_gradients = backward(arriving, activations, tape, weights, bn, skip)

    sizes, norms, updates = rms(activations), rms(gradients), rms(weight_gradients)
    theory, theory_back = (np.sqrt(m) for m in predicted_propagation(phi, params.sigma_w, depth, bn, skip))
    late = slice(depth // 4, None)  # the first layers still remember the input
    rate, rate_theory = (per_layer_rate(curve[late][::-1]) for curve in (norms, theory_back))
    growth, growth_theory = (per_layer_rate(curve[late]) for curve in (sizes, theory))
    one, ten = (np.linalg.svd(jacobian(weights[-k:], tape[-k:], skip), compute_uv=False) for k in (1, 10))
    scalars = {
        "rate": rate, "rate_squared": rate**2, "rate_theory": rate_theory,
        "grad_ratio": norms[0] / norms[-1], "grad_ratio_theory": theory_back[0],
        "grad_ratio_16": np.linalg.norm(gradients[0, :16]) / np.linalg.norm(gradients[-1, :16]),
        "weight_grad_ratio": updates[0] / updates[-1], "act_ratio": sizes[-1] / sizes[0],
        "chi": chi(phi, params.sigma_w), "q_star": length_fixed_point(phi, params.sigma_w),
        "chi_bn": batch_norm_chi(phi),
        "sv_max": one[0], "sv_rms": rms(one[None])[0], "sv_max_ten": ten[0], "sv_rms_ten": rms(ten[None])[0],
    }  # fmt: skip
    s = {name: float(value) for name, value in scalars.items()}

    finite = max(1, 256 / params.width) * max(1, 20 / depth) * (max(1, 64 / params.batch) if bn else 1)
    tolerance = 0.03 * math.sqrt(finite)  # the theory is for infinite width (and batch, with BN)
    checks = [
        Check(text(zh="梯度每层的倍数，与平均场理论", en="Gradient factor per layer, against mean-field theory"),
              abs(rate / rate_theory - 1), tolerance),
        Check(text(zh="激活值每层的倍数，与平均场理论", en="Activation factor per layer, against mean-field theory"),
              abs(growth / growth_theory - 1), 2 * tolerance),  # the whole batch drifts together
    ]  # fmt: skip
    layers = np.arange(depth + 1)
    curves = [
        Series("activation", text(zh="激活值（前向）", en="activations (forward)"), layers, sizes),
        Series("gradient", text(zh="激活值的梯度（反向）", en="their gradient (backward)"), layers, norms / norms[-1]),
        Series("weights", text(zh="权重的梯度", en="gradient of the weights"), layers[1:], updates / updates[-1]),
        Series("theory", text(zh="理论：激活值", en="theory: activations"), layers, theory, role="reference"),
        Series("theory", text(zh="理论：梯度", en="theory: gradient"), layers, theory_back, role="reference"),
    ]
    views = [layer_view(curves, s), chi_view(params, s), spectrum_view(one, ten, min(10, depth), s)]
    return Result(views, s, notes(params, s), checks[rank_one(params) :])


def layer_view(curves: list[Series], s: dict[str, float]) -> Lines:
    act, grad, weight = (sci(s[name]) for name in ("act_ratio", "grad_ratio", "weight_grad_ratio"))
    return Lines(
        id="layers", series=curves,
        title=text(zh="每层的激活值与梯度", en="Activations and gradients at every layer"),
        description=text(
            zh=f"前向：激活值从输入到输出变为 {act} 倍。反向：梯度从输出到输入变为 {grad} 倍，每层约 {s['rate']:.3f} 倍"
            f"（理论 {s['rate_theory']:.3f}）。权重的梯度，首层是末层的 {weight} 倍。",
            en=f"Forward, input to output, the activations are multiplied by {act}; backward, the gradient by {grad}, "
            f"{s['rate']:.3f} a layer (theory {s['rate_theory']:.3f}); weight gradient, first over last: {weight}.",
        ),
        x=Axis(text(zh="层（0 是输入）", en="Layer (0 is the input)")),
        y=Axis(text(zh="均方根（梯度：与输出端之比）", en="RMS (gradients: relative to the output)"), log=True),
    )  # fmt: skip


def chi_view(params: SignalPropagationParams, s: dict[str, float]) -> Lines:
    curves = [dataclasses.replace(c, role="highlight") if c.key == params.activation else c for c in chi_curves()]
    if params.batch_norm:
        name = text(zh="有 BN、无残差", en="with BN, no skips")
        curves.append(Series("bn", name, np.array([0.5, 4.0]), np.full(2, s["chi_bn"]), role="reference"))
    here, measured = np.array([params.sigma_w]), np.array([s["rate_squared"]])
    curves.append(Series("measured", text(zh="本次运行", en="this run"), here, measured, "highlight", "points"))
    return Lines(
        id="chi", series=curves,
        title=text(zh="梯度的平方每层乘以多少：χ(σ_w)", en="The factor of the squared gradient per layer: χ(σ_w)"),
        description=text(
            zh=f"本次运行测得 {s['rate_squared']:.3f}；同样 σ_w、无 BN 无残差的网络，理论值 χ = {s['chi']:.3f}。",
            en=f"This run: {s['rate_squared']:.3f}; theory for the plain network with this σ_w: χ = {s['chi']:.3f}.",
        ),
        x=Axis(text(zh="权重尺度 σ_w", en="Weight scale σ_w"), range=(0.5, 4)),
        y=Axis(same("χ"), log=True, range=(0.01, 20)),
        marks=[Mark(1, same("χ = 1"))],
    )  # fmt: skip


def spectrum_view(one: Array, ten: Array, steps: int, s: dict[str, float]) -> Lines:
    def curve(key: str, name: Text, values: Array) -> Series:
        rank = np.flatnonzero(values > 1e-9 * values[0])[:: max(1, len(values) // 128)]
        return Series(key, name, (rank + 0.5) / len(values), values[rank])

    share = float((one > 1e-9 * one[0]).mean())
    largest, typical, largest_ten, typical_ten = (sci(v) for k, v in s.items() if k.startswith("sv"))
    return Lines(
        id="spectrum", x=Axis(text(zh="排名 / 宽度", en="Rank / width"), range=(0, 1)),
        y=Axis(text(zh="奇异值", en="Singular value"), log=True),
        title=text(zh="雅可比的奇异值：各方向放大多少", en="Singular values of the Jacobian: stretch by direction"),
        description=text(
            zh=f"末层有 {share:.0%} 不为 0，最大 {largest}，均方根 {typical}；末 {steps} 层连乘：最大 {largest_ten}，"
            f"均方根 {typical_ten}。",
            en=f"Last layer: {share:.0%} are not 0, largest {largest}, root mean square {typical}; product of {steps} "
            f"layers: largest {largest_ten}, root mean square {typical_ten}.",
        ),
        series=[
            curve("one-layer", text(zh="最后 1 层", en="last layer"), one),
            curve("ten-layers", text(zh=f"最后 {steps} 层连乘", en=f"product of the last {steps}"), ten),
        ],
    )  # fmt: skip


def notes(params: SignalPropagationParams, s: dict[str, float]) -> list[Text]:
    ratio, depth, bn, skip = sci(s["grad_ratio"]), params.depth, params.batch_norm, params.residual
    if s["grad_ratio"] < 0.01:
        verdict = text(zh="梯度消失", en="Vanishing")
    elif s["grad_ratio"] > 100:
        verdict = text(zh="梯度爆炸", en="Exploding")
    else:
        verdict = text(zh="梯度走得到底", en="It gets through")
    out = [text(zh=f"{verdict.zh}：经过 {depth} 层，梯度变为 {ratio} 倍。",
                en=f"{verdict.en}: {depth} layers multiply the gradient by {ratio}.")]  # fmt: skip
    out.append(text(
        zh=r"BN 把 $Wh$ 除以它的标准差，反向时梯度也除以它：没有残差时，梯度的平方每层乘以 "
        rf"$E[\varphi'^2]/\mathrm{{Var}}[\varphi]$ = {s['chi_bn']:.4f}，与 $\sigma_w$ 无关，也不会小于 1。",
        en=r"BN divides $Wh$ by its standard deviation, and on the way back the gradient too: without skips a layer "
        rf"multiplies its square by $E[\varphi'^2]/\mathrm{{Var}}[\varphi]$ = {s['chi_bn']:.4f}, whatever $\sigma_w$.",
    ) if bn else text(
        zh=rf"没有残差时，梯度的平方每层乘以 $\chi=\sigma_w^2E[\varphi'^2]$ = {s['chi']:.4f}；"
        r"ReLU 是 $\sigma_w^2/2$，He 初始化使它为 1。",
        en=rf"Without skips a layer multiplies the square by $\chi=\sigma_w^2E[\varphi'^2]$ = {s['chi']:.4f}; "
        r"for ReLU that is $\sigma_w^2/2$, and He initialisation makes it 1.",
    ))  # fmt: skip
    if rank_one(params):
        out.append(text(
            zh=r"残差使因子变成 $1+\chi$。深处虚线（无限宽）偏低：ReLU 输出非负，各个 $h$ 渐渐同向，这个方向涨得更快。",
            en=r"Skips make the factor $1+\chi$. In deep nets the theory (infinite width) is low: ReLU outputs are "
            r"not negative, all $h$ align, and that rank-one direction grows faster.",
        ))  # fmt: skip
    elif skip:
        out.append(text(
            zh=r"残差使因子变成 $1+\chi_l$。有 BN 时主干方差不断累积，$\chi_l$ 趋于 0：梯度只按层数的幂次增长。",
            en=r"Skips make the factor $1+\chi_l$. With BN the variance of the trunk adds up, $\chi_l$ falls to 0: the "
            "gradient grows as a power of the depth, not exponentially.",
        ))  # fmt: skip
    elif not bn and params.activation in ("relu", "linear"):
        out.append(text(
            zh="权重的梯度是「传来的梯度 × 该层输入」，两者随层数反向缩放，所以各层差不多：只比较它看不出消失。",
            en="A weight gradient is the gradient that arrives times the layer's input. These scale in opposite ways: "
            "all layers get about the same, and comparing weight gradients does not reveal vanishing.",
        ))  # fmt: skip
    return out


PRESETS = {
    "he": Preset(
        text(zh="ReLU 用 He 初始化：χ = 1，梯度走得到底", en="ReLU, He initialisation: χ = 1, the gradient survives"),
        {}, {"rate": (0.97, 1.02), "grad_ratio": (0.2, 5), "sv_rms": (0.9, 1.1)}),
    "relu-small": Preset(
        text(zh="ReLU 用 Xavier 的尺度：每层只剩七成", en="ReLU at Xavier's scale keeps 0.7 a layer"),
        {"sigma_w": 1.0}, {"rate": (0.685, 0.729), "grad_ratio": (1e-9, 1e-6), "weight_grad_ratio": (0.2, 5)}),
    "sigmoid-vanishes": Preset(
        text(zh="sigmoid、σ_w = 1：梯度消失", en="Sigmoid with σ_w = 1 vanishes"),
        {"activation": "sigmoid", "sigma_w": 1.0}, {"rate": (0.229, 0.243), "grad_ratio": (0, 1e-28)}),
    "tanh-edge": Preset(
        text(zh="tanh、σ_w = 1：在混沌边缘", en="Tanh with σ_w = 1 is at the edge of chaos"),
        {"activation": "tanh", "sigma_w": 1.0}, {"rate": (0.95, 1), "grad_ratio": (0.03, 0.5), "chi": (0.999, 1.001)}),
    "bn-explodes": Preset(
        text(zh="50 层普通 ReLU 网络加 BN：梯度爆炸", en="Batch norm makes a plain 50-layer ReLU net explode"),
        {"batch_norm": True}, {"rate_squared": (1.423, 1.511), "grad_ratio": (1e3, 1e5)}),
    "bn-residual": Preset(
        text(zh="BN 加残差：不再爆炸", en="Batch norm with skips: no more explosion"),
        {"batch_norm": True, "residual": True}, {"rate": (1, 1.05), "grad_ratio": (3, 30)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "bn-plain",
        text(zh="50 层无残差 ReLU 网络，He 初始化。每层加上 BN，初始时输入端与输出端的梯度之比是？",
             en="A plain 50-layer ReLU net, He initialisation. Add BN to every layer: before any step, the gradient at "
             "the input over that at the output?"),
        "bn-explodes", "grad_ratio",
        text(zh=r"反向时 BN 除以批标准差。ReLU 斜率的均方是 $\frac12$，输出的方差是 $\frac12(1-\frac1\pi)$："
             r"两者之比 $\pi/(\pi-1)\approx1.467$ 就是每层平方的倍数。",
             en=r"Going back, BN divides by the batch's standard deviation: ReLU's mean squared slope $\frac12$ over "
             r"its variance $\frac12(1-\frac1\pi)$ is the factor of the square, $\pi/(\pi-1)\approx1.467$ a layer."),
        (Option(text(zh="远小于 1：消失", en="Far below 1: it vanishes"), high=0.1,
                why=text(zh="有 BN 时每层的平均因子不会小于 1。", en="With BN a layer's factor is never below 1.")),
         Option(text(zh="约等于 1：BN 稳住了它", en="About 1: BN keeps it stable"), 0.1, 10,
                text(zh="稳住的是前向；那次除法放大了反向。", en="Forward, yes; that division enlarges the gradient.")),
         Option(text(zh="远大于 1：爆炸", en="Far above 1: it explodes"), low=10)),
    ),
    Prediction(
        "sigmoid-rate",
        text(zh=r"sigmoid 网络，$\sigma_w=1$：每往输入方向走一层，梯度的大小乘以多少？",
             en=r"A sigmoid net, $\sigma_w=1$: by what is the gradient multiplied per layer on its way to the input?"),
        "sigmoid-vanishes", "rate",
        text(zh=r"$\sqrt\chi=\sigma_w\sqrt{E[\varphi'^2]}$。$\varphi'$ 最大 1/4，预激活又不全在 0，所以略小于 0.25。",
             en=r"$\sqrt\chi=\sigma_w\sqrt{E[\varphi'^2]}$. $\varphi'\le1/4$, and pre-activations are not all 0: "
             "a little below 0.25."),
    ),
    Prediction(
        "weight-gradient",
        text(zh=r"50 层 ReLU 网络，$\sigma_w=1$：激活值的梯度到输入端缩小约 $10^8$ 倍。权重的梯度，首层比末层是？",
             en=r"A 50-layer ReLU net, $\sigma_w=1$: the activations' gradient shrinks some $10^8$ times towards the "
             "input. And the gradient of the weights, first layer over last?"),
        "relu-small", "weight_grad_ratio",
        text(zh=r"它等于传来的梯度 × 该层输入。靠近输入端，前者小 $10^8$ 倍，后者大 $10^8$ 倍：各层的更新一样小。",
             en=r"It is the gradient that arrives times the layer's input. Near the input the first is $10^8$ times "
             r"smaller, the second $10^8$ times larger: all layers get the same, equally tiny, update."),
        (Option(text(zh=r"约 $10^{-8}$", en=r"About $10^{-8}$"), high=0.1,
                why=text(zh="漏了该层的输入：它更大。", en="That forgets the layer's input: it is larger.")),
         Option(text(zh="约 1", en="About 1"), 0.1, 10),
         Option(text(zh=r"约 $10^8$", en=r"About $10^8$"), low=10,
                why=text(zh="只算了输入；传来的梯度变小了。", en="That is the input alone; the gradient shrinks."))),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, SignalPropagationParams,
    title=text(zh="信号传播实验室", en="Signal propagation lab"),
    summary=text(
        zh="把一个随机的深层网络前向、反向各走一遍：每层的激活值和梯度有多大，理论说该有多大。",
        en="A deep random network once forward and once backward: how large activations and gradients are in every "
        "layer, and how large theory says they should be.",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("schoenholz2017", "poole2016", "yang2019", "he2015"),
    code=(forward, backward, normalise, normalise_backward, chi, batch_norm_chi, predicted_propagation, jacobian),
)  # fmt: skip
