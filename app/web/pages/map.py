"""The topic map: every card where it stands among the others, one click away."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.kit import Lang
from app.services.catalogue import Catalogue
from app.services.topic_map import NODE_HEIGHT, NODE_WIDTH, topic_map
from app.web.prepared import prepared
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/map")
def map_page(lang: Lang, request: Request) -> Response:
    return prepared(request, ("map", lang), lambda: _render(request, lang))


def _render(request: Request, lang: Lang) -> bytes:
    catalogue: Catalogue = request.app.state.catalogue
    pages: Pages = request.app.state.pages
    drawn = topic_map(catalogue.topics, catalogue.cards, lang)
    size = {"width": NODE_WIDTH, "height": NODE_HEIGHT}
    return pages.render("pages/map.html", lang, "/map", drawn=drawn, node=size)
