"""Tab "how far it sees": the box that can reach a unit, the circle that matters, and how each grows with depth."""

import numpy as np

from app.core.activations import Array
from app.core.effective_field import effective_fields, layers_to_span, spread, stack_spread
from app.core.layer_table import receptive_field
from app.demos.convolution._assumes_params import WhatConvolutionAssumesParams
from app.kit import Axis, BoxSet, Check, Heatmap, Lines, Result, Series, Table, Text, same, text

DRAWS, CHANNELS, CELLS, SPAN = 8, 8, 121, 224


def windows(params: WhatConvolutionAssumesParams, layers: int) -> list[tuple[int, int]]:
    """(k, stride) of every layer."""
    strided = int(params.halvings) if params.weights == "uniform" else 0
    return [(int(params.k), 2 if layer < strided else 1) for layer in range(layers)]


def uniform_field(params: WhatConvolutionAssumesParams, layers: int) -> Array:
    k, strides = int(params.k), [stride for _, stride in windows(params, layers)]
    *_, field = effective_fields([np.full((1, 1, k, k), 1 / k**2)] * layers, strides=strides)
    return np.asarray(field[0])


def random_fields(params: WhatConvolutionAssumesParams) -> list[list[Array]]:
    """Squared gradients, summed over input channels, of every draw after 1, 2, … layers."""
    k, rng = int(params.k), np.random.default_rng([params.seed, 7])
    size = np.sqrt((2 if params.relu else 1) / (CHANNELS * k * k))  # the gradient keeps its size
    out = []
    for _ in range(DRAWS):
        kernels = [size * rng.standard_normal((CHANNELS, CHANNELS, k, k)) for _ in range(params.layers)]
        out.append([(field**2).sum(axis=0) for field in effective_fields(kernels, rng if params.relu else None)])
    return out


def run_field(params: WhatConvolutionAssumesParams) -> Result:
    depths = np.unique(np.linspace(1, params.layers, 8).round().astype(int))
    draws = random_fields(params) if params.weights == "random" else []
    if draws:
        fields = [np.mean([draw[n - 1] for draw in draws], axis=0) for n in depths]
        each = np.array([spread(draw[-1]) for draw in draws])
    else:
        fields = [uniform_field(params, int(n)) for n in depths]
        each = np.array([spread(fields[-1])])
    stds = np.array([spread(field) for field in fields])
    last, std = fields[-1], float(stds[-1])
    side = receptive_field([(k, stride, 0) for k, stride in windows(params, params.layers)]).size
    place = np.arange(side) - (side - 1) / 2
    circle = np.hypot(place, place[:, None]) <= 2 * std
    theory = stack_spread(windows(params, params.layers))
    s = {
        "side": float(side), "std": std, "std_theory": theory, "width": 4 * std, "share_of_side": 4 * std / side,
        "std_low": float(each.min()), "std_high": float(each.max()),
        "weight_inside": float(last[circle].sum() / last.sum()), "area_inside": float(circle.mean()),
        "corner": float(last[0, 0] / last.max()), "reach_layers": float(-(-(SPAN - 1) // (int(params.k) - 1))),
        "use_layers": float(layers_to_span(SPAN / 2, int(params.k))),
    }  # fmt: skip
    checks = [
        Check(text(zh="感受野边长：反向传播与递推公式", en="side of the field: backpropagation against the recursion"),
              abs(len(last) - side), 0),
        Check(text(zh="标准差：反向传播与闭式解，相对差", en="standard deviation against the closed form, relative"),
              abs(std / theory - 1), 0.25 if draws else 1e-9),
    ]  # fmt: skip
    views = [field_view(last, s), growth_view(params, depths, stds, each, s), span_view(params)]
    return Result(views, s, notes(params, s), checks)


def coarse(field: Array) -> tuple[Array, int]:
    """At most CELLS a side: sums over blocks of an odd number of px, the middle one in the middle."""
    block = 1
    while len(field) / block > CELLS:
        block += 2
    cells = -(-len(field) // block)
    cells += 1 - cells % 2
    spare = cells * block - len(field)
    wide = np.pad(field, (spare // 2, spare - spare // 2))
    return wide.reshape(cells, block, cells, block).sum(axis=(1, 3)), block


def field_view(last: Array, s: dict[str, float]) -> Heatmap:
    shown, block = coarse(last)
    places = (np.arange(len(shown)) - (len(shown) - 1) / 2) * block
    half, angle = s["side"] / 2, np.linspace(0, 2 * np.pi, 61)
    reach = max(half, len(shown) * block / 2) + 0.5
    return Heatmap(
        id="field", title=text(zh="每个像素对一个单元的影响", en="How much each pixel moves one unit"),
        description=text(
            zh=f"方框：理论感受野，边长 {s['side']:.0f} px。圆：半径 2σ = {2 * s['std']:.2f} px，占面积 "
            f"{s['area_inside']:.0%}，占影响 {s['weight_inside']:.0%}。",
            en=f"The box: the theoretical field, {s['side']:.0f} px. The circle: radius 2σ = {2 * s['std']:.2f} px, "
            f"{s['area_inside']:.0%} of the area, {s['weight_inside']:.0%} of the influence."),
        z=shown / shown.max(), xs=places, ys=places, equal=True, x=Axis(same("x"), "px", range=(-reach, reach)),
        y=Axis(same("y"), "px", range=(-reach, reach), reverse=True),
        value=Axis(text(zh="影响（最大为 1）", en="influence (largest: 1)"), range=(0, 1)),
        series=[Series("circle", same("2σ"), 2 * s["std"] * np.cos(angle), 2 * s["std"] * np.sin(angle), "highlight")],
        boxes=[BoxSet("box", text(zh="理论感受野", en="theoretical field"), np.array([[-half, -half, half, half]]))],
    )  # fmt: skip


def growth_view(
    params: WhatConvolutionAssumesParams, depths: Array, stds: Array, each: Array, s: dict[str, float]
) -> Lines:
    every = np.arange(1, params.layers + 1)
    nets = [windows(params, int(n)) for n in every]
    half = [receptive_field([(k, stride, 0) for k, stride in net]).size / 2 for net in nets]
    series = [
        Series("layer-0", text(zh="理论感受野的一半", en="half the theoretical field"), every, half),
        Series("theory", text(zh="2σ，闭式解", en="2σ in closed form"), every, [2 * stack_spread(net) for net in nets],
               "reference"),
        Series("layer-1", text(zh="2σ，反向传播实测", en="2σ by backpropagation"), depths, 2 * stds,
               "highlight", "both"),
    ]  # fmt: skip
    if len(each) > 1:
        last = np.full(len(each), params.layers)
        series.append(Series("draws", text(zh="8 个网络各自", en="each of the 8 nets"), last, 2 * each,
                             "muted", "points"))  # fmt: skip
    return Lines(
        id="growth",
        title=text(zh="能看到的按 L 长，起作用的按 √L", en="What can be seen grows with L, what matters with √L"),
        description=text(
            zh=f"{params.layers} 层：理论半宽 {s['side'] / 2:.1f} px，2σ = {2 * s['std']:.2f} px。",
            en=f"{params.layers} layers: half the theoretical field is {s['side'] / 2:.1f} px, 2σ is "
            f"{2 * s['std']:.2f} px."),
        series=series, x=Axis(text(zh="层数 L", en="layers L"), range=(0, params.layers + 1)),
        y=Axis(text(zh="半宽", en="half-width"), "px"),
    )  # fmt: skip


def span_view(params: WhatConvolutionAssumesParams) -> Table:
    k = int(params.k)
    sizes = (32, 64, 128, SPAN)
    return Table(
        id="span", title=text(zh=f"步长 1 的 {k}×{k}：要多少层", en=f"Layers of {k}×{k}, stride 1, that it takes"),
        description=text(
            zh="理论感受野盖住整张图很快；要 ±2σ 盖住它，层数按边长的平方长。",
            en="The theoretical field soon covers the picture; for ±2σ the layers grow with its side squared."),
        columns=[text(zh="图的边长 px", en="side of the picture, px"),
                 text(zh="理论感受野够大", en="theoretical field"), text(zh="±2σ 够大", en="±2σ")],
        rows=[[size, -(-(size - 1) // (k - 1)), layers_to_span(size / 2, k)] for size in sizes],
    )  # fmt: skip


def notes(params: WhatConvolutionAssumesParams, s: dict[str, float]) -> list[Text]:
    out = [text(
        zh=f"理论感受野 {s['side']:.0f} px，σ = {s['std']:.3f} px（闭式解 {s['std_theory']:.3f}）：4σ 只有边长的 "
        f"{s['share_of_side']:.0%}。到边上只有一条路，到中间有极多条。",
        en=f"Theoretical field {s['side']:.0f} px, σ = {s['std']:.3f} px (closed form {s['std_theory']:.3f}): 4σ is "
        f"{s['share_of_side']:.0%} of the side. One path leads to the edge, very many to the middle."),
    ]  # fmt: skip
    if params.weights == "random":
        out.append(text(
            zh=f"随机权重：画的是 8 个网络的均方。单个网络的 σ 从 {s['std_low']:.2f} 到 {s['std_high']:.2f} px。",
            en=f"Random weights: the mean square over 8 nets is drawn. Single nets have σ from {s['std_low']:.2f} to "
            f"{s['std_high']:.2f} px."))  # fmt: skip
    elif params.halvings != "0":
        out.append(text(
            zh="前面的步长让后面每一层都按步长的倍数看得更远，代价在“平移输入”里：梳子的齿。",
            en="Strides in front make every later layer see that many times farther. The price is under “shift the "
            "input”: the teeth of the comb."))  # fmt: skip
    else:
        out.append(text(
            zh=f"要让 ±2σ 盖住 {SPAN} px 的图需要 {s['use_layers']:.0f} 层，而理论感受野只要 "
            f"{s['reach_layers']:.0f} 层。所以真实的网络都用步长、池化或膨胀。",
            en=f"For ±2σ to cover {SPAN} px it takes {s['use_layers']:.0f} layers; for the theoretical field "
            f"{s['reach_layers']:.0f}. Hence strides, pooling or dilation in every real net."))  # fmt: skip
    return out
