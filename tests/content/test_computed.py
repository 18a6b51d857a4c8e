"""The numbers in prose: collected, computed, stored, compared."""

import json
import math
from pathlib import Path

import pytest

from app.content import computed, stored
from app.content.loader import load
from app.content.models import RunRef
from app.content.problems import Problem
from tests.content.toys import DEMOS, SAMPLE, decay, run_slowly


def ref(name: str) -> RunRef:
    demo, preset, scalar = name.split("/")
    return RunRef(demo=demo, preset=preset, scalar=scalar)


def test_collects_prose_claims_numeric_and_predict() -> None:
    runs = computed.collect(load(SAMPLE).cards.values(), DEMOS)
    assert [stored.key(run) for run in runs] == ["toy-decay/base/last", "toy-decay/deep/last"]
    without_prose = list(computed.facts_runs(load(SAMPLE).cards["vanishing-gradients"], DEMOS))
    assert [(name, id) for name, id, _ in without_prose] == [
        ("claims", "always"), ("quiz", "how-much"), ("quiz", "guess"),
    ]  # fmt: skip


def test_computes_each_preset_and_says_why_a_number_is_not_there() -> None:
    names = ["toy-decay/base/last", "toy-decay/deep/none", "toy-decay/deep/first", "toy-decay/no/last", "no/no/last"]
    fresh = computed.compute(map(ref, names), DEMOS)
    assert fresh.values["toy-decay/base/last"] == 0.25**5
    assert math.isnan(fresh.values["toy-decay/deep/none"])
    assert fresh.failures == {
        "toy-decay/deep/first": "toy-decay/deep gives no 'first'; it gives last, none",
        "toy-decay/no/last": "toy-decay has no preset 'no'; it has base, deep",
        "no/no/last": "no demo 'no'",
    }


def test_a_demo_that_raises_does_not_stop_the_others() -> None:
    def broken(params: object) -> None:
        raise ZeroDivisionError("division by zero")

    demos = DEMOS | {"toy-broken": decay(name="toy_broken", runner=broken)}
    fresh = computed.compute(map(ref, ["toy-broken/base/last", "toy-decay/base/last"]), demos)
    assert fresh.failures == {"toy-broken/base/last": "toy-broken/base fails: ZeroDivisionError: division by zero"}
    assert "toy-decay/base/last" in fresh.values


def test_stored_numbers_read_back_the_same(tmp_path: Path) -> None:
    values = {"b/b/x": 0.1 + 0.2, "a/a/x": math.inf, "c/c/x": -math.inf, "d/d/x": math.nan, "e/e/x": 5e-324}
    stored.store(tmp_path / "computed.json", values)
    text = (tmp_path / "computed.json").read_text()
    assert text.endswith("}\n")
    assert list(json.loads(text)) == sorted(values)
    problems: list[Problem] = []
    back = stored.read(tmp_path / "computed.json", problems)
    assert problems == []
    assert math.isnan(back.pop("d/d/x"))
    assert back == {name: value for name, value in values.items() if name != "d/d/x"}


@pytest.mark.parametrize("damage", ["", "[1]", '{"a": [1]}', '{"a": "x"}', '{"a": true}', '{"a": 1,\n}'])
def test_a_damaged_store_is_a_problem_and_no_crash(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "computed.json"
    file.write_text(damage)
    problems: list[Problem] = []
    assert stored.read(file, problems) == {}
    assert "warmup check --write" in problems[0].remedy


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (1.0, 1.0 + 5e-7, True),
        (1.0, 1.0 + 5e-6, False),
        (8.67e-19, 8.67e-19, True),
        (8.67e-19, 8.67e-25, False),
        (0.0, 2e-16, True),
        (1e-16, -3e-16, True),
        (0.0, 1e-9, False),
        (math.nan, math.nan, True),
        (math.nan, 1.0, False),
        (math.inf, math.inf, True),
        (math.inf, -math.inf, False),
        (math.inf, 1e300, False),
    ],
)
def test_what_counts_as_the_same_number(a: float, b: float, same: bool) -> None:
    assert computed.agree(a, b) is same
    assert computed.agree(b, a) is same


def test_training_demos_may_differ_a_little_more() -> None:
    demos = DEMOS | {"toy-train": decay(name="toy_train", runner=run_slowly)}
    was = {"toy-decay/a/x": 1.0, "toy-train/a/x": 1.0, "gone/a/x": 1.0}
    now = {"toy-decay/a/x": 1.0002, "toy-train/a/x": 1.0002, "toy-decay/b/x": 1.0}
    assert computed.compare(was, now, demos) == ("gone/a/x", "toy-decay/a/x", "toy-decay/b/x")


def test_links_lead_to_the_state_of_the_preset() -> None:
    runs = stored.StoredRuns({"toy-decay/deep/last": 0.5}, DEMOS)
    deep = runs.link(ref("toy-decay/deep/last"), "zh")
    assert deep is not None
    assert (deep.href, deep.title) == ("/zh/demos/toy-decay?depth=15", "衰减: 十五 <层>")
    base = runs.link(ref("toy-decay/base/last"), "en")
    assert base is not None
    assert base.href == "/en/demos/toy-decay"
    assert runs.link(ref("toy-decay/no/last"), "en") is None
    assert runs.link(ref("no/no/last"), "en") is None
    assert runs.value(ref("toy-decay/deep/last")) == 0.5
    assert runs.value(ref("toy-decay/base/last")) is None
