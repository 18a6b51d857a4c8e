"""From the log to what is known of each item, and what is held back: the one definition of a state. Pure.

`advance` is used for a review that arrives and for one that is replayed, so the cache cannot differ from the log.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from app.db.repositories import Line
from app.db.tables import ItemHold, ItemState
from app.services import scheduling
from app.services.scheduling import DEFAULT, Outcome, Parameters, Rating, State


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


@dataclass(frozen=True, slots=True)
class Hold:
    """An item or a whole card that is not asked: until it is resumed, or until a moment."""

    suspended: bool = False
    until: datetime | None = None

    def at(self, now: datetime) -> bool:
        """Whether it is held back now."""
        return self.suspended or (self.until is not None and now < self.until)

    @classmethod
    def of(cls, row: ItemHold) -> "Hold":
        """As it is stored."""
        return cls(row.suspended, row.buried_until)

    def row(self, learner: int, item_key: str) -> ItemHold:
        """To be stored."""
        return ItemHold(learner_id=learner, item_key=item_key, suspended=self.suspended, buried_until=self.until)


def memory(known: Known | None, rev: int) -> State:
    """What the scheduler goes by at this revision; nothing when the item was asked at another one."""
    return scheduling.initial() if known is None or known.rev != rev else known.memory


def elapsed_days(known: Known | None, rev: int, today: date) -> int:
    """Study days since the last review of this revision; 0 when there is none, or the calendar went backwards."""
    return 0 if known is None or known.rev != rev else max(0, (today - known.last_day).days)


def advance(known: Known | None, line: Line, parameters: Parameters = DEFAULT) -> tuple[Known, Outcome]:
    """What is known after one more review in the log, by the parameters it names."""
    before = memory(known, line.rev)
    outcome = scheduling.review(before, cast(Rating, line.rating), line.answered_at, line.elapsed_days, parameters)
    introduced = line.study_day if before.new or known is None else known.introduced
    after = outcome.state if line.adopted is None else scheduling.from_json(line.adopted, line.answered_at)
    return Known(line.rev, after, introduced, line.study_day), outcome


def handled(known: Known | None, line: Line) -> Known | None:
    """What is known of an item after a handling: its memory kept at a new revision (keep, soon), another day to be
    asked on (soon, reschedule), or nothing (reset)."""
    if line.kind == "reset" or known is None:
        return None
    match line.kind:
        case "keep":
            return replace(known, rev=line.rev)
        case "soon":
            return replace(known, rev=line.rev, memory=replace(known.memory, due=line.answered_at))
        case "reschedule":
            return replace(known, memory=replace(known.memory, due=line.until))
    return known


def held(hold: Hold, line: Line) -> Hold:
    """What is held back after one more line."""
    match line.kind:
        case "suspend":
            return replace(hold, suspended=True)
        case "resume":
            return Hold()
        case "bury":
            return replace(hold, until=line.until)
    return hold


def replay(lines: Iterable[Line], sets: Mapping[str, Parameters] | None = None) -> dict[str, Known]:
    """Every item that was asked, from the lines that stand, in the order of the log. sets: the learner's own
    parameters by name."""
    return replay_all(lines, sets)[0]


def replay_all(
    lines: Iterable[Line], sets: Mapping[str, Parameters] | None = None
) -> tuple[dict[str, Known], dict[str, Hold]]:
    """The same, and what is held back."""
    items: dict[str, Known] = {}
    holds: dict[str, Hold] = {}
    for line in lines:
        key = line.item_key
        if line.kind == "review":
            items[key], _ = advance(items.get(key), line, scheduling.parameters_of(line.version, sets or {}))
        elif (after := handled(items.get(key), line)) is not None:
            items[key] = after
        else:
            items.pop(key, None)
        if (hold := held(holds.get(key, Hold()), line)) != Hold():
            holds[key] = hold
        else:
            holds.pop(key, None)
    return items, holds


def differing(stored: Known, computed: Known) -> tuple[str, ...]:
    """The fields in which two are not equal to the last bit."""
    ours = [name for name in ("rev", "introduced", "last_day") if getattr(stored, name) != getattr(computed, name)]
    names = State.__slots__
    return (*ours, *(n for n in names if getattr(stored.memory, n) != getattr(computed.memory, n)))


def token(item_key: str, known: Known | None, rev: int, day: date, parameters: Parameters = DEFAULT) -> str:
    """Names the state, the day and the parameters that four intervals were shown for: '<day>.<hash>'."""
    state = memory(known, rev)
    parts = [
        item_key, rev, state.state, state.step, state.reps, state.lapses,
        *(None if x is None else x.hex() for x in (state.stability, state.difficulty)),
        *(None if t is None else t.isoformat() for t in (state.due, state.last_review)),
        *(() if parameters == DEFAULT else (parameters.name,)),
    ]  # fmt: skip
    return f"{day.isoformat()}.{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]}"


def token_day(value: str) -> date | None:
    """The day a token was made on; None for what is no token."""
    try:
        return date.fromisoformat(value.partition(".")[0])
    except ValueError:
        return None
