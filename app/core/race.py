"""A method watched from outside: where it was after every iteration, how high, and what it had asked for by then."""

from itertools import islice
from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.descent import Method
from app.core.surfaces import Oracle, Surface


class Trace(NamedTuple):
    """path (k + 1, n) and, of the same length k + 1, heights f − f*, and the counts so far of values, gradients,
    Hessians and Hessian-vector products. work: gradients, a product counted as 2 and a Hessian as n."""

    path: Array
    heights: Array
    values: Array
    gradients: Array
    hessians: Array
    products: Array
    work: Array

    def steps_to(self, height: float) -> float:
        """Iterations until f − f* ≤ height for the first time; NaN if it never was."""
        there = np.flatnonzero(self.heights <= height)
        return float(there[0]) if len(there) else float("nan")


def watch(
    method: Method, surface: Surface, start: Array, steps: int, tolerance: float = 1e-9, oracle: Oracle | None = None
) -> Trace:
    """At most `steps` iterations; ends early where the true gradient is no longer than `tolerance`, or is not finite.

    >>> from app.core.descent import newton
    >>> from app.core.surfaces import valley
    >>> trace = watch(newton, valley(100.0), np.array([2.0, 3.0]), 10)
    >>> trace.heights.tolist(), trace.gradients.tolist(), trace.hessians.tolist()
    ([452.0, 0.0], [0.0, 1.0], [0.0, 1.0])
    """
    ask = oracle or Oracle(surface)
    path, heights, counts = [], [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for x in islice(method(ask, start), steps + 1):
            path.append(x)
            heights.append(max(surface.value(x) - surface.lowest, 0.0) if np.isfinite(x).all() else np.inf)
            counts.append((ask.values, ask.gradients, ask.hessians, ask.products))
            if not heights[-1] < 1e100 or float(np.linalg.norm(surface.gradient(x))) <= tolerance:
                break
    f, g, h, v = np.array(counts, dtype=float).T
    return Trace(np.array(path), np.array(heights), f, g, h, v, g + len(start) * h + 2 * v)
