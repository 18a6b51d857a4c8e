"""After an interview: what was asked, how it went, and what follows for the weights of the next round.

The entries are a log that only grows. The rule is one line (`FACTOR`), shown before it is adopted; nothing changes on
its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.db import Database, Debrief, Plan, Session
from app.db import planning as rows
from app.db import repositories as repo
from app.errors import BadInput, Conflict, Problem, Unprocessable
from app.kit.text import Text, text
from app.services.asking import Reply
from app.services.planning.settings import LARGEST_WEIGHT, Day, PlanSettings, printable, stored

Went = Literal["well", "partly", "badly"]
FACTOR: dict[Went, float] = {"well": 1.0, "partly": 1.5, "badly": 2.0}
"""What a topic's weight is multiplied by, once an entry: what came up and went badly is likely to come up again and has
most to gain. What did not come up keeps its weight."""
WOKEN = 0.5
"""A topic of weight 0 that came up after all starts from this."""


class Entry(BaseModel):
    """One interview. topics: how each topic that came up went. cards: whose questions were asked. entry_id is made by
    the client: the same one again is the same entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry_id: UUID
    held_on: Day
    round: Annotated[str, AfterValidator(printable), Field(max_length=80)] = ""
    topics: Annotated[dict[Annotated[str, Field(max_length=60)], Went], Field(max_length=60)] = Field(
        default_factory=dict
    )
    cards: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=100)] = ()
    notes: Annotated[str, AfterValidator(printable), Field(max_length=8000)] = ""


class Logged(Reply):
    """An entry as it is kept."""

    entry: Entry
    logged_at: datetime


class Change(Reply):
    """A topic's weight before and after, and how it went in the entries that are not in the weights yet."""

    topic: str
    before: float
    after: float
    went: tuple[Went, ...]


class Debriefs(Reply):
    """entries: the latest first. changes: what the rule would do to the weights now; through: the last entry in it,
    to be sent back with the decision; revision: of the settings they would change."""

    entries: tuple[Logged, ...]
    changes: tuple[Change, ...]
    pending: int
    through: int
    revision: int


class Decision(BaseModel):
    """adopt: take the changed weights; otherwise the entries are set aside and the weights stay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adopt: bool
    through: Annotated[int, Field(ge=1, le=2**53)]
    revision: Annotated[int, Field(ge=0, le=2**31 - 1)]


def changed_weights(settings: PlanSettings, entries: Sequence[Mapping[str, Went]]) -> tuple[Change, ...]:
    """The rule: each entry multiplies the weight of each topic that came up by its factor, up to the largest weight."""
    weights: dict[str, float] = {}
    went: dict[str, list[Went]] = {}
    for topics in entries:
        for topic, how in topics.items():
            now = weights.get(topic, settings.weight(topic)) or WOKEN
            weights[topic] = min(round(now * FACTOR[how], 2), LARGEST_WEIGHT)
            went.setdefault(topic, []).append(how)
    return tuple(
        Change(topic=topic, before=settings.weight(topic), after=after, went=tuple(went[topic]))
        for topic, after in weights.items()
        if after != settings.weight(topic)
    )


@dataclass(frozen=True, slots=True)
class Debriefing:
    """The use-cases. topics: their names by id; cards: the topic of each card by slug."""

    db: Database
    topics: Mapping[str, Text]
    cards: Mapping[str, str]

    def overview(self, learner: int) -> Debriefs:
        """The entries, and what would follow from those that are not in the weights yet."""
        with self.db.read() as session:
            entries = rows.debriefs(session, learner)
            plan = rows.plan(session, learner)
        pending = [e for e in entries if (e.seq or 0) > (plan.adopted if plan else 0)]
        return Debriefs(
            entries=tuple(logged(row) for row in reversed(entries)),
            changes=changed_weights(stored(plan), [self._known(row.topics) for row in pending]),
            pending=len(pending),
            through=max((row.seq or 0 for row in pending), default=0),
            revision=plan.revision if plan else 0,
        )

    def log(self, learner: int, entry: Entry, now: datetime) -> Logged:
        """Stores an entry; the same one again changes nothing. Raises BadInput for what is unknown or says nothing,
        Unprocessable when its id was used for another."""
        if found := self._problems(entry, now):
            raise BadInput(found[0].message, found)
        with self.db.write() as session:
            repo.lock_learner(session, learner)
            if (row := rows.debrief(session, learner, entry.entry_id)) is not None:
                if logged(row).entry != entry:
                    raise Unprocessable(_USED)
                return logged(row)
            row = Debrief(
                learner_id=learner, entry_id=entry.entry_id, held_on=entry.held_on, round=entry.round,
                topics=dict(entry.topics), cards=list(entry.cards), notes=entry.notes, logged_at=now,
            )  # fmt: skip
            rows.append_debrief(session, row)
            return logged(row)

    def decide(self, learner: int, decision: Decision, now: datetime) -> None:
        """Takes or sets aside what the pending entries would change; raises Conflict when it is not what was shown."""
        with self.db.write() as session:
            repo.lock_learner(session, learner)
            plan = rows.plan(session, learner)
            adopted = plan.adopted if plan else 0
            pending = rows.debriefs(session, learner, adopted)
            shown = (plan.revision if plan else 0, max((row.seq or 0 for row in pending), default=0))
            if shown != (decision.revision, decision.through):
                raise Conflict(_MOVED, reason="changed")
            settings = stored(plan)
            if decision.adopt:
                changes = changed_weights(settings, [self._known(row.topics) for row in pending])
                weights = {**settings.topic_weights, **{change.topic: change.after for change in changes}}
                settings = settings.model_copy(update={"topic_weights": weights})
            self._put(session, learner, settings, decision, now)

    def _put(self, session: Session, learner: int, settings: PlanSettings, decision: Decision, now: datetime) -> None:
        row = Plan(
            learner_id=learner, settings=settings.model_dump(mode="json"), revision=decision.revision + 1,
            adopted=decision.through, updated_at=now,
        )  # fmt: skip
        rows.put_plan(session, row)

    def _known(self, topics: Mapping[str, Went]) -> dict[str, Went]:
        """Without topics that are gone since."""
        return {topic: how for topic, how in topics.items() if topic in self.topics}

    def _problems(self, entry: Entry, now: datetime) -> list[Problem]:
        found = []
        if not (entry.topics or entry.cards or entry.notes.strip()):
            found.append(Problem("topics", _EMPTY))
        if (entry.held_on - now.date()).days > 1:
            found.append(Problem("held_on", _FUTURE))
        if any(topic not in self.topics for topic in entry.topics):
            found.append(Problem("topics", _TOPIC))
        if any(card not in self.cards for card in entry.cards):
            found.append(Problem("cards", _CARD))
        unrated = {self.cards[card] for card in entry.cards if card in self.cards} - set(entry.topics)
        found += [Problem(f"topics.{topic}", _unrated(self.topics[topic])) for topic in self.topics if topic in unrated]
        return found


def logged(row: Debrief) -> Logged:
    """As it was told."""
    held_on: date = row.held_on
    entry = Entry(
        entry_id=row.entry_id, held_on=held_on, round=row.round, topics=row.topics, cards=row.cards, notes=row.notes
    )
    return Logged(entry=entry, logged_at=row.logged_at)


def _unrated(topic: Text) -> Text:
    return text(
        zh=f"你选了“{topic.zh}”里的题，请说说这个主题答得怎么样。",
        en=f"You chose a question from “{topic.en}”: say how that topic went.",
    )


_EMPTY = text(
    zh="至少写一样：问到了哪个主题、哪道题，或者一句话。",
    en="Say at least one thing: a topic or a question that came up, or a sentence.",
)
_FUTURE = text(zh="这一天还没有到。面试之后再来记录。", en="This day is still to come. Log the interview afterwards.")
_TOPIC = text(zh="没有这个主题。", en="There is no such topic.")
_CARD = text(zh="没有这道题。", en="There is no such question.")
_USED = text(
    zh="这个 entry_id 已用于另一条内容不同的记录。每条记录请使用新的 UUID。",
    en="This entry_id was used for a different entry. Make a new UUID for every entry.",
)
_MOVED = text(
    zh="记录或计划在这之后变过，权重没有改。请重新加载，再看一遍。",
    en="An entry or the plan has changed since this was shown, so the weights were left alone. Load it again.",
)
