"""The results page: a plain form, whole without scripts. ?kind= keeps one kind."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.kit import Lang
from app.services.search.entries import KINDS, Kind
from app.services.search.searcher import Searcher
from app.web.learner import JoinedCatalogue
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
MOST = 40


@router.get("/{lang}/search")
def results(
    lang: Lang, request: Request, joined: JoinedCatalogue, q: Annotated[str, Query(max_length=100)] = "",
    kind: Kind | None = None,
) -> HTMLResponse:  # fmt: skip
    pages: Pages = request.app.state.pages
    searcher: Searcher = request.app.state.searcher
    found = searcher.search(q, lang, joined, (kind,) if kind else (), MOST)
    context = {"q": q, "found": found, "kind": kind, "kinds": [(k, found.kinds[k]) for k in KINDS if k in found.kinds]}
    html = pages.render("pages/search.html", lang, "/search", **context)
    return HTMLResponse(html, headers={"cache-control": "no-store"})
