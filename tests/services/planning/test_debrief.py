"""After an interview: the log only grows, and the weights change by the rule and by decision only."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.errors import BadInput, Conflict, Unprocessable
from app.kit.text import same
from app.services.planning.debrief import Debriefing, Decision, Entry, changed_weights
from app.services.planning.planner import Planner
from app.services.planning.settings import PlanSettings
from tests.services.world import World

TOPICS = {"deep": same("Deep"), "trees": same("Trees"), "nets": same("Nets")}
CARDS = {"vanishing": "deep", "relu": "deep", "boosting": "trees"}


def entry(**more: Any) -> Entry:
    return Entry.model_validate({"entry_id": uuid4(), "held_on": date(2026, 3, 1), "topics": {"deep": "badly"}} | more)


@pytest.fixture
def after(world: World) -> Debriefing:
    return Debriefing(world.db, TOPICS, CARDS)


def test_the_rule() -> None:
    settings = PlanSettings(topic_weights={"trees": 0, "nets": 3})
    changes = changed_weights(
        settings, [{"deep": "badly", "trees": "partly", "nets": "badly"}, {"deep": "well", "trees": "well"}]
    )
    assert [(c.topic, c.before, c.after) for c in changes] == [("deep", 1, 2), ("trees", 0, 0.75), ("nets", 3, 5)]
    assert changes[0].went == ("badly", "well")
    assert changed_weights(settings, [{"nets": "well"}]) == ()


def test_nothing_changes_before_it_is_adopted(world: World, after: Debriefing) -> None:
    planner = Planner(world.db, world.catalogue, TOPICS)
    after.log(world.learner, entry(cards=["relu"], notes="why not sigmoid?"), world.now)
    shown = after.overview(world.learner)
    assert [(c.topic, c.after) for c in shown.changes] == [("deep", 2)]
    assert planner.settings(world.learner) == (PlanSettings(), 0)
    after.decide(world.learner, Decision(adopt=True, through=shown.through, revision=shown.revision), world.now)
    assert planner.settings(world.learner)[0].topic_weights == {"deep": 2}
    again = after.overview(world.learner)
    assert (again.changes, again.pending, len(again.entries)) == ((), 0, 1)
    with pytest.raises(Conflict):
        after.decide(world.learner, Decision(adopt=True, through=shown.through, revision=shown.revision), world.now)
    assert planner.settings(world.learner)[0].topic_weights == {"deep": 2}


def test_set_aside_means_never_counted(world: World, after: Debriefing) -> None:
    planner = Planner(world.db, world.catalogue, TOPICS)
    planner.put(world.learner, PlanSettings(minutes=40), world.now)
    after.log(world.learner, entry(), world.now)
    shown = after.overview(world.learner)
    after.decide(world.learner, Decision(adopt=False, through=shown.through, revision=shown.revision), world.now)
    after.log(world.learner, entry(topics={"trees": "partly"}), world.now)
    assert [c.topic for c in after.overview(world.learner).changes] == ["trees"]
    planner.put(world.learner, PlanSettings(minutes=45), world.now)
    assert after.overview(world.learner).pending == 1, "changing the settings keeps what was decided"
    assert planner.settings(world.learner)[0] == PlanSettings(minutes=45)


def test_what_came_in_between_is_not_decided_unseen(world: World, after: Debriefing) -> None:
    after.log(world.learner, entry(), world.now)
    shown = after.overview(world.learner)
    after.log(world.learner, entry(topics={"trees": "badly"}), world.now)
    with pytest.raises(Conflict):
        after.decide(world.learner, Decision(adopt=True, through=shown.through, revision=shown.revision), world.now)


def test_the_same_entry_twice_is_one(world: World, after: Debriefing) -> None:
    one = entry(notes="原题：\n为什么")
    assert after.log(world.learner, one, world.now) == after.log(world.learner, one, world.now)
    assert len(after.overview(world.learner).entries) == 1
    with pytest.raises(Unprocessable):
        after.log(world.learner, one.model_copy(update={"notes": "other"}), world.now)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"topics": {}}, "topics"), ({"topics": {"cooking": "well"}}, "topics"), ({"cards": ["nope"]}, "cards"),
        ({"cards": ["boosting"]}, "topics.trees"), ({"held_on": date(2026, 3, 20)}, "held_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_logged_is_named(world: World, after: Debriefing, more: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        after.log(world.learner, entry(**more), world.now)
    assert [p.field for p in refused.value.problems] == [field]
    assert after.overview(world.learner).entries == ()


def test_entries_are_the_learners_own(world: World, after: Debriefing) -> None:
    from app.db import Learner

    with world.db.write() as session:
        other = Learner(name="other", created_at=world.now)
        session.add(other)
        session.flush()
        assert other.id is not None
        someone = other.id
    shared = UUID(int=7, version=4)
    for learner in (world.learner, someone):
        after.log(learner, entry(entry_id=shared), world.now)
        assert len(after.overview(learner).entries) == 1
