"""A file of notes, whatever it is: Markdown, CSV, TSV or our JSON. `read` is what everything else calls."""

from collections.abc import Mapping, Sequence

from app.content.notes import records, references, report, tables, wording
from app.content.notes.assembly import assemble
from app.content.notes.blocks import scan
from app.content.notes.decoding import check_size, clean, decode
from app.content.notes.report import Lost, Note, Report

MARKDOWN, CSV, TSV, JSON = "markdown", "csv", "tsv", "json"
_ENDINGS = {
    ".csv": CSV,
    ".tsv": TSV,
    ".tab": TSV,
    ".json": JSON,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": MARKDOWN,
}


def read(source: bytes | str, name: str = "", *, format: str = "", columns: Mapping[str, int] | None = None) -> Report:
    """name: of the file; its ending says what it holds, unless `format` does. columns: which column of a table is the
    "question", the "answer", the "topic" (from 0); guessed when not given.

    Raises Unprocessable for what is too large, is no text, or is JSON of something else.
    """
    if isinstance(source, bytes):
        decoded = decode(source)
        text, encoding = decoded.text, decoded.encoding
    else:
        check_size(len(source.encode("utf-8", errors="replace")))
        text, encoding = clean(source.removeprefix("\ufeff")), "utf-8"
    format = format or kind_of(text, name)
    if format in (CSV, TSV):
        found = tables.read(text, format, columns or {})
    elif format == JSON:
        found = records.read(text)
    else:
        reading = assemble(scan(text))
        defined = [one.text for one in reading.lost if one.why is report.DEFINITION]
        found = Report(
            references.placed(reading.notes, defined), reading.lost, title=reading.title, topics=reading.topics
        )
    cards, repeats = _repeated(found.cards, text.split("\n"))
    lost = sorted([*found.lost, *repeats], key=lambda one: one.line)
    return Report(
        cards, lost, format, encoding, found.title, found.topics, found.columns, found.header
    )  # fmt: skip


def kind_of(text: str, name: str) -> str:
    """By the ending of the name; else by what the text looks like."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in _ENDINGS and not (ending == ".txt" and tables.looks_like(text)):
        return _ENDINGS[ending]
    if text.lstrip()[:1] in ("{", "[") and records.looks_like(text):
        return JSON
    return tables.looks_like(text) or MARKDOWN


def folded(question: str) -> str:
    """A question as it is compared: case, width, spaces, marks and what decorates it do not count."""
    return wording.folded(question)


def _repeated(notes: Sequence[Note], lines: Sequence[str]) -> tuple[list[Note], list[Lost]]:
    """Says which question repeats another; a bare one that is answered elsewhere (a list of contents, mostly) goes."""
    first: dict[str, Note] = {}
    answered: dict[str, Note] = {}
    for note in notes:
        key = folded(note.question)
        first.setdefault(key, note)
        if note.answer:
            answered.setdefault(key, note)
    kept: list[Note] = []
    lost: list[Lost] = []
    for note in notes:
        key = folded(note.question)
        if not key:
            kept.append(note)
        elif note.unanswered and key in answered:
            why = report.repeated(answered[key].line)
            lost += [Lost(n, lines[n - 1], why) for n in range(note.line, note.last + 1) if lines[n - 1].strip()]
        elif (one := answered.get(key) or first[key]) is not note and one.line < note.line:
            kept.append(Note(note.question, note.answer, note.line, note.last, note.topic, one.line))
        else:
            kept.append(note)
    return kept, lost
