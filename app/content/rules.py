"""How tokens become HTML where markdown-it's own way needs changing: strict CSP, wide tables, formulas, our marks."""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.content import numbers
from app.content.cjk import is_cjk
from app.content.listing import highlight
from app.content.models import RunRef
from app.content.scope import Scope
from app.kit.text import Lang

Tokens = Sequence[Token]

_ALERTS: dict[str, dict[Lang, str]] = {
    "Note": {"zh": "注", "en": "Note"},
    "Tip": {"zh": "提示", "en": "Tip"},
    "Important": {"zh": "要点", "en": "Important"},
    "Warning": {"zh": "当心", "en": "Warning"},
    "Caution": {"zh": "小心", "en": "Caution"},
}


_NUMBERED = re.compile(r"[（(]?[0-9０-９一二三四五六七八九十]{1,3}[、.)）．]|[①-⑳]|[A-H][.、)]")


def rules(md: MarkdownIt) -> None:
    """The markdown-it plugin."""
    md.core.ruler.push("classes_not_styles", _classes_not_styles)
    md.core.ruler.push("join_chinese_lines", _join_chinese_lines)
    md.core.ruler.push("alert_titles", _alert_titles)
    for name, rule in {
        "run": _run, "cite": _cite, "fence": _fence, "code_block": _fence, "image": _image, "link_open": _link_open,
        "math_inline": _math, "math_inline_double": _math_display, "math_block": _math_block,
        "text": _text, "table_open": _table_open, "table_close": _table_close, "alert_title": _alert_title,
    }.items():  # fmt: skip
        md.add_render_rule(name, rule)


def is_local_image(src: str) -> bool:
    """Pictures are served by us, from /static, and nowhere else."""
    return src.startswith("/static/") and ".." not in src


def _classes_not_styles(state: StateCore) -> None:
    """A column's alignment as a class: `style="text-align:right"` becomes `class="align-right"`."""
    for token in state.tokens:
        style = str(token.attrs.pop("style", ""))
        if style:
            token.attrJoin("class", "align-" + style.removeprefix("text-align:"))


def _join_chinese_lines(state: StateCore) -> None:
    """A line break between two Chinese characters is no space."""
    for block in state.tokens:
        children = block.children or []
        for (before, this), after in zip(pairwise(children), children[2:], strict=False):
            if this.type == "softbreak" and _ends(before.content, -1) and _ends(after.content, 0):
                this.hidden, this.type = True, "text"


def keep_lines(state: StateCore) -> None:
    """For a learner's own notes: lines stay lines after Chinese, and where the next one is numbered."""
    for block in state.tokens:
        children = block.children or []
        for (before, this), after in zip(pairwise(children), children[2:], strict=False):
            if this.type == "softbreak" and (_ends(before.content, -1) or _NUMBERED.match(after.content)):
                this.type, this.tag = "hardbreak", "br"


def own_places(state: StateCore) -> None:
    """In a learner's own notes a link that leads nowhere from here (another file of theirs, a heading) is its words;
    and a heading is none of the page's."""
    for block in state.tokens:
        if block.type in ("heading_open", "heading_close"):
            block.tag = "p"
            if block.type == "heading_open":
                block.attrJoin("class", "own-heading")
        open_: list[bool] = []
        for token in block.children or ():
            if token.type == "link_open":
                open_.append(str(token.attrs.get("href", "")).lower().startswith(("http://", "https://", "mailto:")))
            if token.type in ("link_open", "link_close") and open_ and not open_[-1]:
                token.tag, token.attrs = "span", {}
            if token.type == "link_close" and open_:
                open_.pop()


def _ends(words: str, at: int) -> bool:
    return bool(words) and is_cjk(words[at])


def _alert_titles(state: StateCore) -> None:
    """The word GitHub's alerts begin with is drawn in the reader's language."""
    for opening, words in pairwise(state.tokens):
        if opening.type == "alert_title_open":
            for token in words.children or ():
                token.type = "alert_title"


def _run(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    scope: Scope = env["scope"]
    run: RunRef = tokens[at].meta["run"]
    value = scope.runs.value(run) if scope.runs else None
    link = scope.runs.link(run, scope.lang) if scope.runs and scope.links else None
    number = "…" if value is None else _number(value, tokens[at].meta["format"])
    if link is None:
        return number
    return f'<a class="run" href="{escape(link.href)}" title="{escape(link.title)}">{number}</a>'


def _number(value: float, spec: str) -> str:
    try:
        shown = numbers.html(value, spec)
    except ValueError:
        shown = numbers.html(value, ".3g")
    return f'<data value="{value!r}">{shown}</data>'


def _cite(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    scope: Scope = env["scope"]
    key = tokens[at].meta["key"]
    number = scope.cites.get(key)
    if number is None or not scope.links:
        return f'<sup class="cite">[{number or "?"}]</sup>'
    return f'<sup class="cite"><a href="{escape(scope.works)}#ref-{escape(key)}">[{number}]</a></sup>'


def _text(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    scope: Scope = env["scope"]
    if scope.terms is None or _in_link(tokens, at):  # no button inside a link
        return escape(tokens[at].content)
    return scope.terms.html(tokens[at].content)


def _fence(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    language = tokens[at].info.split(maxsplit=1)
    return highlight(tokens[at].content, language[0] if language else "text")


def _image(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    src, alt = str(tokens[at].attrs["src"]), escape(tokens[at].content)
    scope: Scope = env["scope"]
    if scope.own:
        return _picture_link(src, alt, scope.lang, inside=_in_link(tokens, at))
    return f'<img src="{escape(src)}" alt="{alt}" loading="lazy">' if is_local_image(src) else alt


def _picture_link(src: str, alt: str, lang: Lang, inside: bool) -> str:
    """A picture from elsewhere as a link to it; one beside the learner's file is only named."""
    label = (
        f"{'图' if lang == 'zh' else 'Picture'}{'：' if lang == 'zh' else ': '}{alt or escape(src.rsplit('/', 1)[-1])}"
    )
    if inside or not src.lower().startswith(("http://", "https://")):
        return f'<span class="picture-link">[{label}]</span>'
    return f'<a class="picture-link" href="{escape(src)}" rel="noopener noreferrer">[{label}]</a>'


def _in_link(tokens: Tokens, at: int) -> bool:
    return sum({"link_open": 1, "link_close": -1}.get(token.type, 0) for token in tokens[:at]) > 0


def _link_open(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    if str(tokens[at].attrs.get("href", "")).lower().startswith("http"):
        tokens[at].attrSet("rel", "noopener")
    return renderer.renderToken(tokens, at, options, env)


def _math(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    return f'<span class="math" data-tex>{escape(tokens[at].content.strip())}</span>'


def _math_display(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    """`$$…$$` inside a paragraph, where a div cannot stand."""
    return f'<span class="math display" data-tex>{escape(tokens[at].content.strip())}</span>'


def _math_block(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    return f'<div class="math display" data-tex tabindex="0">{escape(tokens[at].content.strip())}</div>\n'


def _table_open(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    return '<div class="scroll" tabindex="0"><table>\n'


def _table_close(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    return "</table></div>\n"


def _alert_title(renderer: RendererHTML, tokens: Tokens, at: int, options: Any, env: Any) -> str:
    lang: Lang = env["scope"].lang
    return _ALERTS[tokens[at].content][lang]
