"""The regions tab of linear_collapse: the pieces a random ReLU network cuts the plane into, counted exactly."""

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, relu
from app.core.linear_regions import (
    Region,
    activation_patterns,
    activation_regions,
    line_regions,
    line_regions_in_square,
    zaslavsky,
)
from app.core.mlp import Layers, forward, init_layers
from app.kit import Axis, Bars, BarSeries, Check, Heatmap, Lines, Mark, Result, Series, View, same, text

HALF, NETS, PIXELS, GRID = 3.0, 8, 72, 200
SPLITS = (1, 2, 4)
Counts = NDArray[np.int64]


def random_net(units: int, layers: int, seed: tuple[int, ...]) -> Layers:
    """`units` ReLU units in equal layers; He weights, biases N(0, ½²)."""
    rng = np.random.default_rng(seed)
    widths = [2, *[units // layers] * layers, 1]
    net = init_layers(widths, rng, "he")
    return [(W, 0.5 * rng.standard_normal(len(b))) for W, b in net]


def count(net: Layers) -> int:
    return len(activation_regions(net[:-1], HALF))


def regions(units: int, layers: int, seed: int) -> Result:
    net = random_net(units, layers, (seed, 2))
    first, hidden = random_net(units, 1, (seed, 2))[0], net[:-1]
    found = activation_regions(hidden, HALF)
    plane, square = line_regions(*first), line_regions_in_square(*first, HALF)
    side = np.linspace(-HALF, HALF, GRID)
    seen = activation_patterns(hidden, np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2))
    known = {region.pattern for region in found}
    counts = {
        split: np.array([count(random_net(units, split, (seed, 3, k))) for k in range(NETS)], float) for split in SPLITS
    }
    s = {
        "regions": float(len(found)), "plane": float(plane[-1]), "bound": float(zaslavsky(units, 2)),
        "grid": float(len(seen)), "patterns": 2.0**units,
        **{f"mean_{split}": float(c.mean()) for split, c in counts.items()},
        "deep_over_shallow": float(counts[4].mean() / counts[1].mean()),
    }  # fmt: skip
    checks = [
        Check(text(zh="网格上出现、却不在精确清单里的模式数", en="patterns met on a grid but not in the exact list"),
              float(sum(tuple(p) not in known for p in seen.tolist())), 0.0),
        Check(text(zh="直线计数公式与通项 1 + n + C(n,2) 之差", en="counting by crossings minus 1 + n + C(n,2)"),
              abs(s["plane"] - s["bound"]), 0.0),
    ]  # fmt: skip
    if layers == 1:
        checks.append(Check(text(zh="逐块切割与直线交点计数之差", en="cutting polygons minus counting crossings"),
                            abs(s["regions"] - float(square[-1])), 0.0))  # fmt: skip
    return Result(
        views=[_picture(net, units, layers, found, s), _growth(units, plane, square, s), _bars(units, counts, s)],
        scalars=s, checks=checks,
        notes=[
            text(zh=f"{units} 个单元有 $2^{{{units}}}$ 种开关组合，平面上至多出现 $1+n+\\binom n2={s['bound']:.0f}$ "
                 "种：每个单元是一条直线。",
                 en=f"{units} units have $2^{{{units}}}$ on–off patterns; in the plane at most "
                 f"$1+n+\\binom n2={s['bound']:.0f}$ occur: every unit is one straight line."),
            text(zh=f"同样 {units} 个单元，随机权重，8 个网络平均：一层 {s['mean_1']:.0f} 块，四层 "
                 f"{s['mean_4']:.0f} 块。深度允许指数多的块，随机的深网络却没有。",
                 en=f"The same {units} units with random weights, mean of 8 nets: {s['mean_1']:.0f} regions in one "
                 f"layer, {s['mean_4']:.0f} in four. Depth allows exponentially many; random deep nets do not have "
                 "them."),
            text(zh=f"在 {GRID}×{GRID} 的网格上数，只看到 {s['grid']:.0f} 块；精确是 {s['regions']:.0f} 块。",
                 en=f"Counting on a {GRID}×{GRID} grid finds {s['grid']:.0f}; exactly there are {s['regions']:.0f}."),
        ],
    )  # fmt: skip


def _picture(net: Layers, units: int, layers: int, found: list[Region], s: dict[str, float]) -> View:
    side = np.linspace(-HALF, HALF, PIXELS)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    z = forward(net, grid, relu).logits.reshape(PIXELS, PIXELS)
    gap = [(np.nan, np.nan)]
    path = np.array([p for region in found for p in (*region.polygon, region.polygon[0], *gap)])
    span = (-HALF, HALF)
    return Heatmap(
        id="regions", title=text(zh="网络的输出与它的每一块", en="The network's output and its pieces"),
        description=text(
            zh=f"{units} 个单元，{layers} 层：方框内 {s['regions']:.0f} 块，每块里网络是一个平面。",
            en=f"{units} units in {layers} layer{'s' * (layers > 1)}: {s['regions']:.0f} pieces in this square, a "
            "plane on each."),
        z=np.round(z, 3), xs=side, ys=side, x=Axis(same("x₁"), range=span), y=Axis(same("x₂"), range=span),
        value=Axis(text(zh="输出", en="output")), diverging=True, equal=True,
        series=[Series("edges", text(zh="块的边界（精确）", en="edges of the pieces (exact)"), path[:, 0], path[:, 1],
                       "muted")],
    )  # fmt: skip


def _growth(units: int, plane: Counts, square: Counts, s: dict[str, float]) -> View:
    n = np.arange(1, units + 1)
    bound = np.array([zaslavsky(int(k), 2) for k in n])
    return Lines(
        id="growth", title=text(zh="一个隐藏层：单元逐个加上", en="One hidden layer, unit by unit"),
        description=text(
            zh=f"{units} 个单元：整个平面 {plane[-1]} 块，这个方框里 {square[-1]} 块；开关组合有 {2.0**units:.3g} 种。",
            en=f"{units} units: {plane[-1]} regions of the plane, {square[-1]} in this square; "
            f"on–off patterns {2.0**units:.3g}."),
        series=[
            Series("plane", text(zh="整个平面（数交点）", en="whole plane (crossings)"), n, plane, draw="both"),
            Series("square", text(zh="这个方框", en="this square"), n, square, draw="both"),
            Series("theory", same("1 + n + C(n, 2)"), n, bound, "reference"),
            Series("patterns", text(zh="2ⁿ 种开关组合", en="2ⁿ on–off patterns"), n, 2.0**n, "muted"),
        ],
        x=Axis(text(zh="单元数 n", en="units n"), range=(1, units)),
        y=Axis(text(zh="块数", en="regions"), log=True, range=(1, 2000)),
    )  # fmt: skip


def _bars(units: int, counts: dict[int, Array], s: dict[str, float]) -> View:
    means, spread = [float(c.mean()) for c in counts.values()], [float(c.std(ddof=1)) for c in counts.values()]
    return Bars(
        id="depth", title=text(zh="同样多的单元，分成几层", en="The same units in more layers"),
        description=text(
            zh=f"8 个随机网络的平均块数：一层 {means[0]:.0f}，两层 {means[1]:.0f}，四层 {means[2]:.0f}"
            "（误差条：标准差）。",
            en=f"Mean of 8 random nets: {means[0]:.0f} in one layer, {means[1]:.0f} in two, {means[2]:.0f} in four "
            "(bars: standard deviation)."),
        categories=[text(zh=f"{k} 层", en=f"{k} layer" + "s" * (k > 1)) for k in counts],
        series=[BarSeries("regions", text(zh="方框内的块数", en="regions in the square"), np.array(means),
                          np.array(spread))],
        x=Axis(text(zh=f"{units} 个单元分成", en=f"{units} units in")), y=Axis(text(zh="块数", en="regions")),
        marks=[Mark(s["bound"], text(zh="一层的上限", en="most for one layer"))],
    )  # fmt: skip
