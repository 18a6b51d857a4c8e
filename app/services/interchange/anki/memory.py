"""What Anki stores of a card that was asked: queue, due day, FSRS state, one line a review. From our log, replayed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.db.repositories import Line
from app.services import scheduling
from app.services.days import study_day
from app.services.replay import Known, advance, handled, memory
from app.services.scheduling import DEFAULT, Parameters

LEARN, REVIEW, RELEARN = 0, 1, 2
SUSPENDED = -1


@dataclass(frozen=True, slots=True)
class Memory:
    """The scheduling columns of Anki's `cards`."""

    type: int = 0
    queue: int = 0
    due: int = 0
    ivl: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    left: int = 0
    data: str = "{}"


@dataclass(frozen=True, slots=True)
class Answered:
    """One row of Anki's `revlog`, without its card. ivl, last: days, or negative seconds."""

    at_ms: int
    ease: int
    ivl: int
    last: int
    factor: int
    time_ms: int
    type: int


def replayed(
    lines: Iterable[tuple[Line, int | None]], rev: int, sets: Mapping[str, Parameters] | None = None
) -> tuple[Known | None, list[Answered]]:
    """The state after the log of one item (with the milliseconds reviews took), and Anki's rows for its reviews. Those
    from before its memory started anew do not count. sets: the learner's own parameters by name."""
    known: Known | None = None
    rows: list[Answered] = []
    for line, took in lines:
        if line.kind != "review" or line.rating is None:
            known = handled(known, line)
            continue
        before = memory(known, line.rev)
        if before.new:
            rows = []
        known, _ = advance(known, line, scheduling.parameters_of(line.version, sets or {}))
        after = known.memory
        kind = LEARN if before.state == scheduling.LEARNING else REVIEW
        kind = RELEARN if before.state == scheduling.RELEARNING else kind
        last = 0 if before.new else rows[-1].ivl if rows else 0
        assert after.due is not None
        ivl = _interval(after, after.due - line.answered_at)
        rows.append(
            Answered(_ms(line.answered_at), line.rating, ivl, last, _factor(after), min(took or 0, 3_600_000), kind)
        )
    return (known, rows) if known is not None and known.rev == rev else (None, [])


def card_memory(
    known: Known | None, created: datetime, tz: str, parameters: Parameters = DEFAULT, *, suspended: bool = False
) -> Memory:
    """The columns for a state; `created` is the start of the day Anki counts from."""
    if known is None:
        return Memory(queue=SUSPENDED if suspended else 0)
    state = known.memory
    assert state.due is not None and state.last_review is not None
    data = {
        "s": state.stability, "d": state.difficulty, "dr": scheduling.RETENTION, "decay": round(parameters.decay, 4),
        "lrt": int(state.last_review.timestamp()),
    }  # fmt: skip
    asked = Memory(
        factor=2500, reps=state.reps, lapses=state.lapses, data=json.dumps(data, separators=(",", ":"))
    )  # fmt: skip
    if state.state == scheduling.REVIEW:
        days = (study_day(state.due, tz) - study_day(state.last_review, tz)).days
        due = (study_day(state.due, tz) - study_day(created, tz)).days
        card = replace(asked, type=2, queue=2, due=due, ivl=max(1, days))
    else:
        kind = 1 if state.state == scheduling.LEARNING else 3
        card = replace(asked, type=kind, queue=1, due=int(state.due.timestamp()), left=1001)
    return replace(card, queue=SUSPENDED) if suspended else card


def _interval(state: scheduling.State, length: timedelta) -> int:
    if state.state == scheduling.REVIEW:
        return max(1, round(length / timedelta(days=1)))
    return -int(length.total_seconds())


def _factor(state: scheduling.State) -> int:
    """Anki keeps FSRS difficulty, 1 to 10, as 100 to 1100."""
    return round(((state.difficulty or 1) - 1) / 9 * 1000) + 100


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
