"""Functions to descend on, with gradient and Hessian by hand, and a counter of how often each was asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.core.activations import Array


@dataclass(frozen=True)
class Surface:
    """f: Rⁿ → R with its derivatives. minima: the global ones, shape (m, n), all of the same value `lowest`.

    matrix: A, when f is the quadratic ½ xᵀAx − bᵀx: line searches can then be exact.
    """

    value: Callable[[Array], float]
    gradient: Callable[[Array], Array]
    hessian: Callable[[Array], Array]
    minima: Array
    lowest: float = 0.0
    matrix: Array | None = None


def quadratic(A: Array, b: Array) -> Surface:
    """½ xᵀAx − bᵀx for A symmetric positive definite, shape (n, n). Its gradient is Ax − b, its minimum solves Ax = b.

    Raises
    ------
    numpy.linalg.LinAlgError
        If A is not positive definite.

    >>> bowl = quadratic(np.array([[3.0, 2.0], [2.0, 6.0]]), np.array([2.0, -8.0]))  # Shewchuk's example
    >>> bowl.minima.round(9).tolist(), bowl.gradient(np.array([-2.0, -2.0])).tolist()
    ([[2.0, -2.0]], [-12.0, -8.0])
    """
    np.linalg.cholesky(A)
    best = np.linalg.solve(A, b)
    return Surface(
        lambda x: float(0.5 * x @ A @ x - b @ x), lambda x: A @ x - b, lambda x: A,
        best[None], float(-0.5 * b @ best), A,
    )  # fmt: skip


def valley(kappa: float) -> Surface:
    """½ (x² + κ y²): condition number κ, minimum 0 at the origin.

    >>> valley(10.0).gradient(np.array([4.0, 0.4])).tolist()
    [4.0, 4.0]
    """
    return quadratic(np.diag([1.0, kappa]), np.zeros(2))


def rosenbrock() -> Surface:
    """100 (y − x²)² + (1 − x)²: a curved valley, minimum 0 at (1, 1). Source: Rosenbrock (1960), doi 10.1093/comjnl/3.3.175.

    >>> f, start = rosenbrock(), np.array([-1.2, 1.0])
    >>> round(f.value(start), 9), f.gradient(start).round(9).tolist(), f.hessian(np.ones(2)).tolist()
    (24.2, [-215.6, -88.0], [[802.0, -400.0], [-400.0, 200.0]])
    """  # noqa: E501

    def gradient(p: Array) -> Array:
        x, y = p
        return np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])

    def hessian(p: Array) -> Array:
        x, y = p
        return np.array([[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]])

    return Surface(
        lambda p: float(100 * (p[1] - p[0] ** 2) ** 2 + (1 - p[0]) ** 2), gradient, hessian, np.ones((1, 2))
    )  # fmt: skip


def saddle() -> Surface:
    """x² − y² + ½ y⁴: around the origin the saddle x² − y², then two minima −½ at (0, ±1).

    >>> saddle().hessian(np.zeros(2)).tolist(), saddle().value(np.array([0.0, -1.0]))
    ([[2.0, 0.0], [0.0, -2.0]], -0.5)
    """
    return Surface(
        lambda p: float(p[0] ** 2 - p[1] ** 2 + 0.5 * p[1] ** 4),
        lambda p: np.array([2 * p[0], -2 * p[1] + 2 * p[1] ** 3]),
        lambda p: np.diag([2.0, -2 + 6 * p[1] ** 2]),
        np.array([[0.0, 1.0], [0.0, -1.0]]), -0.5,
    )  # fmt: skip


def himmelblau() -> Surface:
    """(x² + y − 11)² + (x + y² − 7)²: four minima of value 0, one of them (3, 2), and a maximum in between.

    >>> himmelblau().value(np.array([3.0, 2.0])), himmelblau().gradient(np.zeros(2)).tolist()
    (0.0, [-14.0, -22.0])
    """

    def gradient(p: Array) -> Array:
        x, y = p
        a, b = x * x + y - 11, x + y * y - 7
        return np.array([4 * a * x + 2 * b, 2 * a + 4 * b * y])

    def hessian(p: Array) -> Array:
        x, y = p
        a, b = x * x + y - 11, x + y * y - 7
        mixed = 4 * (x + y)
        return np.array([[8 * x * x + 4 * a + 2, mixed], [mixed, 8 * y * y + 4 * b + 2]])

    minima = np.array([[3.0, 2.0], [-2.805118, 3.131313], [-3.779310, -3.283186], [3.584428, -1.848127]])
    return Surface(
        lambda p: float((p[0] ** 2 + p[1] - 11) ** 2 + (p[0] + p[1] ** 2 - 7) ** 2), gradient, hessian, minima
    )  # fmt: skip


def clustered(kappa: float, distinct: int, n: int, rng: np.random.Generator) -> Surface:
    """A quadratic in n dimensions whose Hessian has only `distinct` different eigenvalues, from 1 to κ on a log scale.

    The axes are turned by a random reflection I − 2vvᵀ, so no method profits from a diagonal matrix. Minimum at 0.

    >>> bowl = clustered(100.0, 3, 6, np.random.default_rng(0))
    >>> np.linalg.eigvalsh(bowl.matrix).round(6).tolist()
    [1.0, 1.0, 10.0, 10.0, 100.0, 100.0]
    """
    levels = np.geomspace(1.0, kappa, distinct) if distinct > 1 else np.array([kappa])
    v = rng.standard_normal(n)
    turn = np.eye(n) - 2 * np.outer(v, v) / (v @ v)
    A = turn * np.sort(levels[np.arange(n) % distinct]) @ turn
    return quadratic((A + A.T) / 2, np.zeros(n))


@dataclass
class Oracle:
    """A surface that counts what it is asked for. noise: standard deviation added to every entry of a gradient.

    >>> ask = Oracle(rosenbrock())
    >>> ask.value(np.zeros(2)), ask.gradient(np.zeros(2)).tolist(), ask.values, ask.gradients, ask.hessians
    (1.0, [-2.0, 0.0], 1, 1, 0)
    """

    surface: Surface
    noise: float = 0.0
    rng: np.random.Generator | None = None
    values: int = field(default=0, init=False)
    gradients: int = field(default=0, init=False)
    hessians: int = field(default=0, init=False)
    products: int = field(default=0, init=False)

    def value(self, x: Array) -> float:
        self.values += 1
        return self.surface.value(x)

    def gradient(self, x: Array) -> Array:
        self.gradients += 1
        g = self.surface.gradient(x)
        return g + self.noise * self.rng.standard_normal(len(g)) if self.rng is not None else g

    def hessian(self, x: Array) -> Array:
        self.hessians += 1
        return self.surface.hessian(x)

    def product(self, x: Array, v: Array) -> Array:
        """Hessian times v without the Hessian: by Pearlmutter's trick about the price of two gradients."""
        self.products += 1
        return self.surface.hessian(x) @ v
