"""Every router of the site, in the order they are tried."""

from fastapi import APIRouter

from app.web.api import cards as api_cards
from app.web.api import demos as api_demos
from app.web.api import exercises, mocks, notes, plan, reviews, system
from app.web.api import progress as api_progress
from app.web.pages import (
    cards,
    claims,
    debrief,
    decks,
    demos,
    glossary,
    home,
    imports,
    map,
    mock,
    mock_run,
    progress,
    review,
    sets,
)
from app.web.pages import plan as plan_page

ROUTERS: tuple[APIRouter, ...] = (
    api_demos.router, system.router, api_cards.router, exercises.router, reviews.router, home.router, cards.router,
    claims.router, glossary.router, map.router, demos.router, review.router,
    plan.router, plan_page.router, debrief.router,
    api_progress.router, progress.router, mocks.router, mock.router, mock_run.router, sets.router,
    notes.router, imports.router, decks.router,
)  # fmt: skip
