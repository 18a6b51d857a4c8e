"""The plan in a browser: made and kept without a script, readable on a phone, and it reaches the start page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server import Server

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RUN = "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
DAY = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
PAST = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("plan"))
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


def test_made_without_a_script_and_seen_from_the_start(browser: Browser, own: Server) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{own.url}/en/plan")
    page.get_by_label("Date", exact=True).fill(DAY)
    page.get_by_label("Time zone", exact=True).fill("Nowhere")
    page.get_by_label("Round", exact=True).fill("Round 2")
    page.get_by_label("Object detection").fill("2.5")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_role("alert")).to_contain_text("This time zone is not known")
    expect(page.get_by_label("Object detection")).to_have_value("2.5")
    page.get_by_label("Time zone", exact=True).first.fill("Europe/London")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_role("heading", name="days to the interview")).to_be_visible()
    expect(page.get_by_role("row", name="Object detection")).to_contain_text("0%")
    expect(page.get_by_label("Round", exact=True).first).to_have_value("Round 2")
    page.get_by_role("link", name="After the interview").click()
    page.get_by_label("Date of the interview").fill(PAST)
    page.get_by_role("combobox", name="Recurrent networks").select_option("badly")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_role("row", name="Recurrent networks")).to_contain_text("2")
    page.get_by_role("button", name="Adopt these weights").click()
    expect(page).to_have_url(f"{own.url}/en/plan")
    expect(page.get_by_role("spinbutton", name="Recurrent networks")).to_have_value("2")
    context.close()


def test_own_questions_are_planned_for(browser: Browser, own: Server, tmp_path: Path) -> None:
    """A deck is a topic of its own, with a weight; its name and questions lead to where they are."""
    notes = tmp_path / "notes.md"
    notes.write_text("# My notes\n### Why is `<b>` not bold?\nIt is escaped.\n### What is momentum?\nA running mean.\n")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{own.url}/en/import")
    page.locator("main input[type=file]").set_input_files(notes)
    page.get_by_role("button", name="Adopt into").click()
    page.wait_for_url("**/en/decks/**")
    page.goto(f"{own.url}/en/plan")
    page.get_by_label("My notes").fill("0.1")
    page.get_by_label("Minutes a day").fill("5")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_label("My notes")).to_have_value("0.1")
    row = page.get_by_role("row", name="My notes")
    expect(row).to_contain_text("0/2")
    drop = page.get_by_role("region", name="What to drop")
    drop.get_by_text("more cards").click()
    drop.get_by_role("link", name="not bold").click()
    page.wait_for_url("**/en/notes/**")
    expect(page.locator("main")).to_contain_text("not bold")
    page.go_back()
    row.get_by_role("link", name="My notes").click()
    page.wait_for_url("**/en/decks/**")
    expect(page.locator("main")).to_contain_text("What is momentum?")
    context.close()


def test_a_review_follows_it_and_the_start_page_counts_the_days(page: Page, own: Server) -> None:
    page.goto(f"{own.url}/en/plan")
    page.get_by_role("link", name="Start review").click()
    page.locator('[data-item][data-phase="asking"]').wait_for()
    page.keyboard.press("s")
    page.locator('[data-phase="checked"]').wait_for()
    page.keyboard.press("1")
    expect(page.locator("[data-undo]")).to_be_visible()
    expect(page.locator("[data-pending]")).to_be_hidden()
    page.goto(f"{own.url}/en/")
    expect(page.get_by_role("link", name="days to Round 2")).to_be_visible()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_axe_finds_nothing(browser: Browser, own: Server, lang: str, theme: Literal["light", "dark"]) -> None:
    for width in (390, 1280):
        context = browser.new_context(color_scheme=theme, bypass_csp=True, viewport={"width": width, "height": 900})
        page = context.new_page()
        for path in ("/plan", "/plan/debrief", "/"):
            page.goto(f"{own.url}/{lang}{path}")
            page.wait_for_load_state("networkidle")
            page.evaluate(AXE)
            assert page.evaluate(RUN) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        context.close()
