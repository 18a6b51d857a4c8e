"""What a set of reviews is worth on the day: FSRS simulated forward for every item, in expectation. Pure, vectorised.

A review succeeds with probability R and is then rated "good", or fails and is learnt again on the same day. Both ways
are followed by one state: the stability with which recall on the last target day is the mean of the two. So the value
of a last review is exact under FSRS, and that of the ones before it nearly so.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.services.planning.memory import Floats, Memory, learnt

Slots = npt.NDArray[np.int64]
MOST = 8
"""Reviews of one item within a plan."""
FIRST_COST, LAPSE_COST = 2.2, 1.1
"""A first meeting takes this many answers (with its steps of one and ten minutes); a lapse adds this many."""


@dataclass(frozen=True, slots=True)
class Items:
    """n items: stability and difficulty (any, where `seen` is false), whole days since the last review, what they
    count, what one answer takes, in how many days they may be asked again at the earliest. All of shape (n,)."""

    stability: Floats
    difficulty: Floats
    seen: npt.NDArray[np.bool_]
    age: Floats
    weight: Floats
    seconds: Floats
    wait: Floats

    def __len__(self) -> int:
        return len(self.stability)

    def __getitem__(self, rows: Slots) -> "Items":
        return Items(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Horizon:
    """Slots of time, in days from today: when each is, how many seconds it has; and the days that count. A slot is a
    day, or a few days far ahead. targets: interview days, increasing, all after the first slot."""

    days: Floats
    seconds: Floats
    targets: Floats


@dataclass(frozen=True, slots=True)
class _State:
    stability: Floats
    difficulty: Floats
    seen: npt.NDArray[np.bool_]
    last: Floats

    def where(self, changed: npt.NDArray[np.bool_], other: "_State") -> "_State":
        return _State(*(np.where(changed, getattr(other, n), getattr(self, n)) for n in self.__slots__))


class Forecast:
    """Expected recall on the target days for schedules of reviews. A schedule is a row of slot numbers, increasing,
    filled up with the number of slots."""

    def __init__(self, memory: Memory, horizon: Horizon) -> None:
        self.memory, self.horizon = memory, horizon
        self.tau = horizon.targets[-1] - horizon.days
        share, stability, difficulty = learnt(memory)
        mean = (share * memory.recall(stability, self.tau[:, None])).sum(axis=1)
        self.first_stability = memory.stability_for(mean, self.tau)
        self.first_difficulty = float((share * difficulty).sum())

    def untouched(self, items: Items) -> Floats:
        """(n, targets): recall on the days if nothing more is done. What was never asked counts as not known."""
        return self._recall(self._start(items))

    def value(self, items: Items, schedule: Slots) -> Floats:
        """(n, targets): recall on the days after these reviews."""
        return self._walk(items, schedule)[1]

    def inserted(self, items: Items, schedule: Slots) -> tuple[Floats, Floats, Floats]:
        """What one more review in each slot would change, all of shape (n, slots): the mean recall over the target
        days gained; the seconds the slot needs; the seconds that the item's first meeting, now a later one, no longer
        needs."""
        slots = len(self.horizon.days)
        path, base = self._walk(items, schedule)
        before = (schedule[:, :, None] < np.arange(slots)).sum(axis=1)
        state = _State(*(np.take_along_axis(np.stack([getattr(s, n) for s in path], axis=1), before, axis=1)
                         for n in _State.__slots__))  # fmt: skip
        column = np.broadcast_to(np.arange(slots), before.shape)
        elapsed = self.horizon.days - state.last
        too_soon = (state.seen & (elapsed < 1)) | (self.horizon.days < items.wait[:, None])
        recall = np.where(state.seen, self.memory.recall(state.stability, elapsed), 0.0)
        cost = items.seconds[:, None] * np.where(state.seen, 1 + LAPSE_COST * (1 - recall), FIRST_COST)
        spared = np.where(~state.seen & (schedule[:, :1] < slots), items.seconds[:, None] * (FIRST_COST - 1.1), 0.0)
        value = np.broadcast_to(base[:, None, :], (*before.shape, base.shape[1]))
        state = self._reviewed(state, column)
        value = self._valued(value, state, column)
        for at in range(schedule.shape[1]):
            slot = schedule[:, at : at + 1]
            later = (slot < slots) & (slot > column)
            if not later.any():
                continue
            where = np.broadcast_to(np.minimum(slot, slots - 1), column.shape)
            state = state.where(later, self._reviewed(state, where))
            value = np.where(later[..., None], self._valued(value, state, where), value)
        gain = value.mean(axis=2) - base.mean(axis=1)[:, None]
        taken = (schedule[:, :, None] == np.arange(slots)).any(axis=1)
        gain[taken | too_soon | (schedule[:, -1:] < slots)] = -1.0
        return gain, cost, spared

    def _walk(self, items: Items, schedule: Slots) -> tuple[list[_State], Floats]:
        """The states before, between and after the reviews, and recall on the days."""
        slots = len(self.horizon.days)
        state = self._start(items)
        path, value = [state], self._recall(state)
        for at in range(schedule.shape[1]):
            slot = schedule[:, at]
            real = slot < slots
            if real.any():
                where = np.minimum(slot, slots - 1)
                state = state.where(real, self._reviewed(state, where))
                value = np.where(real[:, None], self._valued(value, state, where), value)
            path.append(state)
        return path, value

    def _start(self, items: Items) -> _State:
        return _State(
            np.where(items.seen, items.stability, 1.0),
            np.where(items.seen, items.difficulty, 5.0),
            items.seen,
            -items.age,
        )

    def _recall(self, state: _State) -> Floats:
        recall = self.memory.recall(state.stability[..., None], self.horizon.targets - state.last[..., None])
        return np.asarray(np.where(state.seen[..., None], recall, 0.0))

    def _valued(self, value: Floats, state: _State, slot: Slots) -> Floats:
        """Recall on the days that come after this slot is what its review left."""
        after = self.horizon.targets > self.horizon.days[slot][..., None]
        return np.asarray(np.where(after, self._recall(state), value))

    def _reviewed(self, state: _State, slot: Slots) -> _State:
        """After a review in a slot, in expectation."""
        memory, day, tau = self.memory, self.horizon.days[slot], self.tau[slot]
        s, d = state.stability, state.difficulty
        recall = memory.recall(s, day - state.last)
        kept = memory.recalled(s, d, recall, 3)
        lost = memory.forgotten(s, d, recall)
        lost = lost * np.maximum(np.exp(memory.w[17] * memory.w[18]) * lost ** -memory.w[19], 1.0)
        mean = recall * memory.recall(kept, tau) + (1 - recall) * memory.recall(lost, tau)
        harder = memory.next_difficulty(d, 1)
        return _State(
            np.where(state.seen, memory.stability_for(mean, tau), self.first_stability[slot]),
            np.where(state.seen, recall * memory.next_difficulty(d, 3) + (1 - recall) * harder, self.first_difficulty),
            np.ones_like(state.seen),
            np.asarray(day, dtype=float),
        )
