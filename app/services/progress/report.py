"""All of it at once, for the page and for /api/progress: numbers, lists, and pictures with their tables."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from app.db import Database, fits, log
from app.db import repositories as repo
from app.figures import plain, plain_table
from app.kit.views import Table, View
from app.services import fitting, journal, queue
from app.services.asking import ItemRef, Reply
from app.services.days import study_day
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
from app.services.replay import Known
from app.services.scheduling import DEFAULT
from app.services.scheduling import own as own_set


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
    db: Database, learner: int, content: Content, items: tuple[ItemRef, ...], now: datetime, *, tz: str = "UTC",
    new_per_day: int = 10, pending: bool = False,
) -> Progress:  # fmt: skip
    """Everything, from the log as it stands at `now`."""
    with db.read() as session:
        columns = log.columns(session, learner)
        sets, parameters = sets_of(session, learner), in_use(session, learner)
        fitted = fits.all_of(session, learner)
        known = journal.known_items(session, learner)
        durations = repo.durations(session, learner)
    h, today = history(columns, sets), study_day(now, tz)
    day = today.toordinal()
    seconds = seconds_each(h)
    recall_now = recall_on(h, np.array([day]))[:, 0] if len(h) else np.empty(0)
    found = confusions(h, content)
    agenda = queue.agenda(items, known, now, tz, new_per_day, parameters)
    current = _current(items, known)
    ahead = forecast(current, day, tz, len(items) - len(current), len(agenda.new), new_per_day, parameters)
    drawn: dict[str, tuple[int, tuple[View, Table] | None]] = {
        "memory": (len(h.keys), memory(h, content, day) if len(h) else None),
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


def _current(items: tuple[ItemRef, ...], known: Mapping[str, Known]) -> dict[str, Known]:
    """The items that are asked at the revision that is remembered."""
    return {ref.key: one for ref in items if (one := known.get(ref.key)) is not None and one.rev == ref.item.rev}


def _section(id: str, n: int, pictured: tuple[View, Table] | None) -> Section:
    if pictured is None:
        return Section(id=id, n=n, figure=None, table=None)
    return Section(id=id, n=n, figure=plain(pictured[0]), table=plain_table(pictured[1]))


def _totals(h: History, content: Content, recall_now: np.ndarray, minutes: float) -> Totals:
    return Totals(
        reviews=len(h), days=len(np.unique(h.day)), met=len(h.keys), of=len(content.items),
        recall=float(np.mean(recall_now)) if len(recall_now) else None, retention=overall(h), minutes=round(minutes, 1),
    )  # fmt: skip
