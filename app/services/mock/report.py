"""What came of a mock: every question with its grade, every miss with the run that settles it and when it comes back,
and the difference against the first time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from app.kit.text import Text
from app.services.answers import Grade
from app.services.asking import Reply
from app.services.catalogue import Catalogue
from app.services.mock import progress, scoring
from app.services.mock.progress import Progress
from app.services.mock.script import Script, Stage, Step, StepKind, standing
from app.services.mock.settling import Settled, by_item, by_words
from app.services.mock.sheets import sheet
from app.services.mock.wording import follow_up, words_of

AGAIN_AFTER = timedelta(hours=48)
"""Sooner, one would hear one's own answer still."""


class Coming(Reply):
    """When an item comes back, as the review log has it."""

    label: Text
    due: datetime


class Answered(Reply):
    """A question that was answered. rating: what went into the review log, after every cap (`capped` when that lowered
    what the learner gave). coming: None while it is not there (or for a follow-up, which has no item)."""

    step: str
    kind: StepKind
    item: str | None
    prompt: Text
    grade: Grade
    said: str = ""
    hints: int = 0
    late: bool = False
    seconds: int | None = None
    rating: int
    capped: bool = False
    coming: Coming | None = None


class Miss(Reply):
    """Something to put right: a key point never said, a wrong answer. regained: it came with a follow-up."""

    what: StepKind
    label: Text
    regained: bool = False
    answer: Text | None = None
    settled: Settled | None = None
    coming: Coming | None = None


class StageReport(Reply):
    """A card's turn. score: 0 to 1, None when it was not reached. capped: the calculation held the score down."""

    card: str
    topic: str
    title: Text
    score: float | None
    said: int
    points: int
    capped: bool = False
    answered: tuple[Answered, ...] = ()
    misses: tuple[Miss, ...] = ()


class CardChange(Reply):
    """One card, the first time and this time."""

    card: str
    title: Text
    before: float
    after: float
    gained: tuple[Text, ...] = ()
    lost: tuple[Text, ...] = ()


class Difference(Reply):
    """Against the first time, over the cards that both reached."""

    mock_id: UUID
    started_at: datetime
    before: float
    after: float
    cards: tuple[CardChange, ...]


class Report(Reply):
    """All of it. score: the mean over the questions reached, 0 to 1; None when there were none. took_minutes: up to the
    last answer; over: that was late. waiting: items answered
    that are not in the review log (yet); ending the mock again puts in those that can be."""

    mock_id: UUID
    started_at: datetime
    ended_at: datetime
    minutes: int
    took_minutes: float
    over: bool
    score: float | None
    reached: int
    stages: tuple[StageReport, ...]
    said: int
    points: int
    right: int
    checks: int
    hints: int
    waiting: int
    again_from: datetime
    difference: Difference | None = None


def stages(
    catalogue: Catalogue, script: Script, done: Progress, coming: Mapping[str, Coming]
) -> tuple[StageReport, ...]:
    """coming: by item key."""
    return tuple(_stage(catalogue, script, stage, done, coming) for stage in script.stages)


def mean(script: Script, done: Progress) -> float | None:
    """The score of the whole."""
    scores = [score for stage in script.stages if (score := scoring.score(stage, done)) is not None]
    return sum(scores) / len(scores) if scores else None


def changes(
    catalogue: Catalogue, before: tuple[Script, Progress], after: tuple[Script, Progress]
) -> tuple[CardChange, ...]:
    """Card by card, for those that both reached."""
    first = {stage.card: stage for stage in before[0].stages}
    found = []
    for stage in after[0].stages:
        old = first.get(stage.card)
        was = scoring.score(old, before[1]) if old else None
        now = scoring.score(stage, after[1])
        card = catalogue.cards.get(stage.card)
        if old is None or was is None or now is None or card is None:
            continue
        then, today = set(before[1].given[old.main.id].points), set(after[1].given[stage.main.id].points)
        points = {point.id: point.text for point in card.facts.rubric}
        found.append(
            CardChange(
                card=card.slug,
                title=card.title,
                before=was,
                after=now,
                gained=tuple(text for id, text in points.items() if id in today - then),
                lost=tuple(text for id, text in points.items() if id in then - today),
            )
        )
    return tuple(found)


def _stage(
    catalogue: Catalogue, script: Script, stage: Stage, done: Progress, coming: Mapping[str, Coming]
) -> StageReport:
    card = catalogue.cards.get(stage.card)
    main = done.given.get(stage.main.id)
    title = card.title if card else Text(zh=stage.card, en=stage.card)
    said = len(set(main.points) & set(stage.main.points)) if main else 0
    head = StageReport(
        card=stage.card, topic=stage.topic, title=title, score=scoring.score(stage, done), said=said,
        points=len(stage.main.points),
    )  # fmt: skip
    if main is None or card is None:
        return head
    answered = [
        _answered(catalogue, script, stage, step, done, coming)
        for step in progress.asked(stage, done)
        if standing(step, catalogue)
    ]
    return head.model_copy(
        update={
            "answered": tuple(answered),
            "capped": scoring.open_share(stage, done) > scoring.cap(stage, done),
            "misses": _misses(catalogue, stage, done, coming),
        }
    )


def _answered(
    catalogue: Catalogue, script: Script, stage: Stage, step: Step, done: Progress, coming: Mapping[str, Coming]
) -> Answered:
    given = done.given[step.id]
    rating = scoring.rating(stage, step, done)
    return Answered(
        step=step.id, kind=step.kind, item=step.item, prompt=sheet(catalogue, script, stage, step).prompt,
        grade=given.grade, said=done.said.get(step.id) or given.answer.text or "", hints=done.hints_of(step),
        late=given.late, seconds=given.seconds, rating=rating,
        capped=rating < (given.rating or given.grade.suggested_rating), coming=coming.get(step.item or ""),
    )  # fmt: skip


def _misses(catalogue: Catalogue, stage: Stage, done: Progress, coming: Mapping[str, Coming]) -> tuple[Miss, ...]:
    """Key points in the rubric's order, then what was answered wrongly."""
    card = catalogue.card(stage.card)
    missed = [
        p for p in card.facts.rubric if p.id in stage.main.points and p.id not in done.given[stage.main.id].points
    ]
    back = scoring.regained(stage, done)
    open_coming = coming.get(stage.main.item or "")
    runs = by_words(catalogue, card, [point.text for point in missed])
    found = [
        Miss(what="open", label=point.text, regained=point.id in back, settled=run, coming=open_coming)
        for point, run in zip(missed, runs, strict=True)
    ]
    for step in progress.asked(stage, done):
        grade = done.given[step.id].grade
        if step.kind == "open" or grade.correct == 1 or not standing(step, catalogue):
            continue
        if step.item is None:
            assert step.follow_up is not None
            thing = next(f for f in card.facts.follow_ups if f.id == step.follow_up)
            (run,) = by_words(catalogue, card, [words_of(catalogue, card, thing)])
            label = follow_up(card, step.follow_up)
            found.append(Miss(what="follow-up", label=label, settled=run, coming=open_coming))
        else:
            item = catalogue.item(step.item).item
            run = by_item(catalogue, card, item, words_of(catalogue, card, item))
            label = sheet(catalogue, Script(stages=(stage,)), stage, step).prompt
            found.append(
                Miss(what="check", label=label, answer=grade.answer, settled=run, coming=coming.get(step.item))
            )
    return tuple(found)
