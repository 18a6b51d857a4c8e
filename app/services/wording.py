"""When a filled blank says the same as an accepted variant: case, width, spaces, hyphens, articles and how a formula
is written do not matter."""

import re
import unicodedata

from app.errors import BadInput
from app.services.numbers import parse

_LETTER = r"[^\W\d_]"
_QUOTES_AND_DASHES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "−": "-"})
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SIGNS = str.maketrans({"⁄": "/", "∣": "|", "‖": "||", **dict.fromkeys("×·⋅∗⊙", "*")})
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ",
          "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ"}  # fmt: skip
_NAMED = re.compile(rf"\\?(?<![a-z])({'|'.join(_GREEK)})(?![a-z])")
_PLURAL = re.compile("(?<=[a-z]{3})(?<!s)s$")


def fits(filled: str, variant: str) -> bool:
    """True when both read alike, or are the same number (0.5, .5 and 1/2)."""
    if not filled.strip():
        return False
    one, other = _spelled(filled), _spelled(variant)
    return one == other or _PLURAL.sub("", one) == _PLURAL.sub("", other) or _same_number(filled, variant)


def folded(words: str) -> str:
    """The form in which variants are compared.

    NFKC (full width → ASCII), case folded, outer punctuation gone; between letters spaces and hyphens count for nothing
    ("cross-entropy" = "cross entropy" = "CrossEntropy"), elsewhere a hyphen may be a minus and stays.
    """
    out = unicodedata.normalize("NFKC", words).translate(_QUOTES_AND_DASHES).casefold()
    out = re.sub(r"\s+", " ", out).strip(' ,;:。，、；："`$').rstrip(".")
    out = re.sub(rf"(?<={_LETTER})[ -]+(?={_LETTER})", "", out)
    return out.replace(" ", "")


def _spelled(words: str) -> str:
    """`folded`, and one spelling for what has several: no leading article, -ise for -ize, σ^2 for σ², sigma^2 and
    \\sigma^{2}, 2k for 2*k and 2·k."""
    raised = _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m.group()), words)
    out = unicodedata.normalize("NFKC", raised).translate(_SIGNS).casefold().strip(" $")
    out = re.sub(r"^(?:the|an?) (?=[a-z]{2})", "", out)
    out = _NAMED.sub(lambda m: _GREEK[m[1]], re.sub(r"\\(?:odot|cdot|times)", "*", out)).replace("**", "^")
    out = re.sub(r"([_^])\{([^{}]*)\}", r"\1\2", out)
    out = re.sub(r"\\(?=ln|log)", "", out)
    out = re.sub(r"(?<=[a-z]{3})iz(?=(?:e[ds]?|ing|ations?)\b)", "is", out)
    out = re.sub(r"(?<=[0-9])\s*x\s*(?=[0-9])", "*", out)
    return re.sub(r"(?<![0-9])\*|\*(?![0-9])", "", folded(out))


def _same_number(filled: str, variant: str) -> bool:
    if re.search("[kmbgt]", (filled + variant).lower()):
        return False  # in a formula k is a quantity, not a thousand
    try:
        a, b = parse(filled), parse(variant)
    except BadInput:
        return False
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b))
