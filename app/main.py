"""create_app(settings): the application. The compute workers start in the background; pages answer at once."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.content.loader import load
from app.content.terms import Glossary
from app.db import Database, repositories
from app.errors import AppError
from app.figures import paper
from app.services.backing_up import Keeper
from app.services.catalogue import Catalogue
from app.services.compute import Compute
from app.services.fitter import Fitter
from app.services.handling import Handler
from app.services.interchange.moving import Interchange
from app.services.notes.decks import Decks
from app.services.notes.neighbours import Neighbours
from app.services.notes.shelf import Shelf
from app.services.planning.debrief import Debriefing
from app.services.planning.planner import Planner
from app.services.plots import Plots
from app.services.search.searcher import Searcher
from app.services.study import Study
from app.settings import Settings
from app.web import failures, openapi
from app.web.asking import Gone
from app.web.metrics import Metrics
from app.web.observing import Observed
from app.web.routes import ROUTERS
from app.web.security import Guard
from app.web.static import StaticTree
from app.web.templating import STATIC, Pages

log = logging.getLogger("warmup")
WARM_S = 0.4
"""Seconds after the start at which the workers are spawned, if no run asked before: the first page has the cores."""
INDEX_S = 2.0
"""Seconds after the start at which what search needs is built, if nobody searched before."""
MAX_BODY = 256 << 10
"""Bytes of a request body, declared or counted as it comes."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole site for these settings (default: from the environment)."""
    settings = settings or Settings.from_env(os.environ)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database_url, slow_s=settings.slow_query_ms / 1000 or None)
        facts = database.facts()
        log.info("database %s %s, tables at %s", facts.dialect, facts.version, facts.revision)
        app.state.database = database
        topics = {topic.id: topic.title for topic in app.state.catalogue.topics}
        app.state.planner = Planner(database, app.state.catalogue, topics)
        cards = {slug: card.topic for slug, card in app.state.catalogue.cards.items()}
        app.state.debriefing = Debriefing(database, topics, cards)
        app.state.study = Study(database, app.state.catalogue, app.state.catalogue.computed, planner=app.state.planner)
        app.state.handler = Handler(database, app.state.catalogue)
        app.state.shelf = Shelf(database)
        app.state.decks = Decks(database, neighbours, lambda slug: library.cards[slug].title)
        app.state.interchange = Interchange(database, app.state.catalogue, inks)
        with database.write() as session:
            app.state.learner = repositories.local_learner(session, datetime.now(UTC))
        asyncio.get_running_loop().call_later(WARM_S, app.state.compute.start)
        asyncio.get_running_loop().call_later(INDEX_S, _in_background, app.state.searcher.warm)
        app.state.fitter = Fitter(database, app.state.compute.call, lambda: datetime.now(UTC))
        fitting = asyncio.create_task(app.state.fitter.run())
        keeping = asyncio.create_task(Keeper(database, lambda: datetime.now(UTC)).run())
        try:
            yield
        finally:
            fitting.cancel()
            keeping.cancel()
            app.state.compute.close()
            database.close()

    app = FastAPI(
        title="Warmup", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", max_body_size=MAX_BODY,
    )  # fmt: skip
    library = load(settings.content_dir)
    for problem in library.problems:
        log.warning("content left out or incomplete: %s", problem)
    neighbours = cache(lambda: Neighbours(library.cards.values(), Glossary(library.glossary)))
    static = StaticTree(STATIC)
    app.state.settings, app.state.static, app.state.problems = settings, static, library.problems
    app.state.catalogue = Catalogue(library)
    app.state.compute = Compute(settings.workers, log=settings.log)
    app.state.searcher = Searcher(app.state.catalogue, library.alike, library.places)
    inks = paper.inks((STATIC / "css" / "tokens.css").read_text("utf-8"))
    app.state.plots = Plots(app.state.compute, app.state.catalogue, inks, settings.data_dir / "plots")
    app.state.prepared = {}
    app.state.pages = Pages(library.ui, static, problems=library.problems)

    for router in ROUTERS:
        app.include_router(router)
    openapi.install(app)
    app.add_exception_handler(AppError, failures.on_app_error)
    app.add_exception_handler(Gone, failures.on_gone)
    app.add_exception_handler(RequestValidationError, failures.on_invalid)
    app.add_exception_handler(HTTPException, failures.on_http)
    app.add_middleware(Guard, hosts=settings.hosts, render=failures.asgi, bug=failures.bug)
    app.state.metrics = Metrics(app.state)
    app.add_middleware(Observed, metrics=app.state.metrics, access=settings.access_log)
    return app


def _in_background(work: Callable[[], None]) -> None:
    asyncio.get_running_loop().run_in_executor(None, work)
