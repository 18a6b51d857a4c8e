"""Which features an ensemble of trees used: counted, by gain, by cover, and by what shuffling a column costs.

Neighbour: boosted_trees.py grows the trees. The first four read the trees only; permutation asks the data.
"""

from collections.abc import Callable, Sequence

import numpy as np

from app.core.activations import Array
from app.core.boosted_trees import Tree


def importances(trees: Sequence[Tree], features: int) -> dict[str, Array]:
    """XGBoost's five importances, each (features,): weight (number of splits), total_gain, gain (a split's average),
    total_cover, cover (average Σh of the nodes split). A feature without a split has 0.

    >>> leaf, none = np.array([0, -1, -1]), np.zeros(3)
    >>> tree = Tree(leaf, none, none > 0, leaf, leaf, none, np.array([8.0, 0, 0]), np.array([4.0, 2, 2]))
    >>> {name: values.tolist() for name, values in importances([tree, tree], 2).items()}["gain"]
    [8.0, 0.0]
    """
    used = np.concatenate([tree.feature for tree in trees])
    inner = used >= 0
    out: dict[str, Array] = {"weight": np.asarray(np.bincount(used[inner], minlength=features), dtype=np.float64)}
    for name in ("gain", "cover"):
        values = np.concatenate([getattr(tree, name) for tree in trees])[inner]
        total: Array = np.asarray(np.bincount(used[inner], weights=values, minlength=features), dtype=np.float64)
        out[f"total_{name}"] = total
        out[name] = total / np.maximum(out["weight"], 1)
    return out


def permutation_importance(
    loss: Callable[[Array], float], X: Array, rng: np.random.Generator, repeats: int = 3
) -> Array:
    """How much the loss rises, on average, when one column is shuffled: (features,). loss maps X to a number.

    Notes
    -----
    Shuffling breaks what ties a column to the target and leaves its distribution alone. Use rows not trained on.
    Source: Breiman (2001), Random Forests, doi:10.1023/A:1010933404324.

    >>> X = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]])
    >>> rise = permutation_importance(lambda Z: float(((Z[:, 0] - X[:, 0]) ** 2).mean()), X, np.random.default_rng(0))
    >>> bool(rise[0] > 0), float(rise[1])
    (True, 0.0)
    """
    base, rise = loss(X), np.zeros(X.shape[1])
    for f in range(X.shape[1]):
        for _ in range(repeats):
            shuffled = X.copy()
            shuffled[:, f] = rng.permutation(X[:, f])
            rise[f] += (loss(shuffled) - base) / repeats
    return rise
