"""Which run settles a miss: the demo, with the knobs to open it at."""

from collections.abc import Sequence

from app.content.card import Card
from app.content.models import Claim, NumericItem, PredictItem, QuizItem
from app.kit.text import Text
from app.services.asking import Reply
from app.services.catalogue import Catalogue
from app.services.mock.likeness import likeness


class Settled(Reply):
    """A run to open. query: the knobs as the demo's address has them. shows: what it settles, if a claim says so."""

    demo: str
    title: Text
    preset: Text | None = None
    query: str = ""
    shows: Text | None = None


def by_item(catalogue: Catalogue, card: Card, item: QuizItem, said: Text) -> Settled | None:
    """What the item itself rests on, else what settles the claim most like it. said: all its words."""
    if isinstance(item, PredictItem):
        return _run(catalogue, item.demo, catalogue.prediction(item).preset)
    if isinstance(item, NumericItem) and item.run is not None:
        return _run(catalogue, item.run.demo, item.run.preset)
    (found,) = by_words(catalogue, card, [said])
    return found


def by_words(catalogue: Catalogue, card: Card, said: Sequence[Text]) -> list[Settled | None]:
    """For each text: the run that settles the claim most like it; for one like none, the card's first demo as shown."""
    claims = [(claim, run) for claim in card.facts.claims if (run := _evidence(catalogue, claim)) is not None]
    table = likeness(said, [_words(claim) for claim, _ in claims])
    first = next((run for use in card.facts.demos if (run := _run(catalogue, use.id, use.preset))), None)
    found: list[Settled | None] = []
    for row in table:
        best = max(range(len(row)), key=row.__getitem__, default=None)
        if best is None or row[best] == 0:
            found.append(first)
        else:
            claim, run = claims[best]
            found.append(run.model_copy(update={"shows": claim.instead}))
    return found


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


def _words(claim: Claim) -> Text:
    return Text(zh=f"{claim.says.zh} {claim.instead.zh}", en=f"{claim.says.en} {claim.instead.en}")
