"""A learner's log as arrays, with the memory behind every review: what every figure of the page is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.services.queue import LONGEST_SECONDS
from app.services.scheduling import DEFAULT, Parameters, parameters_of
from app.services.traces import Floats, Ints, Traces, runs, traces

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """One entry a review that stands, oldest first (n,). keys: the items in the order they were first met; item: places
    in keys. day: ordinal of the study day. correct, confidence, seconds: NaN where there is none. ended: ordinal of the
    day on which the memory after this review was reset, inf where it was not. trace: the memory as it was scheduled,
    each review by the parameters it names."""

    keys: tuple[str, ...]
    item: Ints
    run: Ints
    rating: Ints
    elapsed: Ints
    day: Ints
    correct: Floats
    confidence: Floats
    seconds: Floats
    seed: Ints
    mistake: tuple[str | None, ...]
    decay: Floats
    ended: Floats
    trace: Traces

    def __len__(self) -> int:
        return len(self.item)

    @property
    def predicted(self) -> Ints:
        """Places of the reviews that tested a prediction: not an item's first, on a later day than the one before."""
        return np.flatnonzero(np.isfinite(self.trace.recall) & (self.elapsed >= 1))

    @property
    def current(self) -> NDArray[np.bool_]:
        """Whether each review belongs to its item's memory of today: since it was last reset or revised."""
        run, kept = np.full(len(self.keys), -1), np.zeros(len(self.keys), bool)
        run[self.item], kept[self.item] = self.run, np.isinf(self.ended)  # of an item's reviews the last one stays
        return np.asarray((run[self.item] == self.run) & kept[self.item])

    @property
    def forgotten(self) -> Ints:
        """Places of those predictions that failed."""
        asked = self.predicted
        return np.asarray(asked[self.rating[asked] == 1])


def history(columns: Mapping[str, tuple[Any, ...]], sets: Mapping[str, Parameters]) -> History:
    """From the columns of db/log.py (of MEMORY_KINDS) and the learner's own sets of parameters."""
    run = runs(columns["item_key"], columns["rev"], columns["kind"])
    ended = _ended(columns)
    reviews = (run >= 0).tolist()
    columns = {name: tuple(compress(values, reviews)) for name, values in columns.items()}
    run = run[run >= 0]
    keys = tuple(dict.fromkeys(columns["item_key"]))
    place = {key: i for i, key in enumerate(keys)}
    versions = {version: i for i, version in enumerate(dict.fromkeys(columns["scheduler_version"]))}
    weights = np.array([parameters_of(version, sets).weights for version in versions] or [DEFAULT.weights])
    which = np.array([versions[v] for v in columns["scheduler_version"]], np.int64)
    adopted = {
        i: (float(state["stability"]), float(state["difficulty"]))
        for i, state in enumerate(columns["adopted"])
        if state
    }
    rating, elapsed = (np.array(columns[name], np.int64) for name in ("rating", "elapsed_days"))
    return History(
        keys=keys,
        item=np.array([place[key] for key in columns["item_key"]], np.int64),
        run=run,
        rating=rating,
        elapsed=elapsed,
        day=np.array([day.toordinal() for day in columns["study_day"]], np.int64),
        correct=_floats(columns["correct"]),
        confidence=_floats(columns["confidence"]),
        seconds=np.minimum(_floats(columns["duration_ms"]) / 1000, LONGEST_SECONDS),
        seed=np.array([-1 if s is None else s for s in columns["seed"]], np.int64),
        mistake=columns["mistake"],
        decay=weights[which, 20],
        ended=ended,
        trace=traces(run, rating, elapsed, weights, which, adopted),
    )


def _ended(columns: Mapping[str, tuple[Any, ...]]) -> Floats:
    """Of every review, the day its memory was reset on."""
    found: list[float] = []
    last: dict[str, int] = {}
    for key, kind, day in zip(columns["item_key"], columns["kind"], columns["study_day"], strict=True):
        if kind == "review":
            last[key] = len(found)
            found.append(np.inf)
        elif kind == "reset" and key in last:
            found[last[key]] = day.toordinal()
    return np.array(found, float)


def milliseconds(days: Ints) -> Floats:
    """Noon of study days, as a date axis takes them."""
    return (np.asarray(days, float) - _EPOCH + 0.5) * 86_400_000


def _floats(values: tuple[Any, ...]) -> Floats:
    return np.array([np.nan if v is None else v for v in values], float)
