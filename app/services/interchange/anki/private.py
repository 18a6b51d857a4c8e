"""The seam to private decks: cards that are not ours go in, the item each became comes out.

This is the one place that knows whether there are private decks. Whoever stores them gives `Interchange` a function of
this shape; without one the cards are read and counted, and said not to be stored.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from app.db import Session
from app.services.interchange.anki.importing import ImportedCard

Keep = Callable[[Session, int, Sequence[ImportedCard], datetime], Mapping[str, tuple[str, int]]]
"""(session, learner, cards, now) → (item key, revision) by `ImportedCard.source`. A card stored before is updated, not
doubled."""


def nothing(
    session: Session, learner: int, cards: Sequence[ImportedCard], now: datetime
) -> Mapping[str, tuple[str, int]]:
    """There are no private decks."""
    return {}
