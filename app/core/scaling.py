"""Arithmetic of scale: the compute of training, what a budget buys, and power-law learning curves."""

import math

TOKENS_PER_PARAMETER = 20
"""The rule of thumb of Hoffmann et al. (2022), arXiv:2203.15556: 70 B parameters, 1.4 T tokens."""


def training_flops(parameters: float, tokens: float) -> float:
    """Floating-point operations of training a dense Transformer, C ≈ 6 N D: 2 N D forward, 4 N D backward.

    >>> f"{training_flops(70e9, 1.4e12):.2e}"
    '5.88e+23'
    """
    return 6 * parameters * tokens


def optimal_parameters(flops: float, tokens_per_parameter: float = TOKENS_PER_PARAMETER) -> float:
    """Parameters N that spend `flops` at a fixed ratio D = r N: C = 6 r N², so N = √(C/6r).

    >>> f"{optimal_parameters(5.88e23):.0e}"
    '7e+10'
    """
    return math.sqrt(flops / (6 * tokens_per_parameter))


def training_days(flops: float, devices: int, peak: float, utilisation: float) -> float:
    """Days that `flops` take on devices of `peak` FLOP/s each, of which a share `utilisation` is reached.

    >>> training_days(8.64e21, 100, 1e15, 0.5)
    2.0
    """
    return flops / (devices * peak * utilisation) / 86_400


def power_law_error(error: float, more: float, exponent: float, floor: float = 0.0) -> float:
    """The error after `more` times the data: floor + (error - floor) · more^-β, β = exponent > 0.

    Source: Hestness et al. (2017), arXiv:1712.00409, who measure β between 0.07 and 0.35.

    >>> round(power_law_error(0.3, 10, 0.3, 0.1), 4)
    0.2002
    """
    return float(floor + (error - floor) * more**-exponent)


def data_for_share(share: float, exponent: float) -> float:
    """How many times the data bring the error above the floor down to `share` of what it is: share^(-1/β).

    >>> round(data_for_share(0.5, 0.25), 9)
    16.0
    """
    return float(share ** (-1 / exponent))
