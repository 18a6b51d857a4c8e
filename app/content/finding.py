"""content/search.yml and content/places.yml: what else things are called; the pages and actions to look for."""

from typing import Literal

from pydantic import Field

from app.content.models import Closed, Slug
from app.kit.text import Text


class Alike(Closed):
    """Wordings that mean the same to somebody who searches, in any language. cards: found under each of them."""

    id: Slug
    same: tuple[str, ...] = Field(min_length=1)
    cards: tuple[Slug, ...] = ()


class Place(Closed):
    """A page (path), or an action (act) that only a page with scripts can do. also: other words for it."""

    id: Slug
    path: str = Field("", pattern=r"^(/[a-z/]*)?$")
    act: Literal["", "theme", "language"] = ""
    title: Text
    about: Text
    also: tuple[str, ...] = ()
