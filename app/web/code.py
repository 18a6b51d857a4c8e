"""The code that computed a demo, highlighted for reading; prepared once."""

from functools import cache

from markupsafe import Markup

from app.content.listing import coloured
from app.demos import demos
from app.kit import Demo
from app.services.listing import listing


def highlighted(demo: Demo) -> Markup:
    """HTML of the code that computed a demo; its text content is the runnable file."""
    return _highlighted(demo.id)


@cache
def _highlighted(demo_id: str) -> Markup:
    return Markup(coloured(listing(demos()[demo_id].code), "python"))
