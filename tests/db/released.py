"""Databases as each earlier release left them: migrated to its revision, filled with plain SQL.

Nothing here imports tables.py: what was written then does not change with what is written now.
"""

import re
from uuid import UUID

from alembic import command
from sqlalchemy import Connection, Uuid, bindparam, create_engine, inspect, text

from app.db import migrate

IDS = {name: UUID(int=number + 1) for number, name in enumerate("abcdefghi")}
_LOG = (
    "INSERT INTO review (learner_id, attempt_id, kind, item_key, rev, rating, elapsed_days, answer, answered_at,"
    " study_day, tz, scheduler_version, body_hash, outcome{columns}) VALUES (7, :{id}, '{kind}', 'card/item', 1,"
    " {rating}, '{{\"value\": 1}}', '2026-01-02 03:04:05.678901', '2026-01-01', 'Asia/Shanghai', 'fsrs', 'hash',"
    " '{{\"due\": null}}'{values})"
)


def _line(id: str, kind: str = "review", rating: str = "3, 0", columns: str = "", values: str = "") -> str:
    return _LOG.format(id=id, kind=kind, rating=rating, columns=columns, values=values)


WRITTEN: dict[str, tuple[str, ...]] = {
    "0001": (
        "INSERT INTO learner (id, name, created_at) VALUES (7, 'local', '2026-01-01 00:00:00')",
        _line("a"),
        "INSERT INTO review (learner_id, attempt_id, kind, undoes, item_key, rev, answer, answered_at, study_day, tz,"
        " scheduler_version, body_hash, outcome) VALUES (7, :b, 'undo', :a, 'card/item', 1, 'null',"
        " '2026-01-02 03:05:05', '2026-01-01', 'Asia/Shanghai', 'fsrs', '', '{}')",
        _line("c"),
        "INSERT INTO item_state (learner_id, item_key, rev, stability, difficulty, state, step, due, last_review,"
        " last_day, introduced, reps, lapses) VALUES (7, 'card/item', 1, 2.5, 5.0, 2, NULL, '2026-01-05 00:00:00',"
        " '2026-01-02 03:04:05', '2026-01-01', '2026-01-01', 1, 0)",
    ),
    "0002": (
        _line("d", "bury", "NULL, NULL", ", until", ", '2026-02-01 00:00:00'"),
        "INSERT INTO item_hold (learner_id, item_key, suspended, buried_until)"
        " VALUES (7, 'card/item', false, '2026-02-01 00:00:00')",
    ),
    "0003": (
        "INSERT INTO fit (learner_id, made_at, name, weights, verdict, reviews, trained, tested, loss_default,"
        " loss_fitted, loss_used, gain_error) VALUES (7, '2026-01-02 00:00:00', 'fsrs-own', '[0.1, 0.2]', 'kept', 500,"
        " 400, 80, 0.4, 0.39, 0.4, 0.01)",
    ),
    "0004": (
        "INSERT INTO mock (learner_id, mock_id, started_at, minutes, seed, weights, script)"
        " VALUES (7, :f, '2026-01-02 00:00:00', 45, 1, '{}', '[]')",
        "INSERT INTO mock (learner_id, mock_id, started_at, minutes, seed, again_of, weights, script)"
        " VALUES (7, :e, '2026-01-04 00:00:00', 45, 1, :f, '{}', '[]')",
        "INSERT INTO mock_event (learner_id, mock_id, event_id, kind, step, at, data)"
        " VALUES (7, :f, :g, 'end', '', '2026-01-02 01:00:00', '{}')",
    ),
    "0005": (
        "INSERT INTO plan (learner_id, settings, revision, adopted, updated_at)"
        " VALUES (7, '{\"minutes\": 20}', 3, 1, '2026-01-02 00:00:00')",
        "INSERT INTO debrief (learner_id, entry_id, held_on, round, topics, cards, notes, logged_at)"
        " VALUES (7, :h, '2026-01-02', '二面', '{}', '[]', '问了检测', '2026-01-02 00:00:00')",
    ),
    "0006": (
        "INSERT INTO deck (id, learner_id, uid, name, version, created_at, updated_at)"
        " VALUES (3, 7, 'deck-1', '我的题', 1, '2026-01-02 00:00:00', '2026-01-02 00:00:00')",
        "INSERT INTO deck_note (id, deck_id, uid, place, question, answer, topic, line, rev, removed, file_question,"
        " file_hash, updated_at) VALUES (5, 3, 'note-1', 1, 'Q?', 'A', '', 1, 1, false, 'Q?', 'x',"
        " '2026-01-02 00:00:00')",
    ),
    "0007": (_line("i", columns=", adopted", values=", '{\"stability\": 3.5}'"),),
}  # fmt: skip
"""What each release could write that the one before could not."""

Rows = dict[str, list[dict[str, object]]]


def build(url: str, revision: str) -> Rows:
    """Makes the database of that release; gives every row of every table of it."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection), revision)
        for release, statements in WRITTEN.items():
            for statement in statements if release <= revision else ():
                names = [name for name in IDS if f":{name}" in statement]
                bound = text(_escaped(statement, names)).bindparams(*(bindparam(n, type_=Uuid()) for n in names))
                connection.execute(bound, {name: IDS[name] for name in names})
        found = rows(connection)
    engine.dispose()
    return found


def rows(connection: Connection, like: Rows | None = None) -> Rows:
    """Every row of every table but Alembic's; like: of these tables and columns only."""
    if like is None:
        tables = {name: "*" for name in inspect(connection).get_table_names() if name != "alembic_version"}
    else:
        tables = {name: ", ".join(found[0]) for name, found in like.items() if found}
    return {
        name: sorted(
            (dict(row) for row in connection.execute(text(f"SELECT {columns} FROM {name}")).mappings()), key=repr
        )
        for name, columns in tables.items()
    }


def _escaped(statement: str, names: list[str]) -> str:
    """A colon inside JSON or a time of day is no parameter."""
    return re.sub(rf":(?!(?:{'|'.join(names or ['!'])})\b)", r"\\:", statement)
