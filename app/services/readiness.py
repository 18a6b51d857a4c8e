"""Whether this process should be sent requests: the database answers and is of this release, the disk has room, a
worker computes. Each thing that is wrong is one sentence for the operator.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from app.db import Database, Facts, head
from app.errors import AppError
from app.services.compute import Compute


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found; ready when there is no reason against it."""

    reasons: tuple[str, ...]
    facts: Facts | None
    free_mb: int | None
    workers: int


def readiness(database: Database, compute: Compute, folder: Path, least_mb: int) -> Readiness:
    """Looks now. least_mb: how much has to be free where the data lives."""
    reasons = []
    facts = None
    try:
        facts = database.facts()
    except AppError as error:
        reasons.append(f"database: {error.message.en}")
    except Exception as error:  # what a driver says may hold an address or a password
        reasons.append(f"database: does not answer ({type(error).__name__})")
    if facts is not None and facts.revision != head():
        reasons.append(f"database: its tables are at {facts.revision or 'nothing'}, this release needs {head()}")
    free = _free_mb(folder)
    if free is None:
        reasons.append("disk: the data folder cannot be looked at")
    elif free < least_mb:
        reasons.append(f"disk: {free} MB free, {least_mb} MB needed")
    if (why := compute.trouble()) is not None:
        reasons.append(f"compute: {why}")
    return Readiness(tuple(reasons), facts, free, compute.alive())


def _free_mb(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free >> 20
    except OSError:
        return None
