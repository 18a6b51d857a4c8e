"""Ways downhill: gradient descent, Newton, quasi-Newton and conjugate gradients, and the line searches they need.

A method is a generator of points: it is given an Oracle (which counts what it asks for) and a start, and yields x₀, x₁,
x₂ … for as long as anybody wants to look. It ends by itself where the gradient is 0 or nothing falls any further. The
examples use the functions of surfaces.py.
"""

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from app.core.activations import Array
from app.core.optimisers import Update
from app.core.surfaces import Oracle

Method = Callable[[Oracle, Array], Iterator[Array]]
Search = Callable[[Oracle, Array, Array, float, Array, float], tuple[float, float, Array]]
"""search(ask, x, p, f, g, first) → (step length t along p, f there, g there). first: the t to try first. A t of 0 says
that nothing was found."""


def exact_search(ask: Oracle, x: Array, p: Array, f: float, g: Array, first: float = 1.0) -> tuple[float, float, Array]:
    """The best step along p on a quadratic: t = −gᵀp / pᵀAp, for one product with A.

    >>> exact_search(Oracle(valley(10.0)), np.array([4.0, 0.4]), np.array([-4.0, -4.0]), 8.8, np.array([4.0, 4.0]))[0]
    0.18181818181818182
    """
    product = ask.product(x, p)
    curvature = float(p @ product)
    if not curvature > 0:
        return 0.0, f, g
    t = float(-g @ p) / curvature
    after = g + t * product  # what the gradient will be, for no further evaluation
    return t, f + 0.5 * t * float(g @ p), after


def wolfe_search(
    ask: Oracle, x: Array, p: Array, f: float, g: Array, first: float = 1.0,
    c1: float = 1e-4, c2: float = 0.9, tries: int = 40,
) -> tuple[float, float, Array]:  # fmt: skip
    """A step that satisfies the strong Wolfe conditions: f falls enough, and the slope along p has become flat enough.

    Notes
    -----
    f(x + tp) ≤ f(x) + c₁ t gᵀp and |∇f(x + tp)ᵀp| ≤ c₂ |gᵀp|. The steps known to be too short and too long close in on
    each other; in between, the place where a straight line through their two slopes is 0 is tried. Source: Nocedal,
    Wright (2006), Numerical Optimization, section 3.1; conditions (3.7).

    >>> f, x = rosenbrock(), np.array([-1.2, 1.0])
    >>> g = f.gradient(x)
    >>> t, low, after = wolfe_search(Oracle(f), x, -g / np.linalg.norm(g), f.value(x), g)
    >>> low < f.value(x), bool(abs(after @ g) <= 0.9 * g @ g)
    (True, True)
    """
    slope = float(g @ p)
    if not slope < 0:
        return 0.0, f, g
    low, high, t = (0.0, slope), (np.inf, 0.0), first
    for _ in range(tries):
        there, after = ask.value(x + t * p), ask.gradient(x + t * p)
        now = float(after @ p)
        if not there <= f + c1 * t * slope or now > -c2 * slope:
            high = (t, now)
        elif now < c2 * slope:
            low = (t, now)
        else:
            return t, there, after
        if high[0] == np.inf:
            t *= 2
            continue
        width, rise = high[0] - low[0], high[1] - low[1]
        share = -low[1] / rise if rise > 0 else 0.5
        t = low[0] + width * min(max(share, 0.1), 0.9)
    return 0.0, f, g


def stepper(make: Callable[[list[Array]], Update], lr: float) -> Method:
    """Any optimiser of optimisers.py as a method: gradient descent, momentum, Adam.

    >>> from itertools import islice
    >>> from app.core.optimisers import sgd
    >>> [x.tolist() for x in islice(stepper(lambda w: sgd(w), 0.1)(Oracle(valley(10.0)), np.array([1.0, 1.0])), 3)]
    [[1.0, 1.0], [0.9, 0.0], [0.81, 0.0]]
    """

    def method(ask: Oracle, start: Array) -> Iterator[Array]:
        x = start.astype(float).copy()
        update = make([x])
        while True:
            yield x.copy()
            with np.errstate(over="ignore", invalid="ignore"):
                update([ask.gradient(x)], lr)

    return method


def steepest_descent(search: Search) -> Method:
    """Along −g, as far as the line search says.

    >>> from itertools import islice
    >>> path = islice(steepest_descent(exact_search)(Oracle(valley(10.0)), np.array([4.0, 0.4])), 3)
    >>> [round(valley(10.0).value(x) / 8.8, 6) for x in path]  # ((κ − 1)/(κ + 1))² = 0.669421 a step
    [1.0, 0.669421, 0.448125]
    """

    def method(ask: Oracle, start: Array) -> Iterator[Array]:
        x, f, g = start, ask.value(start), ask.gradient(start)
        length = 1.0
        yield x
        while g.any():
            t, f, after = search(ask, x, -g, f, g, length / float(np.linalg.norm(g)))
            if not t:
                return
            length = t * float(np.linalg.norm(g))  # the next step is first tried as long as this one
            x, g = x - t * g, after
            yield x

    return method


def newton(ask: Oracle, start: Array) -> Iterator[Array]:
    """Pure Newton: solve H p = −g, take the full step. Nothing checks whether f falls, or whether H is positive.

    >>> from itertools import islice
    >>> [x.tolist() for x in islice(newton(Oracle(valley(1000.0)), np.array([3.0, -2.0])), 3)]
    [[3.0, -2.0], [0.0, 0.0]]
    """
    x = start
    yield x
    while (g := ask.gradient(x)).any():
        try:
            x = x - np.linalg.solve(ask.hessian(x), g)
        except np.linalg.LinAlgError:
            return
        yield x


def damped_newton(ask: Oracle, start: Array) -> Iterator[Array]:
    """Newton made safe: add μI until H + μI is positive definite (Cholesky says so), then halve the step until f falls.

    Notes
    -----
    Source: Nocedal, Wright (2006), Numerical Optimization, section 3.4 (adding a multiple of the identity).

    >>> from itertools import islice
    >>> *_, last = islice(damped_newton(Oracle(saddle()), np.array([1.0, 0.001])), 30)
    >>> last.round(9).tolist()  # not the saddle at (0, 0)
    [0.0, 1.0]
    """
    x, f = start, ask.value(start)
    yield x
    while (g := ask.gradient(x)).any():
        H, mu = ask.hessian(x), 0.0
        while True:
            try:
                np.linalg.cholesky(H + mu * np.eye(len(x)))
                break
            except np.linalg.LinAlgError:
                mu = max(2 * mu, 1e-3 * float(np.abs(H).max()), 1e-12)
        p = -np.linalg.solve(H + mu * np.eye(len(x)), g)
        t = 1.0
        while not (there := ask.value(x + t * p)) <= f + 1e-4 * t * float(g @ p):
            t /= 2
            if t < 1e-12:
                return
        x, f = x + t * p, there
        yield x


def bfgs_update(H: Array, s: Array, y: Array) -> Array:
    """The next inverse Hessian of BFGS, shape (n, n); H itself when sᵀy ≤ 0, where positive definiteness would be lost.

    Notes
    -----
    H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ with ρ = 1/(sᵀy), s the last step and y the change of the gradient. It
    satisfies the secant equation H y = s. Source: Nocedal, Wright (2006), equation (6.17).

    >>> bfgs_update(np.eye(2), np.array([1.0, 0.0]), np.array([2.0, 1.0])) @ np.array([2.0, 1.0])
    array([1., 0.])
    """
    curvature = float(s @ y)
    if not curvature > 0:
        return H
    left = np.eye(len(s)) - np.outer(s, y) / curvature
    return left @ H @ left.T + np.outer(s, s) / curvature


def bfgs(search: Search, scaled: bool = True) -> Method:
    """Quasi-Newton: p = −H g, H learnt from the gradients seen. scaled: after the first step start from (sᵀy/yᵀy) I.

    >>> from itertools import islice
    >>> *_, last = islice(bfgs(wolfe_search)(Oracle(rosenbrock()), np.array([-1.2, 1.0])), 60)
    >>> last.round(6).tolist()
    [1.0, 1.0]
    """

    def method(ask: Oracle, start: Array) -> Iterator[Array]:
        x, f, g = start, ask.value(start), ask.gradient(start)
        H: Array = np.eye(len(x))
        fresh = scaled
        yield x
        while g.any():
            p = -H @ g
            first = 1 / max(1.0, float(np.linalg.norm(g))) if fresh else 1.0  # nothing is known yet about how far
            t, f, after = search(ask, x, p, f, g, first)
            if not t:
                return
            s, y = t * p, after - g
            if fresh and s @ y > 0:
                H, fresh = np.eye(len(x)) * float(s @ y) / float(y @ y), False
            H = bfgs_update(H, s, y)
            x, g = x + s, after
            yield x

    return method


def two_loop(g: Array, pairs: "deque[tuple[Array, Array]]", scale: float) -> Array:
    """H g by the L-BFGS recursion from the last m pairs (s, y): O(mn) work and memory, no matrix.

    Source: Nocedal, Wright (2006), algorithm 7.4; Liu, Nocedal (1989), Mathematical Programming 45.

    >>> s, y, g = np.array([1.0, 0.0]), np.array([2.0, 1.0]), np.array([3.0, -1.0])
    >>> bool(np.allclose(two_loop(g, deque([(s, y)]), 1.0), bfgs_update(np.eye(2), s, y) @ g))
    True
    """
    q, kept = g.copy(), []
    for s, y in reversed(pairs):
        a = float(s @ q) / float(s @ y)
        q -= a * y
        kept.append(a)
    q *= scale
    for (s, y), a in zip(pairs, reversed(kept), strict=True):
        q += (a - float(y @ q) / float(s @ y)) * s
    return q


def lbfgs(search: Search, memory: int = 5, scaled: bool = True) -> Method:
    """BFGS that remembers only the last `memory` pairs.

    >>> from itertools import islice
    >>> *_, last = islice(lbfgs(wolfe_search)(Oracle(rosenbrock()), np.array([-1.2, 1.0])), 60)
    >>> last.round(6).tolist()
    [1.0, 1.0]
    """

    def method(ask: Oracle, start: Array) -> Iterator[Array]:
        x, f, g = start, ask.value(start), ask.gradient(start)
        pairs: deque[tuple[Array, Array]] = deque(maxlen=memory)
        scale = 1.0
        yield x
        while g.any():
            p = -two_loop(g, pairs, scale)
            first = 1.0 if pairs else 1 / max(1.0, float(np.linalg.norm(g)))
            t, f, after = search(ask, x, p, f, g, first)
            if not t:
                return
            s, y = t * p, after - g
            if (curvature := float(s @ y)) > 0:
                pairs.append((s, y))
                scale = curvature / float(y @ y) if scaled else 1.0
            x, g = x + s, after
            yield x

    return method
