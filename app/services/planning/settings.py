"""What a learner wants of a plan: interviews, minutes a day, topic weights, days off. Checked here, once, for the API
and the page alike; sentences say what to correct."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from app.db import Plan
from app.errors import Problem
from app.kit.params import LimitError
from app.kit.text import Text, text
from app.services.days import study_day, zone

MOST_INTERVIEWS, MOST_DAYS_OFF = 12, 120
FURTHEST = timedelta(days=366)
LEAST_MINUTES, MOST_MINUTES = 5, 480
LARGEST_WEIGHT = 5.0
WEEK = 7


def _sane(day: date) -> date:
    if not 2000 <= day.year <= 2200:
        raise LimitError(text(zh="年份要在 2000 到 2200 之间。", en="The year must be between 2000 and 2200."))
    return day


def printable(words: str) -> str:
    """Without the one character that no database keeps."""
    return words.replace("\x00", "")


def _on_the_clock(at: time) -> time:
    """A time on the wall of that place: no zone of its own, no seconds."""
    return at.replace(second=0, microsecond=0, tzinfo=None)


Day = Annotated[date, AfterValidator(_sane)]


class Interview(BaseModel):
    """One round: a date and a time on the clock of a place (an IANA time zone), and what it is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: Day
    at: Annotated[time, AfterValidator(_on_the_clock)] = time(10, 0)
    tz: Annotated[str, Field(min_length=1, max_length=60)] = "UTC"
    round: Annotated[str, AfterValidator(printable), Field(max_length=80)] = ""

    @property
    def moment(self) -> datetime:
        """In UTC. A time the clock skips in spring is read as if it had not; one that comes twice is the first."""
        return datetime.combine(self.day, self.at, tzinfo=zone(self.tz)).astimezone(UTC)


class PlanSettings(BaseModel):
    """interviews: those to come and those past. eve_minutes: on the day before an interview, where it is not as on
    other days. topic_weights: what a topic counts, 1 where none is given, 0 for one
    that will not be asked. weekdays_off: 0 (Monday) to 6. days_off: single dates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    interviews: Annotated[tuple[Interview, ...], Field(max_length=MOST_INTERVIEWS)] = ()
    minutes: Annotated[StrictInt, Field(ge=LEAST_MINUTES, le=MOST_MINUTES)] = 25
    eve_minutes: Annotated[StrictInt, Field(ge=0, le=MOST_MINUTES)] | None = None
    topic_weights: Annotated[dict[str, Annotated[float, Field(ge=0, le=LARGEST_WEIGHT, allow_inf_nan=False)]],
                             Field(max_length=60)] = Field(default_factory=dict)  # fmt: skip
    weekdays_off: Annotated[tuple[Annotated[StrictInt, Field(ge=0, lt=WEEK)], ...], Field(max_length=WEEK)] = ()
    days_off: Annotated[tuple[Day, ...], Field(max_length=MOST_DAYS_OFF)] = ()

    def weight(self, topic: str) -> float:
        return self.topic_weights.get(topic, 1.0)

    def upcoming(self, now: datetime) -> tuple[Interview, ...]:
        """Interviews that have not begun, the next one first."""
        return tuple(sorted((i for i in self.interviews if i.moment > now), key=lambda i: i.moment))

    def past(self, now: datetime) -> tuple[Interview, ...]:
        """Interviews that have begun, the latest first."""
        return tuple(sorted((i for i in self.interviews if i.moment <= now), key=lambda i: i.moment, reverse=True))

    def off(self, day: date) -> bool:
        """Whether nothing is to be studied on this day."""
        return day.weekday() in self.weekdays_off or day in self.days_off

    def sound(self) -> "PlanSettings":
        """In the order it is kept: interviews by time, days sorted, nothing twice."""
        return self.model_copy(
            update={
                "interviews": tuple(sorted(self.interviews, key=lambda i: i.moment)),
                "weekdays_off": tuple(sorted(set(self.weekdays_off))),
                "days_off": tuple(sorted(set(self.days_off))),
            }
        )


def stored(row: Plan | None) -> PlanSettings:
    """As they were stored, or the defaults."""
    return PlanSettings() if row is None else PlanSettings.model_validate(row.settings)


@dataclass(frozen=True, slots=True)
class Dates:
    """A plan's calendar in study days: today, and the days of the interviews to come (the first may be today)."""

    today: date
    interviews: tuple[date, ...]

    @classmethod
    def of(cls, settings: PlanSettings, now: datetime, tz: str) -> "Dates":
        days = sorted({study_day(i.moment, tz) for i in settings.upcoming(now)})
        return cls(study_day(now, tz), tuple(days))

    @property
    def days_left(self) -> int:
        """Days until the next interview."""
        return (self.interviews[0] - self.today).days


def problems(settings: PlanSettings, topics: Mapping[str, Text], now: datetime) -> list[Problem]:
    """What cannot be planned with, beyond types and ranges."""
    found: list[Problem] = []
    for at, interview in enumerate(settings.interviews):
        where = f"interviews.{at}"
        if not known_zone(interview.tz):
            found.append(Problem(f"{where}.tz", _ZONE))
            continue
        if interview.moment > now + FURTHEST:
            found.append(Problem(f"{where}.day", _FAR))
        elif interview.moment < now - FURTHEST:
            found.append(Problem(f"{where}.day", _LONG_AGO))
    if not found and len({i.moment for i in settings.interviews}) < len(settings.interviews):
        found.append(Problem("interviews", _TWICE))
    strange = [topic for topic in settings.topic_weights if topic not in topics]
    if strange:
        found.append(Problem("topic_weights", _topics(topics)))
    if topics and all(settings.weight(topic) == 0 for topic in topics):
        found.append(Problem("topic_weights", _ALL_ZERO))
    if len(set(settings.weekdays_off)) == WEEK:
        found.append(Problem("weekdays_off", _ALL_OFF))
    return found


def known_zone(name: str) -> bool:
    """Whether this machine knows the time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _topics(topics: Iterable[str]) -> Text:
    names = ", ".join(topics)
    return text(zh=f"没有这个主题。可用的有：{names}。", en=f"There is no such topic. Known: {names}.")


_ZONE = text(
    zh="不认识这个时区。请用 IANA 名称，例如 Asia/Shanghai、Europe/London、America/New_York。",
    en="This time zone is not known. Use an IANA name such as Asia/Shanghai, Europe/London or America/New_York.",
)
_FAR = text(zh="面试日期最多在一年以内。", en="An interview can be at most a year ahead.")
_LONG_AGO = text(
    zh="这次面试在一年多以前，请检查年份，或把它删去。",
    en="This interview was more than a year ago. Check the year, or remove it.",
)
_TWICE = text(zh="有两场面试在同一时刻，请删去一场。", en="Two interviews are at the same moment. Remove one of them.")
_ALL_ZERO = text(
    zh="所有主题的权重都是 0，没有东西可排。至少给一个主题大于 0 的权重。",
    en="Every topic has weight 0, so there is nothing to plan. Give at least one topic a weight above 0.",
)
_ALL_OFF = text(
    zh="一周七天都休息，就没有日子学习了。至少留一天。", en="All seven days are off. Leave at least one day."
)
