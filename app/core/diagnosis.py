"""Name the disease of a training run from its instruments: one question at a time, in the order one debugs.

The rule sees readings only, never the settings of the run. Data and labels first, then the loss before any training,
then whether 16 rows can be learned by heart, then the training error, then the gap to validation.
"""

import math
from typing import NamedTuple

from app.core.clinic import CLASSES, Case, Course, Start, course, examine


class Readings(NamedTuple):
    """What the instruments say. Accuracies and losses (nats) are those of the checkpoint that is reported.

    initial_loss: cross-entropy before training over ln(classes). input_size: RMS of the inputs as fed. loss: the
    cross-entropy afterwards, over ln(classes). batch_entropy: of the
    labels in a batch, over its maximum. parity: accuracy that training rows lose when they go through the evaluation
    pipeline. probe: accuracy on 16 rows after training on them alone. gradient: the largest ‖∂L/∂W‖ of a layer at the
    start. gradient_ratio: that of the first layer over that of the last hidden one. signal: RMS of the last hidden
    layer over that of the input. flat_outputs: share of sigmoid outputs with slope below 0.01 (0 without sigmoid
    outputs). update_ratio: ‖update‖/‖weights‖ of the 20th update. fall: validation accuracy at its best, minus now.
    gap: training minus validation accuracy.
    """

    batch_entropy: float
    parity: float
    initial_loss: float
    input_size: float
    flat_outputs: float
    loss: float
    probe: float
    gradient: float
    gradient_ratio: float
    signal: float
    update_ratio: float
    train_accuracy: float
    val_accuracy: float
    fall: float
    gap: float


def read(start: Start, run: Course) -> Readings:
    """The readings of a case, from what was seen before and during its run."""
    last = run.reported
    train, val = float(run.train_accuracy[last]), float(run.val_accuracy[last])
    first, hidden = start.gradients[0], start.gradients[-2]
    return Readings(
        batch_entropy=start.batch_entropy, parity=train - float(run.evaluated_accuracy[last]),
        initial_loss=start.loss / math.log(CLASSES), input_size=float(start.signal[0]), flat_outputs=start.flat_outputs,
        loss=float(run.train_loss[last]) / math.log(CLASSES), probe=start.probe_accuracy,
        gradient=float(start.gradients.max()), gradient_ratio=float(first / hidden) if hidden > 0 else math.nan,
        signal=float(start.signal[-1] / start.signal[0]), update_ratio=float(run.update_ratio[:2][-1]),
        train_accuracy=train, val_accuracy=val, fall=float(run.val_accuracy.max()) - val, gap=train - val,
    )  # fmt: skip


LIMITS: dict[str, float] = {
    "batch_entropy": 0.5, "parity": 0.05, "initial_loss": 3, "input_size": 10, "flat_outputs": 0.5, "loss": 3,
    "probe": 0.99, "gradient": 0.0, "signal": 0.01, "gradient_ratio": 0.1, "update_ratio": 1e-4,
    "val_accuracy": 1.5 / CLASSES, "fall": 0.03, "gap": 0.1, "train_accuracy": 0.9,
}  # fmt: skip
"""Where a reading stops being normal, in the order in which one asks."""
BAD_ABOVE = frozenset({"parity", "initial_loss", "input_size", "flat_outputs", "loss", "fall", "gap"})
"""These are faults above their limit (NaN counts as above), the others at it or below."""


class Finding(NamedTuple):
    """One question: is this reading above its limit? NaN counts as above."""

    reading: str
    value: float
    limit: float
    above: bool


def finding(readings: Readings, reading: str) -> Finding:
    """The answer to one question.

    >>> finding(Readings(*[math.nan] * 15), "loss").above
    True
    """
    value, limit = float(getattr(readings, reading)), LIMITS[reading]
    return Finding(reading, value, limit, not value <= limit)


def is_off(answer: Finding) -> bool:
    """True for a reading that is not normal.

    >>> is_off(Finding("parity", 0.5, 0.05, True)), is_off(Finding("probe", 1.0, 0.99, True))
    (True, False)
    """
    return answer.above == (answer.reading in BAD_ABOVE)


class Diagnosis(NamedTuple):
    """The disease, and the questions that led to it, in order; the last one decided."""

    disease: str
    path: list[Finding]


def diagnose(readings: Readings) -> Diagnosis:
    """From readings to a disease of clinic_cases.DISEASES.

    >>> healthy = Readings(0.97, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.5, 0.7, 0.8, 1e-2, 1.0, 0.96, 0.0, 0.04)
    >>> diagnose(healthy).disease, diagnose(healthy._replace(parity=0.5)).disease
    ('healthy', 'pipeline-mismatch')
    >>> diagnose(healthy._replace(probe=0.2, gradient=0.0)).path[-1]
    Finding(reading='gradient', value=0.0, limit=0.0, above=False)
    """
    path: list[Finding] = []

    def above(reading: str) -> bool:
        path.append(finding(readings, reading))
        return path[-1].above

    def disease() -> str:
        if not above("batch_entropy"):
            return "unshuffled"
        if above("parity"):
            return "pipeline-mismatch"
        if above("initial_loss"):
            if above("input_size"):
                return "unscaled-inputs"
            if above("flat_outputs"):
                return "saturated-outputs"
        if above("loss"):
            return "lr-too-high"
        if not above("probe"):  # it cannot learn 16 rows by heart: a fault of optimisation or of the net
            if not above("gradient"):
                return "zero-init"
            if not above("signal"):
                return "tiny-init"
            if not above("gradient_ratio"):
                return "vanishing"
            return "too-small" if above("update_ratio") else "lr-too-low"
        if not above("val_accuracy"):
            return "shuffled-labels"
        if above("fall"):
            return "noisy-labels"
        if above("gap"):
            return "too-little-data"
        return "healthy" if above("train_accuracy") else "too-small"

    return Diagnosis(disease(), path)


def check_up(case: Case, seed: int) -> tuple[Readings, Diagnosis]:
    """Examine and train a case, then name its disease.

    >>> check_up(Case(init_gain=0.0, updates=40), 0)[1].disease
    'zero-init'
    """
    *_, run = course(case, seed)
    readings = read(examine(case, seed), run)
    return readings, diagnose(readings)
