"""What the use-cases of studying take and give: the catalogue they ask, the question, the attempt, the reply.

The pydantic models are what the API sends and receives. A `Question` holds nothing that gives the answer away.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol, assert_never
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictInt

from app.content.models import (
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
)
from app.figures import plain
from app.kit.demo import Prediction
from app.kit.exercise import Asked
from app.kit.pair import Pair, Seen
from app.kit.text import Lang, Text
from app.services import margins
from app.services.answers import Answer, Grade

MAX_SEED = 2**31 - 1
Seed = Annotated[StrictInt, Field(ge=0, le=MAX_SEED)]
ItemKey = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$", max_length=121)]


class ItemRef(Protocol):
    """A quiz item where it stands: key '<card>/<item>', the topic and the rubric of its card."""

    @property
    def key(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def item(self) -> QuizItem: ...
    @property
    def rubric(self) -> tuple[KeyPoint, ...]: ...


class Catalogue(Protocol):
    """What studying needs of the content."""

    def items(self) -> Sequence[ItemRef]:
        """Every quiz item: topics in their order, cards in theirs, items as listed."""
        ...

    def item(self, key: str, /) -> ItemRef:
        """The item with this key; raises NotFound."""
        ...

    def ask(self, item: ExerciseItem, seed: int, /) -> Asked:
        """The question of an exercise family for this seed, at the item's level."""
        ...

    def pair(self, item: PairItem, /) -> Pair:
        """The confusion pair a pair item names."""
        ...

    def prediction(self, item: PredictItem, /) -> Prediction:
        """The demo's prediction a predict item names."""
        ...


class Reply(BaseModel):
    model_config = ConfigDict(frozen=True)


class Part(Reply):
    """An option, a thing to order, or a key point. `id` is what goes into the answer: its place in card.yml, or the
    key point's id."""

    id: int | str
    label: Text


class Button(Reply):
    """One of the four ratings, and when the item would come back."""

    rating: int
    name: Text
    label: Text
    interval_s: int
    due: datetime


class Question(Reply):
    """One item as it is asked. parts: options (choice, predict), things to order, key points to tick (recall).
    typed: a number is typed. demo, preset: what a predict item runs once committed (a pair: where to see more).
    revised: it was asked at an earlier revision; answering starts its memory anew, unless that is kept first.
    margin: how near a typed number has to come.
    figure: what a pair shows, as in a demo's result.
    token: send it back with the rating."""

    key: str
    card: str
    topic: str
    kind: str
    rev: int
    seed: int
    level: int | None = None
    new: bool
    revised: bool = False
    prompt: Text
    parts: tuple[Part, ...] = ()
    several: bool = False
    blanks: int = 0
    typed: bool = False
    unit: str = ""
    margin: Text | None = None
    demo: str | None = None
    preset: str | None = None
    figure: dict[str, Any] | None = None
    buttons: tuple[Button, ...]
    token: str


class Remaining(Reply):
    """What is left today: reviews due now, new items the day's limit still allows, and how long both take."""

    due: int
    new: int
    minutes: int


class Next(Reply):
    """The next question, or none and when to come back."""

    question: Question | None
    remaining: Remaining
    next_due: datetime | None


def _client_clock(value: datetime) -> datetime | None:
    """A client's clock may say anything; what is absurd is not worth refusing a review for."""
    return value.astimezone(UTC) if 2000 <= value.year <= 2200 else None


class Attempt(BaseModel):
    """An answer and its rating, as the client sends it. attempt_id is made when the question is shown; the same one is
    the same attempt, however often it is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt_id: UUID
    item: ItemKey
    rev: Annotated[StrictInt, Field(ge=1, le=1_000_000)]
    seed: Seed
    answer: Answer
    rating: Annotated[StrictInt, Field(ge=1, le=4)]
    token: Annotated[str, Field(max_length=60)]
    lang: Lang
    tz: Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$")] = "UTC"
    confidence: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    duration_ms: Annotated[StrictInt, Field(ge=0, le=86_400_000)] | None = None
    shown_at: Annotated[AwareDatetime, AfterValidator(_client_clock)] | None = None


class Reviewed(Reply):
    """What came of an attempt. Stored with it: sending it again gives exactly this."""

    attempt_id: UUID
    item: str
    rating: int
    grade: Grade
    interval_s: int
    label: Text
    due: datetime


class Undone(Reply):
    """A review was taken back: the item is due again at `due`, or new when it has no other review."""

    attempt_id: UUID
    item: str
    due: datetime | None


class Difference(Reply):
    """An item whose stored state is not what the log says: the fields, or 'missing' / 'extra' for the whole state."""

    item: str
    fields: tuple[str, ...]


class Rebuilt(Reply):
    """What a rebuild read and found."""

    items: int
    differences: tuple[Difference, ...]


class Summary(Reply):
    """A session: what was reviewed since it began, and what comes next. right: fully right, or rated good or easy where
    only the learner can tell. again_soon: items that come back within a day."""

    reviewed: int
    right: int
    again_soon: int
    minutes: float
    remaining: Remaining
    next_due: datetime | None


def card_of(key: str) -> str:
    """The slug of the card an item key belongs to."""
    return key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a seed made of an item: an exercise's question, a pair's figure; and the prediction a predict item names."""

    asked: Asked | None = None
    prediction: Prediction | None = None
    pair: Pair | None = None
    seen: Seen | None = None


def drawn(catalogue: Catalogue, item: QuizItem, seed: int) -> Drawn:
    """Draws it; the same seed gives the same."""
    match item:
        case ExerciseItem():
            return Drawn(asked=catalogue.ask(item, seed))
        case PredictItem():
            return Drawn(prediction=catalogue.prediction(item))
        case PairItem():
            pair = catalogue.pair(item)
            return Drawn(pair=pair, seen=pair.show(seed))
        case _:
            return Drawn()


def present(ref: ItemRef, seed: int, drawn: Drawn) -> dict[str, object]:
    """The fields of a Question that come from the item itself; options and orders are shuffled by the seed."""
    item = ref.item
    own: dict[str, object]
    match item:
        case ChoiceItem():
            parts = _shuffled([o.text for o in item.options], seed)
            own = {"prompt": item.prompt, "parts": parts, "several": sum(o.correct for o in item.options) > 1}
        case NumericItem():
            own = {"prompt": item.prompt, "typed": True, "unit": item.unit, "margin": margins.of_numeric(item)}
        case ExerciseItem():
            assert drawn.asked is not None
            own = {"prompt": drawn.asked.prompt, "level": item.level, "typed": True, "unit": drawn.asked.unit}
            own |= {"margin": margins.of_exercise(drawn.asked)}
        case ClozeItem():
            own = {"prompt": item.text, "blanks": len(item.answers)}
        case OrderItem():
            own = {"prompt": item.prompt, "parts": _shuffled(item.items, seed, never_sorted=True)}
        case PredictItem():
            prediction = drawn.prediction
            assert prediction is not None
            parts = tuple(Part(id=i, label=o.label) for i, o in enumerate(prediction.options))
            own = {"prompt": prediction.question, "parts": parts, "typed": not parts, "unit": prediction.unit}
            own |= {"demo": item.demo, "preset": prediction.preset}
            own |= {} if parts else {"margin": margins.of_prediction(prediction)}
        case RecallItem():
            points = [p for p in ref.rubric if not item.points or p.id in item.points]
            own = {"prompt": item.prompt, "parts": tuple(Part(id=p.id, label=p.text) for p in points)}
        case PairItem():
            assert drawn.pair is not None and drawn.seen is not None
            parts = _shuffled([tell.text for tell in drawn.seen.tells], seed)
            own = {"prompt": drawn.pair.prompt, "parts": parts, "demo": drawn.pair.demo}
            own |= {"figure": plain(drawn.seen.view)}
        case _:
            assert_never(item)
    return {
        "key": ref.key,
        "card": card_of(ref.key),
        "topic": ref.topic,
        "kind": item.kind,
        "rev": item.rev,
        "seed": seed,
        **own,
    }


def _shuffled(labels: Sequence[Text], seed: int, never_sorted: bool = False) -> tuple[Part, ...]:
    """Parts in an order that depends on the seed alone; `never_sorted` when the right order must not be given away."""
    order, rng = list(range(len(labels))), random.Random(seed)
    rng.shuffle(order)
    while never_sorted and order == sorted(order):
        rng.shuffle(order)
    return tuple(Part(id=i, label=labels[i]) for i in order)
