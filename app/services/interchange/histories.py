"""Two histories of one item become one: lines in the order of time, each side's own order kept.

Two machines that were studied on apart each told the scheduler how many days lay between their own reviews. Side by
side that is no longer true; what lies between is counted anew, and the states follow from it by the usual replay.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from app.db import Review, Session, logs
from app.db import repositories as repo
from app.services import journal
from app.services.replay import Hold, Known, advance, elapsed_days, handled


def join(session: Session, learner: int, before: dict[UUID, str], given: Sequence[UUID]) -> int:
    """Puts the lines that were just added among those that were there (`before`: attempt → item; `given`: attempts of
    the file in its order). Returns how many items had two histories."""
    after = logs.attempts(session, learner)
    ours = set(given)
    added = {key for attempt, key in after.items() if attempt not in before}
    only_here = {key for attempt, key in before.items() if attempt not in ours}
    places = {attempt: place for place, attempt in enumerate(given)}
    for key in sorted(added & only_here):
        lines = logs.log_of(session, learner, key)
        here = [line for line in lines if line.attempt_id in before]
        there = sorted((li for li in lines if li.attempt_id not in before), key=lambda li: places[li.attempt_id])
        logs.reorder(session, _merged(here, there))
        _count_anew(session, learner, key)
    return len(added & only_here)


def settle(session: Session, learner: int) -> None:
    """Makes the stored states what the log says."""
    computed, holds, differences = journal.compare(session, learner)
    for key in (d.item for d in differences):
        journal.put(session, learner, key, computed.get(key), holds.get(key, Hold()))


def _merged(here: Sequence[Review], there: Sequence[Review]) -> list[Review]:
    out: list[Review] = []
    left, right = list(here), list(there)
    while left and right:
        out.append((left if left[0].answered_at <= right[0].answered_at else right).pop(0))
    return [*out, *left, *right]


def _count_anew(session: Session, learner: int, key: str) -> None:
    undone = _undone(logs.log_of(session, learner, key))
    rows = [row for row in logs.log_of(session, learner, key) if row.kind != "undo" and row.attempt_id not in undone]
    known: Known | None = None
    changed = []
    for row, line in zip(rows, list(repo.lines(session, learner, key)), strict=True):
        if line.kind == "review":
            days = elapsed_days(known, row.rev, row.study_day)
            if row.elapsed_days != days:
                changed.append((row, days))
            known, _ = advance(known, replace(line, elapsed_days=days))
        else:
            known = handled(known, line)
    logs.set_elapsed(session, changed)


def _undone(rows: Sequence[Review]) -> Collection[UUID]:
    return {row.undoes for row in rows if row.undoes is not None}
