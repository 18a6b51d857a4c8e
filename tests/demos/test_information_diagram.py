"""The information demo: the textbook table, both KL directions, two Gaussian fits, and phantom information."""

import math

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.stats import entropy
from sklearn.metrics import mutual_info_score

from app.demos.probability_information.information_diagram import demo


def preset(name):
    return demo.final(demo.preset_params(name))


def view(result, id):
    return next(v for v in result.views if v.id == id)


def test_the_textbook_table_in_bits():
    result = preset("textbook")
    s = result.scalars
    found = [s[k] for k in ("h_x", "h_y", "h_xy", "h_x_given_y", "h_y_given_x", "mi")]
    assert found == pytest.approx([7 / 4, 2, 27 / 8, 11 / 8, 13 / 8, 3 / 8], abs=1e-12)
    bars = sum(series.values for series in view(result, "bars").series)
    assert bars == pytest.approx([s["h_x"], s["h_y"], s["h_xy"], s["h_x"] + s["h_y"]], abs=1e-12)
    assert view(result, "cells").z.sum() == pytest.approx(s["mi"], abs=1e-12)
    nats = demo.final(demo.params(unit="nat")).scalars
    assert nats["mi"] == pytest.approx(s["mi"] * math.log(2), abs=1e-12)


def test_tables_of_any_shape_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    for _ in range(5):
        counts = rng.integers(0, 9, rng.integers(2, 5, 2)) + 1.0
        s = demo.final(demo.params(joint=tuple(map(tuple, counts.tolist())), unit="nat")).scalars
        assert s["mi"] == pytest.approx(mutual_info_score(None, None, contingency=counts), abs=1e-9)
        assert s["h_x"] == pytest.approx(entropy(counts.sum(axis=0)), abs=1e-12)


def test_an_empty_row_and_a_perfect_copy():
    empty = demo.final(demo.params(joint="1 1; 0 0"))
    assert empty.scalars["mi"] == 0
    assert np.isnan(view(empty, "given").series[0].values[1])
    copy = demo.final(demo.params(joint="1 0 0 0; 0 1 0 0; 0 0 1 0; 0 0 0 1")).scalars
    assert copy["mi"] == copy["h_x"] == copy["h_y"] == copy["h_xy"] == 2
    assert copy["h_x_given_y"] == 0


def test_two_coins_in_nats():
    result = preset("two-coins")
    s = result.scalars
    assert s["kl_pq"] == pytest.approx(math.log(5 / 3), abs=1e-12)
    assert s["kl_qp"] == pytest.approx(0.368064, abs=1e-6)
    assert s["ce_pq"] == pytest.approx(s["h_p"] + s["kl_pq"], abs=1e-12)
    assert s["ce_qp"] == pytest.approx(math.log(2), abs=1e-12)  # a uniform model costs ln 2 whatever the data
    curves = {c.key: c for c in view(result, "curves").series}
    at = curves["kl"].y.argmin()
    assert curves["kl"].x[at] == pytest.approx(0.5)
    assert curves["kl"].y[at] == pytest.approx(0, abs=1e-12)
    assert curves["cross-entropy"].y[at] == pytest.approx(s["h_p"], abs=1e-12)
    perfect = demo.final(demo.params(tab="bernoulli", p=0.5, q=0.5)).scalars
    assert perfect["ce_pq"] == pytest.approx(1)  # bit
    assert math.isnan(perfect["kl_ratio"])


def test_each_fit_wins_by_its_own_measure():
    for distance in (2.0, 3.0, 4.5):
        for weight in (0.2, 0.5, 0.7):
            s = demo.final(demo.params(tab="fit", distance=distance, weight=weight)).scalars
            assert s["forward_kl"] <= s["reverse_fit_forward_kl"] + 1e-9
            assert s["reverse_kl"] <= s["forward_fit_reverse_kl"] + 1e-9
            assert s["forward_variance"] == pytest.approx(1 + 4 * weight * (1 - weight) * distance**2)


def test_the_reverse_fit_switches_at_a_distance():
    s = preset("straddle").scalars
    assert s["switch"] == pytest.approx(2.8, abs=0.02)
    near, far = (demo.final(demo.params(tab="fit", distance=d)).scalars for d in (2.7, 2.9))
    assert near["best_reverse_distance"] < 1e-3
    assert far["best_reverse_distance"] > 2.5
    assert preset("reverse").scalars["reverse_kl"] == pytest.approx(0.68877, abs=5e-6)
    stuck = demo.final(demo.params(tab="fit", start=0.5))
    assert stuck.scalars["reverse_kl"] == pytest.approx(0.8406, abs=1e-4)
    assert "local minimum" in stuck.notes[-1].en


def test_phantom_information_over_seeds():
    for seed in range(6):
        s = demo.final(demo.params(tab="estimate", seed=seed)).scalars
        assert s["plug_in_min"] > 0.2
        error = s["plug_in_sd"] / math.sqrt(200)
        assert abs(s["plug_in"] - s["exact"]) < 4 * error
        assert abs(s["minus_shuffled"]) < 8 * error
    more = demo.final(demo.params(tab="estimate", samples=1000)).scalars
    assert more["exact"] == pytest.approx(0.0414, abs=1e-4)
    assert more["exact"] == pytest.approx(more["formula"], rel=0.03)


def test_real_dependence_is_still_found():
    s = demo.final(demo.params(tab="estimate", samples=2000, agreement=0.5)).scalars
    assert s["mi_true"] > 0.5
    assert s["minus_formula"] == pytest.approx(s["mi_true"], abs=0.02)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"joint": "1 2 3"}, "2 to 4 rows"),
        ({"joint": "1 2; 3"}, "2 to 4 rows"),
        ({"joint": "1; 2"}, "2 to 4 rows"),
        ({"joint": "1 1; 1 1; 1 1; 1 1; 1 1"}, "at most 4"),
        ({"joint": "1 -1; 1 1"}, "no negative"),
        ({"joint": "0 0; 0 0"}, "no negative"),
        ({"joint": "nan 1; 1 1"}, "finite"),
        ({"joint": ""}, "2 to 4 rows"),
    ],
)
def test_bad_tables_are_refused(values, message):
    with pytest.raises(ValidationError, match=message):
        demo.params(**values)
