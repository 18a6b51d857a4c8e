"""Our cards as a deck for Anki: one note a quiz item with both languages, its pictures, its memory and its reviews; and
the learner's own questions, as they wrote them."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.content import markdown
from app.db.repositories import Line
from app.figures.drawing import drawing
from app.figures.paper import Inks
from app.kit.text import LANGS, Lang
from app.services.asking import card_of
from app.services.catalogue import Catalogue, CatalogueItem
from app.services.days import day_start, study_day
from app.services.interchange.anki.faces import Face, face, for_anki
from app.services.interchange.anki.memory import card_memory, replayed
from app.services.interchange.anki.writing import Note, NoteType, apkg
from app.services.scheduling import DEFAULT, Parameters

GUID = "warmup/"
"""Begins the guid of every note of ours; the item's key follows. It never changes, so importing again updates."""
DECK = "Warmup · 热身"
FIELDS = ("Key", "QuestionZh", "AnswerZh", "QuestionEn", "AnswerEn")
Plots = Mapping[str, tuple[dict[str, Any], ...]]
"""The figures that go with a card, by its slug, as they are sent to pages."""
Logs = Mapping[str, Iterable[tuple[Line, int | None]]]
"""The reviews that stand, by item, oldest first, with the milliseconds they took."""


@dataclass(frozen=True, slots=True)
class Own:
    """A question of the learner's own: Markdown. deck: what its deck is called."""

    key: str
    rev: int
    question: str
    answer: str
    deck: str


class Faces:
    """The sides of every note, and the pictures on them: the same for every learner, so made once."""

    def __init__(self, catalogue: Catalogue, inks: Inks) -> None:
        self.catalogue, self.inks = catalogue, inks
        self._faces: dict[tuple[str, Lang], Face | None] = {}
        self._pictures: dict[tuple[str, Lang], tuple[str, bytes]] = {}

    def of(self, entry: CatalogueItem, lang: Lang) -> Face | None:
        if (entry.key, lang) not in self._faces:
            self._faces[entry.key, lang] = face(self.catalogue, entry, lang)
        return self._faces[entry.key, lang]

    def picture(self, figure: dict[str, Any], lang: Lang) -> tuple[str, bytes]:
        """Its name, which says what it shows, and its SVG."""
        known = hashlib.sha256(orjson.dumps(figure)).hexdigest()
        if (known, lang) not in self._pictures:
            svg = drawing(figure, lang, self.inks).encode()
            name = f"warmup-{figure['id']}-{hashlib.sha256(svg).hexdigest()[:12]}.svg"
            self._pictures[known, lang] = name, svg
        return self._pictures[known, lang]


def package(
    faces: Faces, logs: Logs, plots: Plots, now: datetime, *, tz: str = "UTC", lang: Lang = "zh",
    own: Sequence[Own] = (), suspended: Collection[str] = (), sets: Mapping[str, Parameters] | None = None,
    parameters: Parameters = DEFAULT,
) -> bytes:  # fmt: skip
    """The .apkg. lang: the language that stands first; the other is folded under it. suspended: items, or cards as a
    whole, that are not to be asked. sets, parameters: the learner's own by name, and those in use."""
    catalogue, media = faces.catalogue, dict[str, bytes]()
    revs = {entry.key: entry.rev for entry in catalogue.items()} | {one.key: one.rev for one in own}
    states = {key: replayed(logs.get(key, ()), rev, sets) for key, rev in revs.items()}
    days = [study_day(now, tz)]
    days += [known.introduced for known, _ in states.values() if known is not None]
    created = day_start(min(days), tz)

    def note(key: str, card: str, deck: str, fields: tuple[str, ...], tags: tuple[str, ...]) -> Note:
        known, answered = states[key]
        held = key in suspended or card in suspended
        memory = card_memory(known, created, tz, parameters, suspended=held)
        return Note(GUID + key, f"{DECK}::{deck.replace('::', ':')}", (key, *fields), tags, memory, tuple(answered))

    notes = []
    for entry in catalogue.items():
        fields = _fields(faces, entry, plots.get(entry.card.slug, ()), media)
        if fields is None:
            continue
        tags = (f"warmup::{entry.topic}", f"warmup::{entry.card.slug}", f"warmup::{entry.item.kind}")
        notes.append(note(entry.key, entry.card.slug, catalogue.topic(entry.topic).title[lang], fields, tags))
    piles = {_kind(lang): notes}
    if own:
        sides = ((one, tuple(for_anki(markdown.own(side, lang)) for side in (one.question, one.answer))) for one in own)
        piles[_OWN] = [note(one.key, card_of(one.key), one.deck, side, ("warmup::own",)) for one, side in sides]
    return apkg(piles, media, created, now)


def _fields(
    faces: Faces, entry: CatalogueItem, plots: tuple[dict[str, Any], ...], media: dict[str, bytes]
) -> tuple[str, ...] | None:
    def shown(figure: dict[str, Any], lang: Lang) -> str:
        name, svg = faces.picture(figure, lang)
        media[name] = svg
        return f'<p class="plot"><img src="{name}"></p>'

    out: list[str] = []
    for lang in LANGS:
        made = faces.of(entry, lang)
        if made is None:
            return None
        above = shown(made.picture, lang) if made.picture and "plot" in made.picture else ""
        out += [above + made.question, made.answer + "".join(shown(plot, lang) for plot in plots)]
    return tuple(out)


def _kind(lang: Lang) -> NoteType:
    first, second = ("Zh", "En") if lang == "zh" else ("En", "Zh")
    codes, names = {"Zh": "zh-CN", "En": "en-GB"}, {"Zh": "中文", "En": "English"}

    def side(what: str) -> str:
        return (
            f'<div class="warmup" lang="{codes[first]}">{{{{{what}{first}}}}}</div>'
            f'<details class="warmup other"><summary lang="{codes[second]}">{names[second]}</summary>'
            f'<div lang="{codes[second]}">{{{{{what}{second}}}}}</div></details>'
        )

    return NoteType(
        f"Warmup ({'中文 + English' if lang == 'zh' else 'English + 中文'})",
        FIELDS, side("Question"), f"{{{{FrontSide}}}}<hr id=answer>{side('Answer')}", _CSS, 1 if lang == "zh" else 3,
    )  # fmt: skip


_CSS = """.card { font-family: system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  font-size: 18px; line-height: 1.6; text-align: left; color: #1d1f23; background: #fbfaf7; }
.nightMode.card, .nightMode .card { color: #e7e6e2; background: #14161a; }
.warmup { max-width: 42em; margin: 0 auto; }
.warmup p { margin: .5em 0; }
.warmup .soft, .other > summary { color: #6b7079; font-size: .85em; }
.other { margin-top: 1em; }
.options { padding-left: 1.6em; } .options li, .points li { margin: .35em 0; }
.options .right { font-weight: 600; } .options .right::marker { color: #1c6b3c; }
.options .right .soft { font-weight: 400; }
.options .wrong { opacity: .75; }
.short { border-top: 1px solid #8884; margin-top: 1em; }
.plot img { width: 100%; max-width: 560px; background: #fff; border-radius: 6px; }
table { border-collapse: collapse; } th, td { padding: .2em .6em; border-bottom: 1px solid #8884; text-align: left; }
pre { overflow-x: auto; font-size: .85em; }
"""
_OWN = NoteType(
    "Warmup (own)", ("Key", "Question", "Answer"), '<div class="warmup">{{Question}}</div>',
    '{{FrontSide}}<hr id=answer><div class="warmup">{{Answer}}</div>', _CSS, 1,
)  # fmt: skip
