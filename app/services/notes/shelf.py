"""A learner's own questions among those that reviews ask: the catalogue with their decks joined to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from app.content.models import ExerciseItem, KeyPoint, PairItem, PredictItem
from app.content.notes.item import ITEM, MINE, NoteItem, note_item
from app.db import Database
from app.db import decks as repo
from app.errors import NotFound
from app.kit.demo import Prediction
from app.kit.exercise import Asked
from app.kit.pair import Pair
from app.kit.text import text
from app.services.asking import Catalogue, ItemRef


@dataclass(frozen=True, slots=True)
class OwnItem:
    """A question of one's own where it stands. topic: its deck, so that decks take turns with topics."""

    key: str
    topic: str
    item: NoteItem
    deck: str
    removed: bool
    rubric: tuple[KeyPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """Our catalogue, then the learner's own questions: those with an answer first. decks: their names by uid."""

    ours: Catalogue
    own: dict[str, OwnItem]
    decks: Mapping[str, str] = field(default_factory=dict)

    def items(self) -> Sequence[ItemRef]:
        """What reviews ask: questions that left their file are not in it."""
        asked = [one for one in self.own.values() if not one.removed]
        return [*self.ours.items(), *sorted(asked, key=lambda one: one.item.answer is None)]

    def item(self, key: str) -> ItemRef:
        """Raises NotFound."""
        if key.startswith(MINE):
            if key not in self.own:
                raise NotFound(text(zh="这道题已不在你的题库里。", en="This question is no longer in your decks."))
            return self.own[key]
        return self.ours.item(key)

    def ask(self, item: ExerciseItem, seed: int) -> Asked:
        return self.ours.ask(item, seed)

    def pair(self, item: PairItem) -> Pair:
        return self.ours.pair(item)

    def prediction(self, item: PredictItem) -> Prediction:
        return self.ours.prediction(item)


class Shelf:
    """Gives every learner their joined catalogue; it is made anew when something in their decks has changed."""

    def __init__(self, db: Database) -> None:
        self._db, self._kept, self._lock = db, dict[int, tuple[object, Joined]](), Lock()

    def joined(self, ours: Catalogue, learner: int) -> Joined:
        """The catalogue of this learner, as their decks are now."""
        with self._db.read() as session:
            stamp = repo.stamp(session, learner)
            if not stamp:
                return Joined(ours, {})
            with self._lock:
                kept = self._kept.get(learner)
            if kept is not None and kept[0] == stamp:
                return kept[1]
            found = repo.decks(session, learner)
            own = {
                key(row.uid): OwnItem(
                    key(row.uid), deck.uid, note_item(row.question, row.answer, row.rev), deck.uid, row.removed
                )
                for deck in found
                for row in repo.notes(session, deck)
            }
            joined = Joined(ours, own, {deck.uid: deck.name for deck in found})
        with self._lock:
            self._kept[learner] = (stamp, joined)
        return joined


def key(uid: str) -> str:
    """What a question is called in the log of reviews."""
    return f"{uid}/{ITEM}"
