"""/api/progress: what the log says about memory, judgement and time; and the fitting of one's own parameters.

Sentences in lists are inline HTML in both languages; those of figures and tables are plain.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from app.services.catalogue import Catalogue
from app.services.fitter import Fitter
from app.services.progress import Progress, report
from app.services.progress.content import Content, content_of
from app.web.learner import JoinedCatalogue, LearnerId, Now, StudyOf, TimeZone
from app.web.rendering import rendered

router = APIRouter(tags=["progress"])
_REFUSED: dict[int | str, dict[str, Any]] = {
    422: {"description": "Something in the request cannot be used"},
    503: {"description": "Busy: try again"},
}


class Asked(BaseModel):
    """A fitting was asked for: it is made in the background."""

    model_config = ConfigDict(frozen=True)

    pending: bool


def _content(request: Request) -> Content:
    """What the items are: the same for everybody, put together once."""
    found = getattr(request.app.state, "progress_content", None)
    if found is None:
        found = request.app.state.progress_content = content_of(request.app.state.catalogue)
    return found


ContentOf = Annotated[Content, Depends(_content)]


def progress_of(
    request: Request, study: StudyOf, joined: JoinedCatalogue, learner: LearnerId, now: Now, content: ContentOf, tz: str
) -> Progress:  # fmt: skip
    """The report of this learner, its sentences as inline HTML."""
    catalogue: Catalogue = request.app.state.catalogue
    fitter: Fitter = request.app.state.fitter
    found = report(
        study.db, learner, content.joined(joined), joined.items(), now, tz=tz, new_per_day=study.new_per_day,
        pending=fitter.pending(learner),
    )  # fmt: skip
    return rendered(found, catalogue)


@router.get(
    "/api/progress", summary="Memory, workload, calibration, confusions, time, what does not stick", responses=_REFUSED
)
def progress(
    request: Request,
    study: StudyOf,
    joined: JoinedCatalogue,
    learner: LearnerId,
    now: Now,
    content: ContentOf,
    tz: TimeZone = "UTC",
) -> Progress:
    """Computed from the review log as it stands. A section's `figure` is null while it has too few cases (`n`)."""
    return progress_of(request, study, joined, learner, now, content, tz)


@router.post(
    "/api/progress/fit", summary="Fit the memory model to one's own reviews", status_code=202, responses=_REFUSED
)
def fit(request: Request, learner: LearnerId) -> Asked:
    """Answers at once; what came of it is in `own.fittings` of /api/progress when `own.pending` is false again."""
    request.app.state.fitter.ask(learner)
    return Asked(pending=True)
