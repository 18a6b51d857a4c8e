"""What the page does to a figure before drawing it, for tests in Python."""

from typing import Any

_INK = {"@sequential": "Blues", "@diverging": "RdBu", "@nodes": "Blues"}


def localised(value: Any, lang: str) -> Any:
    """What the page does before drawing: one language, real colours."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return value[lang]
        return {key: localised(inner, lang) for key, inner in value.items()}
    if isinstance(value, list):
        return [localised(inner, lang) for inner in value]
    if isinstance(value, str) and value.startswith("@"):
        return _INK.get(value, "#336699")
    return value
