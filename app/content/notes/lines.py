"""One line: heading, list item, quotation or text; its number, its label, and how much it reads like a question.

For files as people have them, not for CommonMark: `##No space`, `1、` and `（1）`, `**1. bold with its number**`.
"""

import re
from dataclasses import dataclass

from app.content.notes import inline, wording

_HEADING = re.compile(r"^([#＃]{1,6})(?![#＃!])\s*(\S.*)$")
_DIRECTIVE = re.compile(
    r"^#(?:include|define|pragma|ifdef|ifndef|endif|import|!/|\d+\b(?!\s?[.、)）:：]))|^#\S+(?:\s+#\S+)+\s*$"
)
_RULE = re.compile(r"^(?:(?:\*\s?){3,}|(?:-\s?){3,}|(?:_\s?){3,}|[—–=~＝]{3,}|<hr\s?/?>)$")
_BULLET = re.compile(r"^([-*+•·●○◆◇■□▪▫‣➢►▶✦※–])(\s+|(?=[\u3400-\u9fff])|$)")
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
_BARE_NUMBER = re.compile(r"^([0-9]{1,3})\s+(?=[A-Z\u3400-\u9fff`*])(?!(?:种|个|类|大|点|层|步|次|年|月|条|道|项|题))")
_DASHED = re.compile(r"^([0-9]{1,3})\s[-–—]\s+(?=[A-Z\u3400-\u9fff`])")
_HAN_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九十", 1)}
_CONTENTS_ENTRY = re.compile(
    r"^[*_]{0,3}\[[^\[\]]{1,300}\]\(#[^()]{0,200}\)[*_]{0,3}\s*$|^\[?\[?@?\[?toc\]?\]?\]?$", re.IGNORECASE
)
_HTML_HEADING = re.compile(r"^<h([1-6])(?:\s[^<>]{0,200})?>(.{1,300}?)</h\1>$", re.IGNORECASE)
_QUOTE = re.compile(r"^(?:>\s?)+")
_CALLOUT = re.compile(r"^\[!(?:question|faq|help|quiz)\][-+]?\s+(\S.*)$", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """One line. kind: blank, text, heading, item, code, math, row, rule, quote, markup, front, comment, contents,
    definition.

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
    leads: bool = False
    """It begins with a question in bold and goes on with the answer."""
    opens: bool = False
    """The first line of a code block, a formula or a table."""


def mark(line: Line, words: str) -> None:
    """A line that is a block by itself."""
    first = words[0]
    if _RULE.match(words) if first in "*-_—–=~＝<" else False:
        line.kind = "rule"
        return
    if first == ">":
        quoted = _QUOTE.sub("", words)
        line.kind, line.text = "quote", quoted
        if callout := _CALLOUT.match(quoted):
            line.label, line.text = "q", callout[1].strip()
        else:
            _label(line, quoted)
        line.likeness, line.bold = wording.likeness(line.text), inline.is_bold(line.text)
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
    starless = inline.without_symbols(words)
    if starless != words and (_NUMBER.match(starless) or wording.QUESTION_LABEL.match(starless)):
        words = starless  # "★★☆ 3. …"
    whole = inline.is_bold(words)
    peeled, bold = _peeled(words)
    if dashed := _DASHED.match(peeled):
        peeled = f"{dashed[1]}. {peeled[dashed.end() :]}" if wording.asks(peeled) else peeled
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
    elif wording.ANSWER_NAME.match(wording.plain(words)):
        line.label, words = "a", ""
    line.text = words.strip()
    line.likeness = wording.likeness(words)
    if line.kind != "heading" and (
        (line.likeness == wording.MEDIUM and inline.leads_bold(line.text))
        or ("::" in words and inline.turns(line.text))
    ):
        line.likeness, line.leads = wording.STRONG, True


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


def indent(raw: str) -> int:
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
