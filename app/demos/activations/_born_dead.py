"""The second tab of resurrection_test: networks that are constant before the first step."""

import numpy as np

from app.core.born_dead import born_dead_bounds, live_sides
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, same, text

NETS, DEEPEST, WIDTHS = 2000, 30, (2, 3, 4, 8)


def born_dead(width: int, depth: int, seed: int) -> Result:
    widths = sorted({*WIDTHS, width})
    states = {w: live_sides(w, DEEPEST, NETS, np.random.default_rng([seed, w])) for w in widths}
    lower, upper = born_dead_bounds(width, DEEPEST)
    own = states[width][:, 0]
    layers = np.arange(1, DEEPEST + 1)
    error = 3 * np.sqrt(np.maximum(own * (1 - own), 1 / NETS) / NETS)
    dead, one = float(own[depth - 1]), float(states[width][depth - 1, 1])
    s = {
        "born_dead": dead, "one_side": one, "standard_error": float(np.sqrt(dead * (1 - dead) / NETS)),
        "lower": float(lower[depth - 1]), "upper": float(upper[depth - 1]),
    }  # fmt: skip
    shown = [0, 1, 2, 4, 9, 14, 19, 29]
    sides = (
        ("side-2", text(zh="两侧都有反应", en="responds on both sides")),
        ("side-1", text(zh="有一侧是常数", en="constant on one side")),
        ("dead", text(zh="整个是常数", en="constant everywhere")),
    )  # fmt: skip
    return Result(
        views=[
            Lines(
                id="born-dead", title=text(zh="还没训练就是常数的概率", en="Constant before training: probability"),
                description=text(
                    zh=f"宽 {width}、{depth} 层：2000 个随机网络里 {dead:.1%} 生来就死。",
                    en=f"Width {width}, {depth} layers: {dead:.1%} of 2000 random nets are born dead."),
                series=[
                    *(Series(f"width-{w}", text(zh=f"宽 {w}", en=f"width {w}"), layers, states[w][:, 0],
                             "highlight" if w == width else "main", draw="both") for w in widths),
                    Series("bounds", text(zh=f"宽 {width} 的上下界", en=f"bounds for width {width}"),
                           np.concatenate([layers, [np.nan], layers]), np.concatenate([lower, [np.nan], upper]),
                           "reference"),
                ],
                x=Axis(text(zh="隐藏层数", en="hidden layers"), range=(1, DEEPEST)),
                y=Axis(text(zh="死网络占比", en="share born dead"), range=(0, 1)),
                marks=[Mark(depth, text(zh="当前", en="now"), axis="x")],
            ),
            Bars(
                id="sides", title=text(zh="一侧一侧地死", en="One side dies, then the other"),
                description=text(
                    zh=f"{depth} 层时，{one:.1%} 的网络已有一侧是常数，{dead:.1%} 两侧都是。",
                    en=f"At {depth} layers {one:.1%} are constant on one side of 0, {dead:.1%} on both."),
                categories=[same(str(k + 1)) for k in shown],
                series=[BarSeries(key, name, states[width][shown, 2 - i]) for i, (key, name) in enumerate(sides)],
                x=Axis(text(zh="隐藏层数", en="hidden layers")), y=Axis(text(zh="占比", en="share"), range=(0, 1)),
                stacked=True,
            ),
        ],
        scalars=s,
        notes=[
            text(zh=f"ReLU、偏置为 0、He 初始化、宽 {width}：某一层在某个输入上全部为负的概率是 $2^{{-{width}}}$，"
                 "一旦如此，后面各层都收不到任何信号。",
                 en=f"ReLU, biases 0, He initialisation, width {width}: all units of a layer are negative on an input "
                 f"with probability $2^{{-{width}}}$, and from there on nothing gets through."),
            text(zh=f"深度把这个概率一层层累积起来：{depth} 层时 {dead:.0%}。加宽最有效，换成 leaky 也行。",
                 en=f"Depth adds this up layer by layer: {dead:.0%} at {depth} layers. Width is the best cure; a leaky "
                 "side works too."),
        ],
        checks=[Check(text(zh="超出上下界的部分（容许 3 个标准误）", en="outside the bounds by more than 3 SE"),
                      float(np.max(np.maximum(lower - error - own, own - upper - error)).clip(0)), 0.0)],
    )  # fmt: skip
