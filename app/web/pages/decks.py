"""The learner's own decks: see the questions and their answers, change them, delete them."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from app.content import markdown
from app.errors import AppError, BadInput
from app.kit import Lang, text
from app.services.catalogue import Catalogue
from app.services.notes.shapes import CardEdit, DeckCard
from app.web.learner import DecksOf, LearnerId, Now
from app.web.templating import Pages

router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, form_limits={"max_part_size": 256 << 10}
)
PAGE = 50
Uid = Annotated[str, Path(max_length=20)]
Count = Annotated[int | None, Query(ge=0, le=100_000)]


@router.get("/{lang}/decks/{deck}")
def one_deck(
    lang: Lang, deck: Uid, request: Request, decks: DecksOf, learner: LearnerId,
    page: Annotated[int, Query(ge=1, le=1000)] = 1, show: Annotated[str, Query(max_length=12)] = "",
    new: Count = None, changed: Count = None, same: Count = None, removed: Count = None,
) -> HTMLResponse:  # fmt: skip
    """?show=bare keeps the questions without an answer. The counts are those of an import that has just been made."""
    found = decks.one(learner, deck)
    cards = [card for card in found.cards if show != "bare" or not (card.answer or card.removed)]
    pages = max(1, -(-len(cards) // PAGE))
    page = min(page, pages)
    context = {
        "deck": found, "page": page, "pages": pages, "show": show,
        "groups": _groups(cards[(page - 1) * PAGE : page * PAGE], request, decks, lang),
        "imported": None if new is None else {"new": new, "changed": changed, "same": same, "removed": removed},
    }  # fmt: skip
    return _render(request, "pages/deck.html", lang, f"/decks/{deck}", context)


@router.post("/{lang}/decks/{deck}/rename")
def rename(
    lang: Lang, deck: Uid, decks: DecksOf, learner: LearnerId, now: Now, name: Annotated[str, Form(max_length=80)] = "",
) -> RedirectResponse:  # fmt: skip
    decks.rename(learner, deck, name, now)
    return RedirectResponse(f"/{lang}/decks/{deck}", 303)


@router.post("/{lang}/decks/{deck}/delete")
def drop(lang: Lang, deck: Uid, decks: DecksOf, learner: LearnerId) -> RedirectResponse:
    decks.drop(learner, deck)
    return RedirectResponse(f"/{lang}/import", 303)


@router.get("/{lang}/notes/{note}")
def one_note(lang: Lang, note: Uid, request: Request, decks: DecksOf, learner: LearnerId) -> HTMLResponse:
    """A question of one's own: as it reads, and a form to change it."""
    return _note(request, lang, decks, decks.card(learner, note))


@router.post("/{lang}/notes/{note}")
def edit(
    lang: Lang, note: Uid, request: Request, decks: DecksOf, learner: LearnerId, now: Now,
    question: Annotated[str, Form()] = "", answer: Annotated[str, Form()] = "", topic: Annotated[str, Form()] = "",
    anew: Annotated[bool, Form()] = False, removed: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    given = {"question": question.replace("\r\n", "\n"), "answer": answer.replace("\r\n", "\n"), "topic": topic}
    try:
        try:
            change = CardEdit(**given, anew=anew, removed=removed)
        except ValidationError:
            raise BadInput(_BAD) from None
        decks.edit(learner, note, change, now)
    except BadInput as error:
        return _note(request, lang, decks, decks.card(learner, note).model_copy(update=given), error)
    return RedirectResponse(f"/{lang}/notes/{note}?saved=1", 303)


@router.post("/{lang}/notes/{note}/delete")
def drop_note(lang: Lang, note: Uid, decks: DecksOf, learner: LearnerId, now: Now) -> RedirectResponse:
    return RedirectResponse(f"/{lang}/decks/{decks.drop_card(learner, note, now)}", 303)


def _note(
    request: Request, lang: Lang, decks: DecksOf, card: DeckCard, problem: AppError | None = None
) -> HTMLResponse:
    context = {
        "card": card, "problem": problem, "saved": "saved" in request.query_params and problem is None,
        **_drawn(card, request, decks, lang),
    }  # fmt: skip
    return _render(request, "pages/note.html", lang, f"/notes/{card.uid}", context, problem.status if problem else 200)


def _groups(cards: Sequence[DeckCard], request: Request, decks: DecksOf, lang: Lang) -> list[dict[str, Any]]:
    """Questions one after the other, a group for each topic they stand under."""
    groups: list[dict[str, Any]] = []
    for card in cards:
        name = "" if card.removed else card.topic
        if not groups or (groups[-1]["topic"], groups[-1]["removed"]) != (name, card.removed):
            groups.append({"topic": name, "removed": card.removed, "rows": []})
        groups[-1]["rows"].append({"card": card} | _drawn(card, request, decks, lang))
    return groups


def _drawn(card: DeckCard, request: Request, decks: DecksOf, lang: Lang) -> dict[str, Any]:
    """The words of a question as HTML, and our cards that ask the same."""
    catalogue: Catalogue = request.app.state.catalogue
    near = [catalogue.cards[one.slug] for one in decks.neighbours().near(card.question) if one.slug in catalogue.cards]
    return {
        "question": markdown.own(card.question, lang),
        "answer": markdown.own(card.answer, lang) if card.answer else None,
        "near": near,
    }


def _render(
    request: Request, name: str, lang: Lang, path: str, context: dict[str, Any], status: int = 200
) -> HTMLResponse:
    pages: Pages = request.app.state.pages
    return HTMLResponse(pages.render(name, lang, path, **context), status)


_BAD = text(
    zh="问题要有 1 到 2000 个字，答案最多 10 万字，主题最多 200 字。",
    en="A question needs 1 to 2,000 characters; an answer may have 100,000, a topic 200.",
)
