"""All of it at once, for the page and for /api/progress: numbers, lists, and pictures with their tables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from app.db import Database, fits, log
from app.db import repositories as repo
from app.figures import plain, plain_table
from app.kit.views import Table, View
from app.services import fitting, journal, queue
from app.services.asking import ItemRef, Reply, card_of
from app.services.days import study_day
from app.services.handling import held_back
from app.services.own_parameters import in_use, sets_of
from app.services.progress.calibration import SureWrong, calibration, judged, sure_wrong
from app.services.progress.confusion import Confusion, confusion, confusions
from app.services.progress.content import Content
from app.services.progress.effort import calendar, effort, seconds_each
from app.services.progress.history import History, history
from app.services.progress.memory import memory, recall_on
from app.services.progress.own import Own, curves, own
from app.services.progress.retention import Group, overall, retention
from app.services.progress.trouble import Hard, Leech, hard_items, leeches
from app.services.progress.workload import forecast, workload
from app.services.replay import Hold, Known
from app.services.scheduling import DEFAULT
from app.services.scheduling import own as own_set
from app.services.traces import MEMORY_KINDS, Floats


class Section(Reply):
    """One picture with its table. n: how many cases it rests on; figure is null when they are too few."""

    id: str
    n: int
    figure: dict[str, Any] | None
    table: dict[str, Any] | None


class Totals(Reply):
    """In a few numbers: reviews that stand, days of study, items met of all there are, their mean expected recall now,
    what was recalled on later days, and minutes spent."""

    reviews: int
    days: int
    met: int
    of: int
    recall: float | None
    retention: Group | None
    minutes: float


class Progress(Reply):
    """What the page shows. Pictures are as in a demo's result."""

    totals: Totals
    sections: tuple[Section, ...]
    sure_wrong: tuple[SureWrong, ...]
    confusions: tuple[Confusion, ...]
    hardest: tuple[Hard, ...]
    leeches: tuple[Leech, ...]
    own: Own

    def section(self, id: str) -> Section:
        return next(section for section in self.sections if section.id == id)


def report(
    db: Database, learner: int, content: Content, items: Sequence[ItemRef], now: datetime, *, tz: str = "UTC",
    new_per_day: int = 10, pending: bool = False,
) -> Progress:  # fmt: skip
    """Everything, from the log as it stands at `now`. items: what reviews ask, in their order."""
    with db.read() as session:
        columns = log.columns(session, learner, MEMORY_KINDS)
        sets, parameters = sets_of(session, learner), in_use(session, learner)
        fitted = fits.all_of(session, learner)
        known, holds = journal.known_items(session, learner), journal.holds(session, learner)
        durations = repo.durations(session, learner)
    h, today = history(columns, sets), study_day(now, tz)
    day = today.toordinal()
    seconds = seconds_each(h)
    recall_now = recall_on(h, np.array([day]))[:, 0] if len(h) else np.empty(0)
    recall_now[[not content.asks(key) for key in h.keys]] = np.nan
    found = confusions(h, content)
    asked = [ref for ref in items if not any(h.suspended for h in _holds(holds, ref.key))]
    current = _current(asked, known, holds)
    open_now = [ref for ref in asked if not held_back(holds, ref.key, now)]
    new_today = len(queue.agenda(open_now, known, now, tz, new_per_day, parameters).new)
    ahead = forecast(current, day, tz, len(asked) - len(current), new_today, new_per_day, parameters)
    drawn: dict[str, tuple[int, tuple[View, Table] | None]] = {
        "memory": (int(np.isfinite(recall_now).sum()), memory(h, content, day) if len(h) else None),
        "workload": (len(current), workload(ahead, day, queue.typical_seconds(durations)) if len(h) else None),
        "retention": (len(h.predicted), retention(h)),
        "calibration": (len(judged(h)), calibration(h)),
        "confusion": (int(sum(one.wrong.n for one in found)), confusion(found)),
        "effort": (len(h), effort(h, content, day) if len(h) else None),
        "calendar": (len(h), calendar(h, day) if len(h) else None),
    }
    if fitted:
        last = own_set(fitted[-1].weights)
        shown = parameters if parameters != DEFAULT else last
        drawn["curves"] = (len(h), curves(shown, parameters != DEFAULT))
    return Progress(
        totals=_totals(h, content, recall_now, float(seconds.sum()) / 60),
        sections=tuple(_section(id, n, pictured) for id, (n, pictured) in drawn.items()),
        sure_wrong=tuple(sure_wrong(h, content)),
        confusions=tuple(found),
        hardest=tuple(hard_items(h, content, recall_now)),
        leeches=tuple(leeches(h, content, recall_now, seconds / 60)),
        own=own(fitted, parameters, len(h), len(h.predicted), available=fitting.available(), pending=pending),
    )


def _holds(holds: Mapping[str, Hold], key: str) -> list[Hold]:
    """What holds an item back: itself, and its card."""
    return [hold for name in (key, card_of(key)) if (hold := holds.get(name)) is not None]


def _current(items: Sequence[ItemRef], known: Mapping[str, Known], holds: Mapping[str, Hold]) -> dict[str, Known]:
    """The items that are asked at the revision that is remembered; due when they come back, where they are buried."""
    found = {}
    for ref in items:
        if (one := known.get(ref.key)) is not None and one.rev == ref.item.rev:
            due = max([one.due, *(hold.until for hold in _holds(holds, ref.key) if hold.until is not None)])
            found[ref.key] = one if due == one.due else replace(one, memory=replace(one.memory, due=due))
    return found


def _section(id: str, n: int, pictured: tuple[View, Table] | None) -> Section:
    if pictured is None:
        return Section(id=id, n=n, figure=None, table=None)
    return Section(id=id, n=n, figure=plain(pictured[0]), table=plain_table(pictured[1]))


def _totals(h: History, content: Content, recall_now: Floats, minutes: float) -> Totals:
    met = recall_now[np.isfinite(recall_now)]
    return Totals(
        reviews=len(h), days=len(np.unique(h.day)), met=len(met), of=sum(content.size().values()),
        recall=float(met.mean()) if len(met) else None, retention=overall(h), minutes=round(minutes, 1),
    )  # fmt: skip
