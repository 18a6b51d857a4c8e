"""Says a validation error in a sentence, with what to do about it."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from pydantic_core import ErrorDetails

from app.content import models
from app.kit.text import Text


def explain(detail: ErrorDetails) -> tuple[str, str]:
    """(what is wrong, what to do) for one error of pydantic."""
    kind, loc = detail["type"], detail["loc"]
    name = str(loc[-1]) if loc else "this"
    where = ".".join(str(step) for step in loc)
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        close = get_close_matches(name, _known(), n=1)
        return f"unknown key {name!r} ({where})", f"write {close[0]!r}?" if close else "delete it"
    if kind == "missing":
        return f"{name!r} is missing ({where})", f"add {name}: …"
    if kind == "string_type":
        return f"{where} must be text, it is {_shown(detail)}", "put it in quotes"
    if kind == "string_pattern_mismatch":
        return f"{where}: {_shown(detail)} does not fit", f"it must match {context['pattern']}"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return (
            f"{where}: what kind of item is this?",
            f"kind is one of {context.get('expected_tags', ', '.join(_kinds()))}",
        )
    if kind == "literal_error":
        return f"{where}: {_shown(detail)} is not known", f"write {context['expected']}"
    if kind == "value_error":
        return f"{where}: {detail['msg'].removeprefix('Value error, ')}" if where else _bare(detail), "change it so"
    return f"{where}: {detail['msg'][:1].lower()}{detail['msg'][1:]}", f"it is {_shown(detail)}; change it"


def _bare(detail: ErrorDetails) -> str:
    return detail["msg"].removeprefix("Value error, ")


def _shown(detail: ErrorDetails) -> str:
    shown = repr(detail["input"])
    return shown if len(shown) <= 40 else shown[:39] + "…"


def _subclasses(of: type[models.Closed]) -> Iterator[type[models.Closed]]:
    for below in of.__subclasses__():
        yield below
        yield from _subclasses(below)


@cache
def _known() -> tuple[str, ...]:
    """Every key of every schema, to guess what a misspelt one was meant to be."""
    names = {name for model in _subclasses(models.Closed) for name in model.model_fields}
    return tuple(sorted(names | set(Text.model_fields)))


def _kinds() -> Iterator[str]:
    for model in _subclasses(models.Item):
        yield str(model.model_fields["kind"].annotation).split("'")[1]
