"""Every kind of item: right, wrong, half right, skipped, and answers of the wrong shape."""

import math
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from pydantic import ValidationError

from app.content import markdown
from app.content.models import NumericItem, PredictItem, QuizItem, RecallItem, RunRef
from app.content.scope import Scope
from app.errors import BadInput, Unprocessable
from app.kit import Asked, Mistake, Option, Prediction, same, text
from app.services.grading import Answer, Context, Grade, grade
from tests.services import world as w

SCOPE = Scope("en")
SEED = next(seed for seed in range(9) if w.UP_OR_DOWN.show(seed).side == 0)
ASKED = Asked(
    same("?"),
    7.0,
    0.01,
    "px",
    (Mistake("forgot-padding", 5.0, text(zh="忘了填充。", en="Padding forgotten.")),),
    same("It is 7."),
)


def graded(item: QuizItem, **answer: Any) -> Grade:
    prediction = w.PREDICTIONS[item.prediction] if isinstance(item, PredictItem) else None
    context = Context(w.computed, ASKED, prediction, w.RUBRIC, w.UP_OR_DOWN, w.UP_OR_DOWN.show(SEED))
    return grade(item, Answer(**answer), context)


@pytest.mark.parametrize(
    ("item", "answer", "correct", "suggested", "most"),
    [
        (w.CHOICE, {"options": [0]}, 1, 3, 4),
        (w.CHOICE, {"options": [1]}, 0, 1, 1),
        (w.CHOICE, {"options": [0, 1]}, 0, 1, 1),
        (w.CHOICE, {"skip": True}, 0, 1, 1),
        (w.SEVERAL, {"options": [1, 0]}, 1, 3, 4),
        (w.SEVERAL, {"options": [0]}, 0.5, 2, 2),
        (w.SEVERAL, {"options": [0, 1, 2]}, 0.5, 2, 2),
        (w.SEVERAL, {"options": [0, 2]}, 0, 1, 1),
        (w.SEVERAL, {"options": [0, 1, 2, 3]}, 0, 1, 1),
        (w.NUMERIC, {"value": "12"}, 1, 3, 4),
        (w.NUMERIC, {"value": "12.6 %"}, 1, 3, 4),
        (w.NUMERIC, {"value": "11.4"}, 1, 3, 4),
        (w.NUMERIC, {"value": "12.61"}, 0, 1, 1),
        (w.NUMERIC, {"skip": True}, 0, 1, 1),
        (w.EXERCISE, {"value": "7.00"}, 1, 3, 4),
        (w.EXERCISE, {"value": "14/2 px"}, 1, 3, 4),
        (w.EXERCISE, {"value": "5"}, 0, 1, 1),
        (w.EXERCISE, {"skip": True}, 0, 1, 1),
        (w.CLOZE, {"blanks": ["反向传播", "Chain Rule"]}, 1, 3, 4),
        (w.CLOZE, {"blanks": ["ＢＡＣＫＰＲＯＰＡＧＡＴＩＯＮ", ""]}, 0.5, 2, 2),
        (w.CLOZE, {"blanks": ["", "链式"]}, 0, 1, 1),
        (w.CLOZE, {"skip": True}, 0, 1, 1),
        (w.PAIR, {"option": 0}, 1, 3, 4),
        (w.PAIR, {"option": 1}, 0.5, 2, 2),
        (w.PAIR, {"option": 2}, 0, 1, 1),
        (w.PAIR, {"skip": True}, 0, 1, 1),
        (w.ORDER, {"order": [0, 1, 2, 3]}, 1, 3, 4),
        (w.ORDER, {"order": [1, 0, 2, 3]}, 2 / 3, 2, 2),
        (w.ORDER, {"order": [1, 0, 3, 2]}, 1 / 3, 1, 2),
        (w.ORDER, {"order": [3, 2, 1, 0]}, 0, 1, 1),
        (w.ORDER, {"skip": True}, 0, 1, 1),
        (w.PREDICT, {"option": 1}, 1, 3, 4),
        (w.PREDICT, {"option": 0}, 0, 1, 1),
        (w.PREDICT, {"skip": True}, 0, 1, 1),
        (w.FACTOR, {"value": "10^3"}, 1, 3, 4),
        (w.FACTOR, {"value": "3000"}, 1, 3, 4),
        (w.FACTOR, {"value": "334"}, 1, 3, 4),
        (w.FACTOR, {"value": "3100"}, 0, 1, 1),
        (w.FACTOR, {"value": "0"}, 0, 1, 1),
        (w.FACTOR, {"value": "-1000"}, 0, 1, 1),
        (w.RECALL, {"points": ["chain", "depth", "init"]}, None, 3, 4),
        (w.RECALL, {"points": ["chain", "depth"], "text": "because"}, None, 2, 4),
        (w.RECALL, {"points": ["init"]}, None, 1, 4),
        (w.RECALL, {}, None, 1, 4),
        (w.RECALL, {"skip": True}, None, 1, 1),
    ],
)
def test_table(item: QuizItem, answer: dict[str, Any], correct: float | None, suggested: int, most: int) -> None:
    result = graded(item, **answer)
    assert result.correct == pytest.approx(correct)
    assert (result.suggested_rating, result.max_rating) == (suggested, most)
    assert result.suggested_rating <= result.max_rating


@pytest.mark.parametrize(
    ("item", "answer", "field"),
    [
        (w.CHOICE, {}, "options"), (w.CHOICE, {"options": []}, "options"), (w.CHOICE, {"options": [3]}, "options"),
        (w.CHOICE, {"options": [0, 0]}, "options"), (w.CHOICE, {"value": "a"}, "options"),
        (w.NUMERIC, {}, "value"), (w.NUMERIC, {"value": "many"}, "value"), (w.EXERCISE, {"options": [0]}, "value"),
        (w.EXERCISE, {"value": "nan"}, "value"), (w.CLOZE, {}, "blanks"), (w.CLOZE, {"blanks": ["one"]}, "blanks"),
        (w.ORDER, {}, "order"), (w.ORDER, {"order": [0, 1, 2]}, "order"), (w.ORDER, {"order": [0, 1, 2, 2]}, "order"),
        (w.ORDER, {"order": [0, 1, 2, 4]}, "order"), (w.PREDICT, {}, "option"), (w.PREDICT, {"option": 2}, "option"),
        (w.PAIR, {}, "option"), (w.PAIR, {"option": 4}, "option"), (w.PAIR, {"options": [0]}, "option"),
        (w.FACTOR, {"option": 0}, "value"), (w.RECALL, {"points": ["unknown"]}, "points"),
    ],
)  # fmt: skip
def test_answers_of_the_wrong_shape_say_which_field(item: QuizItem, answer: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        graded(item, **answer)
    assert [p.field for p in caught.value.problems] == [f"answer.{field}"]


@pytest.mark.parametrize(
    "raw",
    [
        {"options": ["0"]}, {"options": [True]}, {"options": [-1]}, {"options": [0] * 17}, {"skip": "yes"}, {"skip": 1},
        {"value": "1" * 201}, {"value": 7}, {"text": "x" * 4001}, {"text": "\ud800"}, {"value": "\x00"}, {"other": 1},
    ],
)  # fmt: skip
def test_the_schema_is_closed_and_strict(raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Answer.model_validate(raw)


def test_every_option_says_why() -> None:
    details = graded(w.CHOICE, options=[1]).details
    assert [(d.right, d.chosen) for d in details] == [(True, False), (False, True), (False, False)]
    assert [d.why and d.why.en for d in details] == ["a holds", "b does not", "c does not"]


def test_a_named_mistake_is_recognised_and_said() -> None:
    result = graded(w.EXERCISE, value="5")
    assert result.mistake == "forgot-padding"
    assert "忘了填充。" in result.feedback.zh
    assert "Padding forgotten. It is 7." in result.feedback.en
    assert graded(w.EXERCISE, value="6").mistake is None
    assert graded(w.EXERCISE, value="7").mistake is None


def test_what_was_taken_for_what_is_remembered() -> None:
    taken = graded(w.PAIR, option=2)
    assert taken.mistake == "down-for-up"
    assert taken.answer == same("Up")
    assert [d.right for d in taken.details] == [True, False, False, False]
    assert graded(w.PAIR, option=1).mistake is None, "the right one, for a wrong reason"


def test_the_right_answer_is_told() -> None:
    told = {
        item.id: graded(item, skip=True).answer
        for item in (w.CHOICE, w.NUMERIC, w.EXERCISE, w.CLOZE, w.ORDER, w.FACTOR)
    }
    assert {k: v and v.en for k, v in told.items()} == {
        "choice": "a", "numeric": "12 %", "exercise": "7 px", "cloze": "backpropagation; chain rule",
        "order": "w → x → y → z", "factor": "1,000",
    }  # fmt: skip


def test_the_filling_is_told_in_the_readers_language() -> None:
    told = graded(w.CLOZE, skip=True).answer
    assert told and told.zh == "反向传播；链式法则"
    chinese_only = w.CLOZE.model_copy(update={"answers": (("链式",), ("x",))})
    told = graded(chinese_only, skip=True).answer
    assert told and told.en == "链式; x"


def test_a_wrong_prediction_hears_why() -> None:
    """Beside the option, as in a choice; the explanation of the run follows."""
    wrong = graded(w.PREDICT, option=0)
    assert wrong.feedback.en == "Not right. the product of many small factors"
    assert wrong.details[0].why and wrong.details[0].why.en == "no"
    assert graded(w.PREDICT, option=1).feedback.en == "Right. the product of many small factors"


@pytest.mark.parametrize(
    "words", ["2*k*n", "x_i_j", "$2^k$", "{{a/b/c}}", "[@key]", "<b>", "&amp;", "`x`", r"\sigma", "~~a~~", "a|b"]
)
def test_what_was_typed_as_an_answer_is_not_markdown(words: str) -> None:
    """Fillings and units are plain words; the sentences they stand in are rendered as Markdown."""
    cloze = w.CLOZE.model_copy(update={"answers": ((words,), ("chain rule", words))})
    result = graded(cloze, blanks=[words, "chain rule"])
    assert result.correct == 1 and result.answer
    assert unescape(markdown.inline(result.answer.en, SCOPE)) == f"{words}; chain rule"
    assert unescape(markdown.inline(result.details[1].label.zh, SCOPE)) == f"chain rule / {words}"
    exercise = grade(w.EXERCISE, Answer(skip=True), Context(w.computed, replace(ASKED, unit=words)))
    assert exercise.answer and unescape(markdown.inline(exercise.answer.zh, SCOPE)) == f"7 {words}"


def test_parts_are_marked_one_by_one() -> None:
    assert [d.right for d in graded(w.CLOZE, blanks=["x", "chain rule"]).details] == [False, True]
    assert [d.right for d in graded(w.ORDER, order=[0, 2, 1, 3]).details] == [True, False, False, True]
    assert [d.chosen for d in graded(w.RECALL, points=["depth"]).details] == [False, True, False]


def test_recall_asks_for_the_points_it_names_only() -> None:
    item = RecallItem(kind="recall", id="r", prompt=same("?"), points=("chain",))
    assert graded(item, points=["chain"]).suggested_rating == 3
    with pytest.raises(BadInput):
        graded(item, points=["depth"])


@pytest.mark.parametrize("scalar", ["nan", "missing"])
def test_a_number_that_was_not_computed_is_not_held_against_anyone(scalar: str) -> None:
    item = NumericItem(
        kind="numeric", id="n", prompt=same("?"), explain=same("so"), relative=0.1,
        run=RunRef(demo="shrink", preset="deep", scalar=scalar),
    )  # fmt: skip
    with pytest.raises(Unprocessable):
        graded(item, value="3")


def test_infinity_can_be_predicted_by_an_option_only() -> None:
    options = (Option(same("finite"), high=1e6), Option(same("blows up"), 1e6, math.inf))
    number = Prediction("p", same("?"), "deep", "x", same("so"))
    choice = Prediction("p", same("?"), "deep", "x", same("so"), options=options)

    def infinite(demo: str, preset: str, scalar: str) -> float:
        return 1e300 * 1e300

    with pytest.raises(Unprocessable):
        grade(w.PREDICT, Answer(value="1"), Context(infinite, None, number))
    result = grade(w.PREDICT, Answer(option=0), Context(infinite, None, choice))
    assert (result.correct, result.answer and result.answer.en) == (0, "∞")


def test_zero_and_cited_values() -> None:
    exact = NumericItem(
        kind="numeric", id="n", prompt=same("?"), explain=same("so"), value=0.3, reference="he2015", absolute=0
    )
    assert graded(exact, value="3/10").correct == 1
    assert graded(exact, value="0.30001").correct == 0
    zero = Prediction("p", same("?"), "deep", "x", same("so"))
    context = Context(lambda *_: 0.0, None, zero)
    assert grade(w.PREDICT, Answer(value="0"), context).correct == 1
    assert grade(w.PREDICT, Answer(value="0.1"), context).correct == 0
