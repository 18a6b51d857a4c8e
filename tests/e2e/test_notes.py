"""One's own notes in a browser: a file chosen, looked at, adopted, reviewed; accessible in both themes; no wider than a
phone; the same without a script."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.payloads import PAYLOADS, notes
from tests.e2e.test_pages import AXE

pytestmark = pytest.mark.browser
FILES = Path(__file__).parents[1] / "content" / "notes" / "files"


def test_from_a_file_to_a_review(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/import")
    page.set_input_files("[data-file]", FILES / "topics_and_bold_numbers.md")
    expect(page.locator("[data-found]")).to_contain_text("Questions found: 5")
    expect(page.locator("[data-lost] tbody tr")).to_have_count(1)
    page.locator("#deck").fill("From a browser")
    page.locator("[data-adopt]").first.click()
    expect(page.locator("[data-imported]")).to_contain_text("5 new")
    page.locator(".note-list summary").first.click()
    expect(page.locator(".note-list .katex").first).to_be_visible()
    page.get_by_role("link", name="Review this deck").click()
    expect(page.locator("[data-item]")).to_contain_text("Why do we need non-linear activations?")
    page.keyboard.press("Enter")
    answer = page.locator("[data-own-answer]")
    expect(answer).to_contain_text("Without them a stack of layers")
    expect(answer.locator("li")).to_have_count(3)
    with page.expect_response("**/api/reviews") as stored:
        page.keyboard.press("3")
    assert stored.value.status == 200
    expect(page.locator("[data-item]")).to_contain_text("What is the dying ReLU problem?")


@pytest.mark.parametrize(("theme", "lang"), [("light", "zh"), ("dark", "en")])
def test_accessible_and_no_wider_than_a_phone(browser: Browser, base_url: str, theme: Any, lang: str) -> None:
    context = browser.new_context(color_scheme=theme, bypass_csp=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    found: dict[str, Any] = {}

    def look() -> None:
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE)
        wrong = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        width = page.evaluate("document.documentElement.scrollWidth")
        if wrong or width > 390:
            found[page.url] = [wrong, width]

    page.goto(f"{base_url}/{lang}/import")
    page.set_input_files("[data-file]", FILES / "zh_headings.md")
    expect(page.locator("[data-found]")).to_be_visible()
    page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    look()
    page.locator("[data-adopt]").first.click()
    expect(page.locator("[data-imported]")).to_be_visible()
    page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    look()
    page.locator(".tools a").first.click()
    expect(page.locator("#question")).to_be_visible()
    look()
    context.close()
    assert not found


def test_without_a_script(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}/zh/import")
    page.locator("#text").fill("问：什么是熵？\n答：平均信息量。")
    page.get_by_role("button", name="先看看读懂了什么").click()
    page.locator("#deck").fill("没有脚本")
    page.get_by_role("button", name="收进").first.click()
    expect(page.locator("h1")).to_have_text("没有脚本")
    context.close()


def test_hostile_notes_run_and_fetch_nothing(browser: Browser, base_url: str) -> None:
    """Through preview, deck, page of one question and review, in both languages."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    page = context.new_page()
    left: list[str] = []
    page.on("request", lambda request: left.append(request.url) if not request.url.startswith(base_url) else None)
    page.on("dialog", lambda dialog: left.append(dialog.message))
    page.on("console", lambda said: left.append(said.text) if "Content Security Policy" in said.text else None)

    def quiet() -> None:
        page.wait_for_load_state("networkidle")
        page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
        assert page.evaluate("window.ran") is None
        assert (
            page.locator(
                "main :is(script:not([type='application/json']), iframe, object, embed, img, svg image, base, meta)"
            ).count()
            == 0
        )
        assert page.locator("main a:is([href^='javascript'], [href^='data:'])").count() == 0

    page.goto(f"{base_url}/en/import")
    page.locator("#text").fill(notes())
    page.locator("[data-preview]").click()
    expect(page.locator("[data-cards] > li")).to_have_count(len(PAYLOADS))
    quiet()
    page.locator("#deck").fill("Hostile <img src=x onerror=window.ran=1>")
    page.locator("[data-adopt]").first.click()
    expect(page.locator("[data-imported]")).to_contain_text(f"{len(PAYLOADS)} new")
    quiet()
    page.goto(page.url.split("?")[0].replace("/en/", "/zh/"))
    quiet()
    uids = page.locator(".note-list > li").evaluate_all("list => list.map(one => one.id)")
    for uid in uids[::8]:
        page.goto(f"{base_url}/zh/notes/{uid}")
        quiet()
    deck = page.locator(".crumb a").last.get_attribute("href")
    assert deck is not None
    page.goto(f"{base_url}/en/review?deck={deck.rsplit('/', 1)[1]}")
    for _ in range(3):
        expect(page.locator("[data-item]")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("[data-own-answer]")).to_be_visible()
        quiet()
        with page.expect_response("**/api/reviews"):
            page.keyboard.press("3")
    context.close()
    assert left == []


def test_a_package_of_anki_is_shown_the_way_before_it_is_sent(page: Page, base_url: str, tmp_path: Path) -> None:
    package = tmp_path / "deck.apkg"
    package.write_bytes(b"PK\x03\x04" + bytes(20 << 20))
    page.goto(f"{base_url}/zh/import")
    page.set_input_files("[data-file]", package)
    told = page.locator("[data-elsewhere]")
    expect(told).to_be_visible()
    told.get_by_role("link").click()
    expect(page).to_have_url(f"{base_url}/zh/data")
