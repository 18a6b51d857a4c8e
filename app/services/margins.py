"""How near a typed number has to come, said before it is typed, without giving the number away."""

import math

from app.content.models import NumericItem
from app.kit.demo import Prediction
from app.kit.exercise import Asked
from app.kit.text import Text, text
from app.services.numbers import show

COUNTED = 0.1
"""From this tolerance on, up to a half, a whole answer is a count."""


def of_numeric(item: NumericItem) -> Text:
    return _absolute(item.absolute, item.unit) if item.absolute is not None else _relative(item.relative or 0.0)


def of_exercise(asked: Asked) -> Text:
    """An exercise's tolerance is absolute. Where it is a round share of the answer the share is said: the tolerance
    itself would tell the answer's size. An answer that merely happens to be whole is not told to be: only the wide
    tolerance of a count (or none at all) says so."""
    share = asked.tolerance / abs(asked.answer) if asked.answer else 0.0
    if math.isclose(share * 1000, round(share * 1000), abs_tol=1e-6) and share >= 0.001:
        return _relative(share)
    if asked.answer == round(asked.answer) and COUNTED <= asked.tolerance <= 0.5:
        return text(zh="整数，要准确。", en="A whole number, exact.")
    return _absolute(asked.tolerance, asked.unit)


def of_prediction(prediction: Prediction) -> Text:
    if prediction.log:
        factor = show(prediction.within)
        return text(zh=f"相差不到 {factor} 倍算对。", en=f"Right within a factor of {factor}.")
    return _relative(prediction.within)


def _relative(share: float) -> Text:
    if share == 0:
        return text(zh="要准确。", en="Exact.")
    return text(zh=f"误差 {show(100 * share)}% 以内算对。", en=f"Right within {show(100 * share)}%.")


def _absolute(slack: float, unit: str) -> Text:
    if slack < 1e-6:
        return text(zh="要准确。", en="Exact.")
    far = f"{show(slack)} {unit}".rstrip()
    return text(zh=f"误差 {far} 以内算对。", en=f"Right within {far}.")
