"""Jinja with what every template needs: words in the reader's language, static addresses, links in that language."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.kit import LANGS, Lang, Text
from app.kit.params import format_value
from app.web.static import StaticTree

_ROOT = Path(__file__).parents[2]
TEMPLATES, STATIC = _ROOT / "templates", _ROOT / "static"


class Pages:
    """Renders templates to HTML bytes. `ui` are the interface's words (content/ui.yml); `problems` what content was
    left out, shown on every page so that nobody wonders where a card went."""

    def __init__(self, ui: Mapping[str, Text], static: StaticTree, problems: Sequence[object] = ()) -> None:
        self.ui = ui
        self._env = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._env.globals |= {"static": static.url, "langs": LANGS, "left_out": problems}
        self._env.filters |= {"json": _json, "value": format_value, "number": number}

    def render(self, name: str, lang: Lang, path: str, **context: Any) -> bytes:
        """HTML of templates/<name>. path: the address without its language (for the language switch)."""
        words = self.ui

        def t(key: str, **values: Any) -> str:
            return words[key][lang].format(**values) if values else words[key][lang]

        def url(target: str = "/") -> str:
            return f"/{lang}{target}"

        page = self._env.get_template(name).render(lang=lang, path=path, t=t, url=url, **context)
        return page.encode()


def _json(value: Any) -> Markup:
    """Data for a <script type="application/json">, unable to close it."""
    text = value.decode() if isinstance(value, bytes) else orjson.dumps(value, default=_plain).decode()
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.model_dump()
    raise TypeError(type(value).__name__)


def number(value: Any) -> str:
    """A number in a data table: six significant digits, an em dash for what is not finite."""
    if value is None:
        return "—"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.6g}"
