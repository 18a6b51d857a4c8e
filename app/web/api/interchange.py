"""/api/export and /api/import: everything a learner has, out and in."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from app.errors import TooLarge
from app.kit import Lang, text
from app.services.days import study_day
from app.services.interchange.moving import Interchange
from app.services.interchange.reports import Imported
from app.services.plots import Plots
from app.web.learner import InterchangeOf, LearnerId, Now, TimeZone

router = APIRouter(prefix="/api", tags=["export and import"])
MAX_FILE = 64 << 20
"""Bytes of a file that is uploaded. The command line takes larger ones."""
MAX_UPLOAD = 4 * MAX_FILE
"""Bytes that are received at all: the framework cuts off what is longer with two words, we say what to do instead."""
Chosen = Annotated[UploadFile, File(description="Warmup's JSON, or Anki's .apkg or .colpkg")]
_BUSY: dict[int | str, dict[str, Any]] = {503: {"description": "Busy: try again"}}


def _file(kind: str, what: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {}}, "description": what}} | _BUSY


def download(data: bytes, kind: str, name: str, now: datetime, tz: str) -> Response:
    """A file to keep, named by the learner's day."""
    stem, _, ending = name.partition(".")
    headers = {
        "content-disposition": f'attachment; filename="{stem}-{study_day(now, tz)}.{ending}"',
        "cache-control": "no-store",
    }
    return Response(data, media_type=kind, headers=headers)


@router.get(
    "/export", summary="All of the learner's data", response_class=Response,
    responses=_file("application/json", "One JSON file; importing it into an empty Warmup gives the same file again"),
)  # fmt: skip
def export(interchange: InterchangeOf, learner: LearnerId, now: Now, tz: TimeZone = "UTC") -> Response:
    return download(b"".join(interchange.json(learner)), "application/json", "warmup.json", now, tz)


@router.get(
    "/export/reviews.csv", summary="The review log for a spreadsheet", response_class=Response,
    responses=_file("text/csv", "A line each review, undone ones too"),
)  # fmt: skip
def reviews(interchange: InterchangeOf, learner: LearnerId, now: Now, tz: TimeZone = "UTC") -> Response:
    return download(b"".join(interchange.reviews_csv(learner)), "text/csv", "warmup-reviews.csv", now, tz)


@router.get(
    "/export/states.csv", summary="The memory states for a spreadsheet", response_class=Response,
    responses=_file("text/csv", "A line each item that was asked"),
)  # fmt: skip
def states(interchange: InterchangeOf, learner: LearnerId, now: Now, tz: TimeZone = "UTC") -> Response:
    return download(b"".join(interchange.states_csv(learner, now, tz)), "text/csv", "warmup-states.csv", now, tz)


@router.get(
    "/export.apkg", summary="All cards as a deck for Anki", response_class=Response,
    responses=_file("application/octet-stream", "A package with pictures, memory and reviews"),
)  # fmt: skip
async def anki(
    request: Request, interchange: InterchangeOf, learner: LearnerId, now: Now, tz: TimeZone = "UTC",
    lang: Annotated[Lang, Query(description="The language that stands first")] = "zh",
) -> Response:  # fmt: skip
    """Each note holds both languages. The first time every plot is computed, which takes a while."""
    plots: Plots = request.app.state.plots
    pictures = await plots.of_cards()
    data = await run_in_threadpool(interchange.apkg, learner, pictures, now, tz=tz, lang=lang)
    return download(data, "application/octet-stream", "warmup.apkg", now, tz)


@router.post(
    "/import", summary="Add what a file holds and is not here", max_body_size=MAX_UPLOAD,
    responses=_BUSY | {
        413: {"description": "The file is too large"},
        422: {"description": "The file cannot be used; nothing was changed"},
        507: {"description": "The disk is full; nothing was changed"},
    },
)  # fmt: skip
def load(
    file: Chosen, interchange: InterchangeOf, learner: LearnerId, now: Now, tz: TimeZone = "UTC",
    preview: Annotated[bool, Query(description="Only say what would happen")] = False,
) -> Imported:  # fmt: skip
    """Anki's cards become private decks. All of it or nothing; importing the same file again changes nothing."""
    return taken(interchange, learner, file, now, tz, preview)


def taken(interchange: Interchange, learner: int, file: UploadFile, now: datetime, tz: str, preview: bool) -> Imported:
    """Imports an uploaded file; raises TooLarge, BadFile, Busy."""
    if (file.size or 0) > MAX_FILE:
        raise TooLarge(_TOO_LARGE)
    return interchange.load(learner, file.file, now, tz=tz, preview=preview)


_TOO_LARGE = text(
    zh=f"文件太大，上限 {MAX_FILE >> 20} MB，因此什么都没有导入。"
    "Anki 的文件请导出时去掉媒体，或用 warmup import 导入。",
    en=f"The file is too large (the limit is {MAX_FILE >> 20} MB), so nothing was imported. Export from Anki without "
    "media, or import it with warmup import.",
)
