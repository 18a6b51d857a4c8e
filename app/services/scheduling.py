"""When to ask again: the only module that knows py-fsrs (FSRS-6, Ye et al.). Pure, deterministic, no fuzz.

A `State` goes in, four `Outcome`s come out; the one whose interval stood on the button is the one that is stored.

`elapsed` is the number of whole study days since the last review. It is an argument because a learner's day starts at
04:00 their time: evening to next morning is one day. Without it py-fsrs's own rule holds: full spans of 24 hours.

`parameters` is the memory model: FSRS-6's default weights, or a set fitted to one learner's log. What computed a line
of the log is named in it (`Parameters.version`), so that a replay years later uses the same.
"""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Literal

import fsrs

from app.kit.text import Text, text

Rating = Literal[1, 2, 3, 4]
"""1 again, 2 hard, 3 good, 4 easy."""
RATINGS: tuple[Rating, ...] = (1, 2, 3, 4)
RATING_NAMES: dict[Rating, Text] = {
    1: text(zh="忘了", en="Again"),
    2: text(zh="吃力", en="Hard"),
    3: text(zh="记得", en="Good"),
    4: text(zh="轻松", en="Easy"),
}
LEARNING, REVIEW, RELEARNING = 1, 2, 3

RETENTION = 0.9
_LIBRARY = version("fsrs")


@dataclass(frozen=True, slots=True)
class Parameters:
    """The 21 weights of FSRS-6 and the name they have in the log: `default`, or `own-` and 12 digits that follow from
    the weights (`own`), so that a name means the same set in every database."""

    weights: tuple[float, ...]
    name: str

    @property
    def decay(self) -> float:
        """How fast the forgetting curve falls: R(t) = (1 + (0.9^(−1/decay) − 1) · t / stability)^(−decay)."""
        return self.weights[20]

    @property
    def version(self) -> str:
        """Written to every line of the log: what computed the interval."""
        return f"fsrs {_LIBRARY} {self.name} r={RETENTION}"


DEFAULT = Parameters(tuple(fsrs.Scheduler(enable_fuzzing=False).parameters), "default")
VERSION = DEFAULT.version
_OWN = re.compile(r"\bown-[0-9a-f]{12}\b")


def own(weights: Sequence[float]) -> Parameters:
    """A learner's own set, by its weights; raises ValueError for what FSRS does not allow."""
    exact = tuple(float(w) for w in weights)
    _scheduler(exact)
    digest = hashlib.sha256(" ".join(w.hex() for w in exact).encode()).hexdigest()
    return Parameters(exact, f"own-{digest[:12]}")


def bounded(weights: Sequence[float]) -> tuple[float, ...]:
    """Fitted weights to six decimals, moved to the nearest bound where they are beyond what FSRS allows."""
    low, high = fsrs.scheduler.LOWER_BOUNDS_PARAMETERS, fsrs.scheduler.UPPER_BOUNDS_PARAMETERS
    return tuple(min(max(round(float(w), 6), a), b) for w, a, b in zip(weights, low, high, strict=True))


def parameters_of(version: str, sets: Mapping[str, Parameters]) -> Parameters:
    """The set that a line of the log names; raises LookupError when it is not among the stored ones."""
    found = _OWN.search(version)
    return sets[found[0]] if found else DEFAULT


@dataclass(frozen=True, slots=True)
class State:
    """Memory of one item. stability: days until recall falls to 90 %; difficulty: 1 to 10; both None before the first
    review. state: 1 learning, 2 review, 3 relearning; step: position in the (re)learning steps."""

    stability: float | None = None
    difficulty: float | None = None
    state: int = LEARNING
    step: int | None = 0
    due: datetime | None = None
    last_review: datetime | None = None
    reps: int = 0
    lapses: int = 0

    @property
    def new(self) -> bool:
        return self.last_review is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rating leads to."""

    rating: Rating
    state: State
    interval: timedelta

    @property
    def due(self) -> datetime:
        assert self.state.due is not None
        return self.state.due

    @property
    def label(self) -> Text:
        return interval_label(self.interval)


def to_json(state: State) -> dict[str, object]:
    """A state that was asked, for the log: its last review is the line's own."""
    assert state.due is not None
    names = ("stability", "difficulty", "state", "step", "reps", "lapses")
    return {name: getattr(state, name) for name in names} | {"due": state.due.isoformat()}


def from_json(fields: Mapping[str, Any], last_review: datetime) -> State:
    """The state that `to_json` wrote; raises ValueError for what cannot be one (a file may say anything)."""
    try:
        state = State(**{**fields, "due": datetime.fromisoformat(fields["due"])}, last_review=last_review)
        numbers = all(type(n) is int for n in (state.state, state.reps, state.lapses))
        step = state.step is None or type(state.step) is int
        holds = 0 < (state.stability or 0) < math.inf and 1 <= (state.difficulty or 0) <= 10 and numbers and step
        if holds and state.state in (LEARNING, REVIEW, RELEARNING) and state.due is not None and state.due.tzinfo:
            return state
    except (TypeError, KeyError, ValueError):
        pass
    raise ValueError("not a state of memory")


def initial() -> State:
    """An item that was never asked."""
    return State()


def preview(
    state: State, now: datetime, elapsed: int | None = None, parameters: Parameters = DEFAULT
) -> dict[Rating, Outcome]:
    """The four outcomes, for the four buttons."""
    return {rating: review(state, rating, now, elapsed, parameters) for rating in RATINGS}


def review(
    state: State, rating: Rating, now: datetime, elapsed: int | None = None, parameters: Parameters = DEFAULT
) -> Outcome:
    """The outcome of one rating at `now` (aware). A clock that went backwards counts as no time passed."""
    now = now.astimezone(UTC)
    card, _ = _scheduler(parameters.weights).review_card(_card(state, now, elapsed), fsrs.Rating(rating), now)
    lapsed = state.state == REVIEW and rating == 1
    after = State(
        stability=card.stability,
        difficulty=card.difficulty,
        state=int(card.state),
        step=card.step,
        due=card.due,
        last_review=now,
        reps=state.reps + 1,
        lapses=state.lapses + lapsed,
    )
    return Outcome(rating, after, card.due - now)


def retrievability(state: State, at: datetime, elapsed: int | None = None, parameters: Parameters = DEFAULT) -> float:
    """Probability of recall at a moment (past its last review); 0 for an item never asked."""
    if state.last_review is None:
        return 0.0
    at = at.astimezone(UTC)
    return float(_scheduler(parameters.weights).get_card_retrievability(_card(state, at, elapsed), at))


def interval_label(interval: timedelta) -> Text:
    """A short length of time for a button: 10 分钟 / 10 min, 3 天 / 3 d, 2.5 个月 / 2.5 mo."""
    minutes, days = interval.total_seconds() / 60, interval.total_seconds() / 86_400
    if minutes < 60:
        value, zh, en = minutes, "分钟", "min"
    elif days < 1:
        value, zh, en = minutes / 60, "小时", "h"
    elif days < 60:
        value, zh, en = days, "天", "d"
    elif days < 365:
        value, zh, en = days / 30.4375, "个月", "mo"
    else:
        value, zh, en = days / 365.25, "年", "y"
    number = f"{value:.1f}".removesuffix(".0")
    return text(zh=f"{number} {zh}", en=f"{number} {en}")


@lru_cache(maxsize=64)
def _scheduler(weights: tuple[float, ...]) -> fsrs.Scheduler:
    return fsrs.Scheduler(weights, desired_retention=RETENTION, enable_fuzzing=False)


def _card(state: State, now: datetime, elapsed: int | None) -> fsrs.Card:
    """py-fsrs's card. It counts whole days from last_review to now, so `elapsed` is said through last_review."""
    last = state.last_review
    if last is not None:
        last = min(last.astimezone(UTC), now) if elapsed is None else now - timedelta(days=max(0, elapsed))
    return fsrs.Card(
        card_id=1,  # None would make py-fsrs read the clock and sleep
        state=fsrs.State(state.state),
        step=state.step,
        stability=state.stability,
        difficulty=state.difficulty,
        due=now,
        last_review=last,
    )
