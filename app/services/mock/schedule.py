"""A mock's answers as lines of the review log: each item once, whatever is retried."""

from datetime import datetime
from uuid import UUID, uuid5

from app.db import Session
from app.db import repositories as repo
from app.errors import BadInput, Conflict, NotFound
from app.kit.text import Lang, Text
from app.services import journal
from app.services.asking import Attempt
from app.services.days import zone_name
from app.services.mock import scoring
from app.services.mock.progress import Given, Progress
from app.services.mock.report import Coming
from app.services.mock.script import Script, Step
from app.services.study import Study


def attempt_id(mock_id: UUID, item: str) -> UUID:
    """The same for the same item of the same mock: it is reviewed once."""
    return uuid5(mock_id, item)


def schedule(study: Study, learner: int, mock_id: UUID, script: Script, done: Progress, tz: str, lang: Lang) -> None:
    """Reviews every item that was answered, at the moment the mock ended; what is there already is left alone.

    An item that was revised or removed meanwhile is left out: its answer says nothing about the new one.
    """
    assert done.ended_at is not None
    tz = zone_name(tz)
    with study.db.read() as session:
        open_ = set(waiting(session, learner, mock_id, script, done))
    for stage in script.stages:
        for step in stage.steps_once():
            if step.item not in open_:
                continue
            rating = scoring.rating(stage, step, done)
            _submit(study, learner, mock_id, step, done.given[step.id], rating, done.ended_at, tz, lang)


def waiting(session: Session, learner: int, mock_id: UUID, script: Script, done: Progress) -> tuple[str, ...]:
    """Keys of items that were answered and are not in the log. (One taken back there is in it.)"""
    answered = [step.item for step in script.steps_once() if step.item and step.id in done.given]
    return tuple(key for key in answered if repo.attempt(session, learner, attempt_id(mock_id, key)) is None)


def coming(session: Session, learner: int, mock_id: UUID, script: Script) -> dict[str, Coming]:
    """When each item comes back, by its key, as the log says; one that is put aside does not."""
    found, holds = {}, journal.holds(session, learner)
    for step in script.steps_once():
        if step.item and any(key in holds and holds[key].suspended for key in (step.item, step.card)):
            continue
        line = repo.attempt(session, learner, attempt_id(mock_id, step.item)) if step.item else None
        if step.item and line is not None and repo.undo_of(session, learner, line.attempt_id) is None:
            found[step.item] = Coming(label=Text.model_validate(line.outcome["label"]), due=line.outcome["due"])
    return found


def _submit(
    study: Study, learner: int, mock_id: UUID, step: Step, given: Given, rating: int, at: datetime, tz: str, lang: Lang
) -> None:
    assert step.item is not None
    for last in (False, True):
        try:
            shown = study.question(learner, step.item, step.seed, at, tz=tz)
            study.submit(
                learner,
                Attempt(
                    attempt_id=attempt_id(mock_id, step.item), item=step.item, rev=step.rev, seed=step.seed,
                    answer=given.answer, rating=rating, token=shown.token, lang=lang, tz=tz,
                    confidence=given.confidence, duration_ms=None if given.seconds is None else given.seconds * 1000,
                ),
                at,
            )  # fmt: skip
        except Conflict as conflict:  # "stale": reviewed in another tab in between, once more; "changed": left out
            if conflict.reason == "stale" and not last:
                continue
        except (NotFound, BadInput):
            pass
        return
