"""The made-up world of tests/services, for what goes in and out of it."""

from tests.services.conftest import db, url, world

__all__ = ["db", "url", "world"]
