"""JSON under /api. Parse, one call, return."""

from fastapi import APIRouter

from app.web.api import cards, demos, exercises, reviews, system

routers: tuple[APIRouter, ...] = (cards.router, demos.router, exercises.router, reviews.router, system.router)
