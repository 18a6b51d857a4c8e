"""Waiting for a run on behalf of a request: parameters from its query, cached answers first, gone clients noticed."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.requests import Request

from app.demos import demos
from app.errors import BadInput, NotFound, Problem
from app.kit import Demo, Params, text
from app.services.compute import Answer, Compute
from app.services.near import near
from app.web.messages import problems

WATCH_S = 0.15
"""A run longer than this is dropped when its client goes away."""
MAX_QUERY = 4096


class Gone(Exception):
    """The client closed the connection; nobody is left to answer."""


def demo_or_404(demo_id: str) -> Demo:
    """The demo, or NotFound with the ids that look like it."""
    found = demos().get(demo_id)
    if found is None:
        close = [(f"/demos/{other.id}", other.title) for other in near(demo_id, demos().values(), lambda d: d.id)]
        raise NotFound(_NO_DEMO, near=close)
    return found


def params_of(demo: Demo, query: str) -> Params:
    """Validated parameters of a raw query string. Raises BadInput with one sentence a wrong knob."""
    if len(query) > MAX_QUERY:
        raise BadInput(_LONG)
    remembered = not any(knob.kind == "picture" for knob in demo.knobs)  # a picture is the reader's: not even here
    found = (_parse if remembered else _parse.__wrapped__)(demo.id, query)
    if isinstance(found, Params):
        return found
    raise BadInput(_BAD, found)


@lru_cache(maxsize=4096)
def _parse(demo_id: str, query: str) -> Params | Sequence[Problem]:
    demo = demos()[demo_id]
    try:
        return demo.params.from_query(parse_qsl(query, keep_blank_values=True, max_num_fields=200))
    except ValidationError as error:
        return problems(error, demo.knobs)
    except ValueError:  # more fields than allowed
        raise BadInput(_LONG) from None


async def answer(compute: Compute, demo: Demo, params: Params, request: Request, tables: bool = False) -> Answer:
    """The finished run. Raises Gone when the client leaves before it is done."""
    cached = compute.cached(demo, params, tables)
    if cached is not None:
        return cached
    run = asyncio.ensure_future(compute.result(demo, params, tables))
    done, _ = await asyncio.wait({run}, timeout=WATCH_S)
    if not done:
        leaving = asyncio.ensure_future(_left(request))
        await asyncio.wait({run, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        if not run.done():
            run.cancel()
            raise Gone
    return run.result()


async def within(compute: Compute, demo: Demo, params: Params, seconds: float) -> Answer | None:
    """The finished run, with its tables, if it is there in time; it goes on (and is cached) when it is not."""
    cached = compute.cached(demo, params, tables=True)
    if cached is not None or seconds <= 0:
        return cached
    run = asyncio.ensure_future(compute.result(demo, params, tables=True))
    run.add_done_callback(lambda task: None if task.cancelled() else task.exception())
    done, _ = await asyncio.wait({run}, timeout=seconds)
    if not done or run.exception() is not None:
        return None
    return run.result()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


_NO_DEMO = text(zh="没有这个演示。", en="There is no such demo.")
_BAD = text(zh="有参数不能用，请按说明改正。", en="Some of the parameters cannot be used; see what to correct.")
_LONG = text(
    zh="地址中的参数太长。请从演示页面重新设置。",
    en="The query in the address is too long. Set the knobs on the demo's page.",
)
