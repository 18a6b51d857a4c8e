"""A learner's day: it starts at 04:00 their time, so that an evening that goes past midnight is still one day."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

ROLLOVER = time(4)


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The time zone of this name; UTC for one this machine does not know (a review is never refused for that)."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def zone_name(name: str) -> str:
    """The name of the zone that is used for this one: itself, or UTC."""
    return "UTC" if zone(name) is UTC else name


def study_day(moment: datetime, tz: str) -> date:
    """The day a moment counts for."""
    return (moment.astimezone(zone(tz)).replace(tzinfo=None) - timedelta(hours=ROLLOVER.hour)).date()


def day_start(day: date, tz: str) -> datetime:
    """The moment a day starts, in UTC."""
    return datetime.combine(day, ROLLOVER, tzinfo=zone(tz)).astimezone(UTC)
