"""`warmup backup`, `restore`, `doctor`, `move`: what a person does with the database as a whole."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli import main
from app.db import Database, backups, whole
from app.db import repositories as repo
from app.services import journal
from tests.db.postgres import new_database
from tests.services.world import World

Said = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with two reviews."""
    monkeypatch.setenv("WARMUP_DATA_DIR", str(tmp_path))
    file = tmp_path / "warmup.db"
    with Database(f"sqlite:///{file}") as db:
        world = World(db)
        world.review("vanishing/choice", rating=4)
        world.review("relu/several", rating=3)
    return file


def spoil(file: Path) -> None:
    """Makes the states differ from the log."""
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE item_state SET stability = stability + 1 WHERE item_key = 'vanishing/choice'")
        connection.execute("DELETE FROM item_state WHERE item_key = 'relu/several'")
    connection.close()


def holds(url: str) -> dict[str, whole.Sum]:
    with Database(url) as db, db.read() as session:
        return whole.sums(session)


def differences(url: str) -> int:
    with Database(url) as db, db.write() as session:
        return len(journal.check(session, repo.local_learner(session, datetime.now(UTC))).differences)


def test_a_backup_goes_where_it_is_told_also_while_the_site_runs(file: Path, tmp_path: Path, capsys: Said) -> None:
    with Database(f"sqlite:///{file}") as db:
        World(db).review("boosting/order", rating=2)
        assert main(["backup", str(tmp_path / "kept.db")]) == 0
        assert main(["backup"]) == 0
    said = capsys.readouterr()
    assert "lines of the log: 3" in said.err
    first, second = map(Path, said.out.split())
    assert first == tmp_path / "kept.db" and second.parent == tmp_path / "backups"
    assert first.read_bytes() == second.read_bytes()
    assert backups.check(first)["review"] == 3
    assert first.stat().st_mode & 0o077 == 0


def test_restore_brings_back_what_the_backup_held_and_keeps_what_was_there(file: Path, capsys: Said) -> None:
    url = f"sqlite:///{file}"
    main(["backup"])
    backup = capsys.readouterr().out.strip()
    then = holds(url)
    with Database(url) as db:
        World(db).review("boosting/order", rating=2)
    later = holds(url)
    assert later != then
    assert main(["restore", backup]) == 0
    assert holds(url) == then
    former = capsys.readouterr().out.strip().splitlines()[-1].rpartition(" ")[2]
    assert former.endswith("-restore.db")
    assert main(["restore", former, "--lang", "zh"]) == 0
    assert "3 条复习记录" in capsys.readouterr().out
    assert holds(url) == later


def test_restore_refuses_while_the_site_runs_and_what_is_no_backup(file: Path, tmp_path: Path, capsys: Said) -> None:
    before = file.read_bytes()
    with Database(f"sqlite:///{file}"):
        assert main(["restore", str(file)]) == 2
    (tmp_path / "notes.db").write_text("not a database " * 100)
    assert main(["restore", str(tmp_path / "notes.db")]) == 2
    assert main(["restore", str(tmp_path / "nothing.db")]) == 2
    newer = tmp_path / "newer.db"
    newer.write_bytes(before)
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert main(["restore", str(newer)]) == 2
    said = capsys.readouterr().err
    assert all(part in said for part in ("in use", "not a readable database", "There is no file", "newer release"))
    assert file.read_bytes() == before


def test_the_doctor_finds_nothing_wrong_with_a_sound_database(file: Path, capsys: Said) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "2 questions replayed, 0 differ" in said and "backups  none yet" in said


def test_the_doctor_says_what_differs_and_repairs_only_with_consent(
    file: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(file)
    before = file.read_bytes()
    assert main(["doctor"]) == 1  # nobody sits at the terminal
    said = capsys.readouterr().out
    assert "vanishing/choice: stability" in said and "relu/several: missing" in said and "--repair" in said
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert main(["doctor"]) == 1
    assert file.read_bytes() == before
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert main(["doctor"]) == 0
    assert differences(f"sqlite:///{file}") == 0
    spoil(file)
    assert main(["doctor", "--repair", "--lang", "zh"]) == 0
    assert differences(f"sqlite:///{file}") == 0
    assert {one.file.name.rpartition("-")[2] for one in backups.saved(file)} == {"repair.db"}


def test_the_doctor_makes_an_index_anew_that_lags_behind(file: Path, capsys: Said) -> None:
    name, entry = "ix_item_state_learner_id_due", "type, name, tbl_name, rootpage, sql"
    for step in ("forget", "change", "remember"):  # a row that changes while SQLite does not know of the index
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA writable_schema=ON")
            if step == "forget":
                row = connection.execute(f"SELECT {entry} FROM sqlite_master WHERE name = ?", [name]).fetchone()
                connection.execute("DELETE FROM sqlite_master WHERE name = ?", [name])
            elif step == "change":
                connection.execute("UPDATE item_state SET due = '2031-01-01 00:00:00.000000'")
            else:
                connection.execute(f"INSERT INTO sqlite_master ({entry}) VALUES (?, ?, ?, ?, ?)", row)
        connection.close()
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "missing from index ix_item_state_learner_id_due" in said
    assert main(["doctor", "--repair"]) == 0
    assert "0 differ" in capsys.readouterr().out.rpartition("After the repair")[2]
    assert differences(f"sqlite:///{file}") == 0


def test_the_doctor_names_the_backup_to_go_back_to_when_pages_are_damaged(file: Path, capsys: Said) -> None:
    main(["backup"])
    backup = capsys.readouterr().out.strip()
    (file.parent / "backups" / "warmup-2099-01-01T00-00-00.000Z.db").write_bytes(b"x" * 5000)  # newer, and no use
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    file.write_bytes(data)
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert f"warmup restore {backup}" in said
    assert file.read_bytes() == data
    assert main(["restore", backup]) == 0
    former = Path(capsys.readouterr().out.strip().splitlines()[-1].rpartition(" ")[2])
    assert former.read_bytes() == data
    assert main(["doctor"]) == 0


@pytest.mark.postgres
def test_everything_moves_to_postgresql_and_can_come_back(
    file: Path, tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, ours = new_database(), holds(f"sqlite:///{file}")
    Database(there).close()  # a server was started on it already
    before = file.read_bytes()
    assert main(["move", there]) == 0
    assert holds(there) == ours
    assert file.read_bytes() == before
    with Database(there) as db:
        World(db).review("boosting/order", rating=2)  # numbers go on after the highest
    later = holds(there)
    assert main(["move", there]) == 2
    assert "holds data already" in capsys.readouterr().err
    monkeypatch.setenv("WARMUP_DATABASE_URL", there)
    assert main(["backup", str(tmp_path / "pg.db")]) == 0
    assert main(["restore", str(tmp_path / "pg.db")]) == 2  # not empty
    monkeypatch.setenv("WARMUP_DATABASE_URL", new_database())
    assert main(["restore", str(tmp_path / "pg.db")]) == 0
    assert main(["doctor"]) == 0
    monkeypatch.delenv("WARMUP_DATABASE_URL")
    assert main(["restore", str(tmp_path / "pg.db")]) == 0
    assert holds(f"sqlite:///{file}") == later


def test_move_wants_postgresql(file: Path, capsys: Said) -> None:
    assert main(["move", "mysql://x"]) == 2
    assert "postgresql://" in capsys.readouterr().err
