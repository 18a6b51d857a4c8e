"""/api/mock: mock interviews, event by event; /api/set: the sheet of an interviewer.

Sentences in replies are inline HTML in both languages.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from app.kit import Lang
from app.services.catalogue import Catalogue
from app.services.mock.messages import Begin, Happened, Listed, MockView
from app.services.mock.report import Report
from app.services.mock.sets import InterviewSet, interview_set
from app.web.learner import LearnerId, Now, PlannerOf, Rng, StudyOf, TimeZone
from app.web.mocks import MocksOf, SetCards, SetHide, SetSeed, slugs, weights_of
from app.web.rendering import rendered

router = APIRouter(tags=["mock"])
_Responses = dict[int | str, dict[str, Any]]
_REFUSED: _Responses = {
    422: {"description": "Something in the request cannot be used"},
    503: {"description": "Busy: try again"},
}
_MISSING: _Responses = {404: {"description": "No such mock, card or topic"}}
_CONFLICT: _Responses = {409: {"description": "Not now: see `reason`; nothing was stored"}}
LangOf = Annotated[Lang, Query(description="Language the answer was given in")]


def _catalogue(request: Request) -> Catalogue:
    return request.app.state.catalogue  # type: ignore[no-any-return]


@router.get("/api/mock", summary="The latest mock interviews", responses=_REFUSED)
def listed(mocks: MocksOf, learner: LearnerId) -> list[Listed]:
    return list(mocks.listed(learner))


@router.post("/api/mock", summary="Start a mock interview", responses=_REFUSED | _MISSING | _CONFLICT)
def start(
    asked: Begin, request: Request, mocks: MocksOf, planner: PlannerOf, learner: LearnerId, now: Now, rng: Rng
) -> MockView:
    """Idempotent by `mock_id`. Topics are mixed by the weights of the plan. With `again_of`, the same questions
    with new numbers, 48 hours after the first ended (409 `too_early` before)."""
    catalogue = _catalogue(request)
    weights = weights_of(planner, (topic.id for topic in catalogue.topics), learner, asked)
    return rendered(mocks.start(learner, asked, now, rng, weights), catalogue)


@router.get("/api/mock/{mock_id}", summary="Where a mock stands", responses=_REFUSED | _MISSING)
def view(mock_id: UUID, request: Request, mocks: MocksOf, learner: LearnerId) -> MockView:
    return rendered(mocks.view(learner, mock_id), _catalogue(request))


@router.post("/api/mock/{mock_id}/events", summary="Store what happened", responses=_REFUSED | _MISSING | _CONFLICT)
def record(
    mock_id: UUID, event: Happened, request: Request, mocks: MocksOf, learner: LearnerId, now: Now,
    tz: TimeZone = "UTC", lang: LangOf = "en",
) -> MockView:  # fmt: skip
    """Idempotent by `event_id`. 409 `moved_on` when another question is being asked, `ended` after the end."""
    return rendered(mocks.record(learner, mock_id, event, now, tz=tz, lang=lang), _catalogue(request))


@router.get("/api/mock/{mock_id}/report", summary="What came of it", responses=_REFUSED | _MISSING | _CONFLICT)
def report(mock_id: UUID, request: Request, mocks: MocksOf, learner: LearnerId) -> Report:
    """409 `going_on` before it has ended."""
    return rendered(mocks.report(learner, mock_id), _catalogue(request))


@router.get("/api/set", summary="The sheet of an interviewer", responses=_REFUSED | _MISSING)
def the_set(
    request: Request, study: StudyOf, cards: SetCards = None, seed: SetSeed = 1, hide: SetHide = None
) -> InterviewSet:
    """The same for everybody, from the cards and the seed alone; `hide=answers` leaves only the questions."""
    catalogue = _catalogue(request)
    return rendered(interview_set(catalogue, study, slugs(cards), seed, hide is None), catalogue)
