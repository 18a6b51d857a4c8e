"""Our JSON file: whole, the same bytes again after a journey, and never half imported."""

import json
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint, insert, select

from app.db import Database, migrate
from app.db import repositories as repo
from app.db.tables import SQLModel
from app.errors import Unprocessable
from app.services.days import study_day
from app.services.handling import ACTIONS, Handler, Handling
from app.services.interchange.document import BadFile, TooNew
from tests.db.postgres import new_database
from tests.services.interchange.kit import exported, restore
from tests.services.world import START, World

KEYS = ("relu/recall", "vanishing/choice", "boosting/order")
STEP = st.one_of(
    st.tuples(st.just("review"), st.sampled_from(KEYS), st.integers(1, 4)),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("wait"), st.floats(-3, 40), st.none()),
    st.tuples(st.just("revise"), st.sampled_from(KEYS), st.none()),
    st.tuples(st.just("handle"), st.sampled_from(KEYS), st.sampled_from(ACTIONS)),
)
History = list[tuple[str, Any, Any]]


def live(world: World, history: History) -> None:
    """Reviews, undoes, waits, revises, suspends and so on as a history says."""
    done: list[UUID] = []
    for what, first, second in history:
        if what == "review":
            done.append(world.review(first, second).attempt_id)
        elif what == "undo" and done:
            world.undo(done.pop())
        elif what == "wait":
            world.days(first)
        elif what == "revise":
            world.catalogue.revise(first)
        elif what == "handle":
            day = study_day(world.now, "UTC") + timedelta(days=9) if second == "reschedule" else None
            handling = Handling(attempt_id=uuid4(), item=first, action=second, day=day)
            with suppress(Unprocessable):  # it was never asked
                done.append(Handler(world.db, world.catalogue).handle(world.learner, handling, world.now).attempt_id)


@settings(max_examples=20, deadline=None)
@given(st.lists(STEP, max_size=20))
def test_out_in_out_is_the_same_to_the_byte(history: History) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with Database(f"sqlite:///{folder}/a.db") as db:
            first = World(db)
            live(first, history)
            out = exported(first)
            assert exported(first) == out
        with Database(f"sqlite:///{folder}/b.db") as db:
            second = World(db)
            with db.write() as session:  # the learner began at another moment
                session.execute(SQLModel.metadata.tables["learner"].update().values(created_at=START + timedelta(9)))
            report = restore(second, out)
            assert exported(second) == out
            assert report.reviews == len(json.loads(out)["tables"]["review"]) and report.already == 0
            again = restore(second, out)
            assert (again.reviews, again.already) == (0, report.reviews)
            assert exported(second) == out
            assert second.study.check(second.learner).differences == ()


@pytest.mark.postgres
def test_from_one_database_to_the_other_and_on(tmp_path: Path) -> None:
    """SQLite → PostgreSQL → SQLite, and the copy can be studied on: its counters stand behind what came."""
    with Database(f"sqlite:///{tmp_path}/a.db") as a, Database(new_database()) as b:
        first, second = World(a), World(b)
        live(first, [("review", KEYS[0], 3), ("review", KEYS[1], 1), ("undo", None, None), ("wait", 3.0, None),
                     ("review", KEYS[0], 2), ("review", KEYS[2], 4)])  # fmt: skip
        out = exported(first)
        restore(second, out)
        assert exported(second) == out
        second.now = first.now + timedelta(days=4)
        second.review(KEYS[0])
        restore(first, exported(second))
        assert exported(first) == exported(second)


def test_two_machines_studied_on_apart_become_one(db: Database, tmp_path: Path) -> None:
    """The same item reviewed on both: one history in the order of time, with the days between counted anew."""
    here = World(db)
    live(here, [("review", KEYS[0], 3), ("wait", 1.0, None), ("review", KEYS[0], 3)])
    with Database(f"sqlite:///{tmp_path}/other.db") as other:
        there = World(other)
        restore(there, exported(here))
        there.now, here.now = START + timedelta(days=5), START + timedelta(days=3)
        there.review(KEYS[0], 1)
        here.review(KEYS[0], 3)
        here.days(5)
        here.review(KEYS[0], 3)
        out = exported(there)
        report = restore(here, out)
        assert (report.reviews, report.already) == (1, 2)
        assert restore(here, out).reviews == 0
    with db.read() as session:
        lines = list(repo.lines(session, here.learner, KEYS[0]))
    assert [line.rating for line in lines] == [3, 3, 3, 1, 3]
    assert [line.elapsed_days for line in lines] == [0, 1, 2, 2, 3]
    assert here.study.check(here.learner).differences == ()


def test_a_preview_stores_nothing(world: World, tmp_path: Path) -> None:
    live(world, [("review", KEYS[0], 3)])
    with Database(f"sqlite:///{tmp_path}/other.db") as other:
        there = World(other)
        before = exported(there)
        assert restore(there, exported(world), preview=True).reviews == 1
        assert exported(there) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f["tables"]["review"][0].update(rating=9),
        lambda f: f["tables"]["review"][0].update(rating="3"),
        lambda f: f["tables"]["review"][0].update(item_key="x" * 200),
        lambda f: f["tables"]["review"][0].update(unheard=1),
        lambda f: f["tables"]["review"][0].update(answered_at="yesterday"),
        lambda f: f["tables"]["review"][0].update(answered_at="9999-12-31T23:59:00.000000Z"),
        lambda f: f["tables"]["review"][0].update(adopted={"stability": -1}),
        lambda f: f["tables"]["review"][0].update(undoes="nobody"),
        lambda f: f["tables"]["review"].append(dict(f["tables"]["review"][0])),
        lambda f: f["tables"].update(unheard=[]),
        lambda f: f["tables"].update(review={}),
        lambda f: f["learner"].update(name="somebody else"),
        lambda f: f.update(learner=None),
        lambda f: f.update(more=1),
        lambda f: f.update(format="anki"),
    ],
    ids=range(15),
)
def test_a_damaged_file_changes_nothing(world: World, tmp_path: Path, change: Any) -> None:
    live(world, [("review", KEYS[0], 3), ("review", KEYS[1], 3)])
    file = json.loads(exported(world))
    with Database(f"sqlite:///{tmp_path}/other.db") as other:
        there = World(other)
        before = exported(there)
        change(file)
        with pytest.raises(BadFile):
            restore(there, json.dumps(file).encode())
        assert exported(there) == before


@pytest.mark.parametrize("newer", [{"version": 2}, {"schema": "9999"}], ids=["shape", "tables"])
def test_a_newer_file_is_refused_with_what_to_do(world: World, newer: dict[str, Any]) -> None:
    file = json.loads(exported(world)) | newer
    with pytest.raises(TooNew, match="Upgrade Warmup") as refused:
        restore(world, json.dumps(file).encode())
    assert migrate.head() in refused.value.message.zh and "升级" in refused.value.message.zh


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'"\\ud800"', b"[" * 5000, b"\xff\xfe", b"{}"], ids=range(7))
def test_what_is_no_file_of_ours_says_so(world: World, data: bytes) -> None:
    with pytest.raises(BadFile):
        restore(world, data)


def test_a_file_of_an_earlier_release_has_fewer_columns(world: World, tmp_path: Path) -> None:
    live(world, [("review", KEYS[0], 3)])
    file = json.loads(exported(world)) | {"schema": migrate.known()[0]}
    del file["tables"]["review"][0]["adopted"], file["tables"]["item_state"]
    with Database(f"sqlite:///{tmp_path}/other.db") as other:
        there = World(other)
        restore(there, json.dumps(file).encode())
        assert exported(there) == exported(world)


def test_tables_added_tomorrow_are_found(tmp_path: Path) -> None:
    """One with its own counted key, one that points at it, one that is nobody's business."""
    pile = Table(
        "pile", SQLModel.metadata, Column("id", Integer, primary_key=True),
        Column("learner_id", ForeignKey("learner.id"), nullable=False), Column("name", String(20), nullable=False),
        UniqueConstraint("learner_id", "name"),
    )  # fmt: skip
    leaf = Table(
        "leaf", SQLModel.metadata, Column("id", Integer, primary_key=True),
        Column("pile_id", ForeignKey("pile.id"), nullable=False), Column("words", String(20), nullable=False),
    )  # fmt: skip
    secret = Table(
        "sign_in", SQLModel.metadata, Column("id", Integer, primary_key=True),
        Column("learner_id", ForeignKey("learner.id"), nullable=False), info={"private": True},
    )  # fmt: skip
    try:
        with Database(f"sqlite:///{tmp_path}/a.db") as a, Database(f"sqlite:///{tmp_path}/b.db") as b:
            first, second = World(a), World(b)
            for db in (a, b):
                with db.write() as session:
                    for table in (pile, leaf, secret):
                        table.create(session.connection())
            with a.write() as session:
                session.execute(insert(pile), [{"id": 4, "learner_id": first.learner, "name": "mine"}])
                session.execute(insert(leaf), [{"pile_id": 4, "words": w} for w in ("x", "y", "y")])
                session.execute(insert(secret), [{"learner_id": first.learner}])
            out = exported(first)
            restore(second, out)
            assert exported(second) == out and b"sign_in" not in out
            with b.write() as session:  # taken keys: the same pile has another number there, another pile has this one
                session.execute(leaf.delete())
                session.execute(pile.update().values(id=9))
                session.execute(insert(pile), [{"id": 4, "learner_id": second.learner, "name": "another"}])
            for _ in range(2):
                restore(second, out)
            with b.read() as session:
                assert sorted(session.execute(select(leaf.c.pile_id, leaf.c.words))) == [(9, "x"), (9, "y"), (9, "y")]
    finally:
        for table in (leaf, secret, pile):
            SQLModel.metadata.remove(table)
