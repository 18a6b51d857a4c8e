"""The days of a plan: which have minutes, and how far ahead they are looked at one by one. Pure."""

from datetime import date, timedelta

import numpy as np

from app.services.planning.forecast import Horizon
from app.services.planning.settings import Dates, PlanSettings

SINGLE_DAYS = 28
"""Days ahead that are planned one by one; further ones in pairs, then in weeks."""


def budget(settings: PlanSettings, day: date, interviews: tuple[date, ...]) -> float:
    """Seconds to study on a day: none on a day off, none on the day of an interview, its own on the day before."""
    if settings.off(day) or day in interviews:
        return 0.0
    eve = settings.eve_minutes if day + timedelta(days=1) in interviews else None
    return 60.0 * (settings.minutes if eve is None else eve)


def horizon(settings: PlanSettings, dates: Dates, left_today: float) -> Horizon | None:
    """The slots up to the last interview; None when there is none after today."""
    targets = [(day - dates.today).days for day in dates.interviews if day > dates.today]
    if not targets:
        return None
    days: list[float] = []
    seconds: list[float] = []
    start = 0
    while start < targets[-1]:
        width = 1 if start < SINGLE_DAYS else 2 if start < 2 * SINGLE_DAYS else 7
        width = min(width, targets[-1] - start)
        span = [dates.today + timedelta(days=start + i) for i in range(width)]
        days.append(start + (width - 1) // 2)
        seconds.append(left_today if start == 0 else sum(budget(settings, day, dates.interviews) for day in span))
        start += width
    return Horizon(np.array(days, dtype=float), np.array(seconds), np.array(targets, dtype=float))
