"""Numbers as people type and read them: 1e-3, 0.001, 1/1000, 10^-3, 3×10⁻⁴, 17,100, １７，１００, 50%, −2, 138M."""

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
_LATEX = str.maketrans({"$": None, "{": "(", "}": ")"})
_GROUPED = re.compile(r"(?<![0-9.])[1-9][0-9]{0,2}(?:(?P<gap>[ _'])[0-9]{3})(?:(?P=gap)[0-9]{3})*(?![0-9])")
"""17 100, 17_100 and 17'100: between groups of three it is no second number."""
_PLAIN = r"((?:[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,4})?)"
_POWER = rf"{_PLAIN}(?:(?:\^|\*\*)\(?([+-]?[0-9]+(?:\.[0-9]+)?)\)?)?"
_TERM = re.compile(rf"([+-]?){_POWER}(?:(?:\*|x(?=10\^)){_POWER})?")
_SCALES = {
    "%": 0.01, "‰": 0.001, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12,
    "k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12,
}  # fmt: skip
"""Letters as in 138M parameters; a small m, b, g or t is more often a unit."""
_ALSO = {"px": ("像素", "pixel", "pixels"), "°": ("度", "deg", "degree", "degrees"), "bit": ("bits", "比特"),
         "nat": ("nats", "奈特")}  # fmt: skip
"""Other names of a unit."""


def parse(typed: str, unit: str = "", field: str = "answer.value") -> float:
    """The number someone typed; `unit` may stand behind it. A % means hundredths unless the unit itself is %.

    Raises BadInput for what is not one number, not finite, or beyond 1e100.
    """
    with suppress(ValueError, ArithmeticError):
        if len(typed) <= LONGEST:
            value = _value(_clean(typed, unit))
            if unit.startswith("10") and re.search("[kKMBGT千万亿]", typed):
                value /= _value(_clean(unit, ""))  # 300万 where millions are asked for
            if math.isfinite(value) and abs(value) <= LARGEST:
                return value
    raise BadInput.field(
        field,
        text(
            zh="看不懂这个数。请写成 0.001、1e-3、1/1000、10^-3、17,100 或 50% 这样的形式（小数点用 .）。"
            + (f"单位是 {unit}，可以不写。" if unit else ""),
            en="This cannot be read as a number. Write it like 0.001, 1e-3, 1/1000, 10^-3, 17,100 or 50% "
            "(with . as the decimal point)." + (f" It is in {unit}, which need not be typed." if unit else ""),
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
    folded = re.sub(r"^(?:≈|约|~|=)\s*|[。;,]$", "", _folded(typed).strip())
    folded = _GROUPED.sub(lambda m: re.sub(r"[ _']", "", m.group()), folded)
    if re.search(r"[0-9.]\s+[0-9.]", folded):
        raise ValueError("two numbers")
    spelled = re.sub(r"\s+", "", folded)
    for name in sorted(_names(unit), key=len, reverse=True):
        if spelled.lower().endswith(name):
            spelled = spelled[: -len(name)]
            break
    if unit == "%" and spelled.endswith("%"):
        raise ValueError("twice")
    return spelled


def _folded(typed: str) -> str:
    raised = _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m.group()), typed)
    apart = "".join(f" {c}" if "⁄" in unicodedata.normalize("NFKC", c) else c for c in raised)  # 1½ is not 11/2
    plain = unicodedata.normalize("NFKC", apart).translate(_FOLDED).translate(_LATEX).replace("\\times", "*")
    return re.sub(r"(?<=[0-9])。(?=[0-9])", ".", plain)  # a decimal point typed with a Chinese keyboard


def _names(unit: str) -> set[str]:
    """What may stand behind the number for this unit. A unit that is a number itself (10⁶) is multiplied by."""
    own = re.sub(r"\s+", "", _folded(unit)).lower()
    if not own:
        return set()
    return {f"*{own}", f"x{own}"} if own.startswith("10") else {own, *_ALSO.get(own, ())}


def _value(spelled: str) -> float:
    scale = 1.0
    for sign in sorted(_SCALES, key=len, reverse=True):
        if spelled.endswith(sign):
            spelled, scale = spelled.removesuffix(sign), _SCALES[sign]
            break
    above, slash, below = spelled.lower().partition("/")
    return scale * (_term(above) / _term(below) if slash else _term(above))


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
