"""Which run settles a miss: the demo, with the knobs to open it at."""

from collections.abc import Sequence

from app.content.card import Card
from app.content.models import Claim, NumericItem, PredictItem, QuizItem
from app.kit.text import Text
from app.services.asking import Reply
from app.services.catalogue import Catalogue
from app.services.mock.likeness import likeness
from app.services.mock.wording import words_of

SURE = 0.1
"""From this likeness on, a claim is about the same thing, and is quoted beside its run."""


class Settled(Reply):
    """A run to open. query: the knobs as the demo's address has them. says, verdict, instead: the claim that it
    settles, when that is what was missed."""

    demo: str
    title: Text
    preset: Text | None = None
    query: str = ""
    says: Text | None = None
    verdict: str | None = None
    instead: Text | None = None


def by_item(catalogue: Catalogue, card: Card, item: QuizItem, said: Text) -> Settled | None:
    """What the item itself rests on, else what settles the claim most like it. said: all its words."""
    own = _of_item(catalogue, item) if isinstance(item, PredictItem | NumericItem) else None
    if own is not None:
        return own
    (found,) = by_words(catalogue, card, [said])
    return found


def by_words(catalogue: Catalogue, card: Card, said: Sequence[Text]) -> list[Settled | None]:
    """For each text: of the runs behind the card's claims, predictions and presets, the one whose words are most like
    it; for one like none, the card's first demo as it is shown."""
    runs = _runs(catalogue, card)
    table = likeness(said, [words for _, words, _ in runs])
    first = next((run for use in card.facts.demos if (run := _run(catalogue, use.id, use.preset))), None)
    found: list[Settled | None] = []
    for row in table:
        best = max(range(len(row)), key=row.__getitem__, default=None)
        if best is None or row[best] == 0:
            found.append(first)
            continue
        run, _, claim = runs[best]
        if claim is not None and row[best] >= SURE:
            run = run.model_copy(update={"says": claim.says, "verdict": claim.verdict, "instead": claim.instead})
        found.append(run)
    return found


def _runs(catalogue: Catalogue, card: Card) -> list[tuple[Settled, Text, Claim | None]]:
    """Every run the card names, with the words that stand beside it."""
    found: list[tuple[Settled, Text, Claim | None]] = []
    for claim in card.facts.claims:
        if run := _evidence(catalogue, claim):
            found.append((run, _both(claim.says, claim.instead), claim))
    for item in card.facts.quiz:
        if isinstance(item, PredictItem | NumericItem) and (run := _of_item(catalogue, item)):
            found.append((run, words_of(catalogue, card, item), None))
    for demo_id in dict.fromkeys(use.id for use in card.facts.demos):
        demo = catalogue.demos.get(demo_id)
        for name in demo.presets if demo else ():
            if run := _run(catalogue, demo_id, name):
                found.append((run, run.preset or run.title, None))
    return found


def _of_item(catalogue: Catalogue, item: PredictItem | NumericItem) -> Settled | None:
    """The run its answer comes from."""
    if isinstance(item, NumericItem):
        return _run(catalogue, item.run.demo, item.run.preset) if item.run else None
    known = item.demo in catalogue.demos and any(
        p.id == item.prediction for p in catalogue.demos[item.demo].predictions
    )
    return _run(catalogue, item.demo, catalogue.prediction(item).preset) if known else None


def _evidence(catalogue: Catalogue, claim: Claim) -> Settled | None:
    """The first of its runs that is there."""
    runs = (_run(catalogue, one.demo, one.preset) for one in claim.evidence if one.demo and one.preset)
    return next((run for run in runs if run is not None), None)


def _run(catalogue: Catalogue, demo_id: str, preset: str) -> Settled | None:
    demo = catalogue.demos.get(demo_id)
    if demo is None or preset not in demo.presets:
        return None
    return Settled(
        demo=demo.id, title=demo.title, preset=demo.presets[preset].title, query=demo.preset_params(preset).to_query()
    )


def _both(first: Text, second: Text) -> Text:
    return Text(zh=f"{first.zh} {second.zh}", en=f"{first.en} {second.en}")
