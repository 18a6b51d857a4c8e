"""Our additions to markdown: `{{demo/preset/scalar|format}}`, a computed number; `[@key]`, a reference; and the
anchor of a heading, `## 短答 {#short}`.

The parser turns the first two into tokens `run` and `cite`; rules.py draws them, `mentions` lists them for the checks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from app.content.models import RunRef

RUN = re.compile(
    r"\{\{\s*(?P<demo>[a-z0-9-]+)/(?P<preset>[a-z0-9-]+)/(?P<scalar>[A-Za-z0-9_.-]+)\s*"
    r"(?:\\?\|\s*(?P<format>[^|{}\\]*?)\s*)?\}\}"
)
CITE = re.compile(r"\[@(?P<key>[A-Za-z0-9_:.-]+)\]")
_ANCHOR = re.compile(r"\s*\{#(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\}\s*$")
DEFAULT_FORMAT = ".3g"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the prose that names something: a run, a reference, a picture, or what looks like a
    mark and is none ("broken")."""

    kind: Literal["run", "cite", "image", "broken"]
    line: int
    text: str
    run: RunRef | None = None
    format: str = DEFAULT_FORMAT
    key: str = ""


def marks(md: MarkdownIt) -> None:
    """The markdown-it plugin."""
    md.core.ruler.before("block", "escape_pipes", _escape_pipes)
    md.core.ruler.after("block", "anchors", _anchors)
    md.inline.ruler.before("link", "cite", _cite)
    md.inline.ruler.before("link", "run", _run)


def mentions(tokens: Sequence[Token], first_line: int = 1) -> Iterator[Mention]:
    """Every mention in parsed markdown that starts on `first_line` of its file."""
    for block in tokens:
        if block.type == "math_block":
            yield from _lost(block.content, first_line + (block.map or [0])[0])
        line = first_line + (block.map[0] if block.map else 0)
        for token in block.children or ():
            if token.type in ("softbreak", "hardbreak"):
                line += 1
            elif token.type == "run":
                yield Mention("run", line, token.content, token.meta["run"], token.meta["format"])
            elif token.type == "cite":
                yield Mention("cite", line, token.content, key=token.meta["key"])
            elif token.type == "image":
                yield Mention("image", line, str(token.attrs["src"]))
            elif token.type in ("text", "math_inline", "math_inline_double"):
                yield from _lost(token.content, line)


_ALMOST = re.compile(r"\{\{[^{}\n]*/[^{}\n]*\}?\}?|\[@[^\]\n]*\]?|\*\*")


def _lost(text: str, line: int) -> Iterator[Mention]:
    """What was meant as a mark but did not parse, or stands inside a formula, where it cannot be drawn."""
    for match in _ALMOST.finditer(text):
        yield Mention("broken", line, match[0])


def _escape_pipes(state: StateCore) -> None:
    """`|` before the format would end a table cell: write it as `\\|`, which means the same in and out of tables."""
    state.src = RUN.sub(lambda m: re.sub(r"\\?\|", r"\\|", m[0]), state.src)


def _anchors(state: StateCore) -> None:
    """Move `{#id}` from the end of a heading's words to its id attribute."""
    for heading, words in pairwise(state.tokens):
        if heading.type == "heading_open" and (match := _ANCHOR.search(words.content)):
            heading.attrSet("id", match["id"])
            words.content = words.content[: match.start()]


def _run(state: StateInline, silent: bool) -> bool:
    match = RUN.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("run", "a", 0)
        token.content = match[0].replace("\\|", "|")
        token.meta = {
            "run": RunRef(demo=match["demo"], preset=match["preset"], scalar=match["scalar"]),
            "format": match["format"] or DEFAULT_FORMAT,
        }
    state.pos = match.end()
    return True


def _cite(state: StateInline, silent: bool) -> bool:
    match = CITE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")  # the mark stands right after the word
        token = state.push("cite", "a", 0)
        token.content = match[0]
        token.meta = {"key": match["key"]}
    state.pos = match.end()
    return True
