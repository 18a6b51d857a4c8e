"""What was probably meant: names close to one that does not exist."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")


def near(wanted: str, things: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """Up to three things whose name looks like `wanted` (or contains it)."""
    by_name = {name(thing): thing for thing in things}
    short = wanted[:80].lower()
    close = get_close_matches(short, by_name, n=3, cutoff=0.5)
    close += [n for n in by_name if len(short) > 2 and short in n and n not in close]
    return [by_name[n] for n in close[:3]]
