"""When a filled blank says the same as an accepted variant: case, width, spaces and hyphens do not matter."""

import re
import unicodedata

from app.errors import BadInput
from app.services.numbers import parse

_LETTER = r"[^\W\d_]"
_QUOTES_AND_DASHES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "−": "-"})


def fits(filled: str, variant: str) -> bool:
    """True when both read alike, or are the same number (0.5, .5 and 1/2)."""
    if not filled.strip():
        return False
    return folded(filled) == folded(variant) or _same_number(filled, variant)


def folded(words: str) -> str:
    """The form in which variants are compared.

    NFKC (full width → ASCII), case folded, outer punctuation gone; between letters spaces and hyphens count for nothing
    ("cross-entropy" = "cross entropy" = "CrossEntropy"), elsewhere a hyphen may be a minus and stays.
    """
    out = unicodedata.normalize("NFKC", words).translate(_QUOTES_AND_DASHES).casefold()
    out = re.sub(r"\s+", " ", out).strip(' ,;:。，、；："`$').rstrip(".")
    out = re.sub(rf"(?<={_LETTER})[ -]+(?={_LETTER})", "", out)
    return out.replace(" ", "")


def _same_number(filled: str, variant: str) -> bool:
    try:
        a, b = parse(filled), parse(variant)
    except BadInput:
        return False
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b))
