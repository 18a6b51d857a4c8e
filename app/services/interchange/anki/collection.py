"""The tables of a collection as plain values: note types, decks, notes, cards, reviews. Schemas 11 and 18.

Schema 11 keeps note types and decks as JSON in `col`; schema 18 in tables of their own whose details are small protobuf
messages. Of these four strings and a number are needed, which is what `_message` reads.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.kit.text import text
from app.services.interchange.document import BadFile

MAX_NOTES, MAX_CARDS, MAX_REVIEWS = 50_000, 100_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A note type: its fields and, by number, the two templates of each of its cards."""

    name: str
    fields: tuple[str, ...]
    templates: Mapping[int, tuple[str, str]]
    cloze: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of `revlog`."""

    at_ms: int
    ease: int
    time_ms: int
    kind: int


@dataclass(frozen=True, slots=True)
class RawCard:
    """A card with its note. data: what FSRS knows (s, d, lrt …), as JSON wrote it."""

    id: int
    guid: str
    kind: Kind
    ord: int
    values: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    type: int
    queue: int
    due: int
    reps: int
    lapses: int
    data: Mapping[str, Any]
    answers: tuple[Answer, ...] = field(default=())


def created(connection: sqlite3.Connection) -> int:
    """The second that due days are counted from."""
    found = connection.execute("SELECT crt FROM col").fetchone()
    return int(found[0]) if found else 0


def cards(connection: sqlite3.Connection) -> Iterator[RawCard]:
    """Every card of every note, by note; raises BadFile, sqlite3.Error."""
    for table, most in (("notes", MAX_NOTES), ("cards", MAX_CARDS), ("revlog", MAX_REVIEWS)):
        if connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {most + 1})").fetchone()[0] > most:
            raise BadFile(_many(table, most))
    version = connection.execute("SELECT ver FROM col").fetchone()
    modern = bool(version) and int(version[0]) >= 15
    kinds = _modern_kinds(connection) if modern else _old_kinds(connection)
    decks = _modern_decks(connection) if modern else _old_decks(connection)
    answers = _answers(connection)
    rows = connection.execute(
        "SELECT c.id, c.ord, c.did, c.odid, c.type, c.queue, c.due, c.odue, c.reps, c.lapses, c.data,"
        " n.guid, n.mid, n.flds, n.tags FROM cards c JOIN notes n ON n.id = c.nid ORDER BY n.id, c.ord"
    )
    for id, ord, did, odid, type, queue, due, odue, reps, lapses, data, guid, mid, flds, tags in rows:
        kind = kinds.get(mid)
        if kind is None:
            continue
        yield RawCard(
            id=int(id), guid=str(guid), kind=kind, ord=int(ord), values=tuple(str(flds).split("\x1f")),
            tags=tuple(str(tags).split()), deck=decks.get(odid or did, ""), type=int(type), queue=int(queue),
            due=int(odue or due), reps=int(reps), lapses=int(lapses), data=_data(data),
            answers=tuple(answers.get(id, ())),
        )  # fmt: skip


def _answers(connection: sqlite3.Connection) -> Mapping[int, list[Answer]]:
    found: defaultdict[int, list[Answer]] = defaultdict(list)
    # manual changes (no button pressed) and cram sessions that did not count are left out
    rows = connection.execute(
        "SELECT cid, id, ease, time, type FROM revlog WHERE ease BETWEEN 1 AND 4 AND type BETWEEN 0 AND 3 ORDER BY id"
    )
    for cid, at, ease, time, kind in rows:
        found[cid].append(Answer(int(at), int(ease), int(time), int(kind)))
    return found


def _data(value: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(value) if value else {}
    except (ValueError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _old_kinds(connection: sqlite3.Connection) -> dict[int, Kind]:
    kinds = {}
    for number, model in _json(connection, "models").items():
        fields = sorted(model["flds"], key=lambda f: int(f["ord"]))
        templates = {int(t["ord"]): (str(t["qfmt"]), str(t["afmt"])) for t in model["tmpls"]}
        names = tuple(str(f["name"]) for f in fields)
        kinds[int(number)] = Kind(str(model["name"]), names, templates, int(model.get("type", 0)) == 1)
    return kinds


def _old_decks(connection: sqlite3.Connection) -> dict[int, str]:
    return {int(number): str(deck["name"]) for number, deck in _json(connection, "decks").items()}


def _json(connection: sqlite3.Connection, column: str) -> dict[str, Any]:
    try:
        found = json.loads(connection.execute(f"SELECT {column} FROM col").fetchone()[0])
        if isinstance(found, dict) and all(isinstance(value, dict) for value in found.values()):
            return found
    except (ValueError, TypeError, RecursionError):
        pass
    raise ValueError(f"col.{column}")


def _modern_kinds(connection: sqlite3.Connection) -> dict[int, Kind]:
    fields: defaultdict[int, list[str]] = defaultdict(list)
    for ntid, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields[ntid].append(str(name))
    templates: defaultdict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    for ntid, ord, config in connection.execute("SELECT ntid, ord, config FROM templates"):
        told = _message(config)
        templates[ntid][int(ord)] = (_words(told.get(1)), _words(told.get(2)))
    return {
        int(id): Kind(str(name), tuple(fields[id]), templates[id], _message(config).get(1) == 1)
        for id, name, config in connection.execute("SELECT id, name, config FROM notetypes")
    }


def _modern_decks(connection: sqlite3.Connection) -> dict[int, str]:
    """Parents are parted by \\x1f there."""
    return {int(id): str(name).replace("\x1f", "::") for id, name in connection.execute("SELECT id, name FROM decks")}


def _words(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _message(data: bytes) -> dict[int, int | bytes]:
    """The fields of a protobuf message by number, the last of each: whole numbers and bytes, others passed over."""
    found: dict[int, int | bytes] = {}
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while at < len(data) and shift < 64:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
        raise ValueError("varint")

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            found[key >> 3] = varint()
        elif key & 7 == 2:
            length = varint()
            found[key >> 3] = data[at : at + length]
            at += length
        elif key & 7 in (1, 5):
            at += 8 if key & 7 == 1 else 4
        else:
            raise ValueError("wire type")
    return found


def _many(table: str, most: int) -> Any:
    zh, en = {
        "notes": ("笔记", "notes"), "cards": ("卡片", "cards"), "revlog": ("复习记录", "reviews")
    }[table]  # fmt: skip
    return text(
        zh=f"这个文件里的{zh}超过 {most:,} 条，因此什么都没有导入。请只导出要用的牌组。",
        en=f"This file has more than {most:,} {en}, so nothing was imported. Export only the decks you need.",
    )
