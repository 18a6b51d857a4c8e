"""/ and /set go to the reader's language; /zh/ and /en/ say what to do now."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.kit import Demo, Lang, Prediction, Text
from app.services.catalogue import Catalogue
from app.services.scheduling import interval_label
from app.web.language import negotiate
from app.web.learner import CookieZone, LearnerId, Now, PlannerOf, StudyOf
from app.web.pages.demos import bound
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def root(request: Request) -> RedirectResponse:
    return RedirectResponse(f"/{negotiate(request)}/", 307, headers={"vary": "cookie, accept-language"})


@router.get("/set")
def the_set(request: Request) -> RedirectResponse:
    """An interviewer's link that names no language. (Here, before /{lang} takes it for one.)"""
    to = request.url.replace(scheme="", netloc="", path=f"/{negotiate(request)}/set")
    return RedirectResponse(str(to), 307, headers={"vary": "cookie, accept-language"})


@router.get("/{lang}")
def without_slash(lang: Lang) -> RedirectResponse:
    return RedirectResponse(f"/{lang}/", 308)


@router.get("/{lang}/")
def home(
    lang: Lang, request: Request, study: StudyOf, planner: PlannerOf, learner: LearnerId, now: Now, tz: CookieZone
) -> HTMLResponse:
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
        "aim": planner.outlook(learner, now, tz=tz),
        "first": None if begun else _first(catalogue, lang),
        "topics": topics,
        "demos": len(catalogue.demos),
    }
    return HTMLResponse(pages.render("pages/home.html", lang, "/", **context))


def _first(catalogue: Catalogue, lang: Lang) -> dict[str, Any] | None:
    """The first prediction with options, of a demo that answers at once and that a card shows: HTML."""
    for card in catalogue.cards.values():
        for use in card.facts.demos:
            demo = catalogue.demos.get(use.id)
            if demo is None or demo.streams:
                continue
            for prediction in demo.predictions:
                if prediction.options:
                    return {"card": card, "demo": demo} | _minute(catalogue, demo, prediction, lang)
    return None


def _minute(catalogue: Catalogue, demo: Demo, prediction: Prediction, lang: Lang) -> dict[str, Any]:
    def html(sentence: Text | None) -> str | None:
        return catalogue.inline(sentence, lang, links=False) if sentence else None

    return {
        "query": demo.preset_params(prediction.preset).to_query(),
        "scalar": prediction.scalar, "unit": prediction.unit,
        "question": html(prediction.question), "explain": html(prediction.explain),
        "options": [
            {"label": html(o.label), "low": bound(o.low), "high": bound(o.high), "why": html(o.why)}
            for o in prediction.options
        ],
    }  # fmt: skip
