"""The HMM demo: the worked numbers of the literature, decoding, underflow, learning, and what is refused."""

import math

import numpy as np
import pytest
from hmmlearn.hmm import CategoricalHMM
from pydantic import ValidationError

from app.demos.probability_information.hmm_trellis import DRAWN, demo


def preset(name):
    return demo.final(demo.preset_params(name))


def view(result, id):
    return next(v for v in result.views if v.id == id)


def test_li_hang():
    result = preset("li-hang")
    assert result.scalars["likelihood"] == pytest.approx(0.130218, abs=1e-12)
    assert result.scalars["viterbi_probability"] == pytest.approx(0.0147, abs=1e-12)
    assert result.scalars["free_parameters"] == 11
    assert result.scalars["paths"] == 27
    rows = view(result, "numbers").rows
    assert [row[3] for row in rows] == pytest.approx(
        [0.1, 0.16, 0.28, 0.077, 0.1104, 0.0606, 0.04187, 0.035512, 0.052836]
    )
    assert [row[4] for row in rows[:3]] == pytest.approx([0.2451, 0.2622, 0.2277])
    assert "3→3→3" in result.notes[0].zh


def test_doctor():
    result = preset("doctor")
    assert result.scalars["likelihood"] == pytest.approx(0.03628, abs=1e-12)
    assert result.scalars["viterbi_probability"] == pytest.approx(0.01512, abs=1e-12)
    assert view(result, "gamma").series[0].y.tolist() == [0, 0, 1]


def test_umbrella():
    result = preset("umbrella")
    assert result.scalars["filtered_first"] == pytest.approx(9 / 11, abs=1e-12)
    assert result.scalars["smoothed_first"] == pytest.approx(0.86734, abs=5e-6)
    assert result.scalars["likelihood"] == pytest.approx(0.0343037, abs=5e-8)
    assert result.scalars["viterbi_probability"] == pytest.approx(0.0115736, abs=5e-8)


def test_best_states_make_an_impossible_path():
    result = preset("impossible")
    assert result.scalars["posterior_path_probability"] == 0
    assert result.scalars["viterbi_probability"] == pytest.approx(0.3)
    assert result.scalars["posterior_correct"] > result.scalars["viterbi_correct"]
    graph = view(result, "trellis").frames[-1]
    (edge,) = [e for e in graph.edges if e.role == "highlight"]
    assert (edge.source, edge.target, edge.weight) == ("0-0", "1-0", 0.0)


def test_posterior_decoding_gets_more_states_right_viterbi_the_better_path():
    rng = np.random.default_rng(0)
    for _ in range(10):
        a, b = rng.dirichlet(np.ones(3), 3), rng.dirichlet(np.ones(2), 3)
        s = demo.final(
            demo.params(
                transition=tuple(map(tuple, a.tolist())), emission=tuple(map(tuple, b.tolist())),
                observations=tuple(rng.integers(0, 2, 8).tolist()),
            )
        ).scalars  # fmt: skip
        assert s["posterior_correct"] >= s["viterbi_correct"] - 1e-12
        assert s["viterbi_probability"] >= s["posterior_path_probability"] - 1e-15


def test_underflow():
    result = preset("underflow")
    single, double = result.scalars["lasts_float32"], result.scalars["lasts_float64"]
    assert 85 < single < 105
    assert 650 < double < 720
    curves = {s.key: s for s in view(result, "underflow").series}
    assert max(curves["float32"].x) <= single
    assert max(curves["float64"].x) <= double
    assert max(curves["log"].x) == 1000
    assert curves["float32"].role == "main"
    assert curves["log"].role == "reference"
    assert len(curves["log"].x) <= 300
    short = demo.final(demo.params(length=20)).scalars
    assert short["lasts_float32"] == short["lasts_float64"] == 20


def test_baum_welch_is_hmmlearn():
    params = demo.preset_params("baum-welch")
    result = demo.final(params)
    reference = CategoricalHMM(2, n_features=2, n_iter=50, tol=-np.inf, init_params="")
    reference.startprob_, reference.transmat_, reference.emissionprob_ = params.model
    reference.fit(np.array(params.observations)[:, None])
    curve = view(result, "em").series[0].y
    np.testing.assert_allclose(curve[:50], reference.monitor_.history, rtol=1e-10)
    assert (np.diff(curve) > -1e-9).all()
    assert result.scalars["em_end"] - result.scalars["em_start"] > 3
    # it finds the two sticky states the symbols were drawn from: A = (.9 .1; .15 .85), B = (.85 .15; .2 .8)
    np.testing.assert_allclose(reference.transmat_, [[0.9, 0.1], [0.15, 0.85]], atol=0.05)
    np.testing.assert_allclose(reference.emissionprob_, [[0.85, 0.15], [0.2, 0.8]], atol=0.05)


@pytest.mark.parametrize("kind", ["forward", "backward", "viterbi", "posterior"])
def test_trellis_shows_the_chosen_recursion(kind):
    result = demo.final(demo.params(algorithm=kind, observations="0 1 0 0 1 1 0 0 1 0 1 0 0 0 1"))
    steps = view(result, "trellis")
    graph = steps.frames[steps.start]
    assert len(steps.frames) == (1 if kind == "posterior" else DRAWN)
    assert len(graph.nodes) == DRAWN * 3
    assert len(graph.column_labels) == DRAWN
    assert {node.role for node in graph.nodes} == {"main", "highlight"}
    assert sum(node.role == "highlight" for node in graph.nodes) == DRAWN
    assert sum(edge.role == "highlight" for edge in graph.edges) == DRAWN - 1
    assert all(0 <= edge.weight <= 1 for edge in graph.edges)
    assert len(graph.edges) == (DRAWN - 1) * 9
    column = {"forward": 3, "backward": 4, "viterbi": 5, "posterior": 6}[kind]
    for node, row in zip(graph.nodes, view(result, "numbers").rows, strict=True):
        assert float(node.label) == pytest.approx(row[column], rel=5e-2)


def test_rows_are_normalised_and_it_is_said():
    plain = demo.final(demo.params())
    scaled = demo.final(demo.params(initial="2 4 4", transition="5 2 3; 3 5 2; 2 3 5", emission="1 1; 2 3; 7 3"))
    assert scaled.scalars["likelihood"] == pytest.approx(plain.scalars["likelihood"], rel=1e-12)
    assert len(scaled.notes) == len(plain.notes) + 1
    assert "normalised" in scaled.notes[-1].en


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"initial": "0.5 0.5"}, "A must be 2 × 2"),
        ({"transition": "1 0; 0 1"}, "A must be 3 × 3"),
        ({"emission": "1 0; 1 0; 1"}, "3 rows"),
        ({"emission": "1 0; 1 0"}, "3 rows"),
        ({"initial": "-1 1 1"}, "no negatives"),
        ({"initial": "0 0 0"}, "no negatives"),
        ({"initial": "nan 1 1"}, "finite"),
        ({"observations": "0 2"}, "each 0 to 1"),
        ({"observations": ""}, "at least one"),
        ({"observations": " ".join("0" * 61)}, "at most 60"),
        ({"initial": "1 0 0", "emission": "1 0; 1 1; 1 1", "observations": "1"}, "probability 0"),
    ],
)
def test_bad_models_are_refused(values, message):
    with pytest.raises(ValidationError, match=message):
        demo.params(**values)


def test_tiny_probabilities_and_single_states_run():
    tiny = demo.final(demo.params(initial="1", transition="1", emission="1 1e-6", observations="1 " * 60, em_steps=2))
    assert tiny.scalars["likelihood"] == 0
    assert tiny.scalars["log_likelihood"] == pytest.approx(60 * math.log(1e-6), rel=1e-5)
    assert tiny.scalars["viterbi_share"] == pytest.approx(1)
    one = demo.final(demo.params(observations="1"))
    assert all(check.deviation <= check.tolerance for check in one.checks)


@pytest.mark.parametrize(("kind", "first"), [("forward", 0), ("viterbi", 0), ("backward", DRAWN - 1)])
def test_trellis_is_filled_in_the_order_of_the_recursion(kind, first):
    result = demo.final(demo.params(algorithm=kind, observations="0 1 0 0 1 1 0 0 1 0 1 0"))
    for done, frame in enumerate(view(result, "trellis").frames, 1):
        known = {int(node.x) for node in frame.nodes if node.label}
        assert known == set(range(abs(first - done + 1), first + 1) if first else range(done))
        assert all({int(end.split("-")[0]) for end in (e.source, e.target)} <= known for e in frame.edges)
