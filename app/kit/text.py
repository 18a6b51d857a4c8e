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
