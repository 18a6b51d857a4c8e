"""The knobs of a demo: a frozen, bounded, URL-shaped parameter object.

`Params.from_query` reads a query string, `Params.to_query` writes the canonical one (the cache key).
Neighbours: knobs.py (what the page draws from these), demo.py (who owns a Params class).
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any, Self, get_origin
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.kit.text import Text, text


class Params(BaseModel):
    """Base of every demo's parameters. Immutable and hashable; unknown names and NaN are refused.

    Joint limits (cost!) belong in a `@model_validator(mode="after")` that raises ValueError with a
    message made by `limit(zh=..., en=...)`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    @classmethod
    def from_query(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Build from decoded query pairs. Repeated names fill tuple fields; raises ValidationError."""
        values: dict[str, Any] = {}
        for name, value in pairs:
            field = cls.model_fields.get(name)
            if field is not None and _is_many(field):
                values.setdefault(name, []).append(value)
            elif name in values:
                values[name] = [values[name], value]  # a scalar given twice: fails validation, by name
            else:
                values[name] = value
        return cls.model_validate(values)

    def to_query(self) -> str:
        """The canonical query string: only what differs from the defaults, in field order."""
        return self.canonical_query

    @cached_property
    def canonical_query(self) -> str:
        """`to_query`, worked out once: it is the key of every cache."""
        pairs: list[tuple[str, str]] = []
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value == field.get_default(call_default_factory=True):
                continue
            if _is_many(field):
                pairs += [(name, format_value(v)) for v in value]
            else:
                pairs.append((name, format_value(value)))
        return urlencode(pairs)

    @property
    def private(self) -> bool:
        """True when it holds something of the reader's (a picture): what is computed from it is not kept anywhere."""
        return any(getattr(self, name) for name, field in type(self).model_fields.items() if _kind(field) == "picture")


def _is_many(field: Any) -> bool:
    """True for `tuple[Literal[...], ...]` fields, which are repeated in a query (`a=relu&a=tanh`)."""
    return get_origin(field.annotation) is tuple and _kind(field) not in ("matrix", "vector")


def _kind(field: Any) -> str:
    """The kind that was declared, if one was."""
    return str((field.json_schema_extra or {}).get("knob", {}).get("kind", ""))


def format_value(value: Any) -> str:
    """How a value is written in a URL and in an input: 0.5, true, "0.5 0.5; 0.1 0.9"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return "; ".join(format_value(row) for row in value)
        return " ".join(format_value(v) for v in value)
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _parse_row(row: str) -> tuple[str, ...]:
    return tuple(row.replace(",", " ").replace("，", " ").split())


def _parse_matrix(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(_parse_row(row) for row in value.replace("；", ";").replace("\n", ";").split(";") if row.strip())


def _parse_vector(value: Any) -> Any:
    return _parse_row(value) if isinstance(value, str) else value


Matrix = Annotated[tuple[tuple[float, ...], ...], BeforeValidator(_parse_matrix)]
"""Rows of numbers; written `0.5 0.5; 0.1 0.9` in a URL. Use with `knob(..., kind="matrix")`."""
Vector = Annotated[tuple[float, ...], BeforeValidator(_parse_vector)]
"""Numbers; written `0.2 0.4 0.4`. Use with `knob(..., kind="vector")`."""
IntVector = Annotated[tuple[int, ...], BeforeValidator(_parse_vector)]
"""Whole numbers; written `0 1 0`. Use with `knob(..., kind="vector")`."""
Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
"""A formula as the reader types it, at most 120 characters. Use with `knob(..., kind="expression")`, and parse it in a
validator that raises `limit(...)` naming the position: nothing but a parser of ours may ever read it."""


def knob(
    default: Any,
    *,
    zh: str,
    en: str,
    ge: float | None = None,
    le: float | None = None,
    step: float | None = None,
    log: bool = False,
    unit: str = "",
    options: Mapping[str, Text] | None = None,
    help: Text | None = None,
    kind: str = "",
    max_length: int | None = None,
    hidden: bool = False,
    when: Mapping[str, tuple[Any, ...]] | None = None,
) -> Any:
    """A parameter with its label, bounds and how it moves. Numbers must have `ge` and `le`.

    step: slider step (default 1 for int, a hundredth of the range for float). log: slider moves in decades.
    options: labels for Literal values. kind: only "matrix", "vector", "expression", "seed" or "picture" need saying.
    max_length: most elements of a vector / rows of a matrix. hidden: moved by dragging on the figure, not a slider
    on screen (it still has a number input under "more"). when: the values of other knobs with which this one does
    something, `when={"tab": ("linear",)}`; the page hides it with any other. Of several pairs all must hold.
    """
    spec: dict[str, Any] = {
        "zh": zh, "en": en, "log": log, "unit": unit, "kind": kind, "hidden": hidden,
        "step": step,
        "options": {k: v.model_dump() for k, v in (options or {}).items()},
        "help": help.model_dump() if help else None,
        "when": {name: list(values) for name, values in (when or {}).items()},
    }  # fmt: skip
    bounded = kind not in ("matrix", "vector")
    if not bounded:
        spec["ge"], spec["le"] = ge, le
    return Field(
        default,
        ge=ge if bounded else None,
        le=le if bounded else None,
        max_length=max_length,
        title=en,
        description=f"{en} · {zh}",
        json_schema_extra={"knob": spec},
    )


def seed(default: int = 0) -> Any:
    """The random seed, a knob like any other: it is in the URL, so a link reproduces the run."""
    return knob(default, ge=0, le=9999, zh="随机种子", en="Seed", kind="seed")


class LimitError(ValueError):
    """A joint limit (cost, consistency) was broken; carries the message in both languages."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def limit(*, zh: str, en: str) -> LimitError:
    """`raise limit(zh="深度×宽度不能超过 4096", en="depth × width must stay below 4096")` inside a validator."""
    return LimitError(text(zh=zh, en=en))
