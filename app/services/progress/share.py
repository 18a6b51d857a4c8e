"""Small samples, honestly: a share comes with the interval that holds the true one in 95 of 100 cases, and with n."""

import math

from pydantic import computed_field

from app.kit.text import Text, same, text
from app.services.asking import Reply

_Z = 1.959964


class Share(Reply):
    """k of n, and the 95 % interval of the share (Wilson's, which holds for few cases and near 0 and 1)."""

    k: float
    n: int
    low: float
    high: float

    @computed_field  # type: ignore[prop-decorator]
    @property
    def value(self) -> float:
        return self.k / self.n


def share(k: float, n: int) -> Share:
    """k of n with its interval (n > 0).

    Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    p, z2 = k / n, _Z * _Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return Share(k=k, n=n, low=max(0.0, centre - half), high=min(1.0, centre + half))


def percent(value: float) -> str:
    """71 %."""
    return f"{100 * value:.0f} %"


def between(one: Share) -> str:
    """62–79 %."""
    return f"{100 * one.low:.0f}–{100 * one.high:.0f} %"


def said(one: Share) -> Text:
    """71 % (n = 52, 95 % interval 58–82 %)."""
    return text(
        zh=f"{percent(one.value)}（n = {one.n}，95 % 区间 {between(one)}）",
        en=f"{percent(one.value)} (n = {one.n}, 95 % interval {between(one)})",
    )


N = same("n")
LOW, HIGH = text(zh="区间下限", en="Low"), text(zh="区间上限", en="High")
