"""A learner with rows in every table there is: out, in, merged; and files whose insides somebody has been at."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.db import Database, Fit, fits
from app.db.tables import SQLModel
from app.services import scheduling
from app.services.answers import Answer
from app.services.handling import Handler, Handling
from app.services.interchange.document import BadFile
from app.services.mock.messages import Begin, Happened
from app.services.mock.mocks import Mocks
from app.services.notes.decks import Decks
from app.services.notes.neighbours import Neighbours
from app.services.notes.shapes import Source
from app.services.notes.shelf import Shelf
from app.services.own_parameters import in_use
from app.services.planning.debrief import Debriefing, Entry
from app.services.planning.planner import Planner
from app.services.planning.settings import Interview, PlanSettings
from app.services.study import Study
from tests.db.postgres import new_database
from tests.services.interchange.kit import catalogue, exported, restore
from tests.services.world import World, computed

FIRST, AGAIN = UUID(int=2), UUID(int=1)
"""A mock and the one that repeats it: the smaller id points at the larger one."""
NOTES = "### Why does ReLU die?\nIt is never active: $x < 0$.\n### What is momentum?\n"


def weights(first: float) -> list[float]:
    return [first, *scheduling.DEFAULT.weights[1:]]


def fit(world: World, first: float, verdict: str = "adopted") -> str:
    """A fitting of the learner's own; gives its name."""
    own = scheduling.own(weights(first))
    with world.db.write() as session:
        fits.append(session, Fit(
            learner_id=world.learner, made_at=world.now, name=own.name, weights=list(own.weights), verdict=verdict,
            reviews=600, trained=300, tested=100, loss_default=0.4, loss_fitted=0.3, loss_used=0.4, gain_error=0.01,
        ))  # fmt: skip
    return own.name


def decks(world: World) -> Decks:
    return Decks(world.db, lambda: Neighbours((), None), lambda slug: None)  # type: ignore[arg-type, return-value]


def own(world: World) -> Study:
    return Study(world.db, Shelf(world.db).joined(world.catalogue, world.learner), computed)


def ask_own(world: World, rating: int = 3) -> str:
    """A review of an own question; gives its key."""
    study = own(world)
    key = next(r.key for r in study.catalogue.items() if r.key.startswith("my-") and " ReLU " in r.item.prompt.en)
    question = study.question(world.learner, key, 3, world.now)
    study.submit(world.learner, world.attempt(question, rating, Answer(points=())), world.now)
    return key


def fill(world: World) -> None:
    """Something in every table, as the use-cases put it there."""
    world.review("relu/recall", 3)
    world.days(2)
    fit(world, 0.3)
    world.undo(world.review("vanishing/choice", 1).attempt_id)
    world.review("relu/recall", 4)
    held = Handling(attempt_id=uuid4(), item="relu/recall", action="suspend")
    Handler(world.db, world.catalogue).handle(world.learner, held, world.now)
    decks(world).adopt(world.learner, Source(text=NOTES, deck="Mine"), world.now)
    ask_own(world)
    topics = {topic.id: topic.title for topic in catalogue().topics}
    planner = Planner(world.db, catalogue(), topics)
    wanted = PlanSettings(interviews=(Interview(day=(world.now + timedelta(days=9)).date(), round="一面"),), minutes=40)
    planner.put(world.learner, wanted, world.now)
    told = Entry(entry_id=uuid4(), held_on=world.now.date(), topics={next(iter(topics)): "badly"}, notes="n")
    Debriefing(world.db, topics, {}).log(world.learner, told, world.now)
    mocks = Mocks(catalogue(), Study(world.db, catalogue(), catalogue().computed))
    for mock, before in ((FIRST, None), (AGAIN, FIRST)):
        asked = Begin(mock_id=mock, seed=1, again_of=before)
        view = mocks.start(world.learner, asked, world.now, random.Random(5))
        for kind, more in (
            ("hint", {"level": 2}),
            ("reveal", {"text": "aloud"}),
            ("answer", {"rating": 2}),
            ("end", {}),
        ):
            step = "" if kind == "end" or view.sheet is None else view.sheet.step
            answer = {"answer": Answer(points=())} if kind == "answer" else {}
            event = Happened(event_id=uuid4(), kind=kind, step=step, **more, **answer)  # type: ignore[arg-type]
            view = mocks.record(world.learner, mock, event, world.now)
        world.days(3)


def tables(data: bytes) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = json.loads(data)["tables"]
    return found


@pytest.mark.postgres
def test_every_table_goes_from_one_database_to_the_other_and_back(tmp_path: Path) -> None:
    with (
        Database(f"sqlite:///{tmp_path}/a.db") as a,
        Database(new_database()) as b,
        Database(f"sqlite:///{tmp_path}/c.db") as c,
    ):
        first, second, third = World(a), World(b), World(c)
        fill(first)
        out = exported(first)
        assert tables(out).keys() == SQLModel.metadata.tables.keys() - {"learner"} and all(tables(out).values())
        restore(second, out)
        assert exported(second) == out
        restore(third, exported(second))
        assert exported(third) == out
        for world in (first, second, third):
            assert restore(world, out).reviews == 0
            assert exported(world) == out
            assert world.study.check(world.learner).differences == ()


def test_two_machines_with_parameters_and_decks_of_their_own(db: Database, tmp_path: Path) -> None:
    """Both end up with all decks and questions, and schedule with the set that was adopted last."""
    here = World(db)
    fill(here)
    with Database(f"sqlite:///{tmp_path}/other.db") as other:
        there = World(other)
        restore(there, exported(here))
        there.now = here.now + timedelta(days=1)
        late = fit(there, 0.5)
        (mine,) = decks(there).all(there.learner)
        decks(there).rename(there.learner, mine.uid, "Renamed", there.now)
        decks(there).adopt(there.learner, Source(text=NOTES.replace("ReLU", "GELU"), deck="More"), there.now)
        key = ask_own(there, 1)
        Planner(other, catalogue(), {}).put(there.learner, PlanSettings(minutes=20), there.now)
        here.days(-2)
        fit(here, 0.4)
        here.days(4)
        assert ask_own(here, 3) == key
        outs = exported(here), exported(there)
        for world, out in ((there, outs[0]), (here, outs[1])):
            restore(world, out)
            once = exported(world)
            assert restore(world, out).reviews == 0
            assert exported(world) == once
            assert world.study.check(world.learner).differences == ()
            with world.db.read() as session:
                assert in_use(session, world.learner).name == late
            assert len(decks(world).all(world.learner)) == 2
        assert decks(here).one(here.learner, mine.uid).name == "Mine"
        assert tables(exported(here))["plan"][0]["settings"]["minutes"] == 40, "what is here stays"
        assert here.study.known(here.learner)[0].keys() == there.study.known(there.learner)[0].keys()


def test_a_deck_made_under_one_name_on_both_sides_is_one(db: Database, tmp_path: Path) -> None:
    here = World(db)
    decks(here).adopt(here.learner, Source(text=NOTES, deck="Mine"), here.now)
    shelf = Shelf(db)
    shelf.joined(here.catalogue, here.learner)
    with Database(f"sqlite:///{tmp_path}/other.db") as other:
        there = World(other)
        decks(there).adopt(there.learner, Source(text="### What is attention?\nA mean.\n", deck="Mine"), there.now)
        restore(here, exported(there))
    (deck,) = decks(here).all(here.learner)
    assert deck.questions == 3
    words = {one.item.prompt.en for one in shelf.joined(here.catalogue, here.learner).own.values()}
    assert "What is attention?" in words, "a running site sees it"


def test_a_question_that_is_in_another_deck_there_stays_one(db: Database, tmp_path: Path) -> None:
    here = World(db)
    decks(here).adopt(here.learner, Source(text=NOTES, deck="Mine"), here.now)
    file = json.loads(exported(here))
    file["tables"]["deck"][0] |= {"uid": "deck-0123456789ab", "name": "Moved"}
    restore(here, json.dumps(file).encode())
    found = [decks(here).one(here.learner, deck.uid) for deck in decks(here).all(here.learner)]
    assert [(deck.name, deck.questions) for deck in found] == [("Mine", 2), ("Moved", 0)]
    assert decks(here).card(here.learner, found[0].cards[0].uid).deck_name == "Mine"


HOSTILE: dict[str, Callable[[dict[str, list[Any]]], object]] = {
    "a plan of no shape": lambda t: t["plan"][0].update(settings=[1]),
    "minutes beyond the day": lambda t: t["plan"][0]["settings"].update(minutes=10**9),
    "an interview in a hundred years": lambda t: t["plan"][0]["settings"]["interviews"][0].update(day="2126-01-01"),
    "two plans": lambda t: t["plan"].append(dict(t["plan"][0])),
    "a debrief of no shape": lambda t: t["debrief"][0].update(topics={"t": "who knows"}),
    "a mock without a script": lambda t: t["mock"][0].update(script=None),
    "a script with more in it": lambda t: t["mock"][0]["script"]["stages"][0].update(onload="x"),
    "a script of nothing": lambda t: t["mock"][0]["script"].update(stages=[]),
    "weights that are a list": lambda t: t["mock"][0].update(weights=[1]),
    "a mock that repeats itself unheard": lambda t: t["mock"][0].update(again_of=str(uuid4())),
    "a hint of no level": lambda t: t["mock_event"][0].update(data={"level": 99}),
    "words that are none": lambda t: t["mock_event"][1].update(data={"text": {"a": 1}}),
    "an answer without a grade": lambda t: t["mock_event"][2].update(data={"answer": {}}),
    "a rating that is none": lambda t: t["mock_event"][2]["data"].update(rating="4"),
    "an event of no mock": lambda t: t["mock_event"][0].update(mock_id=str(uuid4())),
    "weights FSRS does not allow": lambda t: t["fit"][0].update(weights=[-1.0] * 21),
    "weights that are text": lambda t: t["fit"][0].update(weights="0.1"),
    "a fitting under another's name": lambda t: t["fit"][0].update(name="own-000000000000"),
    "a question that is called as a card of ours": lambda t: t["deck_note"][0].update(uid="relu"),
    "a deck with a path for a name": lambda t: t["deck"][0].update(uid="../../x"),
    "a question of no deck": lambda t: t["deck_note"][0].update(deck_id=999),
    "a line by parameters nobody has": lambda t: t["review"][0].update(scheduler_version="fsrs own-00000000000f r=0.9"),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with Database(f"sqlite:///{tmp_path_factory.mktemp('db')}/a.db") as db:
        world = World(db)
        fill(world)
        return exported(world)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_with_wrong_insides_changes_nothing_and_says_so(db: Database, whole: bytes, what: str) -> None:
    world = World(db)
    before = exported(world)
    file = json.loads(whole)
    HOSTILE[what](file["tables"])
    with pytest.raises(BadFile) as refused:
        restore(world, json.dumps(file).encode())
    assert "so nothing was imported" in refused.value.message.en
    assert exported(world) == before
    restore(world, whole)
    assert exported(world) == whole, "the file itself is sound"
