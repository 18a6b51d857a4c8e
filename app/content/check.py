"""The content part of `make check`: what the loader found, and what only demos, exercises and runs can tell."""

import math
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.content import computed, source, stored
from app.content.card import Card
from app.content.loader import Library, load
from app.content.models import RunRef
from app.content.problems import Problem
from app.content.terms import Glossary
from app.demos import demos as all_demos
from app.exercises import exercises as all_exercises
from app.kit import LANGS, Demo, Exercise, Lang
from app.pairs import pairs


def check(
    root: Path,
    *,
    demos: Mapping[str, Demo] | None = None,
    exercises: Mapping[str, Exercise] | None = None,
    run: bool = True,
    only: str | None = None,
) -> list[Problem]:
    """Everything wrong below `root`, sorted by place. run: also run the demos and compare with computed.json.

    only: the slug of one card; no other card's runs are made.
    """
    demos = all_demos() if demos is None else demos
    exercises = all_exercises() if exercises is None else exercises
    library = load(root)
    problems = list(library.problems)
    for card in library.cards.values():
        problems += _demos_of(card, demos)
        problems += _quiz(card, demos, exercises)
        problems += _runs(card, demos, library.computed)
    problems += _unused_references(library, demos)
    problems += _demos(library, demos, exercises)
    problems += _interface(library)
    problems += _terms(library)
    if run:
        problems += _fresh(library, demos, only)
    return sorted(set(problems))


def _demos_of(card: Card, demos: Mapping[str, Demo]) -> Iterator[Problem]:
    for use in card.facts.demos:
        reason = computed.missing(RunRef(demo=use.id, preset=use.preset, scalar=""), demos)
        if reason:
            yield Problem(card.facts_file, card.line("demos", use.id), reason, "correct it")


def _quiz(card: Card, demos: Mapping[str, Demo], exercises: Mapping[str, Exercise]) -> Iterator[Problem]:
    for item in card.facts.quiz:
        line, reason = card.line("quiz", item.id), ""
        if item.kind == "exercise":
            family = exercises.get(item.exercise)
            if family is None:
                reason = f"no exercise {item.exercise!r}"
            elif item.level > family.levels:
                reason = f"{item.exercise} has levels 1 to {family.levels}, not {item.level}"
        elif item.kind == "pair":
            reason = "" if item.pair in pairs() else f"no pair {item.pair!r}; there are {', '.join(pairs())}"
        elif item.kind == "predict":
            known = [p.id for p in demos[item.demo].predictions] if item.demo in demos else []
            if item.demo not in demos:
                reason = f"no demo {item.demo!r}"
            elif item.prediction not in known:
                reason = f"{item.demo} has no prediction {item.prediction!r}; it has {', '.join(known)}"
        if reason:
            yield Problem(card.facts_file, line, f"quiz {item.id}: {reason}", "correct it")


def _places(card: Card, demos: Mapping[str, Demo]) -> Iterator[tuple[Path, int, RunRef]]:
    """Every place in a card that names a run."""
    for file, mention in card.mentions:
        if mention.run:
            yield file, mention.line, mention.run
    for name, id, run in computed.facts_runs(card, demos):
        yield card.facts_file, card.line(name, id), run


def _runs(card: Card, demos: Mapping[str, Demo], values: Mapping[str, float]) -> Iterator[Problem]:
    for file, line, run in _places(card, demos):
        reason = computed.missing(run, demos)
        if reason:
            yield Problem(file, line, reason, "correct it")
        elif stored.key(run) not in values:
            yield Problem(file, line, f"{stored.key(run)} is not in {stored.FILE}", stored.REMEDY)
    for item in card.facts.quiz:
        if item.kind == "numeric" and item.run:
            answer = values.get(stored.key(item.run), 1.0)
            if not math.isfinite(answer) or (answer == 0 and item.relative):
                line = card.line("quiz", item.id)
                yield Problem(
                    card.facts_file, line, f"quiz {item.id}: the answer is {answer}", "ask for another number"
                )


def _unused_references(library: Library, demos: Mapping[str, Demo]) -> Iterator[Problem]:
    used = {key for card in library.cards.values() for key in card.facts.references}
    used |= {key for demo in demos.values() for key in demo.references}
    file = library.root / "references.yml"
    document = source.load(file, []) if library.references else None
    for key in library.references:
        if document and key not in used:
            yield Problem(file, document.line((key,)), f"{key!r} is used nowhere", "cite it or delete it")


def _demos(library: Library, demos: Mapping[str, Demo], exercises: Mapping[str, Exercise]) -> Iterator[Problem]:
    """Demos and exercises against the content: topics, references, and that some card leads to every demo."""
    topics = {topic.id for topic in library.topics}
    used = {use.id for card in library.cards.values() for use in card.facts.demos}
    for demo in demos.values():
        file = _file(demo.module)
        if demo.topic not in topics:
            yield Problem(file, 0, f"no topic {demo.topic!r} in topics.yml", "move the file or add the topic")
        if demo.id not in used:
            yield Problem(file, 0, f"no card shows the demo {demo.id!r}", "add it to `demos:` of a card")
        for key in demo.references:
            if key not in library.references:
                yield Problem(file, 0, f"no reference {key!r}", "add it to references.yml")
    for family in exercises.values():
        if family.topic not in topics:
            yield Problem(_file(family.module), 0, f"no topic {family.topic!r} in topics.yml", "move the file")
        if family.demo is not None and family.demo not in demos:
            yield Problem(_file(family.module), 0, f"no demo {family.demo!r}", "correct `demo=`")


def _file(module: str) -> Path:
    return Path(module.replace(".", "/") + ".py")


def _interface(library: Library) -> Iterator[Problem]:
    """A sentence of the interface takes the same {names} in both languages."""
    file = library.root / "ui.yml"
    document = source.load(file, []) if library.ui else None
    for key, words in library.ui.items():
        zh, en = (_fields(words[lang]) for lang in LANGS)
        if document and (zh is None or zh != en):
            line = max(document.line((key,)), document.line(key.split(".")))
            yield Problem(file, line, f"{key}: the {{names}} differ: zh {zh}, en {en}", "use the same in both")


def _terms(library: Library) -> Iterator[Problem]:
    """The glossary: no spelling of two terms, no term that no card uses in either language, no card that is none."""
    file, glossary = library.root / "glossary.yml", Glossary(library.glossary)
    document = source.load(file, []) if library.glossary else None
    for form, one, other in glossary.twice():
        yield Problem(file, 0, f"{form!r} is both {one!r} and {other!r}", "keep it with one of them")
    used = {
        term.id
        for card in library.cards.values()
        for lang in LANGS
        for words in _words(card, lang)
        for _, _, term in glossary.find(words, lang)
    }
    for index, term in enumerate(library.glossary):
        line = document.line((index,)) if document else 0
        if term.id not in used:
            yield Problem(file, line, f"no card uses the term {term.id!r}", "delete it, or add how the cards write it")
        if term.card and term.card not in library.cards:
            yield Problem(file, line, f"{term.id}: no card {term.card!r}", "correct the slug")


def _words(card: Card, lang: Lang) -> Iterator[str]:
    yield from (card.title[lang], card.question[lang])
    yield from (section.words for section in card[lang].sections)
    yield from (claim.instead[lang] for claim in card.facts.claims)


def _fields(sentence: str) -> set[str] | None:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
    except ValueError:
        return None


def _fresh(library: Library, demos: Mapping[str, Demo], only: str | None) -> Iterator[Problem]:
    """Runs everything once: every scalar exists, and computed.json says what the runs say."""
    cards = computed.chosen(library, only)
    fresh = computed.compute(computed.collect(cards, demos), demos)
    for card in cards:
        for file, line, run in _places(card, demos):
            reason = fresh.failures.get(stored.key(run))
            if reason and computed.missing(run, demos) is None:
                yield Problem(file, line, reason, "correct the name")
    file = library.root / stored.FILE
    for name in computed.compare(library.computed, fresh.values, demos) if library.computed else ():
        if name in fresh.failures or (only and name not in fresh.values):
            continue
        was, now = library.computed.get(name, "missing"), fresh.values.get(name, "no longer used")
        yield Problem(file, 0, f"{name} is {was}, the run gives {now}", stored.REMEDY)
