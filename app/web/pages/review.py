"""The review page: one item at a time. Its questions come through /api/review."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.kit import Lang
from app.services.catalogue import Catalogue
from app.web.learner import LearnerId, Now, StudyOf
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/review")
def review(
    lang: Lang, request: Request, study: StudyOf, learner: LearnerId, now: Now,
    card: Annotated[str | None, Query(max_length=60)] = None,
) -> HTMLResponse:  # fmt: skip
    """?card=<slug> quizzes one card whatever is due."""
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    chosen = catalogue.card(card) if card else None
    keys = [item.key for item in catalogue.items() if chosen is not None and item.card is chosen]
    context = {"card": chosen, "keys": keys, "remaining": study.remaining(learner, now)}
    return HTMLResponse(pages.render("pages/review.html", lang, "/review", **context))
