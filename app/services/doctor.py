"""Looks a database over, every learner's log included, and puts right what can be put right without losing anything.

The log is the truth: memory states and what is held back are computed from it anew. Indexes are made anew from their
tables. Anything else is only said; the way back is a backup.
"""

from dataclasses import dataclass

from app.db import Database, health, whole
from app.services import journal
from app.services.asking import Rebuilt


@dataclass(frozen=True, slots=True)
class Findings:
    """faults: of the database itself. logs: of each learner by name, what was replayed and where it differs."""

    faults: tuple[health.Fault, ...]
    logs: tuple[tuple[str, Rebuilt], ...]

    @property
    def well(self) -> bool:
        return not self.faults and not self.differences

    @property
    def differences(self) -> int:
        """Questions whose state is not what the log says."""
        return sum(len(log.differences) for _, log in self.logs)

    @property
    def repairable(self) -> bool:
        """Whether a repair would put something right."""
        return bool(self.differences) or any(fault.kind == "index" for fault in self.faults)


def examine(database: Database) -> Findings:
    """Changes nothing. Where pages are damaged the log is not replayed: it cannot be read as it was written."""
    with database.read() as session:
        faults = tuple(health.faults(session))
        if any(fault.kind in ("damaged", "schema") for fault in faults):
            return Findings(faults, ())
        logs = tuple((name, journal.check(session, learner)) for learner, name in whole.learners(session))
    return Findings(faults, logs)


def repair(database: Database, findings: Findings) -> Findings:
    """Puts right what can be, after a backup, all of it or nothing; says what is found afterwards.

    Raises StorageFull when no backup could be made.
    """
    if any(fault.kind == "index" for fault in findings.faults):  # no row changes by it
        with database.write() as session:
            health.reindex(session)
        findings = examine(database)  # what was read by the index may have been out of date
    if findings.differences:
        with database.write(backup="repair") as session:
            for learner, _ in whole.learners(session):
                journal.rebuild(session, learner)
    return examine(database)
