"""A box under the microscope: what RoI Pool, RoI Align and Precise RoI Pool read when it moves by a quarter of a px."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from app.core.prroi import bin_edges, prroi_gradient, prroi_pool, prroi_pool_by_cells
from app.core.roi import finite_difference, nearest_cell, roi_pool
from app.core.roi_align import roi_align, roi_align_gradient
from app.core.roi_compare import first_bin_while_sliding, sampling_errors

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, BoxSet, Check, Demo, DragBox, Heatmap, Images, Lines, Mark, Option, Params, Prediction,
    Preset, Result, Series, Text, knob, limit, same, seed, text,
)  # fmt: skip

Floats = NDArray[np.float64]
SIZE, STEP = 384.0, 0.25  # px: the side of the square picture, the finest move of a box edge
RATIOS = (1, 2, 3, 4, 6, 8, 12, 16)
NAMES = {"roi-pool": same("RoI Pool"), "roi-align": same("RoI Align"), "prroi": same("PrRoI Pool")}


class RoiMicroscopeParams(Params):
    stride: Literal["8", "16", "32"] = knob("16", zh="步长 s（px/格）", en="Stride s (px per cell)")
    out: int = knob(7, ge=1, le=14, zh="输出网格 n × n", en="Output grid n × n")
    sampling_ratio: int = knob(2, ge=0, le=8, zh="RoI Align 每边采样点 r（0 自适应）", en="RoI Align r (0: adaptive)")
    aligned: bool = knob(True, zh="aligned：减半格", en="aligned: subtract half a cell")
    feature_map: Literal["ramp", "random", "edge", "checker"] = knob(
        "ramp", zh="特征图", en="Feature map",
        options={"ramp": text(zh="斜坡：值 = 列号", en="Ramp: value = column"), "random": text(zh="随机", en="Random"),
                 "edge": text(zh="竖边", en="Vertical edge"), "checker": text(zh="棋盘格", en="Chequerboard")},
    )  # fmt: skip
    x1: float = knob(100.0, ge=0, le=SIZE, step=STEP, unit="px", zh="左边 x₁", en="Left x₁", hidden=True)
    y1: float = knob(84.0, ge=0, le=SIZE, step=STEP, unit="px", zh="上边 y₁", en="Top y₁", hidden=True)
    x2: float = knob(292.0, ge=0, le=SIZE, step=STEP, unit="px", zh="右边 x₂", en="Right x₂", hidden=True)
    y2: float = knob(244.0, ge=0, le=SIZE, step=STEP, unit="px", zh="下边 y₂", en="Bottom y₂", hidden=True)
    seed: int = seed()

    @model_validator(mode="after")
    def _at_least_one_px(self) -> "RoiMicroscopeParams":
        if self.x2 < self.x1 + 1 or self.y2 < self.y1 + 1:
            raise limit(zh="框的宽和高都至少要 1 px", en="the box must be at least 1 px wide and 1 px high")
        return self


def feature_map(kind: str, cells: int, rng: np.random.Generator) -> Floats:
    rows, columns = np.indices((cells, cells)).astype(np.float64)
    maps = {"ramp": columns, "edge": (columns >= cells / 2) * 1.0, "checker": (rows + columns) % 2}
    return rng.standard_normal((cells, cells)) if kind == "random" else np.asarray(maps[kind])


def run(p: RoiMicroscopeParams) -> Result:
    s, out, how, box = int(p.stride), p.out, (p.sampling_ratio, p.aligned), np.array([p.x1, p.y1, p.x2, p.y2])
    f = feature_map(p.feature_map, int(SIZE) // s, np.random.default_rng(p.seed))
    pool, x_bins, y_bins = roi_pool(f, box, out, s)
    align, xs, ys = roi_align(f, box, out, s, *how)
    prroi = prroi_pool(f, box, out, s, p.aligned)
    edges = [bin_edges(a, b, out, s, p.aligned) for a, b in ((p.x1, p.x2), (p.y1, p.y2))]
    inside = all(e[0] >= 0 and e[-1] <= len(f) - 1 for e in edges)
    on_ramp = p.feature_map == "ramp" and inside and (p.aligned or min(p.x2 - p.x1, p.y2 - p.y1) >= s)
    middles = p.x1 / s - p.aligned / 2 + (np.arange(out) + 0.5) * (p.x2 - p.x1) / (out * s) if on_ramp else None

    # One and a quarter strides; to the left when there is no room on the right.
    way = -1 if p.x2 + 1.25 * s > SIZE and p.x1 >= 1.25 * s else 1
    shifts = way * np.arange(0, 1.25 * s + STEP, STEP)
    curves = first_bin_while_sliding(f, box, shifts, out, s, *how)
    one_stride = curves[:, : int(s / STEP) + 1]
    distinct, jumps = [len(np.unique(y.round(9))) for y in one_stride], np.abs(np.diff(one_stride)).max(axis=1)
    # Differences are taken a hair beside the box: no sample sits on a cell line there, no ⌈⌉ flips within the step.
    beside, hair = box + np.array([2e-5, 2e-5, 1e-5, 1e-5]), 5e-6
    pool_gradient = finite_difference(lambda roi: roi_pool(f, roi, out, s)[0], beside, hair)
    differences = finite_difference(lambda roi: roi_align(f, roi, out, s, *how)[0], beside, hair)
    gradients = (pool_gradient, roi_align_gradient(f, box, out, s, *how), prroi_gradient(f, box, out, s, p.aligned))
    slopes = [g[:, 0, 0] for g in gradients]

    errors = sampling_errors(f, box, out, s, (*RATIOS, p.sampling_ratio, 0), p.aligned)
    other = roi_align(f, box, out, s, p.sampling_ratio, not p.aligned)[0]
    first, last = nearest_cell(p.x1, s), nearest_cell(p.x2, s)
    read = {column for a, b in x_bins for column in range(a, b)}
    row, column = (int(np.floor((e[0] + e[1]) / 2)) + 1 for e in reversed(edges))
    four_cells = np.pad(f, 1, mode="edge")[row : row + 2, column : column + 2].mean()
    points = len(xs) * len(ys) // out**2
    k = {
        "pool_first": pool[0, 0], "align_first": align[0, 0], "prroi_first": prroi[0, 0],
        "pool_distinct": distinct[0], "align_distinct": distinct[1], "pool_jump": jumps[0], "align_jump": jumps[1],
        "rounding_x1": abs(first * s - p.x1), "rounding_x2": abs(last * s - p.x2),
        "read_from": x_bins[0, 0] * s, "read_to": x_bins[-1, 1] * s, "columns_in_box": last - first + 1,
        "columns_in_bins": np.diff(x_bins).sum(), "columns_missed": len({*range(first, min(last + 1, len(f)))} - read),
        "pool_gradient": np.abs(pool_gradient).max(), "align_gradient_x1": slopes[1][0],
        "prroi_gradient_x1": slopes[2][0], "prroi_gradient_least": np.abs(slopes[2]).min(),
        "points_per_bin": points, "reads_per_bin": 4 * points, "align_error_r1": errors[0],
        "align_error_r16": errors[-3], "align_error": errors[-2], "align_error_adaptive": errors[-1],
        "half_cell_change": abs(align[0, 0] - other[0, 0]), "four_cell_gap": abs(prroi[0, 0] - four_cells),
    }  # fmt: skip
    k = {name: float(value) for name, value in k.items()}

    def check(zh: str, en: str, off: Any, tolerance: float) -> Check:
        return Check(text(zh=zh, en=en), float(np.abs(off).max()), tolerance)

    by_difference = roi_align_gradient(f, beside, out, s, *how) - differences
    checks = [
        check("PrRoI 与逐格求积", "PrRoI cell by cell", prroi - prroi_pool_by_cells(f, box, out, s, p.aligned), 1e-9),
        check("Align 梯度与差分", "Align gradient by finite differences", by_difference, 1e-6),
    ]
    if middles is not None:
        checks.append(check("斜坡上的闭式", "Closed form on the ramp", np.stack([align, prroi]) - middles, 1e-9))
    views = (
        _map(p, f, x_bins, y_bins, xs, ys, k), _outputs(p, np.stack([pool, align, prroi])),
        _slide(p, shifts, curves, middles, k), _errors(p, errors[: len(RATIOS)], k), _gradients(slopes),
    )  # fmt: skip
    return Result(views=views, scalars=k, notes=_notes(p, first, k, inside), checks=checks)


def _map(p: RoiMicroscopeParams, f: Floats, x_bins: Any, y_bins: Any, xs: Floats, ys: Floats, k: Any) -> Heatmap:
    """Cell j is drawn over [j s, (j + 1) s), so index u belongs at (u + ½) s: where the reading really happens."""
    s, x, y = int(p.stride), xs, ys
    if x.size * y.size > 400:  # too many to tell apart: those of the first bin, thinned
        x, y = (a[: a.size // p.out][:: -(-a.size // p.out // 20)] for a in (x, y))
    px, py = ((a.ravel() + 0.5) * s for a in np.meshgrid(x, y))
    corners = (np.clip(np.floor(a[0]) + np.array([0, 1]), 0, len(f) - 1) for a in (xs, ys))
    nx, ny = ((a.ravel() + 0.5) * s for a in np.meshgrid(*corners))
    bins = np.stack([x_bins[:, 0], y_bins[:, 0], x_bins[:, 1], y_bins[:, 1]], axis=1) * s
    limits = {"ramp": (0.0, len(f) - 1.0), "random": (-3.0, 3.0)}.get(p.feature_map, (0.0, 1.0))
    centres = (np.arange(len(f)) + 0.5) * s
    a, b, c = k["read_from"], k["read_to"], k["points_per_bin"]
    return Heatmap(
        id="map", title=text(zh="特征图上的框：拖动它", en="The box on the feature map: drag it"),
        description=text(
            zh=f"框从 {p.x1:g} 到 {p.x2:g} px，RoI Pool 读的整格从 {a:g} 到 {b:g} px；每个 bin 采 {c:.0f} 点。",
            en=f"Box: {p.x1:g} to {p.x2:g} px. RoI Pool reads cells from {a:g} to {b:g} px. {c:.0f} points per bin.",
        ),
        z=f.astype(np.float32), xs=centres, ys=centres, equal=True, diverging=p.feature_map == "random",
        x=Axis(same("x"), "px", range=(0, SIZE)), y=Axis(same("y"), "px", range=(0, SIZE), reverse=True),
        value=Axis(text(zh="特征值", en="feature"), range=limits),
        boxes=(
            BoxSet("current", text(zh="框", en="box"), np.array([[p.x1, p.y1, p.x2, p.y2]]), role="highlight"),
            BoxSet("roi-pool", text(zh="RoI Pool 读的整格", en="cells RoI Pool reads"),
                   np.array([[*bins[0, :2], *bins[-1, 2:]]], dtype=float)),
            BoxSet("bins", text(zh="它在对角线上的 bin", en="its bins on the diagonal"), bins, role="muted"),
        ),
        series=(
            Series("roi-align", text(zh="RoI Align 采样点", en="RoI Align points"), px, py, draw="points"),
            Series("neighbours", text(zh="首点读的 4 个格心", en="4 cell centres its first point reads"), nx, ny,
                   "highlight", "points", sizes=np.full(4, 8)),
        ),
        drag=DragBox(knobs=("x1", "y1", "x2", "y2"), step=STEP),
    )  # fmt: skip


def _outputs(p: RoiMicroscopeParams, images: Floats) -> Images:
    a, b, c = images[:, 0, 0]
    return Images(
        id="outputs", title=text(zh=f"三种输出（{p.out} × {p.out}）", en=f"The three outputs ({p.out} × {p.out})"),
        description=text(zh=f"左上角的 bin：RoI Pool {a:.4g}，RoI Align {b:.4g}，PrRoI {c:.4g}。",
                         en=f"The top left bin: RoI Pool {a:.4g}, RoI Align {b:.4g}, PrRoI {c:.4g}."),
        images=images, captions=tuple(NAMES.values()), diverging=p.feature_map == "random",
    )  # fmt: skip


def _slide(p: RoiMicroscopeParams, shifts: Floats, curves: Floats, middles: Floats | None, k: Any) -> Lines:
    s, a, b, c = int(p.stride), k["pool_distinct"], k["align_distinct"], k["pool_jump"]
    series = [
        Series(key, name, shifts, y, draw="step" if key == "roi-pool" else "line")
        for (key, name), y in zip(NAMES.items(), curves, strict=True)
    ]
    if middles is not None:
        series.append(Series("theory", text(zh="闭式", en="closed form"), shifts, middles[0] + shifts / s, "reference"))
    since = (p.x1 / s + 0.5) % 1  # cells that x₁ has moved since it last rounded to the next cell
    flip = Mark((1 - since if shifts[-1] > 0 else -since) * s, text(zh="x₁ 的取整跳格", en="x₁ rounds anew"), axis="x")
    return Lines(
        id="slide", title=text(zh="框平移时第一个 bin 的值", en="The first bin while the box slides"),
        description=text(
            zh=f"移过一个步长 {s} px：RoI Pool 取 {a:.0f} 个不同的值，最大一跳 {c:.3g}；RoI Align 取 {b:.0f} 个。",
            en=f"Distinct values over {s} px, one stride: RoI Pool {a:.0f} (largest jump {c:.3g}), RoI Align {b:.0f}.",
        ),
        series=series, y=Axis(text(zh="第一个 bin 的值", en="value of the first bin")), marks=(flip,),
        x=Axis(text(zh="沿 x 的位移", en="shift along x"), "px", range=(min(0, shifts[-1]), max(0, shifts[-1]))),
    )  # fmt: skip


def _errors(p: RoiMicroscopeParams, errors: Floats, k: Any) -> Lines:
    low, high = (1e-17, 1e-1) if p.feature_map == "ramp" else (1e-6, 1e1)
    a, b, c = k["align_error_r1"], k["align_error"], k["align_error_r16"]
    return Lines(
        id="errors", title=text(zh="RoI Align 离精确积分有多远", en="How far RoI Align is from the exact integral"),
        description=text(
            zh=f"各 bin 中最大的差：r = 1 时 {a:.1e}，当前 {b:.1e}，r = 16 时 {c:.1e}。低于 {low:.0e} 画在底边。",
            en=f"Largest over the bins: {a:.1e} at r = 1, {b:.1e} now, {c:.1e} at r = 16; drawn from {low:.0e} up.",
        ),
        series=(Series("roi-align", same("|Align(r) − PrRoI|"), np.array(RATIOS), errors.clip(low), draw="both"),),
        x=Axis(text(zh="每边采样点数 r", en="points per bin side, r"), log=True, range=(0.9, 18)),
        y=Axis(text(zh="最大差", en="largest difference"), log=True, range=(low, high)),
    )  # fmt: skip


def _gradients(slopes: list[Floats]) -> Bars:
    a, b, c = (g[0] for g in slopes)
    return Bars(
        id="gradients", title=text(zh="第一个 bin 对框坐标的梯度", en="Gradient of the first bin to the box"),
        description=text(zh=f"对 x₁：RoI Pool {a:.3g}，RoI Align {b:.3g}，PrRoI {c:.3g}（每 px）。",
                         en=f"To x₁: RoI Pool {a:.3g}, RoI Align {b:.3g}, PrRoI {c:.3g} per px."),
        categories=tuple(same(name) for name in ("x₁", "y₁", "x₂", "y₂")),
        series=[BarSeries(key, name, g) for (key, name), g in zip(NAMES.items(), slopes, strict=True)],
        x=Axis(text(zh="框的坐标", en="box coordinate")), y=Axis(text(zh="梯度", en="gradient"), "1/px"),
    )  # fmt: skip


def _notes(p: RoiMicroscopeParams, first: int, k: Any, inside: bool) -> list[Text]:
    v = {name: f"{value:.3g}" for name, value in k.items()} | {"u": f"{p.x1 / int(p.stride):.5g}", "cell": str(first)}
    notes = [
        (True, "第一次量化：x₁/s = {u} 取整为 {cell}，左边挪 {rounding_x1} px。第二次：{columns_in_box} 列"
         "切成整格的 bin，各 bin 共读 {columns_in_bins} 列，相邻的重叠，漏掉 {columns_missed} 列。",
         "First quantisation: x₁/s = {u} becomes {cell}, moving the left edge by {rounding_x1} px. Second: the "
         "{columns_in_box} columns become whole-cell bins that read {columns_in_bins} columns in total: neighbours "
         "overlap, {columns_missed} are missed."),
        (True, "RoI Pool 对框坐标的梯度是 {pool_gradient}：移过一个步长，它的第一个 bin 只有 {pool_distinct} 个值。",
         "The gradient of RoI Pool to the box is {pool_gradient}; over one stride it takes {pool_distinct} value(s)."),
        (True, "RoI Align 每个 bin 取 {points_per_bin} 个点，每点读 4 格，共 {reads_per_bin} 次；离精确积分最多 "
         "{align_error}，自适应 r 时 {align_error_adaptive}。",
         "RoI Align takes {points_per_bin} points per bin and 4 cells for each, {reads_per_bin} reads; it is at most "
         "{align_error} from the exact integral, {align_error_adaptive} with adaptive r."),
        (not p.aligned, "没有减半格：采样点整体向右下偏半格，第一个 bin 变了 {half_cell_change}。",
         "Without the half cell all points sit half a cell right and down: bin 1 moves by {half_cell_change}."),
        (not inside, "框越过最外圈的格心：那里 RoI Align 重复边缘格，PrRoI 按已发布的实现降到 0，两者不再一致。",
         "Past the outermost cell centres RoI Align repeats the edge cell and PrRoI, as published, falls to 0."),
    ]  # fmt: skip
    return [text(zh=zh.format_map(v), en=en.format_map(v)) for shown, zh, en in notes if shown]


demo = Demo(
    __name__, run, RoiMicroscopeParams,
    title=text(zh="RoI 显微镜：取整、采样、积分", en="RoI microscope: round, sample, integrate"),
    summary=text(
        zh="以 0.25 px 为步拖动一个框，看 RoI Pool、RoI Align、PrRoI 各读哪些格，输出怎样变，对框有没有梯度。",
        en="Drag a box by 0.25 px: which cells do RoI Pool, RoI Align and PrRoI read, and who has a gradient to it?",
    ),
    presets={
        "ramp": Preset(
            text(zh="斜坡：RoI Pool 读到 7，另两个读到 6.607", en="On a ramp RoI Pool reads 7, the other two 6.607"),
            {}, {"pool_first": (7, 7), "prroi_first": (6.607, 6.608), "pool_distinct": (2, 2), "rounding_x1": (4, 4)},
        ),
        "slide-a-stride": Preset(
            text(zh="步长 32：移过 32 px，RoI Pool 只跳一次", en="Stride 32: over 32 px RoI Pool jumps exactly once"),
            {"stride": "32"}, {"pool_distinct": (2, 2), "pool_jump": (1, 1), "align_distinct": (129, 129)},
        ),
        "random": Preset(
            text(zh="大框分 2 × 2：每个 bin 有 80 格，只采 4 个点", en="A large box: 4 points for bins of 80 cells"),
            {"feature_map": "random", "out": 2, "x1": 40, "y1": 52, "x2": 360, "y2": 308},
            {"pool_gradient": (0, 0), "prroi_gradient_least": (1e-6, 1), "align_error": (0.1, 3)},
        ),
        "aligned-off": Preset(
            text(zh="关掉 aligned：所有采样点偏半格", en="Aligned off: every point is half a cell away"),
            {"aligned": False}, {"align_first": (7.10714, 7.10715), "half_cell_change": (0.499999, 0.500001)},
        ),
        "twenty-cells": Preset(
            text(zh="20.78 格宽的框并没有被截成 14 格", en="A box 20.78 cells wide is not cut down to 14 cells"),
            {"x1": 16, "x2": 348.5}, {"columns_in_box": (22, 22), "columns_missed": (0, 0), "rounding_x2": (3.5, 3.5)},
        ),
        "one-cell": Preset(
            text(zh="bin 正好一格时，PrRoI 才是四格平均", en="PrRoI is the mean of 4 cells only for a one-cell bin"),
            {"feature_map": "random", "out": 1, "x1": 104, "y1": 88, "x2": 120, "y2": 104},
            {"four_cell_gap": (0, 1e-12), "align_error": (0, 1e-12)},
        ),
    },
    predictions=(
        Prediction(
            "distinct-values",
            text(zh="斜坡上，框每次右移 0.25 px，共移 16 px（步长 16）。RoI Pool 的第一个 bin 会出现几个不同的值？",
                 en="On the ramp the box slides to the right by 16 px, 0.25 px at a time (stride 16). How many "
                 "different values does the first bin of RoI Pool take?"),
            "ramp", "pool_distinct",
            text(zh="两个：$x_1/16$ 从 6.25 走到 7.25，只在 6.5 处取整结果改变，值从 7 跳到 8。",
                 en="Two: $x_1/16$ goes from 6.25 to 7.25, its rounding changes only at 6.5, and 7 becomes 8."),
            (
                Option(same("1"), 0.5, 1.5, text(zh="移过一格，取整总要变一次。", en="It must change once per cell.")),
                Option(same("2"), 1.5, 2.5),
                Option(same("16"), 15, 17, text(zh="取整的单位是格，不是 px。", en="It rounds to cells, not px.")),
                Option(same("65"), 64, 66, text(zh="每步都变的是另外两个。", en="The other two do that.")),
            ),
        ),
        Prediction(
            "pool-gradient",
            text(zh="随机特征图上，RoI Pool 的输出对框坐标的梯度有多大？",
                 en="On a random map, how large is the gradient of RoI Pool's output to the box coordinates?"),
            "random", "pool_gradient",
            text(zh="框动一点点，取整不变，读的格不变，输出也不变：梯度几乎处处为 0，在跳格处不存在。",
                 en="Move the box a little: same cells, same output, so 0 almost everywhere; none at a jump."),
            (
                Option(text(zh="恰好 0", en="Exactly 0"), -1, 1e-12),
                Option(text(zh="很小", en="Small"), 1e-12, 1e-3, text(zh="它是分段常数。", en="It is flat in pieces.")),
                Option(text(zh="和 RoI Align 相近", en="Much like RoI Align's"), 1e-3, 1e9,
                       text(zh="有梯度的只是特征。", en="Only features get one.")),
            ),
        ),
    ),
    references=("girshick2015", "he2017", "jiang2018"),
    code=(roi_pool, roi_align, prroi_pool, roi_align_gradient, prroi_gradient),
)  # fmt: skip
