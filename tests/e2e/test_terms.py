"""Glossary terms on a card: hover and keyboard open the note beside the word, Escape closes it."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
CARD = "/cards/relu-vs-sigmoid-tanh"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hover_shows_the_note_and_leaving_hides_it(page: Page, base_url: str, lang: str) -> None:
    page.goto(f"{base_url}/{lang}{CARD}")
    page.locator("[data-answer] > summary").click()
    word = page.locator(".term").first
    note = page.locator(f"#{word.get_attribute('popovertarget')}")
    expect(note).not_to_be_visible()
    word.hover()
    expect(note).to_be_visible()
    one, other = word.bounding_box(), note.bounding_box()
    assert one and other
    assert min(abs(other["y"] - one["y"] - one["height"]), abs(one["y"] - other["y"] - other["height"])) < 30
    assert other["x"] >= 0
    page.mouse.move(5, 5)
    expect(note).not_to_be_visible()


def test_keyboard_opens_and_escape_closes(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en{CARD}")
    page.locator("[data-answer] > summary").click()
    word = page.locator(".term").first
    word.focus()
    page.keyboard.press("Enter")
    note = page.locator(f"#{word.get_attribute('popovertarget')}")
    expect(note).to_be_visible()
    page.keyboard.press("Escape")
    expect(note).not_to_be_visible()
    expect(word).to_be_focused()


def test_the_glossary_explains_what_a_card_marks(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en{CARD}")
    marked = page.locator(".term").evaluate_all("all => all.map(e => e.getAttribute('popovertarget').slice(5))")
    assert marked
    assert len(marked) == len(set(marked)), "only the first use"
    page.goto(f"{base_url}/en/glossary#{marked[0]}")
    for id in marked:
        expect(page.locator(f"#{id} dd")).not_to_be_empty()
