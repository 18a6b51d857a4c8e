"""Time spent, and on which days: minutes a day, a calendar of answers, minutes by topic."""

from datetime import date

import numpy as np

from app.kit.text import Text, same, text
from app.kit.views import Axis, Bars, BarSeries, Heatmap, Table
from app.services.progress.content import Content
from app.services.progress.history import History
from app.services.progress.share import N
from app.services.queue import SECONDS_EACH
from app.services.traces import Floats, Ints

DAYS = 28
WEEKS = 26
_WEEKDAYS = tuple(
    text(zh=zh, en=en)
    for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
)


def seconds_each(h: History) -> Floats:
    """What every answer took; the median where it was not measured."""
    measured = h.seconds[np.isfinite(h.seconds)]
    typical = float(np.median(measured)) if len(measured) else SECONDS_EACH
    return np.where(np.isfinite(h.seconds), h.seconds, typical)


def day_label(ordinal: int) -> Text:
    """11/25 · 25 Nov."""
    day = date.fromordinal(ordinal)
    return text(zh=f"{day.month}/{day.day}", en=f"{day.day} {day:%b}")


def effort(h: History, content: Content, today: int) -> tuple[Bars, Table]:
    """Minutes a day over the last four weeks; the table says it by topic, over all time."""
    minutes = seconds_each(h) / 60
    span = np.arange(today - DAYS + 1, today + 1)
    by_day = np.array([minutes[h.day == day].sum() for day in span])
    on = int((by_day > 0).sum())
    topics = np.array([content.topic(key) for key in h.keys])[h.item]
    rows = []
    for topic, title in [*content.topics.items(), ("", text(zh="已移除的题", en="Items since removed"))]:
        mine = minutes[topics == topic]
        if len(mine):
            rows.append((title, round(float(mine.sum()), 1), len(mine), round(60 * float(np.median(mine)))))
    return (
        Bars(
            id="effort", title=text(zh="花的时间", en="Time spent"),
            description=text(
                zh=f"最近 {DAYS} 天里有 {on} 天在学，共 {by_day.sum():.0f} 分钟；学的那些天平均 "
                f"{by_day.sum() / max(on, 1):.0f} 分钟。"
                f"全部 {len(h)} 次作答约 {_hours(minutes.sum()).zh}。单次最多按 5 分钟计。",
                en=f"On {on} of the last {DAYS} days, {by_day.sum():.0f} minutes in all, "
                f"{by_day.sum() / max(on, 1):.0f} on a day of study. All {len(h)} answers took about "
                f"{_hours(minutes.sum()).en}. One answer counts for 5 minutes at most.",
            ),
            categories=tuple(day_label(int(day)) for day in span),
            series=[BarSeries("bars-0", text(zh="分钟", en="Minutes"), by_day)],
            x=Axis(text(zh="日期", en="Day"), every=7), y=Axis(text(zh="分钟", en="Minutes")),
        ),
        Table(
            id="effort", title=text(zh="各主题用时", en="By topic"), description=same("-"),
            columns=(text(zh="主题", en="Topic"), text(zh="分钟", en="Minutes"), N,
                     text(zh="每题（秒，中位数）", en="Seconds each (median)")),
            rows=rows,
        ),
    )  # fmt: skip


def calendar(h: History, today: int) -> tuple[Heatmap, Table]:
    """Answers a day, a column a week from Monday to Sunday."""
    monday = today - date.fromordinal(today).weekday()
    weeks = min(WEEKS, max(12, (monday - int(h.day.min())) // 7 + 2))
    starts = monday - 7 * np.arange(weeks)[::-1]
    days = starts[None, :] + np.arange(7)[:, None]
    counts = np.array([[int((h.day == day).sum()) for day in row] for row in days], float)
    counts[days > today] = np.nan
    met = np.unique(h.day[h.day <= today])
    streak = _streak(met, today)
    return (
        Heatmap(
            id="calendar", title=text(zh="日历", en="Calendar"),
            description=text(
                zh=f"共学了 {len(met)} 天。{_streak_words(streak).zh}一列是一周，下面是周一的日期；"
                "一天从凌晨 4 点算起。",
                en=f"{len(met)} days of study. {_streak_words(streak).en} A column is a week from the date under it; "
                "a day begins at 04:00.",
            ),
            z=counts[::-1], xs=np.arange(weeks), ys=np.arange(7), cells=True,
            x=Axis(same(" "), categories=tuple(day_label(int(d)) for d in starts),
                   every=max(1, weeks // 4)),
            y=Axis(same(" "), categories=_WEEKDAYS[::-1]),
            value=Axis(text(zh="次数", en="Answers"), range=(0.0, float(np.nanmax(counts)) or 1.0)),
        ),
        Table(
            id="calendar", title=text(zh="学习的日子", en="Days of study"), description=same("-"),
            columns=(text(zh="日期", en="Day"), text(zh="次数", en="Answers")),
            rows=[(date.fromordinal(int(day)).isoformat(), int((h.day == day).sum())) for day in met[::-1][:60]],
        ),
    )  # fmt: skip


def _streak(met: Ints, today: int) -> int:
    """Days in a row up to today (or yesterday, while today is still open)."""
    days = set(met.tolist())
    at = today if today in days else today - 1
    length = 0
    while at in days:
        length, at = length + 1, at - 1
    return length


def _streak_words(streak: int) -> Text:
    if streak < 2:
        return text(zh="最近没有连着学。", en="No days in a row just now.")
    return text(zh=f"最近连续 {streak} 天。", en=f"{streak} in a row up to now.")


def _hours(minutes: float) -> Text:
    if minutes < 90:
        return text(zh=f"{minutes:.0f} 分钟", en=f"{minutes:.0f} minutes")
    return text(zh=f"{minutes / 60:.1f} 小时", en=f"{minutes / 60:.1f} hours")
