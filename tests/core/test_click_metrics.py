"""AUC and log loss against scikit-learn."""

import doctest

import numpy as np
import pytest
from sklearn import metrics

from app.core import click_metrics
from app.core.click_metrics import auc, log_loss, normalised_entropy


def test_doctests():
    failed, tried = doctest.testmod(click_metrics)
    assert tried and not failed


@pytest.mark.parametrize("digits", [1, 2, 8])
def test_against_sklearn_with_and_without_ties(digits: int):
    rng = np.random.default_rng(digits)
    p = np.clip(rng.random(400).round(digits), 0.01, 0.99)
    y = (rng.random(400) < p).astype(float)
    assert auc(p, y) == pytest.approx(metrics.roc_auc_score(y, p), abs=1e-12)
    assert log_loss(p, y) == pytest.approx(metrics.log_loss(y, p), abs=1e-12)
    assert normalised_entropy(p, y) < 1
    assert auc(np.log(p), y) == pytest.approx(auc(p, y), abs=1e-12)


def test_one_class_has_no_auc():
    with pytest.raises(ValueError, match="classes"):
        auc(np.array([0.1, 0.2]), np.zeros(2))
