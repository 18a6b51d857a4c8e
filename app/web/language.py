"""Which language a request is in: the path says, else the cookie, else Accept-Language."""

from starlette.requests import Request

from app.kit.text import LANGS, Lang

COOKIE = "lang"


def of_path(path: str) -> Lang | None:
    """ "zh" or "en" when the path starts with /zh or /en."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return next((lang for lang in LANGS if lang == first), None)


def negotiate(request: Request) -> Lang:
    """The language for a request without one in its path."""
    chosen = request.cookies.get(COOKIE)
    for lang in LANGS:
        if lang == chosen:
            return lang
    best: tuple[float, Lang] = (0.0, "en")
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, q = part.strip().partition(";q=")
        weight = _weight(q)
        for lang in LANGS:
            if tag.lower().split("-")[0] == lang and weight > best[0]:
                best = (weight, lang)
    return best[1]


def current(request: Request) -> Lang:
    """The language to answer a request in."""
    return of_path(request.url.path) or negotiate(request)


def _weight(q: str) -> float:
    try:
        return float(q) if q else 1.0
    except ValueError:
        return 0.0
