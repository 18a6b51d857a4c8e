"""`warmup import`: a file of notes into a private deck, or, with --preview, what would come of it."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.content.notes import Report
from app.content.notes.decoding import MAX_BYTES
from app.errors import AppError
from app.kit.text import Lang
from app.services.notes.decks import Decks, reading
from app.services.notes.shapes import Source
from app.settings import Settings


def preview(path: str, as_json: bool, lang: Lang) -> int:
    """Prints what the file holds; needs no database and stores nothing. Returns the exit code."""
    try:
        report = reading(_source(path))
    except (OSError, AppError) as error:
        return _refused(path, error, lang)
    if as_json:
        ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        print(json.dumps(report.as_json(lang), ensure_ascii=ascii_only, indent=2))
    else:
        _tell(report, lang)
    return 0


def store(path: str, deck: str, settings: Settings, lang: Lang) -> int:
    """Puts the file into a deck. Returns the exit code."""
    from app.content.loader import load
    from app.content.terms import Glossary
    from app.db import Database, repositories
    from app.services.notes.neighbours import Neighbours

    try:
        source = _source(path, deck)
        library = load(settings.content_dir)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with Database(settings.database_url) as database:
            now = datetime.now(UTC)
            with database.write() as session:
                learner = repositories.local_learner(session, now)
            decks = Decks(
                database,
                lambda: Neighbours(library.cards.values(), Glossary(library.glossary)),
                lambda slug: library.cards[slug].title,
            )
            done = decks.adopt(learner, source, now)
    except (OSError, AppError) as error:
        return _refused(path, error, lang)
    if lang == "zh":
        print(f"“{done.name}”：新增 {done.new}，更新 {done.changed}，未变 {done.same}，移除 {done.removed}")
    else:
        print(f"“{done.name}”: {done.new} new, {done.changed} changed, {done.same} same, {done.removed} removed")
    return 0


def _source(path: str, deck: str = "") -> Source:
    """The file, or what comes in at `-`. One byte more than is allowed is enough to refuse it."""
    import base64

    if path == "-":
        data, name = sys.stdin.buffer.read(MAX_BYTES + 1), ""
    else:
        with Path(path).open("rb") as file:
            data, name = file.read(MAX_BYTES + 1), Path(path).name[-200:]
    return Source.model_construct(
        base64=base64.b64encode(data).decode(), text=None, filename=name, deck=deck, leave=frozenset(),
        question_column=None, answer_column=None,
    )  # fmt: skip


def _refused(path: str, error: OSError | AppError, lang: Lang) -> int:
    said = error.message[lang] if isinstance(error, AppError) else error.strerror or str(error)
    print(f"warmup: {path}: {said}", file=sys.stderr)
    return 2


def _tell(report: Report, lang: Lang) -> None:
    zh = lang == "zh"
    for note in report.cards:
        mark = ("（没有答案）" if zh else " (no answer)") if note.unanswered else ""
        print(f"{note.line:5}  {note.question.splitlines()[0]}{mark}")
    if report.lost:
        print("\n没有看懂的行：" if zh else "\nNot understood:")
    for line, text, why in report.lost:
        print(f"{line:5}  {text.strip()[:60]}  ({why[lang]})")
    bare = sum(note.unanswered for note in report.cards)
    total = (
        f"{len(report.cards)} 道题，{bare} 道没有答案"
        if zh
        else f"{len(report.cards)} questions, {bare} without an answer"
    )
    print(f"\n{total} · {report.format} · {report.encoding}")
