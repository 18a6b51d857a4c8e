"""Params in a URL: canonical, reversible, bounded."""

from typing import Literal
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError, model_validator

from app.kit import Expression, IntVector, Matrix, Params, Vector, knob, knobs, limit, seed, text
from app.kit.params import LimitError, format_value


class Example(Params):
    depth: int = knob(10, ge=1, le=50, zh="层数", en="Depth")
    gain: float = knob(1.0, ge=0.1, le=3.0, step=0.1, zh="增益", en="Gain")
    rate: float = knob(0.05, ge=1e-5, le=1.0, log=True, zh="学习率", en="Learning rate")
    kind: Literal["relu", "tanh"] = knob("relu", zh="激活", en="Activation", options={"relu": text(zh="线", en="line")})
    shown: tuple[Literal["a", "b", "c"], ...] = knob(("a", "b"), zh="显示", en="Shown")
    norm: bool = knob(False, zh="归一化", en="Normalise")
    moves: Matrix = knob(((0.5, 0.5), (0.1, 0.9)), kind="matrix", max_length=4, zh="转移", en="Moves")
    start: Vector = knob((0.2, 0.8), kind="vector", max_length=4, zh="初始", en="Start")
    seen: IntVector = knob((0, 1), kind="vector", max_length=9, zh="观测", en="Seen")
    formula: Expression = knob("x1+x2", kind="expression", zh="公式", en="Formula")
    seed: int = seed()

    @model_validator(mode="after")
    def _cost(self) -> "Example":
        if self.depth * self.gain > 100:
            raise limit(zh="太贵", en="too expensive")
        return self


def parse(query: str) -> Example:
    return Example.from_query(parse_qsl(query, keep_blank_values=True))


def test_defaults_are_the_empty_query() -> None:
    assert Example().to_query() == ""
    assert parse("") == Example()


@pytest.mark.parametrize("query", ["gain=0.50", "gain=0.5", "gain=5e-1", "depth=10&gain=.5"])
def test_one_state_has_one_query(query: str) -> None:
    assert parse(query).to_query() == "gain=0.5"


def test_every_kind_survives_the_url() -> None:
    query = "kind=tanh&shown=c&shown=a&norm=true&moves=1+0%3B+0.25+0.75&start=1+0&seen=1+1+0&formula=x1%5E2%2B1&seed=7"
    params = parse(query)
    assert params.moves == ((1.0, 0.0), (0.25, 0.75))
    assert params.shown == ("c", "a")
    assert params.to_query() == query


def test_an_expression_is_kept_as_typed_but_for_the_spaces_around_it() -> None:
    assert parse("formula=+x1+*+2+").formula == "x1 * 2"
    assert parse("formula=+x1%2Bx2+").to_query() == ""
    assert parse("formula=" + "9" * 120).formula == "9" * 120


def test_matrices_are_read_as_people_write_them() -> None:
    assert parse("moves=1,0;0，1").moves == ((1.0, 0.0), (0.0, 1.0))
    assert parse("moves=1 0；0 1").moves == ((1.0, 0.0), (0.0, 1.0))


@given(
    st.builds(
        Example,
        depth=st.integers(1, 30),
        gain=st.floats(0.1, 3.0),
        rate=st.floats(1e-5, 1.0),
        norm=st.booleans(),
        seed=st.integers(0, 9999),
        shown=st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple),
    )
)
def test_query_is_reversible(params: Example) -> None:
    assert parse(params.to_query()) == params


@pytest.mark.parametrize(
    "query",
    ["depth=0", "depth=51", "depth=1.5", "gain=nan", "gain=inf", "gain=1e999", "depth=" + "9" * 5000, "depth=", "x=1",
     "depth=1&depth=2", "kind=elu", "shown=d", "norm=perhaps", "moves=1+x", "moves=nan+1", "seed=-1",
     "formula=", "formula=++", "formula=" + "x" * 121, "formula=x1&formula=x2"],
)  # fmt: skip
def test_what_is_not_allowed_is_refused(query: str) -> None:
    with pytest.raises(ValidationError):
        parse(query)


def test_joint_limits_carry_both_languages() -> None:
    with pytest.raises(ValidationError) as caught:
        parse("depth=50&gain=3")
    reason = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(reason, LimitError)
    assert reason.message.zh == "太贵"


def test_knobs_are_derived_from_fields() -> None:
    by_name = {k.name: k for k in knobs(Example)}
    names = ("depth", "gain", "kind", "shown", "norm", "moves", "start", "formula", "seed")
    assert [by_name[name].kind for name in names] == [
        "int", "float", "choice", "many", "bool", "matrix", "vector", "expression", "seed",
    ]  # fmt: skip
    assert (by_name["depth"].ge, by_name["depth"].le, by_name["depth"].step) == (1, 50, 1)
    assert by_name["gain"].step == 0.1
    assert by_name["kind"].options[0] == ("relu", text(zh="线", en="line"))
    assert (by_name["formula"].max_length, by_name["moves"].max_length) == (120, None)


def test_a_number_without_bounds_is_an_error() -> None:
    class Loose(Params):
        depth: int = knob(1, zh="层", en="Depth")

    with pytest.raises(TypeError, match="ge="):
        knobs(Loose)


def test_numbers_are_written_short() -> None:
    assert format_value(2.0) == "2"
    assert format_value(0.1) == "0.1"
    assert format_value(1e-7) == "1e-07"
    assert format_value(((1.0, 0.5), (0.0, 1.0))) == "1 0.5; 0 1"


class Tabbed(Params):
    tab: Literal["a", "b", "c"] = knob("a", zh="页", en="Tab")
    norm: bool = knob(False, zh="归一化", en="Normalise")
    shown: tuple[Literal["x", "y"], ...] = knob(("x",), zh="显示", en="Shown")
    always: int = knob(1, ge=1, le=9, zh="总", en="Always")
    only_b: int = knob(1, ge=1, le=9, zh="乙", en="Only b", when={"tab": ("b",)})
    both: int = knob(1, ge=1, le=9, zh="两者", en="Both", when={"tab": ("a", "b"), "norm": (True,)})
    with_y: int = knob(1, ge=1, le=9, zh="有 y", en="With y", when={"shown": ("y",)})


@pytest.mark.parametrize(
    ("given", "matter"),
    [({}, set()), ({"tab": "b"}, {"only_b"}), ({"norm": True}, {"both"}), ({"tab": "c", "norm": True}, set()),
     ({"tab": "b", "norm": True}, {"only_b", "both"}), ({"shown": ("x", "y")}, {"with_y"})],
)  # fmt: skip
def test_a_knob_matters_when_all_its_conditions_hold(given: dict[str, object], matter: set[str]) -> None:
    params = Tabbed(**given)
    values = {name: getattr(params, name) for name in Tabbed.model_fields}
    found = {k.name for k in knobs(Tabbed) if k.matters(values)}
    assert found == {"tab", "norm", "shown", "always"} | matter


def test_a_condition_nobody_can_meet_is_an_error() -> None:
    class Typo(Params):
        tab: Literal["a", "b"] = knob("a", zh="页", en="Tab")
        depth: int = knob(1, ge=1, le=2, zh="层", en="Depth", when={"tab": ("linear",)})

    class Missing(Params):
        depth: int = knob(1, ge=1, le=2, zh="层", en="Depth", when={"tab": ("a",)})

    for wrong in (Typo, Missing):
        with pytest.raises(TypeError, match="when"):
            knobs(wrong)
