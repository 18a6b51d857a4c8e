"""Dates as people read them, in the reader's language."""

from datetime import date, datetime, tzinfo

from app.kit import Lang

_DAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def weekday(number: int, lang: Lang) -> str:
    """0 is Monday."""
    return f"周{_DAYS['zh'][number]}" if lang == "zh" else str(_DAYS["en"][number])


def day(value: date, lang: Lang, year: int | None = None) -> str:
    """12 月 8 日（周二） / Tue 8 December; with its year where that is not `year`."""
    if lang == "zh":
        lead = "" if year in (None, value.year) else f"{value.year} 年 "
        return f"{lead}{value.month} 月 {value.day} 日（{weekday(value.weekday(), lang)}）"
    tail = "" if year in (None, value.year) else f" {value.year}"
    return f"{weekday(value.weekday(), lang)} {value.day} {_MONTHS[value.month - 1]}{tail}"


def clock(value: datetime) -> str:
    """10:00."""
    return f"{value:%H:%M}"


def moment(value: datetime, lang: Lang, zone: tzinfo) -> str:
    """11 月 25 日周三 14:05 / Wed 25 Nov, 14:05."""
    here = value.astimezone(zone)
    name = weekday(here.weekday(), lang)
    if lang == "zh":
        return f"{here.month} 月 {here.day} 日{name} {clock(here)}"
    return f"{name} {here.day} {_MONTHS[here.month - 1][:3]}, {clock(here)}"
