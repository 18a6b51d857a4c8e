"""After the interview: the form that logs what was asked, the log, and the weights that would follow."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from app.errors import BadInput, Problem
from app.kit import Lang, Text, text
from app.services.catalogue import Catalogue
from app.services.days import study_day
from app.services.planning.debrief import Decision, Entry
from app.web import dates
from app.web.forms import Fields, FormFields, whole
from app.web.learner import CookieZone, DebriefingOf, LearnerId, Now, PlannerOf
from app.web.messages import explain
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/plan/debrief")
def debrief(
    lang: Lang, request: Request, debriefing: DebriefingOf, planner: PlannerOf, learner: LearnerId, now: Now,
    tz: CookieZone,
) -> HTMLResponse:  # fmt: skip
    """The form begins with the latest interview of the plan."""
    past = planner.settings(learner)[0].past(now)
    form = {
        "entry_id": str(uuid4()), "held_on": (past[0].day if past else study_day(now, tz)).isoformat(),
        "round": past[0].round if past else "", "topics": {}, "cards": (), "notes": "",
    }  # fmt: skip
    return HTMLResponse(_page(request, lang, now, debriefing.overview(learner), form))


@router.post("/{lang}/plan/debrief")
def log(
    lang: Lang, request: Request, debriefing: DebriefingOf, learner: LearnerId, now: Now, fields: FormFields
) -> Response:
    """Stores an entry. A form sent twice is one entry."""
    form = _sent(fields)
    try:
        debriefing.log(learner, Entry.model_validate(form), now)
    except ValidationError as error:
        found = [_problem(detail) for detail in error.errors(include_url=False, include_input=False)]
    except BadInput as error:
        found = list(error.problems)
    else:
        return RedirectResponse(f"/{lang}/plan/debrief#next", 303)
    return HTMLResponse(_page(request, lang, now, debriefing.overview(learner), form, found), 422)


@router.post("/{lang}/plan/weights")
def decide(lang: Lang, debriefing: DebriefingOf, learner: LearnerId, now: Now, fields: FormFields) -> Response:
    """Adopts what follows from the entries, or sets it aside."""
    sent = {name: whole(fields.one(name)) for name in ("through", "revision")}
    try:
        decision = Decision.model_validate({"adopt": fields.one("adopt") == "1", **sent})
    except ValidationError as error:
        raise BadInput(_BROKEN) from error
    debriefing.decide(learner, decision, now)
    return RedirectResponse(f"/{lang}/plan" if decision.adopt else f"/{lang}/plan/debrief", 303)


def _page(
    request: Request, lang: Lang, now: datetime, overview: Any, form: dict[str, Any],
    problems: list[Problem] | None = None,
) -> bytes:  # fmt: skip
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    context = {
        "overview": overview,
        "form": form,
        "errors": {problem.field: problem.message[lang] for problem in reversed(problems or [])},
        "groups": [(topic, cards) for topic in catalogue.topics if (cards := catalogue.cards_of(topic.id))],
        "names": {topic.id: topic.title[lang] for topic in catalogue.topics},
        "titles": {slug: card.title[lang] for slug, card in catalogue.cards.items()},
        "day": lambda value: dates.day(value, lang, now.year),
    }
    return pages.render("pages/debrief.html", lang, "/plan/debrief", **context)


def _sent(fields: Fields) -> dict[str, Any]:
    return {
        "entry_id": fields.one("entry_id") or str(uuid4()), "held_on": fields.one("held_on"),
        "round": fields.one("round"), "topics": {t: how for t, how in fields.starting("topic-").items() if how},
        "cards": tuple(fields.many("card")), "notes": fields.one("notes").replace("\r\n", "\n"),
    }  # fmt: skip


_LABELS = {
    "held_on": text(zh="面试日期", en="The date of the interview"), "round": text(zh="轮次名称", en="The round"),
    "topics": text(zh="主题", en="The topic"), "cards": text(zh="题目", en="The question"),
    "notes": text(zh="笔记", en="The note"), "entry_id": text(zh="记录编号", en="The entry's id"),
}  # fmt: skip
_BROKEN = text(
    zh="表单不完整，权重没有改。请重新加载这一页。",
    en="The form is incomplete, so the weights were left alone. Load the page again.",
)


def _problem(detail: Any) -> Problem:
    """A validation error under its field's name on the page."""
    field = str(detail["loc"][0])
    label: Text = _LABELS[field]
    said = {lang: explain({**detail, "loc": (label[lang],)}) for lang in ("zh", "en")}
    return Problem(field, text(zh=said["zh"].zh, en=said["en"].en))
