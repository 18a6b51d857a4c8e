"""Every page of the site, for screenshots and accessibility: what is found, not what is listed."""

from app.content.loader import load
from app.demos import demos
from app.settings import Settings

LIBRARY = load(Settings.from_env({}).content_dir)


def general() -> list[str]:
    """Addresses without their language: one of each kind that is not a card or a demo."""
    return [
        "/", "/cards", "/claims", "/glossary", "/map", "/demos", "/review", "/import", "/data", "/progress", "/nope",
        "/mock", "/search", "/search?q=BN", "/search?q=qqqq", "/cards?q=BN&level=3",
        "/plan", "/plan/debrief", "/set?seed=7", "/set?seed=7&hide=answers", "/review/held",
        f"/review?card={next(iter(LIBRARY.cards))}", f"/topics/{LIBRARY.topics[0].id}",
        f"/demos/{next(iter(demos()))}/data", f"/embed/demos/{next(iter(demos()))}", "/demos/k-means?k=999",
    ]  # fmt: skip


def cards_and_demos() -> list[str]:
    """Every card, every demo as it comes and in its last preset."""
    return [
        *(f"/cards/{slug}" for slug in LIBRARY.cards),
        *(f"/demos/{demo}" for demo in demos()),
        *(f"/demos/{demo.id}?{demo.preset_params(list(demo.presets)[-1]).to_query()}" for demo in demos().values()),
    ]


def paths() -> list[str]:
    """All of them."""
    return [*general(), *cards_and_demos()]


def share(turn: int, of: int) -> list[str]:
    """The general ones, and every of-th card and demo: `of` turns see each of these once."""
    return [*general(), *cards_and_demos()[turn::of]]
