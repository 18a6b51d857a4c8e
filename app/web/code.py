"""Source for reading: highlighted with CSS classes (static/css/code.css), prepared once a demo."""

from functools import cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from app.demos import demos
from app.kit import Demo
from app.services.listing import listing


def highlighted(demo: Demo) -> Markup:
    """HTML of the code that computed a demo; its text content is the runnable file."""
    return _highlighted(demo.id)


@cache
def _highlighted(demo_id: str) -> Markup:
    source = listing(demos()[demo_id].code)
    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True, classprefix="hl-")))
