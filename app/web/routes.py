"""Every router of the site, in the order they are tried."""

from fastapi import APIRouter

from app.web.api import cards as api_cards
from app.web.api import demos as api_demos
from app.web.api import exercises, notes, reviews, system
from app.web.pages import cards, claims, decks, demos, glossary, home, imports, map, review

ROUTERS: tuple[APIRouter, ...] = (
    api_demos.router, system.router, api_cards.router, exercises.router, reviews.router, home.router, cards.router,
    claims.router, glossary.router, map.router, demos.router, review.router, notes.router, imports.router, decks.router,
)  # fmt: skip
