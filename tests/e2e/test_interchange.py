"""The page of one's data and the sheet in a real browser: a file out, in again, and on paper."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
pytestmark = pytest.mark.browser


def axe(page: Page) -> list[object]:
    page.evaluate(AXE)
    return page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")  # type: ignore[no-any-return]


def test_a_file_goes_out_and_comes_in_by_keyboard(page: Page, tmp_path: Path) -> None:
    page.goto("/en/data")
    with page.expect_download() as started:
        page.get_by_role("link", name="Everything (JSON)").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert json.loads(file.read_bytes())["format"] == "warmup"
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Only show what would be imported").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Import").focus()
    page.keyboard.press("Enter")
    outcome = page.get_by_role("status").get_by_role("heading")
    expect(outcome).to_have_text("This would be imported (nothing was stored yet)")
    assert axe(page) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_prints_on_a_few_sheets_of_a4(page: Page, lang: str, tmp_path: Path) -> None:
    """No entry is torn across pages, no picture is missing, formulas are set."""
    page.route("**/plot/*.svg*", lambda route: route.fulfill(content_type="image/svg+xml", body=PICTURE))
    page.goto(f"/{lang}/sheet")
    expect(page.locator(".entry")).to_have_count(15)
    expect(page.locator(".entry .math.display .katex").first).to_be_visible()
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert axe(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins
    page.emulate_media(media="print")
    tallest = page.evaluate("Math.max(...[...document.querySelectorAll('.entry')].map(e => e.offsetHeight))")
    assert tallest < 1000, "an entry is taller than a sheet of A4"
    pdf = page.pdf(prefer_css_page_size=True)
    sheets = pdf.count(b"/Type /Page\n")
    assert 2 <= sheets <= 4 and pdf.count(b"/MediaBox [0 0 594.95") + pdf.count(b"/MediaBox [0 0 595") >= 1


PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="240"><rect width="9" height="9"/></svg>'
