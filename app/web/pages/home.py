"""/ goes to the reader's language; /zh/ and /en/ say what to do now."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.kit import Lang
from app.services.catalogue import Catalogue
from app.services.scheduling import interval_label
from app.web.language import negotiate
from app.web.learner import CookieZone, LearnerId, Now, StudyOf
from app.web.pages.demos import panel
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def root(request: Request) -> RedirectResponse:
    return RedirectResponse(f"/{negotiate(request)}/", 307, headers={"vary": "cookie, accept-language"})


@router.get("/{lang}")
def without_slash(lang: Lang) -> RedirectResponse:
    return RedirectResponse(f"/{lang}/", 308)


@router.get("/{lang}/")
def home(lang: Lang, request: Request, study: StudyOf, learner: LearnerId, now: Now, tz: CookieZone) -> HTMLResponse:
    """What is due, what comes next; a reader who has done nothing yet gets a first question to predict."""
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    today = study.session_summary(learner, now, now, tz=tz)
    begun = study.begun(learner)
    topics = [(topic, cards) for topic in catalogue.topics if (cards := catalogue.cards_of(topic.id))]
    context = {
        "remaining": today.remaining,
        "next_in": interval_label(today.next_due - now) if today.next_due else None,
        "begun": begun,
        "first": None if begun else _first(catalogue),
        "topics": topics,
        "demos": len(catalogue.demos),
    }
    return HTMLResponse(pages.render("pages/home.html", lang, "/", **context))


def _first(catalogue: Catalogue) -> dict[str, Any] | None:
    """The first prediction with options, of a demo that answers at once and that a card shows."""
    for card in catalogue.cards.values():
        for use in card.facts.demos:
            demo = catalogue.demos.get(use.id)
            if demo is None or demo.streams:
                continue
            for prediction in panel(demo, demo.params())["predictions"]:
                if prediction["options"]:
                    return {"card": card, "demo": demo, "prediction": prediction}
    return None
