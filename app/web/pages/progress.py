"""The progress page: what the log says, in pictures with their tables, and the fitting of one's own parameters."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.kit import Lang
from app.web.api.progress import ContentOf, progress_of
from app.web.learner import CookieZone, JoinedCatalogue, LearnerId, Now, StudyOf
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/progress")
def progress(
    lang: Lang, request: Request, study: StudyOf, joined: JoinedCatalogue, learner: LearnerId, now: Now,
    content: ContentOf, tz: CookieZone,
) -> HTMLResponse:  # fmt: skip
    """Computed anew at every visit."""
    pages: Pages = request.app.state.pages
    found = progress_of(request, study, joined, learner, now, content, tz)
    context = {
        "progress": found,
        "sections": {section.id: section for section in found.sections},
        "figures": {section.id: section.figure for section in found.sections if section.figure},
        "decks": sorted(joined.decks.items(), key=lambda deck: deck[1]),
    }
    return HTMLResponse(pages.render("pages/progress.html", lang, "/progress", **context))


@router.post("/{lang}/progress")
def fit(lang: Lang, request: Request, learner: LearnerId) -> RedirectResponse:
    """The button that asks for a fitting: it is made in the background, the page says so."""
    request.app.state.fitter.ask(learner)
    return RedirectResponse(f"/{lang}/progress#own", 303)
