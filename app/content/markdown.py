"""Markdown to HTML that needs no inline style or script: GFM, formulas, computed numbers, numbered references.

`parse` gives tokens, `render` draws them for one language; `inline` does both for a sentence. Formulas stay TeX
(`<span class="math" data-tex>`): the browser sets them. HTML in the source is text.
"""

from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from app.content.cjk import CjkInline, is_cjk
from app.content.marks import marks
from app.content.rules import keep_lines, own_places, rules
from app.content.scope import Scope
from app.kit.text import Lang


class _Markdown(MarkdownIt):
    """Only these addresses become links: ours, a place on the page, http(s) and mail."""

    def validateLink(self, url: str) -> bool:
        if url.startswith("//"):
            return False
        return url.lower().startswith(("/", "#", "https://", "http://", "mailto:"))


class _OwnMarkdown(_Markdown):
    """A learner's files name pictures and pages beside them; `own_places` takes those links off."""

    def validateLink(self, url: str) -> bool:
        return super().validateLink(url) or not (url.startswith("//") or ":" in url)


@cache
def _parser(marked: bool = True) -> MarkdownIt:
    """marked: with our marks for computed numbers and references, which a learner's own text cannot have."""
    md = _Markdown("zero") if marked else _OwnMarkdown("zero")
    md.inline = CjkInline()
    md.configure("gfm-like2", options_update={"html": False, "linkify": False, "tasklists": False})
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False, allow_labels=False, double_inline=True)
    if marked:
        md.use(marks)
    md.use(rules)
    if not marked:
        md.disable("join_chinese_lines")
        md.core.ruler.push("keep_lines", keep_lines)
        md.core.ruler.push("own_places", own_places)
    return md


def parse(source: str) -> list[Token]:
    """The tokens of a whole text."""
    return _parser().parse(source)


def parse_inline(source: str) -> list[Token]:
    """The tokens of a sentence: no paragraphs, lists or tables."""
    return _parser().parseInline(source)


def render(tokens: Sequence[Token], scope: Scope) -> str:
    """HTML of tokens, safe to put in a page as it is."""
    md = _parser()
    return str(md.renderer.render(tokens, md.options, {"scope": scope})).strip()


def inline(source: str, scope: Scope) -> str:
    """HTML of one sentence: a label, a prompt, a note."""
    return render(parse_inline(source), scope)


def block(source: str, scope: Scope) -> str:
    """HTML of a text of several paragraphs."""
    return render(parse(source), scope)


def own(source: str, lang: Lang) -> str:
    """HTML of a text that is not ours: HTML in it is text, pictures are links."""
    md = _parser(marked=False)
    return str(md.renderer.render(md.parse(source), md.options, {"scope": Scope(lang, own=True)})).strip()


def plain(tokens: Sequence[Token]) -> str:
    """The words alone, for search and descriptions; formulas keep their TeX, computed numbers are left out."""
    return "\n".join(filter(None, (_words(block) for block in tokens)))


def _words(block: Token) -> str:
    if block.type in ("fence", "code_block", "math_block"):
        return block.content.strip()
    words = ""
    for token in block.children or ():
        if token.type in ("softbreak", "hardbreak"):
            words += "" if words and is_cjk(words[-1]) else " "
        elif token.type not in ("run", "cite"):
            words += token.content
    return words.strip()
