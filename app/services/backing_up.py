"""Backs the database up while the site runs: every half hour in which something was stored.

Whether it is time follows from the backups that are there, so a restart goes on where it was. A backup that fails is
said in the log and tried again; it never ends the looking, and nobody's page waits for it.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from app.db import Database, backups
from app.db.backups import BackupFailed

EVERY = timedelta(minutes=30)
FIRST_S, PERIOD_S = 20.0, 60.0
"""Seconds until the first look (the start has other things to do) and between looks."""
_log = logging.getLogger("warmup")


class Keeper:
    """`run` for as long as the application lives."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db, self._clock = db, clock
        self._seen: datetime | None = None
        """When it was last found that nothing had changed: such a look counts as a backup."""

    async def run(self) -> None:
        """Looks whether a backup is due, makes it in a thread, rests."""
        if self._db.file is None:  # PostgreSQL has its own tools
            return
        wait = FIRST_S
        while True:
            await asyncio.sleep(wait)
            wait = PERIOD_S
            try:
                await asyncio.to_thread(self.turn)
            except BackupFailed as error:
                _log.warning("no backup: %s", error.message.en)
            except Exception:  # whatever it was, it must not end the looking
                _log.exception("backup")

    def turn(self) -> bool:
        """Makes a backup if it is time and something changed; gives whether a new one is there.

        Raises BackupFailed.
        """
        assert self._db.file is not None
        now, there = self._clock(), backups.saved(self._db.file)
        last = there[0].made if there else None
        looked = max((moment for moment in (last, self._seen) if moment is not None), default=None)
        # a clock that was put back must not put off backups for ever
        if looked is not None and timedelta(0) <= now - looked < EVERY:
            return False
        if looked is not None and looked <= now and not backups.changed_since(self._db.file, looked):
            return False
        made = self._db.backup()
        self._seen = now
        return made is not None and (not there or made.file != there[0].file)
