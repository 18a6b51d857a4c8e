"""PostgreSQL through psycopg 3: ordinary sessions; a commit returns when it is on disk, a lock is waited for 2 s."""

import importlib.util
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from app.errors import StartError
from app.kit.text import text

SETTINGS = ("SET synchronous_commit = on", "SET lock_timeout = '2s'", "SET timezone = 'UTC'")


def writer(url: str) -> Engine:
    """An engine whose transactions are READ COMMITTED; use-cases lock the learner's row before they look."""
    if importlib.util.find_spec("psycopg") is None:
        raise StartError(
            text(
                zh="连接 PostgreSQL 需要 psycopg。请安装：pip install 'psycopg[binary]'（或 warmup 的附加组件 pg）。",
                en="PostgreSQL takes psycopg. Install it: pip install 'psycopg[binary]' (or Warmup's extra, pg).",
            )
        )
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(
        address,
        pool_size=10,
        max_overflow=30,
        pool_timeout=2.0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5},
    )
    event.listen(engine, "connect", _configure)
    return engine


def reader(engine: Engine) -> Engine:
    """The same pool, for transactions that see one moment and cannot write."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _configure(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    for statement in SETTINGS:
        connection.execute(statement)
    connection.autocommit = False
