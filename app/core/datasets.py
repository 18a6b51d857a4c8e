"""Two-class toy data in the plane: X (n, 2) float64 and y (n,) float64 of 0s and 1s, in equal parts, mean near 0."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def two_spirals(
    n: int, rng: np.random.Generator, turns: float = 1.1, noise: float = 0.04, radius: float = 1.5
) -> tuple[Floats, Floats]:
    """Two arms of a spiral, each `turns` full turns long, with Gaussian noise; no line does better than chance by much.

    Parameters
    ----------
    n : number of points, even points on arm 0 and odd points on arm 1.
    turns : how far an arm winds, in full turns, after a start at 0.5 rad. More turns: a harder task.
    noise : standard deviation added to both coordinates, in the units of X.
    radius : distance of the far ends from the origin.

    Notes
    -----
    Arm c: r = radius · t / t_max at the angle t + π c. After Lang, Witbrock (1988), Learning to Tell Two Spirals Apart.

    >>> X, y = two_spirals(200, np.random.default_rng(0))
    >>> X.shape, y.mean().item(), bool(abs(X).max() < 2)
    ((200, 2), 0.5, True)
    """
    y = (np.arange(n) % 2).astype(np.float64)
    longest = 0.5 + 2 * np.pi * turns
    t = rng.uniform(0.5, longest, n)
    angle = t + np.pi * y
    X = (radius * t / longest)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * rng.standard_normal((n, 2)), y


def xor(n: int, rng: np.random.Generator, noise: float = 0.0) -> tuple[Floats, Floats]:
    """Points uniform on the square [-1, 1]², class 1 where exactly one coordinate is positive.

    noise : standard deviation added after the class is decided.

    >>> X, y = xor(100, np.random.default_rng(0))
    >>> bool(((X[:, 0] * X[:, 1] < 0) == (y == 1)).all()), y.mean().item()
    (True, 0.5)
    """
    y = (np.arange(n) % 2).astype(np.float64)
    size = rng.uniform(0, 1, (n, 2))
    first = rng.choice([-1.0, 1.0], n)
    X = size * np.column_stack([first, np.where(y == 1, -first, first)])
    return X + noise * rng.standard_normal((n, 2)), y


def circle(n: int, rng: np.random.Generator, noise: float = 0.0) -> tuple[Floats, Floats]:
    """A disc of radius 0.8 (class 1) inside a ring from 1.0 to 1.5 (class 0), each uniform by area.

    >>> X, y = circle(100, np.random.default_rng(0))
    >>> bool(((X**2).sum(1) < 0.81)[y == 1].all()), y.mean().item()
    (True, 0.5)
    """
    y = (np.arange(n) % 2).astype(np.float64)
    u, angle = rng.uniform(0, 1, n), rng.uniform(0, 2 * np.pi, n)
    r = np.sqrt(np.where(y == 1, 0.8**2 * u, 1.0 + (1.5**2 - 1.0) * u))
    X = r[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * rng.standard_normal((n, 2)), y


def moons(n: int, rng: np.random.Generator, noise: float = 0.1) -> tuple[Floats, Floats]:
    """Two interleaving half circles of radius 1, the second one turned over and shifted by (1, 0.5), then centred.

    >>> X, y = moons(100, np.random.default_rng(0), noise=0.0)
    >>> upper = X[y == 0] + np.array([0.5, 0.25])
    >>> bool(np.allclose((upper**2).sum(1), 1.0))
    True
    """
    y = (np.arange(n) % 2).astype(np.float64)
    upper, lower = _half_circles(rng.uniform(0, np.pi, n))
    return np.where(y[:, None] == 1, lower, upper) + noise * rng.standard_normal((n, 2)), y


def _half_circles(angle: Floats) -> tuple[Floats, Floats]:
    """The points of both moons at these angles, (n, 2) each."""
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return upper - np.array([0.5, 0.25]), lower - np.array([0.5, 0.25])


def moons_posterior(X: Floats, noise: float, nodes: int = 400) -> Floats:
    """P(class 1 | x) of `moons`, (n,): what the best possible classifier would answer at X (n, 2).

    Notes
    -----
    The density of a class is the mean over its angles of a Gaussian with standard deviation `noise` > 0; the mean is
    taken over `nodes` midpoints, which is exact to many digits as long as they lie closer than `noise`.

    >>> moons_posterior(np.array([[0.0, 0.0], [0.5, -0.75]]), 0.2).round(3).tolist()
    [0.5, 0.994]
    """
    angle = (np.arange(nodes) + 0.5) * np.pi / nodes
    far = np.array([((X[:, None, :] - arc) ** 2).sum(axis=2) for arc in _half_circles(angle)]) / (2 * noise**2)
    log_density = -far.min(axis=2) + np.log(np.exp(far.min(axis=2, keepdims=True) - far).mean(axis=2))
    return np.asarray(0.5 * (1 + np.tanh(0.5 * (log_density[1] - log_density[0]))))


def clustered_classes(
    n: int, rng: np.random.Generator, classes: int = 5, dims: int = 20, clusters: int = 3, spread: float = 0.9,
    layout: int = 0,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Several classes in many dimensions, each made of a few Gaussian clusters: a straight line does not separate them.

    Parameters
    ----------
    n : number of points, the classes in turn (row i has class i mod classes).
    classes, dims, clusters : classes, coordinates, and clusters a class.
    spread : standard deviation within a cluster; the centres are N(0, 1) in every coordinate.
    layout : which centres; the same for training and validation data, while rng draws the points.

    Returns
    -------
    X (n, dims) and y (n,) class numbers 0 … classes - 1, both float64.

    >>> X, y = clustered_classes(100, np.random.default_rng(0))
    >>> X.shape, sorted(set(y.tolist()))
    ((100, 20), [0.0, 1.0, 2.0, 3.0, 4.0])
    """
    centres = np.random.default_rng([5, layout]).standard_normal((classes, clusters, dims))
    label = np.arange(n) % classes
    X = centres[label, rng.integers(0, clusters, n)] + spread * rng.standard_normal((n, dims))
    return X, label.astype(np.float64)
