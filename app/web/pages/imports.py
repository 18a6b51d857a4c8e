"""The page that takes a file of one's own questions: choose or paste, see what was understood, adopt.

One form carries the text from step to step, so nothing is stored before it is adopted, and it works without JavaScript.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from app.content import markdown
from app.content.notes.decoding import MAX_BYTES, decode
from app.errors import AppError, BadInput
from app.kit import Lang, Text, text
from app.services.notes.decks import HEAD, NotNotes, refuse_others
from app.services.notes.shapes import Preview, PreviewCard, Source
from app.web.learner import DecksOf, LearnerId, Now
from app.web.templating import Pages

UPLOAD = 16 << 20
"""Bytes of a form: more than a file may have, so that the page can say why it was refused."""
router = APIRouter(
    include_in_schema=False, default_response_class=HTMLResponse, max_body_size=UPLOAD,
    form_limits={"max_fields": 6000, "max_files": 1, "max_part_size": MAX_BYTES + 1},
)  # fmt: skip
FULL = 100
"""Cards that are shown with their answers; the rest as a line each."""
LINES = 1500
"""Lines of the file that are shown with what became of them."""
Column = Annotated[str, Form(max_length=2)]


class Row(NamedTuple):
    """A line of the file and what became of it: question, answer, heading, lost, or blank."""

    number: int
    words: str
    role: str
    why: Text | None


@router.get("/{lang}/import")
def start(
    lang: Lang, request: Request, decks: DecksOf, learner: LearnerId,
    deck: Annotated[str, Query(max_length=80)] = "",
) -> HTMLResponse:  # fmt: skip
    """?deck= fills in the name: the file updates that deck."""
    return _page(request, lang, decks.all(learner), {"deck": deck})


@router.post("/{lang}/import")
def preview(
    lang: Lang, request: Request, decks: DecksOf, learner: LearnerId,
    text: Annotated[str, Form()] = "", file: Annotated[UploadFile | None, File()] = None,
    filename: Annotated[str, Form(max_length=300)] = "", deck: Annotated[str, Form(max_length=200)] = "",
    leave: Annotated[list[str] | None, Form()] = None, question_column: Column = "", answer_column: Column = "",
) -> HTMLResponse:  # fmt: skip
    """Shows what the file holds, line by line; nothing is stored."""
    given: dict[str, Any] = {"deck": deck, "text": text, "filename": filename}
    try:
        encoding = None
        if file is not None and file.filename:
            data = file.file.read(MAX_BYTES + 1)
            refuse_others(data[:HEAD])
            decoded = decode(data)
            text, encoding, leave = decoded.text, decoded.encoding, None
            given |= {"text": text, "filename": file.filename[-200:]}
        source = _source(text, given["filename"], deck, leave, question_column, answer_column)
        found = decks.preview(learner, source)
    except AppError as error:
        return _page(request, lang, decks.all(learner), given, problem=error)
    given["deck"] = found.deck
    return _page(
        request, lang, decks.all(learner), given, found=found, leave=source.leave, encoding=encoding,
        lines=_lines(text, found),
    )  # fmt: skip


@router.post("/{lang}/import/adopt")
def adopt(
    lang: Lang, request: Request, decks: DecksOf, learner: LearnerId, now: Now,
    text: Annotated[str, Form()] = "", filename: Annotated[str, Form(max_length=300)] = "",
    deck: Annotated[str, Form(max_length=200)] = "", leave: Annotated[list[str] | None, Form()] = None,
    question_column: Column = "", answer_column: Column = "",
) -> Response:  # fmt: skip
    """Stores it and goes to the deck."""
    given: dict[str, Any] = {"deck": deck, "text": text, "filename": filename}
    try:
        done = decks.adopt(learner, _source(text, filename, deck, leave, question_column, answer_column), now)
    except AppError as error:
        return _page(request, lang, decks.all(learner), given, problem=error)
    query = f"new={done.new}&changed={done.changed}&same={done.same}&removed={done.removed}"
    return RedirectResponse(f"/{lang}/decks/{done.deck}?{query}", 303)


def _source(
    words: str, filename: str, deck: str, leave: Sequence[str] | None, question_column: str, answer_column: str
) -> Source:
    """What the form says. Raises BadInput."""
    columns = [int(c) if c.isascii() and c.isdigit() else None for c in (question_column, answer_column)]
    try:
        return Source(
            text=words if words.strip() else None, filename=filename[-200:], deck=deck.strip()[:80],
            leave=frozenset(one[:16] for one in leave or ()), question_column=columns[0], answer_column=columns[1],
        )  # fmt: skip
    except ValidationError:
        raise BadInput(
            text(
                zh=f"文字太长或含有无法保存的字符。上限是 {MAX_BYTES >> 20} MB。",
                en=f"The text is too long, or has characters that cannot be stored. The limit is {MAX_BYTES >> 20} MB.",
            )
        ) from None


def _page(
    request: Request, lang: Lang, decks: Sequence[Any], given: dict[str, Any], *, problem: AppError | None = None,
    found: Preview | None = None, leave: frozenset[str] = frozenset(), encoding: str | None = None,
    lines: Sequence[Row] = (),
) -> HTMLResponse:  # fmt: skip
    pages: Pages = request.app.state.pages
    context = {
        "decks": decks, "given": {"deck": "", "text": "", "filename": ""} | given, "problem": problem, "found": found,
        "elsewhere": isinstance(problem, NotNotes),
        "leave": leave, "encoding": encoding, "lines": lines, "most": MAX_BYTES >> 20,
        "cards": [_card(card, lang, at < FULL) for at, card in enumerate(found.cards)] if found else [],
        "bare": sum(card.unanswered for card in found.cards) if found else 0,
        "near": sum(bool(card.near) for card in found.cards) if found else 0,
    }  # fmt: skip
    status = problem.status if problem else 200
    return HTMLResponse(pages.render("pages/import.html", lang, "/import", **context), status)


def _card(card: PreviewCard, lang: Lang, whole: bool) -> dict[str, Any]:
    """A card as the page draws it: the first ones as HTML, the others as their words."""
    html = {
        "question": markdown.own(card.question, lang) if whole else None,
        "answer": markdown.own(card.answer, lang) if whole and card.answer else None,
    }
    return {"card": card, "whole": whole} | html


def _lines(words: str, found: Preview) -> list[Row]:
    """The first lines of the file with what became of each."""
    lost = {one.line: one.why for one in found.not_understood}
    role: dict[int, str] = {}
    for card in found.cards:
        for number in range(card.line, min(card.last_line, LINES) + 1):
            role[number] = "question" if number == card.line else "answer"
    rows = []
    unified = words.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(islice(unified.split("\n"), LINES), 1):
        if not line.strip():
            became = "blank"
        elif number in lost:
            became = "lost"
        else:
            became = role.get(number, "heading")
        rows.append(Row(number, line[:400], became, lost.get(number)))
    return rows
