"""/api/exercises/<id>: a question with new numbers, and the grade of an answer to it."""

from typing import Any

from fastapi import APIRouter, Query, Request

from app.errors import BadInput, NotFound
from app.kit import Asked, text
from app.services.catalogue import Catalogue
from app.services.near import near

router = APIRouter(prefix="/api/exercises", tags=["exercises"])


@router.get("", summary="All exercise families")
def list_exercises(request: Request) -> list[dict[str, Any]]:
    catalogue: Catalogue = request.app.state.catalogue
    return [
        {
            "id": e.id,
            "topic": e.topic,
            "title": e.title.model_dump(),
            "levels": e.levels,
            "unit": e.unit,
            "demo": e.demo,
        }
        for e in catalogue.exercises.values()
    ]


@router.get(
    "/{exercise_id}", summary="One question; with `answer`, its grade",
    responses={404: {"description": "No such family"}, 422: {"description": "No such level, or not a number"}},
)  # fmt: skip
def ask(
    exercise_id: str,
    request: Request,
    seed: int = Query(0, ge=0, le=2**31 - 1),
    level: int = Query(1, ge=1, le=9),
    answer: float | None = Query(None, allow_inf_nan=False),
) -> dict[str, Any]:
    """The same seed and level give the same question for ever."""
    catalogue: Catalogue = request.app.state.catalogue
    family = catalogue.exercises.get(exercise_id)
    if family is None:
        close = near(exercise_id, catalogue.exercises, str)
        raise NotFound(text(zh=f"没有这组练习。相近的有：{close}", en=f"There is no such family. Close: {close}"))
    if level > family.levels:
        raise BadInput.field(
            "level", text(zh=f"难度只有 1 到 {family.levels}。", en=f"Levels run from 1 to {family.levels}.")
        )
    asked = family.ask(seed, level)
    out = {"id": exercise_id, "seed": seed, "level": level, "prompt": asked.prompt.model_dump(), "unit": asked.unit}
    return out if answer is None else out | _graded(asked, answer)


def _graded(asked: Asked, value: float) -> dict[str, Any]:
    mistake = None if asked.accepts(value) else asked.mistake(value)
    return {
        "correct": asked.accepts(value), "answer": asked.answer, "tolerance": asked.tolerance,
        "solution": asked.solution.model_dump(),
        "mistake": {"id": mistake.id, "text": mistake.text.model_dump()} if mistake else None,
    }  # fmt: skip
