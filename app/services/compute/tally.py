"""How runs ended and how often an answer was there already: plain numbers, changed on the event loop only."""

from concurrent.futures import Future
from typing import Any

from pebble import ProcessExpired


class Tally:
    """Since the start."""

    def __init__(self) -> None:
        self.runs = dict.fromkeys(("done", "failed", "too_slow", "interrupted", "abandoned", "shed"), 0)
        """By how they ended; shed: refused by a full queue, never begun."""
        self.asked = dict.fromkeys(("hit", "miss", "joined"), 0)
        """Answers wanted: found in the cache, to be computed, being computed already for somebody else."""


def outcome(future: "Future[Any]") -> str:
    """How a finished run ended, by a name of `Tally.runs`."""
    if future.cancelled():
        return "abandoned"
    error = future.exception()
    if isinstance(error, TimeoutError):
        return "too_slow"
    if isinstance(error, ProcessExpired):
        return "interrupted"
    return "done" if error is None else "failed"


def succeeded(future: "Future[Any]") -> bool:
    """Whether it is finished, and well."""
    return future.done() and outcome(future) == "done"
