"""kill -9 in the middle of reviewing: every acknowledged review is there, once, and the states agree with the log.

(What a power cut does cannot be seen this way; synchronous=FULL is asserted in test_sqlite.py.)
"""

import random
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import text as sql
from sqlmodel import select

from app.db import Database, Review
from tests.services.world import World

KILLS = 10


def test_no_acknowledged_review_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    url, rng, acknowledged = f"sqlite:///{tmp_path / 'warmup.db'}", random.Random(1), set[UUID]()
    for _ in range(KILLS):
        child = subprocess.Popen([sys.executable, "-m", "tests.db.reviewer", url], stdout=subprocess.PIPE)
        with child:
            assert child.stdout is not None
            acknowledged |= {UUID(child.stdout.readline().decode().strip()) for _ in range(20)}
            time.sleep(rng.uniform(0, 0.05))
            child.kill()
            rest = child.stdout.read().decode()
        acknowledged |= {
            UUID(line) for line in rest.splitlines(keepends=True) if line.endswith("\n") for line in [line.strip()]
        }
        with Database(url) as db:
            world = World(db)
            with db.read() as session:
                stored = session.exec(select(Review.attempt_id)).all()
                assert session.connection().execute(sql("PRAGMA integrity_check")).scalar() == "ok"
            assert acknowledged <= set(stored)
            assert len(stored) <= len(acknowledged) + 4 * KILLS
            assert len(stored) == len(set(stored))
            assert world.study.check(world.learner).differences == ()
    assert len(acknowledged) >= 20 * KILLS
