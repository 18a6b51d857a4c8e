"""The plan: what is aimed at, how ready one will be, what to do today; and the form that says so. Works without
JavaScript."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from app.content.notes.item import NoteItem, headline
from app.errors import BadInput, Problem
from app.kit import Lang, Text, text
from app.services.catalogue import Catalogue
from app.services.days import zone_name
from app.services.notes.shelf import key
from app.services.planning.planner import Planner, PlanView
from app.services.planning.settings import PlanSettings
from app.web import dates
from app.web.forms import Fields, FormFields, whole
from app.web.learner import CookieZone, DebriefingOf, LearnerId, Now, PlannerOf
from app.web.messages import explain
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SHOWN_ZONES = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")
FEW = 8
"""Cards to drop that are listed openly; the rest is folded."""


@router.get("/{lang}/plan")
def plan(
    lang: Lang, request: Request, planner: PlannerOf, debriefing: DebriefingOf, learner: LearnerId, now: Now,
    tz: CookieZone,
) -> HTMLResponse:  # fmt: skip
    """Readiness, today, what does not fit; below it the settings."""
    view = planner.view(learner, now, tz=tz)
    past = view.settings.past(now)
    logged = [one.entry.held_on for one in debriefing.overview(learner).entries]
    open_past = past[0] if past and max(logged, default=past[0].day.min) < past[0].day else None
    form = _typed(view.settings, view.revision, zone_name(tz))
    return HTMLResponse(_page(request, lang, now, planner, view, form, unlogged=open_past))


@router.post("/{lang}/plan")
def save(
    lang: Lang, request: Request, planner: PlannerOf, learner: LearnerId, now: Now, tz: CookieZone, fields: FormFields
) -> Response:
    """Stores the form; what cannot be used is said beside it, and nothing typed is lost."""
    form = _sent(fields)
    try:
        settings = PlanSettings.model_validate(_body(form))
        planner.put(learner, settings, now, revision=form["revision"])
    except ValidationError as error:
        found = [_problem(detail) for detail in error.errors(include_url=False, include_input=False)]
    except BadInput as error:
        found = list(error.problems)
    else:
        return RedirectResponse(f"/{lang}/plan", 303)
    view = planner.view(learner, now, tz=tz)
    return HTMLResponse(_page(request, lang, now, planner, view, form, problems=found), 422)


def _page(
    request: Request, lang: Lang, now: datetime, planner: Planner, view: PlanView, form: dict[str, Any], *,
    problems: list[Problem] | None = None, unlogged: object = None,
) -> bytes:  # fmt: skip
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    ours = {topic.id for topic in catalogue.topics}
    context = {
        "report": view.report,
        "eve_minutes": view.settings.eve_minutes,
        "form": form,
        "errors": {problem.field: problem.message[lang] for problem in reversed(problems or [])},
        "unlogged": unlogged,
        "names": {topic: name[lang] for topic, name in planner.topics.items()},
        "linked": lambda topic: f"/topics/{topic}" if topic in ours else f"/decks/{topic}",
        "named": lambda slug: _named(planner, catalogue, slug, lang),
        "zones": _zones(),
        "few": FEW,
        "day": lambda value: dates.day(value, lang, now.year),
        "weekday": lambda number: dates.weekday(number, lang),
    }
    return pages.render("pages/plan.html", lang, "/plan", **context)


def _named(planner: Planner, catalogue: Catalogue, slug: str, lang: Lang) -> tuple[str, str]:
    """Where a card, or a question of the learner's own, stands; and what it is called."""
    if slug in catalogue.cards:
        return f"/cards/{slug}", catalogue.cards[slug].title[lang]
    item = planner.catalogue.item(key(slug)).item
    assert isinstance(item, NoteItem)
    return f"/notes/{slug}", headline(item)


@lru_cache(maxsize=1)
def _zones() -> list[str]:
    """Places to choose from; any other IANA name may be typed."""
    return sorted(name for name in available_timezones() if name.startswith(SHOWN_ZONES))


def _typed(settings: PlanSettings, revision: int, tz: str) -> dict[str, Any]:
    """The settings as the form shows them, with an empty row for one more interview."""
    rows = [
        {"day": i.day.isoformat(), "at": f"{i.at:%H:%M}", "tz": i.tz, "round": i.round} for i in settings.interviews
    ]
    return {
        "revision": revision,
        "interviews": [*rows, {"day": "", "at": "10:00", "tz": rows[-1]["tz"] if rows else tz, "round": ""}],
        "minutes": str(settings.minutes),
        "eve_minutes": "" if settings.eve_minutes is None else str(settings.eve_minutes),
        "weights": {topic: f"{weight:g}" for topic, weight in settings.topic_weights.items()},
        "weekdays": set(settings.weekdays_off),
        "days_off": "\n".join(day.isoformat() for day in settings.days_off),
    }


def _sent(fields: Fields) -> dict[str, Any]:
    """The same from what was sent. A row without a date is none; an empty one is put at the end."""
    columns = [fields.many(f"interview_{name}") for name in ("day", "at", "tz", "round")]
    rows = [dict(zip(("day", "at", "tz", "round"), row, strict=True)) for row in zip(*columns, strict=False)]
    kept = [row for row in rows if row["day"]]
    blank = {"day": "", "at": "10:00", "tz": rows[-1]["tz"] if rows else "UTC", "round": ""}
    revision = whole(fields.one("revision", "0"))
    return {
        "revision": revision if isinstance(revision, int) else 0,
        "interviews": [*kept, blank],
        "minutes": fields.one("minutes"),
        "eve_minutes": fields.one("eve_minutes").strip(),
        "weights": fields.starting("weight-"),
        "weekdays": {int(n) for n in fields.many("weekday") if n in "0123456" and len(n) == 1},
        "days_off": fields.one("days_off"),
    }


def _body(form: dict[str, Any]) -> dict[str, Any]:
    """What PlanSettings reads. A weight of 1 is the default and is not stored; an empty one is 1."""
    return {
        "interviews": [row for row in form["interviews"] if row["day"]],
        "minutes": whole(form["minutes"]),
        "eve_minutes": whole(form["eve_minutes"]) if form["eve_minutes"] else None,
        "topic_weights": {topic: typed for topic, typed in form["weights"].items() if typed not in ("", "1")},
        "weekdays_off": sorted(form["weekdays"]),
        "days_off": form["days_off"].replace(",", " ").replace("，", " ").replace("、", " ").split(),
    }


_LABELS = {
    "day": text(zh="面试日期", en="The date"), "at": text(zh="面试时间", en="The time"),
    "tz": text(zh="时区", en="The time zone"), "round": text(zh="轮次名称", en="The name of the round"),
    "minutes": text(zh="每天的分钟数", en="Minutes a day"),
    "eve_minutes": text(zh="面试前一天的分钟数", en="Minutes on the day before"),
    "topic_weights": text(zh="权重", en="The weight"),
    "days_off": text(zh="休息的日子", en="Days off"), "interviews": text(zh="面试", en="Interviews"),
    "weekdays_off": text(zh="休息的日子", en="Days off"),
}  # fmt: skip


def _problem(detail: Any) -> Problem:
    """A validation error under its field's name on the page."""
    loc = [str(part) for part in detail["loc"]]
    name = loc[0] if loc[0] != "interviews" or len(loc) < 3 else loc[2]
    label: Text = _LABELS[name]
    said = {lang: explain({**detail, "loc": (label[lang],)}) for lang in ("zh", "en")}
    field = ".".join(loc) if loc[0] in ("interviews", "topic_weights") else loc[0]
    return Problem(field, text(zh=said["zh"].zh, en=said["en"].en))
