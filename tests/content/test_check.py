"""`warmup check`: what only demos, exercises and runs can tell."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.content import check as checks
from app.content import computed
from app.content.check import check
from app.content.problems import Problem
from tests.content.toys import DEMOS, EXERCISES, POWER, SAMPLE, decay

Edit = Callable[..., Path]


def found(root: Path, **options: object) -> list[Problem]:
    return check(root, **({"demos": DEMOS, "exercises": EXERCISES} | options))  # type: ignore[arg-type]


def test_the_sample_is_good() -> None:
    assert [str(p) for p in found(SAMPLE)] == []


CASES = [
    ("demos: [{id: toy-decay, preset: base}]", "demos: [{id: toy-decay, preset: no}]", "no preset 'no'", 3),
    ("demos: [{id: toy-decay, preset: base}]", "demos: [{id: no, preset: base}]", "no demo 'no'", 3),
    ("evidence: [{demo: toy-decay, preset: deep, scalar: last}]",
     "evidence: [{demo: toy-decay, preset: deep, scalar: x}]", "gives no 'x'", 10),
    ("run: {demo: toy-decay, preset: deep, scalar: last}", "run: {demo: toy-decay, preset: no, scalar: last}",
     "no preset 'no'", 29),
    ("run: {demo: toy-decay, preset: deep, scalar: last}", "run: {demo: toy-decay, preset: deep, scalar: none}",
     "not in computed.json", 29),
    ("exercise: toy-power", "exercise: toy-sum", "no exercise 'toy-sum'", 35),
    ("level: 2", "level: 4", "levels 1 to 3, not 4", 35),
    ("prediction: left", "prediction: right", "no prediction 'right'; it has left", 36),
    ("demo: toy-decay, prediction", "demo: no, prediction", "no demo 'no'", 36),
    ("{{toy-decay/deep/last|.1e}} [@he2015]。", "{{toy-decay/deep/first|.1e}} [@he2015]。", "gives no 'first'", 14),
    ("{{toy-decay/deep/last|.1e}} [@he2015]。", "{{no/deep/last|.1e}} [@he2015]。", "no demo 'no'", 14),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "line"), CASES, ids=[c[1][:60] for c in CASES])
def test_facts_against_demos_and_exercises(
    root: Path, card: Path, edit: Edit, old: str, new: str, message: str, line: int
) -> None:
    file = edit(card / "card.yml", old, new)
    told = [p for p in found(root) if message in p.message]
    assert [(p.file, p.line) for p in told[:1]] == [(file, line)], found(root)
    assert told[0].remedy


def test_only_one_card(root: Path, card: Path, edit: Edit) -> None:
    """Another card's numbers are not looked at, and a name that is no card is said."""
    edit(root / "computed.json", "0.0009765625", "0.0009765")
    assert len(found(root, only=card.name)) == 1
    with pytest.raises(ValueError, match="no card 'nowhere'"):
        found(root, only="nowhere")


def test_a_stale_number(root: Path, edit: Edit) -> None:
    edit(root / "computed.json", "0.0009765625", "0.0009765")
    problems = found(root)
    assert len(problems) == 1
    assert "toy-decay/base/last is 0.0009765, the run gives 0.0009765625" in problems[0].message
    assert "--write" in problems[0].remedy
    assert found(root, run=False) == [], "without running, nobody can tell"


def test_a_number_that_nothing_names_any_more(root: Path, edit: Edit) -> None:
    edit(root / "computed.json", "{\n", '{\n "toy-decay/base/none": "nan",\n')
    assert ["no longer used" in p.message for p in found(root)] == [True]


def test_no_stored_numbers_at_all(root: Path) -> None:
    (root / "computed.json").unlink()
    messages = [p.message for p in found(root)]
    assert "the file is missing" in messages
    assert "toy-decay/deep/last is not in computed.json" in messages


def test_write_makes_it_good_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "computed.json").unlink()
    monkeypatch.setattr(computed, "all_demos", lambda: DEMOS)
    assert computed.write(root) == f"{root / 'computed.json'}: 2 numbers"
    assert found(root) == []
    assert (root / "computed.json").read_bytes() == (SAMPLE / "computed.json").read_bytes()


def test_write_says_what_failed(root: Path, card: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(card / "zh.md", "toy-decay/base/last", "toy-decay/base/first")
    monkeypatch.setattr(computed, "all_demos", lambda: DEMOS)
    assert "1 failed:\n  toy-decay/base/first: toy-decay/base gives no 'first'" in computed.write(root)


def test_an_answer_must_be_a_number_that_a_relative_tolerance_fits(root: Path, edit: Edit) -> None:
    edit(root / "computed.json", "9.313225746154785e-10", "0")
    assert any("the answer is 0.0" in p.message for p in found(root, run=False))


def test_unused_reference_and_demo_without_a_card(root: Path, edit: Edit) -> None:
    edit(root / "references.yml", "glorot2010:", "x1999: {authors: X, title: T, year: 1999, venue: V}\nglorot2010:")
    demos = DEMOS | {"alone": replace(decay(topic="nowhere", name="alone"), references=("y2000",))}
    told = {(str(p.file), p.line, p.message) for p in found(root, demos=demos)}
    assert (str(root / "references.yml"), 7, "'x1999' is used nowhere") in told
    demo = "app/demos/nowhere/alone.py"
    assert (demo, 0, "no card shows the demo 'alone'") in told
    assert (demo, 0, "no topic 'nowhere' in topics.yml") in told
    assert (demo, 0, "no reference 'y2000'") in told


def test_exercises_name_real_topics_and_demos(root: Path) -> None:
    stray = replace(POWER, module="app.exercises.nowhere.stray", demo="gone")
    messages = [p.message for p in found(root, exercises=EXERCISES | {"stray": stray})]
    assert messages == ["no demo 'gone'", "no topic 'nowhere' in topics.yml"]


@pytest.mark.parametrize(("old", "new"), [("{n} due", "{m} due"), ("{n} due", "due"), ("还有 {n}", "还有 {n")])
def test_interface_sentences_take_the_same_names(root: Path, edit: Edit, old: str, new: str) -> None:
    file = edit(root / "ui.yml", old, new)
    problems = found(root)
    assert [(p.file, p.line) for p in problems] == [(file, 3)]
    assert "review.due" in problems[0].message


def test_by_default_it_checks_against_all_demos(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "all_demos", lambda: DEMOS)
    monkeypatch.setattr(checks, "all_exercises", lambda: EXERCISES)
    assert check(root) == []
