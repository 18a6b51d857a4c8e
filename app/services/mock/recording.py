"""What is stored of an event: an answer is graded once, when it comes."""

from app.errors import BadInput
from app.kit.text import text
from app.services.answers import Grade
from app.services.mock.messages import Happened
from app.services.mock.progress import Progress
from app.services.mock.script import Step
from app.services.mock.sheets import VERDICTS
from app.services.study import Study


def data_of(study: Study, step: Step, done: Progress, event: Happened, late: bool) -> dict[str, object] | None:
    """What goes into the event's row; None for one that says nothing new. Raises BadInput for an answer that cannot be
    read."""
    if event.kind == "hint":
        return {"level": event.level} if event.level > done.hints_of(step) else None
    if event.kind == "reveal":
        return {"text": event.text} if step.id not in done.said else None
    return {
        "answer": event.answer.model_dump(mode="json", exclude_defaults=True),
        "grade": grade(study, step, event).model_dump(mode="json"),
        "rating": event.rating,
        "confidence": event.confidence,
        "seconds": event.seconds,
        "late": late,
    }


def grade(study: Study, step: Step, event: Happened) -> Grade:
    """By the machine; a card's own follow-up by what one says of oneself."""
    if step.item is not None:
        return study.grade(step.item, step.rev, step.seed, event.answer)
    option = 0 if event.answer.skip else event.answer.option
    if option is None or option >= len(VERDICTS):
        raise BadInput.field("answer.option", text(zh="请选择答得怎么样。", en="Choose how well you answered it."))
    mark = option / (len(VERDICTS) - 1)
    return Grade(correct=mark, suggested_rating=option + 1, max_rating=4, feedback=VERDICTS[option])
