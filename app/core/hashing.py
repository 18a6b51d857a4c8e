"""The hashing trick by the numbers: how many of m buckets n keys occupy, and how often a key shares its bucket."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array

Whole = NDArray[np.intp]


class Spread(NamedTuple):
    """occupied: buckets with a key or more. collided: share of the keys that are not alone in their bucket."""

    occupied: int
    collided: float


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


def hashed(keys: Whole, buckets: int, salt: int = 0) -> tuple[Whole, Array]:
    """A bucket from 0 to m − 1 and a sign ±1 for every key, with the shape of `keys` (whole numbers from 0).

    The finaliser of SplitMix64 (Steele, Lea, Flood, 2014) on key + salt · golden ratio: no table of keys is kept, and
    every machine computes the same. The sign comes from other bits than the bucket.

    >>> bucket, sign = hashed(np.arange(4), 1000)
    >>> bucket.tolist(), sign.tolist()
    ([0, 789, 730, 856], [-1.0, -1.0, 1.0, -1.0])
    """
    golden = (salt * 0x9E3779B97F4A7C15) % 2**64
    x = keys.astype(np.uint64) + np.uint64(golden)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return (x % np.uint64(buckets)).astype(np.intp), np.where(x >> np.uint64(63), 1.0, -1.0)


def spread(keys: int, buckets: int, salt: int = 0) -> Spread:
    """What became of the keys 0 … n − 1.

    >>> spread(10_000, 2**14, salt=1).occupied
    7519
    """
    bucket = hashed(np.arange(keys), buckets, salt)[0]
    counts = np.bincount(bucket, minlength=buckets)
    return Spread(int((counts > 0).sum()), float((counts[bucket] > 1).mean()))
