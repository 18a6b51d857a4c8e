"""Studying: what to ask next, and what becomes of an answer. Every function takes the clock (and chance) as arguments.

A review is one transaction: the learner's row is locked, the attempt is looked up (the same one again is answered with
the first outcome), the state it was shown with is compared, then the log line and the state are written together.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.content.models import ExerciseItem
from app.db import Database, Session
from app.db import repositories as repo
from app.errors import Conflict, NotFound
from app.kit.text import text
from app.services import journal, queue, scheduling
from app.services.answers import Answer, Computed, Context, Grade
from app.services.asking import (
    MAX_SEED,
    Attempt,
    Button,
    Catalogue,
    ItemRef,
    Next,
    Question,
    Rebuilt,
    Remaining,
    Reviewed,
    Summary,
    Undone,
    drawn,
    present,
)
from app.services.days import study_day
from app.services.grading import grade
from app.services.handling import held_back
from app.services.own_parameters import in_use
from app.services.pace import proposed
from app.services.planning.planner import Planner
from app.services.replay import Known, advance, elapsed_days, memory, token
from app.services.scheduling import Parameters

UNDO_STEPS = 30
"""How many of the latest reviews can be taken back."""


@dataclass(frozen=True, slots=True)
class Study:
    """The use-cases of one learner who studies. computed: the numbers of runs, for grading. planner: what to ask while
    an interview is ahead."""

    db: Database
    catalogue: Catalogue
    computed: Computed
    new_per_day: int = 10
    planner: Planner | None = None

    def next_item(
        self, learner: int, now: datetime, rng: random.Random, *, tz: str = "UTC", exclude: Collection[str] = ()
    ) -> Next:
        """The next question with a fresh seed: what is due, then what is new, then what is due in a few minutes. While
        an interview is ahead, the plan says which.

        exclude: item keys to pass over (the one still on the screen, say).
        """
        items = self.catalogue.items()
        with self.db.read() as session:
            known = journal.known_items(session, learner)
            parameters = in_use(session, learner)
            remaining, agenda = self._agenda(session, learner, known, now, tz)
        key = next((key for key in agenda.order() if key not in exclude), None)
        ref = next((ref for ref in items if ref.key == key), None)
        seed = rng.randint(0, MAX_SEED)
        question = self._question(ref, known.get(ref.key), seed, now, tz, parameters) if ref else None
        return Next(question=question, remaining=remaining, next_due=agenda.next_due)

    def question(self, learner: int, key: str, seed: int, now: datetime, *, tz: str = "UTC") -> Question:
        """One given item, due or not; raises NotFound."""
        ref = self.catalogue.item(key)
        with self.db.read() as session:
            known = journal.known_item(session, learner, key)
            parameters = in_use(session, learner)
        return self._question(ref, known, seed, now, tz, parameters)

    def remaining(self, learner: int, now: datetime, *, tz: str = "UTC") -> Remaining:
        """What is left to do today."""
        with self.db.read() as session:
            known = journal.known_items(session, learner)
            return self._agenda(session, learner, known, now, tz)[0]

    def begun(self, learner: int) -> bool:
        """Whether anything was ever reviewed or arranged (and not taken back)."""
        with self.db.read() as session:
            return repo.last_standing(session, learner) is not None

    def known(self, learner: int) -> tuple[dict[str, Known], Parameters]:
        """What is known of every item that was asked, and the parameters its memory follows."""
        with self.db.read() as session:
            return journal.known_items(session, learner), in_use(session, learner)

    def grade(
        self,
        key: str,
        rev: int,
        seed: int,
        answer: Answer,
        *,
        learner: int | None = None,
        duration_ms: int | None = None,
    ) -> Grade:
        """What an answer is worth, before it is rated. Nothing is stored. Where the learner and the time it took are
        given, that may propose a rating."""
        grade = self._grade(self._current(key, rev), seed, answer)
        if learner is None:
            return grade
        with self.db.read() as session:
            return proposed(grade, duration_ms, repo.durations(session, learner))

    def submit(self, learner: int, attempt: Attempt, now: datetime) -> Reviewed:
        """Stores a review. The same attempt again gives the stored outcome; the same id with another body is refused.

        Raises BadInput (answer, rating above the cap), Conflict (reason "stale": reviewed elsewhere since it was shown;
        "changed": the item has a new revision), NotFound, Busy.
        """
        body = journal.body_hash(attempt)
        with self.db.read() as session:
            stored = repo.attempt(session, learner, attempt.attempt_id)
        if stored is not None:
            return journal.first_outcome(stored, body, Reviewed)
        ref = self._current(attempt.item, attempt.rev)
        graded = self._grade(ref, attempt.seed, attempt.answer)
        journal.check_cap(attempt.rating, graded.max_rating)
        level = ref.item.level if isinstance(ref.item, ExerciseItem) else None
        with self.db.write() as session:
            repo.lock_learner(session, learner)
            stored = repo.attempt(session, learner, attempt.attempt_id)
            if stored is not None:
                return journal.first_outcome(stored, body, Reviewed)
            known = journal.known_item(session, learner, attempt.item)
            parameters = in_use(session, learner)
            line = journal.line(attempt, known, now, parameters)
            after, outcome = advance(known, line, parameters)
            reply = Reviewed(
                attempt_id=attempt.attempt_id,
                item=attempt.item,
                rating=attempt.rating,
                grade=graded.model_copy(update={"passage": None}),  # one's own answer is kept in the deck
                interval_s=int(outcome.interval.total_seconds()),
                label=outcome.label,
                due=outcome.due,
            )
            repo.append(session, journal.review_row(learner, attempt, line, graded, level, body, reply))
            repo.put_state(session, after.row(learner, attempt.item))
        return reply

    def undo(self, learner: int, attempt_id: UUID, now: datetime, *, tz: str = "UTC") -> Undone:
        """Takes back the latest review: the item is what its log says without it. Doing it again changes nothing.

        Raises NotFound for an attempt that was never stored, Conflict (reason "not_latest") for any but the latest one.
        """
        with self.db.write() as session:
            repo.lock_learner(session, learner)
            target = repo.attempt(session, learner, attempt_id)
            if target is None or target.kind == "undo":
                raise NotFound(text(zh="没有这次复习记录。", en="There is no such review."))
            if (undone := repo.undo_of(session, learner, attempt_id)) is not None:
                return Undone.model_validate(undone.outcome)
            last = repo.last_standing(session, learner)
            assert target.seq is not None
            if last is None or last.seq != target.seq or repo.reviews_from(session, learner, target.seq) > UNDO_STEPS:
                raise Conflict(
                    text(
                        zh=f"只能依次撤销最近的复习，最多 {UNDO_STEPS} 步。",
                        en=f"Only the latest review can be undone, one after the other, {UNDO_STEPS} steps back.",
                    ),
                    reason="not_latest",
                )
            before, hold = journal.before_last(session, learner, target.item_key)
            journal.put(session, learner, target.item_key, before, hold)
            reply = Undone(attempt_id=attempt_id, item=target.item_key, due=before.due if before else None)
            repo.append(session, journal.undo_row(learner, target, now, tz, reply))
        return reply

    def rebuild(self, learner: int) -> Rebuilt:
        """Recomputes every state from the log, puts right what differs, and says what did."""
        with self.db.write() as session:
            return journal.rebuild(session, learner)

    def check(self, learner: int) -> Rebuilt:
        """As rebuild, changing nothing."""
        with self.db.read() as session:
            return journal.check(session, learner)

    def session_summary(self, learner: int, since: datetime, now: datetime, *, tz: str = "UTC") -> Summary:
        """What happened since a moment (aware), and what comes next."""
        # the first and last days of the calendar cannot be put in UTC
        since = min(max(since, now - timedelta(days=10_000)), now + timedelta(days=1))
        with self.db.read() as session:
            reviews = repo.since(session, learner, since)
            known = journal.known_items(session, learner)
            remaining, agenda = self._agenda(session, learner, known, now, tz)
        touched = {review.item_key for review in reviews}
        soon = [key for key in touched if key in known and known[key].due < now + timedelta(days=1)]
        return Summary(
            reviewed=len(reviews),
            right=sum(r.correct == 1 if r.correct is not None else (r.rating or 0) >= 3 for r in reviews),
            again_soon=len(soon),
            minutes=round(sum(r.duration_ms or 0 for r in reviews) / 60_000, 1),
            remaining=remaining,
            next_due=agenda.next_due,
        )

    def _agenda(
        self, session: Session, learner: int, known: dict[str, Known], now: datetime, tz: str
    ) -> tuple[Remaining, queue.Agenda]:
        holds, parameters = journal.holds(session, learner), in_use(session, learner)
        items = [ref for ref in self.catalogue.items() if not held_back(holds, ref.key, now)]
        agenda = queue.agenda(items, known, now, tz, self.new_per_day, parameters)
        if self.planner and (planned := self.planner.today(session, learner, items, known, agenda, now, tz)):
            return planned
        count = len(agenda.due) + len(agenda.new)
        seconds = queue.typical_seconds(repo.durations(session, learner))
        minutes = -(-count * seconds // 60)  # rounded up
        return Remaining(due=len(agenda.due), new=len(agenda.new), minutes=int(minutes)), agenda

    def _question(
        self, ref: ItemRef, known: Known | None, seed: int, now: datetime, tz: str, parameters: Parameters
    ) -> Question:
        item, today = ref.item, study_day(now, tz)
        state = memory(known, item.rev)
        outcomes = scheduling.preview(state, now, elapsed_days(known, item.rev, today), parameters)
        buttons = tuple(
            Button(
                rating=rating,
                name=scheduling.RATING_NAMES[rating],
                label=outcome.label,
                interval_s=int(outcome.interval.total_seconds()),
                due=outcome.due,
            )
            for rating, outcome in outcomes.items()
        )
        fields: dict[str, Any] = present(ref, seed, drawn(self.catalogue, item, seed))
        revised = known is not None and known.rev != item.rev
        shown = token(ref.key, known, item.rev, today, parameters)
        return Question(**fields, new=state.new, revised=revised, buttons=buttons, token=shown)

    def _current(self, key: str, rev: int) -> ItemRef:
        ref = self.catalogue.item(key)
        if ref.item.rev != rev:
            raise Conflict(
                text(zh="这道题刚刚更新过，请重新加载。", en="This item has been revised; load it again."),
                reason="changed",
            )
        return ref

    def _grade(self, ref: ItemRef, seed: int, answer: Answer) -> Grade:
        made = drawn(self.catalogue, ref.item, seed)
        context = Context(self.computed, made.asked, made.prediction, ref.rubric, made.pair, made.seen)
        return grade(ref.item, answer, context)
