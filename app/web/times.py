"""Moments in words, in the reader's language and zone, for pages that are whole without JavaScript."""

from datetime import datetime, tzinfo

from app.kit import Lang

_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日"), ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(moment: datetime, lang: Lang, zone: tzinfo) -> str:
    """11 月 25 日周三 14:05 / Wed 25 Nov, 14:05."""
    here = moment.astimezone(zone)
    if lang == "zh":
        return f"{here.month} 月 {here.day} 日{_DAYS[0][here.weekday()]} {here:%H:%M}"
    return f"{_DAYS[1][here.weekday()]} {here.day} {_MONTHS[here.month - 1]}, {here:%H:%M}"
