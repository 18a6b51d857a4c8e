"""/api/cards: the cards, their words as HTML and their facts."""

from typing import Any

from fastapi import APIRouter, Query, Request

from app.content.card import Card
from app.kit import LANGS, Lang
from app.services.catalogue import Catalogue

router = APIRouter(prefix="/api/cards", tags=["cards"])


@router.get("", summary="All cards")
def list_cards(request: Request) -> list[dict[str, Any]]:
    """Slug, topic, difficulty, title and question of every card, in the order they are shown."""
    catalogue: Catalogue = request.app.state.catalogue
    return [_brief(card) for card in catalogue.cards.values()]


@router.get("/{slug}", summary="One card, in both languages or one", responses={404: {"description": "No such card"}})
def one_card(slug: str, request: Request, lang: Lang | None = Query(None)) -> dict[str, Any]:
    """Sections are HTML; quiz items are asked through /api/review."""
    catalogue: Catalogue = request.app.state.catalogue
    card = catalogue.card(slug)
    facts = card.facts.model_dump(mode="json", include={"demos", "references", "prerequisites", "claims", "rubric"})
    words = {}
    for each in [lang] if lang else LANGS:
        page = catalogue.page(slug, each)
        words[each] = {
            "title": page.title, "question": page.question, "short": page.short, "why": page.why,
            "pitfalls": page.pitfalls,
            "follow_ups": [{"id": f.id, "question": f.question, "answer": f.answer} for f in page.follow_ups],
        }  # fmt: skip
    quiz = [{"key": f"{slug}/{item.id}", "kind": item.kind} for item in card.facts.quiz]
    return _brief(card) | facts | {"quiz": quiz, "words": words}


def _brief(card: Card) -> dict[str, Any]:
    return {
        "slug": card.slug, "topic": card.topic, "difficulty": card.facts.difficulty, "items": len(card.facts.quiz),
        "title": card.title.model_dump(), "question": card.question.model_dump(),
    }  # fmt: skip
