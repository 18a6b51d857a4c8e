"""The palette and the filters in a real browser: by keyboard, announced, quick."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_pages import AXE

pytestmark = pytest.mark.browser


def test_the_palette_by_keyboard(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/demos")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find a question")
    expect(field).to_be_focused()
    expect(page.get_by_role("option").first).to_contain_text("Start reviewing")
    page.keyboard.type("vanising gradeint")
    expect(page.get_by_role("option").first).to_contain_text("Vanishing and exploding gradients")
    expect(field).to_have_attribute("aria-activedescendant", "palette-0")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_id("palette-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{base_url}/en/cards/vanishing-exploding-gradients")


def test_actions_and_escape(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/demos")
    page.keyboard.press("/")  # no search field on this page: the palette
    page.keyboard.type("dark mode")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("Control+k")
    page.keyboard.type("switch language")
    expect(page.get_by_role("option").first).to_contain_text("Switch to Chinese")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{base_url}/zh/demos")
    page.keyboard.press("Control+k")
    page.keyboard.type("qqqq")
    expect(page.locator(".palette [role=status]")).to_contain_text("没有找到")
    page.keyboard.press("Escape")
    expect(page.locator(".palette")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_open_palette_is_accessible(page: Page, base_url: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(f"{base_url}/zh/cards")
    page.keyboard.press("Control+k")
    page.keyboard.type("梯度弥散")
    expect(page.locator(".palette mark").first).to_be_visible()
    page.evaluate(AXE)
    found = page.evaluate("axe.run('.palette').then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    assert not found


def test_filters_go_to_the_address_and_back_without_a_reload(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/cards")
    page.evaluate("window.same = true")
    page.keyboard.press("/")
    page.keyboard.type("感受野")
    expect(page.locator("[data-found] mark, [data-card='cnn-key-layers']").first).to_be_visible()
    page.get_by_label("Topic", exact=True).select_option("convolution")
    page.get_by_label("3", exact=True).check()
    expect(page).to_have_url(re.compile(r"/en/cards\?q=.+&topic=convolution&level=3$"))
    assert page.evaluate("window.same") is True
    count = page.locator("[data-card]").count()
    page.reload()
    assert page.locator("[data-card]").count() == count > 0
