"""The learner's own parameters, as the page tells it: how far to a fitting, what came of each, what it changes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from app.db import Fit
from app.kit.text import Text, same, text
from app.kit.views import Axis, Lines, Series, Table
from app.services import scheduling
from app.services.asking import Reply
from app.services.fitting import LEAST_PREDICTIONS, LEAST_REVIEWS
from app.services.scheduling import DEFAULT, Parameters
from app.services.traces import recall

SHOWN_DAYS = 60


class Fitting(Reply):
    """One fitting. Losses: log loss of predictions never fitted to (tested), nats a review; lower is better.
    gain: loss_default - loss_fitted, with its standard error; adopted when it is more than that."""

    name: str
    made_at: datetime
    verdict: str
    reviews: int
    trained: int
    tested: int
    loss_default: float
    loss_fitted: float
    loss_used: float
    gain: float
    gain_error: float
    weights: tuple[float, ...]


class Own(Reply):
    """Which parameters schedule the reviews (`default`, or the name of an own set), and every fitting, latest first.
    possible: enough reviews; available: the optimiser is installed; pending: one is asked for or under way."""

    in_use: str
    reviews: int
    predictions: int
    needed_reviews: int = LEAST_REVIEWS
    needed_predictions: int = LEAST_PREDICTIONS
    possible: bool
    available: bool
    pending: bool
    fittings: tuple[Fitting, ...]


def own(
    found: Sequence[Fit], in_use: Parameters, reviews: int, predictions: int, *, available: bool, pending: bool
) -> Own:
    """From what is stored."""
    return Own(
        in_use=in_use.name, reviews=reviews, predictions=predictions,
        possible=reviews >= LEAST_REVIEWS and predictions >= LEAST_PREDICTIONS, available=available, pending=pending,
        fittings=tuple(
            Fitting(
                name=fit.name, made_at=fit.made_at, verdict=fit.verdict, reviews=fit.reviews, trained=fit.trained,
                tested=fit.tested, loss_default=fit.loss_default, loss_fitted=fit.loss_fitted, loss_used=fit.loss_used,
                gain=fit.loss_default - fit.loss_fitted, gain_error=fit.gain_error, weights=tuple(fit.weights),
            )
            for fit in reversed(found)
        ),
    )  # fmt: skip


def curves(fitted: Parameters, adopted: bool) -> tuple[Lines, Table]:
    """Forgetting after a first good answer, and the intervals that follow from it: the defaults' and one's own."""
    days = np.linspace(0, SHOWN_DAYS, 121)
    sets = (
        (DEFAULT, "reference", text(zh="FSRS 默认", en="FSRS defaults")),
        (fitted, "highlight", text(zh="按你拟合", en="Fitted to you")),
    )
    plans = {parameters.name: good_intervals(parameters) for parameters, *_ in sets}
    half = {p.name: float(recall(30.0, np.array(p.weights[2]), p.weights[20])) for p, *_ in sets}
    return (
        Lines(
            id="curves", title=text(zh="第一次答“记得”之后，忘得多快", en="Forgetting after a first “good”"),
            description=text(
                zh=f"30 天不复习，默认参数认为还记得 {100 * half[DEFAULT.name]:.0f} %，按你拟合的是 "
                f"{100 * half[fitted.name]:.0f} %。" + ("排程用的是你的。" if adopted else "排程用的仍是默认参数。"),
                en=f"30 days without a review leave {100 * half[DEFAULT.name]:.0f} % by the defaults, by your own "
                f"parameters {100 * half[fitted.name]:.0f} %. "
                + ("Reviews use your own." if adopted else "Reviews still use the defaults."),
            ),
            series=[
                Series("theory" if role == "reference" else "own", name, days,
                       recall(days, np.array(p.weights[2]), p.weights[20]),
                       role="reference" if role == "reference" else "highlight")
                for p, role, name in sets
            ],
            x=Axis(text(zh="过了几天", en="Days since"), range=(0.0, float(SHOWN_DAYS))),
            y=Axis(text(zh="回忆率", en="Recall"), range=(0.0, 1.02)),
        ),
        Table(
            id="curves", title=text(zh="每次都答“记得”的间隔", en="Intervals when every answer is “good”"),
            description=same("-"),
            columns=(text(zh="第几次", en="Answer"), *(name for *_, name in sets)),
            rows=[(str(i + 1), *(plans[p.name][i] for p, *_ in sets)) for i in range(len(plans[DEFAULT.name]))],
        ),
    )  # fmt: skip


def good_intervals(parameters: Parameters, count: int = 6) -> list[Text]:
    """When an item comes back that is always reviewed the moment it is due and always known."""
    state, now, labels = scheduling.initial(), datetime(2026, 1, 1, 12, tzinfo=UTC), []
    for _ in range(count):
        outcome = scheduling.review(state, 3, now, parameters=parameters)
        labels.append(outcome.label)
        state, now = outcome.state, now + max(outcome.interval, timedelta(minutes=1))
    return labels
