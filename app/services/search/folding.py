"""Words as search compares them: one case, one spelling of English, simplified Chinese, no plural.

>>> fold("Batch Normalization（批次歸一化）")
' batch normalisation 批次归一化 '
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

HAN = "\u3400-\u9fff"
_TOKEN = re.compile(rf"[a-z0-9]+\+*|[α-ω]|[{HAN}]+")
_TRADITIONAL = (
    "隱彌網絡損層歸數據學習訓練過擬維馬爾圖計類機積連統語詞測試遞環門憶雙區塊標準邊選"
    "擇歐樹決強極體態變換導齊優則範關聯覽問題應時間輸單線邏輯迴貝葉驗後資訊離點權減運"
    "獨係樣實為麼與對現讓寫將該這個們無會並從場採寬預還發動鈍義懸頓擴殘斂階碼簡編誤負"
    "構廣夠覺異項狀詢證顯齡鏈卻虛擊"
)
_SIMPLIFIED = (
    "隐弥网络损层归数据学习训练过拟维马尔图计类机积连统语词测试递环门忆双区块标准边选"
    "择欧树决强极体态变换导齐优则范关联览问题应时间输单线逻辑回贝叶验后资讯离点权减运"
    "独系样实为么与对现让写将该这个们无会并从场采宽预还发动钝义悬顿扩残敛阶码简编误负"
    "构广够觉异项状询证显龄链却虚击"
)
_SIMPLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_BRITISH = (
    (re.compile(r"(?<=[a-z]{2})iz(?=e|i|a)"), "is"),
    (re.compile(r"(?<=[a-z]{3})our(?=s?$|al|ed|ing)"), "or"),
    (re.compile(r"(?<=[a-z]{2})tre(?=s?$|d$)"), "ter"),
    (re.compile(r"ll(?=ed$|ing$)"), "l"),
    (re.compile(r"^grey"), "gray"),
)


def flat(text: str) -> str:
    """Lower case, full-width forms made narrow, traditional characters made simplified; as long as before."""
    return "".join(map(_char, text))


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """(word as it is compared, start, end) of every Latin word, number, Greek letter and run of Chinese."""
    for found in _TOKEN.finditer(flat(text)):
        yield word(found[0]), found.start(), found.end()


def fold(text: str) -> str:
    """The words with a space between and around: `f" {word} " in fold(text)` finds a whole word."""
    return f" {' '.join(token for token, *_ in tokens(text))} "


@lru_cache(maxsize=20_000)
def word(latin: str) -> str:
    """One word without the differences that do not matter."""
    if not latin.isascii() or len(latin) < 4:
        return latin
    for pattern, instead in _BRITISH:
        latin = pattern.sub(instead, latin)
    if latin.endswith("ies") and len(latin) > 4:
        return f"{latin[:-3]}y"
    if latin.endswith("s") and not latin.endswith(("ss", "us", "is", "as", "os")):
        return latin[:-1]
    return latin


@lru_cache(maxsize=8192)
def whole(form: str) -> str:
    """A folded wording as it is looked for in a folded text: Latin ends only at the ends of words."""
    form = form.strip()
    before = " " if form[:1] and not is_han(form[0]) else ""
    return before + form + (" " if form[-1:] and not is_han(form[-1]) else "")


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def spans(text: str, needles: Iterable[str]) -> list[tuple[int, int]]:
    """Where the folded needles stand in a text, merged, from left to right."""
    pieces = list(tokens(text))
    places, length = [], 0
    for token, start, _ in pieces:  # where each token begins in the folded text
        places.append((length + 1, token, start))
        length += 1 + len(token)
    folded, found = f" {' '.join(token for token, *_ in pieces)} ", set()
    for needle in needles:
        sought, at = whole(needle), -1
        while sought.strip() and (at := folded.find(sought, at + 1)) >= 0:
            first = at + (sought[0] == " ")
            last = at + len(sought) - (sought[-1] == " ")
            for (begin, token, start), (_, _, end) in zip(places, pieces, strict=True):
                low, high = max(first, begin), min(last, begin + len(token))
                if low < high and is_han(token[0]):
                    found.add((start + low - begin, start + high - begin))
                elif low < high:
                    found.add((start, end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1] + (text[merged[-1][1] : start] in (" ", "-")):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=8192)
def _char(char: str) -> str:
    narrow = unicodedata.normalize("NFKC", char).lower()
    return (narrow if len(narrow) == 1 else char.lower() if len(char.lower()) == 1 else char).translate(_SIMPLE)
