"""While the site runs: a backup every half hour in which something was stored, and before imports and deletions."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.db import Database, backups
from app.services import backing_up
from app.services.backing_up import Keeper
from tests.services.world import World


class Clock:
    """Starts now, as files bear the time of the system."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def db(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'warmup.db'}", clock=clock) as database:
        yield database


def store(world: World, clock: Clock) -> None:
    """A review at the clock's time; files bear the system's, so they are told."""
    world.review("relu/several", rating=3)
    assert world.db.file is not None
    for path in (world.db.file, Path(f"{world.db.file}-wal")):
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))


def test_every_half_hour_in_which_something_was_stored(db: Database, clock: Clock) -> None:
    world, keeper, made = World(db), Keeper(db, clock), []
    for minute in range(0, 240, 10):
        if minute in (0, 70, 75, 200):
            store(world, clock)
        if keeper.turn():
            made.append(minute)
        clock.now += timedelta(minutes=10)
    assert made == [0, 70, 200]
    assert db.file is not None
    assert len(backups.saved(db.file)) == 3
    assert not Keeper(db, clock).turn()  # a restart goes on where it was


def test_a_clock_that_was_put_back_does_not_put_off_backups(db: Database, clock: Clock) -> None:
    world, keeper = World(db), Keeper(db, clock)
    store(world, clock)
    assert keeper.turn()
    clock.now -= timedelta(days=400)
    store(world, clock)
    keeper.turn()
    assert db.file is not None
    assert len(backups.saved(db.file)) == 2


def test_a_backup_that_fails_is_said_and_tried_again(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store(World(db), clock)
    assert db.file is not None
    place = backups.folder(db.file)
    place.write_text("in the way")
    monkeypatch.setattr(backing_up, "FIRST_S", 0.01)
    monkeypatch.setattr(backing_up, "PERIOD_S", 0.01)

    async def serve() -> None:
        running = asyncio.create_task(Keeper(db, clock).run())
        while "no backup" not in caplog.text:
            await asyncio.sleep(0.01)
        place.unlink()
        while not backups.saved(db.file or Path()):
            await asyncio.sleep(0.01)
        running.cancel()

    asyncio.run(asyncio.wait_for(serve(), 20))
