"""The review page, one item at a time (its questions come through /api/review), and the page of what is put aside."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.content.models import PredictItem
from app.errors import NotFound
from app.kit import Lang
from app.services.asking import card_of
from app.services.catalogue import Catalogue
from app.services.handling import Handling, Held
from app.web.learner import CookieZone, HandlerOf, LearnerId, Now, StudyOf
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/review")
def review(
    lang: Lang, request: Request, study: StudyOf, handler: HandlerOf, learner: LearnerId, now: Now, tz: CookieZone,
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
        "held": len(handler.held(learner, now)),
        "remaining": study.remaining(learner, now, tz=tz),
        "titles": {slug: card.title[lang] for slug, card in catalogue.cards.items()},
        "topics": {topic.id: topic.title[lang] for topic in catalogue.topics},
        "runs": {run: _query(catalogue, *run.split("/")) for run in sorted(runs)},
    }
    return HTMLResponse(pages.render("pages/review.html", lang, "/review", **context))


@router.get("/{lang}/review/held")
def held(lang: Lang, request: Request, handler: HandlerOf, learner: LearnerId, now: Now) -> HTMLResponse:
    """Everything that is put aside, with a way back."""
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    rows = [_held(catalogue, one, lang) for one in handler.held(learner, now)]
    return HTMLResponse(pages.render("pages/held.html", lang, "/review/held", rows=rows))


@router.post("/{lang}/review/held")
def resume(
    lang: Lang, handler: HandlerOf, learner: LearnerId, now: Now, tz: CookieZone,
    item: Annotated[str, Form(max_length=121)], attempt_id: Annotated[UUID, Form()],
) -> RedirectResponse:  # fmt: skip
    """Takes one up again."""
    handler.handle(learner, Handling(attempt_id=attempt_id, item=item, action="resume", tz=tz), now)
    return RedirectResponse(f"/{lang}/review/held", 303)


def _held(catalogue: Catalogue, one: Held, lang: Lang) -> dict[str, Any]:
    """What the page says of one: its card, its kind (none: the whole card), until when."""
    slug = card_of(one.item)
    card = catalogue.cards.get(slug)
    try:
        kind = catalogue.item(one.item).item.kind if "/" in one.item else None
    except NotFound:  # no longer in the content
        kind = None
    title = card.title[lang] if card else slug
    return {"key": one.item, "slug": slug if card else None, "title": title, "kind": kind, "until": one.until,
            "suspended": one.suspended, "attempt": uuid4()}  # fmt: skip


def _query(catalogue: Catalogue, demo_id: str, preset: str) -> str:
    """The knobs of a preset as a demo's address carries them."""
    return catalogue.demos[demo_id].preset_params(preset).to_query()
