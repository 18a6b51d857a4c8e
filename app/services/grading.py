"""How good an answer is: `grade(item, answer, context)`, pure, for every kind of quiz item.

correct is 1 for right, 0 for wrong and in between for half right; None where only the learner can tell (recall).
A wrong objective answer caps the rating: one who was wrong did not "know it easily". What a run or an exercise family
has to say comes in through `Context`; nothing is computed here that is not in it.
"""

import math
import re
from collections.abc import Sequence
from itertools import combinations
from typing import TypeVar, assert_never

from app.content.cjk import is_cjk
from app.content.models import (
    ChoiceItem,
    ClozeItem,
    ExerciseItem,
    NumericItem,
    OrderItem,
    PairItem,
    PredictItem,
    QuizItem,
    RecallItem,
)
from app.content.notes.item import NoteItem
from app.errors import BadInput, Unprocessable
from app.kit.demo import Prediction
from app.kit.text import Text, same, text
from app.services.answers import Answer, Computed, Context, Detail, Grade
from app.services.numbers import parse, show
from app.services.wording import fits

__all__ = ["Answer", "Computed", "Context", "Detail", "Grade", "grade"]

T = TypeVar("T")

RIGHT = text(zh="对。", en="Right.")
PARTLY = text(zh="部分正确。", en="Partly right.")
WRONG = text(zh="不对。", en="Not right.")
COMPARE = text(zh="对照一下，再评级。", en="Compare, then rate yourself.")
SKIPPED = text(zh="没关系，看完答案再来。", en="Fine: read the answer and come back to it.")


def grade(item: QuizItem, answer: Answer, context: Context) -> Grade:
    """Grades one answer. Raises BadInput when the answer does not have the shape the item asks for."""
    match item:
        case ChoiceItem():
            return _choice(item, answer)
        case NumericItem():
            return _numeric(item, answer, context)
        case ExerciseItem():
            return _exercise(answer, context)
        case ClozeItem():
            return _cloze(item, answer)
        case OrderItem():
            return _order(item, answer)
        case PredictItem():
            return _predict(item, answer, context)
        case RecallItem():
            return _recall(item, answer, context)
        case PairItem():
            return _pair(answer, context)
        case _:
            assert_never(item)


def _choice(item: ChoiceItem, answer: Answer) -> Grade:
    """Several right options: (rightly chosen − wrongly chosen) / right ones, at least 0."""
    size = len(item.options)
    picked = set(() if answer.skip else _given(answer.options, "options"))
    if not answer.skip and (not picked or max(picked) >= size or len(picked) != len(answer.options or ())):
        raise _shape("options", zh=f"请选择至少一个选项（0 到 {size - 1}，不重复）", en=f"Choose among 0 to {size - 1}")
    right = {i for i, option in enumerate(item.options) if option.correct}
    correct = max(0.0, (len(picked & right) - len(picked - right)) / len(right))
    details = [Detail(label=o.text, right=o.correct, chosen=i in picked, why=o.why) for i, o in enumerate(item.options)]
    solution = _join([item.options[i].text for i in sorted(right)])
    return _objective(correct, answer, solution=solution, details=details)


def _numeric(item: NumericItem, answer: Answer, context: Context) -> Grade:
    expected = item.value if item.run is None else context.computed(item.run.demo, item.run.preset, item.run.scalar)
    expected = _finite(expected)
    slack = item.absolute if item.absolute is not None else (item.relative or 0.0) * abs(expected)
    value = None if answer.skip else parse(_given(answer.value, "value"), item.unit)
    correct = value is not None and abs(value - expected) <= slack + 1e-9 * abs(expected)
    return _objective(float(correct), answer, item.explain, solution=_quantity(expected, item.unit))


def _exercise(answer: Answer, context: Context) -> Grade:
    asked = context.asked
    if asked is None:
        raise ValueError("an exercise is graded with the question that was asked")
    solution = _quantity(asked.answer, asked.unit)
    if answer.skip:
        return _objective(0.0, answer, asked.solution, solution=solution)
    value = parse(_given(answer.value, "value"), asked.unit)
    if asked.accepts(value):
        return _objective(1.0, answer, asked.solution, solution=solution)
    mistake = asked.mistake(value)
    why = asked.solution if mistake is None else _join([mistake.text, asked.solution], " ")
    return _objective(0.0, answer, why, solution=solution, mistake=mistake.id if mistake else None)


def _cloze(item: ClozeItem, answer: Answer) -> Grade:
    """The share of blanks that are filled with an accepted variant, in whichever language."""
    size = len(item.answers)
    filled = ("",) * size if answer.skip else _given(answer.blanks, "blanks")
    if len(filled) != size:
        raise _shape("blanks", zh=f"需要填 {size} 个空", en=f"There are {size} blanks to fill")
    right = [
        any(fits(words, variant) for variant in variants) for words, variants in zip(filled, item.answers, strict=True)
    ]
    details = [
        Detail(label=_verbatim(" / ".join(variants)), right=ok, chosen=bool(words.strip()))
        for words, variants, ok in zip(filled, item.answers, right, strict=True)
    ]
    solution = _join([_filling(variants) for variants in item.answers])
    return _objective(sum(right) / size, answer, item.explain, solution=solution, details=details)


def _order(item: OrderItem, answer: Answer) -> Grade:
    """Kendall's τ of the given order, at least 0: 1 − 2 × pairs the wrong way round / all pairs. Guessing earns 0."""
    size = len(item.items)
    given = tuple(reversed(range(size))) if answer.skip else _given(answer.order, "order")
    if sorted(given) != list(range(size)):
        raise _shape("order", zh=f"需要 0 到 {size - 1} 各一次", en=f"Every one of 0 to {size - 1} is needed once")
    pairs = list(combinations(given, 2))
    correct = max(0.0, 1 - 2 * sum(first > second for first, second in pairs) / len(pairs))
    details = [Detail(label=label, right=given[i] == i and not answer.skip) for i, label in enumerate(item.items)]
    return _objective(correct, answer, item.explain, solution=_join(item.items, " → "), details=details)


def _predict(item: PredictItem, answer: Answer, context: Context) -> Grade:
    prediction = context.prediction
    if prediction is None:
        raise ValueError("a predict item is graded with the demo's prediction")
    truth = _known(context.computed(item.demo, prediction.preset, prediction.scalar))
    solution = _quantity(truth, prediction.unit)
    if not prediction.options:
        _finite(truth)
        value = None if answer.skip else parse(_given(answer.value, "value"), prediction.unit)
        right = value is not None and _near(value, truth, prediction)
        return _objective(float(right), answer, prediction.explain, solution=solution)
    chosen = None if answer.skip else _given(answer.option, "option")
    size = len(prediction.options)
    if chosen is not None and chosen >= size:
        raise _shape("option", zh=f"请选择 0 到 {size - 1} 之一", en=f"Choose one of 0 to {size - 1}")
    details = [
        Detail(label=option.label, right=option.holds(truth), chosen=i == chosen, why=option.why)
        for i, option in enumerate(prediction.options)
    ]
    right = chosen is not None and details[chosen].right
    return _objective(float(right), answer, prediction.explain, solution=solution, details=details)


def _pair(answer: Answer, context: Context) -> Grade:
    """The right side for the right reason is right, for a wrong reason half right. A mistake says what was taken for
    what."""
    pair, seen = context.pair, context.seen
    if pair is None or seen is None:
        raise ValueError("a pair is graded with what was shown")
    chosen = None if answer.skip else _given(answer.option, "option")
    size = len(seen.tells)
    if chosen is not None and chosen >= size:
        raise _shape("option", zh=f"请选择 0 到 {size - 1} 之一", en=f"Choose one of 0 to {size - 1}")
    details = [
        Detail(label=tell.text, right=seen.right(i), chosen=i == chosen, why=tell.why)
        for i, tell in enumerate(seen.tells)
    ]
    solution, mistake = pair.names[seen.side], None
    if chosen is None:
        correct = 0.0
    elif seen.tells[chosen].side == seen.side:
        correct = 1.0 if seen.right(chosen) else 0.5
    else:
        correct, mistake = 0.0, f"{pair.sides[1 - seen.side]}-for-{pair.sides[seen.side]}"
    return _objective(correct, answer, pair.explain, solution=solution, mistake=mistake, details=details)


def _near(value: float, truth: float, prediction: Prediction) -> bool:
    """Within a factor (log) or a share (otherwise) of the truth; on the same side of zero for a factor."""
    if prediction.log:
        return truth != 0 and value / truth > 0 and max(value / truth, truth / value) <= prediction.within * (1 + 1e-9)
    return abs(value - truth) <= prediction.within * abs(truth) + 1e-12


def _recall(item: RecallItem, answer: Answer, context: Context) -> Grade:
    """Self-rated: all key points said suggests good, half of them hard, fewer again. Only skipping caps the rating.

    A question of one's own has no key points: one's answer is shown instead, and good is suggested.
    """
    if isinstance(item, NoteItem):
        return Grade(
            correct=None,
            suggested_rating=1 if answer.skip else 3,
            max_rating=1 if answer.skip else 4,
            feedback=SKIPPED if answer.skip else COMPARE,
            passage=item.answer,
        )
    points = [p for p in context.rubric if not item.points or p.id in item.points]
    ticked = set(() if answer.skip else answer.points or ())
    if not ticked <= {p.id for p in points}:
        raise _shape("points", zh="勾选了不属于这道题的要点", en="A ticked key point does not belong to this item")
    details = tuple(Detail(label=p.text, right=True, chosen=p.id in ticked) for p in points)
    share = len(ticked) / len(points) if points else 0.0
    said = text(
        zh=f"说到了 {len(ticked)} / {len(points)} 个要点。", en=f"{len(ticked)} of {len(points)} key points said."
    )
    return Grade(
        correct=None,
        suggested_rating=3 if share == 1 else 2 if share >= 0.5 else 1,
        max_rating=1 if answer.skip else 4,
        feedback=SKIPPED if answer.skip else said,
        details=details,
    )


def _objective(
    correct: float,
    answer: Answer,
    explain: Text | None = None,
    *,
    solution: Text | None = None,
    mistake: str | None = None,
    details: Sequence[Detail] = (),
) -> Grade:
    """Right: good is suggested, easy allowed. Partly: hard at most. Wrong: again."""
    if correct == 1:
        suggested, most, verdict = 3, 4, RIGHT
    elif correct > 0:
        suggested, most, verdict = (2 if correct >= 0.5 else 1), 2, PARTLY
    else:
        suggested, most, verdict = 1, 1, SKIPPED if answer.skip else WRONG
    return Grade(
        correct=correct,
        suggested_rating=suggested,
        max_rating=most,
        feedback=verdict if explain is None else _join([verdict, explain], " "),
        answer=solution,
        mistake=mistake,
        details=tuple(details),
    )


def _given(value: T | None, field: str) -> T:
    if value is None:
        raise _shape(field, zh="缺少答案", en="The answer is missing")
    return value


def _shape(field: str, *, zh: str, en: str) -> BadInput:
    return BadInput.field(f"answer.{field}", text(zh=f"{zh}。", en=f"{en}."))


def _known(value: float | None) -> float:
    if value is None or math.isnan(value):
        raise Unprocessable(
            text(
                zh="这道题所依据的数还没有算出来，无法批改。请跳过它。",
                en="The number this item rests on has not been computed, so it cannot be graded. Skip it.",
            )
        )
    return value


def _finite(value: float | None) -> float:
    """A number that an answer can be near to. (An option of a prediction may well hold for infinity.)"""
    return _known(None if value is None or math.isinf(value) else value)


def _quantity(value: float, unit: str) -> Text:
    return _verbatim(f"{show(value)} {'× ' if unit.startswith('10') else ''}{unit}".rstrip())


def _filling(variants: Sequence[str]) -> Text:
    """What stands in a blank: the first variant; in English the first without Chinese characters, if there is one."""
    english = next((words for words in variants if not any(map(is_cjk, words))), variants[0])
    return text(zh=_escaped(variants[0]), en=_escaped(english))


def _escaped(words: str) -> str:
    return re.sub(r"[\\`*_{}\[\]<>$~|&!]", r"\\\g<0>", words)


def _verbatim(words: str) -> Text:
    """Words that are not Markdown, although sentences of replies are: `2*k` and `x_i` keep their signs."""
    return same(_escaped(words))


def _join(texts: Sequence[Text], between: str = "; ") -> Text:
    """Sentences one after the other; Chinese ones need no space between them."""
    between_zh = {" ": "", "; ": "；"}.get(between, between)
    return text(zh=between_zh.join(t.zh for t in texts), en=between.join(t.en for t in texts))
