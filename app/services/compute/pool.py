"""The pool of compute workers, seen from the web process.

One job a key: identical requests in flight share it. A full queue is refused at once, a job nobody waits for is
dropped, a run past its deadline is killed with its process (pebble replaces it).
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal, TypeVar

from pebble import ProcessExpired, ProcessPool

import app
from app.errors import Busy, TooSlow
from app.kit import Demo, Params, text
from app.logs import Form
from app.services.compute import worker
from app.services.compute.cache import Answer, Cache
from app.services.compute.tally import Tally, outcome, succeeded
from app.services.compute.workers import Workers

T = TypeVar("T")
ABANDONED_S = 1.0
"""How long a run that nobody waits for any more may go on before its worker is killed."""


def keeps(demo: Demo, params: Params) -> bool:
    """Whether answers may be kept, here or on the way: not what measures time, not what is the reader's own."""
    return demo.deterministic and not params.private


@dataclass(slots=True, eq=False)
class _Job:
    future: "Future[Answer]"
    waiters: int = 0


class Compute:
    """Asks workers for results. Use from one event loop; `start` returns before any worker is ready."""

    def __init__(self, workers: int = 2, queue: int = 16, deadline_factor: float = 5.0, log: Form = "auto") -> None:
        self.workers, self._room, self._factor = workers, workers + queue, deadline_factor
        self._log = log
        self.cache = Cache()
        self.release = _release()
        self._jobs: dict[tuple[str, bool], _Job] = {}
        self.running = 0
        """Runs queued or under way."""
        self.tally = Tally()
        self._pool: ProcessPool | None = None
        self._processes = Workers()
        self._ready: list[Future[int]] = []
        self._closed = False

    def start(self) -> None:
        """Spawn the workers in the background; nothing happens when they are there already."""
        if self._pool is not None or self._closed:
            return
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
            os.environ.setdefault(name, "1")  # read by numpy, torch and the fitting in the workers: one thread each
        self._pool = ProcessPool(
            max_workers=self.workers, max_tasks=5000, context=self._processes, initializer=worker.warm,
            initargs=(os.getpid(), self._log),
        )  # fmt: skip
        self._ready = [self._pool.schedule(worker.ready) for _ in range(self.workers)]

    def close(self) -> None:
        """Kill the workers; runs under way are lost, nothing else is."""
        self._closed = True
        if self._pool is not None:
            self._pool.stop()
            self._pool.join(5)
            self._pool = None

    @property
    def waiting(self) -> int:
        """Runs for which no worker is free."""
        return max(0, self.running - self.workers)

    @property
    def restarts(self) -> int:
        """Workers replaced since the start: killed at a deadline, dead, or retired after many runs."""
        return max(0, self._processes.started - self.workers)

    def alive(self) -> int:
        """Workers alive now."""
        return self._processes.alive()

    def trouble(self) -> str | None:
        """Why nothing can be computed now; None when it can. From any thread."""
        pool = self._pool
        if self._closed:
            return "stopped"
        if pool is not None and not pool.active:
            return "the pool of workers is broken; restart the server"
        if pool is None or not (self.tally.runs["done"] or any(map(succeeded, self._ready))):
            return "the workers are starting"
        return None if self.alive() else "no worker is alive"

    def key(self, demo: Demo, params: Params) -> str:
        """What an answer is cached under: `id?canonical-query`."""
        return f"{demo.id}?{params.to_query()}"

    def etag(self, key: str) -> str:
        """Known before anything is computed: the key and the release of the code that would compute it."""
        return f'"{hashlib.blake2b(f"{self.release}|{key}".encode(), digest_size=12).hexdigest()}"'

    def deadline(self, demo: Demo) -> float:
        """Seconds after which a run is killed."""
        return self._factor * demo.budget_s

    def cached(self, demo: Demo, params: Params, tables: bool = False) -> Answer | None:
        """The answer if it is already here (with its tables, if they are wanted)."""
        found = self.cache.get(self.key(demo, params)) if keeps(demo, params) else None
        if found is None or (tables and found.tables is None):
            return None
        self.tally.asked["hit"] += 1
        return found

    async def result(self, demo: Demo, params: Params, tables: bool = False) -> Answer:
        """The finished answer, from the cache or a worker. Cancel the awaiting task to stop waiting.

        Raises Busy when the queue is full, TooSlow past the deadline.
        """
        answer = self.cached(demo, params, tables)
        if answer is not None:
            return answer
        key = self.key(demo, params)
        shared = (key, tables)
        job = self._jobs.get(shared)
        if job is None:
            job = _Job(self._schedule(demo, worker.compute, demo.id, params.to_query(), tables))
            self._jobs[shared] = job
            self.tally.asked["miss"] += 1
            job.future.add_done_callback(self._on_loop(lambda: self._forget(shared, job)))
        else:
            self.tally.asked["joined"] += 1
        job.waiters += 1
        try:
            answer = await asyncio.shield(asyncio.wrap_future(job.future))
        except asyncio.CancelledError:
            if job.future.cancelled():
                raise Busy(_INTERRUPTED) from None
            raise
        except Exception as error:
            raise _explain(error) from error
        finally:
            job.waiters -= 1
            if job.waiters == 0 and not job.future.done():
                self._abandon(job)
        return self._keep(demo, params, answer)

    async def call(self, function: Callable[..., T], *args: object, deadline: float) -> T:
        """Other work that must not hold up the web process: done by a worker, killed after `deadline` seconds.

        Raises Busy when the queue is full, TooSlow past the deadline; what the function raises.
        """
        try:
            return await asyncio.wrap_future(self._submit(deadline, function, *args))
        except Exception as error:
            raise _explain(error) from error

    async def stream(self, demo: Demo, params: Params) -> AsyncIterator[tuple[Literal["frame", "done"], bytes]]:
        """Partial results as they come ("frame"), then the last ("done"). Closing the iterator kills the run."""
        cached = self.cached(demo, params)
        if cached is not None:
            yield "done", cached.body
            return
        self.tally.asked["miss"] += 1
        receive, send = get_context("spawn").Pipe(duplex=False)
        loop = asyncio.get_running_loop()
        frames: asyncio.Queue[bytes | None] = asyncio.Queue()
        future = self._schedule(demo, worker.stream, demo.id, params.to_query(), send)
        loop.add_reader(receive.fileno(), _read, receive, frames, loop)
        future.add_done_callback(self._on_loop(send.close))
        try:
            while (frame := await frames.get()) is not None:
                yield "frame", frame
            try:
                answer = await asyncio.wrap_future(future)
            except Exception as error:
                raise _explain(error) from error
            yield "done", self._keep(demo, params, answer).body
        finally:
            loop.remove_reader(receive.fileno())
            receive.close()
            if not future.done():
                future.cancel()

    def _keep(self, demo: Demo, params: Params, answer: Answer) -> Answer:
        if keeps(demo, params):
            self.cache.put(self.key(demo, params), answer)
        return answer

    def _schedule(self, demo: Demo, function: Callable[..., object], *args: object) -> "Future[Answer]":
        return self._submit(self.deadline(demo), function, *args)

    def _submit(self, deadline: float, function: Callable[..., object], *args: object) -> "Future[Any]":
        self.start()
        if self._pool is None or self.running >= self._room:
            self.tally.runs["shed"] += 1
            raise Busy(_FULL)
        self.running += 1
        future: Future[Any] = self._pool.schedule(function, args=args, timeout=deadline)
        future.add_done_callback(self._on_loop(lambda: self._ended(future)))
        return future

    def _ended(self, future: "Future[Any]") -> None:
        self.running -= 1
        self.tally.runs[outcome(future)] += 1

    def _forget(self, key: tuple[str, bool], job: _Job) -> None:
        if self._jobs.get(key) is job:
            del self._jobs[key]

    def _abandon(self, job: _Job) -> None:
        """Nobody waits: out of the queue at once; a run under way gets a moment to end (and be cached)."""
        if not job.future.running():
            job.future.cancel()
        else:
            asyncio.get_running_loop().call_later(
                ABANDONED_S, lambda: None if job.waiters or job.future.done() else job.future.cancel()
            )

    @staticmethod
    def _on_loop(call: Callable[[], object]) -> "Callable[[Future[Answer]], None]":
        """Futures finish in pebble's threads; our bookkeeping happens on the loop."""
        loop = asyncio.get_running_loop()

        def done(_: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(call)

        return done


def _read(receive: Connection, frames: "asyncio.Queue[bytes | None]", loop: asyncio.AbstractEventLoop) -> None:
    try:
        frames.put_nowait(receive.recv_bytes())
    except (EOFError, OSError):
        loop.remove_reader(receive.fileno())
        frames.put_nowait(None)


def _explain(error: BaseException) -> BaseException:
    if isinstance(error, TimeoutError):
        return TooSlow(_SLOW)
    if isinstance(error, MemoryError):
        return TooSlow(_LARGE)
    if isinstance(error, ProcessExpired):
        return Busy(_INTERRUPTED)
    return error


def _release() -> str:
    """Changes whenever the code that computes changes, so that an old entity tag never matches a new answer."""
    root = Path(app.__file__).parent
    digest = hashlib.blake2b(version("numpy").encode() + version("torch").encode(), digest_size=12)
    for folder in ("core", "kit", "demos", "figures"):
        for file in sorted((root / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


_FULL = text(
    zh="计算队列已满。请等一两秒再试；页面和复习不受影响。",
    en="The compute queue is full. Wait a second or two and try again; pages and reviews are not affected.",
)
_INTERRUPTED = text(zh="这次计算被中断了，请再试一次。", en="This run was interrupted. Please try again.")
_SLOW = text(
    zh="这次计算超出了时限，已被停止。请把参数调小（更少的步数、层数或宽度）再试。",
    en="This run took longer than allowed and was stopped. Try again with fewer steps, layers or units.",
)
_LARGE = text(
    zh="这次计算需要的内存超出了上限。请把参数调小再试。",
    en="This run needed more memory than allowed. Make it smaller and try again.",
)
