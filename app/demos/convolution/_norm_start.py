"""The tab before training: what each norm does to the gradient of a deep ReLU net at initialisation, over 3 seeds."""

import math
from typing import Any

import numpy as np

from app.core.activations import Array, relu
from app.core.mean_field import batch_norm_chi
from app.core.mlp import init_layers
from app.core.norm_stack import Norm, backward, forward, norm_stack
from app.core.signal_propagation import per_layer_rate
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, View, text

WIDTH, BATCH, SEEDS, OUTPUTS = 128, 128, 3, 10
SIZES = (4, 8, 16, 32, 64, 128, 256)
NETS: dict[str, tuple[Norm, bool, Text]] = {
    "none": ("none", False, text(zh="不归一化", en="no norm")), "batch": ("batch", False, text(zh="BN", en="BN")),
    "layer": ("layer", False, text(zh="LN", en="LN")),
    "skip": ("batch", True, text(zh="BN + 残差", en="BN + skips")),
}  # fmt: skip


def gradient_sizes(norm: Norm, residual: bool, size: int, depth: int, seed: int) -> Array:
    """RMS of ∂L/∂z in every hidden layer, (depth, SEEDS): Gaussian inputs, He weights, a Gaussian gradient arrives."""
    widths = [*[WIDTH] * (depth + 1), OUTPUTS]
    layers = [init_layers(widths, np.random.default_rng([seed, 6, s])) for s in range(SEEDS)]
    nets, rng = norm_stack(layers, relu, norm, residual), np.random.default_rng([seed, 7])
    tape = forward(nets, rng.standard_normal((SEEDS, size, WIDTH)), training=True)
    deltas = backward(nets, tape, rng.standard_normal(tape.logits.shape))[1]
    return np.array([np.sqrt((d**2).mean(axis=(1, 2))) for d in deltas])


def squares(sizes: Array) -> Array:
    """The factor of the squared gradient per layer towards the input, (SEEDS,), without the first quarter."""
    deep = sizes[len(sizes) // 4 :][::-1]
    return np.array([per_layer_rate(deep[:, run]) ** 2 for run in range(SEEDS)])


def expected(depth: int) -> Array:
    """The gradient of every layer over that of the last, wide net and large batch. A layer multiplies the square by
    E[φ'²]/Var[φ]; the first one's input is not an output of ReLU but has variance 1: there BN divides by more."""
    chi = batch_norm_chi(relu)
    squared = chi ** np.arange(depth - 1, -1, -1.0)
    squared[0] *= 0.5 * (1 - 1 / math.pi)
    return np.sqrt(squared)


def run_start(params: Any) -> Result:
    found = {
        key: gradient_sizes(norm, skip, BATCH, params.layers, params.seed) for key, (norm, skip, _) in NETS.items()
    }
    by_size = np.array([squares(gradient_sizes("batch", False, b, params.layers, params.seed)) for b in SIZES])
    theory = batch_norm_chi(relu)
    s: dict[str, float] = {"theory": theory, "theory_ratio": float(expected(params.layers)[0])}
    for key, sizes in found.items():
        s |= {f"square_{key}": float(squares(sizes).mean()),
              f"ratio_{key}": float(np.exp(np.log(sizes[0] / sizes[-1]).mean()))}  # fmt: skip
    s |= {f"square_{b}": float(np.exp(np.log(row).mean())) for b, row in zip(SIZES, by_size, strict=True)}
    loose = 0.05 * max(1.0, math.sqrt(20 / params.layers))
    checks = [Check(text(zh="BN 每层的倍数（平方），与 π/(π − 1) 的相对差",
                         en="BN's factor per layer (squared), against π/(π − 1), relative"),
                    abs(s["square_batch"] / theory - 1), loose)]  # fmt: skip
    return Result([layer_view(params, found, s), size_view(by_size, s)], s, notes(params, s), checks)


def layer_view(params: Any, found: dict[str, Array], s: dict[str, float]) -> View:
    layers = np.arange(1, params.layers + 1)
    series = [Series(key, NETS[key][2], layers, np.exp(np.log(sizes / sizes[-1]).mean(axis=1)))
              for key, sizes in found.items()]  # fmt: skip
    name = text(zh="理论：BN，每层平方乘 π/(π − 1)", en="theory for BN: π/(π − 1) a layer, squared")
    series.append(Series("theory", name, layers, expected(params.layers), "reference"))
    return Lines(
        id="layers", title=text(zh="训练前每层收到的梯度", en="The gradient of every layer, before training"),
        description=text(
            zh=f"从末层到第 1 层：不归一化变为 {s['ratio_none']:.2g} 倍，BN {s['ratio_batch']:.3g} 倍，LN "
            f"{s['ratio_layer']:.2g} 倍，BN + 残差 {s['ratio_skip']:.3g} 倍。",
            en=f"From the last layer to the first: no norm × {s['ratio_none']:.2g}, BN × {s['ratio_batch']:.3g}, LN × "
            f"{s['ratio_layer']:.2g}, BN with skips × {s['ratio_skip']:.3g}.",
        ),
        series=series, x=Axis(text(zh="层（1 紧接输入）", en="layer (1 is next to the input)")),
        y=Axis(text(zh="梯度（与末层之比）", en="Gradient (relative to the last layer)"), log=True),
        marks=[Mark(1, text(zh="不变", en="unchanged"))],
    )  # fmt: skip


def size_view(by_size: Array, s: dict[str, float]) -> View:
    return Lines(
        id="sizes", title=text(zh="批越小，BN 放大得越快", en="The smaller the batch, the faster BN amplifies"),
        description=text(
            zh=f"梯度的平方每层乘：批大小 4 时 {s['square_4']:.2f}，16 时 {s['square_16']:.2f}，256 时 "
            f"{s['square_256']:.2f}；大批的理论值 {s['theory']:.3f}。",
            en=f"A layer multiplies the squared gradient by {s['square_4']:.2f} with a batch of 4, "
            f"{s['square_16']:.2f} with 16, {s['square_256']:.2f} with 256; theory, large batch: {s['theory']:.3f}.",
        ),
        series=[
            Series("batch", text(zh="BN（3 个种子的几何平均）", en="BN (geometric mean of 3 seeds)"), np.array(SIZES),
                   np.exp(np.log(by_size).mean(axis=1)), draw="both"),
            Series("batch", text(zh="各种子", en="each seed"), np.repeat(SIZES, SEEDS), by_size.ravel(), "muted",
                   "points"),
        ],
        x=Axis(text(zh="批大小 B", en="Batch size B"), log=True, range=(3, 300)),
        y=Axis(text(zh="梯度平方每层的倍数", en="Factor of the squared gradient per layer"), range=(0.9, 5)),
        marks=[Mark(s["theory"], text(zh="π/(π − 1)", en="π/(π − 1)")), Mark(1, text(zh="不变", en="unchanged"))],
    )  # fmt: skip


def notes(params: Any, s: dict[str, float]) -> list[Text]:
    return [
        text(
            zh=rf"BN 减去**批内**均值：ReLU 输出的均值占了二阶矩的 $1/\pi$，方差变小，除以它就放大梯度，每层平方乘 "
            rf"{s['square_batch']:.3f}。LN 在一个样本内归一化，几乎不减去这一部分：{s['square_layer']:.2f}。",
            en=rf"BN subtracts the mean over the **batch**: of ReLU's second moment $1/\pi$ is its mean, the variance "
            rf"is smaller, and dividing by it enlarges the gradient: {s['square_batch']:.3f} a layer, squared. LN "
            rf"works within one sample and takes out next to nothing of that part: {s['square_layer']:.2f}.",
        ),
        text(
            zh=f"{params.layers} 层：BN 放大 {s['ratio_batch']:,.0f} 倍，加上残差 {s['ratio_skip']:.0f} 倍。",
            en=f"{params.layers} layers: BN enlarges it {s['ratio_batch']:,.0f} times, with skips "
            f"{s['ratio_skip']:.0f} times.",
        ),
    ]  # fmt: skip
