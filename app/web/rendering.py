"""Sentences in replies as HTML: every Text in a reply is rendered (formulas, code, references) for both languages."""

from collections.abc import Callable
from html import escape
from typing import Any, TypeVar

from pydantic import BaseModel

from app.content import markdown
from app.content.notes.item import Name, Passage
from app.kit import LANGS, Text
from app.services.catalogue import Catalogue

Model = TypeVar("Model", bound=BaseModel)


def rendered(model: Model, catalogue: Catalogue, slug: str = "") -> Model:
    """A copy whose every Text holds inline HTML, safe to insert. slug: the card whose references may be cited."""

    def html(sentence: Text) -> Text:
        zh, en = (catalogue.inline(sentence, lang, slug) or sentence[lang] for lang in LANGS)
        return Text(zh=zh, en=en)

    return _copy(model, html)  # type: ignore[no-any-return]


def _copy(value: Any, html: Callable[[Text], Text]) -> Any:
    if isinstance(value, Passage):
        zh, en = (markdown.own(value[lang], lang) or escape(value[lang]) for lang in LANGS)
        return Text(zh=zh, en=en)
    if isinstance(value, Name):
        return Text(zh=escape(value.zh), en=escape(value.en))
    if isinstance(value, Text):
        return html(value)
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _copy(inner, html) for name, inner in value})
    if isinstance(value, tuple):
        return tuple(_copy(inner, html) for inner in value)
    return value
