"""The race on a surface of two parameters: paths on contours, f − f* against iterations and against work."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.core.descent_theory import gradient_rate
from app.core.race import Trace, watch
from app.core.surfaces import Surface, himmelblau, rosenbrock, saddle, valley
from app.demos.optimisation._race_methods import KEYS, NAMES, competitors, steepest_curvature

from app.kit import Axis, Check, Contours, Lines, Result, Series, Table, Text, View, same, text  # isort: skip

FLOOR, DONE = 1e-16, 1e-8
WINDOWS = {
    "quadratic": (-4.5, 4.5, -1.5, 1.5), "rosenbrock": (-2.0, 2.0, -3.5, 2.5), "saddle": (-2.0, 2.0, -1.6, 1.6),
    "himmelblau": (-5.0, 5.0, -5.0, 5.0),
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    surface: str
    kappa: float
    start: tuple[float, float]
    shown: Sequence[str]
    share: float
    beta: float
    adam_rate: float
    steps: int

    def build(self) -> Surface:
        if self.surface == "quadratic":
            return valley(self.kappa)
        return {"rosenbrock": rosenbrock, "saddle": saddle, "himmelblau": himmelblau}[self.surface]()


def thinned(n: int, most: int = 160) -> np.ndarray:
    """Which of n points to send: all of the first ones, then ever fewer, the last one for certain."""
    if n <= most:
        return np.arange(n)
    half = most // 2
    return np.unique(np.r_[np.arange(half), np.geomspace(half, n - 1, half).round().astype(int)])


def height_lines(
    id: str, title: Text, x: Axis, across: Mapping[str, np.ndarray], traces: Mapping[str, Trace],
    extra: Sequence[Series] = (),
) -> Lines:  # fmt: skip
    """f − f* (log) of several methods against iterations or work; what is 0 or smaller than FLOOR is drawn there."""
    series = []
    for method, trace in traces.items():
        keep = thinned(len(trace.heights))
        heights = np.clip(trace.heights[keep], FLOOR, 1e12)
        series.append(Series(KEYS[method], NAMES[method], across[method][keep], heights,
                             draw="both" if len(keep) <= 40 else "line"))  # fmt: skip
    first = {m: t.steps_to(DONE) for m, t in traces.items()}
    there = {m: across[m][int(k)] for m, k in first.items() if not math.isnan(k)}
    best = min(there, key=lambda m: there[m], default=None)
    if x.range is None and there:  # the slow ones are let out of the frame on the right
        x = replace(x, range=(0.0, max(60.0, 4 * float(np.median(list(there.values()))))))
    zh = "没有一个到 1e-8。" if best is None else f"最先到 1e-8 的是{NAMES[best].zh}：{there[best]:.0f}。"
    en = "None gets to 1e-8." if best is None else f"First at 1e-8: {NAMES[best].en}, after {there[best]:.0f}."
    return Lines(
        id=id, title=title, series=[*series, *extra], x=x,
        y=Axis(same("f − f*"), log=True, range=(FLOOR, 1e4)),
        description=text(zh=f"{len(there)}/{len(traces)} 个方法到了 1e-8。{zh}",
                         en=f"{len(there)} of {len(traces)} methods get to 1e-8. {en}"),
    )  # fmt: skip


def contours(s: Setting, surface: Surface, traces: Mapping[str, Trace]) -> Contours:
    left, right, bottom, top = WINDOWS[s.surface]
    if s.surface == "quadratic":  # the narrower the valley, the closer the look
        top = max(1.6 * abs(s.start[1]), 4.5 / s.kappa)
        bottom = -top
    left, right = min(left, s.start[0] - 0.2), max(right, s.start[0] + 0.2)
    if s.surface != "quadratic":
        bottom, top = min(bottom, s.start[1] - 0.2), max(top, s.start[1] + 0.2)
    xs, ys = np.linspace(left, right, 61), np.linspace(bottom, top, 61)
    z = np.array([[surface.value(np.array([x, y])) for x in xs] for y in ys]) - surface.lowest
    series = []
    for method, trace in traces.items():
        keep = thinned(len(trace.path), 100)
        path = np.where(np.abs(trace.path[keep]) < 50, trace.path[keep], np.nan)
        series.append(Series(KEYS[method], NAMES[method], path[:, 0], path[:, 1], draw="both"))
    best = Series("best", text(zh="最小点", en="minimum"), surface.minima[:, 0], surface.minima[:, 1], draw="points",
                  role="highlight")  # fmt: skip
    ends = {m: t.path[-1] for m, t in traces.items()}
    at = sum(bool(np.linalg.norm(surface.minima - x, axis=1).min() < 1e-2) for x in ends.values())
    return Contours(
        id="paths", title=text(zh="路径（底图是 f − f* 的常用对数）", en="Paths over log10 of f − f*"),
        description=text(
            zh=f"都从 ({s.start[0]:g}, {s.start[1]:g}) 出发，最多 {s.steps} 步；{len(ends)} 条路径里 {at} "
               f"条停在最小点。",
            en=f"All from ({s.start[0]:g}, {s.start[1]:g}), at most {s.steps} steps; {at} of {len(ends)} paths end at "
            "a minimum.",
        ),
        z=np.log10(z + 1e-3), xs=xs, ys=ys, x=Axis(same("x"), range=(left, right)),
        y=Axis(same("y"), range=(bottom, top)), value=Axis(text(zh="f − f* 的常用对数", en="log10 of f − f*")),
        series=[*series, best], equal=s.surface in ("saddle", "himmelblau"),
    )  # fmt: skip


def counts_table(traces: Mapping[str, Trace]) -> Table:
    rows: list[list[str | int | float | Text | None]] = []
    for method, t in traces.items():
        k = t.steps_to(DONE)
        i = len(t.heights) - 1 if math.isnan(k) else int(k)
        end = "(" + ", ".join(f"{v:.4g}" for v in t.path[-1]) + ")" if len(t.path[-1]) == 2 else ""
        rows.append([NAMES[method], None if math.isnan(k) else i, int(t.values[i]), int(t.gradients[i]),
                     int(t.products[i]), int(t.hessians[i]), end, f"{t.heights[-1]:.3g}"])  # fmt: skip
    done = sum(row[1] is not None for row in rows)
    return Table(
        id="counts", title=text(zh="到 f − f* ≤ 1e-8 各问了函数多少次", en="What each asked for until f − f* ≤ 1e-8"),
        description=text(zh=f"{len(rows)} 个方法里 {done} 个到达；没到的一行是总数。",
                         en=f"{done} of {len(rows)} methods arrive; for the others the row is their total."),
        columns=(text(zh="方法", en="method"), text(zh="步数", en="iterations"), text(zh="函数值", en="values"),
                 text(zh="梯度", en="gradients"), text(zh="H·v", en="H·v"), text(zh="Hessian", en="Hessians"),
                 text(zh="终点", en="end"), text(zh="终点 f − f*", en="f − f* at the end")),
        rows=rows,
    )  # fmt: skip


def derivative_error(surface: Surface, x: np.ndarray) -> float:
    """Gradient and Hessian by hand against central differences at x: largest deviation, relative to the Hessian."""
    h, eye = 1e-5, np.eye(len(x))
    g = np.array([(surface.value(x + h * e) - surface.value(x - h * e)) / (2 * h) for e in eye])
    H = np.array([(surface.gradient(x + h * e) - surface.gradient(x - h * e)) / (2 * h) for e in eye])
    size = max(1.0, float(np.abs(surface.hessian(x)).max()))
    return max(float(np.abs(g - surface.gradient(x)).max()), float(np.abs(H - surface.hessian(x)).max())) / size


def angle(a: np.ndarray, b: np.ndarray) -> float:
    """Between two vectors, in degrees; NaN if one of them is 0."""
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return math.degrees(math.acos(max(-1.0, min(1.0, float(a @ b) / lengths)))) if lengths else math.nan


def race(s: Setting) -> Result:
    surface, start = s.build(), np.array(s.start)
    methods = competitors(surface, start, s.share, s.beta, s.adam_rate)
    traces = {name: watch(method, surface, start, s.steps) for name, method in methods.items()}
    shown = {name: traces[name] for name in traces if name in s.shown}
    f0 = surface.value(start) - surface.lowest
    newton, gd = traces["newton"], traces["gd"]
    at = [float(newton.heights[min(k, len(newton.heights) - 1)]) for k in (1, 2)]
    scalars = {
        "f_start": f0, "newton_1": at[0], "newton_2": at[1], "steepest_curvature": steepest_curvature(surface, start),
        "newton_angle": angle(-surface.gradient(start), newton.path[min(1, len(newton.path) - 1)] - start),
        "newton_step_y": float(newton.path[min(1, len(newton.path) - 1)][1]),
        "steepest_ratio": float(traces["steepest"].heights[1]) / f0 if f0 and len(traces["steepest"].path) > 1 else 0.0,
    }  # fmt: skip
    for name, t in traces.items():
        k = t.steps_to(DONE)
        scalars |= {f"{name}_steps": k, f"{name}_end": float(t.heights[-1]),
                    f"{name}_work": math.nan if math.isnan(k) else float(t.work[int(k)])}  # fmt: skip
    checks = [Check(text(zh="手写导数与中心差分（相对）",
                         en="Derivatives by hand against central differences (relative)"),
                    derivative_error(surface, start), 1e-6)]  # fmt: skip
    extra = []
    if s.surface == "quadratic":
        lam, turns = np.array([1.0, s.kappa]), np.arange(len(gd.heights))
        factor = 1 - s.share / s.kappa * lam
        closed = 0.5 * (factor ** (2 * turns[:, None]) * start**2) @ lam
        keep = thinned(len(turns))
        extra = [
            Series("theory", text(zh="梯度下降，闭式", en="gradient descent, closed form"), turns[keep],
                   np.clip(closed[keep], FLOOR, 1e12), role="reference"),
            Series("theory", text(zh="最速下降的最坏情形", en="worst case of steepest descent"), turns[keep],
                   np.clip(f0 * gradient_rate(s.kappa) ** (2 * turns[keep]), FLOOR, 1e12), role="reference"),
        ]  # fmt: skip
        error = float(np.abs(closed - gd.heights)[np.isfinite(gd.heights)].max()) / max(f0, float(closed.max()), 1e-9)
        checks.append(Check(text(zh="梯度下降与闭式（÷ 最大的 f）",
                                 en="Gradient descent against its closed form (÷ largest f)"),
                            error, 1e-9))  # fmt: skip
    work = Axis(text(zh="工作量：梯度数（H·v 算 2，Hessian 算 n = 2）",
                     en="work in gradients (H·v counts 2, a Hessian n = 2)"))  # fmt: skip
    views: list[View] = [
        contours(s, surface, shown),
        height_lines("iterations", text(zh="按迭代次数", en="By iterations"), Axis(text(zh="迭代", en="iteration")),
                     {m: np.arange(len(t.heights)) for m, t in shown.items()}, shown, extra),
        height_lines("work", text(zh="按工作量", en="By work"), work, {m: t.work for m, t in shown.items()}, shown),
        counts_table(traces),
    ]  # fmt: skip
    return Result(views, scalars, race_notes(s, scalars), checks)


def race_notes(s: Setting, v: Mapping[str, float]) -> list[Text]:
    one = v["newton_1"] < 1e-12
    out = [text(zh="纯牛顿一步到底：二次模型就是函数本身。",
                en="Pure Newton arrives in one step: its quadratic model is the function itself.")] if one else [text(
        zh=f"纯牛顿：f − f* 从 {v['f_start']:.4g} 到 {v['newton_1']:.4g}，再到 {v['newton_2']:.4g}"
        f"，最后 {v['newton_end']:.3g}。",
        en=f"Pure Newton: f − f* goes from {v['f_start']:.4g} to {v['newton_1']:.4g}, then {v['newton_2']:.4g}, and "
        f"ends at {v['newton_end']:.3g}.",
    )]  # fmt: skip
    reached = {m: v[f"{m}_steps"] for m in NAMES if not math.isnan(v[f"{m}_steps"])}
    if reached:
        order = sorted(reached, key=lambda m: reached[m])
        out.append(text(
            zh="到 1e-8 的步数：" + "，".join(f"{NAMES[m].zh} {reached[m]:.0f}" for m in order) + "。",
            en="Iterations to 1e-8: " + ", ".join(f"{NAMES[m].en} {reached[m]:.0f}" for m in order) + ".",
        ))  # fmt: skip
    if v["newton_end"] > 1e-3 and s.surface != "quadratic":
        out.append(text(
            zh="纯牛顿没有停在最小点：它求的是梯度的根，不管是哪一种。",
            en="Pure Newton did not end at a minimum: it looks for a root of the gradient, of any kind.",
        ))  # fmt: skip
    return out
