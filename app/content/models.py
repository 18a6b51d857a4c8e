"""The closed schemas of /content: what a card, its claims, rubric and quiz may hold. Unknown keys are errors."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.kit.text import Lang, Text

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Whole = Annotated[int, Field(strict=True)]
"""A whole number; `true` and "3" are none."""
Number = Annotated[float, Field(strict=True)]


class Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RunRef(Closed):
    """A number that a run gives: the preset of a demo, and one of its scalars."""

    demo: Slug
    preset: Slug
    scalar: str


class Evidence(Closed):
    """What settles a claim: a run, or a reference (with the place in it). Exactly one."""

    demo: Slug | None = None
    preset: Slug | None = None
    scalar: str | None = None
    reference: str | None = None
    where: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> "Evidence":
        run = (self.demo, self.preset, self.scalar)
        if any(run) and not all(run):
            raise ValueError("evidence by a run needs demo, preset and scalar")
        if bool(all(run)) == bool(self.reference):
            raise ValueError("evidence is either a run (demo, preset, scalar) or a reference, one of the two")
        return self


class Claim(Closed):
    """A sentence of the commonly circulated answer, what is true of it, and what to say instead."""

    id: Slug
    says: Text
    verdict: Literal["verified", "qualified", "wrong"]
    instead: Text
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class KeyPoint(Closed):
    """One tick of the rubric."""

    id: Slug
    text: Text


class FollowUp(Closed):
    """An interviewer's next question; its words stand in the md files under `### … {#id}`. card: its answer."""

    id: Slug
    card: Slug | None = None


class DemoUse(Closed):
    """A demo beside the card, opened with this preset."""

    id: Slug
    preset: Slug


class Item(Closed):
    """Common to quiz items. Bump `rev` when the meaning changes: memory of the item then starts anew."""

    id: Slug
    rev: Whole = Field(1, ge=1)


class Choice(Closed):
    text: Text
    correct: bool = False
    why: Text


class ChoiceItem(Item):
    """One or several right options, a reason for every one."""

    kind: Literal["choice"]
    prompt: Text
    options: tuple[Choice, ...] = Field(min_length=3, max_length=8)

    @model_validator(mode="after")
    def _has_right(self) -> "ChoiceItem":
        if not any(o.correct for o in self.options) or all(o.correct for o in self.options):
            raise ValueError("a choice needs at least one right and one wrong option")
        return self


class NumericItem(Item):
    """A number with a tolerance: from a run, or a value with the reference it is cited from."""

    kind: Literal["numeric"]
    prompt: Text
    run: RunRef | None = None
    value: Number | None = None
    reference: str | None = None
    relative: Number | None = Field(None, gt=0, lt=1)
    absolute: Number | None = Field(None, ge=0)
    unit: str = ""
    explain: Text

    @model_validator(mode="after")
    def _source(self) -> "NumericItem":
        if (self.run is None) == (self.value is None):
            raise ValueError("a numeric item takes its answer from `run`, or from `value` with `reference`")
        if self.value is not None and not self.reference:
            raise ValueError("a typed `value` needs the `reference` it is cited from; otherwise use `run`")
        if (self.relative is None) == (self.absolute is None):
            raise ValueError("give exactly one of `relative` and `absolute` as tolerance")
        return self


class ExerciseItem(Item):
    """New numbers every time, from an exercise family."""

    kind: Literal["exercise"]
    exercise: Slug
    level: Whole = Field(1, ge=1)


class ClozeItem(Item):
    """A sentence with `____` blanks; answers[i] are the accepted fillings of blank i, in either language."""

    kind: Literal["cloze"]
    text: Text
    answers: tuple[tuple[str, ...], ...] = Field(min_length=1)
    explain: Text

    @model_validator(mode="after")
    def _blanks(self) -> "ClozeItem":
        for lang in ("zh", "en"):
            if self.text[lang].count("____") != len(self.answers):
                raise ValueError(
                    f"text.{lang} must have exactly {len(self.answers)} blanks written ____ (four underscores)"
                )
        return self


class OrderItem(Item):
    """Things to put in order; listed here in the right one, shown shuffled."""

    kind: Literal["order"]
    prompt: Text
    items: tuple[Text, ...] = Field(min_length=3, max_length=8)
    explain: Text


class PredictItem(Item):
    """Commit to a prediction of a demo, then it runs."""

    kind: Literal["predict"]
    demo: Slug
    prediction: str


class RecallItem(Item):
    """A free answer, rated by oneself against the rubric (all key points, or those named)."""

    kind: Literal["recall"]
    prompt: Text
    points: tuple[Slug, ...] = ()


class PairItem(Item):
    """An unlabelled figure, computed anew each time: say which of two it shows, and why."""

    kind: Literal["pair"]
    pair: Slug


QuizItem = Annotated[
    ChoiceItem | NumericItem | ExerciseItem | ClozeItem | OrderItem | PredictItem | RecallItem | PairItem,
    Field(discriminator="kind"),
]


class CardFacts(Closed):
    """card.yml: the neutral facts of a card."""

    difficulty: Whole = Field(ge=1, le=5)
    question_number: Whole | None = None
    demos: tuple[DemoUse, ...] = Field(min_length=1)
    references: tuple[str, ...] = Field(min_length=1)
    prerequisites: tuple[Slug, ...] = ()
    follow_ups: tuple[FollowUp, ...] = Field(min_length=2, max_length=4)
    claims: tuple[Claim, ...] = Field(min_length=1)
    rubric: tuple[KeyPoint, ...] = Field(min_length=3)
    quiz: tuple[QuizItem, ...] = Field(min_length=5)

    @model_validator(mode="after")
    def _consistent(self) -> "CardFacts":
        for name, ids in {
            "quiz": [i.id for i in self.quiz], "claims": [c.id for c in self.claims],
            "rubric": [k.id for k in self.rubric], "follow_ups": [f.id for f in self.follow_ups],
        }.items():  # fmt: skip
            twice = {i for i in ids if ids.count(i) > 1}
            if twice:
                raise ValueError(f"{name}: id used twice: {', '.join(sorted(twice))}")
        kinds = {i.kind for i in self.quiz}
        if len(kinds) < 4:
            raise ValueError(f"quiz: at least four kinds of item, this has {len(kinds)}: {', '.join(sorted(kinds))}")
        if "exercise" not in kinds:
            raise ValueError("quiz: at least one item of kind exercise")
        known = {k.id for k in self.rubric}
        for item in self.quiz:
            if isinstance(item, RecallItem) and not set(item.points) <= known:
                raise ValueError(f"quiz {item.id}: points not in the rubric: {sorted(set(item.points) - known)}")
        return self


class Topic(Closed):
    """content/topics.yml: a topic, in the order it is shown."""

    id: Slug
    title: Text
    summary: Text


class Reference(Closed):
    """content/references.yml: one work, looked up, stated once."""

    authors: str
    title: str
    year: Whole
    venue: str
    arxiv: str | None = Field(None, pattern=r"^\d{4}\.\d{4,5}$")
    doi: str | None = None
    url: str | None = Field(None, pattern=r"^https?://")

    @property
    def link(self) -> str | None:
        """Where to read it: the address given, else arXiv, else the DOI's."""
        if self.url or not (self.arxiv or self.doi):
            return self.url
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else f"https://doi.org/{self.doi}"


class Spellings(Closed):
    """Other ways a term is written; in English the plural need not be listed."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Term(Closed):
    """content/glossary.yml: a technical term, its usual wording in both languages, and what it means."""

    id: Slug
    term: Text
    meaning: Text
    also: Spellings = Spellings()
    card: Slug | None = None

    def forms(self, lang: Lang) -> tuple[str, ...]:
        """Every spelling in a language."""
        return (self.term[lang], *(self.also.zh if lang == "zh" else self.also.en))


class FrontMatter(Closed):
    """The head of zh.md and en.md."""

    title: str = Field(min_length=1, max_length=80)
    question: str = Field(min_length=1, max_length=300)
