"""The lines of a file with what they are: blocks of code, formulas, tables and front matter first, then line by line.

For files as people have them: a `---` right below a paragraph, a fence that is never closed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.content.notes import formulas, inline, references, wording
from app.content.notes.lines import Line, indent, mark

MAX_LINES = 60_000
"""Lines that are looked at; the rest is reported as not read."""
_MATH_LINES = 120
_FENCE = re.compile(r"^(`{3,}|~{3,})\s*([^`]*)$")
_UNDERLINE = re.compile(r"^(?:={2,}|-{3,})$")
_SEPARATOR = re.compile(r"^\|?\s?:?-{1,60}:?\s?(?:\|\s?:?-{1,60}:?\s?){0,40}\|?$")


@dataclass(slots=True)
class Scanned:
    """The lines that were looked at, those beyond the limit, and the title the front matter gives."""

    lines: list[Line]
    beyond: list[str] = field(default_factory=list)
    title: str = ""


def scan(source: str) -> Scanned:
    """Reads a whole text."""
    raw = source.split("\n")
    scanned = Scanned([Line(number, words) for number, words in enumerate(raw[:MAX_LINES], 1)])
    scanned.beyond = raw[MAX_LINES:]
    lines = scanned.lines
    at = _front_matter(lines, scanned)
    never_closed: dict[str, int] = {}
    while at < len(lines):
        at = _block(lines, at, never_closed)
    _underlined(lines)
    _continued(lines)
    _turned(lines)
    return scanned


def _front_matter(lines: Sequence[Line], scanned: Scanned) -> int:
    """Marks `--- key: value ---` at the very start; gives the line after it."""
    if not lines or lines[0].raw.strip() != "---":
        return 0
    for end, line in enumerate(lines[1:60], 1):
        words = line.raw.strip()
        if words in ("---", "..."):
            for one in lines[: end + 1]:
                one.kind = "front" if one.raw.strip() else "blank"
            return end + 1
        if words and not re.match(r"^(?:[\w\u3400-\u9fff-]{1,40}\s*[:：]|- |#|\s)", line.raw):
            return 0
        if match := re.match(r"^title\s*:\s*[\"']?(.{1,80}?)[\"']?$", words):
            scanned.title = match[1]
    return 0


def _block(lines: list[Line], at: int, never_closed: dict[str, int]) -> int:
    """Marks the line at `at`, and those that belong to it; gives the next one."""
    line = lines[at]
    words = line.raw.strip()
    if not words:
        line.kind = "blank"
        return at + 1
    line.indent = indent(line.raw)
    line.offset = line.indent
    line.text = words
    first = words[0]
    if first in "`~" and (fence := _FENCE.match(words)):
        return _mark(lines, at, _fence_end(lines, at, fence[1], never_closed), "code")
    if first in "$\\" and (end := _math_end(lines, at, words)) is not None:
        return _mark(lines, at, end, "math")
    if first == "<" and words.startswith("<!--"):
        for end in range(at, min(at + 40, len(lines))):
            if "-->" in lines[end].raw:
                if lines[end].raw.rstrip().endswith("-->"):
                    return _mark(lines, at, end + 1, "comment")
                break
    if (first == "|" or "|" in words) and at + 1 < len(lines) and _is_table(words, lines[at + 1].raw.strip()):
        end = at + 2
        while end < len(lines) and "|" in lines[end].raw and lines[end].raw.strip():
            end += 1
        return _mark(lines, at, end, "row")
    if first == "[" and references.DEFINITION.match(words):
        line.kind = "definition"
        return at + 1
    mark(line, words)
    if formulas.opened(words):
        for end in range(at + 1, min(at + _MATH_LINES, len(lines))):
            if "$$" in lines[end].raw:
                _mark(lines, at + 1, end + 1, "math")
                lines[at + 1].opens = False
                return end + 1
    return at + 1


def _mark(lines: list[Line], start: int, end: int, kind: str) -> int:
    for line in lines[start:end]:
        line.kind = kind
        line.indent = line.offset = indent(line.raw)
        line.text = line.raw.strip()
    lines[start].opens = True
    return end


def _fence_end(lines: list[Line], at: int, fence: str, never_closed: dict[str, int]) -> int:
    """The line after the closing fence; where there is none (which is remembered), the next blank one."""
    char, size = fence[0], len(fence)
    if size < never_closed.get(char, 1 << 30):
        for end in range(at + 1, len(lines)):
            words = lines[end].raw.strip()
            if words.startswith(fence) and not words.strip(char):
                return end + 1
        never_closed[char] = size
    return next((end for end in range(at + 1, len(lines)) if not lines[end].raw.strip()), len(lines))


def _math_end(lines: list[Line], at: int, words: str) -> int | None:
    """The line after a formula that begins with the line; None when it is no formula of several lines."""
    for begin, close in (("$$", "$$"), ("\\[", "\\]"), ("\\begin{", "\\end{")):
        if not words.startswith(begin):
            continue
        if close in words[len(begin) :]:
            closed = words.rstrip(" .,;。，；").endswith(close) or begin == "\\begin{"
            return at + 1 if closed else None
        for end in range(at + 1, min(at + _MATH_LINES, len(lines))):
            if close in lines[end].raw:
                return end + 1
    return None


def _is_table(words: str, below: str) -> bool:
    return len(below) < 2000 and "-" in below and "|" in below and _SEPARATOR.match(below) is not None


def _underlined(lines: list[Line]) -> None:
    """A short line by itself with `===` or `---` right below it is a heading."""
    for at in range(1, len(lines)):
        below, line = lines[at], lines[at - 1]
        if below.kind != "rule" or not _UNDERLINE.match(below.text) or line.kind != "text" or line.label:
            continue
        alone = at == 1 or lines[at - 2].kind in ("blank", "rule", "heading", "front")
        words = wording.plain(line.text)
        if alone and (
            below.text[0] == "="
            or ((wording.is_title(line.text) or line.likeness >= wording.MEDIUM) and len(words) <= 80)
        ):
            line.kind, line.level = "heading", 1 if below.text[0] == "=" else 2
            below.kind = "underline"


def _continued(lines: list[Line]) -> None:
    """A numbered line (or a bold one that stays open) that ends in a question mark only one or two lines further down
    reads like a question all the same."""
    for at, line in enumerate(lines):
        opened = line.kind == "text" and inline.opens_bold(line.text)
        if line.likeness == wording.STRONG or not (line.kind == "item" or line.label == "q" or opened):
            continue
        if line.text.rstrip("*_ ")[-1:] in ("。", ".", "！", "!"):
            continue
        for more in lines[at + 1 : at + 3]:
            if more.kind != "text" or more.label or more.bold:
                break
            if more.likeness == wording.STRONG and wording.asks(more.text):
                line.likeness = wording.STRONG
                break


def _turned(lines: list[Line]) -> None:
    """A `?` by itself turns a flashcard over: what stands right above it is the question."""
    for above, line in pairwise(lines):
        if line.kind == "text" and line.raw.strip() in ("?", "？", "??"):
            line.kind = "markup"
            if above.kind == "text" and above.text:
                above.likeness, above.leads = wording.STRONG, True
