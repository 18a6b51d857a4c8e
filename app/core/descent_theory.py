"""What theory says before a race starts: rates by condition number, memory by method."""

import math


def gradient_rate(kappa: float) -> float:
    """Factor on the error per step of gradient descent with the best fixed rate 2/(λ₁ + λₙ): (κ − 1)/(κ + 1).

    Squared, it is also the worst ratio of f − f* of steepest descent with exact line search. Source: Nocedal, Wright
    (2006), theorem 3.3.

    >>> round(gradient_rate(10.0) ** 2, 6), round(gradient_rate(100.0) ** 2, 6)
    (0.669421, 0.960788)
    """
    return (kappa - 1) / (kappa + 1)


def conjugate_rate(kappa: float) -> float:
    """The same for conjugate gradients (a bound, up to a factor 2) and for the best heavy ball: (√κ − 1)/(√κ + 1).

    Source: Nocedal, Wright (2006), equation (5.36); Polyak (1964).

    >>> round(conjugate_rate(100.0), 6)
    0.818182
    """
    return gradient_rate(math.sqrt(kappa))


def best_heavy_ball(smallest: float, largest: float) -> tuple[float, float]:
    """(learning rate, momentum) of the fastest heavy ball on curvatures from smallest to largest.

    η = 4/(√λ₁ + √λₙ)², β = ((√κ − 1)/(√κ + 1))². Source: Polyak (1964).

    >>> best_heavy_ball(1.0, 9.0)
    (0.25, 0.25)
    """
    return 4 / (math.sqrt(smallest) + math.sqrt(largest)) ** 2, conjugate_rate(largest / smallest) ** 2


def steps_for(factor: float, gain: float) -> int:
    """Steps until something multiplied by `factor` each time is `gain` times smaller.

    >>> steps_for(gradient_rate(100.0), 1e3), steps_for(conjugate_rate(100.0), 1e3)
    (346, 35)
    """
    return math.ceil(math.log(gain) / -math.log(factor) - 1e-9) if factor > 0 else 1


def numbers_kept(n: float, memory: int) -> dict[str, float]:
    """How many numbers each method keeps for n parameters: parameters and gradient, plus what it remembers.

    >>> numbers_kept(10.0, 3)
    {'gd': 20.0, 'momentum': 30.0, 'adam': 40.0, 'cg': 40.0, 'lbfgs': 80.0, 'bfgs': 120.0, 'newton': 120.0}
    """
    extra = {"gd": 0.0, "momentum": n, "adam": 2 * n, "cg": 2 * n, "lbfgs": 2 * memory * n, "bfgs": n * n,
             "newton": n * n}  # fmt: skip
    return {method: 2 * n + more for method, more in extra.items()}


def cholesky_flops(n: float) -> float:
    """Floating-point operations to factorise an n × n positive definite matrix: n³/3 (leading term).

    >>> cholesky_flops(3000.0)
    9000000000.0
    """
    return n**3 / 3
