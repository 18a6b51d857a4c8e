"""The parts of the mock that are pure: drawing by weight, words in common, hints, what is asked next."""

import random
from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.text import same, text
from app.services.catalogue import Catalogue
from app.services.mock import progress, script
from app.services.mock.drawing import draw, questions_in, shares
from app.services.mock.hints import hints
from app.services.mock.likeness import likeness
from app.services.mock.settling import by_words
from app.services.mock.wording import first_sentence, opening

AT = datetime(2026, 3, 2, tzinfo=UTC)


def test_topics_are_asked_in_proportion_to_their_weights() -> None:
    room, weights = {"a": 9, "b": 9, "c": 9}, {"a": 3.0, "b": 1.0, "c": 0.0}
    assert shares(weights, room, 8, random.Random(1)) == {"a": 6, "b": 2}
    total: Counter[str] = Counter()
    for seed in range(400):
        total.update(shares({"a": 2.0, "b": 1.0, "c": 1.0}, room, 1, random.Random(seed)))
    assert abs(total["a"] / 400 - 0.5) < 0.08
    assert sum(total.values()) == 400


@given(st.dictionaries(st.sampled_from("abcde"), st.floats(0, 5), min_size=1), st.integers(1, 12), st.integers())
def test_a_draw_never_asks_twice_or_more_than_there_is(weights: dict[str, float], count: int, seed: int) -> None:
    cards = {topic: [f"{topic}{i}" for i in range(2)] for topic in weights}
    drawn = draw(cards, weights, count, random.Random(seed))
    able = sum(2 for weight in weights.values() if weight > 0)
    assert len(drawn) == len(set(drawn)) == min(count, able)
    assert drawn == draw(cards, weights, count, random.Random(seed))


def test_what_was_just_asked_waits() -> None:
    cards = {"a": ["x", "y", "z"]}
    assert {draw(cards, {"a": 1}, 1, random.Random(s), avoid=("x", "y"))[0] for s in range(30)} == {"z"}
    assert len(draw(cards, {"a": 1}, 3, random.Random(1), avoid=("x", "y"))) == 3
    assert [questions_in(m) for m in (5, 15, 30, 60)] == [1, 2, 4, 9]


def test_texts_about_the_same_thing_are_alike_in_either_language() -> None:
    points = [text(zh="梯度消失", en="vanishing gradients"), text(zh="批归一化", en="batch normalisation")]
    table = likeness(points, [text(zh="何时使用批归一化", en="when?"), text(zh="吗", en="the vanishing of a gradient")])
    assert table[0][1] > table[0][0] == 0
    assert table[1][0] > table[1][1] == 0
    assert likeness([points[0]], [points[0]])[0][0] == pytest.approx(1)


def test_hints_come_from_the_card_and_cut_no_formula(catalogue: Catalogue) -> None:
    drawn = script.write(catalogue, list(catalogue.cards), 3)
    assert len(drawn.stages) == len(catalogue.cards)
    for step in drawn.steps_once():
        three = hints(catalogue, step)
        assert len(three) == 3
        assert three[2] in [point.text for point in catalogue.card(step.card).facts.rubric]
        for hint in three:
            for lang in ("zh", "en"):
                assert hint[lang].count("$") % 2 == hint[lang].count("**") % 2 == hint[lang].count("`") % 2 == 0
                assert hint[lang].count("{{") == hint[lang].count("}}")


def test_the_opening_of_a_key_point_is_short_and_its_sentence_whole(catalogue: Catalogue) -> None:
    point = text(zh="写出 $a_1, a_2$ 的和，再说为什么", en="Writes $a_1 + a_2$ and says why it holds")
    assert opening(point) == text(zh="写出 $a_1, a_2$ 的和……", en="Writes $a_1 + a_2$ and …")
    for card in catalogue.cards.values():
        assert first_sentence(card).zh[-1] in "。！？：" or len(first_sentence(card).zh) > 10
        assert len(first_sentence(card).en) > 12


def test_every_key_point_leads_somewhere_and_every_miss_is_settled_by_a_run(catalogue: Catalogue) -> None:
    drawn = script.write(catalogue, list(catalogue.cards), 3)
    led = [link for stage in drawn.stages for link in stage.chain]
    assert len(led) >= 0.9 * sum(len(stage.main.points) for stage in drawn.stages)
    for stage in drawn.stages:
        items = [step.item for step in stage.steps_once() if step.item]
        assert len(items) == len(set(items)), "no item twice"
        rubric = [point.text for point in catalogue.card(stage.card).facts.rubric]
        for run in by_words(catalogue, catalogue.card(stage.card), rubric):
            assert run is not None
            assert run.demo in catalogue.demos


def step(id: str, kind: Any = "open", points: tuple[str, ...] = ()) -> script.Step:
    return script.Step(id=id, kind=kind, card="c", item=f"c/{id}", seed=1, points=points)


STAGE = script.Stage(
    card="c", topic="t", main=step("m", points=("p", "q", "r")), check=step("k", "check"),
    chain=tuple(
        script.Link(point=point, step=led)
        for point, led in [("p", step("n", points=("p", "r"))), ("q", step("f", "check", ("q",))),
                           ("r", step("n", points=("p", "r")))]
    ),
)  # fmt: skip


def event(kind: str, id: str, **data: Any) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, step=id, at=AT, data=data)


def answer(id: str, *points: str) -> SimpleNamespace:
    grade = {"correct": None, "suggested_rating": 2, "max_rating": 4, "feedback": same("x").model_dump()}
    fields = {"rating": None, "confidence": None, "seconds": None, "late": False}
    return event("answer", id, answer={"points": list(points)}, grade=grade, **fields)


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ([], "m"),
        ([answer("m", "p", "q", "r")], "k"),
        ([answer("m", "q", "r")], "n"),
        ([answer("m", "p", "r")], "f"),
        ([answer("m"), answer("n", "p")], "f"),
        ([answer("m"), answer("n", "p"), answer("f")], "k"),
        ([answer("m", "p", "q"), answer("n")], "k"),
        ([answer("m"), answer("m", "p", "q", "r")], "n"),
        ([answer("m", "p", "q", "r"), answer("k")], None),
    ],
    ids=["open first", "nothing missing", "first missing", "second missing", "still missing", "two at most",
         "asked once", "the first answer counts", "done"],
)  # fmt: skip
def test_a_missed_point_picks_the_next_question(given: list[Any], then: str | None) -> None:
    found = progress.following(STAGE, progress.fold(given))
    assert (found.id if found else None) == then


def test_events_fold_to_the_same_whatever_is_repeated() -> None:
    events = [event("hint", "m", level=2), event("hint", "m", level=1), event("reveal", "m", text="a"),
              event("reveal", "m", text="b"), answer("m", "p"), event("end", "")]  # fmt: skip
    done, twice = progress.fold(events), progress.fold([e for e in events for _ in range(2)])
    assert done == twice
    assert (done.hints["m"], done.said["m"], done.ended_at) == (2, "a", AT)
