"""Both databases, as for the other use-cases."""

from tests.db.conftest import db, url
from tests.services.conftest import world

__all__ = ["db", "url", "world"]
