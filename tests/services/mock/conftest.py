"""A learner in front of the real content, with a clock one can turn."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.content.loader import load
from app.db import Database
from app.db import repositories as repo
from app.services.answers import Answer
from app.services.catalogue import Catalogue
from app.services.mock.messages import Begin, Happened, MockView
from app.services.mock.mocks import Mocks
from app.services.study import Study
from app.settings import Settings
from tests.db.conftest import db, url

__all__ = ["db", "url"]

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(load(Settings.from_env({}).content_dir))


class Desk:
    """One learner; `now` is the clock."""

    def __init__(self, db: Database, catalogue: Catalogue) -> None:
        self.catalogue, self.now = catalogue, START
        self.study = Study(db, catalogue, catalogue.computed)
        self.mocks = Mocks(catalogue, self.study)
        with db.write() as session:
            self.learner = repo.local_learner(session, self.now)

    def start(self, weights: dict[str, float] | None = None, **asked: Any) -> MockView:
        begin = Begin(**{"mock_id": uuid4(), "seed": 1, **asked})
        return self.mocks.start(self.learner, begin, self.now, random.Random(5), weights)

    def send(self, view: MockView, kind: str, **fields: Any) -> MockView:
        """An event about the question that is being asked, a minute later."""
        self.now += timedelta(minutes=1)
        step = "" if kind == "end" else view.sheet.step if view.sheet else ""
        happened = Happened(**{"event_id": uuid4(), "kind": kind, "step": step, **fields})
        return self.mocks.record(self.learner, view.mock_id, happened, self.now)

    def answer(self, view: MockView, points: tuple[str, ...] | None = None, **fields: Any) -> MockView:
        """points: ticked (all of them when None); everything that is not an open question is skipped."""
        assert view.sheet is not None
        if view.sheet.kind == "open":
            said = tuple(str(part.id) for part in view.sheet.parts) if points is None else points
            return self.send(view, "answer", answer=Answer(points=said), **fields)
        return self.send(view, "answer", answer=Answer(skip=True), **fields)

    def right(self, view: MockView) -> Answer:
        """The right answer to the graded question that is being asked."""
        assert view.sheet is not None
        step = next(s for s in self.mocks.drawn(self.learner, view.mock_id).steps_once() if s.id == view.sheet.step)
        assert step.item is not None
        return right(self.catalogue, step.item, step.seed)

    def finish(self, view: MockView) -> UUID:
        self.send(view, "end")
        return view.mock_id


def right(catalogue: Catalogue, key: str, seed: int) -> Answer:
    """The fully right answer of a graded item."""
    item = catalogue.item(key).item
    if item.kind == "choice":
        return Answer(options=tuple(i for i, option in enumerate(item.options) if option.correct))
    if item.kind == "exercise":
        return Answer(value=repr(catalogue.ask(item, seed).answer))
    if item.kind == "numeric":
        value = item.value if item.run is None else catalogue.computed(item.run.demo, item.run.preset, item.run.scalar)
        return Answer(value=repr(value))
    if item.kind == "cloze":
        return Answer(blanks=tuple(variants[0] for variants in item.answers))
    if item.kind == "order":
        return Answer(order=tuple(range(len(item.items))))
    assert item.kind == "predict"
    prediction = catalogue.prediction(item)
    truth = catalogue.computed(item.demo, prediction.preset, prediction.scalar)
    assert truth is not None
    if prediction.options:
        return Answer(option=next(i for i, option in enumerate(prediction.options) if option.holds(truth)))
    return Answer(value=repr(truth))


@pytest.fixture
def desk(db: Database, catalogue: Catalogue) -> Desk:
    return Desk(db, catalogue)
