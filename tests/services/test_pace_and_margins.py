"""The rating that time proposes, and how near a typed number has to come."""

import pytest

from app.kit import Asked, same, text
from app.services import margins
from app.services.answers import Answer, Grade
from app.services.pace import ENOUGH, proposed
from tests.services.world import FACTOR, NUMERIC, PREDICTIONS, World

USUAL = [20_000] * ENOUGH


def grade(correct: float | None, suggested: int, most: int) -> Grade:
    return Grade(correct=correct, suggested_rating=suggested, max_rating=most, feedback=same("so"))


@pytest.mark.parametrize(
    ("seconds", "correct", "suggested", "most", "proposal"),
    [
        (5, 1, 3, 4, 4),
        (20, 1, 3, 4, 3),
        (60, 1, 3, 4, 2),
        (5, 0.5, 2, 2, 2),
        (5, 0, 1, 1, 1),
        (60, None, 3, 4, 3),
    ],
)
def test_time_proposes_within_what_the_answer_allows(
    seconds: int, correct: float | None, suggested: int, most: int, proposal: int
) -> None:
    after = proposed(grade(correct, suggested, most), seconds * 1000, USUAL)
    assert (after.suggested_rating, after.max_rating) == (proposal, most)


def test_nothing_is_proposed_without_a_time_or_a_habit() -> None:
    right = grade(1, 3, 4)
    assert proposed(right, None, USUAL) == right
    assert proposed(right, 1000, USUAL[1:]) == right


def test_a_stored_review_takes_any_rating_whatever_the_time(world: World) -> None:
    for number in range(ENOUGH):
        world.review("vanishing/choice", duration_ms=20_000 + number)
        world.days(30)
    question = world.question("vanishing/choice")
    found = world.study.grade(
        question.key, question.rev, question.seed, Answer(options=(0,)), learner=world.learner, duration_ms=2000
    )
    assert (found.suggested_rating, found.max_rating) == (4, 4)
    assert world.review("vanishing/choice", rating=1, duration_ms=2000).rating == 1


def asked(answer: float, tolerance: float) -> Asked:
    return Asked(same("?"), answer, tolerance, "px", (), same("so"))


@pytest.mark.parametrize(
    ("answer", "tolerance", "said"),
    [
        (1.5, 0.015, "Right within 1%."),
        (2.4, 0.0096, "Right within 0.4%."),
        (0.31, 0.002, "Right within 0.002 px."),
        (1.0, 0.01, "Right within 1%."),
        (41.0, 0.4, "A whole number, exact."),
        (7.25, 0.0, "Exact."),
        (0.0, 0.01, "Right within 0.01 px."),
        (3.0, 0.004, "Right within 0.004 px."),
        (5000.0, 0.5, "A whole number, exact."),
    ],
)
def test_the_margin_of_an_exercise_is_said_without_its_answer(answer: float, tolerance: float, said: str) -> None:
    assert margins.of_exercise(asked(answer, tolerance)).en == said


def test_the_margin_of_other_numbers() -> None:
    assert margins.of_numeric(NUMERIC) == text(zh="误差 5% 以内算对。", en="Right within 5%.")
    assert margins.of_prediction(PREDICTIONS[FACTOR.prediction]).en == "Right within a factor of 3."


def test_every_typed_question_says_its_margin(world: World) -> None:
    typed = {ref.key: world.question(ref.key) for ref in world.catalogue.items() if world.question(ref.key).typed}
    assert {key.partition("/")[2] for key in typed} == {"numeric", "exercise", "factor"}
    assert all(question.margin for question in typed.values())
