"""How much is remembered, topic by topic, day by day: the mean predicted recall of the items met so far."""

from html import escape

import numpy as np

from app.kit.text import Text, broken, same, text
from app.kit.views import Axis, Heatmap, Table
from app.services.progress.content import Content
from app.services.progress.history import History, milliseconds
from app.services.progress.share import percent
from app.services.traces import Floats, Ints, recall

SAMPLES = 45
MOST_LINES = 3
ALL = text(zh="全部", en="All topics")


def days_to_show(h: History, today: int, most: int = 400) -> Ints:
    """At most SAMPLES study days up to today, evenly apart, from the first review on."""
    first = max(int(h.day.min()), today - most)
    step = max(1, -(-(today - first + 1) // SAMPLES))
    return np.arange(today, first - 1, -step)[::-1]


def recall_on(h: History, days: Ints) -> Floats:
    """Predicted recall of every item on every day, (items, days); NaN before it was met, and once it was reset."""
    order = np.lexsort((np.arange(len(h)), h.item))
    item = h.item[order]
    # a clock that went back does not undo a review: within an item days only grow
    base = item * 10_000_000
    line = np.maximum.accumulate(base + h.day[order])
    at = np.searchsorted(line, np.arange(len(h.keys))[:, None] * 10_000_000 + days[None, :], side="right") - 1
    met = (at >= 0) & (item[at] == np.arange(len(h.keys))[:, None])
    past = order[np.maximum(at, 0)]
    met &= days[None, :] < h.ended[past]
    since = np.maximum(0, days[None, :] - (line - base)[np.maximum(at, 0)])
    return np.asarray(np.where(met, recall(since, h.trace.stability[past], h.decay[past]), np.nan))


def memory(h: History, content: Content, today: int) -> tuple[Heatmap, Table] | None:
    """The picture, and the latest figure of every topic, of what is still asked; None when that is nothing."""
    days = days_to_show(h, today)
    topics = np.array([content.topic(key) if content.asks(key) else "" for key in h.keys])
    known = recall_on(h, days)
    known[topics == ""] = np.nan
    met = np.isfinite(known[:, -1])
    if not met.any():
        return None
    total = content.size()
    rows: list[tuple[Text, Floats, int, int]] = [(ALL, _mean(known), int(met.sum()), sum(total.values()))]
    for topic, title in content.topics.items():
        mine = topics == topic
        if met[mine].any():
            rows.append((title, _mean(known[mine]), int(met[mine].sum()), total[topic]))
    z = np.stack([row[1] for row in rows[::-1]])
    low = min(0.8, float(np.floor(10 * np.nanmin(z)) / 10))
    now = rows[0][1][-1]
    weakest = min(rows[1:] or rows, key=lambda row: row[1][-1])
    return (
        Heatmap(
            id="memory", title=text(zh="各主题记住了多少", en="What is remembered, by topic"),
            description=text(
                zh=f"学过的 {met.sum()} 题，此刻平均能想起 {percent(now)}；最弱的主题是"
                f"“{weakest[0].zh}”，{percent(weakest[1][-1])}。空白处是还没学到的时候。",
                en=f"Of the {met.sum()} items met so far, {percent(now)} are expected to be recalled right now; the "
                f"weakest topic is “{weakest[0].en}” with {percent(weakest[1][-1])}. Blank is before the "
                "topic was met.",
            ),
            z=z, xs=milliseconds(days), ys=np.arange(len(rows)),
            x=Axis(same(" "), date=True),
            y=Axis(same(" "), categories=tuple(wrapped(row[0]) for row in rows[::-1])),
            value=Axis(text(zh="预计回忆率", en="Expected recall"), range=(low, 1.0)),
        ),
        Table(
            id="memory", title=text(zh="各主题此刻", en="By topic, now"), description=same("-"),
            columns=(text(zh="主题", en="Topic"), text(zh="此刻回忆率", en="Recall now"), text(zh="学过", en="Met"),
                     text(zh="共", en="Of")),
            rows=[(row[0], percent(row[1][-1]), row[2], row[3]) for row in rows],
        ),
    )  # fmt: skip


def wrapped(label: Text, most: float = 11.0) -> Text:
    """A label in lines, for the narrow side of a picture, which takes it for HTML. Of a long one, its beginning."""

    def lines(words: str) -> str:
        found = [escape(line, quote=False) for line in broken(words, most)]
        return "<br>".join([*found[: MOST_LINES - 1], "…"] if len(found) > MOST_LINES else found)

    return Text(zh=lines(label.zh), en=lines(label.en))


def _mean(values: Floats) -> Floats:
    """Over items, of those met; NaN where none was."""
    met = np.isfinite(values)
    count = met.sum(axis=0)
    total = np.where(met, values, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0))
