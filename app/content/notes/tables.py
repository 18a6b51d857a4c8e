"""CSV and TSV: with or without a header, cells of several lines, columns in any order (guessed, and said)."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from app.content.notes import answers, inline, report, wording
from app.content.notes.blocks import MAX_LINES
from app.content.notes.decoding import MAX_BYTES
from app.content.notes.report import Lost, Note, Report

_NAMES = {
    "question": re.compile(r"^(?:questions?|q|front|prompt|title|问题|题目|题干|面试题|正面|问)$", re.IGNORECASE),
    "answer": re.compile(
        r"^(?:answers?|a|back|response|solution|key points?|答案|回答|参考答案|解答|解析|背面|要点|答)$", re.IGNORECASE
    ),
    "topic": re.compile(
        r"^(?:topics?|tags?|category|categories|section|deck|subject|主题|分类|类别|标签|章节|知识点)$", re.IGNORECASE
    ),
}
_SEPARATORS = ("\t", ",", ";", "|", "，")
_LONGEST_CELL = 60
"""Lines above which a cell has swallowed the rest of the file: its quote is never closed."""
_MANY_COLUMNS = 30
Row = tuple[int, list[str]]


def looks_like(text: str) -> str:
    """ "csv" or "tsv" when the first lines are rows of equally many cells; "" otherwise."""
    lines = [line for line in text[:20_000].split("\n")[:40] if line.strip()][:12]
    if not lines or any(line.lstrip().startswith(("#", "|", "```", ">", "- ", "* ")) for line in lines):
        return ""
    if len(lines) > 1 and all(line.count("\t") == lines[0].count("\t") > 0 for line in lines):
        return "tsv"
    first = next(csv.reader([lines[0]]), [])
    named = sum(any(name.match(cell.strip()) for name in _NAMES.values()) for cell in first)
    return (
        "csv"
        if named >= 2
        or (len(lines) > 1 and sum(line.startswith('"') and '","' in line for line in lines) > len(lines) / 2)
        else ""
    )


def read(text: str, format: str, chosen: Mapping[str, int]) -> Report:
    """A table as cards. chosen: columns that somebody has named, from 0."""
    separator = "\t" if format == "tsv" and "\t" in text else _separator(text)
    rows = list(_rows(text.split("\n")[:MAX_LINES], separator))
    lines = text.split("\n")
    beyond = range(MAX_LINES, len(lines))
    header = rows[0][1] if rows and _is_header(rows[0][1], len(rows)) else []
    body = rows[1:] if header else rows
    columns = _columns(header, [cells for _, cells in body], chosen)
    cards: list[Note] = []
    lost: list[Lost] = []
    if header:
        lost += [Lost(n, lines[n - 1], report.TABLE_HEAD) for n in _range(rows, 0, lines)]
    start = 1 if header else 0
    for place, (line, cells) in enumerate(body, start):
        question = inline.question(_cell(cells, columns.get("question")).strip())
        answer = answers.without_placeholder(_tidied(_cell(cells, columns.get("answer"))))
        covered = _range(rows, place, lines)
        if question and re.search(r"[^\W_]", question):
            topic = _cell(cells, columns.get("topic")).strip()[:200]
            cards.append(Note(question, answer, line, covered[-1] if covered else line, topic))
        else:
            lost += [Lost(n, lines[n - 1], report.NO_QUESTION) for n in covered]
    lost += [Lost(at + 1, lines[at], report.MANY_LINES) for at in beyond if lines[at].strip()]
    return Report(cards, lost, columns=columns, header=header)


def _rows(lines: Sequence[str], separator: str) -> Iterator[Row]:
    """(line, cells) of every row that is not empty. A quote that is never closed holds only its own line."""
    csv.field_size_limit(MAX_BYTES * 2)
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = _row_end(lines, at, separator)
        if end is None:
            yield at + 1, [cell.strip().strip('"') for cell in lines[at].split(separator)]
            at += 1
            continue
        cells = next(csv.reader(io.StringIO("\n".join(lines[at:end])), delimiter=separator, skipinitialspace=True), [])
        if any(cell.strip() for cell in cells):
            yield at + 1, cells
        at = end


def _row_end(lines: Sequence[str], at: int, separator: str) -> int | None:
    """The line after a row; None when a quote opens in it and is not closed soon."""
    inside = False
    for end in range(at, min(at + _LONGEST_CELL, len(lines))):
        inside = _quoted(lines[end], separator, inside)
        if not inside:
            return end + 1
    return None


def _quoted(line: str, separator: str, inside: bool) -> bool:
    """Whether a quoted cell is open at the end of a line. A quote opens one only at the beginning of a cell."""
    at, start = 0, not inside
    while at < len(line):
        char = line[at]
        if inside:
            if char == '"':
                if line[at + 1 : at + 2] == '"':
                    at += 1
                else:
                    inside = False
        elif char == '"' and start:
            inside = True
        start = not inside and (char == separator or (start and char == " "))
        at += 1
    return inside


def _separator(text: str) -> str:
    """The sign that cuts most lines into equally many cells."""
    lines = [line for line in text[:50_000].split("\n") if line.strip()][:50]
    best = (0.0, ",")
    for sign in _SEPARATORS:
        counts = [len(next(csv.reader([line], delimiter=sign), [])) - 1 for line in lines]
        if counts and max(counts) > 0:
            usual = max(set(counts) - {0}, key=counts.count)
            score = counts.count(usual) / len(counts) + (0.01 if sign in "\t," else 0.0)
            best = max(best, (score, sign))
    return best[1]


def _is_header(cells: Sequence[str], rows: int) -> bool:
    """One cell at least names what its column holds, and none of them asks."""
    named = [name for name, pattern in _NAMES.items() if any(pattern.match(cell.strip()) for cell in cells)]
    return (
        rows > 1
        and bool(named)
        and not any(wording.asks(cell) for cell in cells)
        and ("question" in named or "answer" in named)
    )


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]], chosen: Mapping[str, int]) -> dict[str, int]:
    """Which column is which: as chosen, as the header says, else by how the cells read."""
    width = min(max([len(header), *(len(row) for row in rows)], default=0), _MANY_COLUMNS)
    found = {name: at for name, at in chosen.items() if 0 <= at < width}
    for name, pattern in _NAMES.items():
        at = next(
            (at for at, cell in enumerate(header) if pattern.match(cell.strip()) and at not in found.values()), None
        )
        if at is not None:
            found.setdefault(name, at)
    free = [at for at in range(width) if at not in found.values()]
    sample = rows[:200]
    if "question" not in found and free:
        found["question"] = max(free, key=lambda at: (_asking(sample, at), -_length(sample, at)))
        free.remove(found["question"])
    if "answer" not in found and free:
        found["answer"] = max(free, key=lambda at: (_length(sample, at), -at))
        free.remove(found["answer"])
    if "topic" not in found and len(free) == 1 and not chosen and _few(sample, free[0]):
        found["topic"] = free[0]
    return found


def _asking(rows: Sequence[Sequence[str]], at: int) -> float:
    """How much a column reads like questions; one of nothing but numbers does not."""
    cells = [row[at].strip() for row in rows if at < len(row)]
    words = [cell for cell in cells if cell]
    if not words or all(re.fullmatch(r"[\d.\s]+", cell) for cell in words):
        return -1.0
    return round(sum(min(wording.likeness(cell), 2) for cell in words) / len(words), 1)


def _length(rows: Sequence[Sequence[str]], at: int) -> float:
    cells = [row[at].strip() for row in rows if at < len(row)]
    return sum(map(len, cells)) / max(len(cells), 1)


def _few(rows: Sequence[Sequence[str]], at: int) -> bool:
    """A column of short words that come again and again."""
    cells = [row[at].strip() for row in rows if at < len(row) and row[at].strip()]
    return bool(cells) and max(map(len, cells)) <= 40 and not all(cell.isdigit() for cell in cells)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _tidied(answer: str) -> str:
    return "\n".join(inline.tidy(line) for line in answer.replace("\\n", "\n").split("\n")).strip() if answer else ""


def _range(rows: Sequence[Row], place: int, lines: Sequence[str]) -> list[int]:
    """The lines of a row, without blank ones."""
    starts = [line for line, _ in rows[place : place + 2]] + [min(len(lines), MAX_LINES) + 1]
    return [n for n in range(starts[0], starts[1]) if lines[n - 1].strip()]
