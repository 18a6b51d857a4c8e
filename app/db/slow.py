"""Statements that take long go into the log, with their SQL and never with their values.

Timed is the statement itself. SQLite finds the rows of a plain SELECT while they are fetched, which is not in it;
sorting, counting and writing are.
"""

import logging
import threading
import time
from typing import Any

from sqlalchemy import Engine, event

log = logging.getLogger("warmup.db")


class SlowQueries:
    """Watches engines. threshold_s: from how long on a statement counts as slow; None watches nothing."""

    def __init__(self, threshold_s: float | None) -> None:
        self.threshold_s = threshold_s
        self.count = 0
        self._lock = threading.Lock()

    def watch(self, engine: Engine) -> None:
        """From now on, every statement of this engine."""
        if self.threshold_s is None:
            return
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def _before(self, _connection: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
        if context is not None:
            context.warmup_started = time.perf_counter()

    def _after(self, _connection: Any, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:
        started = getattr(context, "warmup_started", None)
        if started is None or self.threshold_s is None:
            return
        took = time.perf_counter() - started
        if took >= self.threshold_s:
            with self._lock:
                self.count += 1
            log.warning("slow query", extra={"data": {"ms": round(took * 1000, 1), "sql": " ".join(sql.split())}})
