"""Answers already computed: least recently used first out, bounded in bytes."""

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished run: the bytes of its JSON, and of its data tables if they were asked for."""

    body: bytes
    tables: bytes | None = None

    @property
    def size(self) -> int:
        return len(self.body) + len(self.tables or b"") + 200


class Cache:
    """LRU by key. Not locked: used from the event loop only."""

    def __init__(self, limit: int = 64 << 20) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[str, Answer] = OrderedDict()

    def get(self, key: str) -> Answer | None:
        answer = self._entries.get(key)
        if answer is not None:
            self._entries.move_to_end(key)
        return answer

    def put(self, key: str, answer: Answer) -> None:
        old = self._entries.pop(key, None)
        self._size += answer.size - (old.size if old else 0)
        self._entries[key] = answer
        while self._size > self._limit and len(self._entries) > 1:
            _, gone = self._entries.popitem(last=False)
            self._size -= gone.size

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)
