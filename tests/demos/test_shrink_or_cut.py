"""The shrink-or-cut demo: what L1 and L2 do over seeds, the exact numbers, the refusals."""

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.ridge import soft_threshold
from app.demos.linear_models._shrink_paths import chain_columns, decoy_columns
from app.demos.linear_models.shrink_or_cut import ShrinkOrCutParams, demo
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    result = demo.final(ShrinkOrCutParams(**values))
    assert all(check.deviation <= check.tolerance for check in result.checks)
    return dict(result.scalars)


@pytest.mark.parametrize("seed", range(12))
def test_l1_cuts_and_l2_does_not_and_only_the_proximal_step_gives_zeros(seed):
    s = scalars(seed=seed)
    assert 2 <= s["nonzero"] <= 6
    assert s["nonzero_ridge"] == 12
    assert s["zeros_proximal"] == s["zeros_lasso"] >= 6
    assert s["zeros_subgradient"] == 0


@pytest.mark.parametrize("seed", range(12))
def test_with_a_sparse_truth_l1_predicts_better_but_keeps_useless_features(seed):
    s = scalars(seed=seed)
    assert s["risk_best"] < 0.85 * s["risk_ridge_best"] < s["risk_ols"]
    assert s["kept_right"] > 2.8
    assert s["kept_wrong"] > 1.5


@pytest.mark.parametrize("seed", range(8))
def test_with_many_small_effects_l2_predicts_better(seed):
    s = scalars(seed=seed, design="dense")
    assert s["risk_ridge_best"] < 0.75 * s["risk_best"] < s["risk_ols"]


@pytest.mark.parametrize("seed", range(6))
def test_a_change_of_unit_changes_which_feature_is_cut(seed):
    assert scalars(seed=seed)["first_in"] == 1
    changed = scalars(seed=seed, unit=0.2)
    assert changed["first_in"] != 1
    assert changed["first_wakes"] < 0.3 * scalars(seed=seed)["first_wakes"]


def test_the_columns_have_length_one_and_the_dot_products_they_promise():
    gram = chain_columns(6, 0.7).T @ chain_columns(6, 0.7)
    np.testing.assert_allclose(gram, 0.7 ** np.abs(np.subtract.outer(range(6), range(6))), atol=1e-12)
    gram = decoy_columns(0.65).T @ decoy_columns(0.65)
    np.testing.assert_allclose(gram, [[1, 0, 0.65], [0, 1, 0.65], [0.65, 0.65, 1]], atol=1e-12)


def test_the_decoy_is_always_kept_above_one_half_and_can_be_left_out_below():
    for rho in (0.6, 0.65, 0.7):
        assert scalars(design="decoy", rho=rho, noise=0)["support_share"] == 0
    below = scalars(design="decoy", rho=0.4, noise=0)
    assert below["first_in"] == 1
    assert below["support_share"] > 0.2
    assert scalars(design="decoy", rho=0.65, noise=0)["largest"] == pytest.approx(0.65 * 4, abs=1e-12)


def test_orthogonal_columns_are_shrunk_one_by_one():
    s = scalars(tab="plane", rho=0, b1=3, b2=-0.5)
    assert (s["w1"], s["w2"]) == pytest.approx(tuple(soft_threshold([3, -0.5], 1.0)), abs=1e-12)
    assert (s["ridge1"], s["ridge2"]) == pytest.approx((1.5, -0.25), abs=1e-12)
    mixed = scalars(tab="plane", rho=0, b1=3, b2=-0.5, mix=0.5)
    assert mixed["w1"] == pytest.approx(2.5 / 1.5, abs=1e-12)


def test_l2_may_enlarge_a_weight_when_columns_are_correlated():
    s = scalars(tab="plane", rho=0.6)
    assert s["ridge2"] > 0.4  # b₂ itself
    assert s["w2"] == 0


def test_a_cut_needs_area_only_with_l1():
    assert scalars(tab="plane", mix=0)["cut_share"] == 0
    shares = [scalars(tab="plane", mix=mix)["cut_share"] for mix in (0.25, 0.5, 1)]
    assert shares == sorted(shares)
    assert shares[0] > 0.05


@pytest.mark.parametrize(("y", "mean", "mode"), [(0.5, 0.24102, 0), (1, 0.50322, 0), (2, 1.16109, 1), (3, 2.02581, 2)])
def test_posterior_mean_and_mode(y, mean, mode):
    s = scalars(tab="priors", y=y)
    assert s["mean"] == pytest.approx(mean, abs=5e-6)
    assert s["mode"] == mode
    assert s["gaussian"] == y / 2


@pytest.mark.parametrize("seed", range(8))
def test_of_like_columns_l1_keeps_one_and_l2_both(seed):
    s = scalars(tab="twins", rho=0.95, mix=0.5, penalty=0.5, seed=seed)
    assert s["cut_l1"] > 0.4
    assert s["cut_l2"] == 0
    assert s["gap_l1"] > 2 * s["gap_elastic"] > 2 * s["gap_l2"]


def test_of_exact_copies_l2_halves_and_l1_depends_on_the_order():
    s = scalars(tab="twins", rho=1, mix=0.5, penalty=0.5)
    assert (s["first"], s["second"]) == pytest.approx((1.5, 0), abs=1e-12)
    assert (s["ridge_first"], s["ridge_second"]) == pytest.approx((0.8, 0.8), abs=1e-12)
    assert s["flat"] < 1e-12
    assert s["swapped_gap"] > 1
    assert s["gap_elastic"] < 1e-9


@pytest.mark.parametrize(
    "values",
    [{"rho": 0.95, "features": 20, "noise": 2}, {"mix": 0.5, "rho": 0.95, "features": 20}, {"mix": 0}, {"unit": 10},
     {"unit": 0.1, "rho": 0.95}, {"noise": 0, "rho": 0, "unit": 0.5}, {"design": "decoy", "rho": 0.5, "noise": 0},
     {"tab": "plane", "rho": 0.95, "penalty": 0.05}, {"tab": "plane", "b1": 0, "b2": 0, "mix": 0.3},
     {"tab": "priors", "penalty": 6, "y": 4}, {"tab": "priors", "penalty": 0.05}, {"tab": "priors", "y": 0},
     {"tab": "twins", "rho": 1, "penalty": 6}, {"tab": "twins", "rho": 1, "mix": 0}, {"tab": "twins", "mix": 0.95}],
    ids=str,
)  # fmt: skip
def test_corners_of_the_knobs_run_and_agree_with_their_checks(values):
    scalars(**values)


def test_dependent_columns_are_refused_where_the_path_needs_independent_ones():
    for values in ({"rho": 1.0}, {"tab": "plane", "rho": 1.0}, {"design": "decoy", "rho": 0.75}):
        with pytest.raises(ValidationError) as refused:
            ShrinkOrCutParams(**values)
        assert isinstance(refused.value.errors()[0]["ctx"]["error"], LimitError)
