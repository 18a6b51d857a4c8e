"""Hidden Markov models against hmmlearn, brute force and the worked numbers of the literature."""

import doctest

import numpy as np
import pytest
from hmmlearn.hmm import CategoricalHMM

import app.core.hmm
import app.core.hmm_learning
import app.core.hmm_trellis
from app.core.hmm import backward, forward, forward_log, forward_scaled, joint_probability, posteriors, viterbi_path
from app.core.hmm_learning import baum_welch, brute_force, sample
from app.core.hmm_trellis import edge_values, node_values, prefix_log10

LI_HANG = (
    np.array([0.2, 0.4, 0.4]),
    np.array([[0.5, 0.2, 0.3], [0.3, 0.5, 0.2], [0.2, 0.3, 0.5]]),
    np.array([[0.5, 0.5], [0.4, 0.6], [0.7, 0.3]]),
)
RED_WHITE_RED = np.array([0, 1, 0])
DOCTOR = (
    np.array([0.6, 0.4]),
    np.array([[0.7, 0.3], [0.4, 0.6]]),
    np.array([[0.5, 0.4, 0.1], [0.1, 0.3, 0.6]]),
)
UMBRELLA = (np.array([0.5, 0.5]), np.array([[0.7, 0.3], [0.3, 0.7]]), np.array([[0.9, 0.1], [0.2, 0.8]]))


def random_model(rng, n, m):
    return tuple(rng.dirichlet(np.ones(size[-1]), size[:-1]) for size in ((n,), (n, n), (n, m)))


def theirs(model):
    out = CategoricalHMM(len(model[0]), n_features=model[2].shape[1])
    out.startprob_, out.transmat_, out.emissionprob_ = model
    return out


@pytest.mark.parametrize("module", [app.core.hmm, app.core.hmm_learning, app.core.hmm_trellis])
def test_doctests(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_li_hang_forward_and_backward():
    alpha = forward(*LI_HANG, RED_WHITE_RED)
    np.testing.assert_allclose(
        alpha, [[0.10, 0.16, 0.28], [0.077, 0.1104, 0.0606], [0.04187, 0.035512, 0.052836]], atol=1e-15
    )
    assert alpha[-1].sum() == pytest.approx(0.130218, abs=1e-15)
    beta = backward(*LI_HANG[1:], RED_WHITE_RED)
    np.testing.assert_allclose(beta[1], [0.54, 0.49, 0.57], atol=1e-15)
    np.testing.assert_allclose(beta[0], [0.2451, 0.2622, 0.2277], atol=1e-15)
    assert (LI_HANG[0] * LI_HANG[2][:, 0] * beta[0]).sum() == pytest.approx(0.130218, abs=1e-15)


def test_li_hang_viterbi_and_posterior():
    path, log_probability, log_delta, back = viterbi_path(*LI_HANG, RED_WHITE_RED)
    assert (path + 1).tolist() == [3, 3, 3]
    assert np.exp(log_probability) == pytest.approx(0.0147, abs=1e-15)
    np.testing.assert_allclose(np.exp(log_delta[1]), [0.028, 0.0504, 0.042], atol=1e-15)
    assert (back[1] + 1).tolist() == [3, 3, 3]
    gamma, _ = posteriors(*LI_HANG, RED_WHITE_RED)
    np.testing.assert_allclose(gamma[0], [0.18822, 0.32217, 0.48961], atol=5e-6)


def test_doctor():
    obs = np.array([0, 1, 2])
    path, log_probability, log_delta, _ = viterbi_path(*DOCTOR, obs)
    assert path.tolist() == [0, 0, 1]
    np.testing.assert_allclose(np.exp(log_delta), [[0.3, 0.04], [0.084, 0.027], [0.00588, 0.01512]], atol=1e-15)
    assert np.exp(log_probability) == pytest.approx(0.01512, abs=1e-15)
    assert forward(*DOCTOR, obs)[-1].sum() == pytest.approx(0.03628, abs=1e-15)


def test_umbrella():
    obs = np.array([0, 0, 1, 0, 0])
    filtered, _ = forward_scaled(*UMBRELLA, obs)
    np.testing.assert_allclose(filtered[:, 0], [0.81818, 0.88336, 0.19067, 0.73079, 0.86734], atol=5e-6)
    gamma, _ = posteriors(*UMBRELLA, obs)
    np.testing.assert_allclose(gamma[:, 0], [0.86734, 0.82042, 0.30748, 0.82042, 0.86734], atol=5e-6)
    path, log_probability, _, _ = viterbi_path(*UMBRELLA, obs)
    assert path.tolist() == [0, 0, 1, 0, 0]
    assert np.exp(log_probability) == pytest.approx(0.0115736, abs=5e-8)
    assert forward(*UMBRELLA, obs)[-1].sum() == pytest.approx(0.0343037, abs=5e-8)
    # the day before the first umbrella: a symbol both states give alike
    day_zero = np.hstack([UMBRELLA[2], np.ones((2, 1))])
    gamma, _ = posteriors(UMBRELLA[0], UMBRELLA[1], day_zero, np.array([2, *obs]))
    assert gamma[0, 0] == pytest.approx(0.64694, abs=5e-6)


def test_best_states_can_make_an_impossible_path():
    model = (np.array([0.4, 0.3, 0.3]), np.array([[0, 0.5, 0.5], [1, 0, 0], [1, 0, 0]]), np.ones((3, 1)))
    obs = np.array([0, 0])
    gamma, _ = posteriors(*model, obs)
    each = gamma.argmax(axis=1)
    assert each.tolist() == [0, 0]
    assert joint_probability(*model, obs, each) == 0
    path, log_probability, _, _ = viterbi_path(*model, obs)
    assert path.tolist() == [1, 0]
    assert np.exp(log_probability) == pytest.approx(0.3)


@pytest.mark.parametrize("seed", range(12))
def test_everything_against_brute_force(seed):
    rng = np.random.default_rng(seed)
    n, m, length = int(rng.integers(1, 5)), int(rng.integers(1, 5)), int(rng.integers(1, 7))
    model = random_model(rng, n, m)
    obs = rng.integers(0, m, length)
    likelihood, path, probability, gamma = brute_force(*model, obs)
    assert forward(*model, obs)[-1].sum() == pytest.approx(likelihood, rel=1e-12)
    assert np.exp(forward_log(*model, obs)[-1]).sum() == pytest.approx(likelihood, rel=1e-12)
    assert forward_scaled(*model, obs)[1].prod() == pytest.approx(likelihood, rel=1e-12)
    ours, log_probability, _, _ = viterbi_path(*model, obs)
    assert np.exp(log_probability) == pytest.approx(probability, rel=1e-12)
    assert joint_probability(*model, obs, ours) == pytest.approx(probability, rel=1e-12)
    assert ours.tolist() == path.tolist()
    found, xi = posteriors(*model, obs)
    np.testing.assert_allclose(found, gamma, atol=1e-12)
    np.testing.assert_allclose(xi.sum(axis=2), gamma[:-1], atol=1e-12)
    np.testing.assert_allclose(xi.sum(axis=1), gamma[1:], atol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_everything_against_hmmlearn(seed):
    rng = np.random.default_rng(seed)
    model = random_model(rng, 4, 5)
    obs = rng.integers(0, 5, 80)
    reference = theirs(model)
    log_likelihood, gamma = reference.score_samples(obs[:, None])
    assert np.log(forward_scaled(*model, obs)[1]).sum() == pytest.approx(log_likelihood, rel=1e-12)
    np.testing.assert_allclose(posteriors(*model, obs)[0], gamma, atol=1e-10)
    log_probability, path = reference.decode(obs[:, None], algorithm="viterbi")
    ours, ours_log, _, _ = viterbi_path(*model, obs)
    assert ours_log == pytest.approx(log_probability, rel=1e-12)
    assert ours.tolist() == path.tolist()


def test_alpha_beta_is_the_same_at_every_step():
    obs = sample(*DOCTOR, 50, np.random.default_rng(0))[1]
    products = (forward(*DOCTOR, obs) * backward(*DOCTOR[1:], obs)).sum(axis=1)
    np.testing.assert_allclose(products, products[-1], rtol=1e-12)


def test_impossible_observations_are_refused():
    model = (np.array([1.0, 0.0]), np.eye(2), np.eye(2))
    with pytest.raises(ValueError, match="step 2"):
        forward_scaled(*model, np.array([0, 1]))
    with pytest.raises(ValueError, match="probability 0"):
        posteriors(*model, np.array([1]))


@pytest.mark.parametrize("seed", range(5))
def test_unscaled_forward_underflows_where_logarithms_do_not(seed):
    obs = sample(*DOCTOR, 1000, np.random.default_rng(seed))[1]
    for dtype, smallest, low, high in ((np.float32, -45.0, 85, 105), (np.float64, -323.5, 650, 720)):
        alpha = forward(*DOCTOR, obs, dtype)
        assert alpha.dtype == dtype
        zero = int((alpha.sum(axis=1) == 0).argmax())
        assert low < zero + 1 < high
        assert (alpha[zero:] == 0).all()
        exact = np.logaddexp.reduce(forward_log(*DOCTOR, obs), axis=1) / np.log(10)
        assert exact[zero - 1] > smallest - 2  # it may linger at the smallest number
        assert exact[zero] < smallest + 1
    scaled = np.log(forward_scaled(*DOCTOR, obs)[1]).sum()
    assert np.logaddexp.reduce(forward_log(*DOCTOR, obs)[-1]) == pytest.approx(scaled, rel=1e-12)
    assert theirs(DOCTOR).score(obs[:, None]) == pytest.approx(scaled, rel=1e-12)


def test_prefix_curves():
    obs = sample(*DOCTOR, 300, np.random.default_rng(1))[1]
    curves = prefix_log10(*DOCTOR, obs)
    np.testing.assert_allclose(curves["log"], np.cumsum(np.log10(forward_scaled(*DOCTOR, obs)[1])), rtol=1e-10)
    np.testing.assert_allclose(curves["float64"], curves["log"], rtol=1e-10)
    np.testing.assert_allclose(curves["float32"][:70], curves["log"][:70], atol=1e-4)
    assert np.isneginf(curves["float32"][-1])


def test_baum_welch_is_hmmlearn():
    rng = np.random.default_rng(0)
    obs = sample(*random_model(rng, 3, 4), 200, rng)[1]
    start = random_model(rng, 3, 4)
    reference = CategoricalHMM(3, n_features=4, n_iter=100, tol=-np.inf, init_params="")
    reference.startprob_, reference.transmat_, reference.emissionprob_ = start
    reference.fit(obs[:, None])
    initial, transition, emission, history = baum_welch(*start, obs, 100)
    np.testing.assert_allclose(initial, reference.startprob_, atol=1e-10)
    np.testing.assert_allclose(transition, reference.transmat_, atol=1e-10)
    np.testing.assert_allclose(emission, reference.emissionprob_, atol=1e-10)
    np.testing.assert_allclose(history[:100], reference.monitor_.history, rtol=1e-10)
    assert (np.diff(history) > -1e-9).all()
    assert history[-1] > history[0] + 5


def test_baum_welch_step_is_the_gradient_step_it_should_be():
    """At a fixed point the gradient of the log-likelihood is equal along all free entries of a row (Lagrange)."""
    obs = sample(*DOCTOR, 40, np.random.default_rng(2))[1]
    initial, transition, emission, _ = baum_welch(*random_model(np.random.default_rng(3), 2, 3), obs, 3000)

    def log_likelihood(b):
        return np.log(forward_scaled(initial, transition, b, obs)[1]).sum()

    for i in range(2):
        inside = np.flatnonzero(emission[i] > 1e-4)
        slopes = []
        for v in inside:
            up, down = emission.copy(), emission.copy()
            up[i, v] += 1e-6
            down[i, v] -= 1e-6
            slopes.append((log_likelihood(up) - log_likelihood(down)) / 2e-6)
        np.testing.assert_allclose(slopes, slopes[0], rtol=1e-3)


def test_equal_rows_are_a_fixed_point_of_baum_welch():
    obs = sample(*DOCTOR, 60, np.random.default_rng(0))[1]
    half = np.full((2, 2), 0.5)
    _, transition, emission, history = baum_welch(half[0], half, np.full((2, 3), 1 / 3), obs, 20)
    np.testing.assert_allclose(transition, half, atol=1e-12)
    np.testing.assert_allclose(emission[0], emission[1], atol=1e-12)
    np.testing.assert_allclose(emission[0], np.bincount(obs, minlength=3) / 60, atol=1e-12)
    assert history[1:] == pytest.approx([history[1]] * 20, abs=1e-9)


def test_zeros_stay_zero_and_unvisited_states_keep_their_rows():
    model = (np.array([1.0, 0.0]), np.array([[1.0, 0.0], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.2, 0.8]]))
    initial, transition, emission, _ = baum_welch(*model, np.array([0, 1, 1, 0]), 5)
    assert initial.tolist() == [1, 0]
    np.testing.assert_array_equal(transition, model[1])
    np.testing.assert_array_equal(emission[1], model[2][1])


def test_one_observation_can_be_learnt_from():
    _, transition, _, history = baum_welch(*DOCTOR, np.array([2]), 1)
    np.testing.assert_array_equal(transition, DOCTOR[1])
    assert history[1] > history[0]


def test_samples_follow_the_model():
    n = 20_000
    states, obs = sample(*DOCTOR, n, np.random.default_rng(0))
    moves = np.zeros((2, 2))
    np.add.at(moves, (states[:-1], states[1:]), 1)
    visits = moves.sum(axis=1, keepdims=True)
    assert (np.abs(moves / visits - DOCTOR[1]) < 4 * np.sqrt(0.25 / visits)).all()
    symbols = np.zeros((2, 3))
    np.add.at(symbols, (states, obs), 1)
    visits = symbols.sum(axis=1, keepdims=True)
    assert (np.abs(symbols / visits - DOCTOR[2]) < 4 * np.sqrt(0.25 / visits)).all()


def test_a_longer_sample_begins_with_the_shorter_one():
    long, short = (sample(*DOCTOR, t, np.random.default_rng(4))[1] for t in (50, 20))
    np.testing.assert_array_equal(long[:20], short)


def test_edge_values_are_shares_of_the_strongest():
    model = random_model(np.random.default_rng(0), 3, 4)
    obs = np.array([0, 3, 2, 2])
    nodes, edges = node_values(*model, obs), edge_values(*model, obs)
    for key in nodes:
        assert nodes[key].shape == (4, 3)
        np.testing.assert_allclose(edges[key].max(axis=(1, 2)), 1)
    inflow = edges["forward"].sum(axis=1)
    np.testing.assert_allclose(inflow / inflow.sum(axis=1, keepdims=True),
                               nodes["forward"][1:] / nodes["forward"][1:].sum(axis=1, keepdims=True))  # fmt: skip
    best = edges["viterbi"].max(axis=1)
    np.testing.assert_allclose(best, nodes["viterbi"][1:] / nodes["viterbi"][1:].max(axis=1, keepdims=True))
    assert edge_values(*model, np.array([1]))["posterior"].shape == (0, 3, 3)


def test_too_many_paths_are_refused():
    with pytest.raises(ValueError, match="too many"):
        brute_force(*DOCTOR, np.zeros(17, dtype=np.int64))
