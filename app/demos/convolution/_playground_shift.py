"""Tab "Shift the input": which layers move their map along, and by how much the others do not."""

from collections.abc import Callable

import numpy as np

from app.core.activations import Array
from app.core.conv import conv2d, max_pool
from app.core.equivariance import blur_pool, shift_error, shifted
from app.demos.convolution._playground_params import LAYERS, Floats, LayerPlaygroundParams, given_picture
from app.kit import Axis, Check, Images, Lines, Mark, Result, Series, Text, text

FARTHEST = 8
STRIDES = {"circular": 1, "zero": 1, "max": 2, "blur": 2, "gap": 1}
GAP = text(zh="卷积、ReLU、GAP", en="convolution, ReLU, GAP")


def layers(kernel: Array) -> dict[str, Callable[[Array], Array]]:
    """Everything that is shifted, by name; one 3 × 3 kernel for all."""

    def circular(x: Array) -> Array:
        return conv2d(x, kernel, padding=1, circular=True)

    def active(x: Array) -> Array:
        return np.asarray(np.maximum(circular(x), 0))

    return {
        "circular": circular,
        "zero": lambda x: conv2d(x, kernel, padding=1),
        "max": lambda x: max_pool(active(x))[0],
        "blur": lambda x: blur_pool(active(x)),
        "gap": lambda x: np.asarray(active(x).mean(axis=(2, 3), keepdims=True)),
    }


def run(params: LayerPlaygroundParams) -> Result:
    image, name = given_picture(params)
    kernel = np.random.default_rng([params.seed, 1]).standard_normal((1, 1, 3, 3))
    x, known = image[None, None], layers(kernel)
    shifts = np.arange(FARTHEST + 1)
    errors = {
        key: np.array([shift_error(layer, x, int(by), STRIDES[key]) for by in shifts]) for key, layer in known.items()
    }
    scalars = {f"error_{key}": float(curve[params.shift]) for key, curve in errors.items()}
    exact = max(float(errors[key].max()) for key in ("circular", "gap"))
    even = float(errors["max"][::2].max())
    checks = [
        Check(text(zh="循环填充的卷积、GAP：误差应为 0", en="circular convolution and GAP: the error must be 0"),
              exact, 1e-12),
        Check(text(zh="移偶数个像素、步长 2：误差应为 0", en="an even shift and stride 2: the error must be 0"),
              even, 1e-12),
    ]  # fmt: skip
    views = [_curves(params, errors, scalars), _pictures(params, known, x, name, scalars)]
    return Result(views, scalars, _notes(params, scalars), checks)


def _curves(params: LayerPlaygroundParams, errors: dict[str, Floats], s: dict[str, float]) -> Lines:
    names = {**LAYERS, "gap": GAP}
    shifts = np.arange(FARTHEST + 1, dtype=float)
    return Lines(
        id="errors", title=text(zh="先移再算，与先算再移，差多少", en="Shift then compute, against compute then shift"),
        description=text(
            zh=f"右移 {params.shift} px：循环卷积 {s['error_circular']:.2g}，零填充 {s['error_zero']:.2g}，最大池化 "
            f"{s['error_max']:.2g}，先模糊再抽样 {s['error_blur']:.2g}。",
            en=f"Shift {params.shift} px: circular convolution {s['error_circular']:.2g}, zero padding "
            f"{s['error_zero']:.2g}, max-pooling {s['error_max']:.2g}, blurred first {s['error_blur']:.2g}."),
        series=[Series(f"layer-{i}", names[key], shifts, curve, draw="both")
                for i, (key, curve) in enumerate(errors.items())],
        x=Axis(text(zh="输入右移", en="shift of the input"), unit="px", range=(0, FARTHEST)),
        y=Axis(text(zh="最大误差 / 最大响应", en="largest error / largest response"), range=(-0.02, 1)),
        marks=[Mark(params.shift, text(zh="当前", en="now"), axis="x")],
    )  # fmt: skip


def _pictures(
    params: LayerPlaygroundParams, known: dict[str, Callable[[Array], Array]], x: Array, name: Text, s: dict[str, float]
) -> Images:
    layer, stride = known[params.layer], STRIDES[params.layer]
    still, moved = layer(x), layer(shifted(x, params.shift))
    steps = (params.shift // stride, -(-params.shift // stride))
    step = min(steps, key=lambda n: float(np.abs(moved - shifted(still, n)).max()))
    images = np.stack([still[0, 0], moved[0, 0], shifted(moved, -step)[0, 0] - still[0, 0]])
    return Images(
        id="maps", title=text(zh=f"{LAYERS[params.layer].zh}：{name.zh}", en=f"{LAYERS[params.layer].en}: {name.en}"),
        description=text(
            zh=f"输入右移 {params.shift} px 前后的图；移回 {step} 格再相减，最大误差是最大响应的 "
            f"{s['error_' + params.layer]:.1%}。",
            en=f"The map before and after a shift of {params.shift} px; moved back by {step} and subtracted, the "
            f"largest error is {s['error_' + params.layer]:.1%} of the largest response."),
        images=images, diverging=True,
        captions=[text(zh="原来", en="before"), text(zh="移动后", en="after"), text(zh="差", en="difference")],
    )  # fmt: skip


def _notes(params: LayerPlaygroundParams, s: dict[str, float]) -> list[Text]:
    notes = [text(
        zh=f"卷积是平移等变的：误差 {s['error_circular']:.1g}。零填充在边上掺进了 0：误差 {s['error_zero']:.2g}"
        "（图的四周本来就是 0 时，它没有影响）。",
        en=f"Convolution is equivariant: error {s['error_circular']:.1g}. Zero padding mixes zeros in at the border: "
        f"{s['error_zero']:.2g} (nothing where the border of the picture is 0 anyway).")]  # fmt: skip
    if params.shift % 2:
        notes.append(text(
            zh=f"移奇数个像素，步长 2 的池化对不上：误差 {s['error_max']:.2g}。先取密集的最大值、模糊、再抽样："
            f"{s['error_blur']:.2g}。",
            en=f"An odd shift does not fit on stride 2: pooling is off by {s['error_max']:.2g}. Dense maximum, blur, "
            f"then sample: {s['error_blur']:.2g}."))  # fmt: skip
    else:
        notes.append(text(
            zh=f"移偶数个像素，步长 2 的网格正好对上：池化误差 {s['error_max']:.1g}。",
            en=f"An even shift lands on the grid of stride 2: pooling is off by {s['error_max']:.1g}."))  # fmt: skip
    notes.append(text(
        zh="等变不等于不变：图还在动。对整张图求平均（GAP）才不变，而且前面不能有步长。",
        en="Equivariant is not invariant: the map still moves. Only the average over the whole map (GAP) does not, and "
        "only without a stride before it."))  # fmt: skip
    return notes
