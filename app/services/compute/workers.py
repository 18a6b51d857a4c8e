"""Which worker processes there are: counted as they are started, asked whether they live."""

import threading
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any


class Workers(SpawnContext):
    """The way multiprocessing spawns, keeping count: pebble replaces a worker it has killed without saying so."""

    def __init__(self) -> None:
        super().__init__()
        self.started = 0
        self._made: list[SpawnProcess] = []
        self._lock = threading.Lock()

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]
        """A worker to be started at once."""
        process = SpawnProcess(*args, **kwargs)
        with self._lock:
            self.started += 1
            self._made = [*(one for one in self._made if one.pid is None or _lives(one)), process]
        return process

    def alive(self) -> int:
        """How many live now."""
        with self._lock:
            return sum(one.pid is not None and _lives(one) for one in self._made)


def _lives(process: SpawnProcess) -> bool:
    """By its sentinel: `is_alive` would take the exit status that pebble waits for."""
    return not wait([process.sentinel], timeout=0)
