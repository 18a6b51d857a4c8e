"""The glossary: every term in both languages, what it means, and the card that treats it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.kit import Lang
from app.services.catalogue import Catalogue
from app.web.prepared import prepared
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/glossary")
def glossary(lang: Lang, request: Request) -> Response:
    return prepared(request, ("glossary", lang), lambda: _render(request, lang))


def _render(request: Request, lang: Lang) -> bytes:
    catalogue: Catalogue = request.app.state.catalogue
    pages: Pages = request.app.state.pages
    rows = [
        {"term": term, "meaning": catalogue.inline(term.meaning, lang), "card": catalogue.cards.get(term.card or "")}
        for term in sorted(catalogue.glossary.terms.values(), key=lambda term: term.term["en"].lower())
    ]
    return pages.render("pages/glossary.html", lang, "/glossary", rows=rows)
