"""The use-cases of taking everything out and putting it in, for one learner. Clock and zone are arguments."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import IO

from app.db import Database, Session, decks
from app.db import repositories as repo
from app.db.repositories import Line
from app.errors import NotFound
from app.figures.paper import Inks
from app.kit.text import Lang
from app.services import journal
from app.services.catalogue import Catalogue
from app.services.interchange import document, restoring, spreadsheet
from app.services.interchange.anki import importing, joining
from app.services.interchange.anki.exporting import Faces, Own, Plots, package
from app.services.interchange.anki.package import is_package
from app.services.interchange.reports import Imported
from app.services.notes.keeping import keep
from app.services.notes.shelf import key as key_of
from app.services.own_parameters import in_use, sets_of


class _Preview(Exception):
    """Leaves a write session with nothing stored."""


@dataclass(frozen=True)
class Interchange:
    """Everything in and out. inks: what pictures on flash cards are drawn with."""

    db: Database
    catalogue: Catalogue
    inks: Inks

    @cached_property
    def faces(self) -> Faces:
        """What stands on flash cards."""
        return Faces(self.catalogue, self.inks)

    def json(self, learner: int) -> Iterator[bytes]:
        """All a learner has, in pieces of one JSON file."""
        with self.db.read() as session:
            yield from document.write(session, learner)

    def reviews_csv(self, learner: int) -> Iterator[bytes]:
        """The log, a line each, undone ones too."""
        with self.db.read() as session:
            yield from spreadsheet.reviews(session, learner, self.catalogue)

    def states_csv(self, learner: int, now: datetime, tz: str) -> Iterator[bytes]:
        """What is known of every item that was asked."""
        with self.db.read() as session:
            yield from spreadsheet.states(session, learner, self.catalogue, now, tz)

    def apkg(self, learner: int, plots: Plots, now: datetime, *, tz: str = "UTC", lang: Lang = "zh") -> bytes:
        """Our cards and the learner's own questions as a deck for Anki, with memory and reviews. What came from Anki is
        there already (such a question stood on no line of a file): it is left out, not doubled."""
        logs: dict[str, list[tuple[Line, int | None]]] = {}
        with self.db.read() as session:
            for line, took in repo.timed_lines(session, learner):
                logs.setdefault(line.item_key, []).append((line, took))
            suspended = {key for key, hold in journal.holds(session, learner).items() if hold.suspended}
            own = [
                Own(key_of(row.uid), row.rev, row.question, row.answer, deck.name)
                for deck in decks.decks(session, learner)
                for row in decks.notes(session, deck)
                if row.line and not row.removed
            ]
            sets, parameters = sets_of(session, learner), in_use(session, learner)
        return package(
            self.faces, logs, plots, now, tz=tz, lang=lang, own=own, suspended=suspended, sets=sets,
            parameters=parameters,
        )  # fmt: skip

    def load(self, learner: int, data: IO[bytes], now: datetime, *, tz: str = "UTC", preview: bool = False) -> Imported:
        """Adds what a file holds and is not here: our JSON, or an Anki package. All of it or nothing.

        Raises BadFile (what is wrong with it), BadInput (no room for so many), Busy. Importing it again changes
        nothing.
        """
        head = data.read(4)
        data.seek(0)
        if is_package(head):
            found = importing.read(data, now, tz)
            return self._stored(learner, preview, lambda session: self._anki(session, learner, found, now, tz, preview))
        ours = document.read(data.read())
        return self._stored(
            learner, preview, lambda session: restoring.restore(session, learner, ours, now, preview=preview)
        )

    def _stored(self, learner: int, preview: bool, store: Callable[[Session], Imported]) -> Imported:
        report: Imported | None = None
        try:
            with self.db.write(backup="" if preview else "import") as session:
                repo.lock_learner(session, learner)
                report = store(session)
                if preview:
                    raise _Preview
        except _Preview:
            pass
        assert report is not None
        return report

    def _anki(
        self, session: Session, learner: int, found: importing.Found, now: datetime, tz: str, preview: bool
    ) -> Imported:
        own: dict[str, tuple[int, joining.History]] = {}
        for key, history in found.own.items():
            try:
                own[key] = self.catalogue.item(key).rev, history
            except NotFound:
                continue  # a question of an earlier release
        kept = keep(session, learner, found.cards, now)
        cards = {kept[c.source][0]: (kept[c.source][1], (c.reviews, c.state)) for c in found.cards if c.source in kept}
        joined = joining.join(session, learner, {**own, **cards}, tz, preview)
        return _told(joined, found, sum(bool(reviews) for _, (reviews, _) in own.values()), len(kept))


def _told(joined: Imported, found: importing.Found, items: int, stored: int) -> Imported:
    """The report with what was found in the package."""
    return joined.model_copy(
        update={
            "items": items,
            "cards": len(found.cards),
            "stored": stored,
            "with_history": sum(bool(card.reviews) for card in found.cards),
            "with_memory": sum(card.state is not None for card in found.cards),
            "left_out": found.left_out,
        }
    )
