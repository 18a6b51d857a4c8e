"""What validation found, in words that say what to do, in both languages. Nothing the client sent is echoed raw."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.errors import Problem
from app.kit import Knob, Text, text
from app.kit.params import LimitError


def problems(error: ValidationError, knobs: Sequence[Knob] = ()) -> list[Problem]:
    """One entry a wrong field."""
    labels = {knob.name: knob.label for knob in knobs}
    out: list[Problem] = []
    for detail in error.errors(include_url=False, include_input=False):
        name = str(detail["loc"][0]) if detail["loc"] else ""
        out.append(Problem(safe(name), explain(detail, labels.get(name), [k.name for k in knobs])))
    return out


def explain(detail: ErrorDetails | Mapping[str, Any], label: Text | None = None, known: Sequence[str] = ()) -> Text:
    """One error as a sentence: what is wrong and what to do."""
    name = safe(".".join(str(part) for part in detail["loc"])) or "?"
    zh, en = (f"{label.zh}（{name}）", f"{label.en} ({name})") if label else (name, name)
    ctx: Mapping[str, Any] = detail.get("ctx") or {}
    inner = ctx.get("error")
    if isinstance(inner, LimitError):
        return inner.message
    if detail["type"] == "extra_forbidden":
        names = ", ".join(known)
        return text(
            zh=f"没有名为 {name} 的参数。" + (f"可用的有：{names}。" if names else ""),
            en=f"There is no parameter called {name}." + (f" Known: {names}." if names else ""),
        )
    rule = _RULES.get(detail["type"])
    if rule is None:
        return text(zh=f"{zh}的值无效，请改正后再试。", en=f"The value of {en} is not valid; correct it and try again.")
    needs_zh, needs_en = rule(ctx)
    return text(zh=f"{zh}{needs_zh}。", en=f"{en} {needs_en}.")


_Rule = Callable[[Mapping[str, Any]], tuple[str, str]]


def _number(_: Mapping[str, Any]) -> tuple[str, str]:
    return "必须是有限的数，例如 0.5", "must be a finite number, such as 0.5"


def _whole(_: Mapping[str, Any]) -> tuple[str, str]:
    return "必须是整数，例如 8", "must be a whole number, such as 8"


def _date(_: Mapping[str, Any]) -> tuple[str, str]:
    return "必须是日期，例如 2026-12-08", "must be a date, such as 2026-12-08"


def _time(_: Mapping[str, Any]) -> tuple[str, str]:
    return "必须是时间，例如 10:00", "must be a time, such as 10:00"


def _yes_no(_: Mapping[str, Any]) -> tuple[str, str]:
    return "必须是 true 或 false", "must be true or false"


_RULES: dict[str, _Rule] = {
    "greater_than_equal": lambda c: (f"不能小于 {c['ge']:g}", f"must be at least {c['ge']:g}"),
    "less_than_equal": lambda c: (f"不能大于 {c['le']:g}", f"must be at most {c['le']:g}"),
    "greater_than": lambda c: (f"必须大于 {c['gt']:g}", f"must be more than {c['gt']:g}"),
    "less_than": lambda c: (f"必须小于 {c['lt']:g}", f"must be less than {c['lt']:g}"),
    "literal_error": lambda c: (f"必须是以下之一：{c['expected']}", f"must be one of {c['expected']}"),
    "too_long": lambda c: (f"最多 {c['max_length']} 项", f"may have at most {c['max_length']} entries"),
    "too_short": lambda c: (f"至少 {c['min_length']} 项", f"needs at least {c['min_length']} entries"),
    "string_too_long": lambda c: (f"最多 {c['max_length']} 个字符", f"may have at most {c['max_length']} characters"),
    "string_too_short": lambda c: (f"至少 {c['min_length']} 个字符", f"needs at least {c['min_length']} characters"),
    "missing": lambda c: ("是必填项", "is required"),
    "float_parsing": _number, "float_type": _number, "finite_number": _number, "int_from_float": _whole,
    "int_parsing": _whole, "int_type": _whole, "bool_parsing": _yes_no, "bool_type": _yes_no,
    "date_from_datetime_parsing": _date, "date_parsing": _date, "date_type": _date, "date_from_datetime_inexact": _date,
    "time_parsing": _time, "time_type": _time,
    "int_parsing_size": lambda c: ("太大了", "is far too large"),
    "json_invalid": lambda c: ("不是合法的 JSON", "is not valid JSON"),
    "uuid_parsing": lambda c: ("必须是 UUID", "must be a UUID"),
    "string_unicode": lambda c: ("含有无法编码的字符", "has characters that cannot be encoded"),
}  # fmt: skip


def safe(name: str) -> str:
    """A name from outside, fit to print: at most 60 printable characters."""
    return "".join(c if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF else "?" for c in name[:60])
