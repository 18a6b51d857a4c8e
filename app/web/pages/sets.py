"""/set: what a friend reads from to interview me, and with ?hide=answers what I may see. No account, nothing stored."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.kit import Lang
from app.services.catalogue import Catalogue
from app.services.mock.sets import interview_set
from app.services.mock.wording import section_html
from app.settings import LOOPBACK_HOSTS
from app.web.learner import StudyOf
from app.web.mocks import SetCards, SetHide, SetSeed, slugs
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/set")
def the_set(
    lang: Lang, request: Request, study: StudyOf, cards: SetCards = None, seed: SetSeed = 1, hide: SetHide = None
) -> HTMLResponse:
    """The same cards and seed are the same page for whoever opens it."""
    catalogue: Catalogue = request.app.state.catalogue
    pages: Pages = request.app.state.pages
    sheet = interview_set(catalogue, study, slugs(cards), seed, hide is None)
    query = f"?cards={','.join(sheet.cards)}&seed={seed}"
    context = {
        "set": sheet,
        "stages": sheet.stages,
        "words": {stage.card: catalogue.card(stage.card)[lang] for stage in sheet.stages},
        "section": lambda slug, section: section_html(catalogue, catalogue.card(slug), section, lang),
        "topics": {topic.id: topic.title[lang] for topic in catalogue.topics},
        "html": lambda words, slug="": catalogue.inline(words, lang, slug, links=False),
        "friend": f"/{lang}/set{query}",
        "mine": f"/{lang}/set{query}&hide=answers",
        "base": str(request.base_url).rstrip("/"),
        "here_only": request.base_url.hostname in (*LOOPBACK_HOSTS, "::1"),
        "next_seed": (seed + 1) % 2**31,
    }
    path = f"/set{query}" + ("" if sheet.answers else "&hide=answers")
    return HTMLResponse(pages.render("pages/set.html", lang, path, **context))
