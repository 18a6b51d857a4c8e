"""Your data: everything to take along, and the place to bring it in. Plain links and one plain form."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse

from app.errors import AppError, Unprocessable
from app.kit import Lang
from app.kit.text import Text, text
from app.services.interchange.reports import Imported
from app.web.api.interchange import MAX_FILE, MAX_UPLOAD, taken
from app.web.learner import CookieZone, InterchangeOf, LearnerId, Now
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/data")
def show(lang: Lang, request: Request, tz: CookieZone) -> HTMLResponse:
    return _page(lang, request, tz)


@router.post("/{lang}/data", max_body_size=MAX_UPLOAD)
def load(
    lang: Lang, request: Request, interchange: InterchangeOf, learner: LearnerId, now: Now,
    tz: CookieZone, file: Annotated[UploadFile | None, File()] = None,
    preview: Annotated[bool, Form()] = False,
) -> HTMLResponse:  # fmt: skip
    """Imports the file and says what came of it, on the same page."""
    try:
        if file is None or not (file.filename or file.size):  # what a browser sends when none was chosen
            raise Unprocessable(_CHOOSE)
        report = taken(interchange, learner, file, now, tz, preview)
    except AppError as error:
        return _page(lang, request, tz, refused=error.message, status=error.status, headers=error.headers)
    return _page(lang, request, tz, report=report)


def _page(
    lang: Lang, request: Request, tz: str, *, report: Imported | None = None, refused: Text | None = None,
    status: int = 200, headers: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    pages: Pages = request.app.state.pages
    context: dict[str, Any] = {"report": report, "refused": refused, "tz": tz, "limit": MAX_FILE >> 20}
    html = pages.render("pages/your_data.html", lang, "/data", **context)
    return HTMLResponse(html, status, {"cache-control": "no-store"} | (headers or {}))


_CHOOSE = text(zh="还没有选择文件。请选好再导入。", en="No file was chosen. Choose one, then import it.")
