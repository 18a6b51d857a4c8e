"""/mock/<id>: the question that is being asked, as a plain form; once the mock has ended, its report.

All questions that may come up are in the page as templates, so that static/js/mock goes on without a network.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import AppError, BadInput, Conflict
from app.kit import Lang, Text
from app.services.catalogue import Catalogue
from app.services.days import zone
from app.services.mock.hints import hints
from app.services.mock.messages import MockView
from app.services.mock.script import Script, Stage, Step, askable
from app.services.mock.sheets import sheet
from app.services.mock.wording import section_html
from app.services.scheduling import RATING_NAMES, interval_label
from app.web.dates import moment
from app.web.learner import CookieZone, LearnerId, Now
from app.web.mocks import Form, FormOf, MocksOf, happened, one
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/mock/{mock_id}")
def run(
    lang: Lang, mock_id: UUID, request: Request, mocks: MocksOf, learner: LearnerId, now: Now, tz: CookieZone
) -> HTMLResponse:
    view = mocks.view(learner, mock_id)
    if view.ended_at is not None:
        return _report(lang, request, mocks, learner, view, now, tz)
    return _run(lang, request, mocks.drawn(learner, mock_id), view, now)


@router.post("/{lang}/mock/{mock_id}")
def event(
    lang: Lang, mock_id: UUID, request: Request, form: FormOf, mocks: MocksOf, learner: LearnerId, now: Now,
    tz: CookieZone,
) -> Response:  # fmt: skip
    """What a button said. A hint comes back in the page with what was typed; the rest leads to the next question."""
    view, problem = mocks.view(learner, mock_id), None
    try:
        view = mocks.record(learner, mock_id, happened(form, view.sheet), now, tz=tz, lang=lang)
    except BadInput as wrong:
        problem = wrong
    except Conflict as late:
        if late.reason in ("moved_on", "ended"):  # sent again, or answered in another tab
            return RedirectResponse(f"/{lang}/mock/{mock_id}", 303)
        raise
    if problem is None and not one(form, "do").startswith("hint"):
        return RedirectResponse(f"/{lang}/mock/{mock_id}", 303)
    return _run(lang, request, mocks.drawn(learner, mock_id), view, now, form, problem)


def _run(
    lang: Lang, request: Request, script: Script, view: MockView, now: datetime, draft: Form | None = None,
    problem: AppError | None = None,
) -> HTMLResponse:  # fmt: skip
    catalogue: Catalogue = request.app.state.catalogue
    pages: Pages = request.app.state.pages
    drawn = askable(script, catalogue)
    steps = {
        step.id: _step(catalogue, drawn, stage, step, lang) for stage in drawn.stages for step in stage.steps_once()
    }
    context = {
        "view": view, "steps": steps, "current": steps[view.sheet.step] if view.sheet else None, "now": now,
        "event_id": uuid4(), "draft": draft or {}, "problem": problem, "ratings": RATING_NAMES,
        "left": max(0, round((view.ends_at - now).total_seconds() / 60)),
        "topics": {topic.id: topic.title[lang] for topic in catalogue.topics},
    }  # fmt: skip
    html = pages.render("pages/mock_run.html", lang, f"/mock/{view.mock_id}", **context)
    return HTMLResponse(html, problem.status if problem else 200)


def _step(catalogue: Catalogue, script: Script, stage: Stage, step: Step, lang: Lang) -> dict[str, Any]:
    """A question with its sentences as HTML. shown: a card's answer to its own follow-up."""

    def html(words: Text) -> str:
        return catalogue.inline(words, lang, step.card, links=False)

    asked = sheet(catalogue, script, stage, step)
    card = catalogue.card(step.card)
    shown = section_html(catalogue, card, card[lang].follow_ups[step.follow_up], lang) if step.follow_up else ""
    return {
        "sheet": asked, "prompt": html(asked.prompt), "parts": [(part.id, html(part.label)) for part in asked.parts],
        "margin": html(asked.margin) if asked.margin else "",
        "hints": [html(hint) for hint in hints(catalogue, step)], "shown": shown,
        "follow": step is not stage.main and step is not stage.check,
    }  # fmt: skip


def _report(
    lang: Lang, request: Request, mocks: MocksOf, learner: int, view: MockView, now: datetime, tz: str
) -> HTMLResponse:
    catalogue: Catalogue = request.app.state.catalogue
    pages: Pages = request.app.state.pages
    report = mocks.report(learner, view.mock_id)
    context = {
        "report": report, "view": view, "now": now, "again_id": uuid4(), "ratings": RATING_NAMES,
        "when": lambda at: moment(at, lang, zone(tz)), "event_id": uuid4(),
        "html": lambda words, slug="": catalogue.inline(words, lang, slug, works=f"/{lang}/cards/{slug}"),
        "topics": {topic.id: topic.title[lang] for topic in catalogue.topics},
        "back": lambda coming: interval_label(coming.due - now)[lang] if coming.due > now else None,
        "missed": sum(len(stage.misses) for stage in report.stages),
    }  # fmt: skip
    return HTMLResponse(pages.render("pages/mock_report.html", lang, f"/mock/{view.mock_id}", **context))
