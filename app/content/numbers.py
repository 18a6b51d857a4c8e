"""How a computed number is set in prose: `8.7 × 10⁻¹⁹`, a real minus sign, ∞."""

import math
import re

_SPEC = re.compile(r"\+?,?(\.\d{1,2})?[defg%]?")
_EXPONENT = re.compile(r"^(?P<mantissa>.*?)e(?P<sign>[+-])0*(?P<digits>\d+)$")


def plain(value: float, spec: str) -> str:
    """The number by a Python format spec, as plain text. Raises ValueError for a spec other than
    `[+][,][.digits][d|e|f|g|%]`.

    >>> plain(-0.1234, ".1%")
    '−12.3%'
    >>> plain(8.67e-19, ".1e")
    '8.7 × 10^−19'
    """
    mantissa, exponent = _parts(value, spec)
    return mantissa if exponent is None else f"{mantissa} × 10^{exponent}"


def html(value: float, spec: str) -> str:
    """The same with the exponent raised.

    >>> html(8700.0, ".1e")
    '8.7 × 10<sup>3</sup>'
    """
    mantissa, exponent = _parts(value, spec)
    return mantissa if exponent is None else f"{mantissa} × 10<sup>{exponent}</sup>"


def _parts(value: float, spec: str) -> tuple[str, str | None]:
    if not _SPEC.fullmatch(spec):
        raise ValueError(f"format {spec!r} is not of the form .3f, .2e, ,.0f or .1%")
    whole = spec.endswith("d") and math.isfinite(value) and float(value).is_integer()
    shown = format(int(value) if whole else value, spec)
    if math.isnan(value):
        return "NaN", None
    if math.isinf(value):
        return ("∞" if value > 0 else "−∞"), None
    match = _EXPONENT.match(shown)
    if match is None:
        return shown.replace("-", "−"), None
    mantissa = match["mantissa"].replace("-", "−")
    if match["digits"] == "0":
        return mantissa, None
    return mantissa, ("−" if match["sign"] == "-" else "") + match["digits"]
