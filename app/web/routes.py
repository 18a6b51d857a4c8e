"""Every router of the site, in the order they are tried."""

from fastapi import APIRouter

from app.web.api import cards as api_cards
from app.web.api import demos as api_demos
from app.web.api import exercises, interchange, mocks, notes, plots, reviews, system
from app.web.api import plan as api_plan
from app.web.api import progress as api_progress
from app.web.api import search as api_search
from app.web.pages import (
    cards,
    claims,
    data,
    debrief,
    decks,
    demos,
    glossary,
    home,
    imports,
    map,
    mock,
    mock_run,
    plan,
    progress,
    review,
    search,
    sets,
    sheet,
)

ROUTERS: tuple[APIRouter, ...] = (
    api_demos.router, system.router, api_cards.router, exercises.router, reviews.router, home.router, cards.router,
    claims.router, glossary.router, map.router, demos.router, review.router,
    api_plan.router, plan.router, debrief.router,
    api_progress.router, progress.router, mocks.router, mock.router, mock_run.router, sets.router,
    notes.router, plots.router, interchange.router, imports.router, decks.router, data.router, sheet.router,
    api_search.router, search.router,
)  # fmt: skip
