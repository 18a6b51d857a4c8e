"""The use-cases of the mock interview. Clock and chance are arguments; every event is stored before it is answered."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db import Mock, MockEvent, Session
from app.db import mocks as repo
from app.db import repositories as reviews
from app.errors import Conflict, NotFound, Unprocessable
from app.kit.text import Lang, text
from app.services import journal
from app.services.asking import MAX_SEED
from app.services.catalogue import Catalogue
from app.services.handling import held_back
from app.services.mock import drawing, progress, script
from app.services.mock import report as reporting
from app.services.mock.hints import hints
from app.services.mock.messages import Begin, Happened, Listed, MockView, Rule
from app.services.mock.progress import Progress
from app.services.mock.recording import data_of
from app.services.mock.report import AGAIN_AFTER, Difference, Report
from app.services.mock.schedule import coming, schedule, waiting
from app.services.mock.script import Script, Stage, Step
from app.services.mock.sheets import sheet
from app.services.study import Study

LISTED = 30


@dataclass(frozen=True, slots=True)
class Mocks:
    """The mock interviews of one learner at a time."""

    catalogue: Catalogue
    study: Study

    def start(
        self, learner: int, asked: Begin, now: datetime, rng: random.Random, weights: Mapping[str, float] | None = None
    ) -> MockView:
        """Draws a mock and starts its clock; the same mock_id again gives the one that is there.

        weights: how much each topic counts (default: all alike); asked.topics keeps some of them. What the learner has
        put aside is not drawn; cards asked for by name are. Raises Conflict (reason "too_early") for a repeat within 48
        hours, NotFound for cards, topics or a first time not there.
        """
        with self.study.db.read() as session:
            if repo.mock(session, learner, asked.mock_id) is not None:
                return self._view(session, learner, asked.mock_id)
            first = self._first(session, learner, asked.again_of, now)
            before = repo.latest(session, learner, 1)
            holds = journal.holds(session, learner)
        seed = asked.seed if asked.seed is not None else rng.randint(0, MAX_SEED)
        chosen = self._weights(weights, asked.topics)
        if first is not None:
            drawn = script.renew(Script.model_validate(first.script), self.catalogue, seed)
        else:
            recent = {stage.card for mock in before for stage in Script.model_validate(mock.script).stages}
            able = script.pool(self.catalogue, lambda key: held_back(holds, key, now))
            drawn = script.write(self.catalogue, self._cards(asked, able, chosen, seed, recent), seed)
        if not drawn.stages:
            raise Unprocessable(
                text(zh="没有可以提问的题目，请另选主题。", en="There is nothing to ask; choose other topics.")
            )
        with self.study.db.write() as session:
            reviews.lock_learner(session, learner)
            if repo.mock(session, learner, asked.mock_id) is None:
                repo.add(
                    session,
                    Mock(
                        learner_id=learner, mock_id=asked.mock_id, started_at=now, seed=seed, again_of=asked.again_of,
                        minutes=first.minutes if first else asked.minutes, weights=dict(chosen),
                        script=drawn.model_dump(mode="json"),
                    ),
                )  # fmt: skip
            return self._view(session, learner, asked.mock_id)

    def view(self, learner: int, mock_id: UUID) -> MockView:
        """Where a mock stands; raises NotFound."""
        with self.study.db.read() as session:
            return self._view(session, learner, mock_id)

    def drawn(self, learner: int, mock_id: UUID) -> Script:
        """All that it may ask, for a page that goes on without a network."""
        with self.study.db.read() as session:
            return Script.model_validate(self._mock(session, learner, mock_id).script)

    def listed(self, learner: int) -> tuple[Listed, ...]:
        """The latest mocks, newest first."""
        with self.study.db.read() as session:
            rows = repo.latest(session, learner, LISTED)
            events = repo.events_of(session, learner, [row.mock_id for row in rows])
        repeated = {row.again_of for row in rows}
        found = []
        for row in rows:
            drawn, done = Script.model_validate(row.script), progress.fold(events[row.mock_id])
            found.append(
                Listed(
                    mock_id=row.mock_id, started_at=row.started_at, minutes=row.minutes, ended_at=done.ended_at,
                    questions=len(drawn.stages), score=reporting.mean(drawn, done), again_of=row.again_of,
                    again_from=done.ended_at + AGAIN_AFTER if done.ended_at else None,
                    repeated=row.mock_id in repeated, cards=tuple(stage.card for stage in drawn.stages),
                )
            )  # fmt: skip
        return tuple(found)

    def record(
        self, learner: int, mock_id: UUID, event: Happened, now: datetime, *, tz: str = "UTC", lang: Lang = "en"
    ) -> MockView:
        """Stores what happened. The same event_id again changes nothing. With the end, its answers go into the review
        log; ending it again makes good what is missing there.

        Raises BadInput (an answer that cannot be read), Conflict (reason "moved_on": another question is being asked;
        "ended"), NotFound.
        """
        with self.study.db.write() as session:
            reviews.lock_learner(session, learner)
            mock = self._mock(session, learner, mock_id)
            stored = repo.event(session, learner, event.event_id)
            if stored is not None and (stored.mock_id, stored.kind, stored.step) != (mock_id, event.kind, event.step):
                raise Unprocessable(
                    text(
                        zh="这个 event_id 已经用过。请换一个新的 UUID。",
                        en="This event_id was used before. Make a new one.",
                    )
                )
            if stored is None:
                self._append(session, mock, event, now)
            view = self._view(session, learner, mock_id)
        if view.ended_at is not None:
            self._schedule(learner, mock_id, tz, lang)
        return view

    def report(self, learner: int, mock_id: UUID) -> Report:
        """What came of it; raises Conflict (reason "going_on") before it has ended."""
        with self.study.db.read() as session:
            mock = self._mock(session, learner, mock_id)
            done = progress.fold(repo.events(session, learner, mock_id))
            if done.ended_at is None:
                raise Conflict(text(zh="这场模拟还没有结束。", en="This mock is still going on."), reason="going_on")
            drawn = Script.model_validate(mock.script)
            back = coming(session, learner, mock_id, drawn)
            asked = script.askable(drawn, self.catalogue)
            open_ = waiting(session, learner, mock_id, asked, done)
            difference = self._difference(session, learner, mock, drawn, done)
        stages = reporting.stages(self.catalogue, drawn, done, back)
        last = max((given.at for given in done.given.values()), default=done.ended_at)
        took = max(0.0, (last - mock.started_at).total_seconds() / 60)  # one left open for a night did not take a night
        graded = [done.given[s.id].grade for s in drawn.steps_once() if s.kind == "check" and s.id in done.given]
        reached = [stage for stage in stages if stage.score is not None]
        return Report(
            mock_id=mock_id, started_at=mock.started_at, ended_at=done.ended_at, minutes=mock.minutes,
            took_minutes=round(took, 1), over=took > mock.minutes, score=reporting.mean(drawn, done),
            reached=len(reached), stages=stages, said=sum(s.said for s in reached),
            points=sum(s.points for s in reached),
            right=sum(grade.correct == 1 for grade in graded), checks=len(graded), hints=sum(done.hints.values()),
            waiting=len(open_), again_from=done.ended_at + AGAIN_AFTER, difference=difference,
        )  # fmt: skip

    def _append(self, session: Session, mock: Mock, event: Happened, now: datetime) -> None:
        drawn = Script.model_validate(mock.script)
        done = progress.fold(repo.events(session, mock.learner_id, mock.mock_id))
        if done.ended_at is not None and event.kind == "end":
            return  # ended is ended; what its review log lacks is made good
        if done.ended_at is not None:
            raise Conflict(text(zh="这场模拟已经结束。", en="This mock has ended."), reason="ended")
        at = min(max(event.at or now, mock.started_at), now)  # what waited for a network happened before it came
        if event.kind != "end":
            place = self._current(drawn, done)
            if place is None or place[1].id != event.step:
                raise Conflict(
                    text(
                        zh="这道题已在别处答过，现在问的是另一道。请重新加载。",
                        en="This question was answered elsewhere and another is being asked. Load the page again.",
                    ),
                    reason="moved_on",
                )
            data = data_of(self.study, place[1], done, event, at > mock.started_at + timedelta(minutes=mock.minutes))
        else:
            data = {}
        if data is None:
            return
        repo.add(
            session,
            MockEvent(
                learner_id=mock.learner_id, mock_id=mock.mock_id, event_id=event.event_id, kind=event.kind,
                step=event.step, at=at, data=data,
            ),
        )  # fmt: skip

    def _current(self, drawn: Script, done: Progress) -> tuple[Stage, Step] | None:
        return progress.current(script.askable(drawn, self.catalogue), done)

    def _view(self, session: Session, learner: int, mock_id: UUID) -> MockView:
        mock = self._mock(session, learner, mock_id)
        drawn = script.askable(Script.model_validate(mock.script), self.catalogue)
        done = progress.fold(repo.events(session, learner, mock_id))
        place = None if done.ended_at else progress.current(drawn, done)
        taken = done.hints_of(place[1]) if place else 0
        return MockView(
            mock_id=mock_id, started_at=mock.started_at, minutes=mock.minutes, seed=mock.seed, again_of=mock.again_of,
            ends_at=mock.started_at + timedelta(minutes=mock.minutes), ended_at=done.ended_at,
            questions=len(drawn.stages), sheet=sheet(self.catalogue, drawn, *place) if place else None,
            said=done.said.get(place[1].id) if place else None,
            hints=hints(self.catalogue, place[1])[:taken] if place else (),
            rule=Rule.of(drawn, done),
        )  # fmt: skip

    def _mock(self, session: Session, learner: int, mock_id: UUID) -> Mock:
        found = repo.mock(session, learner, mock_id)
        if found is None:
            raise NotFound(text(zh="没有这场模拟面试。", en="There is no such mock interview."))
        return found

    def _first(self, session: Session, learner: int, first: UUID | None, now: datetime) -> Mock | None:
        """The mock to be repeated, if it may be now."""
        if first is None:
            return None
        mock = self._mock(session, learner, first)
        ended = progress.fold(repo.events(session, learner, first)).ended_at
        if ended is None or now < ended + AGAIN_AFTER:
            raise Conflict(
                text(
                    zh="结束 48 小时以后才能再来一次：太早，记住的只是刚说过的话。",
                    en="It can be repeated 48 hours after it ended: sooner, one only repeats what one has just said.",
                ),
                reason="too_early",
            )
        return mock

    def _weights(self, weights: Mapping[str, float] | None, topics: Collection[str]) -> dict[str, float]:
        for topic in topics:
            self.catalogue.topic(topic)
        kept = {topic.id for topic in self.catalogue.topics if not topics or topic.id in topics}
        given = dict.fromkeys(kept, 1.0) if weights is None else weights
        return {topic.id: float(given.get(topic.id, 0.0)) for topic in self.catalogue.topics if topic.id in kept}

    def _cards(
        self, asked: Begin, able: Mapping[str, Sequence[str]], weights: Mapping[str, float], seed: int,
        recent: Collection[str],
    ) -> tuple[str, ...]:  # fmt: skip
        if asked.cards:
            return tuple(dict.fromkeys(self.catalogue.card(slug).slug for slug in asked.cards))
        return drawing.draw(able, weights, drawing.questions_in(asked.minutes), random.Random(seed), recent)

    def _difference(
        self, session: Session, learner: int, mock: Mock, drawn: Script, done: Progress
    ) -> Difference | None:
        first = repo.mock(session, learner, mock.again_of) if mock.again_of else None
        if first is None:
            return None
        before = Script.model_validate(first.script), progress.fold(repo.events(session, learner, first.mock_id))
        cards = reporting.changes(self.catalogue, before, (drawn, done))
        if not cards:
            return None
        return Difference(
            mock_id=first.mock_id, started_at=first.started_at, cards=cards,
            before=sum(card.before for card in cards) / len(cards),
            after=sum(card.after for card in cards) / len(cards),
        )  # fmt: skip

    def _schedule(self, learner: int, mock_id: UUID, tz: str, lang: Lang) -> None:
        with self.study.db.read() as session:
            drawn = Script.model_validate(self._mock(session, learner, mock_id).script)
            done = progress.fold(repo.events(session, learner, mock_id))
        schedule(self.study, learner, mock_id, drawn, done, tz, lang)
