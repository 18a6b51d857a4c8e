"""What the next four weeks bring: reviews already planned, those that will follow from them, and new items.

A simulation in which everything is reviewed on its day and remembered: forgetting adds to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.kit.text import same, text
from app.kit.views import Axis, Bars, BarSeries, Table
from app.services.days import study_day
from app.services.progress.effort import day_label
from app.services.replay import Known
from app.services.scheduling import Parameters
from app.services.traces import Floats, Ints, next_difficulty, next_stability, recall, same_day

DAYS = 28
GOOD = 3


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Answers a day (days,): today first."""

    planned: Ints
    follow: Ints
    new: Ints

    @property
    def total(self) -> Ints:
        return self.planned + self.follow + self.new


def forecast(
    known: Mapping[str, Known], today: int, tz: str, unseen: int, new_today: int, new_per_day: int,
    parameters: Parameters, days: int = DAYS,
) -> Forecast:  # fmt: skip
    """known: the items that will be asked again. unseen: how many never were; of them new_today may come today."""
    w = np.array(parameters.weights)
    s = np.array([one.memory.stability for one in known.values()], float)
    d = np.array([one.memory.difficulty for one in known.values()], float)
    last = np.array([one.last_day.toordinal() for one in known.values()], np.int64)
    due = np.array([study_day(one.due, tz).toordinal() for one in known.values()], np.int64)
    fresh = np.ones(len(s), bool)
    first_s = same_day(w, np.array([w[GOOD - 1]]), np.array([GOOD]))[0]
    first_d = float(np.clip(w[4] - np.exp(w[5] * (GOOD - 1)) + 1, 1, 10))
    planned, follow, new = (np.zeros(days, np.int64) for _ in range(3))
    for ahead in range(days):
        day = today + ahead
        at = np.flatnonzero(due <= day)
        planned[ahead], follow[ahead] = int(fresh[at].sum()), int((~fresh[at]).sum())
        rating, gone = np.full(len(at), GOOD), np.maximum(0, day - last[at])
        after = next_stability(w, s[at], d[at], recall(gone, s[at], w[20]), rating)
        s[at] = np.where(gone < 1, same_day(w, s[at], rating), after)
        d[at] = next_difficulty(w, d[at], rating)
        last[at], due[at], fresh[at] = day, day + interval(s[at]), False
        new[ahead] = min(unseen, new_today if ahead == 0 else new_per_day)
        unseen -= int(new[ahead])
        count = int(new[ahead])
        s, d = np.r_[s, np.full(count, first_s)], np.r_[d, np.full(count, first_d)]
        last, due = np.r_[last, np.full(count, day)], np.r_[due, day + interval(np.full(count, first_s))]
        fresh = np.r_[fresh, np.zeros(count, bool)]
    return Forecast(planned, follow, new)


def interval(stability: Floats) -> Ints:
    """Days until recall falls to the 90 % that reviews are planned for: the stability, in whole days."""
    return np.maximum(1, np.round(stability)).astype(np.int64)


def workload(ahead: Forecast, today: int, seconds: float) -> tuple[Bars, Table]:
    """The picture and its numbers. seconds: what one answer takes this learner."""
    labels = tuple(text(zh="今天", en="Today") if i == 0 else day_label(today + i) for i in range(len(ahead.planned)))
    total, most = ahead.total, int(ahead.total.argmax())
    minutes = total * seconds / 60
    fullest = labels[most].en if most else "today"
    names = (
        text(zh="已排定的复习", en="Planned reviews"), text(zh="之后跟着来的", en="Their follow-ups"),
        text(zh="新题", en="New items"),
    )  # fmt: skip
    series = (ahead.planned, ahead.follow, ahead.new)
    return (
        Bars(
            id="workload", title=text(zh="接下来四周的量", en="The next four weeks"),
            description=text(
                zh=f"今天 {total[0]} 题，约 {minutes[0]:.0f} 分钟；之后平均每天 {total[1:].mean():.0f} 题、约 "
                f"{minutes[1:].mean():.0f} 分钟；最多的一天是{labels[most].zh}，{total[most]} 题。"
                "假定每天都学、每次都记得；忘掉的会再多一些。",
                en=f"Today {total[0]} answers, about {minutes[0]:.0f} min; then {total[1:].mean():.0f} a day, about "
                f"{minutes[1:].mean():.0f} min; the fullest day is {fullest} with {total[most]}. This assumes "
                "every day is kept and everything remembered; forgetting adds to it.",
            ),
            categories=labels, stacked=True,
            series=[BarSeries(key, name, values) for key, name, values in
                    zip(("bars-0", "bars-9", "bars-1"), names, series, strict=True)],
            x=Axis(text(zh="日期", en="Day"), every=7), y=Axis(text(zh="题数", en="Answers")),
        ),
        Table(
            id="workload", title=text(zh="逐日", en="Day by day"), description=same("-"),
            columns=(text(zh="日期", en="Day"), *names, text(zh="约几分钟", en="Minutes")),
            rows=[(label, *(int(values[i]) for values in series), round(float(minutes[i])))
                  for i, label in enumerate(labels)],
        ),
    )  # fmt: skip
