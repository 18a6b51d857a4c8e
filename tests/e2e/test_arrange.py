"""Changing a question without answering it, in the browser: put aside, put off, taken up again, undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.kit.text import LANGS
from tests.e2e.test_pages import AXE
from tests.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A server nobody has answered anything on."""
    running = Server(tmp_path)
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


def shown(page: Page) -> str:
    item = page.locator("[data-item]")
    expect(item).to_be_visible()
    return item.get_attribute("data-item") or ""


def arrange(page: Page, action: str) -> None:
    page.locator("[data-arrange-menu] summary").click()
    page.locator(f'[data-arrange="{action}"]').click()


def test_put_aside_by_keyboard_undone_and_taken_up_again(page: Page, own: Server) -> None:
    page.goto(f"{own.url}/en/review")
    first = shown(page)
    page.locator("[data-arrange-menu] summary").focus()
    page.keyboard.press("Enter")
    page.locator('[data-arrange="suspend"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-item]")).not_to_have_attribute("data-item", first)
    expect(page.locator("[data-notices]")).to_contain_text("no longer asked")
    page.locator("[data-undo]").click()
    expect(page.locator("[data-item]")).to_have_attribute("data-item", first)
    arrange(page, "suspend")
    expect(page.locator("[data-item]")).not_to_have_attribute("data-item", first)
    page.locator("[data-held] a").click()
    expect(page.locator("main li")).to_have_count(1)
    page.get_by_role("button", name="Take up again").click()
    expect(page.locator("main")).to_contain_text("Nothing is put aside")
    assert page.request.get(f"{own.url}/api/review/held").json() == []


def test_a_card_is_put_off_until_tomorrow(page: Page, own: Server) -> None:
    page.goto(f"{own.url}/en/review")
    card = shown(page).split("/")[0]
    arrange(page, "bury")
    expect(page.locator("[data-notices]")).to_contain_text("tomorrow")
    assert page.request.get(f"{own.url}/api/review/held").json()[0]["item"] == card
    assert not shown(page).startswith(f"{card}/")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_menu_or_on_the_page(browser: Browser, own: Server, lang: str, theme: str) -> None:
    context = browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 844}, color_scheme=theme)
    page = context.new_page()
    page.goto(f"{own.url}/{lang}/review")
    first = shown(page)
    page.locator("[data-arrange-menu] summary").click()
    axe(page)
    page.locator('[data-arrange="suspend"]').click()
    expect(page.locator("[data-item]")).not_to_have_attribute("data-item", first)
    page.locator("[data-held] a").click()
    expect(page.locator("main li")).to_have_count(1)
    axe(page)
    context.close()


def axe(page: Page) -> None:
    page.evaluate(AXE)
    assert page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
