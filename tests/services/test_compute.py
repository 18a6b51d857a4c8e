"""The compute pool with real worker processes: shared runs, deadlines that kill, a full queue, stopped streams."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest

from app.demos import demos
from app.errors import Busy, TooSlow
from app.figures import encode_result, encode_tables
from app.services.compute import Answer, Cache, Compute

QUICK = demos()["activation-curves"]
SLOW = demos()["activation-race"]


def with_pool(body: Callable[[Compute], Awaitable[Any]], **options: Any) -> Any:
    """Run a coroutine with a pool of its own, in a thread of its own: the browser tests leave a loop in this one."""

    async def go() -> Any:
        compute = Compute(**options)
        compute.start()
        try:
            return await body(compute)
        finally:
            compute.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(go())).result()


def test_answer_is_what_the_demo_gives() -> None:
    params = QUICK.params(z=1.25)
    answer = with_pool(lambda c: c.result(QUICK, params, tables=True), workers=1)
    expected = QUICK.final(params)
    assert answer.body == encode_result(QUICK.id, params.to_query(), expected)
    assert answer.tables == encode_tables(expected)


def test_identical_requests_share_one_run_and_the_cache() -> None:
    async def body(compute: Compute) -> None:
        params = SLOW.params(steps=100)
        runs = [asyncio.ensure_future(compute.result(SLOW, params)) for _ in range(20)]
        await asyncio.sleep(0)
        assert compute.running == 1
        answers = await asyncio.gather(*runs)
        assert len({id(a) for a in answers}) == 1
        assert answers[0].tables is None
        assert compute.cached(SLOW, params) is not None
        again = await compute.result(SLOW, params)
        assert again.body == answers[0].body
        assert compute.running == 0

    with_pool(body, workers=1)


def test_deadline_kills_and_the_pool_goes_on() -> None:
    async def body(compute: Compute) -> None:
        with pytest.raises(TooSlow) as caught:
            await compute.result(SLOW, SLOW.params(steps=800))
        assert "Retry-After" in caught.value.headers
        assert (await compute.result(QUICK, QUICK.params())).body

    with_pool(body, workers=1, deadline_factor=0.2 / SLOW.budget_s)


def test_full_queue_is_refused_at_once() -> None:
    async def body(compute: Compute) -> None:
        runs = [asyncio.ensure_future(compute.result(SLOW, SLOW.params(seed=i))) for i in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(Busy) as caught:
            await compute.result(QUICK, QUICK.params())
        assert caught.value.retry_after == 1
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)

    with_pool(body, workers=1, queue=2)


def test_a_run_nobody_waits_for_is_dropped() -> None:
    async def body(compute: Compute) -> None:
        running = asyncio.ensure_future(compute.result(SLOW, SLOW.params(steps=800, seed=1)))
        queued = asyncio.ensure_future(compute.result(SLOW, SLOW.params(steps=800, seed=2)))
        await asyncio.sleep(0.5)
        queued.cancel()
        running.cancel()
        await asyncio.gather(queued, running, return_exceptions=True)
        for _ in range(100):
            if compute.running == 0:
                break
            await asyncio.sleep(0.05)
        assert compute.running == 0
        assert (await compute.result(QUICK, QUICK.params())).body

    with_pool(body, workers=1)


def test_stream_sends_partial_results_then_the_last() -> None:
    async def body(compute: Compute) -> None:
        params = SLOW.params(seed=5)
        seen = [(kind, orjson.loads(frame)["progress"]) async for kind, frame in compute.stream(SLOW, params)]
        assert [kind for kind, _ in seen[-1:]] == ["done"]
        assert len(seen) >= 3
        assert [p for _, p in seen] == sorted(p for _, p in seen)
        assert compute.cached(SLOW, params) is not None
        assert [kind async for kind, _ in compute.stream(SLOW, params)] == ["done"]

    with_pool(body, workers=1)


def test_closing_a_stream_stops_the_worker() -> None:
    async def body(compute: Compute) -> None:
        frames = compute.stream(SLOW, SLOW.params(steps=800, seed=6))
        await anext(frames)
        await frames.aclose()  # type: ignore[attr-defined]
        for _ in range(100):
            if compute.running == 0:
                break
            await asyncio.sleep(0.05)
        assert compute.running == 0
        assert compute.cached(SLOW, SLOW.params(steps=800, seed=6)) is None
        assert (await compute.result(QUICK, QUICK.params())).body

    with_pool(body, workers=1)


def test_etag_changes_with_the_question_and_with_the_code() -> None:
    one, two = Compute(), Compute()
    key = one.key(QUICK, QUICK.params())
    assert one.etag(key) == two.etag(key)
    assert one.etag(key) != one.etag(one.key(QUICK, QUICK.params(z=2)))
    two.release = "other"
    assert one.etag(key) != two.etag(key)


def test_cache_keeps_the_recently_used_within_its_bytes() -> None:
    cache = Cache(limit=3000)
    for name in "abc":
        cache.put(name, Answer(b"x" * 700))
    assert cache.get("a")
    cache.put("d", Answer(b"x" * 700))
    assert cache.get("b") is None
    assert cache.get("a")
    assert len(cache) == 3


def test_what_happened_to_runs_and_workers_is_counted() -> None:
    async def body(compute: Compute) -> None:
        assert compute.trouble() == "the workers are starting"
        await compute.result(QUICK, QUICK.params())
        await compute.result(QUICK, QUICK.params())
        assert (compute.trouble(), compute.restarts, compute.alive()) == (None, 0, 1)
        with pytest.raises(TooSlow):
            await compute.result(SLOW, SLOW.params(steps=800))
        await compute.result(QUICK, QUICK.params(z=0.5))
        assert (compute.restarts, compute.alive()) == (1, 1)
        assert (compute.tally.runs["done"], compute.tally.runs["too_slow"]) == (2, 1)
        assert (compute.tally.asked["hit"], compute.tally.asked["miss"]) == (1, 3)

    with_pool(body, workers=1, deadline_factor=0.2 / SLOW.budget_s)
