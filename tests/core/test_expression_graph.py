"""The parser against Python's own grammar and torch's arithmetic; what it refuses; that nothing makes it hang."""

import doctest
import math
import re
import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import autodiff, expression_graph, graph_passes, tracing
from app.core.autodiff import evaluate
from app.core.expression_graph import DEEPEST, MOST_NODES, ExpressionError, parse


@pytest.mark.parametrize("module", [expression_graph, autodiff, graph_passes, tracing], ids=lambda m: m.__name__)
def test_doctests(module) -> None:
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


def value(text: str, **inputs: float) -> float:
    return float(evaluate(parse(text), inputs)[-1])


NAMED = {name: getattr(torch, name) for name in ("sin", "cos", "exp", "log", "relu", "sigmoid", "tanh")}
NUMBER = re.compile(r"(?<![a-zA-Z0-9_.])(\d+\.?\d*)")


def oracle(text: str, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """Python parses, torch computes: every number is made a float64 tensor first."""
    number = lambda x: torch.tensor(float(x), dtype=torch.float64)  # noqa: E731
    source = NUMBER.sub(r"T(\1)", text).replace("^", "**")
    return eval(source, {**NAMED, **inputs, "T": number})  # noqa: S307 - our own text, and Python's parser is the oracle


def formulas() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["x1", "x2", "x3", "2", "0.5", "3.25", "1"])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        binary = st.tuples(inner, st.sampled_from("+-*/"), inner).map("".join)
        power = st.tuples(inner, st.sampled_from(["^2", "^3", "^-1", "^x2", "^2^x1"])).map("".join)
        call = st.tuples(st.sampled_from(sorted(NAMED)), inner).map(lambda c: f"{c[0]}({c[1]})")
        return binary | power | call | inner.map(lambda e: f"({e})") | inner.map(lambda e: f"-{e}")

    return st.recursive(leaves, grow, max_leaves=9)


POINT = st.floats(-3, 3, allow_nan=False).map(lambda x: round(x, 3))


@settings(max_examples=300, deadline=None)
@given(formulas(), POINT, POINT, POINT)
def test_values_are_those_of_python_and_torch(text: str, x1: float, x2: float, x3: float) -> None:
    inputs = {"x1": x1, "x2": x2, "x3": x3}
    expected = oracle(text, {k: torch.tensor(v, dtype=torch.float64) for k, v in inputs.items()}).item()
    found = value(text, **inputs)
    if math.isnan(expected) or math.isinf(expected):
        assert math.isnan(found) or math.isinf(found)
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("-2^2", -4), ("2^3^2", 512), ("2^-1", 0.5), ("-2^-2", -0.25), ("8/4/2", 1), ("7-4-2", 1), ("2**3", 8), ("--3", 3),
     ("+3", 3), ("2*-3", -6), ("1e3", 1000), (".5+5.", 5.5), ("（1＋2）×3÷2", 4.5), ("  1 +\t2 ", 3)],
)  # fmt: skip
def test_precedence_by_hand(text: str, expected: float) -> None:
    assert value(text) == expected


def test_an_input_is_one_node_but_a_repeated_expression_is_two() -> None:
    graph = parse("sin(x1)*sin(x1)")
    assert [node.op for node in graph] == ["input", "sin", "sin", "mul"]
    assert graph[3].inputs == (1, 2)


def test_nodes_come_after_their_inputs() -> None:
    graph = parse("log(x1)+x1*x2-sin(x2)^(x1-3)")
    assert all(i < j for j, node in enumerate(graph) for i in node.inputs)


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [("", "end", 1), ("x1+", "end", 4), ("x1 $ 2", "character", 4), ("2x1", "operator", 2), ("x1 x2", "operator", 4),
     ("log x1", "call", 1), ("log", "call", 1), ("(x1+2", "closing", 1), ("log(x1", "closing", 4),
     ("x1)", "opening", 3), ("x1+)", "operand", 4), ("*x1", "operand", 1), ("1+1e999", "number", 3),
     ("foo(x1)", "name", 1), ("x1+y", "name", 4), ("x1.real", "character", 3), ("x1[0]", "character", 3),
     ("__import__('os')", "character", 12), ("__import__", "name", 1), ("x1;x2", "character", 3),
     ("sin(x1)(2)", "operator", 8), ("()", "operand", 2), ("\x00", "character", 1), ("２+1", "character", 1)],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(text: str, reason: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, ("x1", "x2"))
    assert (caught.value.reason, caught.value.position) == (reason, position)


@pytest.mark.parametrize(
    "text",
    ["(" * 60 + "1" + ")" * 59, "-" * 119 + "1", "9^" * 59 + "9", "+".join("9" * 60), "sin(" * 29 + "1)", "1" * 120],
)
def test_large_and_deep_are_refused_or_finite(text: str) -> None:
    start = time.process_time()
    try:
        graph = parse(text)
    except ExpressionError as error:
        assert error.reason in ("deep", "large", "closing")
    else:
        assert len(graph) <= MOST_NODES
        evaluate(graph, {})
    assert time.process_time() - start < 0.1


def test_a_tower_of_powers_is_infinite_at_once() -> None:
    assert value("9^9^9^9") == math.inf
    assert value("exp(exp(exp(9)))") == math.inf
    assert math.isnan(value("log(0-1)"))
    assert value("1/0") == math.inf


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="x12345+-*/^(). e\n()sincoexplgrmdtahu,[]'\"\\∞", max_size=120))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        graph = parse(text)
    except ExpressionError as error:
        assert 1 <= error.position <= len(text) + 1
    else:
        assert len(graph) <= MOST_NODES


def test_depth_is_bounded() -> None:
    parse("(" * (DEEPEST - 1) + "x1" + ")" * (DEEPEST - 1))
    with pytest.raises(ExpressionError, match="deep"):
        parse("(" * DEEPEST + "x1" + ")" * DEEPEST)
