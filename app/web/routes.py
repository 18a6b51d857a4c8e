"""Every router of the site, in the order they are tried."""

from fastapi import APIRouter

from app.web.api import cards as api_cards
from app.web.api import demos as api_demos
from app.web.api import exercises, interchange, plots, reviews, system
from app.web.pages import cards, claims, data, demos, glossary, home, map, review, sheet

ROUTERS: tuple[APIRouter, ...] = (
    api_demos.router, system.router, api_cards.router, exercises.router, reviews.router, home.router, cards.router,
    claims.router, glossary.router, map.router, demos.router, review.router, plots.router, interchange.router,
    data.router, sheet.router,
)  # fmt: skip
