"""Fitting FSRS's weights to one learner's log, and judging them by reviews they never saw. Pure; runs in a worker.

The log is cut by time: the weights are fitted to the first 80 % of the predictions (reviews on a later day than the
one before) and judged by the log loss of the last 20 %, against FSRS's defaults and the set in use. They are adopted
only when they beat the defaults by more than the standard error of the difference: a learner like everybody else keeps
the defaults.
"""

from collections import defaultdict
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

import numpy as np

from app.services import scheduling
from app.services.scheduling import DEFAULT
from app.services.traces import Floats, Ints, traces

LEAST_REVIEWS = 500
LEAST_PREDICTIONS = 200
"""Of those reviews, on a later day than the one before: only they say how memory fades."""
TRAINED = 0.8
LIBRARY = "fsrs_rs_python"

Verdict = Literal["adopted", "kept", "default"]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What stands in a learner's log, oldest first: (n,) arrays as `traces` takes them, and the weights in use."""

    run: Ints
    rating: Ints
    elapsed: Ints
    used: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fitting came to. Losses are log losses of the held-out predictions, nats a review."""

    weights: tuple[float, ...]
    verdict: Verdict
    trained: int
    tested: int
    loss_default: float
    loss_fitted: float
    loss_used: float
    gain_error: float


def available() -> bool:
    """Whether the optimiser is installed (it has no build for every platform)."""
    return find_spec(LIBRARY) is not None


def predictions(history: History) -> Ints:
    """Places of the reviews that test a prediction: not an item's first, on a later day."""
    _, first = np.unique(history.run, return_index=True)
    again = np.ones(len(history.run), bool)
    again[first] = False
    return np.flatnonzero(again & (history.elapsed >= 1))


def fit(history: History) -> Fitted:
    """Fits, and judges. Deterministic. Raises ValueError when there are too few predictions."""
    asked = predictions(history)
    if len(asked) < LEAST_PREDICTIONS:
        raise ValueError(f"{len(asked)} predictions, {LEAST_PREDICTIONS} needed")
    cut = int(TRAINED * len(asked))
    weights = optimise(history, asked[:cut])
    test = asked[cut:]
    default, fitted, used = (losses(history, w)[test] for w in (DEFAULT.weights, weights, history.used))
    error = standard_error(default - fitted, history.run[test])
    return Fitted(
        weights=weights,
        verdict=judge(default, fitted, used, history.run[test], own=history.used != DEFAULT.weights),
        trained=cut,
        tested=len(test),
        loss_default=float(default.mean()),
        loss_fitted=float(fitted.mean()),
        loss_used=float(used.mean()),
        gain_error=error,
    )


def judge(default: Floats, fitted: Floats, used: Floats, run: Ints, own: bool) -> Verdict:
    """What to schedule with from here on, by the losses (m,) of each held-out prediction. own: the set in use is one
    that was fitted before; it is given up for the defaults when they have become clearly better."""
    if (default - fitted).mean() > standard_error(default - fitted, run) and fitted.mean() < used.mean():
        return "adopted"
    if own and (used - default).mean() > standard_error(used - default, run):
        return "default"
    return "kept"


def losses(history: History, weights: tuple[float, ...]) -> Floats:
    """Log loss of every review (n,) under these weights, the whole log played with them; NaN for an item's first."""
    recall = traces(history.run, history.rating, history.elapsed, np.array([weights])).recall
    likely = np.where(history.rating > 1, recall, 1 - recall)
    return -np.log(np.maximum(likely, 1e-9))


def standard_error(values: Floats, run: Ints) -> float:
    """Of the mean of values (m,), which are alike within one item: items are the independent draws."""
    sums = np.bincount(run, values - values.mean())
    return float(np.sqrt((sums**2).sum()) / len(values))


def optimise(history: History, places: Ints) -> tuple[float, ...]:
    """The 21 weights that predict these reviews best, to six decimals and within FSRS's bounds."""
    import fsrs_rs_python as rs

    wanted = set(places.tolist())
    played: defaultdict[int, list[rs.FSRSReview]] = defaultdict(list)
    items, groups = [], []
    for i, (run, rating, elapsed) in enumerate(
        zip(history.run.tolist(), history.rating.tolist(), history.elapsed.tolist(), strict=True)
    ):
        past = played[run]
        past.append(rs.FSRSReview(rating, elapsed if past else 0))
        if i in wanted:
            items.append(rs.FSRSItem(past))
            groups.append(run)
    found = rs.FSRS([]).compute_parameters(items, groups, num_relearning_steps=1)
    return scheduling.bounded(found)
