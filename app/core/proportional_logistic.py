"""Logistic regression when the number of weights p grows with the number of examples n: the theory of Sur and Candès.

The model is exactly right: x ~ N(0, I_p), P(y = 1 | x) = σ(xᵀβ), log-odds of standard deviation ‖β‖ = γ, κ = p/n
fixed as n grows. The maximum likelihood estimate then is not β but, in every coordinate, αβ_j + noise of standard
deviation σ/√n, with α > 1. Beyond a certain κ it does not exist.
Sources: Sur, Candès (2019), PNAS 116, arXiv:1803.06964; Candès, Sur (2020), Annals of Statistics, arXiv:1804.09753.
"""

import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Array, erf, sigmoid


class Constants(NamedTuple):
    """alpha: factor of the coefficients. sigma: √n times the noise of one. lam: the third unknown of the system."""

    alpha: float
    sigma: float
    lam: float


def normal_nodes(step: float = 0.125, reach: float = 7.0) -> tuple[Array, Array]:
    """Nodes and weights of the trapezoidal rule for E[f(z)], z ~ N(0, 1): exponentially accurate for analytic f.

    >>> z, w = normal_nodes()
    >>> bool(abs(w @ z**4 - 3) < 1e-7)
    True
    """
    z = np.arange(-reach, reach + step / 2, step)
    weights = np.exp(-(z**2) / 2)
    return z, weights / weights.sum()


def prox(z: Array, lam: float) -> Array:
    """The x with x + λσ(x) = z: the proximal map of λ·log(1 + eˣ), elementwise.

    Newton's method from 0, where σ has its inflection: on the side of the root the left-hand side is convex (x < 0)
    or concave (x > 0), so that it runs straight towards the root and never past it.

    >>> x = prox(np.array([-3.0, 2.0]), 4.0)
    >>> (x + 4 * sigmoid(x)[0]).round(9).tolist()
    [-3.0, 2.0]
    """
    x = np.zeros_like(z)
    for _ in range(100):
        value, slope = sigmoid(x)
        step = (x + lam * value - z) / (1 + lam * slope)
        x = x - step
        if np.abs(step).max() < 1e-12 * (1 + lam):
            break
    return x


def system(constants: Constants, kappa: float, gamma: float) -> Array:
    """The three equations of Sur and Candès as residuals, shape (3,): all 0 at the constants. λ must not be 0.

    Notes
    -----
    With ρ'(t) = σ(t), Q₁ ~ N(0, γ²) and Q₂ = −αQ₁ + √κ·σ·z, and x = prox_λ(Q₂):
    σ²κ² = E[2ρ'(Q₁)(λρ'(x))²], 0 = E[ρ'(Q₁)Q₁λρ'(x)], 1 − κ = E[2ρ'(Q₁)/(1 + λρ''(x))]. The first is divided by
    σ²κ², the second by λ, to stay comparable when both are large.
    Q₁ is averaged out first, given Q₂, so that the proximal map is needed along one line only.
    """
    alpha, sigma, lam = constants
    noise = kappa * sigma**2
    tau2 = alpha**2 * gamma**2 + noise
    z, w = normal_nodes(max(0.01, min(0.125, 0.5 / math.sqrt(tau2))))  # the map bends within 1 unit of Q₂
    q2 = math.sqrt(tau2) * z
    inner, inner_w = normal_nodes()
    q1 = (-alpha * gamma**2 / tau2 * q2)[:, None] + gamma * math.sqrt(noise / tau2) * inner
    chance = sigmoid(q1)[0]
    mean, moment = chance @ inner_w, (chance * q1) @ inner_w
    pull, slope = sigmoid(prox(q2, lam))
    return np.array([
        1 - 2 * w @ (mean * (lam * pull / (sigma * kappa)) ** 2),
        w @ (moment * pull),
        1 - kappa - 2 * w @ (mean / (1 + lam * slope)),
    ])  # fmt: skip


def mle_constants(kappa: float, gamma: float) -> Constants:
    """α, σ and λ for this κ = p/n and this strength γ; all NaN where the estimate does not exist.

    Newton's method with a numerical Jacobian, along increasing κ, from the classical limit α = 1, σ² = 1/E[σ'(γz)].

    >>> [round(value, 3) for value in mle_constants(0.2, math.sqrt(5))]
    [1.499, 4.744, 3.027]
    """
    return mle_path([kappa], gamma)[0]


def mle_path(kappas: list[float], gamma: float) -> list[Constants]:
    """`mle_constants` for increasing κ, each starting from the one before."""
    z, w = normal_nodes()
    information = float(w @ sigmoid(gamma * z)[1])
    edge, known, at = mle_threshold(gamma), Constants(1.0, information**-0.5, 0.0), 0.0
    out: list[Constants] = []
    for goal in kappas:
        if goal >= edge:
            out.append(Constants(math.nan, math.nan, math.nan))
            continue
        while at < goal:
            ahead = min(goal, at + max(0.02, 0.15 * (edge - at)))
            guess = Constants(known.alpha, known.sigma, max(known.lam, ahead / information))
            solved = _solved(guess, ahead, gamma)
            while solved is None:  # a shorter stretch: the constants rise steeply before the edge
                ahead = (at + ahead) / 2
                if ahead - at < 1e-9:
                    raise ArithmeticError(f"no solution found beyond p/n = {at}, γ = {gamma}")
                solved = _solved(known._replace(lam=max(known.lam, ahead / information)), ahead, gamma)
            known, at = solved, ahead
        out.append(known)
    return out


def _solved(guess: Constants, kappa: float, gamma: float) -> Constants | None:
    """Newton from `guess`; None if it does not arrive."""
    u = np.array(guess)
    for _ in range(30):
        residual = system(Constants(*u), kappa, gamma)
        if np.abs(residual).max() < 1e-10:
            return Constants(*(float(v) for v in u))
        steps = 1e-6 * np.abs(u)
        columns = [
            (system(Constants(*(u + np.eye(3)[i] * h)), kappa, gamma) - residual) / h for i, h in enumerate(steps)
        ]
        u = u - np.linalg.solve(np.stack(columns, axis=1), residual)
        if not (np.isfinite(u).all() and (u > 0).all()):
            return None
    return None


def mle_threshold(gamma: float) -> float:
    """The p/n from which on the examples are linearly separable, and no maximum likelihood estimate exists.

    Notes
    -----
    min over t of E[max(0, Z − tV)²], Z ~ N(0, 1), V = ±G with G ~ N(0, 1), + with probability σ(γG). At γ = 0 it is ½
    (Cover, 1965).

    Examples
    --------
    >>> round(mle_threshold(1e-9), 6)
    0.5
    """
    z, w = normal_nodes()
    density = 2 * w * sigmoid(gamma * z)[0]

    def missed(t: float) -> float:
        a = t * z
        below = 0.5 * (1 - erf(a / math.sqrt(2)))
        return float(density @ ((1 + a**2) * below - a * np.exp(-(a**2) / 2) / math.sqrt(2 * math.pi)))

    low, high = 0.0, 20.0  # convex in t: golden section
    for _ in range(80):
        a, b = high - 0.6180339887498949 * (high - low), low + 0.6180339887498949 * (high - low)
        low, high = (low, b) if missed(a) < missed(b) else (a, high)
    return missed((low + high) / 2)


def truth_given_logit(logits: Array, constants: Constants, kappa: float, gamma: float) -> Array:
    """P(y = 1 | the fitted model says this logit) for fresh examples, any shape.

    On a fresh x the true log-odds xᵀβ ~ N(0, γ²) and the predicted ones are αxᵀβ + N(0, κσ²); given the prediction,
    the truth is normal again, and σ is averaged over it. With κ = 0 the answer is σ(logit).

    >>> nine = np.array([math.log(9)])
    >>> round(float(truth_given_logit(nine, mle_constants(0.2, math.sqrt(5)), 0.2, math.sqrt(5))[0]), 3)
    0.694
    """
    noise = kappa * constants.sigma**2
    spread = constants.alpha**2 * gamma**2 + noise
    z, w = normal_nodes()
    mean = constants.alpha * gamma**2 / spread * np.asarray(logits, dtype=np.float64)
    return sigmoid(mean[..., None] + gamma * math.sqrt(noise / spread) * z)[0] @ w
