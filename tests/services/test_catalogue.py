"""The catalogue: what can be read and asked, in memory."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from app.content.loader import load
from app.content.models import ExerciseItem, PredictItem
from app.errors import NotFound
from app.kit import text
from app.services.catalogue import Catalogue
from tests.content.toys import DEMOS, EXERCISES, SAMPLE


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(load(SAMPLE), DEMOS, EXERCISES)


def test_topics_and_cards_in_order(catalogue: Catalogue) -> None:
    assert [topic.id for topic in catalogue.topics] == ["activations", "training"]
    assert list(catalogue.cards) == ["initialisation", "vanishing-gradients"]
    assert [card.slug for card in catalogue.cards_of("training")] == ["initialisation", "vanishing-gradients"]
    assert catalogue.cards_of("activations") == ()
    assert [card.slug for card in catalogue.cards_of_demo("toy-decay")] == ["initialisation", "vanishing-gradients"]
    assert catalogue.cards_of_demo("no") == ()
    card = catalogue.card("vanishing-gradients")
    assert [before.slug for before in catalogue.prerequisites(card)] == ["initialisation"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.card("no"),
        lambda c: c.topic("no"),
        lambda c: c.item("no"),
        lambda c: c.item("vanishing-gradients/no"),
        lambda c: c.page("no", "zh"),
    ],
)
def test_what_is_not_there_is_not_found(catalogue: Catalogue, ask: Callable[[Catalogue], object]) -> None:
    with pytest.raises(NotFound):
        ask(catalogue)


def test_items_by_key(catalogue: Catalogue) -> None:
    assert len(catalogue.items()) == 10
    item = catalogue.item("vanishing-gradients/power")
    assert (item.key, item.rev, item.topic, item.item.kind) == ("vanishing-gradients/power", 1, "training", "exercise")
    assert [point.id for point in item.rubric] == ["product", "gain", "cure"]


def test_exercises_are_asked_from_their_seed(catalogue: Catalogue) -> None:
    power = catalogue.item("vanishing-gradients/power").item
    assert isinstance(power, ExerciseItem)
    asked = catalogue.ask(power, 7)
    assert asked == catalogue.ask(power, 7)
    assert asked == EXERCISES["toy-power"].ask(7, level=2)
    assert asked.accepts(asked.answer)
    with pytest.raises(TypeError, match="not an exercise"):
        catalogue.ask(catalogue.item("vanishing-gradients/tell").item, 7)


def test_predictions_and_stored_numbers(catalogue: Catalogue) -> None:
    guess = catalogue.item("vanishing-gradients/guess").item
    assert isinstance(guess, PredictItem)
    prediction = catalogue.prediction(guess)
    truth = catalogue.computed(guess.demo, prediction.preset, prediction.scalar)
    assert truth == 0.25**15
    assert [option.holds(truth) for option in prediction.options] == [False, True]
    assert catalogue.computed("toy-decay", "deep", "none") is None


def test_items_whose_exercise_or_prediction_is_gone_are_not_asked() -> None:
    catalogue = Catalogue(load(SAMPLE), {}, {})
    assert {item.item.kind for item in catalogue.items()} == {"choice", "numeric", "recall"}
    assert "<data" in catalogue.page("vanishing-gradients", "zh").short, "a number without its demo is still a number"


def test_a_page_in_both_languages(catalogue: Catalogue) -> None:
    zh, en = catalogue.page("vanishing-gradients", "zh"), catalogue.page("vanishing-gradients", "en")
    assert zh.short == (
        '<p><strong>连乘：</strong>深度 30 时只剩 <a class="run" href="/zh/demos/toy-decay?depth=15" '
        'title="衰减: 十五 &lt;层&gt;"><data value="9.313225746154785e-10">9.3 × 10<sup>−10</sup></data></a>'
        '<sup class="cite"><a href="#ref-he2015">[2]</a></sup>。</p>'
    )
    assert 'href="/en/demos/toy-decay?depth=15" title="Decay: Fifteen &quot;layers&quot;"' in en.short
    assert zh.titles == {"short": "短答", "why": "为什么", "pitfalls": "坑", "follow-ups": "追问"}
    assert [(f.id, f.question) for f in en.follow_ups] == [
        ("fu-relu", "Does ReLU cure it?"),
        ("fu-init", "How to initialise?"),
    ]
    assert en.follow_ups[0].card is None
    assert en.follow_ups[1].card is catalogue.card("initialisation")
    assert "<h" not in zh.why
    assert catalogue.page("vanishing-gradients", "zh") is zh, "rendered once"


def test_sentences(catalogue: Catalogue) -> None:
    card, claim = catalogue.claims()[1]
    assert card.slug == "vanishing-gradients"
    shown = catalogue.inline(claim.instead, "zh", card.slug)
    assert '<a class="run"' in shown
    assert '<a href="#ref-he2015">[2]</a>' in shown
    assert "<a" not in catalogue.inline(claim.instead, "zh", card.slug, links=False)
    assert catalogue.inline(text(zh="**注意：**$x$", en="x"), "zh") == (
        '<strong>注意：</strong><span class="math" data-tex>x</span>'
    )


def test_references_keep_the_numbers_of_the_marks(catalogue: Catalogue) -> None:
    numbered = catalogue.references_of(["glorot2010", "nobody", "he2015"])
    assert [(r.number, r.key, r.work.year) for r in numbered] == [(1, "glorot2010", 2010), (3, "he2015", 2015)]


def test_it_never_imports_torch() -> None:
    program = (
        "import sys; from app.content.loader import load; from app.services.catalogue import Catalogue; "
        f"from pathlib import Path; Catalogue(load(Path({str(SAMPLE)!r})), {{}}, {{}}).page('initialisation', 'zh'); "
        "print([m for m in ('torch', 'scipy', 'plotly', 'fastapi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
