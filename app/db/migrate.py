"""Brings a database to the tables of this release, in one transaction, at start. Alembic does the work.

A database of a newer release is refused and left as it is: an older program must not touch what it does not know.
A new migration, after changing tables.py (the test that compares the two says when one is missing):

    python -c 'from app.db.migrate import new; new("what changes")'

Alembic is imported only where it is needed: a database that is up to date does not wait for it at start.
"""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlalchemy import text as sql

from app.db.tables import SQLModel
from app.errors import StartError
from app.kit.text import text

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x57A2_3B01
"""Replicas that start together on PostgreSQL migrate one after the other."""


def upgrade(url: str) -> None:
    """Brings the database at `url` up to date, creating it where there is none; raises StartError."""
    from app.db.engine import Database  # the engine migrates as it opens

    Database(url).close()


def known() -> list[str]:
    """The revisions of this release, oldest first: the numbers the files in migrations/versions start with."""
    return sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """The revision of this release."""
    return known()[-1]


def revisions(connection: Connection) -> set[str]:
    """What the database says it is at; empty when it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.execute(sql("SELECT version_num FROM alembic_version")).scalars())


def refuse_unknown(tables: set[str], versions: set[str]) -> None:
    """Raises StartError for a database this release does not know: a newer one's, or another program's."""
    if strange := versions - set(known()):
        names = ", ".join(sorted(strange))
        raise StartError(
            text(
                zh=f"数据库来自更新的版本（{names}），本版本不认识，因此没有改动它。"
                "请升级 Warmup，或使用另一个数据库。",
                en=f"The database comes from a newer release ({names}) that this one does not know, so it was left "
                "untouched. Upgrade Warmup or use another database.",
            )
        )
    if tables and not versions:
        raise StartError(
            text(
                zh="这个数据库里有别的程序的表，因此没有改动它。请换一个空的数据库。",
                en="This database holds the tables of another program, so it was left untouched. Use an empty one.",
            )
        )


def upgrade_engine(engine: Engine) -> None:
    """Runs what is missing in one transaction: all of it happens, or nothing."""
    with engine.connect() as connection:
        if revisions(connection) == {head()}:
            return
        connection.rollback()
        if connection.dialect.name == "sqlite":
            _upgrade_sqlite(connection)
        else:
            _upgrade_postgres(connection)


def differences(connection: Connection) -> list[object]:
    """What tables.py says and the database does not have, or the other way round (for tests)."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))


def _upgrade_sqlite(connection: Connection) -> None:
    # Rebuilding a table would otherwise cascade to those that point at it. Only works between transactions.
    _pragma(connection, "PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            _run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration left dangling references: {broken[:3]}")
    finally:
        _pragma(connection, "PRAGMA foreign_keys=ON")


def _upgrade_postgres(connection: Connection) -> None:
    with connection.begin():
        connection.execute(sql("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        refuse_unknown(set(inspect(connection).get_table_names()), revisions(connection))
        _run(connection)


def _pragma(connection: Connection, statement: str) -> None:
    connection.connection.cursor().execute(statement)


def _run(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def new(message: str) -> None:
    """Writes the migration from the newest revision to what tables.py says now."""
    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/scratch.db")
        with engine.connect() as connection:
            config = _config(connection)
            command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=f"{int(head()) + 1:04d}")
        engine.dispose()
