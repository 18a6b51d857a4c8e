"""The numbers in prose. They come from runs, and content/computed.json keeps them, so that a page need not run a demo.

`warmup check` runs everything that is named and compares; `warmup check --write` stores what came out.
"""

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from app.content.card import Card
from app.content.loader import Library, load
from app.content.models import RunRef
from app.content.stored import FILE, key, store
from app.demos import demos as all_demos
from app.kit import Demo

RELATIVE = 1e-6
RELATIVE_TRAINING = 1e-3
"""Streaming demos train; their float32 sums are added in another order on another processor."""
ROUNDING = 1e-12
"""Below this a number may be rounding error (0 here, 2e-16 there): such numbers agree within two decades."""

MANY = 12
"""Runs that are worth starting processes for."""

Demos = Mapping[str, Demo]


@dataclass(frozen=True, slots=True)
class Fresh:
    """What runs gave: the numbers by name, and for each that there is none, why."""

    values: dict[str, float]
    failures: dict[str, str]


def collect(cards: Iterable[Card], demos: Demos) -> tuple[RunRef, ...]:
    """Every run that a card takes a number from: prose, evidence of claims, numeric and predict items."""
    found: set[RunRef] = set()
    for card in cards:
        found |= {mention.run for _, mention in card.mentions if mention.run}
        found |= {run for _, _, run in facts_runs(card, demos)}
    return tuple(sorted(found, key=key))


def facts_runs(card: Card, demos: Demos) -> Iterator[tuple[str, str, RunRef]]:
    """(list in card.yml, id in it, run) for every run the facts of a card name."""
    for claim in card.facts.claims:
        for evidence in claim.evidence:
            if evidence.demo and evidence.preset and evidence.scalar:
                run = RunRef(demo=evidence.demo, preset=evidence.preset, scalar=evidence.scalar)
                yield "claims", claim.id, run
    for item in card.facts.quiz:
        if item.kind == "numeric" and item.run:
            yield "quiz", item.id, item.run
        elif item.kind == "predict" and item.demo in demos:
            for prediction in demos[item.demo].predictions:
                if prediction.id == item.prediction:
                    yield "quiz", item.id, RunRef(demo=item.demo, preset=prediction.preset, scalar=prediction.scalar)


def missing(run: RunRef, demos: Demos) -> str | None:
    """What of a run is not there, as far as one can tell without running."""
    if run.demo not in demos:
        return f"no demo {run.demo!r}"
    if run.preset not in demos[run.demo].presets:
        return f"{run.demo} has no preset {run.preset!r}; it has {', '.join(demos[run.demo].presets)}"
    return None


def compute(runs: Iterable[RunRef], demos: Demos) -> Fresh:
    """Runs each preset that is named, once: the demos of the house in several processes, any others here."""
    fresh = Fresh({}, {})
    wanted = {
        place: list(group) for place, group in groupby(sorted(runs, key=key), key=lambda run: (run.demo, run.preset))
    }
    known = [place for place, refs in wanted.items() if missing(refs[0], demos) is None]
    if demos is all_demos() and len(known) >= MANY:
        found = _in_processes(known)
    else:
        found = {place: _scalars(demos, *place) for place in known}
    for (demo, preset), refs in wanted.items():
        reason, scalars = found.get((demo, preset)) or (missing(refs[0], demos), {})
        for run in refs:
            if run.scalar in scalars:
                fresh.values[key(run)] = scalars[run.scalar]
            else:
                told = f"{demo}/{preset} gives no {run.scalar!r}; it gives {', '.join(sorted(scalars))}"
                fresh.failures[key(run)] = reason or told
    return fresh


def chosen(library: Library, only: str | None) -> tuple[Card, ...]:
    """All cards, or the one named. Raises ValueError when there is no card of that name."""
    if only is None:
        return tuple(library.cards.values())
    if only not in library.cards:
        broken = "".join(f"\n{p}" for p in library.problems if p.file.parent.name == only)
        raise ValueError(f"no card {only!r} could be read{broken}")
    return (library.cards[only],)


Outcome = tuple[str | None, dict[str, float]]
"""Why there is no number, or the numbers."""


def _scalars(demos: Demos, demo: str, preset: str) -> Outcome:
    try:
        return None, {k: float(v) for k, v in demos[demo].final(demos[demo].preset_params(preset)).scalars.items()}
    except Exception as error:  # whatever the demo does: it is told, the other demos still run
        return f"{demo}/{preset} fails: {type(error).__name__}: {error}", {}


def _known_scalars(place: tuple[str, str]) -> Outcome:
    return _scalars(all_demos(), *place)


def _in_processes(places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Outcome]:
    """One process a core, one thread each: on small arrays more threads only wait for one another."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return dict(zip(places, pool.map(_known_scalars, places), strict=True))


def write(root: Path, only: str | None = None) -> str:
    """Runs everything that the content below `root` names, stores the numbers, and says how many there are.

    only: runs just what this card names, and keeps the other numbers as they are.
    """
    known, library = all_demos(), load(root)
    fresh = compute(collect(chosen(library, only), known), known)
    store(root / FILE, fresh.values if only is None else {**library.computed, **fresh.values})
    failed = "".join(f"\n  {name}: {reason}" for name, reason in fresh.failures.items())
    return f"{root / FILE}: {len(fresh.values)} numbers" + (
        f", {len(fresh.failures)} failed:{failed}" if failed else ""
    )


def compare(stored: Mapping[str, float], fresh: Mapping[str, float], demos: Demos) -> tuple[str, ...]:
    """The names whose stored number is missing, no longer needed, or not what the run gives."""
    differ = stored.keys() ^ fresh.keys()
    differ |= {
        name for name in stored.keys() & fresh.keys() if not agree(stored[name], fresh[name], _relative(name, demos))
    }
    return tuple(sorted(differ))


def agree(a: float, b: float, relative: float = RELATIVE) -> bool:
    """Whether two runs gave the same number, up to what another processor may change."""
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if a == b or math.isclose(a, b, rel_tol=relative):
        return True
    small, large = sorted((abs(a), abs(b)))
    return large < ROUNDING and (small == 0 or large / small < 100)


def _relative(name: str, demos: Demos) -> float:
    demo = demos.get(name.split("/")[0])
    return RELATIVE_TRAINING if demo and demo.streams else RELATIVE
