"""/api/review and /api/reviews: the next question, its grade, the review that is stored, undo, the end of a session.

Sentences in replies are inline HTML in both languages.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.services.answers import Answer, Grade
from app.services.asking import Attempt, Next, Question, Reviewed, Summary, Undone
from app.services.catalogue import Catalogue
from app.services.handling import Handled, Handling, Held
from app.web.learner import HandlerOf, LearnerId, Now, Rng, StudyOf, TimeZone
from app.web.rendering import rendered

router = APIRouter(tags=["reviews"])
_Responses = dict[int | str, dict[str, Any]]
_REFUSED: _Responses = {
    422: {"description": "Something in the request cannot be used"},
    503: {"description": "Busy: try again"},
}
_MISSING: _Responses = {404: {"description": "No such item"}}
_STALE: _Responses = {
    409: {"description": "Reviewed elsewhere meanwhile, or not the latest review; nothing was stored"}
}

Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class ToGrade(BaseModel):
    """An answer to be graded before it is rated."""

    model_config = ConfigDict(extra="forbid")

    item: Annotated[str, Field(max_length=130)]
    rev: Annotated[int, Field(ge=1, le=10_000)]
    seed: Seed
    answer: Answer
    duration_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None


def _catalogue(request: Request) -> Catalogue:
    return request.app.state.catalogue  # type: ignore[no-any-return]


def _slug(key: str) -> str:
    return key.split("/", 1)[0]


@router.get("/api/review/next", summary="The next question to answer", responses=_REFUSED)
def next_item(
    request: Request, study: StudyOf, learner: LearnerId, now: Now, rng: Rng, tz: TimeZone = "UTC",
    exclude: Annotated[list[str] | None, Query(max_length=50)] = None,
) -> Next:  # fmt: skip
    """Due reviews first, then new items within the day's limit. `question` is null when nothing is left."""
    found = study.next_item(learner, now, rng, tz=tz, exclude=tuple(exclude or ()))
    return rendered(found, _catalogue(request), _slug(found.question.key) if found.question else "")


@router.get("/api/review/items/{card}/{item}", summary="One given item", responses=_REFUSED | _MISSING)
def one_item(
    card: str, item: str, request: Request, study: StudyOf, learner: LearnerId, now: Now, rng: Rng,
    tz: TimeZone = "UTC", seed: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> Question:  # fmt: skip
    """For a card's own quiz, and after a conflict. Without `seed`, fresh numbers."""
    key = f"{card}/{item}"
    chosen = seed if seed is not None else rng.randrange(2**31)
    return rendered(study.question(learner, key, chosen, now, tz=tz), _catalogue(request), card)


@router.post("/api/review/grade", summary="Grade an answer; nothing is stored", responses=_REFUSED | _MISSING)
def grade(asked: ToGrade, request: Request, study: StudyOf, learner: LearnerId) -> Grade:
    """`duration_ms`, where given, may propose another rating than the answer alone; it never forbids one."""
    found = study.grade(learner, asked.item, asked.rev, asked.seed, asked.answer, duration_ms=asked.duration_ms)
    return rendered(found, _catalogue(request), _slug(asked.item))


@router.post("/api/reviews", summary="Store a review", responses=_REFUSED | _MISSING | _STALE)
def submit(attempt: Attempt, request: Request, study: StudyOf, learner: LearnerId, now: Now) -> Reviewed:
    """Idempotent by `attempt_id`: sent again, the first outcome comes back."""
    return rendered(study.submit(learner, attempt, now), _catalogue(request), _slug(attempt.item))


@router.delete("/api/reviews/{attempt_id}", summary="Undo a review", responses=_REFUSED | _MISSING | _STALE)
def undo(
    attempt_id: UUID, request: Request, study: StudyOf, learner: LearnerId, now: Now, tz: TimeZone = "UTC"
) -> Undone:
    """The latest review not yet undone; up to 30 steps back."""
    return rendered(study.undo(learner, attempt_id, now, tz=tz), _catalogue(request))


@router.post("/api/review/handlings", summary="Change an item without answering it", responses=_REFUSED | _MISSING)
def handle(handling: Handling, handler: HandlerOf, learner: LearnerId, now: Now) -> Handled:
    """Keep, soon or reset after a revision; another day; suspend, resume, bury (an item, or a card by its slug).

    Idempotent by `attempt_id`, and undone like a review: DELETE /api/reviews/{attempt_id}.
    """
    return handler.handle(learner, handling, now)


@router.get("/api/review/held", summary="What is not asked now, and until when")
def held(handler: HandlerOf, learner: LearnerId, now: Now) -> tuple[Held, ...]:
    return handler.held(learner, now)


@router.get("/api/review/summary", summary="What a session came to, and what comes next", responses=_REFUSED)
def summary(
    request: Request, study: StudyOf, learner: LearnerId, now: Now, since: AwareDatetime, tz: TimeZone = "UTC"
) -> Summary:
    moment: datetime = since
    return rendered(study.session_summary(learner, moment, now, tz=tz), _catalogue(request))
