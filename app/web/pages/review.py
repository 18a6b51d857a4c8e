"""The review page, one item at a time (its questions come through /api/review), and the page of what is put aside."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.content.models import PredictItem
from app.content.notes.item import ITEM, MINE, NoteItem, headline
from app.errors import NotFound
from app.kit import Lang
from app.services.asking import card_of
from app.services.catalogue import Catalogue
from app.services.handling import Handler, Handling, Held
from app.web.learner import CookieZone, DecksOf, HandlerOf, LearnerId, Now, StudyOf
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/review")
def review(
    lang: Lang, request: Request, study: StudyOf, handler: HandlerOf, learner: LearnerId, now: Now, tz: CookieZone,
    mine: DecksOf, card: Annotated[str | None, Query(max_length=60)] = None,
    deck: Annotated[str | None, Query(max_length=20)] = None,
) -> HTMLResponse:  # fmt: skip
    """?card=<slug> quizzes one card whatever is due, ?deck=<uid> one deck of the learner's own questions."""
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    chosen = catalogue.card(card) if card else None
    own = mine.one(learner, deck) if deck and not chosen else None
    decks = {one.uid: one.name for one in mine.all(learner)}
    keys = [item.key for item in catalogue.items() if chosen is not None and item.card is chosen]
    keys += [one.key for one in own.cards if not one.removed] if own else []
    runs = {
        f"{demo.id}/{demo.prediction(item.prediction).preset}"
        for item in (entry.item for entry in catalogue.items())
        if isinstance(item, PredictItem) and (demo := catalogue.demos[item.demo])
    }
    context = {
        "card": chosen,
        "deck": own,
        "keys": keys,
        "held": len(handler.held(learner, now)),
        "remaining": study.remaining(learner, now, tz=tz),
        "titles": {slug: card.title[lang] for slug, card in catalogue.cards.items()} | decks,
        "topics": {topic.id: topic.title[lang] for topic in catalogue.topics} | decks,
        "runs": {run: _query(catalogue, *run.split("/")) for run in sorted(runs)},
    }
    return HTMLResponse(pages.render("pages/review.html", lang, "/review", **context))


@router.get("/{lang}/review/held")
def held(lang: Lang, request: Request, handler: HandlerOf, learner: LearnerId, now: Now) -> HTMLResponse:
    """Everything that is put aside, with a way back."""
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    rows = [_held(catalogue, handler, one, lang) for one in handler.held(learner, now)]
    return HTMLResponse(pages.render("pages/held.html", lang, "/review/held", rows=rows))


@router.post("/{lang}/review/held")
def resume(
    lang: Lang, handler: HandlerOf, learner: LearnerId, now: Now, tz: CookieZone,
    item: Annotated[str, Form(max_length=121)], attempt_id: Annotated[UUID, Form()],
) -> RedirectResponse:  # fmt: skip
    """Takes one up again."""
    handler.handle(learner, Handling(attempt_id=attempt_id, item=item, action="resume", tz=tz), now)
    return RedirectResponse(f"/{lang}/review/held", 303)


def _held(catalogue: Catalogue, handler: Handler, one: Held, lang: Lang) -> dict[str, Any]:
    """What the page says of one: its card, its kind (none: the whole card), until when."""
    slug = card_of(one.item)
    card = catalogue.cards.get(slug)
    own = slug.startswith(MINE)
    try:
        item = handler.catalogue.item(one.item if "/" in one.item else f"{slug}/{ITEM}").item
    except NotFound:  # no longer in the content
        item = None
    title = card.title[lang] if card else slug
    if own and isinstance(item, NoteItem):
        title = headline(item)
    href = f"/cards/{slug}" if card else f"/notes/{slug}" if own and item else None
    kind = item.kind if item and "/" in one.item else None
    return {"key": one.item, "href": href, "title": title, "kind": kind, "until": one.until,
            "suspended": one.suspended, "attempt": uuid4()}  # fmt: skip


def _query(catalogue: Catalogue, demo_id: str, preset: str) -> str:
    """The knobs of a preset as a demo's address carries them."""
    return catalogue.demos[demo_id].preset_params(preset).to_query()
