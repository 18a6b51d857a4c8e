"""What a meaning looks like. Colours are tokens ("@blue"); the page replaces them with its theme's values, so one
picture serves light and dark. The same key has the same colour in every figure of the site."""

from zlib import crc32

from app.kit import views

PALETTE = ("@blue", "@orange", "@green", "@red", "@purple", "@brown", "@pink", "@teal", "@olive", "@grey")
TOKENS = frozenset(PALETTE) | {
    "@ink",
    "@paper",
    "@muted",
    "@reference",
    "@accent",
    "@warn",
    "@region",
    "@sequential",
    "@diverging",
}

_FIXED = {
    "relu": "@orange", "sigmoid": "@blue", "tanh": "@green", "gelu": "@purple", "silu": "@pink", "elu": "@teal",
    "leaky-relu": "@brown", "selu": "@olive", "identity": "@grey", "linear": "@grey",
    "train": "@blue", "test": "@orange", "validation": "@orange", "loss": "@blue", "accuracy": "@green",
    "activation": "@blue", "gradient": "@orange",
    "roi-pool": "@orange", "roi-align": "@blue", "prroi": "@green",
    "positive": "@green", "negative": "@grey", "ignored": "@orange", "ground-truth": "@red", "anchor": "@blue",
    "best": "@accent", "centre": "@ink", "random": "@orange", "k-means++": "@blue",
    "forward": "@blue", "backward": "@orange", "viterbi": "@red", "posterior": "@green",
    "theory": "@reference", "reference": "@reference", "current": "@accent", "dead": "@red", "saturated": "@warn",
}  # fmt: skip

_WIDTH: dict[views.Role, float] = {"main": 2.2, "reference": 1.6, "highlight": 3.2, "muted": 1.2}
_DASH: dict[views.Role, str] = {"main": "solid", "reference": "dash", "highlight": "solid", "muted": "solid"}


def colour(key: str, role: views.Role = "main") -> str:
    """The colour token of a meaning. Numbered keys ("cluster-3") walk the palette; unknown ones get a stable place."""
    if role == "muted":
        return "@muted"
    if key in _FIXED:
        return _FIXED[key]
    if role == "reference":
        return "@reference"
    if role == "highlight":
        return "@accent"
    _, _, tail = key.rpartition("-")
    place = int(tail) if tail.isdigit() else crc32(key.encode())
    return PALETTE[place % len(PALETTE)]


def line(key: str, role: views.Role) -> dict[str, object]:
    return {"color": colour(key, role), "width": _WIDTH[role], "dash": _DASH[role]}


SYMBOL: dict[views.Role, str] = {
    "main": "circle",
    "reference": "circle-open",
    "highlight": "diamond",
    "muted": "circle",
}
