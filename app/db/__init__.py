"""What is remembered: the review log (truth), the memory states computed from it (cache), and who learns.

`Database` opens it, `repositories` asks it, `tables` says what is there. Only this package knows SQL.
"""

from app.db.deck_tables import Deck, DeckNote
from app.db.engine import Database
from app.db.tables import ItemState, Learner, Review, Session

__all__ = ["Database", "Deck", "DeckNote", "ItemState", "Learner", "Review", "Session"]
