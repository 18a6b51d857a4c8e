"""Whether what a file brought can be used: settings, mocks and fittings keep structures that no column checks."""

from app.db import Session, mocks
from app.db import planning as plans
from app.services.mock import progress
from app.services.mock.script import Script
from app.services.own_parameters import sets_of
from app.services.planning.debrief import logged
from app.services.planning.settings import stored


def check(session: Session, learner: int) -> None:
    """Reads everything once, as the pages will; raises ValueError, LookupError or TypeError for what cannot be read."""
    stored(plans.plan(session, learner))
    for entry in plans.debriefs(session, learner):
        logged(entry)
    sets_of(session, learner)
    for mock in mocks.every(session, learner):
        Script.model_validate(mock.script)
        progress.fold(mocks.events(session, learner, mock.mock_id))
