"""`make screens`: every page, zh/en × light/dark × 390/1280 px, as PNG files in screens/."""

import re
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import CHROMIUM_FLAGS, chromium
from tests.e2e.pages import paths
from tests.server import ROOT, Server

OUT = ROOT / "screens"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def shoot(page: Page, url: str, file: Path) -> None:
    """The whole page, after scrolling through it once so that every figure is drawn."""
    page.goto(url)
    page.wait_for_load_state("networkidle")
    height = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, 600):
        page.evaluate("top => window.scrollTo(0, top)", top)
        page.wait_for_timeout(60)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(200)
    page.screenshot(path=file, full_page=True)


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as play:
        server = Server(Path(data))
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        count = 0
        for theme in THEMES:
            for width in (390, 1280):
                context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
                page = context.new_page()
                for path in paths():
                    for lang in ("zh", "en"):
                        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:60] or "home"
                        shoot(page, f"{server.url}/{lang}{path}", OUT / f"{name}.{lang}.{theme}.{width}.png")
                        count += 1
                context.close()
        server.stop()
    print(f"{count} screenshots in {OUT.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
