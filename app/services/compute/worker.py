"""What runs inside a compute worker. Imported by the web process only for its function names."""

import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from urllib.parse import parse_qsl

from app.kit import Result
from app.logs import Form, setup
from app.services.compute.cache import Answer

MEMORY = 2 << 30
"""Bytes of data a worker may grow by after it started; beyond it numpy and torch raise MemoryError."""
FRAME_S = 0.08
"""Least time between two partial results of one stream: the page draws about ten a second."""


def warm(parent: int, log: Form) -> None:
    """Initialise a worker: its log, a memory limit, and the demos imported (torch comes when one needs it)."""
    setup(log)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    from app.demos import demos

    demos()
    if sys.platform == "linux":  # elsewhere the deadline alone bounds a run
        with open("/proc/self/status") as status:
            used = next((int(line.split()[1]) << 10 for line in status if line.startswith("VmData")), 0)
        resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, used + MEMORY))


def ready() -> int:
    """The first task of a worker: says which process it is."""
    return os.getpid()


def compute(demo_id: str, query: str, tables: bool) -> Answer:
    """Run a demo to its end. tables: the page wants its numbers as rows too."""
    from app.figures import encode_result, encode_tables

    *_, result = _results(demo_id, query)
    return Answer(encode_result(demo_id, query, result), encode_tables(result) if tables else None)


def stream(demo_id: str, query: str, channel: Connection) -> Answer:
    """Run a streaming demo, sending partial results through the channel; returns the last like `compute`."""
    from app.figures import encode_result, encode_tables

    sent = 0.0
    result = None
    with channel:
        for result in _results(demo_id, query):
            now = time.monotonic()
            if result.progress < 1 and now - sent >= FRAME_S:
                channel.send_bytes(encode_result(demo_id, query, result))
                sent = now
    if result is None:
        raise RuntimeError(f"{demo_id}: run yielded nothing")
    return Answer(encode_result(demo_id, query, result), encode_tables(result))


def _results(demo_id: str, query: str) -> "Iterator[Result]":
    from app.demos import demos

    demo = demos()[demo_id]
    return demo.results(demo.params.from_query(parse_qsl(query, keep_blank_values=True)))


def _die_with(parent: int) -> None:
    """Leave when the web process is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(0)
