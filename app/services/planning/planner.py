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
from app.services import journal, queue, scheduling
from app.services.asking import Catalogue, ItemRef, Remaining, Reply
from app.services.days import day_start, study_day
from app.services.handling import held_back
from app.services.own_parameters import in_use
from app.services.planning import calendar, cost
from app.services.planning.day import DayPlan, arrays, plan_day, recall_on_the_day
from app.services.planning.forecast import FIRST_COST
from app.services.planning.memory import Memory
from app.services.planning.report import Report, Today, report
from app.services.planning.settings import Dates, PlanSettings, problems, stored
from app.services.replay import Known

CACHED = 256
"""Days of plans kept in memory; another process makes its own."""


class PlanView(Reply):
    """settings: as stored, or the defaults (revision 0). report: nothing without an interview to come."""

    settings: PlanSettings
    revision: int
    report: Report | None


@dataclass(frozen=True, slots=True)
class _Key:
    """What a day's plan depends on, apart from the answers of the day itself. before: items known when it began.
    items: a hash of all there are at their revisions.
    parameters: the name of those that memory follows."""

    learner: int
    today: date
    tz: str
    revision: int
    interviews: tuple[date, ...]
    before: int
    items: int
    parameters: str


@dataclass(slots=True)
class _Cached:
    plan: DayPlan
    made_at: int
    """Items answered on this day when the plan was made (again)."""
    alternatives: dict[int, float] = field(default_factory=dict)


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
            return _stored(session, learner)

    def view(self, learner: int, now: datetime, *, tz: str = "UTC") -> PlanView:
        """The settings and what comes of them."""
        with self.db.read() as session:
            settings, revision = _stored(session, learner)
            found = self._report(session, learner, settings, revision, now, tz)
        return PlanView(settings=settings, revision=revision, report=found)

    def outlook(self, learner: int, now: datetime, *, tz: str = "UTC") -> Report | None:
        """The report without its comparisons, which take longer to compute; None without an interview to come."""
        with self.db.read() as session:
            settings, revision = _stored(session, learner)
            return self._report(session, learner, settings, revision, now, tz, compare=False)

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
        """What to ask instead of the usual agenda; None where no interview is ahead. Steps of minutes that were
        promised on a button are kept, and so are days to which the learner has put something off."""
        settings, revision = _stored(session, learner)
        dates = Dates.of(settings, now, tz)
        if not dates.interviews:
            return None
        left = self._left(session, learner, known, settings, dates, tz)
        cached = self._day(session, learner, items, known, settings, revision, dates, left, tz)
        steps = tuple(k for k in usual.due if known[k].memory.state != scheduling.REVIEW)
        put_off = {
            key for key, until in rows.put_off(session, learner, now) if key in known and known[key].due == until
        }
        waiting = [k for k in _waiting(cached.plan, known, dates.today) if k not in steps and k not in put_off]
        fitting = _fitting(waiting, cached.plan, left)
        reviews = tuple(k for k in fitting if k in set(cached.plan.reviews))
        new = tuple(k for k in fitting if k not in set(reviews))
        seconds = sum(cached.plan.cost[k] for k in fitting) + len(steps) * queue.typical_seconds(
            repo.durations(session, learner)
        )
        agenda = queue.Agenda((*steps, *reviews), usual.ahead, new, _next(cached.plan, known, dates.today, now, tz))
        return Remaining(due=len(steps) + len(reviews), new=len(new), minutes=int(-(-seconds // 60))), agenda

    def _report(
        self, session: Session, learner: int, settings: PlanSettings, revision: int, now: datetime, tz: str,
        compare: bool = True,
    ) -> Report | None:  # fmt: skip
        dates = Dates.of(settings, now, tz)
        if not dates.interviews:
            return None
        holds, known = journal.holds(session, learner), journal.known_items(session, learner)
        items = [ref for ref in self.catalogue.items() if not held_back(holds, ref.key, now)]
        left = self._left(session, learner, known, settings, dates, tz)
        cached = self._day(session, learner, items, known, settings, revision, dates, left, tz)
        parameters = in_use(session, learner)
        memory = Memory(parameters.weights)
        state = arrays(items, known, settings, dates.today, cost.seconds(items, rows.item_durations(session, learner)))
        if compare and dates.days_left and not cached.alternatives:
            for minutes in _others(settings.minutes):
                other = settings.model_copy(update={"minutes": minutes})
                more = max(0.0, left + 60.0 * (minutes - settings.minutes)) if left else 0.0
                cached.alternatives[minutes] = plan_day(items, state, other, dates, more, memory).readiness
        usual = queue.agenda(items, known, now, tz, 0, parameters)
        planned = self.today(session, learner, items, known, usual, now, tz)
        assert planned is not None
        aim = Dates(dates.today, dates.interviews[:1]) if dates.days_left == 0 else dates
        return report(
            cached.plan, recall_on_the_day(state, aim, memory), tuple(bool(s) for s in state.seen), settings, dates,
            settings.upcoming(now)[0],
            Today(
                reviews=planned[0].due, new=planned[0].new, minutes=planned[0].minutes, off=settings.off(dates.today)
            ),
            cached.alternatives,
        )  # fmt: skip

    def _left(
        self, session: Session, learner: int, known: Mapping[str, Known], settings: PlanSettings, dates: Dates, tz: str
    ) -> float:
        """Seconds of today's budget that are not used yet, nor needed for the steps that were promised. On the day of
        an interview: of an ordinary day's."""
        free = dates.interviews[1:] if dates.days_left == 0 else dates.interviews
        whole = calendar.budget(settings, dates.today, free)
        spent = rows.durations_since(session, learner, day_start(dates.today, tz))
        steps = sum(one.last_day == dates.today and one.memory.state != scheduling.REVIEW for one in known.values())
        promised = steps * (FIRST_COST - 1) * queue.typical_seconds(spent)
        return max(0.0, whole - promised - sum(cost.clipped(d) for d in spent))

    def _day(
        self, session: Session, learner: int, items: Sequence[ItemRef], known: Mapping[str, Known],
        settings: PlanSettings, revision: int, dates: Dates, left: float, tz: str,
    ) -> _Cached:  # fmt: skip
        """The day's plan: made once, and again when it is done before the time is."""
        before = sum(one.introduced < dates.today for one in known.values())
        answered = sum(one.last_day == dates.today for one in known.values())
        parameters = in_use(session, learner)
        key = _Key(learner, dates.today, tz, revision, dates.interviews, before, _hash(items), parameters.name)
        with self._lock:
            cached = self._cache.get(key)
        if cached is not None and (
            _waiting(cached.plan, known, dates.today) or answered == cached.made_at or left < queue.SECONDS_EACH
        ):
            return cached
        seconds = cost.seconds(items, rows.item_durations(session, learner))
        state = arrays(items, known, settings, dates.today, seconds)
        made = _Cached(plan_day(items, state, settings, dates, left, Memory(parameters.weights)), answered)
        with self._lock:
            while len(self._cache) >= CACHED:
                self._cache.pop(next(iter(self._cache)))
            self._cache[key] = made
        return made


def _stored(session: Session, learner: int) -> tuple[PlanSettings, int]:
    row = rows.plan(session, learner)
    return stored(row), row.revision if row else 0


def _hash(items: Sequence[ItemRef]) -> int:
    return hash(tuple((ref.key, ref.item.rev) for ref in items))


def _waiting(plan: DayPlan, known: Mapping[str, Known], today: date) -> list[str]:
    """What the plan asks today and was not answered yet, reviews before new items."""
    return [k for k in (*plan.reviews, *plan.new) if not (k in known and known[k].last_day == today)]


def _fitting(keys: Sequence[str], plan: DayPlan, left: float) -> list[str]:
    """The first of these that still fit into the time: the learner may be slower today than expected."""
    out, total = [], 0.0
    for key in keys:
        total += plan.cost[key]
        if total > left + plan.cost[key] / 2:
            break
        out.append(key)
    return out


def _next(plan: DayPlan, known: Mapping[str, Known], today: date, now: datetime, tz: str) -> datetime | None:
    """When there is something to do again after today's: a step of minutes, or the plan's next day."""
    steps = [k.due for k in known.values() if k.memory.state != scheduling.REVIEW and k.due > now]
    days = [day_start(plan.next_day, tz)] if plan.next_day and plan.next_day > today else []
    return min((*(due for due in steps if study_day(due, tz) == today), *days), default=None)


def _others(minutes: int) -> tuple[int, int]:
    """Less and more time to compare with, in round numbers."""
    return max(5, round(minutes * 0.6 / 5) * 5), min(480, max(minutes + 5, round(minutes * 1.6 / 5) * 5))


_CANNOT = text(
    zh="这样的计划排不出来，请按下面的说明改正。", en="This cannot be planned with; see what to correct below."
)
_CHANGED = text(
    zh="计划在另一个标签页改过，这次没有保存。请重新加载。",
    en="The plan was changed in another tab, so this was not stored. Load it again.",
)
