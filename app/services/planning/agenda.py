"""What is left of a day's plan at one moment: promised items first, then the plan's. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.services import queue, scheduling
from app.services.asking import ItemRef, Remaining
from app.services.days import day_start, study_day
from app.services.planning import calendar
from app.services.planning.day import DayPlan
from app.services.planning.forecast import FIRST_COST
from app.services.planning.settings import Dates, PlanSettings
from app.services.replay import Known
from app.services.scheduling import Parameters


@dataclass(frozen=True, slots=True)
class Moment:
    """What a plan is made from at one moment. named: days that the learner has given to items. typical: seconds an
    item takes. left: seconds of today's budget that are neither used yet nor promised."""

    learner: int
    items: Sequence[ItemRef]
    known: Mapping[str, Known]
    settings: PlanSettings
    revision: int
    dates: Dates
    named: Mapping[str, date]
    parameters: Parameters
    typical: float
    left: float
    tz: str

    def whole(self, settings: PlanSettings) -> float:
        """Seconds of today's budget; on the day of an interview, of an ordinary day's."""
        dates = self.dates
        free = dates.interviews[1:] if dates.days_left == 0 else dates.interviews
        return calendar.budget(settings, dates.today, free)

    @property
    def promised(self) -> float:
        """Seconds for the steps of today, and for items whose day has come."""
        steps = sum(k.last_day == self.dates.today and in_step(k) for k in self.known.values())
        come = sum(day <= self.dates.today for day in self.named.values())
        return (steps * (FIRST_COST - 1) + come) * self.typical


def in_step(one: Known) -> bool:
    """Whether an item is in a step of minutes."""
    return one.memory.state != scheduling.REVIEW


def waiting(plan: DayPlan, at: Moment) -> list[str]:
    """What the plan asks today and was not answered yet, reviews before new items."""
    return [k for k in (*plan.reviews, *plan.new) if not (k in at.known and at.known[k].last_day == at.dates.today)]


def of_today(at: Moment, plan: DayPlan, usual: queue.Agenda, now: datetime) -> tuple[Remaining, queue.Agenda]:
    """What is left of today: what was promised, then what the plan asks."""
    promised = tuple(k for k in usual.due if in_step(at.known[k]) or k in at.named)
    fitting = _fitting([k for k in waiting(plan, at) if k not in promised], plan, at.left)
    reviews = tuple(k for k in fitting if k in set(plan.reviews))
    new = tuple(k for k in fitting if k not in set(reviews))
    seconds = sum(plan.cost[k] for k in fitting) + len(promised) * at.typical
    agenda = queue.Agenda((*promised, *reviews), usual.ahead, new, _next(plan, at, now))
    return Remaining(
        due=len(promised) + len(reviews), new=len(new), minutes=max(1, round(seconds / 60)) if seconds else 0
    ), agenda


def _fitting(keys: Sequence[str], plan: DayPlan, left: float) -> list[str]:
    """The first of these that still fit into the time: the learner may be slower today than expected."""
    out, total = [], 0.0
    for key in keys:
        total += plan.cost[key]
        if total > left + plan.cost[key] / 2:
            break
        out.append(key)
    return out


def _next(plan: DayPlan, at: Moment, now: datetime) -> datetime | None:
    """When there is something to do again after today's: a step of minutes, the plan's next day, a day that the learner
    has given to an item."""
    today, tz = at.dates.today, at.tz
    steps = [k.due for k in at.known.values() if in_step(k) and k.due > now and study_day(k.due, tz) == today]
    days = [day for day in (plan.next_day, *at.named.values()) if day is not None and day > today]
    return min((*steps, *(day_start(day, tz) for day in days)), default=None)
