"""The lines of a file, each with what it is: heading, list item, code, formula, table row, and what it marks.

A scanner for files as people have them, not for CommonMark: `##No space`, a `**bold` that closes on the next line, a
`---` right below a paragraph, a fence that is never closed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.content.notes import inline, wording

MAX_LINES = 50_000
"""Lines that are looked at; the rest is reported as not read."""
_MATH_LINES = 120
_FENCE = re.compile(r"^(`{3,}|~{3,})\s*([^`]*)$")
_HEADING = re.compile(r"^([#＃]{1,6})(?![#＃!])\s*(\S.*)$")
_DIRECTIVE = re.compile(r"^#(?:include|define|pragma|ifdef|ifndef|endif|import|!/|\d+\b(?!\s?[.、)）:：]))|^#\S+(?:\s+#\S+)+\s*$")
_RULE = re.compile(r"^(?:(?:\*\s?){3,}|(?:-\s?){3,}|(?:_\s?){3,}|[—–=~＝]{3,}|<hr\s?/?>)$")
_UNDERLINE = re.compile(r"^(?:={2,}|-{3,})$")
_BULLET = re.compile(r"^([-*+•·●○◆◇■□▪▫‣➢►▶✦※–])(\s+|(?=[\u3400-\u9fff])|$)(?![-*]{2})")
_TASK = re.compile(r"^\[([ xX✓√]?)\]\s+")
_NUMBER = re.compile(
    r"^(?:(?P<multi>[0-9]{1,3}(?:\.[0-9]{1,3}){1,3})(?P<multi_end>[.、．)）]?\s+|[.、．)）])"
    r"|(?P<plain>[0-9０-９]{1,3})\s?\\?(?P<end>[.．:：。](?![0-9])|[、)）])\s*"
    r"|[（(](?P<round>[0-9０-９]{1,3})[)）]、?\s*"
    r"|[【\[](?P<square>[0-9０-９]{1,3})[】\]]、?(?!\()\s*"
    r"|(?P<circled>[①-⑳])\s*"
    r"|(?P<chinese>[一二三四五六七八九十]{1,3})(?P<chinese_end>[、.．:：])\s*"
    r"|[（(](?P<chinese_round>[一二三四五六七八九十]{1,3})[)）]、?\s*"
    r"|第\s?(?P<nth>[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})\s?(?:题|问|个问题)\s?[:：.、]?\s*)"
)
_BARE_NUMBER = re.compile(r"^([0-9]{1,3})\s+(?=[A-Z\u3400-\u9fff`*])(?![0-9]{1,3}\s+(?:种|个|类|大|点|层|步|次|年|月|条|道|项))")
_HAN_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九十", 1)}
_CONTENTS_ENTRY = re.compile(r"^\[[^\[\]]{1,300}\]\(#[^()]{0,200}\)\s*$|^\[?\[?@?\[?toc\]?\]?\]?$", re.IGNORECASE)
_ROW = re.compile(r"^\|.*\|?\s*$")
_SEPARATOR = re.compile(r"^\|?\s?:?-{1,60}:?\s?(?:\|\s?:?-{1,60}:?\s?){0,40}\|?$")
_HTML_HEADING = re.compile(r"^<h([1-6])(?:\s[^<>]{0,200})?>(.{1,300}?)</h\1>$", re.IGNORECASE)
_QUOTE = re.compile(r"^(?:>\s?)+")


@dataclass(slots=True)
class Line:
    """One line. kind: blank, text, heading, item, code, math, row, rule, quote, markup, front, comment, contents.

    text: its words without markers. offset: the column they begin at. marker: how it is numbered ("." for `1.`, "、",
    "()", "一、", "-" …), value: its number. likeness: see wording. bold: all of it is. label: it begins with "Q:" or
    "A:" in some language. summary: of a <details>.
    """

    number: int
    raw: str
    kind: str = "text"
    indent: int = 0
    text: str = ""
    level: int = 0
    offset: int = 0
    marker: str = ""
    value: int = 0
    likeness: int = 0
    bold: bool = False
    label: str = ""
    task: bool = False
    summary: bool = False
    opens: bool = False
    """The first line of a code block, a formula or a table."""


@dataclass(slots=True)
class Scanned:
    """The lines that were looked at, those beyond the limit, and the title the front matter gives."""

    lines: list[Line]
    beyond: list[Line] = field(default_factory=list)
    title: str = ""


def scan(source: str) -> Scanned:
    """Reads a whole text."""
    raw = source.split("\n")
    scanned = Scanned([Line(number, words) for number, words in enumerate(raw[:MAX_LINES], 1)])
    scanned.beyond = [Line(number, words) for number, words in enumerate(raw[MAX_LINES:], MAX_LINES + 1)]
    lines = scanned.lines
    at = _front_matter(lines, scanned)
    never_closed: dict[str, int] = {}
    while at < len(lines):
        at = _block(lines, at, never_closed)
    _underlined(lines)
    _continued(lines)
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
    line.indent = _indent(line.raw)
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
    _one(line, words)
    return at + 1


def _one(line: Line, words: str) -> None:
    """A line that is a block by itself."""
    first = words[0]
    if _RULE.match(words) if first in "*-_—–=~＝<" else False:
        line.kind = "rule"
        return
    if first == ">":
        quoted = _QUOTE.sub("", words)
        line.kind, line.text = "quote", quoted
        _label(line, quoted)
        line.likeness, line.bold = wording.likeness(quoted), inline.is_bold(quoted)
        return
    if first == "<":
        if (summary := inline.SUMMARY.search(words)) and summary["words"].strip():
            line.summary = True
            _marks(line, inline.tidy(summary["words"]).strip())
            return
        if inline.STRUCTURAL.match(words):
            line.kind = "markup"
            return
        if heading := _HTML_HEADING.match(words):
            words = f"{'#' * int(heading[1])} {heading[2]}"
    if "<" in words:
        words = inline.tidy(words).strip() or words
        first = words[0]
    if first in "#＃" and line.indent < 4 and (heading := _HEADING.match(words)) and not _DIRECTIVE.match(words):
        line.kind, line.level = "heading", len(heading[1])
        words = heading[2].rstrip("#＃ ").strip() or heading[2].strip()
        if bare := _BARE_NUMBER.match(words):
            words = words[bare.end() :]
        _marks(line, words)
        return
    _marks(line, words)


def _marks(line: Line, words: str) -> None:
    """Takes the markers off: bullet, task box, bold, number, label, in whatever order they come."""
    if line.kind == "text" and (bullet := _BULLET.match(words)):
        line.kind, line.marker = "item", "-"
        words = words[bullet.end() :]
        line.offset = line.indent + bullet.end()
        if task := _TASK.match(words):
            line.task, words = True, words[task.end() :]
    whole = inline.is_bold(words)
    peeled, bold = _peeled(words)
    if number := _NUMBER.match(peeled):
        rest = peeled[number.end() :]
        if rest.strip(" *_") and not _is_figure(number, rest):
            line.marker, line.value = _numbering(number)
            if line.kind == "text":
                line.kind = "item"
                line.offset = line.indent + max(2, min(number.end(), 5))
            words = bold + rest if bold else rest
            inner, more = _peeled(words)
            if not bold and more:
                whole = inline.is_bold(words)
            elif bold and (bare := _NUMBER.match(inner)) and bare["plain"]:  # "一、1. …"
                words = bold + inner[bare.end() :]
    if _CONTENTS_ENTRY.match(words):
        line.kind = "contents"
        return
    line.bold = whole
    _label(line, words)


def _label(line: Line, words: str) -> None:
    """Takes "Q:" or "A:" off."""
    if asked := wording.QUESTION_LABEL.match(words):
        rest = words[asked.end() :]
        if rest.strip(" *_") or line.kind != "heading":
            line.label, words = "q", _rebold(asked[0], rest)
    elif answered := wording.ANSWER_LABEL.match(words):
        line.label, words = "a", _rebold(answered[0], words[answered.end() :])
    line.text = words.strip()
    line.likeness = wording.likeness(words)


def _rebold(label: str, rest: str) -> str:
    """The rest of a line whose label opened a bold that the rest closes."""
    if label.count("**") % 2 and rest.count("**") % 2:
        return "**" + rest.lstrip() if label.lstrip().startswith("**") else rest
    return rest


def _peeled(words: str) -> tuple[str, str]:
    """(words without the bold they begin with, its mark)."""
    for mark in ("***", "**", "__"):
        if words.startswith(mark):
            return words[len(mark) :].lstrip(), mark
    return words, ""


def _numbering(number: re.Match[str]) -> tuple[str, int]:
    if number["multi"]:
        return f"multi{number['multi'].count('.')}", int(number["multi"].rsplit(".", 1)[1])
    if number["plain"]:
        return {"．": ".", "）": ")", "：": ":", "。": "."}.get(number["end"], number["end"]), int(number["plain"])
    for name, style in (("round", "()"), ("square", "[]")):
        if number[name]:
            return style, int(number[name])
    if number["circled"]:
        return "①", ord(number["circled"]) - ord("①") + 1
    if number["nth"]:
        nth = number["nth"]
        return "第", int(nth) if nth.isdecimal() else _han(nth)
    return ("一、", _han(number["chinese"])) if number["chinese"] else ("(一)", _han(number["chinese_round"]))


def _han(digits: str) -> int:
    """一 … 九十九; 0 for what is no number."""
    tens, _, units = digits.partition("十")
    if "十" not in digits:
        return _HAN_DIGITS.get(digits, 0)
    return 10 * _HAN_DIGITS.get(tens, 1) + _HAN_DIGITS.get(units, 0)


def _is_figure(number: re.Match[str], rest: str) -> bool:
    """ "3:" of a time or "1.5 times", which number nothing."""
    return bool(number["plain"]) and number["end"] in ":：" and not wording.likeness(rest)


def _mark(lines: list[Line], start: int, end: int, kind: str) -> int:
    for line in lines[start:end]:
        line.kind = kind
        line.indent = line.offset = _indent(line.raw)
        line.text = line.raw.strip()
    lines[start].opens = True
    return end


def _indent(raw: str) -> int:
    columns = 0
    for char in raw:
        if char == "\t":
            columns += 4 - columns % 4
        elif char == " ":
            columns += 1
        elif char == "\u3000":
            columns += 2
        else:
            break
    return columns


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
        if alone and (below.text[0] == "=" or (wording.is_title(line.text) or line.likeness >= wording.MEDIUM) and len(words) <= 80):
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
