"""Backups: which are kept, that each is whole, that one is made before anything risky, and what a full disk does."""

import random
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from app.db import Database, Learner, backups
from app.db.backups import BackupFailed, thin
from app.errors import StorageFull

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'warmup.db'}", clock=Clock()) as database:
        yield database


def add(db: Database, name: str, backup: str = "") -> None:
    with db.write(backup=backup) as session:
        session.add(Learner(name=name, created_at=NOW))


def saved(db: Database) -> list[Path]:
    assert db.file is not None
    return [one.file for one in backups.saved(db.file)]


def learners(file: Path) -> int:
    return backups.check(file)["learner"]


def test_all_of_two_days_then_12_daily_10_weekly_9_monthly() -> None:
    every = [NOW - timedelta(minutes=30 * i) for i in range(48 * 800)]
    kept = sorted(thin(every, NOW), reverse=True)
    assert kept[:96] == every[:96]
    days, weeks, months = kept[96:108], kept[108:118], kept[118:]
    assert len(months) == 9
    assert [a.date() - b.date() for a, b in pairwise(days)] == [timedelta(days=1)] * 11
    assert {(a.date() - b.date()).days for a, b in pairwise(weeks)} == {7}
    assert len({(m.year, m.month) for m in months}) == 9
    newest = {m.date(): m for m in sorted(every)}
    assert all(m == newest[m.date()] for m in kept[96:])


@pytest.mark.parametrize("seed", range(5))
def test_thinning_again_and_again_keeps_as_much_as_thinning_once(seed: int) -> None:
    """Day by day, with days off: the count stays bounded, the newest stays, nothing young goes."""
    rng, there, now = random.Random(seed), set[datetime](), NOW
    for _ in range(500):
        now += timedelta(hours=rng.choice((1, 5, 24, 24, 100)))
        there = thin([*there, now], now)
        assert now in there
        assert len([moment for moment in there if moment <= now - backups.ALL]) <= 31
    assert min(there) < now - timedelta(days=200)


def test_a_clock_that_was_put_back_loses_no_backup() -> None:
    later = [NOW + timedelta(days=i) for i in range(400)]
    assert thin(later, NOW) == set(later)
    assert thin([], NOW) == set()


def test_a_backup_holds_one_moment_and_is_whole_while_others_write(db: Database) -> None:
    stop = threading.Event()

    def work() -> None:
        n = 0
        while not stop.is_set():
            add(db, f"n{n}")
            n += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        made = [db.backup() for _ in range(5)]
    finally:
        stop.set()
        thread.join()
    counts = [learners(one.file) for one in made if one]
    assert len(counts) == 5 and counts == sorted(counts)
    assert not [path for path in saved(db)[0].parent.iterdir() if path.name.startswith(".")]


def test_nothing_new_is_not_kept_twice_and_other_files_are_left_alone(db: Database) -> None:
    add(db, "x")
    first = db.backup()
    assert first
    again = db.backup()
    assert again and again.file == first.file
    own = first.file.parent / "warmup-of-mine.db"
    own.write_text("mine")
    (first.file.parent / f".{first.file.name}.part").write_text("left by a process that was killed")
    add(db, "y")
    second = db.backup()
    assert second and second.file != first.file
    assert sorted(first.file.parent.iterdir()) == sorted([first.file, second.file, own])


def test_one_is_made_before_what_may_be_regretted(db: Database) -> None:
    add(db, "x")
    add(db, "y", backup="import")
    (backup,) = saved(db)
    assert backup.name.endswith("-import.db") and learners(backup) == 1


def test_many_imports_do_not_fill_the_disk(db: Database) -> None:
    add(db, "x")
    hourly = db.backup()
    for i in range(backups.MOST_OFTEN + 5):
        add(db, f"n{i}", backup="import")
    kept = saved(db)
    assert hourly and hourly.file in kept
    assert len(kept) == backups.MOST_OFTEN + 1
    assert learners(kept[0]) == backups.MOST_OFTEN + 5


def test_what_was_to_be_regretted_does_not_happen_without_a_backup(db: Database, tmp_path: Path) -> None:
    add(db, "x")
    (tmp_path / "backups").write_text("in the way, as a full disk would be")
    with pytest.raises(StorageFull) as caught:
        add(db, "y", backup="import")
    assert "备份" in caught.value.message.zh
    add(db, "z")
    (tmp_path / "backups").unlink()
    made = db.backup()
    assert made and learners(made.file) == 2


def test_a_copy_that_is_not_whole_is_not_kept(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add(db, "x")

    def check(file: Path) -> dict[str, int]:
        data = bytearray(file.read_bytes())
        data[4096:8192] = b"\xa5" * 4096
        file.write_bytes(data)
        return dict(real(file))

    real = backups.check
    monkeypatch.setattr(backups, "check", check)
    with pytest.raises(BackupFailed, match="damaged"):
        db.backup()
    monkeypatch.setattr(backups, "check", lambda _: {"learner": 9, "alembic_version": 1})
    with pytest.raises(BackupFailed, match="rows of the original"):
        db.backup()
    assert db.file is not None
    assert list(backups.folder(db.file).iterdir()) == []


def test_a_full_disk_leaves_nothing_half_written(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add(db, "x")

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "to_disk", full)
    with pytest.raises(BackupFailed, match="No space left on device") as caught:
        db.backup()
    assert not caught.value.damaged
    assert db.file is not None
    assert list(backups.folder(db.file).iterdir()) == []


def test_what_another_program_made_is_no_backup(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE accounts (id INTEGER)")
    other.commit()
    other.close()
    with pytest.raises(BackupFailed, match="no tables of Warmup"):
        backups.check(tmp_path / "other.db")
