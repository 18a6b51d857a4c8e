"""Which FSRS parameters a learner's reviews are scheduled with, and every set they ever were."""

from app.db import Session, fits
from app.services import scheduling
from app.services.scheduling import DEFAULT, Parameters


def in_use(session: Session, learner: int) -> Parameters:
    """The learner's own set when one was adopted, FSRS's defaults otherwise."""
    fit = fits.decided(session, learner)
    return scheduling.own(fit.weights) if fit is not None and fit.verdict == "adopted" else DEFAULT


def sets_of(session: Session, learner: int) -> dict[str, Parameters]:
    """Every own set by the name that lines of the log give it."""
    found = (scheduling.own(fit.weights) for fit in fits.all_of(session, learner) if fit.verdict == "adopted")
    return {parameters.name: parameters for parameters in found}
