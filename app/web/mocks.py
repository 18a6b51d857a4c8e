"""The mock's use-cases for a request, and what its plain forms say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal
from urllib.parse import parse_qs
from uuid import UUID, uuid5

from fastapi import Depends, Query, Request
from pydantic import ValidationError

from app.errors import BadInput
from app.kit import text
from app.services.mock.messages import MAX_CARDS, Begin, Happened
from app.services.mock.mocks import Mocks
from app.services.mock.sheets import Sheet
from app.services.planning.planner import Planner
from app.web.messages import problems

MAX_FIELDS = 200
Form = Mapping[str, Sequence[str]]


def _mocks(request: Request) -> Mocks:
    return Mocks(request.app.state.catalogue, request.app.state.study)


async def _form(request: Request) -> Form:
    """The fields of a form that was sent urlencoded; none for what is no such form."""
    try:
        return parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise BadInput(_FORM) from None


SetCards = Annotated[list[Annotated[str, Query(max_length=800)]] | None, Query(max_length=MAX_CARDS)]
SetSeed = Annotated[int, Query(ge=0, le=2**31 - 1, description="Draws the cards, if none are named, and the numbers")]
SetHide = Annotated[Literal["answers"] | None, Query(description="answers: only the questions")]

MocksOf = Annotated[Mocks, Depends(_mocks)]
FormOf = Annotated[Form, Depends(_form)]


def weights_of(planner: Planner, topics: Iterable[str], learner: int, asked: Begin) -> dict[str, float]:
    """What each topic counts in the learner's plan. One that was asked for by name counts something also where the plan
    leaves it out; when it leaves out all that a mock can ask (own decks are left), they count alike."""
    settings, _ = planner.settings(learner)
    found = {topic: settings.weight(topic) or float(topic in asked.topics) for topic in topics}
    return found if any(found.values()) else dict.fromkeys(found, 1.0)


def slugs(cards: list[str] | None) -> tuple[str, ...]:
    """Slugs as a link has them: with commas, or one parameter each. Raises BadInput for too many."""
    found = tuple(dict.fromkeys(slug for part in cards or () for slug in part.split(",") if slug))
    if len(found) > MAX_CARDS:
        raise BadInput.field(
            "cards", text(zh=f"一次最多 {MAX_CARDS} 道题。", en=f"At most {MAX_CARDS} questions at a time.")
        )
    return found


def one(form: Form, name: str, default: str = "") -> str:
    """The first value of a field."""
    return form.get(name, [default])[0]


def happened(form: Form, sheet: Sheet | None) -> Happened:
    """The event a form stands for: its button says which. Raises BadInput."""
    kind, _, level = one(form, "do").partition("-")
    skip = kind == "skip"
    fields: dict[str, object] = {"kind": "answer" if skip else kind, "step": one(form, "step"), "text": said(form)}
    if kind == "end":
        fields["step"] = ""
    if kind == "hint":
        fields["level"] = whole(level)
    if fields["kind"] == "answer":
        given = {"skip": True} if skip or sheet is None else answer_of(form, sheet)
        fields |= {"answer": given, "rating": whole(one(form, "rating")), "confidence": whole(one(form, "confidence"))}
    try:
        # one form, several buttons: each has an id of its own, the same one whenever it is sent again
        fields["event_id"] = uuid5(UUID(one(form, "event_id")), f"{one(form, 'do')}/{one(form, 'step')}")
        return Happened.model_validate(fields)
    except ValidationError as error:
        raise BadInput(_FORM, problems(error)) from None
    except ValueError:
        raise BadInput(_FORM) from None


def answer_of(form: Form, sheet: Sheet) -> dict[str, object]:
    """What was filled in, in the shape the kind of question asks for; a field left empty is not there."""
    match sheet.item_kind:
        case "recall":
            return {"points": form.get("points", []), "text": said(form) or None}
        case "choice":
            return {"options": [whole(value) for value in form.get("option", [])] or None}
        case "cloze":
            blanks = [value.strip() for value in form.get("blank", [])]
            return {"blanks": blanks if all(blanks) else None}
        case "order":
            places = sorted((whole(one(form, f"place-{part.id}")) or 0, i) for i, part in enumerate(sheet.parts))
            if [place for place, _ in places] != list(range(1, len(places) + 1)):
                raise BadInput.field("answer.order", _PLACES)
            return {"order": [sheet.parts[i].id for _, i in places]}
        case _ if sheet.typed:
            return {"value": one(form, "value").strip() or None}
        case _:
            return {"option": whole(one(form, "option"))}


def said(form: Form) -> str:
    return one(form, "text").replace("\r\n", "\n").strip()


def whole(value: str) -> int | None:
    """A whole number of a form; None for what is none."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 11 else None


_FORM = text(
    zh="表单里有无法识别的内容。请回到页面重填。",
    en="The form holds something that cannot be used. Go back and fill it in again.",
)
_PLACES = text(zh="每个位次要各用一次。", en="Use every place exactly once.")
