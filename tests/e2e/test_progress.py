"""The progress page in a real browser, in front of a learner with two months of reviews: its figures are drawn."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from app.content.loader import load
from app.db import Database
from app.db import repositories as repo
from app.services.catalogue import Catalogue
from app.settings import Settings
from tests.e2e.test_pages import AXE
from tests.server import Server
from tests.services.simulated import FAST_FORGETTER, real_learner, write

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose learner has 900 reviews behind them."""
    folder = tmp_path_factory.mktemp("studied")
    catalogue, now = Catalogue(load(Settings.from_env({}).content_dir)), datetime.now(UTC)
    with Database(f"sqlite:///{folder / 'warmup.db'}") as db:
        with db.write() as session:
            learner = repo.local_learner(session, now)
        write(db, learner, real_learner(catalogue, 900, now, true=FAST_FORGETTER))
    running = Server(folder, WARMUP_WORKERS="1")
    yield running.url
    running.stop()
    assert "Traceback" not in running.log.read_text()


def test_figures_are_drawn_as_they_come_into_view(page: Page, studied: str) -> None:
    page.goto(f"{studied}/zh/progress")
    for figure in page.locator("figure").all():
        height = figure.evaluate("e => e.offsetHeight")
        figure.scroll_into_view_if_needed()
        expect(figure.locator(".main-svg").first).to_be_attached()
        assert figure.evaluate("e => e.offsetHeight") == height, "nothing moves when it is drawn"
    kinds = page.evaluate("[...document.querySelectorAll('.plot')].map(p => p._fullData.map(t => t.type))")
    assert [set(kind) for kind in kinds] == [
        {"scatter"}, {"heatmap"}, {"bar"}, {"heatmap"}, {"scatter"}, {"bar"}, {"heatmap"},
    ]  # fmt: skip


def test_days_read_in_the_readers_language(page: Page, studied: str) -> None:
    for lang, pattern in (("zh", r"^\d+/\d+$"), ("en", r"^\d+ [A-Z][a-z]{2}$")):
        page.goto(f"{studied}/{lang}/progress")
        memory = page.locator('[data-figure="memory"]')
        memory.scroll_into_view_if_needed()
        tick = memory.locator(".xtick text").first
        expect(tick).to_be_attached()
        assert page.evaluate("([text, pattern]) => new RegExp(pattern).test(text)", [tick.text_content(), pattern])


def test_a_fitting_is_asked_for_and_reported(page: Page, studied: str) -> None:
    page.goto(f"{studied}/en/progress")
    page.get_by_role("button", name=re.compile("^Fit (now|again)")).click()
    expect(page.locator(".verdict")).to_contain_text("Log loss a review", timeout=60_000)
    expect(page.locator('[data-figure="curves"] .main-svg').first).to_be_attached()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_is_wide_enough(browser: Browser, studied: str, theme: str) -> None:
    context = browser.new_context(
        color_scheme=theme,
        bypass_csp=True,
        viewport={"width": 390, "height": 844},  # type: ignore[arg-type]
    )
    page = context.new_page()
    for lang in ("zh", "en"):
        page.goto(f"{studied}/{lang}/progress")
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.evaluate(AXE)
        assert page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))") == []
    context.close()
