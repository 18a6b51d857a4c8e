"""`Database`: open it once, `with db.read()` and `with db.write()` everywhere else.

Whoever leaves a `write()` block normally has committed; whoever leaves it by an exception has stored nothing.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.db import backups, migrate, postgres, sqlite
from app.db.faults import BUSY, NO_BACKUP, translated
from app.db.repositories import APPENDED
from app.db.slow import SlowQueries
from app.errors import Busy, StartError, StorageFull
from app.kit.text import text

LOCK_SECONDS = 2.0
"""How long a write waits in all: for the other writers of this process and for the file itself."""


@dataclass(frozen=True, slots=True)
class Facts:
    """For /readyz and the log: which database this is, its version, and the revision of its tables."""

    dialect: str
    version: str
    revision: str


class Database:
    """An open database, brought up to date. Threads share it; a second process cannot open the same SQLite file.

    Raises StartError when it cannot be opened: in use elsewhere, of a newer release, not ours, not a database.
    """

    def __init__(
        self, url: str, *, lock_seconds: float = LOCK_SECONDS, slow_s: float | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self.lock_seconds = lock_seconds
        self._clock = clock
        self.file: Path | None = None
        self.slow = SlowQueries(slow_s)
        self.stored: dict[str, int] = {}
        """Lines committed to the log of reviews since the start, by their kind."""
        self._counting = threading.Lock()
        self._turn = threading.Lock()
        self._owner: int | None = None
        self._lock_file: int | None = None
        self._closed = False
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.file = file = sqlite.file_of(url)
            self._lock_file = sqlite.own(file)
            try:
                tables, versions = sqlite.peek(file)
                migrate.refuse_unknown(tables, versions)
                if versions not in (set(), {migrate.head()}):
                    backups.make(file, clock(), "migration", live=False)
            except StartError:
                self._release()
                raise
            self._writer, self._reader = sqlite.writer(file), sqlite.reader(file)
        else:
            self._writer = postgres.writer(url)
            self._reader = postgres.reader(self._writer)
        self.slow.watch(self._writer)  # on PostgreSQL the reader is the same engine
        if self.is_sqlite:
            self.slow.watch(self._reader)
        try:
            with _at_start():
                migrate.upgrade_engine(self._writer)
        except BaseException:
            self._writer.dispose()
            self._release()
            raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment and cannot write."""
        self._check_open()
        with translated(reading=True), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, *, backup: str = "") -> Iterator[Session]:
        """A session in a transaction that is committed at the end of the block.

        backup: what it is about to do, when that may be regretted; a backup of before is made first.
        Raises Busy when the turn does not come within `lock_seconds`, StorageFull when no backup could be made.
        """
        self._check_open()
        if backup:
            try:
                self.backup(backup)
            except backups.BackupFailed as error:
                raise StorageFull(NO_BACKUP) from error
        if not self.is_sqlite:
            with translated(), Session(self._writer, expire_on_commit=False) as session, session.begin():
                yield session
            self._count(session)
            return
        with self._my_turn() as left, translated(), Session(self._writer, expire_on_commit=False) as session:
            # Somebody else's tool may hold the file: the wait for it is what is left of ours, not two seconds more.
            session.connection(execution_options={sqlite.BUSY_MS: int(left * 1000)})
            yield session
            session.commit()
            self._count(session)

    def _count(self, session: Session) -> None:
        if kinds := session.info.pop(APPENDED, None):
            with self._counting:
                for kind in kinds:
                    self.stored[kind] = self.stored.get(kind, 0) + 1

    @contextmanager
    def _my_turn(self) -> Iterator[float]:
        """Holds the lock of the one writing connection; gives the seconds that are left to wait for the file."""
        if self._owner == threading.get_ident():
            raise RuntimeError("write() inside write(): pass the session on instead")
        started = time.monotonic()
        if not self._turn.acquire(timeout=self.lock_seconds):
            raise Busy(BUSY)
        try:
            self._owner = threading.get_ident()
            yield max(0.0, self.lock_seconds - (time.monotonic() - started))
        finally:
            self._owner = None
            self._turn.release()

    def backup(self, reason: str = "") -> backups.Saved | None:
        """Makes a backup now (SQLite; PostgreSQL has its own tools); raises BackupFailed."""
        self._check_open()
        return None if self.file is None else backups.make(self.file, self._clock(), reason, live=True)

    def facts(self) -> Facts:
        """What /readyz tells; raises Busy when the database does not answer."""
        with self.read() as session:
            connection = session.connection()
            query = "SELECT sqlite_version()" if self.is_sqlite else "SHOW server_version"
            version = str(connection.execute(sql(query)).scalar_one())
            revision = ", ".join(sorted(migrate.revisions(connection)))
        return Facts("sqlite" if self.is_sqlite else "postgresql", version, revision)

    def close(self) -> None:
        """Lets go of everything; an SQLite file is then whole in itself (no -wal beside it). May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._reader.dispose()
        if self.is_sqlite:
            with self._turn:
                sqlite.checkpoint(self._writer)
        self._writer.dispose()
        self._release()

    def _check_open(self) -> None:
        """A closed database no longer owns its file, and a pool would quietly connect again."""
        if self._closed:
            raise RuntimeError("the database is closed")

    def _release(self) -> None:
        if self._lock_file is not None:
            sqlite.let_go(self._lock_file)
            self._lock_file = None

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _at_start() -> Iterator[None]:
    """What a driver says while the database is opened is for whoever starts the program."""
    try:
        yield
    except DBAPIError as error:
        said = (str(error.orig).strip().splitlines() or ["?"])[0]
        raise StartError(
            text(
                zh=f"打不开数据库：{said}。请检查 WARMUP_DATABASE_URL、WARMUP_DATA_DIR 以及权限。",
                en=f"The database cannot be opened: {said}. Check WARMUP_DATABASE_URL, WARMUP_DATA_DIR and the "
                "permissions.",
            )
        ) from error
