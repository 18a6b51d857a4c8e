"""Changing an item without answering it: kept or afresh after a revision; another day; put aside and taken up again.

Each handling is one line of the log, so undo, rebuild and export know it. Like a review it is one transaction and
idempotent by its attempt id. A card's slug in place of an item's key means all its items (suspend, resume, bury).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.db import Database, Review
from app.db import repositories as repo
from app.db.repositories import Line
from app.errors import BadInput, NotFound, Unprocessable
from app.kit.text import text
from app.services import journal, scheduling
from app.services.asking import Catalogue, Reply, card_of
from app.services.days import day_start, study_day, zone_name
from app.services.replay import Hold, handled, held

Action = Literal["keep", "soon", "reset", "reschedule", "suspend", "resume", "bury"]
ACTIONS: tuple[Action, ...] = get_args(Action)
WHOLE_CARD: tuple[Action, ...] = ("suspend", "resume", "bury")
LATEST = timedelta(days=3650)
"""How far ahead an item can be put."""


class Handling(BaseModel):
    """What to do with an item or a card. keep, soon: go on at the new revision, as it was or asked today; reset: as if
    never asked; reschedule: not before `day`; suspend, resume; bury: until tomorrow."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt_id: UUID
    item: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?$", max_length=121)]
    action: Action
    day: date | None = None
    tz: Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$")] = "UTC"


class Handled(Reply):
    """What came of it: when the item is due (none: new), and until when it is held back."""

    attempt_id: UUID
    item: str
    action: Action
    due: datetime | None
    suspended: bool
    until: datetime | None


class Held(Reply):
    """An item or a card that is held back."""

    item: str
    suspended: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Handler:
    """The use-cases of one learner who arranges what to be asked."""

    db: Database
    catalogue: Catalogue

    def handle(self, learner: int, handling: Handling, now: datetime) -> Handled:
        """Stores a handling. The same again gives the first outcome.

        Raises NotFound (no such item or card), BadInput (a day that is missing or cannot be), Unprocessable (the item
        was never asked; the action is not one for a whole card; the attempt id was used for something else).
        """
        body = journal.body_hash(handling)
        with self.db.read() as session:
            if (stored := repo.attempt(session, learner, handling.attempt_id)) is not None:
                return journal.first_outcome(stored, body, Handled)
            back = handling.action == "resume" and journal.hold(session, learner, handling.item) != Hold()
        rev = 1 if back else self._rev(handling)  # what is held back can be taken up when it is gone from the content
        until = _until(handling, now)
        with self.db.write() as session:
            repo.lock_learner(session, learner)
            if (stored := repo.attempt(session, learner, handling.attempt_id)) is not None:
                return journal.first_outcome(stored, body, Handled)
            known = journal.known_item(session, learner, handling.item)
            if known is None and handling.action not in WHOLE_CARD:
                raise Unprocessable(
                    text(
                        zh="这道题还没有问过，没有可改的记忆。",
                        en="This item was never asked: there is nothing to change.",
                    )
                )
            today = study_day(now, handling.tz)
            line = Line(handling.item, rev, None, now, today, None, kind=handling.action, until=until)
            after, hold = handled(known, line), held(journal.hold(session, learner, handling.item), line)
            reply = Handled(
                attempt_id=handling.attempt_id,
                item=handling.item,
                action=handling.action,
                due=after.due if after else None,
                suspended=hold.suspended,
                until=hold.until,
            )
            repo.append(session, _row(learner, handling, line, body, reply))
            journal.put(session, learner, handling.item, after, hold)
        return reply

    def held(self, learner: int, now: datetime) -> tuple[Held, ...]:
        """What is held back now, by key."""
        with self.db.read() as session:
            found = journal.holds(session, learner)
        return tuple(
            Held(item=key, suspended=hold.suspended, until=hold.until)
            for key, hold in sorted(found.items())
            if hold.at(now)
        )

    def _rev(self, handling: Handling) -> int:
        """The revision an item is at (1 for a card); raises NotFound and Unprocessable."""
        if "/" in handling.item:
            return self.catalogue.item(handling.item).item.rev
        if not any(card_of(ref.key) == handling.item for ref in self.catalogue.items()):
            raise NotFound(text(zh="没有这张卡片。", en="There is no such card."))
        if handling.action not in WHOLE_CARD:
            raise Unprocessable(
                text(
                    zh="整张卡片只能暂停、恢复或推迟到明天。",
                    en="A whole card can only be suspended, resumed or buried.",
                )
            )
        return 1


def held_back(holds: dict[str, Hold], key: str, now: datetime) -> bool:
    """Whether an item is held back, itself or with its card."""
    return any((hold := holds.get(name)) is not None and hold.at(now) for name in (key, card_of(key)))


def _until(handling: Handling, now: datetime) -> datetime | None:
    """When it comes back: the start of a study day; raises BadInput."""
    today = study_day(now, handling.tz)
    if handling.action == "bury":
        return day_start(today + timedelta(days=1), handling.tz)
    if handling.action != "reschedule":
        return None
    if handling.day is None or not today <= handling.day <= today + LATEST:
        raise BadInput.field(
            "day",
            text(zh="请选择今天或以后十年内的一天。", en="Choose a day: today or one within the next ten years."),
        )
    return day_start(handling.day, handling.tz)


def _row(learner: int, handling: Handling, line: Line, body: str, reply: Handled) -> Review:
    return Review(
        learner_id=learner,
        attempt_id=handling.attempt_id,
        kind=line.kind,
        item_key=line.item_key,
        rev=line.rev,
        answered_at=line.answered_at,
        study_day=line.study_day,
        tz=zone_name(handling.tz),
        until=line.until,
        scheduler_version=scheduling.VERSION,
        body_hash=body,
        outcome=reply.model_dump(mode="json"),
    )
