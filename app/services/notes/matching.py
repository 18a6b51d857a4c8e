"""Which question of a deck a question of the file is, when the file is imported again. Pure.

The same words (however marked) are the same question. Of what is left, the likest pairs: a typo that was put right
keeps its memory, "L1" never becomes "L2".
"""

import hashlib
import re
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.content.notes import Note, wording

ALIKE = 0.85
"""Likeness of two questions that are the same whatever their answers say."""
WITH_ANSWER = 0.6
"""… whose answers are much the same too."""
_SAME_ANSWER = 0.4
_CANDIDATES = 8
_ASKING = re.compile(
    r"\b(?:what|is|are|the|a|an|of|does|do|did|how|why|which|explain|describe|define|please|can|you|in|for|to|and|your|own|"
    r"words|between|difference|differences|when|briefly)\b|什么是|是什么|为什么|如何|怎么|怎样|哪些|请|简述|简要|解释|介绍|说说|谈谈|一下|"
    r"有什么|有哪些|区别|吗|呢|的|了",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"[A-Za-z]*\d+[A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Known:
    """A question of a deck: as it stands there, and as the file had it last."""

    question: str
    file_question: str
    answer: str


def fingerprint(note: Note) -> str:
    """Changes when the file says something else of a question."""
    return hashlib.sha256(f"{note.question}\x1f{note.answer}\x1f{note.topic}".encode()).hexdigest()


def match(known: Sequence[Known], notes: Sequence[Note]) -> list[int | None]:
    """For every question of the file the place of the one it is in the deck; None for a new one."""
    found: list[int | None] = [None] * len(notes)
    free = set(range(len(known)))
    for in_file in (True, False):
        places: defaultdict[str, deque[int]] = defaultdict(deque)
        for old in sorted(free):
            words = known[old].file_question if in_file else known[old].question
            places[wording.folded(words)].append(old)
        for at, note in enumerate(notes):
            if found[at] is None and (waiting := places.get(wording.folded(note.question))):
                found[at] = old = waiting.popleft()
                free.discard(old)
    left = [at for at in range(len(notes)) if found[at] is None]
    pairs = sorted(_pairs(known, notes, sorted(free), left), key=lambda pair: (-pair[0], pair[1], pair[2]))
    for _, new, old in pairs:
        if found[new] is None and old in free:
            found[new] = old
            free.discard(old)
    return found


def alike(one: Known, note: Note) -> float:
    """How sure it is that both are one question; 0 when they are not."""
    before, after = one.file_question or one.question, note.question
    if Counter(_FIGURES.findall(before.lower())) != Counter(_FIGURES.findall(after.lower())):
        return 0.0
    a, b = _core(before), _core(after)
    questions = SequenceMatcher(None, a, b, autojunk=False).ratio() if a and b else 0.0
    if min(len(a), len(b)) >= 8 and (a in b or b in a):
        questions = max(questions, ALIKE)
    answers = _answers(one.answer, note.answer)
    if len(min(a, b, key=len)) >= 8 and questions >= ALIKE:
        return questions + answers
    if questions >= WITH_ANSWER and answers >= WITH_ANSWER:
        return questions + answers
    if questions >= _SAME_ANSWER and answers == 1 and len(note.answer) >= 15:
        return questions + answers
    return 0.0


def _pairs(
    known: Sequence[Known], notes: Sequence[Note], free: Sequence[int], left: Sequence[int]
) -> list[tuple[float, int, int]]:
    """(likeness, note, known) of pairs that share enough to be compared closely."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    for at in free:
        for gram in _grams(known[at].file_question or known[at].question):
            index[gram].append(at)
    pairs = []
    for new in left:
        shared: Counter[int] = Counter()
        for gram in _grams(notes[new].question):
            if len(index.get(gram, ())) <= 200:
                shared.update(index.get(gram, ()))
        for old, _ in shared.most_common(_CANDIDATES):
            if (likeness := alike(known[old], notes[new])) > 0:
                pairs.append((likeness, new, old))
    return pairs


def _core(question: str) -> str:
    """A question without the words that only ask."""
    words = wording.plain(question)
    return (wording.folded(_ASKING.sub(" ", words)) or wording.folded(words))[:300]


def _grams(question: str) -> set[str]:
    core = _core(question)
    return {core[at : at + 2] for at in range(len(core) - 1)} or {core}


def _answers(one: str, other: str) -> float:
    """1 for the same answer, 0 where one is missing; else how much they share."""
    a, b = wording.folded(one[:3000]), wording.folded(other[:3000])
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    grams, others = (
        Counter(a[at : at + 3] for at in range(len(a) - 2)),
        Counter(b[at : at + 3] for at in range(len(b) - 2)),
    )
    total = grams.total() + others.total()
    return min(2 * (grams & others).total() / total, 0.99) if total else 0.0
