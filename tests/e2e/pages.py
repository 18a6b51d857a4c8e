"""Every page of the site, for screenshots and accessibility: what is found, not what is listed."""

from app.content.loader import load
from app.demos import demos
from app.settings import Settings

LIBRARY = load(Settings.from_env({}).content_dir)


def paths() -> list[str]:
    """Addresses without their language."""
    return [
        "/", "/cards", "/claims", "/glossary", "/map", "/demos", "/review", "/nope",
        f"/review?card={next(iter(LIBRARY.cards))}", f"/topics/{LIBRARY.topics[0].id}",
        *(f"/cards/{slug}" for slug in LIBRARY.cards),
        *(f"/demos/{demo}" for demo in demos()),
        *(f"/demos/{demo.id}?{demo.preset_params(list(demo.presets)[-1]).to_query()}" for demo in demos().values()),
        f"/demos/{next(iter(demos()))}/data", f"/embed/demos/{next(iter(demos()))}", "/demos/k-means?k=999",
    ]  # fmt: skip
