"""SQLite: one writing connection, many reading ones, and nobody else's.

Two connections that write or checkpoint at the same instant can damage the file in SQLite 3.7.0 to 3.51.2 (the
WAL-reset bug, https://www.sqlite.org/wal.html); therefore one process owns the file (a lock file beside it) and writes
through one connection. synchronous=FULL: a review that was acknowledged survives a power cut.
"""

import fcntl
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from app.errors import StartError
from app.kit.text import text

BUSY_MS = "busy_ms"
"""Execution option of a connection: how long BEGIN may wait for another program that holds the file."""
READERS = 40
"""Reading connections at most: as many as the web server has threads."""
CHECKED_AT_START = 256 << 20
"""Bytes up to which every page of a file is looked at before it is opened (1 ms a MB)."""


class InUse(StartError):
    """Another process has the file."""


class Damaged(StartError):
    """A file that SQLite cannot read."""


def file_of(url: str) -> Path:
    """The database file a sqlite:/// URL names."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise StartError(text(zh="SQLite 数据库必须是一个文件。", en="An SQLite database must be a file."))
    return Path(database).absolute()


def own(file: Path) -> int:
    """Takes the file for this process; returns the descriptor that holds it (close it to let go).

    Raises InUse when another process has it, StartError when the folder cannot be written to. The kernel lets go when
    the process dies, however it dies.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartError(
            text(
                zh=f"无法写入数据文件夹 {file.parent}（{error.strerror}）。"
                "请检查权限，或用 WARMUP_DATA_DIR 指定别的文件夹。",
                en=f"The data folder {file.parent} cannot be written to ({error.strerror}). Check its permissions or "
                "choose another one with WARMUP_DATA_DIR.",
            )
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "?"
        os.close(descriptor)
        raise InUse(
            text(
                zh=f"数据库 {file} 正被另一个 Warmup 进程（{holder}）使用。"
                "请先停止它，或用 WARMUP_DATA_DIR 指定别的文件夹。",
                en=f"The database {file} is in use by another Warmup process ({holder}). Stop that one first, "
                "or choose another folder with WARMUP_DATA_DIR.",
            )
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
    return descriptor


def let_go(descriptor: int) -> None:
    """Gives the file back that `own` took."""
    os.close(descriptor)


def peek(file: Path) -> tuple[set[str], set[str]]:
    """(tables, migration revisions) of a file, without changing a byte of it or beside it. Call it owning the file.

    Raises Damaged for what is not a database, or not a whole one.
    """
    if not file.exists() or file.stat().st_size == 0:
        return set(), set()
    connection = sqlite3.connect(reading(file, live=False), uri=True)
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        found = "alembic_version" in tables
        versions = {v for (v,) in connection.execute("SELECT version_num FROM alembic_version")} if found else set()
        if file.stat().st_size <= CHECKED_AT_START:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            if said != "ok":
                raise sqlite3.DatabaseError(" ".join(said.split()))
    except sqlite3.DatabaseError as error:
        raise Damaged(
            text(
                zh=f"{file} 不是可读的数据库（{error}）。文件保持原样；请换一个文件，"
                "或从备份恢复（warmup doctor 会告诉你用哪一份）。",
                en=f"{file} is not a readable database ({error}). It was left as it is; choose another file or restore "
                "a backup (warmup doctor says which).",
            )
        ) from error
    finally:
        connection.close()
    return tables, versions


def reading(file: Path, live: bool) -> str:
    """The address to read a file by, changing nothing in it. live: somebody may be writing to it."""
    # A reader of a WAL file leaves two files behind unless it is told that nothing can change.
    wal = Path(f"{file}-wal")
    how = "mode=ro" if live or (wal.exists() and wal.stat().st_size) else "immutable=1"
    return f"{file.absolute().as_uri()}?{how}"


def writer(file: Path) -> Engine:
    """The engine of the one writing connection. Every transaction starts with BEGIN IMMEDIATE."""
    engine = _engine(file, pool_size=1, max_overflow=0)
    _on_connect(engine, ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"))
    _on_begin(engine, "BEGIN IMMEDIATE")
    return engine


def reader(file: Path) -> Engine:
    """The engine of the reading connections: each transaction sees one moment, and none can write."""
    engine = _engine(file, pool_size=8, max_overflow=READERS - 8)
    _on_connect(engine, ("PRAGMA query_only=ON", "PRAGMA foreign_keys=ON"))
    _on_begin(engine, "BEGIN")
    return engine


def checkpoint(engine: Engine) -> None:
    """Moves everything from the -wal file into the database, if nobody reads it just now."""
    with suppress(sqlite3.Error, DBAPIError), engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _engine(file: Path, **pool: int) -> Engine:
    # isolation_level=None: the driver starts no transactions of its own; the begin hook does.
    arguments = {"check_same_thread": False, "isolation_level": None, "timeout": 2.0}
    # hide_parameters: an error that is logged tells the statement, not what a learner wrote.
    return create_engine(
        f"sqlite:///{file}", poolclass=QueuePool, pool_timeout=2.0, connect_args=arguments,
        hide_parameters=True, **pool,
    )  # fmt: skip


def _on_connect(engine: Engine, pragmas: tuple[str, ...]) -> None:
    def connect(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            row = connection.execute(pragma).fetchone()
            if "journal_mode" in pragma and row != ("wal",):
                raise StartError(
                    text(
                        zh="这个文件系统不支持 SQLite 的 WAL 模式（例如网络盘）。请把数据放在本机磁盘上。",
                        en="This file system does not support SQLite's WAL mode (a network drive?). Keep the data on a "
                        "local disk.",
                    )
                )

    event.listen(engine, "connect", connect)


def _on_begin(engine: Engine, statement: str) -> None:
    def begin(connection: Connection) -> None:
        wait = connection.get_execution_options().get(BUSY_MS, 2000)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(wait)}")
        connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)
