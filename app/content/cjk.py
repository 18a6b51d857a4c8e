"""Emphasis that works in Chinese prose.

CommonMark decides whether `**` opens or closes by the characters around it, and full-width punctuation next to a
Chinese character makes it do neither: `**注意：**梯度` stays literal. Here a CJK neighbour counts as a word boundary,
as a space does, so the run of stars between `：` and `梯` may close.
"""

import re

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.main import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

_CJK = re.compile(
    "[\u2018-\u201d"  # curly quotes, full-width in Chinese text
    "\u2e80-\u30ff"  # radicals, CJK punctuation, kana
    "\u3400-\u9fff"  # Han
    "\uf900-\ufaff"  # compatibility Han
    "\uff00-\uffef]"  # full-width forms
)


def is_cjk(char: str) -> bool:
    """True for a Han character, kana, or CJK punctuation."""
    return _CJK.match(char) is not None


class CjkState(StateInline):
    """The inline state with our notion of a boundary; everything else is markdown-it's."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Whether the run of markers at `start` can open and can close emphasis, and its length."""
        marker, end = self.src[start], start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        opens_on_word = not _space(after) and (not _punctuation(after) or _boundary(before))
        closes_on_word = not _space(before) and (not _punctuation(before) or _boundary(after))
        return Scanned(
            opens_on_word and (canSplitWord or not closes_on_word or _punctuation(before)),
            closes_on_word and (canSplitWord or not opens_on_word or _punctuation(after)),
            end - start,
        )


class CjkInline(ParserInline):
    """The inline parser, on CjkState."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = CjkState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _space(char: str) -> bool:
    return isWhiteSpace(ord(char))


def _punctuation(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


def _boundary(char: str) -> bool:
    return _space(char) or _punctuation(char) or is_cjk(char)
