"""The competitors: names, colours, and how each is set up for a surface."""

from functools import partial

import numpy as np

from app.core.conjugate import conjugate_gradients
from app.core.descent import (
    Method,
    bfgs,
    damped_newton,
    exact_search,
    lbfgs,
    newton,
    steepest_descent,
    stepper,
    wolfe_search,
)
from app.core.optimisers import adam, sgd
from app.core.surfaces import Surface

from app.kit import Text, same, text  # isort: skip

NAMES: dict[str, Text] = {
    "gd": text(zh="梯度下降", en="gradient descent"),
    "momentum": text(zh="动量", en="momentum"),
    "adam": same("Adam"),
    "steepest": text(zh="最速下降＋线搜索", en="steepest descent, line search"),
    "newton": text(zh="纯牛顿", en="pure Newton"),
    "damped": text(zh="阻尼牛顿", en="damped Newton"),
    "bfgs": same("BFGS"),
    "lbfgs": same("L-BFGS"),
    "cg": text(zh="共轭梯度", en="conjugate gradients"),
}
KEYS = {method: f"method-{i}" for i, method in enumerate(NAMES)}
MEMORY = 5


def steepest_curvature(surface: Surface, start: np.ndarray) -> float:
    """The largest |eigenvalue| of the Hessian at the start and at the minima: what bounds a fixed learning rate."""
    return max(float(np.abs(np.linalg.eigvalsh(surface.hessian(x))).max()) for x in (start, *surface.minima))


def competitors(surface: Surface, start: np.ndarray, share: float, beta: float, adam_rate: float) -> dict[str, Method]:
    """All methods. share: the learning rate of gradient descent and momentum, in units of 1/largest curvature."""
    lr = share / steepest_curvature(surface, start)
    exact = surface.matrix is not None
    strict = exact_search if exact else partial(wolfe_search, c2=0.1)
    loose = exact_search if exact else wolfe_search
    return {
        "gd": stepper(lambda w: sgd(w), lr),
        "momentum": stepper(lambda w: sgd(w, beta), lr),
        "adam": stepper(lambda w: adam(w), adam_rate),
        "steepest": steepest_descent(strict),
        "newton": newton,
        "damped": damped_newton,
        "bfgs": bfgs(loose, scaled=not exact),
        "lbfgs": lbfgs(loose, MEMORY, scaled=not exact),
        "cg": conjugate_gradients(strict),
    }
