"""A value of a column as JSON holds it, and back: exact, and refused when the column cannot hold it."""

import base64
import math
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, String, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

YEARS = range(1970, 2401)
"""Times outside cannot be put into every zone, or had a day counted on."""


class CellError(ValueError):
    """A value that its column cannot hold: which column, and what it takes."""

    def __init__(self, column: str, takes: str) -> None:
        super().__init__(f"{column}: {takes}")
        self.column, self.takes = column, takes


def encode(value: Any) -> Any:
    """As JSON: times in UTC with microseconds, days and UUIDs as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


def decode(column: Column[Any], value: Any) -> Any:
    """As the column holds it; raises CellError."""
    kind = _kind(column)
    if isinstance(kind, JSON):
        return value
    if value is None:
        if not column.nullable:
            raise CellError(column.name, "not null")
        return None
    try:
        return _decoded(kind, value)
    except (ValueError, OverflowError, TypeError):
        raise CellError(column.name, _TAKES.get(type(kind), type(kind).__name__.lower())) from None


def missing(column: Column[Any]) -> Any:
    """What a column holds in a row of a file that did not know it; raises CellError when there is nothing to take."""
    default = column.default
    if default is not None and default.is_scalar:
        return default.arg  # type: ignore[attr-defined]
    if column.nullable or isinstance(_kind(column), JSON):
        return None
    raise CellError(column.name, "a value")


def _kind(column: Column[Any]) -> TypeEngine[Any]:
    kind = column.type
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return kind


def _decoded(kind: TypeEngine[Any], value: Any) -> Any:
    match kind:
        case Boolean():
            return _of(value, bool)
        case Integer():
            if isinstance(value, bool) or not -(2**63) <= _of(value, int) < 2**63:
                raise ValueError
            if not isinstance(kind, BigInteger) and not -(2**31) <= value < 2**31:
                raise ValueError
            return value
        case Float():
            if isinstance(value, bool) or not math.isfinite(_of(value, int | float)):
                raise ValueError
            return float(value)
        case DateTime():
            moment = datetime.fromisoformat(_of(value, str))
            if moment.tzinfo is None or moment.year not in YEARS:
                raise ValueError
            return moment.astimezone(UTC)
        case Date():
            day = date.fromisoformat(_of(value, str))
            if day.year not in YEARS:
                raise ValueError
            return day
        case Uuid():
            return UUID(_of(value, str))
        case LargeBinary():
            return base64.b64decode(_of(value, str), validate=True)
        case String():
            if len(_of(value, str)) > (kind.length or 10_000_000) or "\x00" in value:
                raise ValueError
            return value
    raise TypeError


def _of(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value


_TAKES: dict[type, str] = {
    Boolean: "true or false", Integer: "a whole number", BigInteger: "a whole number", Float: "a number",
    DateTime: "a time such as 2026-03-02T12:00:00Z", Date: "a day such as 2026-03-02", Uuid: "a UUID",
}  # fmt: skip
