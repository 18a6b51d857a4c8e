"""Inside a line: HTML that notes are full of becomes Markdown, and decoration around a question goes.

Code and formulas are left as they are. Every repetition is bounded, so that no line takes more than linear time.
"""

import re
import unicodedata
from collections.abc import Callable

from app.content.cjk import is_cjk
from app.content.notes import wording

_KEPT = re.compile(r"`[^`\n]{1,500}`|\$\$[^$\n]{1,1000}\$\$|\$[^$\n]{1,500}\$")
_SPACED = re.compile(r"(?<![$\\`])\$(?!\$)([^$\n`]{1,500})\$(?!\$)")
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,15})(?P<rest>(?:\s[^<>]{0,400})?)/?>")
_ATTRIBUTE = re.compile(r"\b(src|alt|href|title)\s*=\s*(?:\"([^\"]{0,300})\"|'([^']{0,300})'|([^\s\"'>]{1,300}))")
_COMMENT = re.compile(r"<!--.{0,500}?-->")
_ANCHOR = re.compile(r"\s*\{#[^{}\s]{1,80}\}\s*$")
_ANCHOR_LINK = re.compile(r"\[([^\[\]]{1,300})\]\(#[^()\s]{0,200}\)")
_TAIL_LINK = re.compile(r"\s*\[(?:↑|⬆️?|🔝|back to top|返回顶部|回到顶部|top|TOC)\]\(#[^()]{0,80}\)\s*$", re.IGNORECASE)
_SPACES = re.compile(r"&(?:nbsp|emsp|ensp|#160|#xa0);?", re.IGNORECASE)
_TEX = re.compile(r"\\\((.{1,300}?)\\\)")
_DROPPED = re.compile(
    r"details|summary|p|div|span|center|font|u|mark|small|big|section|article|nav|header|footer|main|figure|figcaption|"
    r"ul|ol|dl|table|tbody|thead|tr|label|s|del|ins|a"
)
_MARKED = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "kbd": "`"}
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_SUB_SUP = re.compile(r"<(sub|sup)>([^<>]{1,40})</\1>", re.IGNORECASE)
_HTML_LINK = re.compile(r"<a\s[^<>]{0,400}>([^<>]{0,300})</a>", re.IGNORECASE)
_TAGGED = re.compile(r"[（(\[【][^（）()\[\]【】]{0,40}[）)\]】]")
STRUCTURAL = re.compile(
    r"^(?:\s*</?(?:details|summary|p|div|center|font|span|br|ul|ol|li|section|article|a|figure|dl|dt|dd|hr|table|tbody|thead|tr)"
    r"(?:\s[^<>]{0,400})?/?>\s*){1,20}$",
    re.IGNORECASE,
)
SUMMARY = re.compile(r"<summary(?:\s[^<>]{0,200})?>(?P<words>.{0,1000}?)(?:</summary>|$)", re.IGNORECASE)


def tidy(line: str, table: bool = False) -> str:
    """A line with HTML as Markdown. table: a line break would end the row, so it becomes a space."""
    if "$ " in line:
        line = _SPACED.sub(_tight, line)
    if "<" not in line and "&" not in line and "\\(" not in line:
        return line
    return outside(line, lambda words: _without_html(words, table))


def _tight(match: re.Match[str]) -> str:
    """`$ x_1 $` as it would be drawn; `$ 5 and 10 $` stays."""
    inner = match[1].strip()
    return f"${inner}$" if inner and (re.search(r"[\\_^=]", inner) or re.fullmatch(r"[A-Za-z]'?", inner)) else match[0]


def outside(line: str, change: Callable[[str], str]) -> str:
    """The line with everything but its code and formulas changed."""
    out, at = [], 0
    for match in _KEPT.finditer(line):
        out += [change(line[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*out, change(line[at:])])


def _without_html(words: str, table: bool) -> str:
    words = _SPACES.sub(" ", _COMMENT.sub("", words))
    words = _TEX.sub(lambda m: f"${m[1].strip()}$", words)
    if "<" not in words:
        return words
    words = _SUB_SUP.sub(_script, words)
    words = _HTML_LINK.sub(_link, words)
    return _TAG.sub(lambda m: _tag(m, table), words)


def _script(match: re.Match[str]) -> str:
    raised = match[1].lower() == "sup"
    inner = match[2].strip()
    set_ = inner.translate(_RAISED if raised else _LOWERED)
    return set_ if all(not char.isascii() for char in set_) else f"{'^' if raised else '_'}{inner}"


def _link(match: re.Match[str]) -> str:
    href, words = _attributes(match[0]).get("href", ""), match[1].strip()
    return f"[{words or href}]({href})" if href and not href.startswith("#") else words


def _tag(match: re.Match[str], table: bool) -> str:
    name = match["name"].lower()
    if name == "br":
        return " " if table else "  \n"
    if name == "img":
        given = _attributes(match[0])
        return f"![{given.get('alt', '')}]({given['src']})" if given.get("src") else ""
    if name in _MARKED:
        return _MARKED[name]
    if name == "li":
        return "" if match["close"] else "- "
    if name in ("td", "th"):
        return " | " if match["close"] else ""
    return "" if _DROPPED.fullmatch(name) else match[0]


def _attributes(tag: str) -> dict[str, str]:
    return {m[1].lower(): next(filter(None, m.groups()[1:]), "") for m in _ATTRIBUTE.finditer(tag)}


def question(words: str) -> str:
    """A question without what decorates it: bold, anchors, links to the page itself, symbols around it."""
    words = " ".join(tidy(words).split()) if len(words) < 4000 else words
    words = wording.HASHTAGS.sub("", _ANCHOR.sub("", _TAIL_LINK.sub("", words)))
    words = _ANCHOR_LINK.sub(r"\1", words)
    words = without_symbols(words.strip())
    words = unbold(words)
    return without_symbols(words.strip()).strip(" \u3000")


def unbold(words: str) -> str:
    """`**all of it**` without the stars; stars that mark only a part stay, those that mark nothing go."""
    for mark in ("***", "**", "__", "==", "~~"):
        size = len(mark)
        if words.startswith(mark):
            if words.endswith(mark) and len(words) > 2 * size and mark not in words[size:-size]:
                return unbold(words[size:-size].strip())
            closed = words.find(mark, size)
            rest = words[closed + size :] if closed > 0 else ""
            told = _TAGGED.sub("", rest)
            if closed > 0 and mark not in rest and not re.search(r"[A-Za-z0-9\u3400-\u9fff]", told):
                return (words[size:closed].strip() + rest).strip()  # `**什么是 BN**？`, `**什么是 BN？**（高频）`
            if closed < 0:
                return words[size:].strip()
        elif words.endswith(mark) and words.count(mark) == 1:
            return words[:-size].strip()
    if len(words) > 2 and words[0] == words[-1] and words[0] in "*_" and words[0] not in words[1:-1]:
        return words[1:-1].strip()
    return words


def is_bold(words: str) -> bool:
    """Whether all of a line is bold (but for what closes a sentence)."""
    words = words.strip()
    return words.startswith(("**", "__")) and len(words) > 4 and unbold(words) != words and not _opens_only(words)


def opens_bold(words: str) -> bool:
    """Whether bold begins with the line and does not end in it."""
    return words.startswith(("**", "__")) and _opens_only(words)


def leads_bold(words: str) -> bool:
    """Whether a line begins with a question in bold and goes on with something else, its answer."""
    return words.startswith(("**", "__")) and bool(split_answer(words, True)[1])


def turns(words: str) -> re.Match[str] | None:
    """ "Question::Answer", as flashcards in notes are written; `torch::nn` is none."""
    found = _TURN.match(words)
    return found if found and wording.likeness(found["asked"]) >= wording.MEDIUM else None


def _opens_only(words: str) -> bool:
    return words.count(words[:2]) == 1


def without_symbols(words: str) -> str:
    """Without the emoji and stars that mark a line as important."""
    start, end = 0, len(words)
    while start < end and _is_symbol(words[start]):
        start += 1
    while end > start and _is_symbol(words[end - 1]):
        end -= 1
    return words[start:end].strip() if (start, end) != (0, len(words)) else words


def _is_symbol(char: str) -> bool:
    return char in " \ufe0f\u200d" or (unicodedata.category(char) == "So" and not "①" <= char <= "⓿")


def joined(first: str, second: str) -> str:
    """Two lines of one sentence: no space between Chinese characters."""
    if first and second and (is_cjk(first[-1]) and is_cjk(second[0])):
        return first + second
    return f"{first} {second}".strip()


_MORE = re.compile(r"^(?:请|并|举|explain|describe|give|why|how|and )", re.IGNORECASE)
_AFTER_MARK = re.compile(r"[?？]+[*_]{0,3}[\s]{0,3}")


TERM = re.compile(r"(?P<asked>[^—–。，；,;?？]{2,40}?)(?:\s?——\s?|\s[—–]\s)(?P<told>\S.{3,})$")
"""A term and, behind a dash, what it is: "感受野——…"."""
_TURN = re.compile(r"(?P<asked>(?:`[^`]{0,200}`|[^`:]|:(?!:)){3,300}?)\s?:::?\s?(?P<told>[^\s:].*)$")


def split_answer(words: str, marked: bool) -> tuple[str, str]:
    """(question, answer) of a line that holds both: "Q? A: …", "**Q?** …", "Q? …". marked: the line is numbered, bold
    or labelled, so that words after the last question mark may be its answer."""
    if len(words) > 4000:
        return words, ""
    if (inside := wording.INSIDE_ANSWER.search(words)) and inside.start() > 3 and inside.end() < len(words):
        head = words[: inside.start()].rstrip(" *_")
        if wording.likeness(head) >= wording.MEDIUM or wording.QUESTION_LABEL.match(words):
            return words[: inside.start()].strip(), words[inside.end() :].strip()
    if turned := turns(words):
        return turned["asked"].strip(), turned["told"].strip()
    if not marked:
        return words, ""
    if term := TERM.match(words):
        return term["asked"].strip(), term["told"].strip()
    for mark in ("**", "__"):
        closed = words.find(mark, 2) if words.startswith(mark) else -1
        if closed > 0 and wording.asks(words[2:closed]):
            rest = words[closed + 2 :].strip()
            if re.search(r"[A-Za-z0-9\u3400-\u9fff$]", rest) and not _still_asking(rest):
                return words[2:closed].strip(), rest.lstrip("：:—–- ").strip()
    last = next(reversed(list(_AFTER_MARK.finditer(words))), None)
    if last is None or wording.asks(words):
        return words, ""
    head, rest = words[: last.end()].strip(), words[last.end() :].strip()
    if not wording.asks(head) or _still_asking(rest) or head.count("`") % 2 or head.count("$") % 2:
        return words, ""
    return head, rest.lstrip("：:—–- ").strip()


def _still_asking(rest: str) -> bool:
    """What follows a question mark and still belongs to the question: a tag, "please explain", "(Google)"."""
    words = wording.plain(rest)
    if not re.search(r"[A-Za-z0-9\u3400-\u9fff]", words):
        return True
    if re.match(r"^[（(\[【{#].{0,60}[）)\]】}]?$", words):
        return True
    return (
        wording.width(words) <= 60
        and wording.likeness(words.rstrip("。.")) >= wording.MEDIUM
        and _MORE.match(words) is not None
    )
