"""What goes into grading and what comes out: a learner's answer, the grade it gets, and what the grader is told."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from app.content.models import KeyPoint
from app.kit.demo import Prediction
from app.kit.exercise import Asked
from app.kit.pair import Pair, Seen
from app.kit.text import Text


def _storable(value: str) -> str:
    if "\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise ValueError("characters that cannot be stored")
    return value


Line = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Prose = Annotated[str, Field(max_length=4000), AfterValidator(_storable)]
Index = Annotated[StrictInt, Field(ge=0, le=15)]
Indices = Annotated[tuple[Index, ...], Field(max_length=16)]


class Answer(BaseModel):
    """What the learner answered. Only the fields of the item's kind are looked at; positions are those of card.yml,
    however the options were shuffled on the page.

    choice: options · numeric, exercise: value · cloze: blanks · order: order · predict: option or value ·
    pair: option · recall: points (ticked key points), text · any: skip ("I do not know").
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    skip: StrictBool = False
    options: Indices | None = None
    value: Line | None = None
    blanks: Annotated[tuple[Line, ...], Field(max_length=16)] | None = None
    order: Indices | None = None
    option: Index | None = None
    points: Annotated[tuple[Line, ...], Field(max_length=40)] | None = None
    text: Prose | None = None


class Detail(BaseModel):
    """One part of an answer: an option, a blank, a place in the order, a key point."""

    model_config = ConfigDict(frozen=True)

    label: Text
    right: bool
    """Option or key point: belongs to the right answer. Blank or place: was answered rightly."""
    chosen: bool = False
    why: Text | None = None


class Grade(BaseModel):
    """What the answer is worth and what to say. answer: the right one, where it fits in a line."""

    model_config = ConfigDict(frozen=True)

    correct: float | None = Field(ge=0, le=1)
    suggested_rating: int = Field(ge=1, le=4)
    max_rating: int = Field(ge=1, le=4)
    feedback: Text
    answer: Text | None = None
    mistake: str | None = None
    details: tuple[Detail, ...] = ()
    passage: Text | None = None
    """The learner's own answer to a question of their own (recall); none while they have not written one."""


class Computed(Protocol):
    """The scalar that the run of a demo's preset gives; None when nobody has computed it."""

    def __call__(self, demo: str, preset: str, scalar: str, /) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What the item itself does not hold: the question that was asked (exercise), the demo's prediction (predict), the
    card's rubric (recall), the pair and what was seen of it (pair), and where numbers of runs come from."""

    computed: Computed
    asked: Asked | None = None
    prediction: Prediction | None = None
    rubric: tuple[KeyPoint, ...] = ()
    pair: Pair | None = None
    seen: Seen | None = None
