"""What holds for every demo, found by discovery: a new file is tested the moment it is there."""

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest
from pydantic import ValidationError

from app.demos import demos
from app.figures import encode_result, encode_tables, figure
from app.kit import Demo, Knob, Params, Result, Table, Text
from app.services.listing import listing
from tests.localise import localised

ALL = list(demos().values())


def ids(value: Any) -> str:
    return value.id if isinstance(value, Demo) else str(value)


def case(demo: Demo, *rest: Any) -> Any:
    """One row of parameters. What concerns a demo stays in one process, where its results are kept."""
    return pytest.param(demo, *rest, marks=pytest.mark.xdist_group(demo.id))


DEMOS = [case(demo) for demo in ALL]


@pytest.fixture(scope="session")
def finals() -> dict[tuple[str, str], Result]:
    """Final results by (demo, query): each state is run once for all the tests below. (A process that runs tests of
    other files in between would forget what is kept for the module.)"""
    return {}


def final(demo: Demo, params: Params, finals: dict[tuple[str, str], Result]) -> Result:
    key = (demo.id, params.to_query())
    if key not in finals:
        finals[key] = demo.final(params)
    return finals[key]


@pytest.mark.parametrize("demo", DEMOS, ids=ids)
def test_declaration(demo: Demo) -> None:
    assert demo.presets, "at least one preset"
    assert next(iter(demo.presets.values())).values == {}, "the first preset is the default state"
    assert all(preset.expect for preset in demo.presets.values()), "every preset expects something of its scalars"
    assert demo.predictions, "never a demo without a question that needs it"
    assert demo.code, "name the core functions that ran"
    assert demo.references
    assert {knob.name for knob in demo.knobs} == set(demo.params.model_fields)


@pytest.mark.parametrize("demo", DEMOS, ids=ids)
def test_defaults_are_the_empty_query(demo: Demo) -> None:
    assert demo.params().to_query() == ""


PRESETS = [case(demo, name) for demo in ALL for name in demo.presets]


@pytest.mark.parametrize(("demo", "name"), PRESETS, ids=ids)
def test_preset_shows_what_it_promises(demo: Demo, name: str, finals: dict[tuple[str, str], Result]) -> None:
    params = demo.preset_params(name)
    assert demo.params.from_query(parse_qsl(params.to_query(), keep_blank_values=True)) == params
    result = final(demo, params, finals)
    for scalar, (low, high) in demo.presets[name].expect.items():
        assert low <= result.scalars[scalar] <= high, scalar
    for check in result.checks:
        assert check.deviation <= check.tolerance, check.label.en
    assert result.notes
    assert result.progress == 1


@pytest.mark.parametrize(("demo", "name"), PRESETS, ids=ids)
def test_preset_draws(demo: Demo, name: str, finals: dict[tuple[str, str], Result]) -> None:
    result = final(demo, demo.preset_params(name), finals)
    assert len({view.id for view in result.views}) == len(result.views)
    for view in result.views:
        drawn = orjson.loads(orjson.dumps(figure(view), option=orjson.OPT_SERIALIZE_NUMPY))
        assert drawn["title"]["zh"] and drawn["description"]["en"]
        if isinstance(view, Table):
            continue
        for lang in ("zh", "en"):
            for data in [drawn["plot"]["data"], *(frame["data"] for frame in drawn.get("frames", []))]:
                plain = localised({"data": data, "layout": drawn["plot"]["layout"]}, lang)
                shown = go.Figure(plain)
                assert [trace.type for trace in shown.data] == [trace["type"] for trace in data]


@pytest.mark.parametrize(("demo", "name"), PRESETS, ids=ids)
def test_preset_fits_the_wire(demo: Demo, name: str, finals: dict[tuple[str, str], Result]) -> None:
    result = final(demo, demo.preset_params(name), finals)
    body = orjson.loads(encode_result(demo.id, "", result))
    for scalar, value in result.scalars.items():
        assert (body["scalars"][scalar] is None) == (not math.isfinite(value)) == (scalar in body["flags"])
    assert len(encode_result(demo.id, "", result)) <= 512 << 10
    tables = orjson.loads(encode_tables(result))
    for table in tables:
        assert table["rows"], table["id"]
        assert all(len(row) == len(table["columns"]) for row in table["rows"]), table["id"]


@pytest.mark.parametrize("demo", DEMOS, ids=ids)
def test_predictions_are_settled_by_their_run(demo: Demo, finals: dict[tuple[str, str], Result]) -> None:
    for prediction in demo.predictions:
        value = final(demo, demo.preset_params(prediction.preset), finals).scalars[prediction.scalar]
        if prediction.options:
            right = [option for option in prediction.options if option.holds(value)]
            assert len(right) == 1, f"{prediction.id}: {value} is in {len(right)} options"
            assert all(option.why for option in prediction.options if option is not right[0]), prediction.id
        else:
            assert math.isfinite(value), prediction.id


@pytest.mark.parametrize("demo", DEMOS, ids=ids)
def test_same_params_same_bytes(demo: Demo, finals: dict[tuple[str, str], Result]) -> None:
    params = demo.params()
    first = encode_result(demo.id, "", final(demo, params, finals))
    assert encode_result(demo.id, "", demo.final(params)) == first


@pytest.mark.parametrize("demo", DEMOS, ids=ids)
def test_global_random_state_is_not_touched(demo: Demo) -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[index,union-attr]
    demo.final(demo.params())
    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]


def bounds(knob: Knob) -> Iterator[Any]:
    if knob.kind in ("int", "float", "seed"):
        yield knob.ge
        yield knob.le
    elif knob.kind == "choice":
        yield from (value for value, _ in knob.options)
    elif knob.kind == "bool":
        yield from (False, True)
    elif knob.kind == "many":
        yield tuple(value for value, _ in knob.options)
        yield from ((value,) for value, _ in knob.options)
    elif knob.kind == "expression":
        yield "9" * (knob.max_length or 0)


BOUNDS = [case(demo, knob.name, value) for demo in ALL for knob in demo.knobs for value in bounds(knob)]


@pytest.mark.parametrize(("demo", "name", "value"), BOUNDS, ids=ids)
def test_every_bound_runs_or_is_refused_with_a_reason(demo: Demo, name: str, value: Any) -> None:
    """One knob at its bound, the others at their defaults, within the deadline a worker would give it."""
    kind = demo.params.model_fields[name].annotation
    given = int(value) if kind is int else value
    try:
        params = demo.params(**{name: given})
    except ValidationError as error:
        reasons = [detail.get("ctx", {}).get("error") for detail in error.errors()]
        assert any(isinstance(getattr(reason, "message", None), Text) for reason in reasons), error
        return
    start = time.process_time()
    result = demo.final(params)
    assert time.process_time() - start < 5 * demo.budget_s, "a worker would have been killed"
    for view in result.views:
        figure(view)


@pytest.mark.parametrize("demo", DEMOS, ids=ids)
def test_unknown_and_unbounded_are_refused(demo: Demo) -> None:
    with pytest.raises(ValidationError):
        demo.params.from_query([("no_such_knob", "1")])
    for knob in demo.knobs:
        if knob.kind in ("int", "float", "seed"):
            for bad in ("nan", "inf", "-inf", "1e400", "9" * 5000, "", "x", str((knob.le or 0) + 1)):
                with pytest.raises(ValidationError):
                    demo.params.from_query([(knob.name, bad)])
        elif knob.kind == "expression":
            for bad in ("", "  ", "x" * ((knob.max_length or 0) + 1), "\x00", "__import__('os')", "x1;x1", "(" * 99):
                with pytest.raises(ValidationError):
                    demo.params.from_query([(knob.name, bad)])


@pytest.mark.parametrize("demo", [case(d) for d in ALL if d.streams], ids=ids)
def test_streams_grow_towards_their_end(demo: Demo) -> None:
    progress = [result.progress for result in demo.results(demo.params())]
    assert len(progress) >= 5
    assert progress == sorted(progress)
    assert progress[-1] == 1


@pytest.mark.parametrize("demo", DEMOS, ids=ids)
def test_code_shown_runs_on_its_own(demo: Demo, tmp_path: Path) -> None:
    """As a reader would: copied into an empty folder, run with its doctests, nothing of ours importable."""
    script = tmp_path / "shown.py"
    script.write_text(listing(demo.code) + "\nimport doctest\nassert doctest.testmod().failed == 0\n")
    done = subprocess.run([sys.executable, "-I", str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
