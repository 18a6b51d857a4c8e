"""What is told of a plan: readiness now and if it is kept, by topic; what does not fit; the last day for new items; the
list for the evening before. Pure. Recall is a share from 0 to 1; what was never asked counts as not known."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from app.services.asking import Reply, card_of
from app.services.planning.day import DayPlan, mean
from app.services.planning.memory import Floats
from app.services.planning.settings import Dates, Interview, PlanSettings

EVE = 12
"""Cards on the list for the evening before."""


class TopicReport(Reply):
    """A topic: its weight, how many items it has and how many were ever asked, mean recall on the day if nothing more
    is done (now) and if the plan is kept."""

    topic: str
    weight: float
    items: int
    seen: int
    now: float
    kept: float


class Dropped(Reply):
    """A card with items the plan has no time for: how many of how many."""

    card: str
    left_out: int
    items: int


class EveCard(Reply):
    """A card for the evening before: mean recall on the day of its items that will have been asked."""

    card: str
    recall: float


class Alternative(Reply):
    """Readiness on the day at another number of minutes a day, or on the day before."""

    minutes: int
    eve_minutes: int | None
    kept: float


class Today(Reply):
    """What the plan asks today: how many reviews and new items are left, and the minutes they take."""

    reviews: int
    new: int
    minutes: int
    off: bool


class Report(Reply):
    """next: the interview aimed at first. now, kept: mean recall on the day over all items, by topic weight, if nothing
    more is done and if the plan is kept. drop: what there is no time for. last_new: the last day with something new.
    eve: the weakest cards, for the evening before."""

    next: Interview
    starts: datetime
    days_left: int
    today: Today
    now: float
    kept: float
    minutes: int
    alternatives: tuple[Alternative, ...]
    topics: tuple[TopicReport, ...]
    drop: tuple[Dropped, ...]
    last_new: date | None
    eve: tuple[EveCard, ...]


def report(
    plan: DayPlan, now: Floats, seen: tuple[bool, ...], settings: PlanSettings, dates: Dates, interview: Interview,
    today: Today, alternatives: Mapping[tuple[int, int | None], float],
) -> Report:  # fmt: skip
    """now, seen: of every item as things stand; the plan was made in the morning and holds for the day."""
    return Report(
        next=interview,
        starts=interview.moment,
        days_left=dates.days_left,
        today=today,
        now=_share(mean(now, plan.weight)),
        kept=_share(plan.readiness),
        minutes=settings.minutes,
        alternatives=tuple(
            Alternative(minutes=daily, eve_minutes=eve, kept=_share(kept))
            for (daily, eve), kept in alternatives.items()
        ),
        topics=_topics(plan, now, seen),
        drop=_dropped(plan, seen),
        last_new=plan.last_new,
        eve=_eve(plan, seen),
    )


def _topics(plan: DayPlan, now: Floats, seen: tuple[bool, ...]) -> tuple[TopicReport, ...]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, topic in enumerate(plan.topics):
        rows[topic].append(row)
    return tuple(
        TopicReport(
            topic=topic, weight=float(plan.weight[own[0]]), items=len(own), seen=sum(seen[row] for row in own),
            now=_share(float(now[own].mean())), kept=_share(float(plan.kept[own].mean())),
        )
        for topic, own in rows.items()
    )  # fmt: skip


def _dropped(plan: DayPlan, seen: tuple[bool, ...]) -> tuple[Dropped, ...]:
    """Cards with items that are neither known nor planned, the most items left out first. Topics of weight 0 were left
    out by the learner, and are not news."""
    items: Counter[str] = Counter()
    out: Counter[str] = Counter()
    for key, weight, known, first in zip(plan.keys, plan.weight, seen, plan.first, strict=True):
        items[card_of(key)] += 1
        out[card_of(key)] += int(weight > 0 and not known and first is None)
    return tuple(Dropped(card=card, left_out=n, items=items[card]) for card, n in out.most_common() if n)


def _eve(plan: DayPlan, seen: tuple[bool, ...]) -> tuple[EveCard, ...]:
    """The cards with most to lose, by weight, among those that will have been asked."""
    recall: defaultdict[str, list[float]] = defaultdict(list)
    loss: Counter[str] = Counter()
    for row, (key, known, first) in enumerate(zip(plan.keys, seen, plan.first, strict=True)):
        if plan.weight[row] > 0 and (known or first is not None):
            recall[card_of(key)].append(float(plan.kept[row]))
            loss[card_of(key)] += plan.weight[row] * (1 - plan.kept[row])
    return tuple(EveCard(card=c, recall=_share(sum(recall[c]) / len(recall[c]))) for c, _ in loss.most_common(EVE))


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 4)
