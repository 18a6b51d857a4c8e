"""How the mean of a layer's inputs conditions the next layer: second-moment matrix, its spectrum, descent on it.

A linear unit y = w·h with squared loss has the Hessian C = E[h hᵀ]. Inputs with a common mean m, variance s² and no
correlations give C = s² I + m² 11ᵀ: every eigenvalue is s² but one, s² + n m², along (1, …, 1).
Source: LeCun, Bottou, Orr, Müller (1998), Efficient BackProp, doi:10.1007/3-540-49430-8_2.
"""

import numpy as np

from app.core.activations import Array


def second_moment(h: Array) -> Array:
    """C = hᵀh / m, (n, n), from m samples of n inputs, h (m, n).

    >>> second_moment(np.array([[1.0, 2.0], [3.0, 0.0]])).tolist()
    [[5.0, 1.0], [1.0, 2.0]]
    """
    return np.asarray(h.T @ h / len(h))


def predicted_spectrum(mean: float, variance: float, n: int) -> Array:
    """The n eigenvalues of s² I + m² 11ᵀ, smallest first.

    >>> predicted_spectrum(0.5, 0.04, 3).round(6).tolist()
    [0.04, 0.04, 0.79]
    """
    spectrum = np.full(n, float(variance))
    spectrum[-1] += n * mean**2
    return spectrum


def predicted_condition(mean: float, variance: float, n: int) -> float:
    """κ = λ_max / λ_min = 1 + n m² / s²; inf for inputs that do not vary.

    >>> round(predicted_condition(0.3, 0.2, 64), 3)
    29.8
    """
    return 1 + n * mean**2 / variance if variance > 0 else float("inf")


def steps_to(spectrum: Array, energy: Array, tolerance: float, rate: float = 1.0) -> int:
    """Steps of gradient descent until the loss is at most `tolerance` of its start.

    Parameters
    ----------
    spectrum : (n,) eigenvalues of the Hessian, none negative, at least one positive
    energy : (n,) squared distance from the optimum along each eigenvector
    tolerance : between 0 and 1
    rate : step size times λ_max, between 0 and 2

    Returns
    -------
    int
        The smallest k with Σ λᵢ eᵢ (1 - rate λᵢ/λ_max)²ᵏ <= tolerance · Σ λᵢ eᵢ, found by doubling and halving; exact,
        no step is taken. At most 2⁵⁰.

    Raises
    ------
    ValueError
        For a tolerance or a rate out of range.

    Notes
    -----
    Along the smallest eigenvalue a step multiplies the loss by (1 - rate/κ)²: about κ ln(1/tolerance) / (2 rate) steps.

    >>> steps_to(np.array([1.0, 10.0]), np.array([1.0, 0.0]), 0.01)
    22
    """
    if not 0 < tolerance < 1 or not 0 < rate < 2:
        raise ValueError(f"tolerance {tolerance} must lie between 0 and 1, rate {rate} between 0 and 2")
    start = spectrum * energy
    factors = np.abs(1 - rate * spectrum / spectrum.max())

    def left(k: int) -> float:
        return float(np.sum(start * factors ** (2.0 * k)))

    goal, high = tolerance * float(start.sum()), 1
    while left(high) > goal and high < 2**50:
        high *= 2
    low = 0
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if left(middle) <= goal else (middle + 1, high)
    return low


def descent_path(hessian: Array, start: Array, steps: int, rate: float = 1.0) -> Array:
    """Gradient descent on ½ eᵀ C e from e = `start` (n,), step size rate / λ_max: (steps + 1, n).

    >>> descent_path(np.diag([1.0, 2.0]), np.array([1.0, 1.0]), 2).tolist()
    [[1.0, 1.0], [0.5, 0.0], [0.25, 0.0]]
    """
    size = rate / float(np.linalg.eigvalsh(hessian)[-1])
    path = np.empty((steps + 1, len(start)))
    path[0] = start
    for k in range(steps):
        path[k + 1] = path[k] - size * (hessian @ path[k])
    return path


def sample_path(h: Array, start: Array, rate: float) -> Array:
    """The same by one sample at a time: e ← e - rate (h·e) h / ‖h‖² for the rows of h (m, n): (m + 1, n).

    Notes
    -----
    The update is a multiple of h: when all inputs are positive, all weights of a unit move up or all move down.

    >>> sample_path(np.array([[1.0, 1.0]]), np.array([1.0, -0.5]), 1.0).tolist()
    [[1.0, -0.5], [0.75, -0.75]]
    """
    path = np.empty((len(h) + 1, len(start)))
    path[0] = start
    for k, row in enumerate(h):
        path[k + 1] = path[k] - rate * (row @ path[k]) / max(float(row @ row), 1e-300) * row
    return path


def same_sign_share(h: Array) -> float:
    """Share of the samples (rows of h) whose inputs that are not 0 all have one sign.

    >>> same_sign_share(np.array([[1.0, 2.0], [-1.0, 2.0], [0.0, 3.0]]))
    0.6666666666666666
    """
    return float(np.mean((h >= 0).all(axis=1) | (h <= 0).all(axis=1)))
