"""One question of a mock as it is shown: its words, its parts, nothing that gives the answer away."""

from app.kit.text import Text, text
from app.services.asking import Part, Reply, drawn, present
from app.services.catalogue import Catalogue
from app.services.mock.script import Script, Stage, Step, StepKind
from app.services.mock.wording import follow_up

VERDICTS = (
    text(zh="没答上来", en="Missed it"),
    text(zh="答出一部分", en="Part of it"),
    text(zh="答出来了", en="Had it"),
)
"""How one judges one's own answer to a card's follow-up; the place is the `option` of the answer."""
_OF_THE_ITEM = ("prompt", "parts", "several", "blanks", "typed", "unit", "margin")


class Sheet(Reply):
    """A question. item_kind: how it is answered (choice, numeric, exercise, cloze, order, predict, recall, follow-up).
    parts: options, things to order, or the key points to tick once they are shown. margin: how near a typed number has
    to come."""

    step: str
    kind: StepKind
    item_kind: str
    number: int
    of: int
    card: str
    topic: str
    title: Text
    prompt: Text
    parts: tuple[Part, ...] = ()
    several: bool = False
    blanks: int = 0
    typed: bool = False
    unit: str = ""
    margin: Text | None = None


def sheet(catalogue: Catalogue, script: Script, stage: Stage, step: Step) -> Sheet:
    """Raises NotFound when the item is gone."""
    card = catalogue.card(step.card)
    common = {
        "step": step.id,
        "kind": step.kind,
        "number": script.stages.index(stage) + 1,
        "of": len(script.stages),
        "card": step.card,
        "topic": stage.topic,
        "title": card.title,
    }
    if step.item is None:
        assert step.follow_up is not None
        parts = tuple(Part(id=i, label=label) for i, label in enumerate(VERDICTS))
        return Sheet.model_validate(
            common | {"item_kind": "follow-up", "prompt": follow_up(card, step.follow_up), "parts": parts}
        )
    ref = catalogue.item(step.item)
    shown = present(ref, step.seed, drawn(catalogue, ref.item, step.seed))
    own = {name: shown[name] for name in _OF_THE_ITEM if name in shown}
    return Sheet.model_validate(common | {"item_kind": shown["kind"]} | own)
