"""The list of questions, a topic's list, and one card. No learner's state is in a card's page: it is prepared once."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from app.content.card import Card
from app.content.models import Topic
from app.errors import NotFound
from app.kit import Lang, text
from app.services.browsing import Filters, Has, State, states
from app.services.catalogue import Catalogue
from app.services.near import near
from app.services.search.entries import Kind
from app.services.search.searcher import Searcher
from app.web.learner import CookieZone, LearnerId, Now, StudyOf
from app.web.pages.claims import claim_view
from app.web.pages.demos import panel
from app.web.prepared import prepared
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


_CARDS: tuple[Kind, ...] = ("card",)
Level = Annotated[int, Field(ge=1, le=5)]


@router.get("/{lang}/cards")
def all_cards(
    lang: Lang, request: Request, study: StudyOf, learner: LearnerId, now: Now, tz: CookieZone,
    q: Annotated[str, Query(max_length=100)] = "", topic: Annotated[str, Query(max_length=60)] = "",
    level: Annotated[list[Level | Literal[""]] | None, Query(max_length=6)] = None, has: Has | Literal[""] = "",
    state: State | Literal[""] = "",
) -> HTMLResponse:  # fmt: skip
    """The filters are in the address; static/js/filter.js asks for the same page while one types."""
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    searcher: Searcher = request.app.state.searcher
    levels = sorted({one for one in level or () if one})
    filters = Filters(topic, levels, has or None, state or None)
    done = states(catalogue, study.known(learner)[0], now, tz)
    found = searcher.search(q, lang, kinds=_CARDS, most=len(done)).results
    sought = {one.id: one.title for one in found} if q.strip() else dict.fromkeys(done)
    topics = []
    for one in catalogue.topics:
        rows = [
            row
            for row in _rows(catalogue, one, lang)
            if row["card"].slug in sought and filters.keep(row["card"], done[row["card"].slug])
        ]
        for row in rows:
            row["due"], row["marked"] = "due" in done[row["card"].slug], sought[row["card"].slug]
        if rows:
            topics.append((one, rows))
    context = {
        "topics": topics,
        "q": q,
        "filters": filters,
        "shown": sum(len(rows) for _, rows in topics),
        "all_topics": [one for one in catalogue.topics if catalogue.cards_of(one.id)],
        "levels": sorted({card.facts.difficulty for card in catalogue.cards.values()}),
        "narrowed": bool(q.strip() or topic or levels or has or state),
    }
    html = pages.render("pages/cards.html", lang, "/cards", **context)
    return HTMLResponse(html, headers={"cache-control": "no-store"})


@router.get("/{lang}/topics/{topic_id}")
def topic_page(lang: Lang, topic_id: str, request: Request) -> HTMLResponse:
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    topic = catalogue.topic(topic_id)
    context = {
        "topic": topic,
        "rows": _rows(catalogue, topic, lang),
        "demos": [demo for demo in catalogue.demos.values() if demo.topic == topic.id],
    }
    return HTMLResponse(pages.render("pages/topic.html", lang, f"/topics/{topic_id}", **context))


@router.get("/{lang}/cards/{slug}")
async def card_page(lang: Lang, slug: str, request: Request) -> Response:
    return prepared(request, ("card", slug, lang), lambda: _render(request, slug, lang))


def _render(request: Request, slug: str, lang: Lang) -> bytes:
    catalogue: Catalogue = request.app.state.catalogue
    if slug not in catalogue.cards:
        close = [(f"/cards/{card.slug}", card.title) for card in near(slug, catalogue.cards.values(), _slug)]
        raise NotFound(text(zh="没有这张卡片。", en="There is no such card."), near=close)
    card = catalogue.card(slug)
    order = list(catalogue.cards)
    place = order.index(slug)
    page = catalogue.page(slug, lang)
    context = {
        "card": card,
        "topic": catalogue.topic(card.topic),
        "page": page,
        "terms": [
            {
                "term": term,
                "meaning": catalogue.inline(term.meaning, lang),
                "card": catalogue.cards.get(term.card or ""),
            }
            for term in page.terms
        ],
        "claims": [claim_view(catalogue, card, claim, lang) for claim in card.facts.claims],
        "rubric": [catalogue.inline(point.text, lang, slug) for point in card.facts.rubric],
        "references": catalogue.references_of(card.facts.references),
        "prerequisites": catalogue.prerequisites(card),
        "panels": [_panel(catalogue, demo_id, preset) for demo_id, preset in _uses(card) if demo_id in catalogue.demos],
        "previous": catalogue.card(order[place - 1]) if place else None,
        "following": catalogue.card(order[place + 1]) if place + 1 < len(order) else None,
    }
    pages: Pages = request.app.state.pages
    return pages.render("pages/card.html", lang, f"/cards/{slug}", **context)


def _rows(catalogue: Catalogue, topic: Topic, lang: Lang) -> list[dict[str, Any]]:
    """The cards of a topic as partials/_card_list.html draws them."""
    rows = []
    for card in catalogue.cards_of(topic.id):
        demos = [catalogue.demos[demo_id] for demo_id, _ in _uses(card) if demo_id in catalogue.demos]
        question = catalogue.inline(card.question, lang, card.slug, False)
        rows.append({"card": card, "demos": demos, "question": question, "due": False, "marked": None})
    return rows


def _uses(card: Card) -> list[tuple[str, str]]:
    """Each demo of a card once, with the first preset it is shown with."""
    first: dict[str, str] = {}
    for use in card.facts.demos:
        first.setdefault(use.id, use.preset)
    return list(first.items())


def _slug(card: Card) -> str:
    return card.slug


def _panel(catalogue: Catalogue, demo_id: str, preset: str) -> dict[str, Any]:
    demo = catalogue.demos[demo_id]
    params = demo.preset_params(preset) if preset in demo.presets else demo.params()  # `warmup check` names the slip
    return panel(demo, params) | {"given": False, "computed": None, "wrong": None}
