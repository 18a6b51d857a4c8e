"""From the log to what is known of each item: the one definition of a state. Pure.

`advance` is used for a review that arrives and for one that is replayed, so the cache cannot differ from the log.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from app.db.repositories import Line
from app.db.tables import ItemState
from app.services import scheduling
from app.services.scheduling import Outcome, Rating, State


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an item that was asked: its memory at a revision, and the days of its first and last review."""

    rev: int
    memory: State
    introduced: date
    last_day: date

    @property
    def due(self) -> datetime:
        assert self.memory.due is not None
        return self.memory.due

    @classmethod
    def of(cls, row: ItemState) -> "Known":
        """As it is stored."""
        memory = State(
            row.stability, row.difficulty, row.state, row.step, row.due, row.last_review, row.reps, row.lapses
        )  # fmt: skip
        return cls(row.rev, memory, row.introduced, row.last_day)

    def row(self, learner: int, item_key: str) -> ItemState:
        """To be stored."""
        names = ("stability", "difficulty", "state", "step", "due", "last_review", "reps", "lapses")
        fields = {name: getattr(self.memory, name) for name in names}
        return ItemState(
            learner_id=learner,
            item_key=item_key,
            rev=self.rev,
            introduced=self.introduced,
            last_day=self.last_day,
            **fields,
        )


def memory(known: Known | None, rev: int) -> State:
    """What the scheduler goes by at this revision; nothing when the item was asked at another one."""
    return scheduling.initial() if known is None or known.rev != rev else known.memory


def elapsed_days(known: Known | None, rev: int, today: date) -> int:
    """Study days since the last review of this revision; 0 when there is none, or the calendar went backwards."""
    return 0 if known is None or known.rev != rev else max(0, (today - known.last_day).days)


def advance(known: Known | None, line: Line) -> tuple[Known, Outcome]:
    """What is known after one more line of the log."""
    before = memory(known, line.rev)
    outcome = scheduling.review(before, cast(Rating, line.rating), line.answered_at, line.elapsed_days)
    introduced = line.study_day if before.new or known is None else known.introduced
    after = outcome.state if line.adopted is None else scheduling.from_json(line.adopted, line.answered_at)
    return Known(line.rev, after, introduced, line.study_day), outcome


def replay(lines: Iterable[Line]) -> dict[str, Known]:
    """Every item, from the reviews that stand, in the order of the log."""
    items: dict[str, Known] = {}
    for line in lines:
        items[line.item_key], _ = advance(items.get(line.item_key), line)
    return items


def differing(stored: Known, computed: Known) -> tuple[str, ...]:
    """The fields in which two are not equal to the last bit."""
    ours = [name for name in ("rev", "introduced", "last_day") if getattr(stored, name) != getattr(computed, name)]
    names = State.__slots__
    return (*ours, *(n for n in names if getattr(stored.memory, n) != getattr(computed.memory, n)))


def token(item_key: str, known: Known | None, rev: int, day: date) -> str:
    """Names the state (and the day) that four intervals were shown for: '<day>.<hash>'."""
    state = memory(known, rev)
    parts = [
        item_key, rev, state.state, state.step, state.reps, state.lapses,
        *(None if x is None else x.hex() for x in (state.stability, state.difficulty)),
        *(None if t is None else t.isoformat() for t in (state.due, state.last_review)),
    ]  # fmt: skip
    return f"{day.isoformat()}.{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]}"


def token_day(value: str) -> date | None:
    """The day a token was made on; None for what is no token."""
    try:
        return date.fromisoformat(value.partition(".")[0])
    except ValueError:
        return None
