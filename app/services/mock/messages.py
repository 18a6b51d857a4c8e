"""What the use-cases of the mock take and give; the API sends and receives the same."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictInt

from app.content.models import Slug
from app.kit.text import Text
from app.services.answers import Answer, Prose
from app.services.asking import Reply, Seed
from app.services.mock.hints import LEVELS
from app.services.mock.progress import MAX_FOLLOW_UPS, Progress
from app.services.mock.script import Script
from app.services.mock.sheets import Sheet

MINUTES = (15, 30, 45, 60)
"""What the page offers."""
MAX_CARDS = 12


def _sane(value: datetime) -> datetime | None:
    """A client's clock may say anything; what is absurd is not worth refusing an answer for."""
    return value.astimezone(UTC) if 2000 <= value.year <= 2200 else None


class Begin(BaseModel):
    """A mock to be started. topics: only these. cards: exactly these, in this order. again_of: the mock to repeat, with
    new numbers; its minutes and cards are taken over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mock_id: UUID
    minutes: Annotated[StrictInt, Field(ge=5, le=120)] = 30
    topics: Annotated[tuple[Slug, ...], Field(max_length=40)] = ()
    cards: Annotated[tuple[Slug, ...], Field(max_length=MAX_CARDS)] = ()
    seed: Seed | None = None
    again_of: UUID | None = None


class Happened(BaseModel):
    """Something that happened. hint: level taken · reveal: text written before the key points were shown · answer: the
    answer, with a rating for a free one (1 again to 4 easy) · end. step: the question it is about.
    at: when, by the client, for what had to wait for a network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: UUID
    kind: Literal["hint", "reveal", "answer", "end"]
    step: Annotated[str, Field(max_length=140)] = ""
    level: Annotated[StrictInt, Field(ge=1, le=LEVELS)] = 1
    text: Prose = ""
    answer: Answer = Answer(skip=True)
    rating: Annotated[StrictInt, Field(ge=1, le=4)] | None = None
    confidence: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    seconds: Annotated[StrictInt, Field(ge=0, le=86_400)] | None = None
    at: Annotated[AwareDatetime, AfterValidator(_sane)] | None = None


class RuleLink(Reply):
    point: str
    step: str


class RuleStage(Reply):
    """A card's turn as the rule sees it: ids of questions, and the points the first of them is about."""

    main: str
    points: tuple[str, ...]
    chain: tuple[RuleLink, ...]
    check: str | None


class Rule(Reply):
    """All one needs to know what is asked next: per card the open question; while a point is missing, the question its
    first missing point leads to (at most `follow_ups`); then the calculation. given: points said, by question."""

    follow_ups: int
    stages: tuple[RuleStage, ...]
    given: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, script: Script, done: Progress) -> "Rule":
        stages = tuple(
            RuleStage(
                main=stage.main.id, points=stage.main.points, check=stage.check.id if stage.check else None,
                chain=tuple(RuleLink(point=link.point, step=link.step.id) for link in stage.chain),
            )
            for stage in script.stages
        )  # fmt: skip
        given = {id: answer.points for id, answer in done.given.items()}
        return cls(follow_ups=MAX_FOLLOW_UPS, stages=stages, given=given)


class MockView(Reply):
    """Where a mock stands. sheet: the question now; None when all were answered. said: what was written to it, once its
    key points are shown. hints: those taken."""

    mock_id: UUID
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    minutes: int
    seed: int
    again_of: UUID | None
    questions: int
    sheet: Sheet | None
    said: str | None
    hints: tuple[Text, ...]
    rule: Rule


class Listed(Reply):
    """A mock in the list of them. score: so far, 0 to 1. again_from: when it may be repeated."""

    mock_id: UUID
    started_at: datetime
    minutes: int
    ended_at: datetime | None
    questions: int
    score: float | None
    again_of: UUID | None
    again_from: datetime | None
    repeated: bool
    cards: tuple[str, ...]
