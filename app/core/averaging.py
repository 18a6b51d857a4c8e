"""What averaging several models does to the variance of a prediction: it depends on how much they err together."""


def ensemble_variance(correlation: float, members: int, variance: float = 1.0) -> float:
    """The variance of the mean of M predictions, each of this variance, every two with this correlation ρ.

    Notes
    -----
    σ² (ρ + (1 - ρ)/M): the part they share, ρ σ², does not average out. Breiman (2001), Random Forests.

    >>> ensemble_variance(0.5, 5), ensemble_variance(0.0, 4), ensemble_variance(1.0, 100)
    (0.6, 0.25, 1.0)
    """
    return variance * (correlation + (1 - correlation) / members)
