"""The use-cases are tested on both databases, with a small catalogue made up in tests/services/world.py."""

import pytest

from app.db import Database
from tests.db.conftest import db, url
from tests.services.world import World

__all__ = ["db", "url", "world"]


@pytest.fixture
def world(db: Database) -> World:
    """A learner in front of the made-up catalogue."""
    return World(db)
