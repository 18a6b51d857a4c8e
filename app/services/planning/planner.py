"""The use-cases of the plan: what a learner wants, what to ask today, what comes of it."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.db import Database, Plan, Session
from app.db import planning as rows
from app.db import repositories as repo
from app.errors import BadInput, Conflict
from app.kit.text import Text, text
from app.services import journal, queue
from app.services.asking import Catalogue, ItemRef, Remaining, Reply
from app.services.days import day_start, study_day
from app.services.handling import held_back
from app.services.own_parameters import in_use
from app.services.planning import cost
from app.services.planning.agenda import Moment, of_today, waiting
from app.services.planning.day import DayPlan, arrays, plan_day, recall_on_the_day
from app.services.planning.forecast import Items
from app.services.planning.memory import Memory
from app.services.planning.report import Report, Today, report
from app.services.planning.settings import LEAST_MINUTES, MOST_MINUTES, Dates, PlanSettings, problems, stored
from app.services.replay import Known

CACHED = 256
"""Days of plans kept in memory; another process makes its own."""
EVENING = 180
"""Minutes of a long evening: as long as one can still learn well."""


class PlanView(Reply):
    """settings: as stored, or the defaults (revision 0). report: nothing without an interview to come."""

    settings: PlanSettings
    revision: int
    report: Report | None


@dataclass(frozen=True, slots=True)
class _Key:
    """What a day's plan depends on, apart from the answers of the day itself. before: items known when it began.
    items: a hash of all there are at their revisions. named: days that the learner has given to items. parameters: the
    name of those that memory follows."""

    learner: int
    today: date
    tz: str
    revision: int
    interviews: tuple[date, ...]
    before: int
    items: int
    named: frozenset[tuple[str, date]]
    parameters: str


@dataclass(slots=True)
class _Cached:
    plan: DayPlan
    made_at: int
    """Items answered on this day when the plan was made (again)."""
    alternatives: dict[tuple[int, int | None], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans are made from the state of the morning and kept for the day, so that finishing an item does not shuffle the
    rest; what time is left at their end is planned once more."""

    db: Database
    catalogue: Catalogue
    topics: Mapping[str, Text]
    _cache: dict[_Key, _Cached] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def over(self, catalogue: Catalogue, names: Mapping[str, str]) -> "Planner":
        """The same planner over a learner's own questions too. names: of their decks, each a topic of its own."""
        own = {uid: text(zh=name, en=name) for uid, name in names.items()}
        return replace(self, catalogue=catalogue, topics={**self.topics, **own})

    def settings(self, learner: int) -> tuple[PlanSettings, int]:
        """What the learner wants, and its revision (0: nothing was ever said)."""
        with self.db.read() as session:
            return self._stored(session, learner)

    def view(self, learner: int, now: datetime, *, tz: str = "UTC") -> PlanView:
        """The settings and what comes of them."""
        with self.db.read() as session:
            settings, revision = self._stored(session, learner)
            found = self._report(session, learner, now, tz)
        return PlanView(settings=settings, revision=revision, report=found)

    def outlook(self, learner: int, now: datetime, *, tz: str = "UTC") -> Report | None:
        """The report without its comparisons, which take longer to compute; None without an interview to come."""
        with self.db.read() as session:
            return self._report(session, learner, now, tz, compare=False)

    def _stored(self, session: Session, learner: int) -> tuple[PlanSettings, int]:
        """As they were stored, without the weights of decks that are gone."""
        row = rows.plan(session, learner)
        settings = stored(row)
        weights = {topic: weight for topic, weight in settings.topic_weights.items() if topic in self.topics}
        return settings.model_copy(update={"topic_weights": weights}), row.revision if row else 0

    def put(self, learner: int, settings: PlanSettings, now: datetime, *, revision: int | None = None) -> None:
        """Stores what the learner wants. revision: of the settings these were made from; raises Conflict when they have
        changed since. Raises BadInput for what cannot be planned with."""
        if found := problems(settings, self.topics, now):
            raise BadInput(_CANNOT, found)
        with self.db.write() as session:
            repo.lock_learner(session, learner)
            row = rows.plan(session, learner)
            at = row.revision if row else 0
            if revision is not None and revision != at:
                raise Conflict(_CHANGED, reason="changed")
            rows.put_plan(
                session,
                Plan(
                    learner_id=learner, settings=settings.sound().model_dump(mode="json"), revision=at + 1,
                    adopted=row.adopted if row else 0, updated_at=now,
                ),
            )  # fmt: skip

    def today(
        self, session: Session, learner: int, items: Sequence[ItemRef], known: Mapping[str, Known], usual: queue.Agenda,
        now: datetime, tz: str,
    ) -> tuple[Remaining, queue.Agenda] | None:  # fmt: skip
        """What to ask instead of the usual agenda; None where no interview is ahead. What was promised is kept: steps
        of minutes, and days that the learner has given to an item."""
        at = self._now(session, learner, items, known, now, tz)
        return None if at is None else of_today(at, self._day(session, at).plan, usual, now)

    def _now(
        self, session: Session, learner: int, items: Sequence[ItemRef], known: Mapping[str, Known], now: datetime,
        tz: str,
    ) -> Moment | None:  # fmt: skip
        """What a plan is made from at this moment; None where no interview is ahead."""
        settings, revision = self._stored(session, learner)
        dates = Dates.of(settings, now, tz)
        if not dates.interviews:
            return None
        asked = {ref.key for ref in items}
        named = {
            key: study_day(moment, tz)
            for key, moment in rows.named_days(session, learner)
            if key in asked and key in known and known[key].due == moment
        }
        typical = queue.typical_seconds(repo.durations(session, learner))
        at = Moment(learner, items, known, settings, revision, dates, named, in_use(session, learner), typical, 0.0, tz)
        spent = rows.durations_since(session, learner, day_start(dates.today, tz))
        return replace(at, left=max(0.0, at.whole(settings) - at.promised - sum(cost.clipped(took) for took in spent)))

    def _report(self, session: Session, learner: int, now: datetime, tz: str, compare: bool = True) -> Report | None:
        holds, known = journal.holds(session, learner), journal.known_items(session, learner)
        items = [ref for ref in self.catalogue.items() if not held_back(holds, ref.key, now)]
        at = self._now(session, learner, items, known, now, tz)
        if at is None:
            return None
        settings, dates, memory = at.settings, at.dates, Memory(at.parameters.weights)
        day, state = self._day(session, at), self._state(session, at)
        ordinary = dates.days_left > 1 or (dates.days_left == 1 and settings.eve_minutes is None)
        if compare and ordinary and not day.alternatives:
            for other in _others(settings):
                left = max(0.0, at.left + at.whole(other) - at.whole(settings)) if at.left else 0.0
                kept = plan_day(items, state, other, dates, left, memory).readiness
                day.alternatives[other.minutes, other.eve_minutes] = kept
        usual = queue.agenda(items, known, now, tz, 0, at.parameters)
        to_do, _ = of_today(at, day.plan, usual, now)
        aim = Dates(dates.today, dates.interviews[:1]) if dates.days_left == 0 else dates
        return report(
            day.plan, recall_on_the_day(state, aim, memory), tuple(bool(s) for s in state.seen), settings, dates,
            settings.upcoming(now)[0],
            Today(reviews=to_do.due, new=to_do.new, minutes=to_do.minutes, off=settings.off(dates.today)),
            day.alternatives,
        )  # fmt: skip

    def _state(self, session: Session, at: Moment) -> Items:
        seconds = cost.seconds(at.items, rows.item_durations(session, at.learner))
        return arrays(at.items, at.known, at.settings, at.dates.today, seconds, at.named)

    def _day(self, session: Session, at: Moment) -> _Cached:
        """The day's plan: made once, and again when it is done before the time is."""
        before = sum(one.introduced < at.dates.today for one in at.known.values())
        answered = sum(one.last_day == at.dates.today for one in at.known.values())
        key = _Key(
            at.learner, at.dates.today, at.tz, at.revision, at.dates.interviews, before, _hash(at.items),
            frozenset(at.named.items()), at.parameters.name,
        )  # fmt: skip
        with self._lock:
            cached = self._cache.get(key)
        if cached is not None and (
            waiting(cached.plan, at) or answered == cached.made_at or at.left < queue.SECONDS_EACH
        ):
            return cached
        memory = Memory(at.parameters.weights)
        made = _Cached(plan_day(at.items, self._state(session, at), at.settings, at.dates, at.left, memory), answered)
        with self._lock:
            while len(self._cache) >= CACHED:
                self._cache.pop(next(iter(self._cache)))
            self._cache[key] = made
        return made


def _hash(items: Sequence[ItemRef]) -> int:
    return hash(tuple((ref.key, ref.item.rev) for ref in items))


def _others(settings: PlanSettings) -> list[PlanSettings]:
    """To compare with: less and more time a day, in round numbers; and a long last evening, where none was said."""
    minutes = settings.minutes
    less, more = (round(minutes * times / 5) * 5 for times in (0.6, 1.6))
    daily = {max(LEAST_MINUTES, less), min(MOST_MINUTES, max(minutes + 5, more))} - {minutes}
    others = [settings.model_copy(update={"minutes": other}) for other in sorted(daily)]
    if settings.eve_minutes is None and minutes < EVENING:
        others.append(settings.model_copy(update={"eve_minutes": EVENING}))
    return others


_CANNOT = text(
    zh="这样的计划排不出来，请按下面的说明改正。", en="This cannot be planned with; see what to correct below."
)
_CHANGED = text(
    zh="计划在另一个标签页改过，这次没有保存。请重新加载。",
    en="The plan was changed in another tab, so this was not stored. Load it again.",
)
