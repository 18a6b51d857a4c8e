"""/api/plan: what a learner wants, what comes of it, what interviews taught and what that does to the weights."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.services.planning.debrief import Debriefs, Decision, Entry, Logged
from app.services.planning.planner import PlanView
from app.services.planning.settings import PlanSettings
from app.web.learner import DebriefingOf, LearnerId, Now, PlannerOf, TimeZone

router = APIRouter(tags=["plan"])
_Responses = dict[int | str, dict[str, Any]]
_REFUSED: _Responses = {
    422: {"description": "Something in the request cannot be used"},
    503: {"description": "Busy: try again"},
}
_CHANGED: _Responses = {409: {"description": "Changed elsewhere meanwhile; nothing was stored"}}


@router.get("/api/plan", summary="The plan: settings, readiness, what to drop", responses=_REFUSED)
def plan(planner: PlannerOf, learner: LearnerId, now: Now, tz: TimeZone = "UTC") -> PlanView:
    """`report` is null without an interview to come."""
    return planner.view(learner, now, tz=tz)


@router.put("/api/plan", summary="Say what the plan is for", responses=_REFUSED | _CHANGED)
def put_plan(
    settings: PlanSettings, planner: PlannerOf, learner: LearnerId, now: Now, tz: TimeZone = "UTC",
    revision: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> PlanView:  # fmt: skip
    """Replaces the settings as a whole. With `revision`, only if they are still those of that revision."""
    planner.put(learner, settings, now, revision=revision)
    return planner.view(learner, now, tz=tz)


@router.get("/api/plan/debriefs", summary="What was asked in interviews, and what follows", responses=_REFUSED)
def debriefs(debriefing: DebriefingOf, learner: LearnerId) -> Debriefs:
    """The latest first, with the weights that the rule would change now."""
    return debriefing.overview(learner)


@router.post("/api/plan/debriefs", summary="Log an interview", responses=_REFUSED)
def log(entry: Entry, debriefing: DebriefingOf, learner: LearnerId, now: Now) -> Logged:
    """Idempotent by `entry_id`: sent again, the stored entry comes back."""
    return debriefing.log(learner, entry, now)


@router.post("/api/plan/weights", summary="Adopt or set aside what follows", responses=_REFUSED | _CHANGED)
def decide(decision: Decision, debriefing: DebriefingOf, learner: LearnerId, now: Now) -> Debriefs:
    """`through` and `revision` say which changes were shown; others are refused."""
    debriefing.decide(learner, decision, now)
    return debriefing.overview(learner)
