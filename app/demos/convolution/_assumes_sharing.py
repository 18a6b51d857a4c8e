"""Tab "what sharing saves": one linear layer learned shared, local and fully connected, against the pictures seen."""

import numpy as np
from numpy.typing import NDArray

from app.core.layer_table import conv, fc, trace
from app.core.linear_risk import least_squares_risk
from app.demos.convolution._assumes_params import WhatConvolutionAssumesParams
from app.kit import Axis, Check, Images, Lines, Mark, Result, Series, Table, Text, same, text

from app.core.weight_sharing import (  # isort: skip
    as_matrix, dense_matrix, drawn_maps, local_filters, place_filters, shared_filters, shift_commutator,
)  # fmt: skip

Array = NDArray[np.float64]
SIDE, K, WORLDS = 10, 3, 6
PLACES, TAPS = SIDE * SIDE, K * K
GRID = (1, 2, 4, 6, 13, 16, 20, 30, 45, 70, 140, 200, 280, 400)
NAMES = {
    "shared": text(zh="卷积（共享）", en="convolution (shared)"),
    "local": text(zh="局部连接（不共享）", en="locally connected"), "dense": text(zh="全连接", en="fully connected"),
}  # fmt: skip


def learned(params: WhatConvolutionAssumesParams, n: int, world: int) -> tuple[Array, dict[str, Array]]:
    """The true matrix, and what each layer makes of n pictures, all (100, 100)."""
    filters = place_filters(SIDE, K, params.drift, np.random.default_rng([params.seed, world]))
    x, y = drawn_maps(filters, n, params.noise, np.random.default_rng([params.seed, world, n]))
    return as_matrix(filters), {
        "shared": as_matrix(shared_filters(x, y, K)), "local": as_matrix(local_filters(x, y, K)),
        "dense": dense_matrix(x, y),
    }  # fmt: skip


def closed(params: WhatConvolutionAssumesParams, n: Array) -> dict[str, Array]:
    """Expected error of each: least squares with 9 weights from n · 100 equations (plus what one filter cannot be), 9
    from n, 100 from n."""
    own = params.drift**2 * (1 - 1 / PLACES)
    return {
        "shared": own + least_squares_risk(n * PLACES, TAPS, 0, np.sqrt(params.noise**2 + own)),
        "local": least_squares_risk(n, TAPS, 1, params.noise), "dense": least_squares_risk(n, PLACES, 1, params.noise),
    }  # fmt: skip


def run_sharing(params: WhatConvolutionAssumesParams) -> Result:
    grid = np.array(sorted({*GRID, params.pictures}))
    errors = {name: np.zeros((len(grid), WORLDS)) for name in NAMES}
    moved = dict.fromkeys(NAMES, 0.0)
    seen: list[Array] = []
    for row, n in enumerate(grid):
        for world in range(WORLDS):
            truth, found = learned(params, int(n), world)
            for name, matrix in found.items():
                errors[name][row, world] = ((matrix - truth) ** 2).sum() / PLACES
                if n == params.pictures:
                    moved[name] += shift_commutator(matrix) / WORLDS
            if n == params.pictures and world == 0:
                seen = [truth, *found.values()]
    means = {name: rows.mean(axis=1) for name, rows in errors.items()}
    theory, here = closed(params, grid), int(np.flatnonzero(grid == params.pictures)[0])
    counts = parameters()
    s = {
        **{name: float(curve[here]) for name, curve in means.items()},
        **{f"low_{name}": float(rows[here].min()) for name, rows in errors.items()},
        **{f"high_{name}": float(rows[here].max()) for name, rows in errors.items()},
        **{f"shift_{name}": value for name, value in moved.items()},
        **counts, "shared_over_local": float(means["shared"][here] / means["local"][here]),
        "unshared_times": counts["weights_local"] / counts["weights_shared"],
    }  # fmt: skip
    checks = [Check(text(zh="共享的卷积移 1 px：交换误差", en="the shared layer and a shift of 1 px: must commute"),
                    moved["shared"], 1e-12)]  # fmt: skip
    if params.noise:  # without it the closed forms are 0 once there are pictures enough
        apart = max(abs(float(errors[name][-1].mean() / theory[name][-1]) - 1) for name in ("local", "dense"))
        checks.append(Check(text(zh="400 张图的误差与闭式解，相对差", en="error at 400 pictures against closed form"),
                            apart, 0.15))  # fmt: skip
    views = [curve_view(params, grid, means, theory, s), matrices_view(seen), cost_view(s)]
    return Result(views, s, notes(params, s), checks)


def parameters() -> dict[str, float]:
    """Weights and biases of four first layers: 3 → 64 channels on 224 × 224 px."""
    side, given, out = 224, 3, 64
    point, shared = (trace([conv("conv", out, k, padding=k // 2)], (given, side, side))[-1].parameters for k in (1, 3))
    dense = trace([fc("fc", out * side * side)], (given, side, side))[-1].parameters
    weights = shared - out
    return {
        "params_point": float(point), "params_shared": float(shared), "params_local": float(shared * side * side),
        "params_dense": float(dense), "weights_shared": float(weights), "weights_local": float(weights * side * side),
    }  # fmt: skip


def curve_view(
    params: WhatConvolutionAssumesParams, grid: Array, means: dict[str, Array], theory: dict[str, Array],
    s: dict[str, float],
) -> Lines:  # fmt: skip
    series = [Series(f"layer-{i}", NAMES[name], grid, means[name], draw="both") for i, name in enumerate(NAMES)]
    for name, curve in theory.items():
        shown = np.where(np.isfinite(curve) & (curve > 0), curve, np.nan)
        told = text(zh=f"闭式解：{NAMES[name].zh}", en=f"closed form: {NAMES[name].en}")
        series.append(Series("theory", told, grid, shown, "reference"))
    return Lines(
        id="error", title=text(zh="同一个任务，要多少张图才学得会", en="One task: how many pictures does it take?"),
        description=text(
            zh=f"{params.pictures} 张图之后的误差（什么都不学是 1）：卷积 {s['shared']:.3g}，"
            f"局部连接 {s['local']:.3g}，全连接 {s['dense']:.3g}；{WORLDS} 个世界的平均。",
            en=f"Error after {params.pictures} pictures (1: nothing learned): convolution {s['shared']:.3g}, locally "
            f"connected {s['local']:.3g}, fully connected {s['dense']:.3g}; mean of {WORLDS} worlds."),
        series=series, marks=[Mark(params.pictures, text(zh="当前", en="now"), axis="x")],
        x=Axis(text(zh="训练图片数", en="training pictures"), log=True, range=(1, 400)),
        y=Axis(text(zh="误差 / 信号", en="error / signal"), log=True),
    )  # fmt: skip


def matrices_view(seen: list[Array]) -> Images:
    top = float(np.abs(seen[0]).max())
    return Images(
        id="matrices", title=text(zh="学到的矩阵：行是输出，列是像素", en="The learned matrices: outputs by pixels"),
        description=text(
            zh=f"{PLACES} × {PLACES}。卷积每行相同、只是平移；局部连接的带子对，带内有噪声；全连接连带子在哪里都要学。",
            en=f"{PLACES} × {PLACES}. Rows of a convolution are one row, shifted; the local layer has the right band "
            "with noise inside; the fully connected one must even learn where the band is."),
        images=np.clip(np.stack(seen), -top, top), diverging=True,
        captions=[text(zh="真的", en="true"), *NAMES.values()],
    )  # fmt: skip


def cost_view(s: dict[str, float]) -> Table:
    rows: list[list[str | int | float | Text | None]] = [
        [same("1 × 1"), "1 · 3 · 64 + 64", int(s["params_point"])],
        [text(zh="3 × 3 卷积", en="3 × 3 convolution"), "9 · 3 · 64 + 64", int(s["params_shared"])],
        [text(zh="3 × 3 局部连接", en="3 × 3 locally connected"), "224² · (9 · 3 · 64 + 64)", int(s["params_local"])],
        [text(zh="全连接", en="fully connected"), "224² · 3 · 224² · 64 + 224² · 64", int(s["params_dense"])],
    ]
    return Table(
        id="cost", title=text(zh="224 × 224 的图，3 → 64 通道：参数", en="224 × 224 px, 3 → 64 channels: parameters"),
        description=text(
            zh=f"不共享，权重变成 {s['unshared_times']:,.0f} 倍（每个位置一份）。",
            en=f"Unshared, the weights are {s['unshared_times']:,.0f} times as many: one set for each place."),
        columns=[text(zh="层", en="Layer"), text(zh="怎么数", en="Count"), text(zh="参数", en="Parameters")], rows=rows,
    )  # fmt: skip


def notes(params: WhatConvolutionAssumesParams, s: dict[str, float]) -> list[Text]:
    best = min(NAMES, key=lambda name: s[name])
    out = [text(
        zh=f"一张图给卷积 {PLACES} 个方程、只求 {TAPS} 个数；给局部连接的每个位置 1 个方程、也要求 {TAPS} 个；"
        f"全连接的每个输出要求 {PLACES} 个。现在误差最小的是{NAMES[best].zh}。",
        en=f"One picture gives the convolution {PLACES} equations for {TAPS} numbers, each place of the local layer 1 "
        f"equation for {TAPS}, each output of the fully connected one 1 for {PLACES}. Best now: "
        f"{NAMES[best].en}."),
        text(
        zh=f"移 1 px 的交换误差：卷积 {s['shift_shared']:.2g}（结构保证），局部连接 {s['shift_local']:.2f}，"
        f"全连接 {s['shift_dense']:.2f}（独立的随机矩阵是 √2）。",
        en=f"Failure to commute with 1 px: convolution {s['shift_shared']:.2g} (by construction), local "
        f"{s['shift_local']:.2f}, fully connected {s['shift_dense']:.2f} (independent entries: √2)."),
    ]  # fmt: skip
    if params.drift:
        floor = params.drift**2 * (1 - 1 / PLACES)
        out.append(text(
            zh=f"真滤波器随位置变：卷积再多数据也停在 {floor:.3f}。假设错了，数据够多时弱假设赢。",
            en="The true filter depends on the place: no amount of data takes the convolution below "
            f"{floor:.3f}. With a wrong assumption and enough data the weaker one wins."))  # fmt: skip
    return out
