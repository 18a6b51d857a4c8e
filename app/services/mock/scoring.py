"""What a mock's answers are worth. A self-grade never says more than the objective part beside it. Pure."""

from app.services.mock import progress
from app.services.mock.hints import CAPS
from app.services.mock.progress import Given, Progress
from app.services.mock.script import Stage, Step

REGAINED = 0.5
"""A key point that only came with a follow-up counts half."""
WRONG_CALCULATION = 2
"""The highest rating ("hard") of a free answer whose objective part was not fully right."""


def objective(stage: Stage, done: Progress) -> float | None:
    """The mean of what the machine graded; None when there was nothing."""
    marks = [
        done.given[step.id].grade.correct or 0.0
        for step in stage.steps_once()
        if step.kind == "check" and step.id in done.given
    ]
    return sum(marks) / len(marks) if marks else None


def regained(stage: Stage, done: Progress) -> tuple[str, ...]:
    """Key points missed at first that a follow-up brought back: ticked in a narrower question, or its own answered."""
    if stage.main.id not in done.given:
        return ()
    said = set(done.given[stage.main.id].points)
    later: set[str] = set()
    for step in progress.follow_ups(stage, done):
        given = done.given[step.id]
        later |= set(given.points) if step.kind == "open" else set(step.points) if given.grade.correct == 1 else set()
    return tuple(point for point in stage.main.points if point in later - said)


def open_share(stage: Stage, done: Progress) -> float:
    """Key points said, of all; those regained count half."""
    said = set(done.given[stage.main.id].points) & set(stage.main.points)
    return (len(said) + REGAINED * len(regained(stage, done))) / len(stage.main.points)


def cap(stage: Stage, done: Progress) -> float:
    """The most an open answer can count: all of it with the objective part right, half of it with that wrong."""
    marks = objective(stage, done)
    return 1.0 if marks is None else (1 + marks) / 2


def score(stage: Stage, done: Progress) -> float | None:
    """Two thirds the open answer (capped), one third the objective part; None for a question not reached."""
    if stage.main.id not in done.given:
        return None
    open_, marks = min(open_share(stage, done), cap(stage, done)), objective(stage, done)
    return open_ if marks is None else (2 * open_ + marks) / 3


def rating(stage: Stage, step: Step, done: Progress) -> int:
    """What goes into the review log: what the learner says, or the grade suggests, under every cap."""
    given: Given = done.given[step.id]
    most = min(given.grade.max_rating, CAPS[done.hints_of(step)])
    if step.kind == "open" and cap(stage, done) < 1:
        most = min(most, WRONG_CALCULATION)
    return min(given.rating or given.grade.suggested_rating, most)
