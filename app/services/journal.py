"""The lines of the review log: how an attempt becomes one, when it may not, and whether the states agree with them."""

import hashlib
import json
from contextlib import closing
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid5

from pydantic import BaseModel

from app.db import Review, Session
from app.db import repositories as repo
from app.db.repositories import Line
from app.errors import BadInput, Conflict, Unprocessable
from app.kit.text import text
from app.services import scheduling
from app.services.answers import Grade
from app.services.asking import Attempt, Difference, Rebuilt, Reviewed, Undone
from app.services.days import study_day, zone_name
from app.services.own_parameters import sets_of
from app.services.replay import Hold, Known, differing, elapsed_days, replay_all, token, token_day
from app.services.scheduling import DEFAULT, Parameters

R = TypeVar("R", bound=BaseModel)
_UNDO = UUID("6b1d5a4e-3c0f-4b0e-9d39-5a2a4d0a7c11")
"""Namespace of the attempt ids of undo lines: the undo of an attempt always has the same id."""


def body_hash(sent: BaseModel) -> str:
    """Tells two bodies that came with the same attempt id apart."""
    body = json.dumps(sent.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(body.encode()).hexdigest()


def first_outcome(stored: Review, body: str, reply: type[R]) -> R:
    """What this attempt was answered with the first time; raises Unprocessable when it was another attempt then."""
    if stored.body_hash != body:
        raise Unprocessable(
            text(
                zh="这个 attempt_id 已用于另一份内容。每次操作请使用新的 UUID。",
                en="This attempt_id was used for something else. Make a new UUID for every attempt.",
            )
        )
    return reply.model_validate(stored.outcome)


def check_cap(rating: int, most: int) -> None:
    """Raises BadInput for a rating that says more than the answer showed."""
    if rating > most:
        raise BadInput.field(
            "rating",
            text(
                zh=f"这次的回答最高只能评为 {most}（{scheduling.RATING_NAMES[scheduling.RATINGS[most - 1]].zh}）。",
                en=f"This answer can be rated {most} "
                f"({scheduling.RATING_NAMES[scheduling.RATINGS[most - 1]].en}) at most.",
            ),
        )


def line(attempt: Attempt, known: Known | None, now: datetime, parameters: Parameters = DEFAULT) -> Line:
    """What the scheduler is told of an attempt on an item in this state.

    The interval that is stored must be the one that was shown. It follows from the state, the parameters and the day,
    which the token names; so a token of another state or set of parameters, or of a day that would give other
    intervals, is refused: Conflict "stale". A question left open past 04:00 is still fine; the day it was shown on
    counts.
    """
    today, shown = study_day(now, attempt.tz), token_day(attempt.token)
    if shown is None or attempt.token != token(attempt.item, known, attempt.rev, shown, parameters):
        raise Conflict(
            text(
                zh="这道题已在另一个标签页复习过，这次没有保存。请重新加载。",
                en="This item was reviewed in another tab, so this was not stored. Load it again.",
            ),
            reason="stale",
        )
    elapsed = elapsed_days(known, attempt.rev, shown)
    if abs((today - shown).days) > 1 and elapsed != elapsed_days(known, attempt.rev, today):
        raise Conflict(
            text(
                zh="这道题打开得太久，显示的间隔已经过时，这次没有保存。请重新加载。",
                en="This item was opened too long ago and its intervals are out of date, so this was not stored. "
                "Load it again.",
            ),
            reason="stale",
        )
    return Line(attempt.item, attempt.rev, attempt.rating, now, today, elapsed, parameters.version)


def review_row(
    learner: int, attempt: Attempt, line: Line, graded: Grade, level: int | None, body: str, reply: Reviewed
) -> Review:
    """The log line of a review."""
    return Review(
        learner_id=learner,
        attempt_id=attempt.attempt_id,
        kind="review",
        item_key=line.item_key,
        rev=line.rev,
        seed=attempt.seed,
        level=level,
        lang=attempt.lang,
        answer=attempt.answer.model_dump(mode="json", exclude_defaults=True),
        correct=graded.correct,
        mistake=graded.mistake,
        rating=line.rating,
        confidence=attempt.confidence,
        duration_ms=attempt.duration_ms,
        shown_at=attempt.shown_at,
        answered_at=line.answered_at,
        study_day=line.study_day,
        tz=zone_name(attempt.tz),
        elapsed_days=line.elapsed_days,
        scheduler_version=line.version,
        body_hash=body,
        outcome=reply.model_dump(mode="json"),
    )


def undo_row(learner: int, target: Review, now: datetime, tz: str, reply: Undone) -> Review:
    """The log line that takes a review back."""
    return Review(
        learner_id=learner,
        attempt_id=uuid5(_UNDO, str(target.attempt_id)),
        kind="undo",
        undoes=target.attempt_id,
        item_key=target.item_key,
        rev=target.rev,
        answered_at=now,
        study_day=study_day(now, tz),
        tz=zone_name(tz),
        scheduler_version=scheduling.VERSION,
        body_hash="",
        outcome=reply.model_dump(mode="json"),
    )


def known_items(session: Session, learner: int) -> dict[str, Known]:
    """What is stored of every item."""
    return {row.item_key: Known.of(row) for row in repo.states(session, learner)}


def known_item(session: Session, learner: int, item_key: str) -> Known | None:
    """What is stored of one."""
    row = repo.state(session, learner, item_key)
    return None if row is None else Known.of(row)


def holds(session: Session, learner: int) -> dict[str, Hold]:
    """Everything that is, or was until a moment, held back."""
    return {row.item_key: Hold.of(row) for row in repo.holds(session, learner)}


def hold(session: Session, learner: int, item_key: str) -> Hold:
    """Whether one is."""
    row = repo.hold(session, learner, item_key)
    return Hold() if row is None else Hold.of(row)


def put(session: Session, learner: int, item_key: str, known: Known | None, hold: Hold) -> None:
    """Stores what is known of an item (None: nothing), and whether it is held back."""
    if known is None:
        repo.drop_states(session, learner, [item_key])
    else:
        repo.put_state(session, known.row(learner, item_key))
    repo.put_hold(session, learner, item_key, None if hold == Hold() else hold.row(learner, item_key))


def before_last(session: Session, learner: int, item_key: str) -> tuple[Known | None, Hold]:
    """An item as its log has it without its last line."""
    items, held = replay_all(list(repo.lines(session, learner, item_key))[:-1], sets_of(session, learner))
    return items.get(item_key), held.get(item_key, Hold())


def compare(session: Session, learner: int) -> tuple[dict[str, Known], dict[str, Hold], tuple[Difference, ...]]:
    """Every item and every hold as the log has them, and where what is stored differs."""
    with closing(repo.lines(session, learner)) as lines:
        computed, held = replay_all(lines, sets_of(session, learner))
    stored, stored_holds = known_items(session, learner), holds(session, learner)
    differences = []
    for key in sorted(computed.keys() | stored.keys() | held.keys() | stored_holds.keys()):
        fields: tuple[str, ...] = ()
        if key in computed and key not in stored:
            fields = ("missing",)
        elif key in stored and key not in computed:
            fields = ("extra",)
        elif key in computed:
            fields = differing(stored[key], computed[key])
        if held.get(key) != stored_holds.get(key):
            fields = (*fields, "hold")
        if fields:
            differences.append(Difference(item=key, fields=fields))
    return computed, held, tuple(differences)


def check(session: Session, learner: int) -> Rebuilt:
    """Whether every state is what the log says."""
    computed, _, differences = compare(session, learner)
    return Rebuilt(items=len(computed), differences=differences)


def rebuild(session: Session, learner: int) -> Rebuilt:
    """Recomputes every state from the log, puts right what differs, and says what did (in a write session)."""
    repo.lock_learner(session, learner)
    computed, holds, differences = compare(session, learner)
    for key in (d.item for d in differences):
        put(session, learner, key, computed.get(key), holds.get(key, Hold()))
    return Rebuilt(items=len(computed), differences=differences)
