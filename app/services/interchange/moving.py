"""The use-cases of taking everything out and putting it in, for one learner. Clock and chance are arguments."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.db import Database
from app.db import repositories as repo
from app.services.interchange import document, restoring
from app.services.interchange.reports import Imported


class _Preview(Exception):
    """Leaves a write session with nothing stored."""


@dataclass(frozen=True, slots=True)
class Interchange:
    """Everything in and out."""

    db: Database

    def json(self, learner: int) -> Iterator[bytes]:
        """All a learner has, in pieces of one JSON file."""
        with self.db.read() as session:
            yield from document.write(session, learner)

    def restore(self, learner: int, data: bytes, *, preview: bool = False) -> Imported:
        """Adds what a JSON file of ours holds and is not here; raises BadFile (nothing was stored), Busy."""
        found = document.read(data)
        report: Imported | None = None
        try:
            with self.db.write() as session:
                repo.lock_learner(session, learner)
                report = restoring.restore(session, learner, found, preview=preview)
                if preview:
                    raise _Preview
        except _Preview:
            pass
        assert report is not None
        return report
