"""Tab "shift the input": the comb of shift errors over 8 random nets, where on the map they stand, and GAP's share."""

from collections.abc import Callable

import numpy as np

from app.core.activations import Array
from app.core.equivariance import shift_error, shifted
from app.core.shapes import sample_picture
from app.core.shift_comb import random_net, shift_comb
from app.demos.convolution._assumes_params import POOLS, WhatConvolutionAssumesParams
from app.kit import Axis, Check, Images, Lines, Mark, Region, Result, Series, Text, text

SIDE, CHANNELS, NETS, FARTHEST = 32, 12, 8, 8
Net = Callable[[Array], Array]
MOVES: dict[str, Net] = {"turn": lambda x: np.rot90(x, axes=(2, 3)), "mirror": lambda x: x[..., ::-1]}


def drawn(params: WhatConvolutionAssumesParams, number: int) -> tuple[Array, list[Array]]:
    """Input (1, 1, 32, 32) and He kernels of one net."""
    rng = np.random.default_rng([params.seed, number])
    image = rng.standard_normal((SIDE, SIDE)) if params.input == "noise" else sample_picture("digit", SIDE, rng)
    channels = [1] + [CHANNELS] * (params.depth - 1)
    return image[None, None], [rng.standard_normal((CHANNELS, c, 3, 3)) * np.sqrt(2 / (9 * c)) for c in channels]


def by_fourier(x: Array, kernels: list[Array], pool: str, halvings: int, circular: bool) -> Array:
    """The same net another way: every convolution is a product of spectra, every pooling a look at shifted copies."""
    for layer, kernel in enumerate(kernels):
        wide = x if circular else np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        side = wide.shape[-1]
        taps = np.zeros((*kernel.shape[:2], side, side))
        taps[..., :3, :3] = kernel
        taps = np.roll(taps, (-1, -1), axis=(2, 3))
        product = np.einsum("ocij,ncij->noij", np.conj(np.fft.rfft2(taps)), np.fft.rfft2(wide))
        x = np.maximum(np.fft.irfft2(product, (side, side)), 0)
        x = x if circular else x[..., 1:-1, 1:-1]
        if layer < halvings and pool == "none":
            x = x[..., ::2, ::2]
        elif layer < halvings:
            for axis in (2, 3):
                x = np.maximum(x, np.roll(x, -1, axis))
            for axis in (2, 3) if pool == "blur" else ():
                x = (np.roll(x, 1, axis) + 2 * x + np.roll(x, -1, axis)) / 4
            x = x[..., ::2, ::2]
    return np.asarray(x)


def run_shift(params: WhatConvolutionAssumesParams) -> Result:
    stride, circular = int(params.stride), params.padding == "circular"
    halvings = stride.bit_length() - 1
    drawings = [drawn(params, number) for number in range(NETS)]
    pools = ["none", "max", "blur"] if halvings else ["none"]
    chosen = params.pool if halvings else "none"
    combs = {pool: np.array([shift_comb(x, kernels, pool, halvings, circular, FARTHEST) for x, kernels in drawings])
             for pool in pools}  # fmt: skip

    def net(kernels: list[Array]) -> Net:
        return lambda x: random_net(x, kernels, chosen, halvings, circular)

    pooled = np.array([
        [shift_error(lambda x, k=kernels: net(k)(x).mean(axis=(2, 3), keepdims=True), x, by)  # type: ignore[misc]
         for by in range(FARTHEST + 1)] for x, kernels in drawings
    ])  # fmt: skip
    median = {pool: np.median(comb, axis=0) for pool, comb in combs.items()}
    gap = np.median(pooled, axis=0)
    by, comb = params.shift, combs[chosen]
    columns = np.mean([column_errors(net(kernels), x, by, stride) for x, kernels in drawings], axis=0)
    inside = slice(by + params.depth, SIDE - params.depth)
    s = {
        "error": float(median[chosen][by]), "low": float(comb[:, by].min()), "high": float(comb[:, by].max()),
        "zero_shifts": float((comb[:, 1:].max(axis=0) < 1e-9).sum()), "tooth": float(median[chosen][1]),
        "gap": float(gap[by]), "gap_largest": float(gap[1:].max()),
        "columns_exact": float((columns < 1e-9).mean()),
        **{f"error_{name}": symmetry_error(drawings, circular, move) for name, move in MOVES.items()},
        **{f"error_{pool}": float(curve[by]) for pool, curve in median.items()},
    }  # fmt: skip
    x, kernels = drawings[0]
    ours, theirs = net(kernels)(x), by_fourier(x, kernels, chosen, halvings, circular)
    checks = [Check(text(zh="同一个网络用傅里叶变换再算一遍，相对差", en="the same net by Fourier transform, relative"),
                    float(np.abs(ours - theirs).max() / np.abs(ours).max()), 1e-9)]  # fmt: skip
    if circular:
        checks.append(Check(text(zh="移动是总步长的倍数：误差应为 0", en="shifts that the stride divides: must be 0"),
                            float(max(c[:, ::stride].max() for c in combs.values())), 1e-9))  # fmt: skip
    elif stride == 1:
        checks.append(Check(text(zh="边和接缝够不着的列：误差应为 0", en="columns out of border's reach: must be 0"),
                            float(columns[inside].max(initial=0)), 1e-9))  # fmt: skip
    views = [comb_view(params, chosen, combs, gap, s), maps_view(params, net(kernels), x, stride),
             columns_view(params, columns, s)]  # fmt: skip
    return Result(views, s, notes(params, chosen, s), checks)


def symmetry_error(drawings: list[tuple[Array, list[Array]]], circular: bool, move: Net) -> float:
    """Median over nets of max |f(Mx) − M f(x)| / max |f(x)| at stride 1, for a quarter turn or a mirror image M."""
    errors = []
    for x, kernels in drawings:
        still = random_net(x, kernels, halvings=0, circular=circular)
        moved = random_net(np.ascontiguousarray(move(x)), kernels, halvings=0, circular=circular)
        errors.append(float(np.abs(moved - move(still)).max() / np.abs(still).max()))
    return float(np.median(errors))


def aligned(net: Net, x: Array, by: int, stride: int) -> tuple[Array, Array, int]:
    """Map before, map after, and the step in cells that brings the first closest to the second."""
    still, moved = net(x), net(shifted(x, by))
    step = min((by // stride, -(-by // stride)), key=lambda n: float(np.abs(moved - shifted(still, n)).max()))
    return still, moved, step


def column_errors(net: Net, x: Array, by: int, stride: int) -> Array:
    """Mean |f(Tx) − T'f(x)| of every column, over the mean |f(x)| of the map."""
    still, moved, step = aligned(net, x, by, stride)
    return np.asarray(np.abs(moved - shifted(still, step)).mean(axis=(0, 1, 2)) / np.abs(still).mean())


def comb_view(
    params: WhatConvolutionAssumesParams, chosen: str, combs: dict[str, Array], gap: Array, s: dict[str, float]
) -> Lines:
    shifts, stride = np.arange(FARTHEST + 1), int(params.stride)
    series = [Series(f"layer-{i}", POOLS[pool] if stride > 1 else text(zh="步长 1", en="stride 1"), shifts,
                     np.median(comb, axis=0), "main" if pool == chosen else "muted", "both")
              for i, (pool, comb) in enumerate(combs.items())]  # fmt: skip
    for edge, name in ((combs[chosen].min(axis=0), text(zh="8 个网络中最小", en="smallest of 8 nets")),
                       (combs[chosen].max(axis=0), text(zh="8 个网络中最大", en="largest of 8 nets"))):  # fmt: skip
        series.append(Series("spread", name, shifts, edge, "muted"))
    series.append(Series("gap", text(zh="再接 GAP", en="GAP on top"), shifts, gap, "highlight", "both"))
    if params.padding == "circular":
        fits = shifts[::stride]
        series.append(Series("theory", text(zh="理论：恰好为 0", en="theory: exactly 0"), fits, np.zeros(len(fits)),
                             "reference", "points"))  # fmt: skip
    return Lines(
        id="comb", title=text(zh="误差随移动量：一把梳子", en="Error against shift: a comb"),
        description=text(
            zh=f"移 {params.shift} px，8 个随机网络的中位误差是最大响应的 {s['error']:.1%}"
            f"（{s['low']:.1%} 到 {s['high']:.1%}）；"
            f"移 1 到 {FARTHEST} px 中有 {s['zero_shifts']:.0f} 种误差为 0。接 GAP 之后 {s['gap']:.2%}。",
            en=f"Shifted by {params.shift} px the median error of 8 random nets is {s['error']:.1%} of the largest "
            f"response ({s['low']:.1%} to {s['high']:.1%}); of the shifts 1 to {FARTHEST}, {s['zero_shifts']:.0f} "
            f"give 0. With GAP on top: {s['gap']:.2%}."),
        series=series, marks=[Mark(params.shift, text(zh="当前", en="now"), axis="x")],
        x=Axis(text(zh="输入右移", en="shift of the input"), "px", range=(-0.2, FARTHEST + 0.2)),
        y=Axis(text(zh="最大误差 / 最大响应", en="largest error / largest response")),
    )  # fmt: skip


def maps_view(params: WhatConvolutionAssumesParams, net: Net, x: Array, stride: int) -> Images:
    still, moved, step = aligned(net, x, params.shift, stride)
    channel = int(still[0].max(axis=(1, 2)).argmax())
    back = shifted(moved, -step)
    images = np.stack([still[0, channel], moved[0, channel], back[0, channel] - still[0, channel]])
    worst = float(np.abs(images[2]).max() / max(float(np.abs(images[0]).max()), 1e-12))
    return Images(
        id="maps", title=text(zh="一个通道的特征图", en="The map of one channel"),
        description=text(
            zh=f"输入右移 {params.shift} px 前后；移回 {step} 格再相减，最大差是这个通道最大响应的 {worst:.1%}。",
            en=f"Before and after the input moves {params.shift} px; moved back by {step} and subtracted, the largest "
            f"difference is {worst:.1%} of this channel's largest response."),
        images=images, diverging=True,
        captions=[text(zh="原来", en="before"), text(zh="移动后", en="after"),
                  text(zh="移回之后的差", en="difference")],
    )  # fmt: skip


def columns_view(params: WhatConvolutionAssumesParams, columns: Array, s: dict[str, float]) -> Lines:
    safe = []
    if params.padding == "zero" and params.stride == "1" and params.shift + params.depth < SIDE - params.depth:
        safe = [Region(params.shift + params.depth - 0.5, SIDE - params.depth - 0.5,
                       text(zh="边和接缝够不着", en="out of reach of border and seam"))]  # fmt: skip
    return Lines(
        id="columns", title=text(zh="误差在哪几列", en="Which columns are wrong"),
        description=text(
            zh=f"{s['columns_exact']:.0%} 的列完全没有误差。步长的误差到处都有，零填充的从边上渗进来，每层 1 px。",
            en=f"{s['columns_exact']:.0%} of the columns have no error at all. Errors of a stride are everywhere; "
            "those of zero padding seep in from the border, 1 px a layer."),
        series=[Series("error", text(zh="8 个网络平均", en="mean of 8 nets"), np.arange(len(columns)), columns,
                       draw="both")],
        regions=safe, x=Axis(text(zh="特征图的列", en="column of the map")),
        y=Axis(text(zh="平均误差 / 平均响应", en="mean error / mean response")),
    )  # fmt: skip


def notes(params: WhatConvolutionAssumesParams, chosen: str, s: dict[str, float]) -> list[Text]:
    stride, circular = int(params.stride), params.padding == "circular"
    out = []
    if circular and stride == 1:
        out.append(text(zh="步长 1、循环填充：移多少都恰好等变。图会动，所以是等变，不是不变。",
                        en="Stride 1 and circular padding: exactly equivariant for every shift. The map moves: "
                        "equivariant, not invariant."))  # fmt: skip
        out.append(text(
            zh=f"只对平移如此：输入转 90°，误差 {s['error_turn']:.2g}；左右翻转，{s['error_mirror']:.2g}。",
            en=f"For shifts only: turn the input by 90° and the error is {s['error_turn']:.2g}; mirror it and it is "
            f"{s['error_mirror']:.2g}."))  # fmt: skip
    elif circular:
        out.append(text(
            zh=f"总步长 {stride}：只有移动量是 {stride} 的倍数时，抽样的格子才对得上；"
            f"移 1 px，中位误差 {s['tooth']:.0%}。",
            en=f"Total stride {stride}: only shifts by a multiple of {stride} land on the sampling grid; after 1 px "
            f"the median error is {s['tooth']:.0%}."))  # fmt: skip
    else:
        out.append(text(
            zh="零填充：边缘掺进了 0，网络因此知道哪里是边。输入的四周本来是空的，就没有影响。",
            en="Zero padding: zeros mix in at the border, so a net can tell where the border is. Nothing happens where "
            "the input is empty there anyway."))  # fmt: skip
    if stride > 1:
        out.append(text(
            zh=f"当前移动量：直接抽样 {s['error_none']:.2g}，最大池化 {s['error_max']:.2g}，"
            f"先模糊 {s['error_blur']:.2g}。模糊去掉了抽样会混叠的高频，所以齿变短，但没有消失。",
            en=f"At this shift: plain sampling {s['error_none']:.2g}, max-pooling {s['error_max']:.2g}, blurred first "
            f"{s['error_blur']:.2g}. The blur removes frequencies that sampling would alias: shorter teeth, not "
            "none."))  # fmt: skip
    if s["gap_largest"] < 1e-9:
        out.append(
            text(zh="GAP 把位置平均掉：这里恰好不变。", en="GAP averages the position away: here exactly invariant.")
        )
    else:
        out.append(text(
            zh=f"GAP 把位置平均掉：近似不变，最多差 {s['gap_largest']:.2%}。",
            en=f"GAP averages the position away: roughly invariant, off by up to {s['gap_largest']:.2%}."))  # fmt: skip
    return out
