"""Bilingual text: every string a reader can see exists in Chinese and in English."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


class Text(BaseModel):
    """One sentence (or label) in both languages; `t["zh"]` picks one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


def text(*, zh: str, en: str) -> Text:
    """Shorthand used all over demos: `text(zh="深度", en="Depth")`."""
    return Text(zh=zh, en=en)


def same(label: str) -> Text:
    """A label that reads alike in both languages (a symbol, a name): `same("ReLU")`."""
    return Text(zh=label, en=label)


def broken(words: str, most: float) -> list[str]:
    """A label in lines of at most `most` em: broken after spaces and between Chinese characters, Latin words whole.

    A Chinese character is 1 em wide, a Latin letter about 0.56.

    >>> broken("Vanishing and exploding gradients", 13), broken("梯度消失与爆炸", 4)
    (['Vanishing and exploding', 'gradients'], ['梯度消失', '与爆炸'])
    """
    pieces = [""]
    for char in words:
        if pieces[-1].endswith(" ") or _wide(char) or (pieces[-1] and _wide(pieces[-1][-1])):
            pieces.append("")
        pieces[-1] += char
    lines, used = [""], 0.0
    for piece in pieces:
        if lines[-1].strip() and used + _size(piece.rstrip()) > most:
            lines.append("")
            used = 0.0
        lines[-1] += piece
        used += _size(piece)
    return [line.strip() for line in lines]


def _size(words: str) -> float:
    return sum(1.0 if _wide(char) else 0.56 for char in words)


def _wide(char: str) -> bool:
    return ord(char) >= 0x2E80
