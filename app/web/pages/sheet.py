"""The night-before sheet: the weakest cards on a few sheets of A4. What is on it is chosen by services/sheet.py."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.kit import Lang
from app.services import sheet
from app.services.catalogue import Catalogue
from app.services.days import study_day
from app.web.learner import CookieZone, LearnerId, Now, StudyOf
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/sheet")
def show(lang: Lang, request: Request, study: StudyOf, learner: LearnerId, now: Now, tz: CookieZone) -> HTMLResponse:
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    known, parameters = study.known(learner)
    picked = sheet.picks(catalogue, known, now, tz, parameters=parameters)
    context = {
        "entries": [_row(catalogue, pick, lang) for pick in picked],
        "begun": any(pick.recall is not None for pick in picked),
        "day": study_day(now, tz).isoformat(),
    }
    html = pages.render("pages/sheet.html", lang, "/sheet", **context)
    return HTMLResponse(html, headers={"cache-control": "no-store"})


def _row(catalogue: Catalogue, pick: sheet.Pick, lang: Lang) -> dict[str, Any]:
    card, slug = pick.card, pick.card.slug
    made = sheet.entry(catalogue, card, lang)
    row: dict[str, Any] = {
        "card": card, "topic": catalogue.topic(card.topic), "formula": made.formula, "instead": made.instead,
        "question": catalogue.inline(card.question, lang, slug, links=False), "follow_up": made.follow_up,
        "recall": None if pick.recall is None else round(100 * pick.recall), "trap": None, "plot": None,
    }  # fmt: skip
    if made.trap is not None:
        row["trap"] = {
            "says": sheet.uncited(catalogue.inline(made.trap.says, lang, slug, links=False)),
            "instead": sheet.uncited(catalogue.inline(made.trap.instead, lang, slug, links=False)),
        }
    if made.plot is not None:
        demo, params = made.plot
        query = params.to_query()
        row["plot"] = {
            "src": f"/api/demos/{demo.id}/plot/{lang}.svg" + (f"?{query}" if query else ""),
            "alt": demo.title[lang],
        }
    return row
