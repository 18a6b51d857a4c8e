"""The hashing trick by the numbers: how many of m buckets n keys occupy, and how often a key shares its bucket."""


def expected_occupied(keys: int, buckets: int) -> float:
    """m (1 − (1 − 1/m)ⁿ), for n keys hashed uniformly and independently.

    >>> round(expected_occupied(10_000, 2**14), 2)
    7485.03
    """
    return buckets * (1 - (1 - 1 / buckets) ** keys)


def collision_probability(keys: int, buckets: int) -> float:
    """1 − (1 − 1/m)^(n − 1): the chance that a given key shares its bucket with another one.

    >>> round(collision_probability(10_000, 2**14), 4)
    0.4568
    """
    return 1 - (1 - 1 / buckets) ** (keys - 1)
