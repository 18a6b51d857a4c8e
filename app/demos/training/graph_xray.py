"""Graph X-ray: a formula as a computation graph one can edit; values forward, adjoints back, and a traced branch."""

import math
from typing import Literal

import numpy as np
from pydantic import field_validator

from app.core.autodiff import difference_quotient, evaluate, forward_gradient, gradient, reverse, tangents
from app.core.expression_graph import ExpressionError, parse
from app.core.graph_passes import eliminate_common, fold_constants, operations
from app.core.tracing import Function, trace
from app.demos.training._formula_words import NAMES, complaint
from app.demos.training._graph_drawing import forward_frames, reverse_frames
from app.demos.training._trace_tab import traced
from app.demos.training._xray_presets import PREDICTIONS, PRESETS
from app.demos.training._xray_views import STEPS, at_step, difference_errors, difference_view, graph_notes, tape
from app.kit import Check, Demo, Expression, Params, Result, knob, text
from app.kit.params import LimitError

GRAPH, TRACE = {"tab": ("graph",)}, {"tab": ("trace",)}


class GraphXrayParams(Params):
    tab: Literal["graph", "trace"] = knob(
        "graph", zh="看什么", en="Look at",
        options={"graph": text(zh="公式的计算图", en="a formula"), "trace": text(zh="追踪函数", en="tracing")},
    )  # fmt: skip
    expression: Expression = knob(
        "log(x1)+x1*x2-sin(x2)", kind="expression", zh="公式", en="Formula", when=GRAPH,
        help=text(zh="变量 x1 到 x5；+ - * / ^；sin cos exp log relu sigmoid tanh。",
                  en="Variables x1 to x5; + - * / ^; sin cos exp log relu sigmoid tanh."),
    )  # fmt: skip
    x1: float = knob(2.0, ge=-10, le=10, step=0.1, zh="x1 的值", en="Value of x1", when=GRAPH)
    x2: float = knob(5.0, ge=-10, le=10, step=0.1, zh="x2 的值", en="Value of x2", when=GRAPH)
    x3: float = knob(1.0, ge=-10, le=10, step=0.1, zh="x3 的值", en="Value of x3", when=GRAPH)
    x4: float = knob(1.0, ge=-10, le=10, step=0.1, zh="x4 的值", en="Value of x4", when=GRAPH, hidden=True)
    x5: float = knob(1.0, ge=-10, le=10, step=0.1, zh="x5 的值", en="Value of x5", when=GRAPH, hidden=True)
    mode: Literal["reverse", "forward"] = knob(
        "reverse", zh="求导方式", en="Differentiate in", when=GRAPH,
        options={"reverse": text(zh="反向模式", en="reverse mode"), "forward": text(zh="前向模式", en="forward mode")},
    )  # fmt: skip
    cse: bool = knob(False, zh="合并公共子表达式", en="Merge common subexpressions", when=GRAPH)
    fold: bool = knob(False, zh="常量折叠", en="Fold constants", when=GRAPH)
    example: float = knob(2.0, ge=-4, le=4, step=0.1, zh="追踪时的输入", en="Input while tracing", when=TRACE)
    branch: Literal["python", "graph"] = knob(
        "python", zh="分支写成", en="The branch is", when=TRACE,
        options={"python": text(zh="Python 的 if", en="a Python if"), "graph": text(zh="图的节点", en="a graph node")},
    )  # fmt: skip

    @field_validator("expression")
    @classmethod
    def _readable(cls, value: str) -> str:
        try:
            parse(value, NAMES)
        except ExpressionError as error:
            raise LimitError(complaint(error)) from None
        return value


def run(params: GraphXrayParams) -> Result:
    written = parse(params.expression, NAMES)
    graph = fold_constants(written) if params.fold else written
    graph = eliminate_common(graph) if params.cse else graph
    at = {name: float(getattr(params, name)) for name in NAMES}
    values = evaluate(graph, at)
    slopes, by_tangents = gradient(graph, at), forward_gradient(graph, at)
    central, one_sided = (difference_errors(graph, at, slopes, two) for two in (True, False))
    s = {
        "value": float(values[-1]), **{f"grad_{name}": slopes.get(name, 0.0) for name in NAMES},
        "ops": float(operations(graph)), "ops_written": float(operations(written)),
        "ops_removed": float(operations(written) - operations(graph)),
        "edges": float(sum(len(node.inputs) for node in graph)),
        "sweeps_reverse": float(min(1, len(slopes))), "sweeps_forward": float(len(slopes)),
        "error_central": at_step(central, 1e-5), "error_one_sided": at_step(one_sided, 1e-5),
        "error_tiny_step": at_step(central, 1e-12),
        "tiny_step_worse": float(at_step(central, 1e-12) > 1000 * at_step(central, 1e-5)),
        "step_best": float(STEPS[np.nanargmin(central)]) if np.isfinite(central).any() else math.nan,
    }  # fmt: skip
    if params.tab == "trace":
        views, more, notes, checks = traced(params.branch, params.example)
        return Result(views, s | more, notes, checks)
    views = [forward_frames(graph, values) if params.mode == "forward" else reverse_frames(graph, values)]
    views.append(tape(graph, values))
    checks = []
    if slopes:
        views.append(difference_view(central, one_sided, s))
    if slopes and np.isfinite([s["value"], *slopes.values()]).all():
        worst = max(abs(slopes[k] - by_tangents[k]) / max(1.0, abs(slopes[k])) for k in slopes)
        checks = [
            Check(text(zh="反向模式与前向模式的梯度", en="Gradients in reverse and in forward mode"), worst, 1e-9),
            Check(text(zh="反向模式与最好的中心差分", en="Reverse mode and the best central difference"),
                  float(np.nanmin(central)) if np.isfinite(central).any() else math.nan, 1e-6),
        ]  # fmt: skip
    if graph != written and math.isfinite(s["value"]):
        change = abs(float(evaluate(written, at)[-1]) - s["value"])
        checks.append(Check(text(zh="优化前后的输出", en="Output before and after the passes"), change, 0.0))
    return Result(views, s, graph_notes(graph, values, slopes, s), checks)


demo = Demo(
    __name__, run, GraphXrayParams,
    title=text(zh="计算图 X 光", en="Graph X-ray"),
    summary=text(
        zh="写一个公式，看它变成图：值向前流，伴随往回送，三种求导互相核对；再看追踪怎样把分支固化。",
        en="Type a formula and see its graph: values flow forward, adjoints back, three ways to the gradient agree.",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("baydin2018", "abadi2016"),
    code=(parse, evaluate, reverse, tangents, difference_quotient, eliminate_common, fold_constants, trace, Function),
    budget_s=1.0,
)  # fmt: skip
