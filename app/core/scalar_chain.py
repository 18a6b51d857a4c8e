"""The smallest deep network, y = a b x: training ½(s - ab)² is not convex in (a, b), and solvable in closed form.

Gradient flow, ȧ = (s - ab) b and ḃ = (s - ab) a, keeps D = a² - b². The product u = ab, the function the network
computes, obeys u̇ = (s - u) √(D² + 4u²). Throughout a, b >= 0, not both 0, and s > 0.
Source: Saxe, McClelland, Ganguli (2014), arXiv:1312.6120.
"""

import math

import numpy as np

from app.core.activations import Array


def descent(a: float, b: float, s: float, lr: float, steps: int) -> Array:
    """Gradient descent from (a, b): the path (steps + 1, 2).

    Notes
    -----
    A step turns a² - b² into (a² - b²)(1 - lr² (s - ab)²): conserved up to lr², exactly only by the flow.

    >>> descent(1.0, 0.5, 1.0, 0.1, 1).round(6).tolist()
    [[1.0, 0.5], [1.025, 0.55]]
    """
    path = [(a, b)]
    for _ in range(steps):
        error = s - a * b
        a, b = a + lr * error * b, b + lr * error * a
        path.append((a, b))
    return np.array(path)


def flow(a: float, b: float, s: float, duration: float, steps: int) -> Array:
    """Gradient flow from (a, b) by the classical Runge-Kutta rule of order four: the path (steps + 1, 2).

    Knows nothing of the closed forms below, and so checks them.

    >>> a, b = flow(0.1, 1.5, 1.0, 20.0, 2000)[-1]
    >>> round(a.item(), 5), round(b.item(), 5)
    (0.61763, 1.61909)
    """

    def slope(p: Array) -> Array:
        value: Array = (s - p[0] * p[1]) * p[::-1]
        return value

    h, p = duration / steps, np.array([a, b])
    path = [p]
    for _ in range(steps):
        k1 = slope(p)
        k2 = slope(p + h / 2 * k1)
        k3 = slope(p + h / 2 * k2)
        k4 = slope(p + h * k3)
        p = p + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        path.append(p)
    return np.array(path)


def limits(a: float, b: float, s: float) -> tuple[float, float]:
    """Where gradient flow from (a, b) ends: on ab = s with the same a² - b².

    Notes
    -----
    a² solves x (x - D) = s², so a² = (D + √(D² + 4s²)) / 2 with D = a² - b².

    >>> tuple(round(v, 5) for v in limits(0.1, 1.5, 1.0))
    (0.61763, 1.61909)
    """
    D = a * a - b * b
    root = math.hypot(D, 2 * s)
    end = math.sqrt((D + root) / 2) if D >= 0 else s / math.sqrt((root - D) / 2)
    return end, s / end


def factors(u: Array, D: float) -> tuple[Array, Array]:
    """(a, b) >= 0 with product u and a² - b² = D.

    >>> [v.item() for v in factors(np.array(6.0), -5.0)]
    [2.0, 3.0]
    """
    root = np.sqrt(D * D + 4 * u * u)
    if D >= 0:
        a = np.sqrt((root + D) / 2)
        return a, u / a
    b = np.sqrt((root - D) / 2)
    return u / b, b


def flow_time(u: Array, u0: float, D: float, s: float) -> Array:
    """The time at which gradient flow that started at u0 reaches u, both on the same side of s.

    Notes
    -----
    ∫ du / ((s - u) √(D² + 4u²)) is elementary. With v = s - u, R = D² + 4u² and γ = D² + 4s²:
    t = [ln((√(γR) - 4sv + γ) / |v|)] / √γ between u0 and u.

    >>> round(flow_time(np.array(0.5), 0.01, 0.0, 1.0).item(), 5), round(math.log(99) / 2, 5)
    (2.29756, 2.29756)
    """
    gamma = D * D + 4 * s * s

    def primitive(u: Array | float) -> Array:
        v = s - np.asarray(u, float)
        inside: Array = np.log((np.sqrt(gamma * (D * D + 4 * (s - v) ** 2)) - 4 * s * v + gamma) / np.abs(v))
        return inside

    time: Array = (primitive(u) - primitive(u0)) / math.sqrt(gamma)
    return time


def balanced_flow(t: Array, s: float, u0: float) -> Array:
    """u(t) for a = b: s e^{2st} / (e^{2st} - 1 + s/u0), a sigmoid in time.

    >>> balanced_flow(np.array([0.0, 50.0]), 3.0, 0.01).round(6).tolist()
    [0.01, 3.0]
    """
    value: Array = s / (1 + (s / u0 - 1) * np.exp(-2 * s * t))
    return value


def half_time(s: float, u0: float) -> float:
    """When a balanced chain has learnt half of s: ln(s/u0 - 1) / (2s). Strong modes are learnt first.

    >>> round(half_time(3.0, 0.01), 5), round(half_time(1.0, 0.01), 5)
    (0.95007, 2.29756)
    """
    return math.log(s / u0 - 1) / (2 * s)
