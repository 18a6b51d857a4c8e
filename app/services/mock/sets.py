"""The sheet an interviewer opens: the questions of some cards, with or without their answers. No learner, no database:
the same cards, seed and content give the same sheet."""

import random
from collections.abc import Sequence

from app.errors import Unprocessable
from app.kit.text import LANGS, Text
from app.services.answers import Answer, Detail
from app.services.asking import Reply
from app.services.catalogue import Catalogue
from app.services.grading import SKIPPED
from app.services.mock import drawing, script
from app.services.mock.script import Stage, Step
from app.services.mock.sheets import Sheet, sheet
from app.services.study import Study

SET_MINUTES = 30
"""A set without cards is as long as this."""


class PointOf(Reply):
    """A key point, and the question to ask when it is missed."""

    id: str
    text: Text
    then: str | None = None


class Solved(Reply):
    """A question, and (on the sheet with answers) its answer: in a line, why, and what is said of each option. A card's
    own follow-up has its answer on the card."""

    sheet: Sheet
    follow_up: str | None = None
    answer: Text | None = None
    explain: Text | None = None
    details: tuple[Detail, ...] = ()


class SetStage(Reply):
    """A card's turn. On the sheet without answers there are no points and no follow-ups: the friend asks those."""

    card: str
    topic: str
    title: Text
    main: Sheet
    follow_ups: tuple[Solved, ...]
    check: Solved | None
    points: tuple[PointOf, ...] = ()


class InterviewSet(Reply):
    """The whole sheet. answers: whether it has them."""

    seed: int
    cards: tuple[str, ...]
    answers: bool
    stages: tuple[SetStage, ...]


def interview_set(catalogue: Catalogue, study: Study, cards: Sequence[str], seed: int, answers: bool) -> InterviewSet:
    """cards: slugs, in this order; none: drawn by the seed. Raises NotFound for one that is not there."""
    slugs = tuple(dict.fromkeys(cards)) or _drawn(catalogue, seed)
    drawn = script.write(catalogue, slugs, seed)
    stages = tuple(_stage(catalogue, study, drawn, stage, answers) for stage in drawn.stages)
    return InterviewSet(seed=seed, cards=tuple(stage.card for stage in stages), answers=answers, stages=stages)


def _drawn(catalogue: Catalogue, seed: int) -> tuple[str, ...]:
    weights = {topic.id: 1.0 for topic in catalogue.topics}
    count = drawing.questions_in(SET_MINUTES)
    return drawing.draw(script.pool(catalogue), weights, count, random.Random(seed))


def _stage(catalogue: Catalogue, study: Study, drawn: script.Script, stage: Stage, answers: bool) -> SetStage:
    card = catalogue.card(stage.card)

    def solved(step: Step) -> Solved:
        found = Solved(sheet=sheet(catalogue, drawn, stage, step), follow_up=step.follow_up)
        return found.model_copy(update=_solution(study, step)) if answers and step.item else found

    leads = {link.point: link.step.id for link in stage.chain}
    steps = {link.step.id: link.step for link in stage.chain}
    points = tuple(
        PointOf(id=point.id, text=point.text, then=leads.get(point.id))
        for point in card.facts.rubric
        if answers and point.id in stage.main.points
    )
    main = sheet(catalogue, drawn, stage, stage.main)
    return SetStage(
        card=card.slug, topic=card.topic, title=card.title, points=points,
        main=main if answers else _without_points(main),
        follow_ups=tuple(map(solved, steps.values())) if answers else (),
        check=solved(stage.check) if stage.check else None,
    )  # fmt: skip


def _solution(study: Study, step: Step) -> dict[str, object]:
    """What the grader says to "I do not know"; nothing when the number it rests on is not there."""
    assert step.item is not None
    try:
        graded = study.grade(step.item, step.rev, step.seed, Answer(skip=True))
    except Unprocessable:
        return {}
    said = [graded.feedback[lang].removeprefix(SKIPPED[lang]).strip() for lang in LANGS]
    explain = Text(zh=said[0], en=said[1]) if all(said) else None
    return {"answer": graded.answer, "explain": explain, "details": graded.details}


def _without_points(asked: Sheet) -> Sheet:
    """The parts of an open question are its key points: answers."""
    return asked.model_copy(update={"parts": ()}) if asked.kind == "open" else asked
