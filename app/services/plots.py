"""One picture of a demo as SVG, for paper and flash cards: its first figure, drawn from the run the page shows.

The figures that cards open with are kept in the data folder as they were computed, under the release of the code that
computed them: the sheet one prints at midnight must not wait for thirty runs, nor fail because a worker is busy.
"""

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from app.content.card import Card
from app.errors import Busy, NotFound, TooSlow
from app.figures.drawing import drawable, drawing
from app.figures.paper import Inks
from app.kit import Demo, Params
from app.kit.text import Lang, text
from app.services.catalogue import Catalogue
from app.services.compute import Compute, keeps

WAIT_S = 0.5
"""Between two tries when the queue is full."""
TRIES = 60


@dataclass(frozen=True)
class Plots:
    """Use from one event loop: runs are asked of the workers. folder: where figures of cards are kept, if anywhere."""

    compute: Compute
    catalogue: Catalogue
    inks: Inks
    folder: Path | None = field(default=None)

    async def figure(self, demo: Demo, params: Params) -> dict[str, Any] | None:
        """The first figure of a run that has a picture. Raises Busy, TooSlow."""
        found = self.kept(demo, params)
        return found or self.keep(demo, params, (await self.compute.result(demo, params)).body)

    def svg(self, figure: dict[str, Any] | None, lang: Lang) -> bytes:
        """The picture; raises NotFound when there is none."""
        if figure is None:
            raise NotFound(text(zh="这次运行没有图。", en="This run has no picture."))
        return drawing(figure, lang, self.inks).encode()

    def kept(self, demo: Demo, params: Params) -> dict[str, Any] | None:
        """The figure, if it was computed before by this release."""
        file = self._file(demo, params)
        if file is not None:
            with suppress(OSError, orjson.JSONDecodeError):
                found: dict[str, Any] = orjson.loads(file.read_bytes())
                return found
        return None

    def keep(self, demo: Demo, params: Params, body: bytes) -> dict[str, Any] | None:
        """The figure of a finished run; a card's is kept. A disk that is full is no reason to fail."""
        figure, file = first_figure(body), self._file(demo, params)
        if figure is not None and file is not None:
            with suppress(OSError):
                self._begin(file.parent)
                handle, beside = tempfile.mkstemp(dir=file.parent)
                with os.fdopen(handle, "wb") as out:
                    out.write(orjson.dumps(figure))
                os.replace(beside, file)
        return figure

    @cached_property
    def _cards(self) -> frozenset[str]:
        pairs = (pair for card in self.catalogue.cards.values() for pair in shown(self.catalogue, card))
        return frozenset(self.compute.key(*pair) for pair in pairs)

    def _file(self, demo: Demo, params: Params) -> Path | None:
        key = self.compute.key(demo, params)
        if self.folder is None or key not in self._cards or not keeps(demo, params):
            return None
        return self.folder / self.compute.release / f"{self.compute.etag(key)[1:-1]}.json"

    def _begin(self, folder: Path) -> None:
        """Makes the folder of this release; those of others are of no use any more."""
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            for other in folder.parent.iterdir():
                if other != folder:
                    shutil.rmtree(other, ignore_errors=True)

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
