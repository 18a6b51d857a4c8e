"""A learner with a memory of their own, who studies as the program says: their log, straight into the database.

What they remember follows `true` parameters; when they are asked follows the ones in use, the defaults at first.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

from app.content.models import PairItem
from app.db import Database, Review
from app.db import repositories as repo
from app.db.repositories import Line
from app.services import scheduling
from app.services.catalogue import Catalogue
from app.services.days import day_start, study_day
from app.services.replay import Known, advance, elapsed_days
from app.services.scheduling import DEFAULT, Parameters, Rating, State

WEIGHTS = list(DEFAULT.weights)


def changed(**weights: float) -> Parameters:
    """The defaults with some weights changed: changed(w2=1.0)."""
    return scheduling.own([weights.get(f"w{i}", w) for i, w in enumerate(WEIGHTS)])


FAST_FORGETTER = changed(w2=1.0, w3=3.0, w8=1.2, w11=0.8, w20=0.35)
"""Forgets much sooner than the defaults say, and learns more slowly."""


@dataclass
class Learner:
    """Reviews what is due, a few new items a day. answered: (line, seconds, correct, confidence, mistake)."""

    keys: Sequence[str]
    true: Parameters = DEFAULT
    used: Parameters = DEFAULT
    seed: int = 1
    new_per_day: int = 8
    tz: str = "UTC"
    start: datetime = datetime(2026, 1, 5, 8, tzinfo=UTC)
    confused: dict[str, tuple[str, str]] = field(default_factory=dict)

    def study(self, reviews: int) -> list[Review]:
        """Log lines, oldest first; `known` holds the states they lead to."""
        rng, rows = random.Random(self.seed), []
        known: dict[str, Known] = {}
        mine: dict[str, State] = {}
        heap = [(i // self.new_per_day, i) for i in range(len(self.keys))]
        heapq.heapify(heap)
        while len(rows) < reviews:
            day, i = heapq.heappop(heap)
            key = self.keys[i]
            morning = day_start(study_day(self.start, self.tz) + timedelta(days=day), self.tz)
            now = morning + timedelta(hours=5, seconds=len(rows) % 3000)
            for turn in range(3):
                today = study_day(now, self.tz)
                before, elapsed = known.get(key), elapsed_days(known.get(key), 1, today)
                chance = 0.75
                if before is not None:
                    chance = scheduling.retrievability(mine[key], now, elapsed, self.true)
                knows = turn > 0 or rng.random() < chance
                rating = cast(Rating, rng.choices((2, 3, 4), (15, 70, 15))[0] if knows else 1)
                line = Line(key, 1, rating, now, today, elapsed, self.used.version)
                known[key], _ = advance(before, line, self.used)
                mine[key] = scheduling.review(mine.get(key, State()), rating, now, elapsed, self.true).state
                rows.append(self._row(rng, line, knows, len(rows)))
                if known[key].memory.state == scheduling.REVIEW:
                    break
                now += timedelta(minutes=10)
            wait = max(1, (known[key].due - now).days)
            heapq.heappush(heap, (day + wait + rng.randint(0, 1), i))
        del rows[reviews:]
        return rows

    def _row(self, rng: random.Random, line: Line, knows: bool, count: int) -> Review:
        sure = rng.choices((95, 65, 35), (6, 3, 1) if knows else (3, 4, 3))[0]
        seed = rng.randrange(2**31)
        mistake = None
        if line.item_key in self.confused and not knows:
            one, other = self.confused[line.item_key]
            mistake = f"{one}-for-{other}" if rng.random() < 0.7 else f"{other}-for-{one}"
        return Review(
            learner_id=0, attempt_id=UUID(int=rng.getrandbits(128)), item_key=line.item_key, rev=1, seed=seed,
            lang="en", answer={}, correct=1.0 if knows else 0.0, mistake=mistake, rating=line.rating, confidence=sure,
            duration_ms=int(rng.lognormvariate(9.6, 0.6)), answered_at=line.answered_at, study_day=line.study_day,
            tz=self.tz, elapsed_days=line.elapsed_days, scheduler_version=line.version, body_hash="", outcome={},
        )  # fmt: skip


def write(db: Database, learner: int, rows: Sequence[Review]) -> None:
    """Stores the lines and the states they lead to."""
    with db.write() as session:
        for row in rows:
            row.learner_id = learner
            session.add(row)
        session.flush()
        from app.services.own_parameters import sets_of
        from app.services.replay import replay

        for key, known in replay(repo.lines(session, learner), sets_of(session, learner)).items():
            repo.put_state(session, known.row(learner, key))


def real_learner(catalogue: Catalogue, reviews: int, end: datetime, **more: object) -> list[Review]:
    """Studies the real items; the last review is on the day before `end`."""
    refs = catalogue.items()
    pairs = {ref.key: catalogue.pair(ref.item).sides for ref in refs if isinstance(ref.item, PairItem)}
    keys = [ref.key for ref in refs]
    random.Random(3).shuffle(keys)
    keys = [*pairs, *(key for key in keys if key not in pairs)]
    learner = Learner(keys, confused=pairs, **more)  # type: ignore[arg-type]
    rows = learner.study(reviews)
    shift = timedelta(days=(study_day(end, learner.tz) - rows[-1].study_day).days - 1)
    for row in rows:
        row.answered_at += shift
        row.study_day += shift
    return rows
