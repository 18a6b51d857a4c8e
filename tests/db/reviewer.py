"""A process that reviews without end, four threads at once, and says each attempt that was acknowledged.

python -m tests.db.reviewer sqlite:///file.db
"""

import os
import sys
import threading
from datetime import UTC, datetime

from app.db import Database
from tests.services.world import World


def main(url: str) -> None:
    world = World(Database(url))
    keys = [ref.key for ref in world.catalogue.items()]

    def work(mine: list[str]) -> None:
        while True:
            for key in mine:
                now = datetime.now(UTC)
                question = world.study.question(world.learner, key, 3, now)
                attempt = world.attempt(question, 3)
                world.study.submit(world.learner, attempt, now)
                os.write(1, f"{attempt.attempt_id}\n".encode())

    for i in range(4):
        threading.Thread(target=work, args=(keys[i::4],), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
