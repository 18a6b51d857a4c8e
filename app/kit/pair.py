"""The contract of a confusion pair: an unlabelled figure computed now; say which of two things it shows, and why.

One file under app/pairs/<topic>/ ends with `pair = Pair(__name__, ...)`. Like exercises, pairs use numpy only (no
torch): they run beside the review page, not in a compute worker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.kit.text import Text
from app.kit.views import View


@dataclass(frozen=True, slots=True)
class Tell:
    """One answer, "which, because …". side: the one it names. holds: whether the reason is how that side is told.
    why: the fact behind it, for every reader; it must not depend on what the figure showed."""

    side: int
    text: Text
    why: Text
    holds: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One concrete figure and its answers; exactly one tell is right."""

    side: int
    view: View
    tells: tuple[Tell, ...]

    def right(self, tell: int) -> bool:
        """Whether the tell names the right side for the right reason."""
        return self.tells[tell].holds and self.tells[tell].side == self.side


@dataclass(frozen=True)
class Pair:
    """A family. names: the two sides, with an id each. draw(rng, side) → a view whose words give nothing away (tested).
    tells: two or three a side, exactly one of each side's holds. explain: how to tell, in a sentence or two."""

    module: str
    title: Text
    sides: tuple[str, str]
    names: tuple[Text, Text]
    prompt: Text
    draw: Callable[[np.random.Generator, int], View]
    tells: Sequence[Tell]
    explain: Text
    demo: str | None = None
    """The demo that shows the same quantity, if there is one."""

    @property
    def id(self) -> str:
        return self.module.rsplit(".", 1)[-1].replace("_", "-")

    @property
    def topic(self) -> str:
        return self.module.split(".")[-2].replace("_", "-")

    def side(self, seed: int) -> int:
        """Which side a seed shows, without drawing it."""
        return int(np.random.default_rng([seed, 2]).integers(2))

    def show(self, seed: int) -> Seen:
        """The figure for a seed: the same seed shows the same for ever."""
        rng = np.random.default_rng([seed, 2])
        side = int(rng.integers(2))
        return Seen(side, self.draw(rng, side), tuple(self.tells))
