"""Anki's HTML as Markdown: what carries meaning is kept, scripts and styles are dropped, formulas become $…$.

The result is text like any the reader types: it is rendered with the same care (no HTML passes).
"""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    ("p", "div", "section", "article", "blockquote", "ul", "ol", "table", "hr", "pre", "tr", "dl", "dt", "dd",
     "details", "summary", "center", "figure")
)  # fmt: skip
_DROPPED = frozenset(("script", "style", "template", "iframe", "object", "svg", "audio", "video", "head", "title"))
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_CELL, _OPEN, _BREAK = "\x01", "\x02", "\x03"
_INNER = r"((?:.){1,3000}?)"
"""Bounded: an opening without its end must not make every other one read the whole text."""
_MATH = tuple(
    (re.compile(begin + _INNER + end, re.DOTALL), how)
    for begin, end, how in (
        (r"\\\(", r"\\\)", "inline"), (r"\\\[", r"\\\]", "block"), (r"\[\$\$\]", r"\[/\$\$\]", "block"),
        (r"\[\$\]", r"\[/\$\]", "inline"), (r"\[latex\]", r"\[/latex\]", "inline"),
        (r"<anki-mathjax block=\"true\">", r"</anki-mathjax>", "block"),
        (r"<anki-mathjax[^<>]{0,80}>", r"</anki-mathjax>", "inline"),
    )
)  # fmt: skip
_SOUND = re.compile(r"\[(?:sound|anki:(?:play|tts))[^\[\]]{0,300}\]")
_LONE = re.compile(r"<(?![^<>]*>)")
"""A `<` whose tag does not end: text, and what makes the parser look for the end again and again."""
DEEPEST = 8
"""Lists within lists that are still set in."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Converted:
    """markdown: the text; pictures, sounds: how many could not come along."""

    def __init__(self, html: str) -> None:
        html, self.sounds = _SOUND.subn("", _CONTROL.sub("", html))
        self._formulas: list[str] = []
        for pattern, how in _MATH:
            html = pattern.sub(lambda m, how=how: self._keep(m[1], how), html)  # type: ignore[misc]
        reader = _Reader()
        reader.feed(_LONE.sub("&lt;", html))
        reader.close()
        self.pictures = reader.pictures
        words = re.sub(r"\x00(\d+)\x00", lambda m: self._formulas[int(m[1])], reader.text())
        words = re.sub(rf"[ \t]*{_BREAK}[ \t\n]*", "  \n", re.sub(r"[ \t]+\n", "\n", words))
        self.markdown = re.sub(r"\n{3,}", "\n\n", words).strip()

    def _keep(self, source: str, how: str) -> str:
        """Formulas are put aside, so that nothing in them is taken for markup."""
        tex = re.sub(r"<br\s*/?>", " ", source)
        tex = re.sub(r"</?[a-zA-Z][^<>]*>", "", tex)
        for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", '"'), ("&#x27;", "'"),
                             ("&#39;", "'"), ("&amp;", "&")):  # fmt: skip
            tex = tex.replace(entity, char)
        tex = " ".join(re.sub(r"\x00\d+\x00", "", tex).strip().strip("$").split())
        self._formulas.append(f"\n\n$$\n{tex}\n$$\n\n" if how == "block" else f"${tex}$")
        return f"\x00{len(self._formulas) - 1}\x00"


def to_markdown(html: str) -> str:
    """The text alone."""
    return Converted(html).markdown


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures = 0
        self._out: list[str] = []
        self._lists: list[int | None] = []
        self._dropped = 0
        self._pre = 0
        self._row_at: int | None = None
        self._rows = 0
        self._open: list[tuple[str, int]] = []

    def text(self) -> str:
        return "".join(piece for piece in self._out if piece[:1] not in (_CELL, _OPEN))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        elif self._dropped:
            return
        elif tag == "br":
            self._out.append("\n" if self._pre or self._row_at is not None else _BREAK)
        elif tag == "img":
            self.pictures += 1
            alt = dict(attrs).get("alt") or "…"
            self._out.append(f"[{' '.join(alt.split())[:80]}]")
        elif tag in ("ul", "ol"):
            self._out.append("\n" if self._lists else "\n\n")
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag == "pre":
            self._pre += 1
            self._out.append("\n\n```\n")
        elif tag == "tr":
            self._row()  # the end of the row before may not be written
            self._row_at = len(self._out)
        elif tag in ("td", "th"):
            self._out.append(_CELL)
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._out.append("\n\n**")
        elif tag in _BLOCKS:
            self._out.append("\n\n")
        elif tag in _MARKS and not self._pre:
            self._open.append((_MARKS[tag], len(self._out)))
            self._out.append(_OPEN)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif self._dropped:
            return
        elif tag in ("ul", "ol"):
            if self._lists:
                self._lists.pop()
            self._out.append("\n" if self._lists else "\n\n")
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
            self._out.append("\n```\n\n")
        elif tag == "tr":
            self._row()
        elif tag == "table":
            self._row()
            self._rows = 0
            self._out.append("\n\n")
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._out.append("**\n\n")
        elif tag in _BLOCKS:
            self._out.append("\n\n")
        elif tag in _MARKS and not self._pre:
            self._close(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        if self._pre:
            self._out.append(data)
            return
        words = re.sub(r"[ \t\r\n\xa0]+", " ", data)
        if words == " " and (not self._out or self._out[-1].endswith(("\n", _BREAK))):
            return
        self._out.append(re.sub(r"([\\`*_$<>|])", r"\\\1", words))

    def _item(self) -> None:
        depth = "   " * min(max(0, len(self._lists) - 1), DEEPEST)
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        self._out.append(f"\n{depth}{'-' if number is None else f'{number}.'} ")

    def _close(self, mark: str) -> None:
        """Ends bold or italics; nothing remains of a pair with nothing in it."""
        at = (
            next((i for name, i in reversed(self._open) if name == mark), None)
            if (any(name == mark for name, _ in self._open[-8:]))
            else None
        )
        if at is None or at >= len(self._out):
            return
        while self._open and self._open[-1][1] >= at:
            self._open.pop()
        inner = "".join(piece for piece in self._out[at + 1 :] if piece not in (_OPEN, _CELL))
        del self._out[at:]
        core = inner.strip()
        if core and "\n" not in core:
            before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
            if mark == "`":
                core = re.sub(r"\\([\\`*_$<>|])", r"\1", core).replace("`", "'")
            inner = f"{before}{mark}{core}{mark}{after}"
        self._out.append(inner)

    def _row(self) -> None:
        """What was written since the row began, parted at its cells, as a line of a table."""
        begin, self._row_at = self._row_at, None
        if begin is None or _CELL not in self._out[begin:]:
            return
        starts = [i for i in range(begin, len(self._out)) if self._out[i] == _CELL]
        ends = [*starts[1:], len(self._out)]
        cells = [" ".join("".join(self._out[a + 1 : b]).replace(_OPEN, "").split())
                 for a, b in zip(starts, ends, strict=True)]  # fmt: skip
        del self._out[starts[0] :]
        self._out.append(("\n\n" if not self._rows else "\n") + f"| {' | '.join(cells)} |")
        if not self._rows:
            self._out.append("\n|" + " --- |" * len(cells))
        self._rows += 1
