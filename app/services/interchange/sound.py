"""Whether what a file brought can be used: settings, mocks, fittings and names hold what no column checks."""

import re
from datetime import datetime, timedelta
from typing import Any

from app.db import Session, decks, fits, mocks
from app.db import planning as plans
from app.services import scheduling
from app.services.mock import progress
from app.services.mock.hints import LEVELS
from app.services.mock.script import Script
from app.services.notes.keeping import NAME
from app.services.planning.debrief import logged
from app.services.planning.settings import FURTHEST, stored

_DAY = timedelta(days=1)
_DECK = re.compile(r"deck-[0-9a-f]{12}")


def check(session: Session, learner: int, now: datetime) -> None:
    """Reads everything once, as the pages will; raises ValueError, LookupError, TypeError or AttributeError for what
    cannot be."""
    for interview in stored(plans.plan(session, learner)).interviews:
        _must(interview.moment <= now + FURTHEST + _DAY)  # every day until then is planned
    for entry in plans.debriefs(session, learner):
        logged(entry)
    for fit in fits.all_of(session, learner):
        _must(scheduling.own(fit.weights).name == fit.name)
    for deck in decks.decks(session, learner):
        _must(_DECK.fullmatch(deck.uid) and deck.name.strip())
        for note in decks.notes(session, deck):
            _must(NAME.fullmatch(note.uid))  # never the name of a card of ours
    for mock in mocks.every(session, learner):
        _must(Script.model_validate(mock.script).stages)
        _must(all(isinstance(topic, str) and _number(weight) for topic, weight in mock.weights.items()))
        _followed(progress.fold(mocks.events(session, learner, mock.mock_id)))


def _followed(done: progress.Progress) -> None:
    _must(all(isinstance(words, str) for words in done.said.values()))
    _must(all(_whole(level, 0, LEVELS) for level in done.hints.values()))
    for given in done.given.values():
        _must(given.rating is None or _whole(given.rating, 1, 4))
        _must(given.confidence is None or _whole(given.confidence, 0, 100))
        _must(given.seconds is None or _number(given.seconds))
        _must(isinstance(given.late, bool))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _must(holds: object) -> None:
    if not holds:
        raise ValueError
