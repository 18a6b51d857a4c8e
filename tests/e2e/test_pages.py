"""Pages in a real browser: accessible in both languages and themes, formulas set, nothing wider than the screen."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from app.demos import demos
from app.kit.text import LANGS, Lang
from tests.e2e.pages import LIBRARY, share

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
Theme = Literal["light", "dark"]


@pytest.mark.parametrize("turn", range(4))
def test_axe_finds_nothing(browser: Browser, base_url: str, turn: int) -> None:
    """Every page, in its first state. The general ones in both languages and themes; cards and demos, which share their
    templates, take turns."""
    theme: Theme = "light" if turn < 2 else "dark"
    lang = LANGS[turn % 2]
    context = browser.new_context(color_scheme=theme, bypass_csp=True, viewport={"width": 1100, "height": 900})
    page = context.new_page()
    found: dict[str, Any] = {}
    for path in share(turn, 4):
        page.goto(f"{base_url}/{lang}{path}")
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE)
        violations = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        if violations:
            found[path] = violations
    context.close()
    assert not found


@pytest.mark.parametrize("slug", LIBRARY.cards)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_formulas_are_set(page: Page, base_url: str, lang: str, slug: str) -> None:
    page.goto(f"{base_url}/{lang}/cards/{slug}")
    for details in page.locator("main details").all():
        details.evaluate("e => { e.open = true; }")
    expect(page.locator(".katex").first).to_be_attached()
    assert page.locator(".katex-error").count() == 0
    assert page.locator("[data-tex]:not([data-set])").count() == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_predictions_show_no_raw_formula(page: Page, base_url: str, lang: str) -> None:
    for demo in demos().values():
        if any("$" in p.question[lang] or any("$" in o.label[lang] for o in p.options) for p in demo.predictions):
            page.goto(f"{base_url}/{lang}/demos/{demo.id}")
            box = page.locator("[data-predict]")
            expect(box.locator(".katex").first).to_be_attached()
            assert "$" not in box.inner_text(), demo.id
            assert box.locator(".katex-error").count() == 0, demo.id


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_wider_than_a_phone(browser: Browser, base_url: str, lang: Lang) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    wide: dict[str, Any] = {}
    for path in share(LANGS.index(lang), 2):
        page.goto(f"{base_url}/{lang}{path}")
        page.wait_for_load_state("networkidle")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = width
    context.close()
    assert not wide


def test_language_switch_keeps_the_place_and_is_remembered(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/demos/k-means?k=4")
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(f"{base_url}/zh/demos/k-means?k=4")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.goto(base_url)
    expect(page).to_have_url(f"{base_url}/zh/")


def test_theme_switch_is_remembered_and_redraws(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/demos/activation-curves?z=1")
    plot = page.locator(".js-plotly-plot").first
    expect(plot).to_be_visible()
    grid = "e => e._fullLayout.xaxis.gridcolor"
    before, paper = plot.evaluate(grid), page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("[data-theme-toggle]").click()
    page.wait_for_timeout(500)
    assert plot.evaluate(grid) != before
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != paper
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
