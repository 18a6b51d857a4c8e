"""Numbers as people type and read them: 1e-3, 0.001, 1/1000, 10^-3, 3×10⁻⁴, 17,100, １７，１００, 50%, −2."""

import math
import re
import unicodedata
from contextlib import suppress

from app.errors import BadInput
from app.kit.text import text

LONGEST = 64
"""Characters."""
LARGEST = 1e100
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_RAISED = re.compile(f"[{_SUPERSCRIPTS}]+")
_FOLDED = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "﹣": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "⁄": "/", "∕": "/"}
)
_PLAIN = r"((?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,4})?)"
_POWER = rf"{_PLAIN}(?:(?:\^|\*\*)\(?([+-]?[0-9]+(?:\.[0-9]+)?)\)?)?"
_TERM = re.compile(rf"([+-]?){_POWER}(?:(?:\*|x(?=10\^)){_POWER})?")
_SCALES = {"%": 0.01, "万": 1e4, "亿": 1e8}


def parse(typed: str, unit: str = "", field: str = "answer.value") -> float:
    """The number someone typed; `unit` may stand behind it. A % means hundredths unless the unit itself is %.

    Raises BadInput for what is not one number, not finite, or beyond 1e100.
    """
    with suppress(ValueError, ArithmeticError):
        if len(typed) <= LONGEST:
            value = _value(_clean(typed, unit))
            if math.isfinite(value) and abs(value) <= LARGEST:
                return value
    raise BadInput.field(
        field,
        text(
            zh="看不懂这个数。请写成 0.001、1e-3、1/1000、10^-3、17,100 或 50% 这样的形式（小数点用 .）。",
            en="This cannot be read as a number. Write it like 0.001, 1e-3, 1/1000, 10^-3, 17,100 or 50% "
            "(with . as the decimal point).",
        ),
    )


def show(value: float) -> str:
    """A number for people: whole ones with separators, others to four significant digits."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == round(value) and abs(value) < 1e12:
        return f"{value:,.0f}"
    return f"{value:,.4f}".rstrip("0") if 1000 <= abs(value) < 1e7 else f"{value:.4g}"


def _clean(typed: str, unit: str) -> str:
    """One spelling for each sign: raised digits become ^…, full-width becomes ASCII, spaces go, so does the unit."""
    raised = _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m.group()), typed)
    apart = "".join(f" {c}" if "⁄" in unicodedata.normalize("NFKC", c) else c for c in raised)  # 1½ is not 11/2
    folded = unicodedata.normalize("NFKC", apart).translate(_FOLDED).lower().strip()
    if re.search(r"[0-9.]\s+[0-9.]", folded):
        raise ValueError("two numbers")
    return re.sub(r"\s+", "", folded).removesuffix(re.sub(r"\s+", "", unicodedata.normalize("NFKC", unit)).lower())


def _value(spelled: str) -> float:
    scale = _SCALES.get(spelled[-1:])
    above, slash, below = (spelled[:-1] if scale else spelled).partition("/")
    value = _term(above) / _term(below) if slash else _term(above)
    return value * (scale or 1.0)


def _term(spelled: str) -> float:
    """A sign, then one or two factors, each maybe a power; raises ValueError for anything else."""
    found = _TERM.fullmatch(spelled)
    if found is None:
        raise ValueError("not a number")
    sign, base, exponent, base2, exponent2 = found.groups()
    value = _power(base, exponent) * (_power(base2, exponent2) if base2 else 1.0)
    return -value if sign == "-" else value


def _power(base: str, exponent: str | None) -> float:
    value = float(base.replace(",", ""))
    return value if exponent is None else math.pow(value, float(exponent))
