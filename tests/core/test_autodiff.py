"""Three ways to a gradient against torch, published worked examples; passes and traces that must not change f."""

import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings

from app.core.autodiff import difference_quotient, evaluate, forward_gradient, gradient, reverse, tangents
from app.core.expression_graph import Node, parse
from app.core.graph_passes import eliminate_common, fold_constants, operations, prune
from app.core.tracing import Function, select, trace
from tests.core.test_expression_graph import POINT, formulas, oracle


def torch_gradient(text: str, inputs: dict[str, float]) -> tuple[float, dict[str, float]]:
    leaves = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in inputs.items()}
    out = oracle(text, leaves)
    if out.requires_grad:
        out.backward()
    return out.item(), {k: leaf.grad.item() for k, leaf in leaves.items() if leaf.grad is not None}


@settings(max_examples=400, deadline=None)
@given(formulas(), POINT, POINT, POINT)
def test_gradients_are_those_of_torch(text: str, x1: float, x2: float, x3: float) -> None:
    inputs = {"x1": x1, "x2": x2, "x3": x3}
    graph = parse(text)
    values = evaluate(graph, inputs)
    bars = reverse(graph, values).adjoints
    assume(all(abs(float(v)) < 1e6 for v in [*values, *bars]))  # NaN is left out too
    assume(not any(n.op == "relu" and float(values[n.inputs[0]]) == 0 for n in graph))
    _, expected = torch_gradient(text, inputs)
    by_reverse, by_tangents = gradient(graph, inputs), forward_gradient(graph, inputs)
    for name, slope in by_reverse.items():
        assert slope == pytest.approx(expected.get(name, 0.0), rel=1e-7, abs=1e-7)
        assert by_tangents[name] == pytest.approx(slope, rel=1e-7, abs=1e-7)


@settings(max_examples=300, deadline=None)
@given(formulas(), POINT, POINT, POINT)
def test_passes_do_not_change_a_bit(text: str, x1: float, x2: float, x3: float) -> None:
    inputs = {"x1": x1, "x2": x2, "x3": x3}
    graph = parse(text)
    expected = float(evaluate(graph, inputs)[-1])
    for better in (fold_constants(graph), eliminate_common(graph), eliminate_common(fold_constants(graph))):
        found = float(evaluate(better, inputs)[-1])
        assert found == expected or (math.isnan(found) and math.isnan(expected))
        assert operations(better) <= operations(graph)
        assert all(i < j for j, node in enumerate(better) for i in node.inputs)


def test_the_worked_table_of_the_survey() -> None:
    """Baydin et al. (2018), tables 2 and 3."""
    at = {"x1": 2.0, "x2": 5.0}
    graph = parse("log(x1)+x1*x2-sin(x2)")
    assert float(evaluate(graph, at)[-1]) == pytest.approx(11.652071455223084, abs=1e-12)
    found = gradient(graph, at)
    assert found["x1"] == 5.5
    assert found["x2"] == pytest.approx(2 - math.cos(5), abs=1e-12)
    assert found["x2"] == pytest.approx(1.716337814536774, abs=1e-12)


def test_two_nets_worked_by_hand() -> None:
    """The examples of Stanford's CS231n notes on backpropagation."""
    at = {"x": -2.0, "y": 5.0, "z": -4.0}
    assert float(evaluate(parse("(x+y)*z"), at)[-1]) == -12
    assert gradient(parse("(x+y)*z"), at) == {"x": -4.0, "y": -4.0, "z": 3.0}
    neuron = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
    graph = parse("sigmoid(w0*x0+w1*x1+w2)")
    assert float(evaluate(graph, neuron)[-1]) == pytest.approx(0.73106, abs=5e-6)
    rounded = {name: round(slope, 4) for name, slope in gradient(graph, neuron).items()}
    assert rounded == {"w0": -0.1966, "x0": 0.3932, "w1": -0.3932, "x1": -0.5898, "w2": 0.1966}


def test_a_constant_exponent_of_a_negative_base_is_no_problem() -> None:
    assert gradient(parse("x1^3"), {"x1": -2.0}) == {"x1": 12.0}
    assert forward_gradient(parse("x1^3"), {"x1": -2.0}) == {"x1": 12.0}
    assert gradient(parse("x1^0+x1^1"), {"x1": 0.0}) == {"x1": 1.0}
    assert math.isnan(gradient(parse("(0-2)^x1"), {"x1": 1.5})["x1"])


def test_difference_quotients_have_the_order_they_claim() -> None:
    graph, at = parse("exp(x1)*sin(x1)"), {"x1": 0.7}
    exact = gradient(graph, at)["x1"]
    h = np.array([1e-2, 1e-3])
    for central, order in ((True, 2), (False, 1)):
        error = abs(difference_quotient(graph, at, "x1", h, central) - exact)
        assert math.log10(error[0] / error[1]) == pytest.approx(order, abs=0.05)


def test_difference_errors_at_one_step() -> None:
    graph, at = parse("log(x1)+x1*x2-sin(x2)"), {"x1": 2.0, "x2": 5.0}
    h = np.array([1e-5])
    assert abs(difference_quotient(graph, at, "x1", h)[0] - 5.5) < 3e-10
    assert abs(difference_quotient(graph, at, "x1", h, central=False)[0] - 5.5) == pytest.approx(1.25e-6, rel=0.01)


def test_tangents_are_linear_in_the_direction() -> None:
    graph, at = parse("x1*exp(x2)/x3"), {"x1": 1.5, "x2": 0.3, "x3": -2.0}
    values, slopes = evaluate(graph, at), gradient(graph, at)
    direction = {"x1": 2.0, "x2": -1.0, "x3": 0.5}
    along = float(tangents(graph, values, direction)[-1])
    assert along == pytest.approx(sum(slopes[k] * direction[k] for k in slopes), rel=1e-12)


def test_a_node_used_twice_collects_both_adjoints() -> None:
    graph = parse("(a*b+c)*a")
    at = {"a": 2.0, "b": -3.0, "c": 4.0}
    assert gradient(graph, at)["a"] == -8
    assert sorted(float(f) for sent in reverse(graph, evaluate(graph, at)).flows for f in sent[:1] if f is not None)


def test_unused_nodes_are_pruned() -> None:
    assert prune((Node("const", value=1.0), Node("input", name="x"), Node("neg", (1,)))) == (
        Node("input", name="x"), Node("neg", (0,)),
    )  # fmt: skip


def branchy(x):
    return x * x if x > 0 else -x


def test_a_traced_branch_is_baked_in_as_in_torch() -> None:
    ours = trace(branchy, np.float64(2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of the baked branch, and that it is deprecated
        theirs = torch.jit.trace(branchy, torch.tensor(2.0), check_trace=False)
    for x in (3.0, -2.0, -0.5):
        assert float(evaluate(ours, {"x": x})[-1]) == pytest.approx(theirs(torch.tensor(x)).item())
    assert float(evaluate(ours, {"x": -2.0})[-1]) == 4
    assert branchy(-2.0) == 2


def test_a_branch_in_the_graph_is_right_on_both_sides() -> None:
    graph = trace(lambda x: select(x, x * x, -x), np.float64(2))
    xs = np.linspace(-3, 3, 25)
    np.testing.assert_allclose(evaluate(graph, {"x": xs})[-1], [branchy(x) for x in xs])


def test_symbolic_tracing_finds_the_same_nodes_as_torch_fx() -> None:
    def f(x1, x2):
        return torch.log(x1) + x1 * x2 - torch.sin(x2)

    calls = [n.name for n in torch.fx.symbolic_trace(f).graph.nodes if n.op == "call_function"]
    ours = [node.op for node in parse("log(x1)+x1*x2-sin(x2)") if node.inputs]
    assert sorted(calls) == sorted(ours) == ["add", "log", "mul", "sin", "sub"]


def test_python_runs_once_per_signature() -> None:
    ran = []

    def body(x):
        ran.append(1)
        return x * 2 + 1

    f = Function(body)
    assert [float(f(x)) for x in (np.float32(1), np.float32(2), 3, 3, 4)] == [3, 5, 7, 7, 9]
    assert len(ran) == f.traces == 3
