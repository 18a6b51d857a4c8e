"""Whose progress a request is about, and what time it is. On one's own machine: the one local learner."""

import random
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from app.services.handling import Handler
from app.services.interchange.moving import Interchange
from app.services.study import Study


def _study(request: Request) -> Study:
    return request.app.state.study  # type: ignore[no-any-return]


def _handler(request: Request) -> Handler:
    return request.app.state.handler  # type: ignore[no-any-return]


def _learner(request: Request) -> int:
    return request.app.state.learner  # type: ignore[no-any-return]


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


StudyOf = Annotated[Study, Depends(_study)]
HandlerOf = Annotated[Handler, Depends(_handler)]
InterchangeOf = Annotated[Interchange, Depends(_interchange)]
LearnerId = Annotated[int, Depends(_learner)]
Now = Annotated[datetime, Depends(_now)]
Rng = Annotated[random.Random, Depends(_rng)]
CookieZone = Annotated[str, Depends(_zone)]
"""The learner's time zone on pages, which have no query for it."""
TimeZone = Annotated[str, Query(max_length=60, description="IANA time zone of the learner, e.g. Asia/Shanghai")]
