"""Fitting one's own parameters: learners who differ from the defaults gain, those who do not keep them."""

import fsrs_rs_python as rs
import numpy as np
import pytest

from app.services import fitting, scheduling
from app.services.fitting import History, fit, judge, losses, predictions, standard_error
from app.services.scheduling import DEFAULT, Parameters
from app.services.traces import recall, runs
from tests.services.simulated import FAST_FORGETTER, Learner


def history_of(true: Parameters, reviews: int, seed: int = 1, used: Parameters = DEFAULT) -> History:
    rows = Learner([f"card/{i}" for i in range(160)], true=true, seed=seed).study(reviews)
    return History(
        runs([row.item_key for row in rows], [row.rev for row in rows], ["review"] * len(rows)),
        np.array([row.rating for row in rows], np.int64),
        np.array([row.elapsed_days for row in rows], np.int64),
        used.weights,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_learner_who_forgets_faster_is_fitted_and_adopted(seed: int) -> None:
    """What is adopted predicts reviews it never saw better than the defaults, by more than chance; the truth that made
    them is hardly better still."""
    history = history_of(FAST_FORGETTER, 3000, seed)
    found = fit(history)
    assert found.verdict == "adopted"
    assert found.loss_fitted + found.gain_error < found.loss_default
    truth = losses(history, FAST_FORGETTER.weights)[predictions(history)[found.trained :]].mean()
    assert found.loss_fitted < (truth + found.loss_default) / 2 + 0.01


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_learner_like_everybody_keeps_the_defaults(seed: int) -> None:
    found = fit(history_of(DEFAULT, 3000, seed))
    assert found.verdict == "kept"


def test_the_same_log_gives_the_same_weights() -> None:
    history = history_of(FAST_FORGETTER, 800)
    first, second = fit(history), fit(history)
    assert first == second
    assert scheduling.own(first.weights).name == scheduling.own(second.weights).name
    assert scheduling.bounded(first.weights) == first.weights


def test_it_is_judged_by_the_latest_reviews_only() -> None:
    """What comes after the cut does not touch the weights, and alone decides the losses."""
    history = history_of(FAST_FORGETTER, 1500)
    found, asked = fit(history), predictions(history)
    cut = asked[found.trained]
    changed = history.rating.copy()
    changed[cut:] = np.where(changed[cut:] == 1, 3, 1)
    other = fit(History(history.run, changed, history.elapsed, history.used))
    assert (found.trained + found.tested, found.trained) == (len(asked), int(0.8 * len(asked)))
    assert other.weights == found.weights
    assert other.loss_default != found.loss_default


def test_losses_are_those_of_the_reference_implementation() -> None:
    """fsrs-rs gives the memory just before every prediction; the log loss follows from it."""
    history = history_of(FAST_FORGETTER, 1200)
    asked = set(predictions(history).tolist())
    before: list[rs.FSRSItem] = []
    played: dict[int, list[rs.FSRSReview]] = {}
    for i in range(len(history.run)):
        past = played.setdefault(int(history.run[i]), [])
        if i in asked:
            before.append(rs.FSRSItem(past))
        past.append(rs.FSRSReview(int(history.rating[i]), int(history.elapsed[i]) if past else 0))
    places = predictions(history)
    for one in (DEFAULT, FAST_FORGETTER):
        stability = np.array([s.stability for s in rs.FSRS(list(one.weights)).memory_state_batch(before)])
        likely = recall(history.elapsed[places], stability, one.weights[20])
        theirs = -np.log(np.where(history.rating[places] > 1, likely, 1 - likely))
        np.testing.assert_allclose(losses(history, one.weights)[places], theirs, rtol=1e-3, atol=1e-4)


def test_too_few_predictions_are_not_fitted() -> None:
    with pytest.raises(ValueError, match="200 needed"):
        fit(history_of(DEFAULT, 150))


def test_the_verdict() -> None:
    run, flat = np.arange(100), np.full(100, 0.5)
    better, worse = flat - 0.1, flat + 0.1
    noise = flat + np.where(run % 2, 0.4, -0.42)
    assert judge(flat, better, flat, run, own=False) == "adopted"
    assert judge(flat, worse, flat, run, own=False) == "kept"
    assert judge(flat, noise, flat, run, own=False) == "kept", "a gain within its error is chance"
    assert judge(flat, better, better - 0.1, run, own=True) == "kept", "the set in use does better"
    assert judge(flat, worse, worse, run, own=True) == "default", "the set in use has become worse than the defaults"


def test_the_error_counts_items_not_reviews() -> None:
    """A hundred reviews of one item that move together are one case, not a hundred."""
    values = np.repeat([0.0, 1.0, 0.0, 1.0], 25)
    apart, together = np.arange(100), np.repeat(np.arange(4), 25)
    assert standard_error(values, apart) == pytest.approx(0.05)
    assert standard_error(values, together) == pytest.approx(0.25)


def test_the_optimiser_is_there() -> None:
    assert fitting.available()
