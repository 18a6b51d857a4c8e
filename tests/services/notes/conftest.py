"""Decks on both databases, with two cards of ours to be near to."""

from datetime import timedelta

import pytest

from app.content.terms import Glossary
from app.db import Database
from app.kit import same
from app.services.notes.decks import Decks
from app.services.notes.neighbours import Neighbours
from app.services.notes.shapes import Adopted, Source
from app.services.notes.shelf import Shelf
from app.services.study import Study
from tests.db.conftest import db, url
from tests.services.world import World, computed

__all__ = ["db", "mine", "url"]


class Mine(World):
    """A learner with decks; `study` asks our catalogue and their own questions."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.decks = Decks(db, lambda: Neighbours((), Glossary()), same)
        self.shelf = Shelf(db)

    def adopt(self, text: str, deck: str = "d", **more: object) -> Adopted:
        self.now += timedelta(minutes=1)
        return self.decks.adopt(self.learner, Source(text=text, deck=deck, **more), self.now)  # type: ignore[arg-type]

    def cards(self, uid: str) -> dict[str, str]:
        """Question → uid."""
        return {card.question: card.uid for card in self.decks.one(self.learner, uid).cards}

    def own(self) -> Study:
        """Studying with one's own questions in it."""
        return Study(self.db, self.shelf.joined(self.catalogue, self.learner), computed)


@pytest.fixture
def mine(db: Database) -> Mine:
    return Mine(db)
