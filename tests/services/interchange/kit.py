"""What the tests of this folder share: the real cards, the inks of the site, a learner's way in and out."""

import io
from functools import cache
from pathlib import Path

from app.content.loader import load
from app.db import Database
from app.figures import paper
from app.services.catalogue import Catalogue
from app.services.interchange.moving import Interchange
from app.services.interchange.reports import Imported
from tests.services.world import START, World

ROOT = Path(__file__).parents[3]


@cache
def catalogue() -> Catalogue:
    return Catalogue(load(ROOT / "content"))


def inks() -> paper.Inks:
    return paper.inks((ROOT / "static" / "css" / "tokens.css").read_text())


def ways(db: Database) -> Interchange:
    return Interchange(db, catalogue(), inks())


def exported(world: World) -> bytes:
    return b"".join(ways(world.db).json(world.learner))


def restore(world: World, data: bytes, *, preview: bool = False) -> Imported:
    return ways(world.db).load(world.learner, io.BytesIO(data), START, preview=preview)
