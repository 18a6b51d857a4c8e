"""/ goes to the reader's language; /zh/ and /en/ say what to do now."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.kit import Lang
from app.services.catalogue import Catalogue
from app.web.language import negotiate
from app.web.learner import LearnerId, Now, StudyOf
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def root(request: Request) -> RedirectResponse:
    return RedirectResponse(f"/{negotiate(request)}/", 307, headers={"vary": "cookie, accept-language"})


@router.get("/{lang}")
def without_slash(lang: Lang) -> RedirectResponse:
    return RedirectResponse(f"/{lang}/", 308)


@router.get("/{lang}/")
def home(lang: Lang, request: Request, study: StudyOf, learner: LearnerId, now: Now) -> HTMLResponse:
    """What is due, what comes next; a reader who has done nothing yet gets a first question to predict."""
    pages: Pages = request.app.state.pages
    catalogue: Catalogue = request.app.state.catalogue
    remaining = study.remaining(learner, now)
    return HTMLResponse(pages.render("pages/home.html", lang, "/", catalogue=catalogue, remaining=remaining))
