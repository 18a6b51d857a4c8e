"""Eight classifiers of boundary_gallery: fitted to the same points, each a score that is positive for class 1."""

from collections.abc import Callable

import numpy as np

from app.core.activations import Array, tanh
from app.core.classifiers import gaussian_rule, grow_tree, log_odds, neighbour_share, tree_share
from app.core.logistic_regression import newton
from app.core.mlp import forward, init_layers, train
from app.demos.linear_models._gallery_data import quadratic
from app.kit import same, text

Score = Callable[[Array], Array]
MODELS = {
    "lr": text(zh="逻辑回归", en="logistic regression"),
    "lda": same("LDA"),
    "nb_shared": text(zh="高斯朴素贝叶斯，共用方差", en="Gaussian NB, shared variances"),
    "nb_own": text(zh="高斯朴素贝叶斯，各类方差", en="Gaussian NB, own variances"),
    "qda": same("QDA"),
    "knn": text(zh="15 近邻", en="15 nearest neighbours"),
    "tree": text(zh="决策树，深 4", en="tree, depth 4"),
    "mlp": text(zh="MLP，16 个 tanh", en="MLP, 16 tanh units"),
}
LINEAR = ("lr", "lda", "nb_shared")
GAUSSIAN = {"lda": (True, False), "nb_shared": (True, True), "nb_own": (False, True), "qda": (False, False)}


def fit_model(name: str, X: Array, y: Array, lifted: bool, seed: int) -> Score:
    """The score of a fitted model. lifted: the linear ones are given squares and the product as features too."""
    features: Score = quadratic if lifted and name in LINEAR else np.asarray
    Z = features(X)
    if name == "lr":
        penalty = np.full(Z.shape[1] + 1, 1e-2)
        penalty[-1] = 0
        w = newton(np.column_stack([Z, np.ones(len(Z))]), y, penalty).weights
        return lambda Q: features(Q) @ w[:-1] + w[-1]
    if name in GAUSSIAN:
        rule = gaussian_rule(Z, y, *GAUSSIAN[name])
        return lambda Q: log_odds(rule, features(Q))
    if name == "knn":
        return lambda Q: neighbour_share(X, y, Q, 15) - 0.5
    if name == "tree":
        tree = grow_tree(X, y, depth=4, least=5)
        return lambda Q: tree_share(tree, Q) - 0.5
    layers = init_layers([2, 16, 1], np.random.default_rng([seed, 7]), "xavier")
    for _ in train(layers, X, y, tanh, lr=0.2, steps=300):
        pass
    return lambda Q: forward(layers, Q, tanh).logits[:, 0]
