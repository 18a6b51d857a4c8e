"""A file adopted, and adopted again: what is new, changed, gone; memory stays with its question."""

import pytest

from app.content.notes import Note
from app.errors import BadInput, Conflict, NotFound
from app.services.answers import Answer
from app.services.notes.matching import Known, match
from app.services.notes.shapes import CardEdit, Source
from tests.services.notes.conftest import Mine

FIRST = """# Mine
### What is the vanishing gradient problem?
A product of small factors.
### Why does dropout help generalisation?
Many thinned networks.
### What is momentum?
"""


def counts(done: object) -> tuple[int, ...]:
    return tuple(getattr(done, name) for name in ("new", "changed", "same", "removed"))


def test_the_same_file_again_changes_nothing(mine: Mine) -> None:
    done = mine.adopt(FIRST)
    assert counts(done) == (3, 0, 0, 0)
    before = mine.decks.one(mine.learner, done.deck)
    assert (before.questions, before.unanswered) == (3, 1)
    assert counts(mine.adopt(FIRST)) == (0, 0, 3, 0)
    assert mine.decks.one(mine.learner, done.deck) == before


def test_questions_keep_their_name_through_typos_changes_and_moves(mine: Mine) -> None:
    deck = mine.adopt(FIRST).deck
    names = mine.cards(deck)
    done = mine.adopt(
        "# Mine\n### What is momentum?\nA running mean of gradients.\n### Why does drop-out help generalization?\n"
        "Many thinned networks.\n### Explain the vanishing gradient problem\nA product of many small factors.\n"
    )
    assert counts(done) == (0, 3, 0, 0)
    after = mine.cards(deck)
    assert after["What is momentum?"] == names["What is momentum?"]
    assert after["Why does drop-out help generalization?"] == names["Why does dropout help generalisation?"]
    assert after["Explain the vanishing gradient problem"] == names["What is the vanishing gradient problem?"]
    assert next(iter(after)) == "What is momentum?"


def test_what_is_no_longer_in_the_file_is_kept_and_marked_and_comes_back(mine: Mine) -> None:
    deck = mine.adopt(FIRST).deck
    names = mine.cards(deck)
    shorter = FIRST.split("### What is momentum?")[0]
    assert counts(mine.adopt(shorter)) == (0, 0, 2, 1)
    card = mine.decks.card(mine.learner, names["What is momentum?"])
    assert card.removed
    assert [c.removed for c in mine.decks.one(mine.learner, deck).cards] == [False, False, True]
    assert counts(mine.adopt(shorter)) == (0, 0, 2, 1)
    assert counts(mine.adopt(FIRST)) == (0, 0, 3, 0)
    assert not mine.decks.card(mine.learner, names["What is momentum?"]).removed


def test_an_edit_here_stays_until_the_file_changes(mine: Mine) -> None:
    deck = mine.adopt(FIRST).deck
    uid = mine.cards(deck)["What is momentum?"]
    mine.decks.edit(mine.learner, uid, CardEdit(question="What is Polyak momentum?", answer="mine"), mine.now)
    assert counts(mine.adopt(FIRST)) == (0, 0, 3, 0)
    assert mine.decks.card(mine.learner, uid).answer == "mine"
    changed = Source(text=FIRST + "From the file.\n", deck="d")
    assert [c.fate for c in mine.decks.preview(mine.learner, changed).cards] == ["same", "same", "overwrites"]
    mine.adopt(FIRST + "From the file.\n")
    assert mine.decks.card(mine.learner, uid).answer == "From the file."


def test_a_preview_stores_nothing_and_says_what_would_happen(mine: Mine) -> None:
    preview = mine.decks.preview(mine.learner, Source(text=FIRST))
    assert (preview.deck, preview.exists, mine.decks.all(mine.learner)) == ("Mine", False, ())
    mine.adopt(FIRST, deck="")
    again = mine.decks.preview(
        mine.learner, Source(text="### What is momentum?\nA mean.\n### And Nesterov?\n", deck="Mine")
    )
    assert [c.fate for c in again.cards] == ["changed", "new"]
    assert again.gone == ("What is the vanishing gradient problem?", "Why does dropout help generalisation?")


def test_cards_can_be_left_out(mine: Mine) -> None:
    cards = mine.decks.preview(mine.learner, Source(text=FIRST)).cards
    done = mine.adopt(FIRST, leave=frozenset({cards[0].id}))
    assert list(mine.cards(done.deck)) == [c.question for c in cards[1:]]


def test_reviews_ask_them_and_what_is_remembered_survives_the_next_import(mine: Mine) -> None:
    deck = mine.adopt(FIRST).deck
    uid = mine.cards(deck)["What is the vanishing gradient problem?"]
    asked = mine.own().question(mine.learner, f"{uid}/recall", 1, mine.now)
    assert (asked.kind, asked.own, asked.prompt.en, asked.parts) == (
        "recall", True, "What is the vanishing gradient problem?", (),
    )  # fmt: skip
    grade = mine.own().grade(asked.key, 1, 1, Answer(text="small factors"), learner=mine.learner)
    assert grade.passage is not None and grade.passage.en == "A product of small factors."
    assert (grade.suggested_rating, grade.max_rating, grade.correct) == (3, 4, None)
    reviewed = mine.own().submit(mine.learner, mine.attempt(asked, 3, Answer()), mine.now)
    assert reviewed.grade.passage is None  # the log does not repeat the deck
    mine.adopt(FIRST.replace("vanishing gradient problem", "vanishing-gradient problem"))
    later = mine.own().question(mine.learner, f"{uid}/recall", 1, mine.now)
    assert not later.new and later.prompt.en == "What is the vanishing-gradient problem?"


def test_the_queue_has_them_after_ours_and_not_when_they_are_gone(mine: Mine) -> None:
    deck = mine.adopt(FIRST).deck
    names = mine.cards(deck)
    keys = [ref.key for ref in mine.own().catalogue.items()]
    assert keys[-3:] == [f"{uid}/recall" for uid in names.values()]
    mine.adopt(FIRST.split("### What is momentum?")[0])
    assert f"{names['What is momentum?']}/recall" not in [ref.key for ref in mine.own().catalogue.items()]
    found = set()
    for _ in range(12):
        item = mine.own().next_item(mine.learner, mine.now, mine.rng, exclude=tuple(found)).question
        if item is None:
            break
        found.add(item.key)
    assert sum(key.startswith("my-") for key in found) == 2


def test_asking_something_else_starts_its_memory_anew(mine: Mine) -> None:
    uid = next(iter(mine.cards(mine.adopt(FIRST).deck).values()))
    asked = mine.own().question(mine.learner, f"{uid}/recall", 1, mine.now)
    mine.own().submit(mine.learner, mine.attempt(asked, 3, Answer()), mine.now)
    mine.decks.edit(mine.learner, uid, CardEdit(question="Another?", anew=True), mine.now)
    again = mine.own().question(mine.learner, f"{uid}/recall", 1, mine.now)
    assert again.new and again.revised


def test_nobody_elses_decks_are_seen(mine: Mine) -> None:
    from datetime import datetime

    from app.db import Learner

    done = mine.adopt(FIRST)
    uid = next(iter(mine.cards(done.deck).values()))
    with mine.db.write() as session:
        other = Learner(name="other", created_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
        session.add(other)
        session.flush()
        stranger = other.id or 0
    assert mine.decks.all(stranger) == () and mine.shelf.joined(mine.catalogue, stranger).own == {}
    for call in (
        lambda: mine.decks.one(stranger, done.deck),
        lambda: mine.decks.card(stranger, uid),
        lambda: mine.decks.drop(stranger, done.deck),
        lambda: mine.decks.drop_card(stranger, uid, mine.now),
        lambda: mine.decks.edit(stranger, uid, CardEdit(question="x"), mine.now),
    ):
        with pytest.raises(NotFound):
            call()


def test_deleting_takes_questions_but_not_the_log(mine: Mine) -> None:
    done = mine.adopt(FIRST)
    uid = next(iter(mine.cards(done.deck).values()))
    asked = mine.own().question(mine.learner, f"{uid}/recall", 1, mine.now)
    mine.own().submit(mine.learner, mine.attempt(asked, 3, Answer()), mine.now)
    mine.decks.drop_card(mine.learner, uid, mine.now)
    with pytest.raises(NotFound, match="no longer in your decks"):
        mine.own().question(mine.learner, f"{uid}/recall", 1, mine.now)
    mine.decks.drop(mine.learner, done.deck)
    assert (mine.decks.all(mine.learner), mine.count()) == ((), 1)
    assert mine.own().check(mine.learner).differences == ()


def test_names_and_limits(mine: Mine) -> None:
    one, two = mine.adopt(FIRST, "one").deck, mine.adopt(FIRST, "two").deck
    with pytest.raises(Conflict):
        mine.decks.rename(mine.learner, two, " one ", mine.now)
    assert mine.decks.rename(mine.learner, one, "  a  new name ", mine.now).name == "a new name"
    with pytest.raises(BadInput, match="no question"):
        mine.adopt("Nothing to see.\n")
    with pytest.raises(BadInput, match="3000 questions"):
        mine.adopt("".join(f"What is {n}?\n" for n in range(3001)))
    with pytest.raises(BadInput, match="Line 1: too long"):
        mine.adopt("### Why?\n" + "word " * 30_000)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("什么是 L1 正则化？", "什么是 L2 正则化？", False),
        ("What is bagging?", "What is boosting?", False),
        ("什么是批归一化？", "什么是层归一化？", False),
        ("为什么残差网络能训练得很深？", "为什么残差网络可以训练得很深？", True),
        ("How do you choose the learning rate?", "How would you choose the learning rates?", True),
        ("1. What is BN?", "**What is BN ？**", True),
        ("3×3 卷积的参数量怎么算", "5×5 卷积的参数量怎么算", False),
    ],
)
def test_which_changes_leave_a_question_the_same(before: str, after: str, same: bool) -> None:
    known = [Known(before, before.removeprefix("1. "), "")]
    assert match(known, [Note(after, "", 1, 1)]) == [0 if same else None]


def test_the_answer_tells_too() -> None:
    answer = "Because the gradient of a sum passes through both branches."
    assert match(
        [Known("Why skips?", "Why skips?", answer)], [Note("Why do skip connections help?", answer, 1, 1)]
    ) == [0]
    assert match([Known("Why skips?", "Why skips?", answer)], [Note("What is Adam?", "Another thing.", 1, 1)]) == [None]


def test_three_thousand_questions_are_matched_at_once() -> None:
    import time

    known = [
        Known(f"What is the meaning of term number {n}?", f"What is the meaning of term number {n}?", "x")
        for n in range(3000)
    ]
    notes = [Note(f"What's the meaning of the term number {n} ?", "x", n, n) for n in range(3000)]
    began = time.process_time()
    found = match(known, notes)
    assert time.process_time() - began < 10
    assert sum(at == place for place, at in enumerate(found)) > 2900
