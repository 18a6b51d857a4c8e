"""Every router of the site, in the order they are tried."""

from fastapi import APIRouter

from app.web.api import cards as api_cards
from app.web.api import demos as api_demos
from app.web.api import exercises, plan, reviews, system
from app.web.pages import cards, claims, debrief, demos, glossary, home, map, review
from app.web.pages import plan as plan_page

ROUTERS: tuple[APIRouter, ...] = (
    api_demos.router, system.router, api_cards.router, exercises.router, reviews.router, home.router, cards.router,
    claims.router, glossary.router, map.router, demos.router, review.router, plan.router,
    plan_page.router, debrief.router,
)  # fmt: skip
