"""What is to be studied today, and in which order. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from app.services import scheduling
from app.services.asking import ItemRef
from app.services.days import day_start, study_day
from app.services.replay import Known, elapsed_days
from app.services.scheduling import DEFAULT, Parameters

LEARN_AHEAD = timedelta(minutes=20)
"""A step of a few minutes is not worth waiting for when nothing else is left."""
SECONDS_EACH = 20.0
"""What an item takes, before the learner's own times are known."""
LONGEST_SECONDS = 300.0
"""A tab left open is not time spent thinking."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """Item keys in the order to ask them. due: now, or in a step that ends within LEARN_AHEAD (`ahead` of them, at the
    end). new: those that today's limit allows."""

    due: tuple[str, ...]
    ahead: tuple[str, ...]
    new: tuple[str, ...]
    next_due: datetime | None

    def order(self) -> tuple[str, ...]:
        """Due, then new, and what is only due in a few minutes when nothing else is left."""
        return (*(key for key in self.due if key not in self.ahead), *self.new, *self.ahead)


def agenda(
    items: Sequence[ItemRef], known: Mapping[str, Known], now: datetime, tz: str, new_per_day: int,
    parameters: Parameters = DEFAULT,
) -> Agenda:  # fmt: skip
    """Sorts the items by what they need.

    A (re)learning step is due at its minute, the earliest first. A review is due on its day, from 04:00 on, whatever
    the hour it was made at; the one most likely forgotten comes first. New items follow the order of the cards, the
    topics taking turns.
    """
    today = study_day(now, tz)
    steps: list[tuple[datetime, str]] = []
    reviews: list[tuple[float, datetime, str]] = []
    later: list[datetime] = []
    for ref in items:
        one = known.get(ref.key)
        if one is None or one.rev != ref.item.rev:
            continue
        due, in_step = one.due, one.memory.state != scheduling.REVIEW
        day = study_day(due, tz)
        if in_step and due <= now + LEARN_AHEAD:
            steps.append((due, ref.key))
        elif not in_step and day <= today:
            recall = scheduling.retrievability(one.memory, now, elapsed_days(one, one.rev, today), parameters)
            reviews.append((recall, due, ref.key))
        else:
            later.append(due if in_step else day_start(day, tz))
    steps.sort()
    ahead = tuple(key for due, key in steps if due > now)
    begun = sum(one.introduced == today for one in known.values())
    return Agenda(
        due=(*(key for _, key in steps), *(key for *_, key in sorted(reviews))),
        ahead=ahead,
        new=tuple(_unseen(items, known)[: max(0, new_per_day - begun)]),
        next_due=min(later, default=None),
    )


def typical_seconds(durations_ms: Sequence[int]) -> float:
    """What one item takes this learner: the median of the latest."""
    if not durations_ms:
        return SECONDS_EACH
    return min(float(median(durations_ms)) / 1000, LONGEST_SECONDS)


def _unseen(items: Sequence[ItemRef], known: Mapping[str, Known]) -> list[str]:
    """Items never asked at their revision: the first of every topic, then the second of every topic, and so on.

    The turn counts the items already seen, so that a topic that was just served waits for the others.
    """
    turns: defaultdict[str, int] = defaultdict(int)
    unseen: list[tuple[int, int, str]] = []
    topics: dict[str, int] = {}
    for ref in items:
        topic = topics.setdefault(ref.topic, len(topics))
        one = known.get(ref.key)
        if one is None or one.rev != ref.item.rev:
            unseen.append((turns[ref.topic], topic, ref.key))
        turns[ref.topic] += 1
    return [key for *_, key in sorted(unseen, key=lambda entry: entry[:2])]
