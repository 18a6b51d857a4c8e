"""A made-up world for the tests of studying: two topics, three cards, every kind of quiz item, a clock one can turn."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.content.models import (
    Choice,
    ChoiceItem,
    ClozeItem,
    ExerciseItem,
    KeyPoint,
    NumericItem,
    OrderItem,
    PairItem,
    PredictItem,
    QuizItem,
    RecallItem,
    RunRef,
)
from app.db import Database
from app.db import repositories as repo
from app.errors import NotFound
from app.kit import Asked, Axis, Lines, Mistake, Option, Pair, Prediction, Series, Tell, same, text
from app.services.answers import Answer
from app.services.asking import Attempt, Question, Reviewed
from app.services.study import Study

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

RUBRIC = (
    KeyPoint(id="chain", text=same("chain rule")),
    KeyPoint(id="depth", text=same("depth")),
    KeyPoint(id="init", text=same("init")),
)
CHOICE = ChoiceItem(
    kind="choice", id="choice", prompt=same("Which?"),
    options=(
        Choice(text=same("a"), correct=True, why=same("a holds")),
        Choice(text=same("b"), correct=False, why=same("b does not")),
        Choice(text=same("c"), correct=False, why=same("c does not")),
    ),
)  # fmt: skip
SEVERAL = ChoiceItem(
    kind="choice", id="several", prompt=same("Which ones?"),
    options=tuple(Choice(text=same(n), correct=n in "ab", why=same(f"why {n}")) for n in "abcd"),
)  # fmt: skip
NUMERIC = NumericItem(
    kind="numeric", id="numeric", prompt=same("How many?"), unit="%", relative=0.05, explain=same("as computed"),
    run=RunRef(demo="shrink", preset="deep", scalar="share"),
)  # fmt: skip
EXERCISE = ExerciseItem(kind="exercise", id="exercise", exercise="outputs", level=2)
CLOZE = ClozeItem(
    kind="cloze", id="cloze", text=text(zh="____ 用 ____ 求导", en="____ differentiates by the ____"),
    answers=(("反向传播", "backpropagation", "back-propagation"), ("链式法则", "chain rule")), explain=same("so"),
)  # fmt: skip
ORDER = OrderItem(
    kind="order", id="order", prompt=same("Put in order"), items=tuple(map(same, "wxyz")), explain=same("so it goes")
)
PREDICT = PredictItem(kind="predict", id="predict", demo="shrink", prediction="how-much")
FACTOR = PredictItem(kind="predict", id="factor", demo="shrink", prediction="factor")
PAIR = PairItem(kind="pair", id="pair", pair="up-or-down")
RECALL = RecallItem(kind="recall", id="recall", prompt=same("Say why"))

UP_OR_DOWN = Pair(
    "tests.pairs.deep.up_or_down", same("Up or down"), ("up", "down"), (same("Up"), same("Down")), same("Which way?"),
    lambda rng, side: Lines(
        id="slope", title=same("A line"), description=same("It goes somewhere."), x=Axis(same("x")), y=Axis(same("y")),
        series=[Series("unknown", same("line"), [0.0, 1.0], [0.0, (1.0 - 2 * side) * rng.uniform(1, 2)])],
    ),
    (
        Tell(0, same("up, it rises"), same("rising is up"), True), Tell(0, same("up, it is long"), same("no sign")),
        Tell(1, same("down, it falls"), same("falling is down"), True), Tell(1, same("down, it is short"), same("no")),
    ),
    same("Look at its end."), demo="shrink",
)  # fmt: skip

PREDICTIONS = {
    "how-much": Prediction(
        "how-much", same("How much is left?"), "deep", "share", same("the product of many small factors"),
        options=(Option(same("nearly all"), 50, why=same("no")), Option(same("hardly any"), high=50)),
    ),
    "factor": Prediction("factor", same("By what factor?"), "deep", "ratio", same("it grows"), within=3, log=True),
}  # fmt: skip
COMPUTED = {
    ("shrink", "deep", "share"): 12.0,
    ("shrink", "deep", "ratio"): 1000.0,
    ("shrink", "deep", "nan"): float("nan"),
}


def computed(demo: str, preset: str, scalar: str) -> float | None:
    return COMPUTED.get((demo, preset, scalar))


class Ref:
    """An item where it stands."""

    def __init__(self, card: str, topic: str, item: QuizItem) -> None:
        self.key, self.topic, self.item, self.rubric = f"{card}/{item.id}", topic, item, RUBRIC


class FakeCatalogue:
    """Two cards of topic `deep`, one of topic `trees`."""

    def __init__(self) -> None:
        cards: dict[tuple[str, str], list[QuizItem]] = {
            ("vanishing", "deep"): [CHOICE, NUMERIC, EXERCISE, CLOZE],
            ("relu", "deep"): [SEVERAL, RECALL, PAIR],
            ("boosting", "trees"): [ORDER, PREDICT, FACTOR],
        }
        self.refs = {ref.key: ref for (c, t), items in cards.items() for ref in (Ref(c, t, item) for item in items)}

    def items(self) -> list[Ref]:
        return list(self.refs.values())

    def item(self, key: str) -> Ref:
        if key not in self.refs:
            raise NotFound(same("no such item"))
        return self.refs[key]

    def ask(self, item: ExerciseItem, seed: int) -> Asked:
        size = 5 + seed % 50
        wrong = Mistake("forgot-one", size - 1.0, same("You forgot the last one."))
        return Asked(same(f"{size} outputs?"), float(size), 1e-9, "px", (wrong,), same(f"It is {size}."))

    def pair(self, item: PairItem) -> Pair:
        return UP_OR_DOWN

    def prediction(self, item: PredictItem) -> Prediction:
        return PREDICTIONS[item.prediction]

    def revise(self, key: str) -> None:
        """A new revision of an item."""
        ref = self.refs[key]
        ref.item = ref.item.model_copy(update={"rev": ref.item.rev + 1})


def right_answer(question: Question) -> Answer:
    """The answer that is fully right (recall: every point ticked)."""
    kind = question.key.partition("/")[2]
    seed = question.seed
    seen = UP_OR_DOWN.show(seed)
    return {
        "pair": Answer(option=next(i for i in range(len(seen.tells)) if seen.right(i))),
        "choice": Answer(options=(0,)), "several": Answer(options=(0, 1)), "numeric": Answer(value="12"),
        "exercise": Answer(value=str(5 + seed % 50)), "cloze": Answer(blanks=("backpropagation", "链式法则")),
        "order": Answer(order=(0, 1, 2, 3)), "predict": Answer(option=1), "factor": Answer(value="1e3"),
        "recall": Answer(points=("chain", "depth", "init")),
    }[kind]  # fmt: skip


class World:
    """One learner who studies; `now` is the clock, `days(n)` and `minutes(n)` turn it."""

    def __init__(self, db: Database, new_per_day: int = 10) -> None:
        self.db, self.catalogue, self.now, self.tz = db, FakeCatalogue(), START, "UTC"
        self.rng = random.Random(7)
        self.study = Study(db, self.catalogue, computed, new_per_day)
        with db.write() as session:
            self.learner = repo.local_learner(session, self.now)

    def days(self, count: float) -> None:
        self.now += timedelta(days=count)

    def minutes(self, count: float) -> None:
        self.now += timedelta(minutes=count)

    def question(self, key: str, seed: int = 3) -> Question:
        return self.study.question(self.learner, key, seed, self.now, tz=self.tz)

    def attempt(self, question: Question, rating: int = 3, answer: Answer | None = None, **more: Any) -> Attempt:
        fields: dict[str, Any] = {
            "attempt_id": uuid4(), "item": question.key, "rev": question.rev, "seed": question.seed,
            "answer": answer or right_answer(question), "rating": rating, "token": question.token, "lang": "en",
            "tz": self.tz,
        }  # fmt: skip
        return Attempt(**fields | more)

    def review(self, key: str, rating: int = 3, **more: Any) -> Reviewed:
        """Asks, answers rightly, rates."""
        return self.study.submit(self.learner, self.attempt(self.question(key), rating, **more), self.now)

    def undo(self, attempt_id: UUID) -> None:
        self.study.undo(self.learner, attempt_id, self.now, tz=self.tz)

    def count(self) -> int:
        """Lines in the log, undo lines too."""
        from sqlmodel import func, select

        from app.db import Review

        with self.db.read() as session:
            return session.exec(select(func.count()).select_from(Review)).one()
