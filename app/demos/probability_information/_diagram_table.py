"""A joint table: entropies as bars that add up, where the mutual information comes from, and single conditions."""

import numpy as np

from app.core.information import joint_information, kl_divergence, pointwise_information
from app.demos.probability_information._diagram_params import InformationDiagramParams

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Check, Heatmap, Mark, Result, same, text,
)  # fmt: skip


def table_result(params: InformationDiagramParams) -> Result:
    table, unit, scale = params.table, params.unit, params.scale
    found = joint_information(table)
    x, y, joint, x_given_y, y_given_x, mutual = (
        v * scale for v in (found.x, found.y, found.joint, found.x_given_y, found.y_given_x, found.mutual)
    )  # fmt: skip
    mutual, given = max(mutual, 0.0), found.x_given * scale
    cells = pointwise_information(table) * scale
    product = np.outer(table.sum(axis=1), table.sum(axis=0))
    ys = [same(f"y={i + 1}") for i in range(len(table))]
    top, above = int(np.nanargmax(given)), float(np.nanmax(given)) > x + 1e-9
    bars = Bars(
        id="bars", title=text(zh="四根柱子由三段拼成", en="Four bars made of three pieces"),
        description=text(
            zh=f"H(X) = {x:.3f} = H(X|Y) {x_given_y:.3f} + I {mutual:.3f}；H(Y) = {y:.3f} = I {mutual:.3f} + H(Y|X) "
            f"{y_given_x:.3f}；H(X,Y) = {joint:.3f}，I 只算一次。",
            en=f"H(X) = {x:.3f} = H(X|Y) {x_given_y:.3f} + I {mutual:.3f}; H(Y) = {y:.3f} = I {mutual:.3f} + H(Y|X) "
            f"{y_given_x:.3f}; H(X,Y) = {joint:.3f} counts I once.",
        ),
        categories=[same("H(X)"), same("H(Y)"), same("H(X,Y)"), same("H(X)+H(Y)")],
        series=[
            BarSeries("h-x-given-y", same("H(X|Y)"), np.array([x_given_y, 0, x_given_y, x_given_y])),
            BarSeries("mutual", same("I(X;Y)"), np.array([mutual, mutual, mutual, 2 * mutual]), role="main"),
            BarSeries("h-y-given-x", same("H(Y|X)"), np.array([0, y_given_x, y_given_x, y_given_x])),
        ],
        x=Axis(text(zh="熵", en="entropy")), y=Axis(text(zh="信息量", en="information"), unit), stacked=True,
    )  # fmt: skip
    peak = float(np.abs(cells).max()) or 1.0
    heat = Heatmap(
        id="cells", title=text(zh="互信息来自哪些格子", en="Which cells the mutual information comes from"),
        description=text(
            zh=f"每格是 p(x,y) log[p(x,y)/(p(x)p(y))]，从 {cells.min():.3f} 到 {cells.max():.3f}，总和就是 "
            f"I = {mutual:.3f} {unit}。",
            en=f"Each cell is p(x,y) log[p(x,y)/(p(x)p(y))], from {cells.min():.3f} to {cells.max():.3f}; their sum is "
            f"I = {mutual:.3f} {unit}.",
        ),
        z=cells, xs=np.arange(table.shape[1]), ys=np.arange(table.shape[0]),
        x=Axis(same("X"), categories=tuple(same(f"x={i + 1}") for i in range(table.shape[1]))),
        y=Axis(same("Y"), categories=tuple(ys), reverse=True),
        value=Axis(text(zh="对 I 的贡献", en="share of I"), unit, range=(-peak, peak)), diverging=True, text=True,
    )  # fmt: skip
    known = Bars(
        id="given", title=text(zh="知道某一个 y 之后，X 还剩多少熵", en="The entropy left in X once y is known"),
        description=text(
            zh=f"最大的是 H(X|Y={top + 1}) = {given[top]:.3f}，{'高于' if above else '不高于'} H(X) = {x:.3f}；"
            f"按 p(y) 平均是 {x_given_y:.3f}，从不高于 H(X)。",
            en=f"The largest is H(X|Y={top + 1}) = {given[top]:.3f}, {'above' if above else 'not above'} H(X) = "
            f"{x:.3f}; their mean over p(y) is {x_given_y:.3f}, never above H(X).",
        ),
        categories=ys, series=[BarSeries("h-x-given-y", same("H(X|Y=y)"), given)],
        x=Axis(text(zh="条件", en="condition")), y=Axis(text(zh="熵", en="entropy"), unit),
        marks=[Mark(x, same("H(X)")), Mark(x_given_y, same("H(X|Y)"))],
    )  # fmt: skip
    scalars = {
        "h_x": x, "h_y": y, "h_xy": joint, "h_x_given_y": x_given_y, "h_y_given_x": y_given_x, "mi": mutual,
        "largest_given": float(given[top]), "largest_minus_h_x": float(given[top]) - x,
    }  # fmt: skip
    notes = [
        text(zh=f"I(X;Y) = H(X) − H(X|Y) = {x:.3f} − {x_given_y:.3f} = {mutual:.3f} {unit}；换成 Y 算也一样。",
             en=f"I(X;Y) = H(X) − H(X|Y) = {x:.3f} − {x_given_y:.3f} = {mutual:.3f} {unit}; from Y's side too."),
        text(zh=f"平均来说，知道 Y 使 X 的熵减少 {mutual:.3f}；但单看 y={top + 1}，它变化了 {given[top] - x:+.3f}。",
             en=f"On average knowing Y takes {mutual:.3f} off the entropy of X; y={top + 1} alone changes it by "
             f"{given[top] - x:+.3f}."),
    ]  # fmt: skip
    if mutual < 1e-12:
        notes.append(
            text(
                zh="互信息为 0：每一行都成比例，X 与 Y 独立。",
                en="The mutual information is 0: all rows are proportional, so X and Y are independent.",
            )
        )
    other = kl_divergence(table.ravel(), product.ravel()) * scale
    check = Check(text(zh="I 的另外两种算法：D(p(x,y)‖p(x)p(y)) 与 H(X)+H(Y)−H(X,Y)",
                       en="I by two other ways: D(p(x,y)‖p(x)p(y)) and H(X)+H(Y)−H(X,Y)"),
                  max(abs(other - mutual), abs(x + y - joint - mutual)), 1e-9)  # fmt: skip
    return Result([bars, heat, known], scalars, notes, [check])
