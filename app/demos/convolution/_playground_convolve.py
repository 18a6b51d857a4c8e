"""Tab "One convolution": what a kernel does to a picture, how large the map is, and what the layer costs."""

import numpy as np

from app.core.conv import conv2d, max_pool
from app.core.layer_table import conv, fc, trace
from app.demos.convolution._playground_params import PIXELS, SIDE, Floats, LayerPlaygroundParams, given_picture
from app.kit import Axis, BoxSet, Check, Heatmap, Result, Table, Text, same, text


def kernel_of(params: LayerPlaygroundParams) -> Floats:
    """(k, k): Sobel is binomial smoothing down times a difference across; of one tap only the weight 1 is left."""
    k = params.k
    if params.filter == "random":
        return np.random.default_rng([params.seed, 1]).standard_normal((k, k))
    if params.filter == "blur" or k == 1:
        return np.full((k, k), 1 / k**2)
    return np.outer(_binomial(k), np.convolve(_binomial(k - 1), [-1, 1]))


def _binomial(taps: int) -> Floats:
    row = np.ones(1)
    for _ in range(taps - 1):
        row = np.convolve(row, [1.0, 1.0])
    return row


def by_fourier(image: Floats, kernel: Floats, stride: int, padding: int, dilation: int) -> Floats:
    """The same layer by the correlation theorem: multiply the spectrum by the conjugate of the kernel's, go back."""
    reach = dilation * (len(kernel) - 1) + 1
    spread = np.zeros((reach, reach))
    spread[::dilation, ::dilation] = kernel
    padded = np.pad(image, padding)
    product = np.fft.rfft2(padded) * np.conj(np.fft.rfft2(spread, padded.shape))
    fits = len(padded) - reach + 1
    return np.asarray(np.fft.irfft2(product, padded.shape)[:fits:stride, :fits:stride])


def run(params: LayerPlaygroundParams) -> Result:
    image, name = given_picture(params)
    kernel = kernel_of(params)
    window = (params.stride, params.padding, params.dilation)
    x = image[None, None]
    y = conv2d(x, kernel[None, None], None, *window)[0, 0]
    flipped = conv2d(x, kernel[None, None, ::-1, ::-1], None, *window)[0, 0]
    k, s, p, d = params.k, *window
    layer = trace([conv("conv", 1, k, s, p, d)], (1, SIDE, SIDE))[-1]
    dense = trace([fc("fc", y.size)], (1, SIDE, SIDE))[-1]
    rgb = trace([conv("conv", 64, 3, padding=1)], (3, SIDE, SIDE))[-1]
    rgb_dense = trace([fc("fc", 64 * SIDE * SIDE, bias=False)], (3, SIDE, SIDE))[-1]
    pooled = max_pool(np.maximum(y, 0)[None, None])[0] if len(y) > 1 else y
    scalars = {
        "out": float(len(y)), "reach": float(layer.x.size), "parameters": float(layer.parameters),
        "macs": float(layer.macs), "dense_parameters": float(dense.parameters), "largest": float(y.max()),
        "smallest": float(y.min()), "flip_difference": float(np.abs(y - flipped).max()),
        "positive": float((y > 0).mean()), "pooled": float(pooled.shape[-1]),
        "rgb_parameters": float(rgb.parameters), "rgb_dense_parameters": float(rgb_dense.parameters),
    }  # fmt: skip
    deviation = float(np.abs(y - by_fourier(image, kernel, *window)).max())
    checks = [
        Check(text(zh="同一层用快速傅里叶变换再算一遍", en="the same layer by fast Fourier transform"),
              deviation, 1e-9 * max(1.0, float(np.abs(kernel).sum()))),
        Check(text(zh="边长公式与实际的图", en="size by the formula, and of the map"),
              abs(layer.shape.width - len(y)), 0),
    ]  # fmt: skip
    views = [
        _input(params, image, name, y), _output(params, y), _kernel(params, kernel),
        _cost(params, layer.shape.width, scalars),
    ]  # fmt: skip
    return Result(views, scalars, _notes(params, scalars), checks)


def _input(params: LayerPlaygroundParams, image: Floats, name: Text, y: Floats) -> Heatmap:
    row, column = np.unravel_index(np.abs(y).argmax(), y.shape)
    reach = params.dilation * (params.k - 1) + 1
    left, top = (params.stride * int(i) - params.padding for i in (column, row))
    box = np.array([[left, top, left + reach, top + reach]], dtype=float)
    low, high = min(0, left, top), max(SIDE, left + reach, top + reach)
    return Heatmap(
        id="input", title=text(zh=f"输入：{name.zh}", en=f"Input: {name.en}"),
        description=text(
            zh=f"{SIDE} × {SIDE} px。框：响应最强的单元（第 {row} 行第 {column} 列）读的 {reach} × {reach} px。",
            en=f"{SIDE} × {SIDE} px. The box: the {reach} × {reach} px read by the unit that responds most "
            f"(row {row}, column {column})."),
        z=image, xs=PIXELS, ys=PIXELS, equal=True, x=Axis(same("x"), "px", range=(low, high)),
        y=Axis(same("y"), "px", range=(low, high), reverse=True), value=Axis(text(zh="亮度", en="value"), range=(0, 1)),
        boxes=[BoxSet("current", text(zh="响应最强处的窗口", en="window of the strongest response"), box,
                      role="highlight")],
    )  # fmt: skip


def _output(params: LayerPlaygroundParams, y: Floats) -> Heatmap:
    places = np.arange(len(y), dtype=float) + 0.5
    top = max(float(np.abs(y).max()), 1e-12)
    return Heatmap(
        id="output", title=text(zh=f"输出：{len(y)} × {len(y)} 的特征图", en=f"Output: a {len(y)} × {len(y)} map"),
        description=text(
            zh=f"从 {y.min():.3g} 到 {y.max():.3g}；ReLU 会留下其中 {np.mean(y > 0):.0%} 的单元。",
            en=f"From {y.min():.3g} to {y.max():.3g}; ReLU would keep {np.mean(y > 0):.0%} of the units."),
        z=y, xs=places, ys=places, equal=True, diverging=True,
        x=Axis(text(zh="列", en="column"), range=(0, len(y))),
        y=Axis(text(zh="行", en="row"), range=(0, len(y)), reverse=True),
        value=Axis(text(zh="响应", en="response"), range=(-top, top)),
    )  # fmt: skip


def _kernel(params: LayerPlaygroundParams, kernel: Floats) -> Heatmap:
    taps = np.arange(params.k, dtype=float)
    top = max(float(np.abs(kernel).max()), 1e-12)
    return Heatmap(
        id="kernel", title=text(zh="卷积核（不翻转）", en="The kernel (not flipped)"),
        description=text(
            zh=f"{params.k} × {params.k} 个权重，各处共用；权重之和 {kernel.sum():.3g}，是平坦区域乘上的倍数。",
            en=f"{params.k} × {params.k} weights, the same everywhere; their sum {kernel.sum():.3g} is what a flat "
            "region is multiplied by."),
        z=kernel, xs=taps, ys=taps, diverging=True, text=True, x=Axis(same("v"), range=(-0.5, params.k - 0.5)),
        y=Axis(same("u"), range=(-0.5, params.k - 0.5), reverse=True),
        value=Axis(text(zh="权重", en="weight"), range=(-top, top)),
    )  # fmt: skip


def _cost(params: LayerPlaygroundParams, out: int, s: dict[str, float]) -> Table:
    ratio = s["dense_parameters"] / s["parameters"]
    return Table(
        id="cost", title=text(zh="参数：卷积与全连接", en="Parameters: convolution and fully connected"),
        description=text(
            zh=f"同样大小的输入和输出，全连接的参数是这层卷积的 {ratio:,.0f} 倍。",
            en=f"Between the same input and output a fully connected layer has {ratio:,.0f} times as many."),
        columns=[text(zh="层", en="Layer"), text(zh="输出", en="Output"), text(zh="卷积", en="Convolution"),
                 text(zh="全连接", en="Fully connected")],
        rows=[
            [text(zh=f"本层：{params.k} × {params.k}，1 → 1 通道", en=f"this one: {params.k} × {params.k}, 1 → 1"),
             f"{out} × {out} × 1", int(s["parameters"]), int(s["dense_parameters"])],
            [text(zh="常见的第一层：3 × 3，3 → 64 通道", en="a usual first layer: 3 × 3, 3 → 64"),
             f"{SIDE} × {SIDE} × 64", int(s["rgb_parameters"]), int(s["rgb_dense_parameters"])],
        ],
    )  # fmt: skip


def _notes(params: LayerPlaygroundParams, s: dict[str, float]) -> list[Text]:
    k, stride, p, d, out = params.k, params.stride, params.padding, params.dilation, int(s["out"])
    formula = rf"$\lfloor({SIDE}+2\cdot{p}-{d}\cdot({k}-1)-1)/{stride}\rfloor+1={out}$"
    notes = [
        text(zh=f"输出边长 {formula}；每个单元看到 {s['reach']:.0f} × {s['reach']:.0f} px。",
             en=f"The map has side {formula}; a unit sees {s['reach']:.0f} × {s['reach']:.0f} px."),
    ]  # fmt: skip
    if s["flip_difference"] > 1e-9:
        notes.append(text(
            zh=f"框架里的“卷积”不翻转卷积核，是互相关；真的翻转，这张图最多会差 {s['flip_difference']:.3g}。",
            en="What frameworks call convolution does not flip the kernel: it is cross-correlation. Flipped, this map "
            f"would differ by up to {s['flip_difference']:.3g}."))  # fmt: skip
    if params.filter == "sobel" and k > 1:
        notes.append(text(
            zh="权重之和是 0：亮度不变的地方输出 0，只有左右明暗变化处有响应，正负表示变亮还是变暗。",
            en="The weights sum to 0: flat regions give 0, only a change from left to right responds, its sign says "
            "whether it gets brighter or darker."))  # fmt: skip
    return notes
