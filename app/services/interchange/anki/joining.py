"""Imported reviews become lines of the log, and the states follow from the log as always.

A review that began here, went to Anki and came back is the one that is here already: it is known by its item and its
moment. Where Anki knows more than the replay of the lines would (its owner's parameters), the last line carries its
memory along (`Review.adopted`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.db import Review, Session, logs
from app.db import repositories as repo
from app.db.repositories import Line
from app.services import scheduling
from app.services.days import study_day, zone_name
from app.services.interchange import histories
from app.services.interchange.anki.importing import ImportedReview, ImportedState, attempt_of
from app.services.interchange.reports import Imported
from app.services.own_parameters import sets_of
from app.services.replay import Known, advance, elapsed_days, handled
from app.services.scheduling import Parameters

SAME = timedelta(milliseconds=50)
"""Anki keeps milliseconds, and moves a review by some when two fell on the same one."""
NEAR = 0.02
"""A memory that differs by less than this share from our replay is the same one, rounded."""
History = tuple[Sequence[ImportedReview], ImportedState | None]


def join(session: Session, learner: int, items: Mapping[str, tuple[int, History]], tz: str, preview: bool) -> Imported:
    """Adds what is missing to the log of these items (key → revision and history); the learner is locked."""
    before, sets = logs.attempts(session, learner), sets_of(session, learner)
    asked = set(before.values())  # nothing is looked up for what was never asked: ten thousand cards may be new
    added: list[UUID] = []
    already = 0
    for key, (rev, (reviews, state)) in items.items():
        here = logs.log_of(session, learner, key) if key in asked else ()
        new = [review for review in reviews if not _known(review, here, before)]
        already += len(reviews) - len(new)
        if not new and state is not None and not reviews and not here:
            new = [_assumed(key, state)]
        if not new:
            continue
        lines = tuple(repo.lines(session, learner, key)) if key in asked else ()
        rows = _rows(learner, key, rev, new, lines, state, tz, sets)
        session.add_all(rows)
        added += [row.attempt_id for row in rows]
    session.flush()
    histories.join(session, learner, before, added)
    histories.settle(session, learner)
    return Imported(source="anki", preview=preview, reviews=len(added), already=already)


def _known(review: ImportedReview, here: Sequence[Review], before: Mapping[UUID, str]) -> bool:
    if review.attempt_id in before:
        return True
    return any(line.kind == "review" and abs(line.answered_at - review.at) <= SAME for line in here)


def _assumed(key: str, state: ImportedState) -> ImportedReview:
    """A memory without its history still needs a line to stand on: the last answer, taken for a good one."""
    return ImportedReview(attempt_of(key, state.last_review), state.last_review, 3, 0)


def _rows(
    learner: int, key: str, rev: int, new: Sequence[ImportedReview], here: Sequence[Line],
    state: ImportedState | None, tz: str, sets: Mapping[str, Parameters],
) -> list[Review]:  # fmt: skip
    """The lines, as the scheduler would have been told them one after the other. here: those that stand already."""
    known: Known | None = None
    every: list[tuple[datetime, ImportedReview | Line]] = [(line.answered_at, line) for line in here]
    every += [(review.at, review) for review in new]
    rows: list[Review] = []
    for at, one in sorted(every, key=lambda pair: pair[0]):
        if isinstance(one, ImportedReview):
            day = study_day(at, tz)
            line = Line(key, rev, one.rating, at, day, elapsed_days(known, rev, day))
            known, _ = advance(known, line)
            rows.append(_row(learner, one, line, tz))
        elif one.kind == "review":
            known, _ = advance(known, one, scheduling.parameters_of(one.version, sets))
        else:
            known = handled(known, one)
    latest = max(at for at, _ in every) == rows[-1].answered_at
    if state is not None and known is not None and latest and _differs(known, state):
        rows[-1].adopted = scheduling.to_json(replace(state.memory(), last_review=rows[-1].answered_at))
    return rows


def _differs(known: Known, state: ImportedState) -> bool:
    ours = known.memory
    assert ours.stability is not None and ours.difficulty is not None
    apart = abs(ours.stability / state.stability - 1) > NEAR or abs(ours.difficulty - state.difficulty) > NEAR * 10
    return apart or ours.state != state.state


def _row(learner: int, review: ImportedReview, line: Line, tz: str) -> Review:
    return Review(
        learner_id=learner,
        attempt_id=review.attempt_id,
        kind="review",
        item_key=line.item_key,
        rev=line.rev,
        answer={"source": "anki"},
        rating=line.rating,
        duration_ms=review.duration_ms,
        answered_at=line.answered_at,
        study_day=line.study_day,
        tz=zone_name(tz),
        elapsed_days=line.elapsed_days,
        scheduler_version=scheduling.VERSION,
        body_hash="",
        outcome={"source": "anki"},
    )
