"""The data of the many-workers demo: dense rows with an intercept, and clicks described by a few of many keys."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, sigmoid

FIELDS, VALUES, USEFUL = 8, 1500, 0.1


class Clicks(NamedTuple):
    """columns (rows, 1 + FIELDS): 0 is the intercept, then one key a field. y (rows,). logit (rows,): the true one.
    weights (1 + FIELDS · VALUES,): the truth."""

    columns: NDArray[np.intp]
    y: Array
    logit: Array
    weights: Array


def dense(
    n: int, features: int, strength: float, intercept: float, rng: np.random.Generator, narrowest: float = 1.0
) -> tuple[Array, ...]:
    """X (n, 1 + features) with a first column of ones, y (n,), and the true weights.

    Feature j is normal with a standard deviation from 1 down to `narrowest`; the log-odds have `strength`.
    """
    spread, truth = np.geomspace(1, narrowest, features), rng.standard_normal(features)
    weights = np.append(intercept, truth * (strength / np.linalg.norm(truth * spread)))
    X = np.column_stack([np.ones(n), rng.standard_normal((n, features)) * spread])
    return X, (rng.random(n) < sigmoid(X @ weights)[0]).astype(np.float64), weights


def clicks(n: int, rng: np.random.Generator) -> Clicks:
    """Rows of FIELDS keys, each from VALUES by Zipf's law (exponent 1.1); a tenth of the keys have a true weight."""
    chance = np.arange(1, VALUES + 1) ** -1.1
    keys = rng.choice(VALUES, size=(n, FIELDS), p=chance / chance.sum())
    weights = np.where(rng.random((FIELDS, VALUES)) < USEFUL, rng.standard_normal((FIELDS, VALUES)), 0.0)
    logit = weights[np.arange(FIELDS), keys].sum(axis=1) - 1.5
    y = (rng.random(n) < sigmoid(logit)[0]).astype(np.float64)
    columns = np.column_stack([np.zeros(n, dtype=np.intp), 1 + np.arange(FIELDS) * VALUES + keys])
    return Clicks(columns, y, logit, np.append(-1.5, weights.ravel()))


def shards_of(kind: str, X: Array, y: Array, truth: Array, workers: int) -> list[NDArray[np.intp]]:
    """Rows of every worker: as they come, sorted by the true score, or sorted by label."""
    order = {"iid": np.arange(len(y)), "score": np.argsort(X @ truth, kind="stable"),
             "label": np.argsort(y, kind="stable")}[kind]  # fmt: skip
    return np.array_split(order, workers)
