"""One picture of a demo as SVG, for paper and flash cards: its first figure, drawn from the run the page shows."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from app.content.card import Card
from app.errors import Busy, NotFound, TooSlow
from app.figures.drawing import drawable, drawing
from app.figures.paper import Inks
from app.kit import Demo, Params
from app.kit.text import Lang, text
from app.services.catalogue import Catalogue
from app.services.compute import Compute

WAIT_S = 0.5
"""Between two tries when the queue is full."""
TRIES = 60


@dataclass(frozen=True, slots=True)
class Plots:
    """Use from one event loop: runs are asked of the workers, and remembered by them."""

    compute: Compute
    catalogue: Catalogue
    inks: Inks

    async def figure(self, demo: Demo, params: Params) -> dict[str, Any] | None:
        """The first figure of a run that has a picture. Raises Busy, TooSlow."""
        return first_figure((await self.compute.result(demo, params)).body)

    async def svg(self, body: bytes, lang: Lang) -> bytes:
        """The picture of a finished run; raises NotFound when it has none."""
        figure = first_figure(body)
        if figure is None:
            raise NotFound(text(zh="这次运行没有图。", en="This run has no picture."))
        return drawing(figure, lang, self.inks).encode()

    async def of_cards(self) -> dict[str, tuple[dict[str, Any], ...]]:
        """The pictures of every card's demos, in the state the card opens them in. A run that is too slow is left
        out; when the workers are busy it waits for them, half a minute at most."""
        uses = {slug: shown(self.catalogue, card) for slug, card in self.catalogue.cards.items()}
        one_each = asyncio.Semaphore(self.compute.workers)
        runs = {(demo.id, params.to_query()): (demo, params) for pairs in uses.values() for demo, params in pairs}

        async def run(demo: Demo, params: Params) -> dict[str, Any] | None:
            async with one_each:
                return await self._patiently(demo, params)

        made = dict(zip(runs, await asyncio.gather(*(run(*pair) for pair in runs.values())), strict=True))
        return {
            slug: tuple(f for demo, params in pairs if (f := made[demo.id, params.to_query()]) is not None)
            for slug, pairs in uses.items()
        }

    async def _patiently(self, demo: Demo, params: Params) -> dict[str, Any] | None:
        for left in range(TRIES, -1, -1):
            try:
                return await self.figure(demo, params)
            except TooSlow:
                return None
            except Busy:
                if not left:
                    raise
                await asyncio.sleep(WAIT_S)
        return None


def shown(catalogue: Catalogue, card: Card) -> list[tuple[Demo, Params]]:
    """Each demo of a card once, in the first state the card shows it in."""
    out: dict[str, tuple[Demo, Params]] = {}
    for use in card.facts.demos:
        demo = catalogue.demos.get(use.id)
        if demo is not None and use.preset in demo.presets:
            out.setdefault(demo.id, (demo, demo.preset_params(use.preset)))
    return list(out.values())


def first_figure(body: bytes) -> dict[str, Any] | None:
    """The first figure with a picture in the answer of a run."""
    figures = drawable(orjson.loads(body)["figures"])
    return figures[0] if figures else None
