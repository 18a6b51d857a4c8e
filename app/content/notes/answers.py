"""The lines below a question as one Markdown text: out of the list they stood in, HTML as Markdown, "TODO" as none."""

import re
from collections.abc import Sequence

from app.content.notes import formulas, inline, wording
from app.content.notes.lines import Line

_CELL = re.compile(r"(?<!\\)\|")
_QUOTE = re.compile(r"^\s{0,3}>\s?")
_ASKED = re.compile(r"^(?:问题|题目|面试题|问|题|正面|questions?|q|front|prompt)$", re.IGNORECASE)
_TOLD = re.compile(
    r"^(?:答案|回答|参考答案|解答|答|背面|要点|答案要点|answers?|a|back|response|key points?)$", re.IGNORECASE
)


def assembled(first: str, body: Sequence[Line], question: Line) -> str:
    """first: what the question's own line said of the answer already."""
    before, opens, tail = first.rpartition("$$") if first.count("$$") % 2 and "`" not in first else (first, "", "")
    first = before.strip()
    lines = _drawn(body, opens + tail)
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    lines = _dedented(lines, question)
    if lines and all(not line.strip() or line.lstrip().startswith(">") for line in lines):
        lines = [_QUOTE.sub("", line) for line in lines]
        if lines and (label := wording.ANSWER_LABEL.match(lines[0])):
            lines[0] = lines[0][label.end() :]
    head = inline.tidy(inline.unbold(first) if first.startswith("**") and first.count("**") == 1 else first).strip()
    if head and lines:
        gap = "" if (body and body[0].kind == "blank") or lines[0] == "$$" else None
        lines = [head, *([gap] if gap is not None else []), *lines]
    elif head:
        lines = [head]
    return without_placeholder("\n".join(line.rstrip(" ") if not line.endswith("  ") else line for line in lines))


def _drawn(body: Sequence[Line], opened: str) -> list[str]:
    """The lines as they stand in the answer, formulas of several lines as Markdown takes them. opened: the beginning of
    one that the question's own line has."""
    lines: list[str] = []
    at = 0
    while at < len(body) or opened:
        start, words = at, opened
        if not opened:
            start, words = at + 1, _words(body[at])
        line = None if opened else body[at]
        opened = ""
        end = start
        if line is None or line.kind == "math" or formulas.opened(line.text):
            while end < len(body) and body[end].kind == "math" and not body[end].opens:
                end += 1
        at = end
        if line is not None and line.kind != "math":
            if end == start:
                lines.append(words)
                continue
            before, _, words = words.rpartition("$$")
            lines.append(before.rstrip())
            words = " " * (line.offset if line.kind == "item" else line.indent) + "$$" + words
        block = formulas.displayed([words, *(_words(one) for one in body[start:end])])
        lines += block[1:] if lines and not lines[-1] and not block[0] else block
        if at < len(body) and body[at].kind == "blank" and not lines[-1]:
            lines.pop()
    return lines


def without_placeholder(answer: str) -> str:
    """ "" for an answer that only says there is none yet."""
    answer = answer.strip("\n").rstrip()
    short = answer.strip()
    return "" if len(short) <= 60 and (not short or wording.PLACEHOLDER.match(short)) else answer


def trimmed(body: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """(the answer, remarks about the file after its last dividing line)."""
    kept = list(body)
    while kept and kept[-1].kind == "blank":
        kept.pop()
    last = kept[-1] if kept else None
    if last is None or last.kind not in ("text", "quote") or not wording.REMARK.search(last.text[:400]):
        return kept, []
    before = kept[-2] if len(kept) > 1 else None
    alone = before is None or before.kind == "blank"
    if alone and len(last.text) < 200 and len(kept) > 1:
        return kept[:-1], [last]
    return kept, []


def questions_of_table(rows: Sequence[Line]) -> list[tuple[str, str]] | None:
    """(question, answer) of every row of a table whose head says so; None for any other table."""
    head = [wording.plain(cell).strip() for cell in cells(rows[0].raw)]
    asked = next((at for at, cell in enumerate(head) if _ASKED.match(cell)), None)
    told = next((at for at, cell in enumerate(head) if _TOLD.match(cell)), None)
    if asked is None or len(rows) < 3 or (told is None and len(head) > 2):
        return None
    found = []
    for row in rows[2:]:
        parts = [inline.tidy(cell, table=True).strip().replace("\\|", "|") for cell in cells(row.raw)]
        parts += [""] * (len(head) - len(parts))
        found.append((parts[asked], parts[told] if told is not None else ""))
    return found


def cells(raw: str) -> list[str]:
    """The cells of a table row."""
    return [cell.strip() for cell in _CELL.split(raw.strip().removeprefix("|").removesuffix("|"))]


def _words(line: Line) -> str:
    """A line of the file as it stands in the answer."""
    raw = (
        " " * line.indent + line.raw.strip()
        if line.raw[:1] in "\t\u3000" or "\t" in line.raw[: line.indent]
        else line.raw.rstrip()
    )
    if line.kind == "code":
        return raw if not line.raw.startswith("\t") else " " * line.indent + line.raw.lstrip("\t ").rstrip()
    if line.kind == "markup" or line.summary:
        return "" if line.kind == "markup" else " " * line.indent + f"**{inline.unbold(line.text)}**"
    if line.kind == "math":
        return raw
    return inline.tidy(raw, table=line.kind == "row") if line.kind != "blank" else ""


def _dedented(lines: Sequence[str], question: Line) -> list[str]:
    """Without the indentation that a list item gives to what stands below it; code that is indented stays so."""
    first = next((line for line in lines if line.strip()), "")
    depth = _depth(first)
    if question.kind != "item":
        depth = depth if depth < 4 else 0
    elif depth >= question.offset + 4:
        depth = question.offset
    least = min((_depth(line) for line in lines if line.strip()), default=0)
    depth = min(depth, least) if least else depth
    return [line[min(depth, _depth(line)) :] for line in lines]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
