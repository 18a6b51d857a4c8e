"""How much two bilingual texts are about the same thing: shared words, the rare ones counting most. Pure.

Cards do not say which follow-up or claim belongs to which key point; their words do.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

from app.kit.text import Text

_DROPPED = re.compile(r"\{\{.*?\}\}|\[@[^\]]*\]|\\[a-zA-Z]+")
_LATIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_COMMON = re.compile(
    r"the|and|for|with|that|this|from|are|not|its|than|but|can|has|was|were|what|why|how|when|which|only|more|less|one|"
    r"two|all|any|each|same|does|into|they|them|their|there|then|have|will|would|use|used|using"
)


def words(text: Text) -> Counter[str]:
    """English words (plural s off) and pairs of Chinese characters, with how often they stand there."""
    found: Counter[str] = Counter()
    for word in _LATIN.findall(_DROPPED.sub(" ", text.en).lower()):
        if len(word) > 2 and not _COMMON.fullmatch(word):
            found[word.removesuffix("s")] += 1
    for run in _HAN.findall(_DROPPED.sub(" ", text.zh)):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    return found


def likeness(asked: Sequence[Text], candidates: Sequence[Text]) -> list[list[float]]:
    """A row for each of `asked`, a number in [0, 1] for each candidate: the cosine of tf–idf vectors, the documents
    being all the texts given."""
    documents = [words(text) for text in (*asked, *candidates)]
    spread = Counter(word for document in documents for word in document)
    vectors = [
        {word: (1 + math.log(n)) * math.log(1 + len(documents) / spread[word]) for word, n in document.items()}
        for document in documents
    ]
    units = [_unit(vector) for vector in vectors]
    rows, columns = units[: len(asked)], units[len(asked) :]
    return [[sum(w * column.get(word, 0.0) for word, w in row.items()) for column in columns] for row in rows]


def _unit(vector: dict[str, float]) -> dict[str, float]:
    size = math.sqrt(sum(w * w for w in vector.values()))
    return {word: w / size for word, w in vector.items()} if size else {}
