"""Other people's cards, as the real Anki writes them, become private decks: asked with the memory Anki had of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.db import Database
from app.errors import BadInput
from app.services import journal
from app.services.answers import Answer
from app.services.interchange.anki.exporting import GUID
from app.services.interchange.anki.importing import ImportedCard
from app.services.interchange.reports import Imported
from app.services.notes import keeping
from app.services.notes.decks import Decks
from app.services.notes.neighbours import Neighbours
from app.services.notes.shapes import CardEdit, DeckCard, Source
from app.services.notes.shelf import Shelf
from app.services.study import Study
from tests.services.interchange.kit import exported, ways
from tests.services.interchange.test_real_anki import ZONE, anki
from tests.services.interchange.test_spreadsheet import rows
from tests.services.world import World, computed


class Importer(World):
    """A learner who brings packages in, as the site does it."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.now, self.tz = datetime.now(UTC), ZONE
        self.decks = Decks(db, lambda: Neighbours((), None), lambda slug: None)  # type: ignore[arg-type, return-value]

    def bring(self, file: str | Path, *, preview: bool = False) -> Imported:
        with open(file, "rb") as data:
            return ways(self.db).load(self.learner, data, datetime.now(UTC), tz=ZONE, preview=preview)

    def own(self) -> Study:
        return Study(self.db, Shelf(self.db).joined(self.catalogue, self.learner), computed)

    def cards(self) -> dict[str, DeckCard]:
        """Every own question by its words."""
        every = [card for deck in self.decks.all(self.learner) for card in self.decks.one(self.learner, deck.uid).cards]
        return {card.question: card for card in every}

    def memory(self) -> dict[str, Any]:
        with self.db.read() as session:
            return journal.known_items(session, self.learner)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Four packages of one collection, and the same four after some notes were changed there."""
    folder = tmp_path_factory.mktemp("anki")
    first = anki("make", folder)
    kept = [Path(file).rename(f"{file}.first") for file in first["files"]]
    return {**first, "files": kept, "edited": anki("edit", folder)}


FORMULA = "**梯度**消失？  \n为什么 $\\sigma' < 1$"


@pytest.mark.anki
@pytest.mark.parametrize("format", range(4), ids=["old apkg", "old colpkg", "new apkg", "new colpkg"])
def test_cards_become_a_deck_and_are_asked_with_ankis_memory(db: Database, made: Any, format: int) -> None:
    world = Importer(db)
    before = exported(world)
    preview = world.bring(made["files"][format], preview=True)
    assert preview.preview and preview.stored == 8 and exported(world) == before
    report = world.bring(made["files"][format])
    assert report.model_copy(update={"preview": True}) == preview
    assert (report.cards, report.stored, report.with_history) == (8, 8, report.with_memory)
    (deck,) = world.decks.all(world.learner)
    assert (deck.name, deck.questions) == ("Anki · 面试::深度学习", 8)
    known = world.memory()
    told = {keeping.name_of(f"anki:{at}") + "/recall": card for at, card in made["cards"].items()}
    assert known.keys() == {key for key, card in told.items() if card["reviews"]} and len(known) >= 3
    for key, one in known.items():
        assert one.memory.stability == pytest.approx(told[key]["stability"], abs=1e-3)
        assert one.memory.difficulty == pytest.approx(told[key]["difficulty"], abs=1e-2)
        assert one.memory.lapses == told[key]["lapses"]
    assert world.study.check(world.learner).differences == ()
    once = exported(world)
    for file in made["files"]:  # the same collection in any format is the same
        again = world.bring(file)
        assert (again.reviews, again.already, again.stored) == (0, report.reviews, 8)
    assert exported(world) == once


@pytest.mark.anki
def test_a_review_here_goes_on_from_ankis_memory(db: Database, made: Any) -> None:
    world = Importer(db)
    world.bring(made["files"][2])
    key, before = next((key, known) for key, known in world.memory().items() if known.memory.state == 2)
    study = world.own()
    world.days(20)
    question = study.question(world.learner, key, 3, world.now, tz=ZONE)
    assert question.prompt.zh in world.cards()
    study.submit(world.learner, world.attempt(question, 3, Answer(points=())), world.now)
    after = world.memory()[key]
    assert after.memory.stability > before.memory.stability and after.memory.reps == before.memory.reps + 1
    assert world.study.check(world.learner).differences == ()
    known = world.memory()
    assert world.bring(made["files"][2]).reviews == 0 and world.memory() == known


@pytest.mark.anki
def test_what_was_changed_in_anki_is_changed_here_and_memory_stays(db: Database, made: Any) -> None:
    """On both sides: Anki's wins. Only here: ours stays."""
    world = Importer(db)
    world.bring(made["files"][2])
    cards, memory = world.cards(), world.memory()
    for question, answer in ((FORMULA, "mine, and Anki's changed"), ("[a net]", "mine alone")):
        edit = CardEdit(question=question, answer=answer)
        world.decks.edit(world.learner, cards[question].uid, edit, datetime.now(UTC))
    report = world.bring(made["edited"]["files"][3])
    after = world.cards()
    assert (report.reviews, report.stored, len(after)) == (0, 8, 8)
    assert after[FORMULA].answer == "**changed** in Anki" and after["[a net]"].answer == "mine alone"
    assert after["[…] has two"].uid == cards["[…] keeps two moments"].uid
    assert world.memory() == memory
    once = exported(world)
    world.bring(made["edited"]["files"][0])
    assert exported(world) == once


def card(number: int, question: str = "q", answer: str = "a") -> ImportedCard:
    return ImportedCard(f"anki:{number}:0", question, answer, "D", (), (), None)


def test_too_long_is_left_out_and_too_many_are_refused(db: Database) -> None:
    world = Importer(db)
    with db.write() as session:
        cards = [card(1), card(2, "x" * 2001), card(3, "q", "x" * 100_001)]
        kept = keeping.keep(session, world.learner, cards, world.now)
    assert kept.keys() == {"anki:1:0"} and world.cards().keys() == {"q"}
    with pytest.raises(BadInput, match=r"room for 9999, and this file has 10000"), db.write() as session:
        keeping.keep(session, world.learner, [card(n) for n in range(2, 10_002)], world.now)
    assert len(world.cards()) == 1


NOTES = """### Why does **ReLU** die?
It is never active: $x < 0$ for every input.

```
h = max(0, x)
```
### 什么是动量？
"""


@pytest.mark.anki
def test_own_questions_go_to_anki_and_come_back(db: Database, tmp_path: Path) -> None:
    """With formula, code and memory; what was studied there counts; cards that came from Anki are not sent again."""
    world = Importer(db)
    world.decks.adopt(world.learner, Source(text=NOTES, deck="Mine"), world.now)
    with db.write() as session:
        keeping.keep(session, world.learner, [card(1, "zebra seven")], world.now)
    mine = next(c for c in world.cards().values() if "ReLU" in c.question)
    study = world.own()
    question = study.question(world.learner, mine.key, 3, world.now, tz=ZONE)
    study.submit(world.learner, world.attempt(question, 4, Answer(points=())), world.now)
    file = tmp_path / "ours.apkg"
    file.write_bytes(ways(db).apkg(world.learner, {}, world.now, tz=ZONE))
    said = anki("open", file)["cards"]
    shown = said[f"{GUID}{mine.key}:0"]
    assert shown["stability"] == pytest.approx(world.memory()[mine.key].memory.stability, abs=1e-4)
    assert "<strong>ReLU</strong>" in shown["question"]
    assert "\\(x &lt; 0\\)" in shown["answer"] and "h = max(0, x)\n" in shown["answer"]
    assert not any("zebra seven" in card["question"] for card in said.values())
    before, words = exported(world), world.cards()
    back = anki("study", file, tmp_path)
    added = sum(len(card["reviews"]) for card in back["cards"].values()) - 1
    report = world.bring(back["files"][2])
    assert (report.reviews, report.stored) == (added, 2) and world.cards() == words
    assert world.bring(back["files"][3]).reviews == 0 and exported(world) != before
    with Database(f"sqlite:///{tmp_path}/other.db") as other:
        there = Importer(other)
        there.bring(back["files"][2])
        assert there.cards()[mine.question].uid == mine.uid and there.cards()[mine.question].deck_name == "Mine"
        ours, theirs = (one.memory()[mine.key].memory for one in (world, there))
        assert (theirs.stability, theirs.difficulty, theirs.reps) == (ours.stability, ours.difficulty, ours.reps)
        assert ours.due is not None and theirs.due is not None
        assert abs(ours.due - theirs.due) < timedelta(milliseconds=1), "Anki keeps milliseconds"


def test_tables_for_a_spreadsheet_name_own_questions(db: Database) -> None:
    world = Importer(db)
    world.decks.adopt(world.learner, Source(text="### =HYPERLINK(1)\nNo formula.\n", deck="Mine"), world.now)
    (mine,) = world.cards().values()
    study = world.own()
    question = study.question(world.learner, mine.key, 3, world.now, tz=ZONE)
    study.submit(world.learner, world.attempt(question, 3, Answer(points=())), world.now)
    out = ways(db)
    for data in (out.reviews_csv(world.learner), out.states_csv(world.learner, world.now, ZONE)):
        (row,) = rows(b"".join(data))
        assert (row["card_zh"], row["card_en"], row["topic"], row["kind"]) == (
            "'=HYPERLINK(1)", "'=HYPERLINK(1)", "Mine", "recall",
        )  # fmt: skip
