"""Whose progress a request is about, and what time it is. On one's own machine: the one local learner."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from app.services.handling import Handler
from app.services.interchange.moving import Interchange
from app.services.notes.decks import Decks
from app.services.notes.shelf import Joined
from app.services.planning.debrief import Debriefing
from app.services.planning.planner import Planner
from app.services.study import Study


def _learner(request: Request) -> int:
    return request.app.state.learner  # type: ignore[no-any-return]


def _joined(request: Request, learner: Annotated[int, Depends(_learner)]) -> Joined:
    """Our questions and the learner's own."""
    state = request.app.state
    return state.shelf.joined(state.catalogue, learner)  # type: ignore[no-any-return]


def _planner(request: Request, joined: Annotated[Joined, Depends(_joined)]) -> Planner:
    planner: Planner = request.app.state.planner
    return planner.over(joined, joined.decks)


def _study(
    request: Request, joined: Annotated[Joined, Depends(_joined)], planner: Annotated[Planner, Depends(_planner)]
) -> Study:
    study: Study = request.app.state.study
    return replace(study, catalogue=joined, planner=planner)


def _handler(request: Request, joined: Annotated[Joined, Depends(_joined)]) -> Handler:
    handler: Handler = request.app.state.handler
    return replace(handler, catalogue=joined)


def _debriefing(request: Request) -> Debriefing:
    return request.app.state.debriefing  # type: ignore[no-any-return]


def _decks(request: Request) -> Decks:
    return request.app.state.decks  # type: ignore[no-any-return]


def _now(request: Request) -> datetime:
    clock = getattr(request.app.state, "clock", None)
    return clock() if clock else datetime.now(UTC)


def _rng() -> random.Random:
    return random.Random()


def _zone(request: Request) -> str:
    """Set by static/js/site.js; a zone nobody knows counts as UTC (services/days.py)."""
    return request.cookies.get("tz", "UTC")[:60]


def _interchange(request: Request) -> Interchange:
    return request.app.state.interchange  # type: ignore[no-any-return]


JoinedCatalogue = Annotated[Joined, Depends(_joined)]
DecksOf = Annotated[Decks, Depends(_decks)]
StudyOf = Annotated[Study, Depends(_study)]
HandlerOf = Annotated[Handler, Depends(_handler)]
PlannerOf = Annotated[Planner, Depends(_planner)]
DebriefingOf = Annotated[Debriefing, Depends(_debriefing)]
InterchangeOf = Annotated[Interchange, Depends(_interchange)]
LearnerId = Annotated[int, Depends(_learner)]
Now = Annotated[datetime, Depends(_now)]
Rng = Annotated[random.Random, Depends(_rng)]
CookieZone = Annotated[str, Depends(_zone)]
"""The learner's time zone on pages, which have no query for it."""
TimeZone = Annotated[str, Query(max_length=60, description="IANA time zone of the learner, e.g. Asia/Shanghai")]
