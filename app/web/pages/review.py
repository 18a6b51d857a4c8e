"""The review page: one item at a time. Its questions come through /api/review."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.content.models import PredictItem
from app.kit import Lang
from app.services.catalogue import Catalogue
from app.web.learner import CookieZone, LearnerId, Now, StudyOf
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/review")
def review(
    lang: Lang, request: Request, study: StudyOf, learner: LearnerId, now: Now, tz: CookieZone,
    card: Annotated[str | None, Query(max_length=60)] = None,
) -> HTMLResponse:  # fmt: skip
    """?card=<slug> quizzes one card whatever is due."""
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    chosen = catalogue.card(card) if card else None
    keys = [item.key for item in catalogue.items() if chosen is not None and item.card is chosen]
    runs = {
        f"{demo.id}/{demo.prediction(item.prediction).preset}"
        for item in (entry.item for entry in catalogue.items())
        if isinstance(item, PredictItem) and (demo := catalogue.demos[item.demo])
    }
    context = {
        "card": chosen,
        "keys": keys,
        "remaining": study.remaining(learner, now, tz=tz),
        "titles": {slug: card.title[lang] for slug, card in catalogue.cards.items()},
        "topics": {topic.id: topic.title[lang] for topic in catalogue.topics},
        "runs": {run: _query(catalogue, *run.split("/")) for run in sorted(runs)},
    }
    return HTMLResponse(pages.render("pages/review.html", lang, "/review", **context))


def _query(catalogue: Catalogue, demo_id: str, preset: str) -> str:
    """The knobs of a preset as a demo's address carries them."""
    return catalogue.demos[demo_id].preset_params(preset).to_query()
