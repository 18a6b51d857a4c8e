"""Where a mock stands: its events, oldest first, folded over its script. Pure; the same rule runs in the browser.

The rule for what comes next, within a card: the open question; then, while a key point is still missing, the question
its first missing point leads to, at most two of them; then the calculation. After that the next card.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.services.answers import Answer, Grade
from app.services.mock.script import Script, Stage, Step

MAX_FOLLOW_UPS = 2
"""After one question; an interviewer with thirty minutes does not ask more."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was stored: graded once, when it came. late: after the time was up."""

    answer: Answer
    grade: Grade
    at: datetime
    rating: int | None = None
    confidence: int | None = None
    seconds: int | None = None
    late: bool = False

    @property
    def points(self) -> tuple[str, ...]:
        """Key points that were said."""
        return self.answer.points or ()


@dataclass(slots=True)
class Progress:
    """What has happened so far. said: what was written before the key points were shown."""

    given: dict[str, Given] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None

    def hints_of(self, step: Step) -> int:
        return self.hints.get(step.id, 0)


def fold(events: Iterable[Any]) -> Progress:
    """Events have kind, step, at and data (db.MockEvent). The first answer to a step counts; so does the first end."""
    done = Progress()
    for event in events:
        if event.kind == "hint":
            done.hints[event.step] = max(done.hints.get(event.step, 0), event.data["level"])
        elif event.kind == "reveal":
            done.said.setdefault(event.step, event.data["text"])
        elif event.kind == "answer" and event.step not in done.given:
            data = event.data
            done.given[event.step] = Given(
                answer=Answer.model_validate(data["answer"]),
                grade=Grade.model_validate(data["grade"]),
                at=event.at,
                rating=data["rating"],
                confidence=data["confidence"],
                seconds=data["seconds"],
                late=data["late"],
            )
        elif event.kind == "end" and done.ended_at is None:
            done.ended_at = event.at
    return done


def missing(stage: Stage, done: Progress) -> tuple[str, ...]:
    """Key points of the open question that nobody has said yet, in the rubric's order. All of them before it is
    answered."""
    said = {point for step in stage.steps() if step.id in done.given for point in done.given[step.id].points}
    return tuple(point for point in stage.main.points if point not in said)


def follow_ups(stage: Stage, done: Progress) -> tuple[Step, ...]:
    """The follow-ups that were answered, each once."""
    asked = {link.step.id: link.step for link in stage.chain if link.step.id in done.given}
    return tuple(asked.values())


def following(stage: Stage, done: Progress) -> Step | None:
    """The card's next question; None when it is done with."""
    if stage.main.id not in done.given:
        return stage.main
    if len(follow_ups(stage, done)) < MAX_FOLLOW_UPS:
        links = {link.point: link.step for link in stage.chain if link.step.id not in done.given}
        for point in missing(stage, done):
            if point in links:
                return links[point]
    return stage.check if stage.check and stage.check.id not in done.given else None


def current(script: Script, done: Progress) -> tuple[Stage, Step] | None:
    """What is to be answered now; None when everything was."""
    for stage in script.stages:
        step = following(stage, done)
        if step is not None:
            return stage, step
    return None


def asked(stage: Stage, done: Progress) -> Sequence[Step]:
    """The stage's questions that were answered, in the order they were."""
    steps = {step.id: step for step in stage.steps()}
    return [steps[id] for id in done.given if id in steps]
