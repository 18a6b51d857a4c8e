"""The file itself: an .apkg is a zip with an SQLite collection, a list of media, and the media. Same notes, same bytes.

The collection has Anki's schema 11, which every Anki of the last ten years reads (rslib/src/storage/schema11.sql).
"""

import hashlib
import io
import json
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from app.services.interchange.anki.memory import Answered, Memory

_SCHEMA = """
CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,
  ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,
  models text not null, decks text not null, dconf text not null, tags text not null);
CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
  usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
  flags integer not null, data text not null);
CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
  mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,
  ivl integer not null, factor integer not null, reps integer not null, lapses integer not null,
  left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
  ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,
  type integer not null);
CREATE TABLE graves (usn integer not null, oid integer not null, type integer not null);
CREATE INDEX ix_notes_usn on notes (usn);
CREATE INDEX ix_cards_usn on cards (usn);
CREATE INDEX ix_revlog_usn on revlog (usn);
CREATE INDEX ix_cards_nid on cards (nid);
CREATE INDEX ix_cards_sched on cards (did, queue, due);
CREATE INDEX ix_revlog_cid on revlog (cid);
CREATE INDEX ix_notes_csum on notes (csum);
"""
_LATEX_PRE = "\\documentclass[12pt]{article}\n\\begin{document}\n"


@dataclass(frozen=True, slots=True)
class NoteType:
    """A kind of note: its fields, the two sides of its one card, its style. The first field is the key."""

    name: str
    fields: tuple[str, ...]
    front: str
    back: str
    css: str
    sorted_by: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A note with its one card and what was answered on it."""

    guid: str
    deck: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    memory: Memory
    answered: tuple[Answered, ...]


def apkg(
    piles: Mapping[NoteType, Sequence[Note]], media: Mapping[str, bytes], created: datetime, now: datetime
) -> bytes:
    """The package. piles: the notes of each kind; created: the start of the day that due days are counted
    from; now: when it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, "collection.anki2", _collection(piles, int(created.timestamp()), int(now.timestamp())))
        names = sorted(media)
        _add(archive, "media", json.dumps({str(i): name for i, name in enumerate(names)}).encode())
        for i, name in enumerate(names):
            _add(archive, str(i), media[name])
    return out.getvalue()


def stable_id(words: str) -> int:
    """A number for something that has a name: looks like a time in milliseconds, as Anki's ids do."""
    return 1_500_000_000_000 + int.from_bytes(hashlib.sha256(words.encode()).digest()[:6]) % 100_000_000_000


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(info, data, compresslevel=6)


def _collection(piles: Mapping[NoteType, Sequence[Note]], crt: int, now: int) -> bytes:
    notes = [(kind, note) for kind, pile in piles.items() for note in pile]
    decks = {name: stable_id(f"deck {name}") for _, note in notes for name in _with_parents(note.deck)}
    models = {kind: stable_id(f"model {kind.name}") for kind in piles}
    described = {str(number): _model(kind, number, now) for kind, number in models.items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "collection.anki2"
        connection = sqlite3.connect(file)
        connection.executescript("PRAGMA journal_mode=OFF;" + _SCHEMA)
        connection.execute(
            "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')",
            (crt, now * 1000, now * 1000, *map(json.dumps, (
                _conf(next(iter(models.values()))), described, _decks(decks, now), {"1": _options()}
            ))),
        )  # fmt: skip
        used: set[int] = set()
        for place, (kind, note) in enumerate(notes):
            _write(connection, note, stable_id(note.guid), models[kind], decks[note.deck], now, place, used)
        connection.commit()
        connection.execute("VACUUM")
        connection.close()
        return file.read_bytes()


def _write(
    connection: sqlite3.Connection, note: Note, number: int, model: int, deck: int, now: int, place: int, used: set[int]
) -> None:
    first = _plain(note.fields[0])
    csum = int(hashlib.sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
    tags = f" {' '.join(note.tags)} "
    connection.execute(
        "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')",
        (number, note.guid, model, now, tags, "\x1f".join(note.fields), first, csum),
    )
    m = note.memory
    due = m.due if m.type else place + 1
    connection.execute(
        "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)",
        (number, number, deck, now, m.type, m.queue, due, m.ivl, m.factor, m.reps, m.lapses, m.left, m.data),
    )
    for row in note.answered:
        at = row.at_ms
        while at in used:  # Anki tells reviews apart by their millisecond
            at += 1
        used.add(at)
        connection.execute(
            "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)",
            (at, number, row.ease, row.ivl, row.last, row.factor, row.time_ms, row.type),
        )


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def _with_parents(deck: str) -> list[str]:
    parts = deck.split("::")
    return ["::".join(parts[: i + 1]) for i in range(len(parts))]


def _conf(model: int) -> dict[str, Any]:
    return {
        "activeDecks": [1], "curDeck": 1, "newSpread": 0, "collapseTime": 1200, "timeLim": 0, "estTimes": True,
        "dueCounts": True, "curModel": model, "nextPos": 1, "sortType": "noteFld", "sortBackwards": False,
        "addToCur": True, "schedVer": 2, "rollover": 4,
    }  # fmt: skip


def _model(kind: NoteType, number: int, now: int) -> dict[str, Any]:
    return {
        "id": number, "name": kind.name, "type": 0, "mod": now, "usn": -1, "sortf": kind.sorted_by, "did": 1,
        "tmpls": [{"name": "Warmup", "ord": 0, "qfmt": kind.front, "afmt": kind.back, "bqfmt": "", "bafmt": "",
                   "did": None, "bfont": "", "bsize": 0}],
        "flds": [{"name": name, "ord": i, "sticky": False, "rtl": False, "font": "Arial", "size": 20, "media": []}
                 for i, name in enumerate(kind.fields)],
        "css": kind.css, "latexPre": _LATEX_PRE, "latexPost": "\\end{document}", "latexsvg": False,
        "req": [[0, "any", [1]]], "tags": [], "vers": [],
    }  # fmt: skip


def _decks(decks: Mapping[str, int], now: int) -> dict[str, Any]:
    every = {"Default": 1, **decks}
    return {
        str(number): {
            "id": number, "name": name, "mod": now, "usn": -1, "lrnToday": [0, 0], "revToday": [0, 0],
            "newToday": [0, 0], "timeToday": [0, 0], "collapsed": False, "browserCollapsed": False, "desc": "",
            "dyn": 0, "conf": 1, "extendNew": 0, "extendRev": 0,
        }
        for name, number in every.items()
    }  # fmt: skip


def _options() -> dict[str, Any]:
    return {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True, "timer": 0, "replayq": True,
        "dyn": False,
        "new": {"bury": False, "delays": [1.0, 10.0], "initialFactor": 2500, "ints": [1, 4, 0], "order": 1,
                "perDay": 20},
        "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
    }  # fmt: skip
