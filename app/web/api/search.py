"""/api/search: one box over everything, in both languages at once. static/js/palette/ asks it at every key."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.kit import Lang
from app.services.search.entries import Kind
from app.services.search.searcher import Results, Searcher
from app.web.learner import JoinedCatalogue

router = APIRouter(prefix="/api/search", tags=["search"])


@router.get("", summary="Search cards, demos, claims, terms, pages and one's own questions")
def search(
    request: Request,
    joined: JoinedCatalogue,
    q: Annotated[str, Query(max_length=100, description="Words, in Chinese or English or both")] = "",
    lang: Annotated[Lang, Query(description="The language of titles and addresses; matching is in both")] = "en",
    kind: Annotated[list[Kind] | None, Query(max_length=7, description="Only these kinds")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Results:
    """The best first, each with why it was found and with the words to mark. Misspelt English, other wordings of a
    term, and Chinese with a character wrong or left out are met as well. Without `q`: the actions and pages there are.
    """
    searcher: Searcher = request.app.state.searcher
    if not q.strip():
        return searcher.offered(lang)
    return searcher.search(q, lang, joined, frozenset(kind or ()), limit)
