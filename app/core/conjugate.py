"""Conjugate gradients: linear, by the book, and non-linear with a line search and restarts."""

from collections.abc import Iterator

import numpy as np

from app.core.activations import Array
from app.core.descent import Method, Search
from app.core.surfaces import Oracle


def linear_cg(A: Array, b: Array, start: Array) -> Iterator[Array]:
    """Solve Ax = b for A symmetric positive definite, one product with A a step. Yields x₀, x₁ … until r = 0.

    Notes
    -----
    The directions are A-conjugate, so x_k minimises ½ xᵀAx − bᵀx over everything k gradients can reach: exact after as
    many steps as A has different eigenvalues, at most n. Source: Hestenes, Stiefel (1952); Nocedal, Wright (2006),
    algorithm 5.2.

    >>> steps = linear_cg(np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0]), np.array([2.0, 1.0]))
    >>> [x.round(6).tolist() for x, _ in zip(steps, range(3))]
    [[2.0, 1.0], [0.23565, 0.338369], [0.090909, 0.636364]]
    """
    x, r = start, b - A @ start
    p, squared = r, float(r @ r)
    yield x
    while squared:
        product = A @ p
        t = squared / float(p @ product)
        x, r = x + t * p, r - t * product
        before, squared = squared, float(r @ r)
        p = r + squared / before * p
        yield x


def conjugate_gradients(search: Search) -> Method:
    """Non-linear conjugate gradients, Polak-Ribière with restarts (PR+): p ← −g + max(β, 0) p, β = g₊ᵀ(g₊ − g)/gᵀg.

    On a quadratic with an exact line search this is `linear_cg`. Where p no longer points downhill it starts again from
    −g. Source: Nocedal, Wright (2006), section 5.2.

    >>> A, b = np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0])
    >>> steps = conjugate_gradients(exact_search)(Oracle(quadratic(A, b)), np.array([2.0, 1.0]))
    >>> [x.round(6).tolist() for x, _ in zip(steps, range(3))]
    [[2.0, 1.0], [0.23565, 0.338369], [0.090909, 0.636364]]
    """

    def method(ask: Oracle, start: Array) -> Iterator[Array]:
        x, f, g = start, ask.value(start), ask.gradient(start)
        p, restarted, fall = -g, True, float(np.linalg.norm(g))
        yield x
        while g.any():
            slope = float(g @ p)
            t, f, after = search(ask, x, p, f, g, fall / max(-slope, 1e-300))
            if not t and restarted:
                return
            if not t:
                p, restarted = -g, True
                continue
            x, fall = x + t * p, -t * slope  # next time, first try to fall as much as this time
            beta = max(0.0, float(after @ (after - g)) / float(g @ g))
            p, restarted, g = -after + beta * p, False, after
            if not float(g @ p) < 0:
                p, restarted = -g, True
            yield x

    return method
