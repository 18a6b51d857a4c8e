"""What is remembered: the review log (truth), the memory states computed from it (cache), and who learns.

`Database` opens it, `repositories` asks it, `tables` says what is there. Only this package knows SQL.
"""

from app.db.deck_tables import Deck, DeckNote
from app.db.engine import Database, Facts
from app.db.migrate import head
from app.db.plan_tables import Debrief, Plan
from app.db.tables import Fit, ItemState, Learner, Mock, MockEvent, Review, Session

__all__ = [
    "Database", "Debrief", "Deck", "DeckNote", "Facts", "Fit", "ItemState", "Learner", "Mock", "MockEvent", "Plan",
    "Review", "Session", "head",
]  # fmt: skip
