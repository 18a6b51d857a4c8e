"""The graph X-ray and its exercises: the worked example, sharing, passes, traces, and formulas meant to hurt."""

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from app.core.expression_graph import FUNCTIONS
from app.demos.training.graph_xray import GraphXrayParams, demo
from app.exercises.training import adjoint_by_hand, retrace_count
from app.figures import encode_result
from app.kit import Result, Steps
from app.kit.params import LimitError


def run(**values) -> Result:
    return demo.final(GraphXrayParams(**values))


def test_the_worked_example_and_its_checks() -> None:
    result = run()
    s = result.scalars
    assert s["value"] == pytest.approx(11.652071455, abs=1e-9)
    assert (s["grad_x1"], s["ops"], s["edges"], s["sweeps_forward"]) == (5.5, 5, 8, 2)
    assert s["grad_x2"] == pytest.approx(2 - math.cos(5), abs=1e-12)
    assert all(check.deviation <= check.tolerance for check in result.checks)
    assert "0.5 + 5 = 5.5" in result.notes[1].en


def test_frames_go_forward_then_back() -> None:
    steps = run().views[0]
    assert isinstance(steps, Steps)
    said = [label.en for label in steps.labels]
    assert len(said) == 1 + 5 + 1 + 5
    assert [s.split(":")[0] for s in said] == ["Inputs and constants are in place"] + ["Forward"] * 5 + ["Reverse"] * 6
    assert said[1] == "Forward: log(2) = 0.6931"
    assert said[-1] == "Reverse: log gets 1, sends 0.5 to x1"


def test_forward_mode_takes_a_sweep_for_each_input() -> None:
    steps = run(mode="forward", expression="x1*x2*x3*x4*x5").views[0]
    assert isinstance(steps, Steps)
    assert {label.en.split("(")[0] for label in steps.labels} == {f"Sweep {k} of 5 " for k in range(1, 6)}


def test_passes_remove_what_they_promise() -> None:
    both = {"expression": "sigmoid(x1*x2)*(1-sigmoid(x1*x2))+2*3"}
    assert run(**both).scalars["ops"] == 8
    assert run(**both, fold=True).scalars["ops"] == 7
    assert run(**both, cse=True).scalars["ops"] == 6
    result = run(**both, cse=True, fold=True)
    assert result.scalars["ops"] == 5
    assert result.checks[-1].deviation == 0


def test_the_smaller_step_is_the_worse_one_for_many_formulas() -> None:
    for formula in ("exp(x1)*x2", "x1^3/x2", "tanh(x1-x2)*x2", "sin(x1*x2)+x1", "sigmoid(x1)*x2^2"):
        s = run(expression=formula).scalars
        assert s["error_tiny_step"] > 1e3 * s["error_central"]
        assert 1e-7 < s["step_best"] < 1e-2


def test_overflow_is_a_result() -> None:
    result = run(expression="log(1+exp(100*x1))", x1=9)
    assert result.scalars["value"] == math.inf
    assert math.isnan(result.scalars["grad_x1"])
    assert any("∞" in note.zh for note in result.notes)


def test_a_formula_without_variables() -> None:
    result = run(expression="9^9^9^9")
    assert result.scalars["value"] == math.inf
    assert result.scalars["sweeps_reverse"] == 0


def test_tracing_on_either_side() -> None:
    right, left = run(tab="trace").scalars, run(tab="trace", example=-2).scalars
    assert (right["eager_other"], right["traced_other"]) == (2, 4)
    assert (left["eager_other"], left["traced_other"]) == (4, -2)
    assert run(tab="trace", branch="graph", example=-2).scalars["wrong_share"] == 0
    assert right["traces"] == 4


@pytest.mark.parametrize(
    ("formula", "says"),
    [("x1+", "ends at character 4"), ("2x1", "before character 2"), ("foo(x1)", "Character 1: no such name as foo"),
     ("x1+(x2", "( at character 4"), ("sin x1", "sin(x1)"), ("x6", "x1 to x5"), ("x1 & x2", "Character 4"),
     ("-" * 100 + "x1", "24 deep"), ("+".join("9" * 60), "40 nodes")],
)  # fmt: skip
def test_a_bad_formula_is_refused_with_its_place(formula: str, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        GraphXrayParams(expression=formula)
    (detail,) = caught.value.errors()
    reason = detail["ctx"]["error"]
    assert isinstance(reason, LimitError)
    assert detail["loc"] == ("expression",)
    assert says in reason.message.en
    assert reason.message.zh


HEAVY = ["sin(" * 20 + "x1" + ")" * 20, "x1*x2" + "*x3" * 35, "x1" + "^9" * 19, "-".join(["x1"] * 20)]


@pytest.mark.parametrize("formula", HEAVY)
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_the_largest_graphs_stay_small_on_the_wire(formula: str, mode: str) -> None:
    start = time.process_time()
    result = run(expression=formula[:120], mode=mode)
    assert time.process_time() - start < 1
    assert len(encode_result(demo.id, "", result)) < 512 << 10


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["x1", "x2", "9", "(", ")", "+", "-", "*", "/", "^", *[f + "(" for f in FUNCTIONS]]),
        max_size=20,
    )
)
def test_any_formula_runs_or_is_refused(parts: list[str]) -> None:
    try:
        params = GraphXrayParams(expression="".join(parts)[:120], cse=True, fold=True, x1=0, x2=-10)
    except ValidationError:
        return
    encode_result(demo.id, "", demo.final(params))


def test_adjoint_exercise() -> None:
    Question = adjoint_by_hand.Question
    assert adjoint_by_hand.answer(Question("(a*b+c)*a", 2, -3, 4)) == -8
    wrong = {m.id: m.value for m in adjoint_by_hand.mistakes(Question("(a*b+c)*a", 2, -3, 4))}
    assert wrong["one-path-only"] == -2
    assert wrong["multiplied-the-paths"] == 12
    assert adjoint_by_hand.answer(Question("relu(a*b+c)*a+a^2*c", 2, -3, 4)) == 16


def test_retrace_exercise() -> None:
    Calls = retrace_count.Calls
    mixed = (("float32", (2,)), ("float32", (3,)), ("float32", (2,)), ("int32", (2,)), ("python", 7), ("python", 8))
    assert retrace_count.answer(Calls(2, mixed)) == 5
    assert retrace_count.answer(Calls(3, (), ((20, 139), (80, 192)), 32, 9)) == 3
