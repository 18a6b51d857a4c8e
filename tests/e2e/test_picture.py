"""A reader's own picture, chosen in a real browser; and knobs that come and go with what they depend on."""

import base64
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from app.figures.arrays import png
from app.kit.picture import packed, pixels
from tests.e2e.test_pages import AXE

pytestmark = pytest.mark.browser
DEMO = "/en/demos/layer-playground"


def file(name: str, data: bytes, kind: str) -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": data}


def picture(width: int = 96, height: int = 64) -> dict[str, Any]:
    """Left half black, right half white."""
    halves = np.zeros((height, width))
    halves[:, width // 2 :] = 1
    return file("halves.png", base64.b64decode(png(halves).split(",")[1]), "image/png")


def noise() -> dict[str, Any]:
    return file(
        "noise.png", base64.b64decode(png(np.random.default_rng(0).random((64, 64))).split(",")[1]), "image/png"
    )


def sent(page: Page) -> list[str]:
    """What of pictures was asked for, in order."""
    asked: list[str] = []

    def note(request: Any) -> None:
        if "/result" in request.url:
            asked.extend(parse_qs(urlsplit(request.url).query).get("mine", [""]))

    page.on("request", note)
    return asked


@pytest.fixture
def opened(page: Page, base_url: str) -> Page:
    # The browser is told to hand file choosers over by a message of its own, which a key pressed right after overtakes.
    page.on("filechooser", lambda _: None)
    page.goto(f"{base_url}{DEMO}?stride=2")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    return page


def caption(page: Page) -> Any:
    return page.locator('[data-figure="input"]')


def test_a_picture_is_computed_and_stays_out_of_addresses(opened: Page, base_url: str) -> None:
    page, asked = opened, sent(opened)
    before = page.evaluate("history.length")
    page.locator("[data-file]").set_input_files(picture())
    expect(caption(page)).to_contain_text("your picture")
    expected = np.zeros((32, 32))
    expected[:, 16:] = 1
    assert asked == [packed(expected)], "the central square, shrunk, in one request"
    assert pixels(asked[0]) is not None
    assert "mine" not in page.url
    assert page.evaluate("history.length") == before
    expect(page.locator("[data-seen]")).to_be_visible()
    assert (
        page.evaluate("document.querySelector('[data-seen]').getContext('2d').getImageData(20, 9, 1, 1).data[0]") == 255
    )

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy-link]").click()
    assert page.evaluate("navigator.clipboard.readText()") == f"{base_url}{DEMO}?stride=2"
    kept = page.evaluate("JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })")
    assert asked[0] not in kept

    page.locator('[data-knob="padding"] [data-slider]').focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"padding=2"))
    assert "mine" not in page.url
    page.go_back()
    expect(page).not_to_have_url(re.compile("padding"))
    expect(caption(page)).to_contain_text("your picture")

    page.locator("[data-remove]").click()
    expect(caption(page)).to_contain_text("a digit")
    expect(page.locator("[data-seen]")).to_be_hidden()
    expect(page.locator("[data-remove]")).to_be_hidden()
    expect(page.locator("[data-file]")).to_be_focused()


def test_a_link_with_a_picture_is_cleaned(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}{DEMO}?k=5&mine={packed(np.eye(32))}")
    expect(caption(page)).to_contain_text("your picture")
    expect(page).to_have_url(f"{base_url}{DEMO}?k=5")
    expect(page.locator("[data-seen]")).to_be_visible()


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (file("notes.txt", b"not a picture", "text/plain"), "不能把这个文件当作图片"),
        (file("fake.png", b"\x89PNG\r\n\x1a\nnot really", "image/png"), "不能把这个文件当作图片"),
        (file("huge.png", b"\0" * (8 * 2**20 + 1), "image/png"), "超过 8 MB"),
    ],
    ids=["text", "broken", "huge"],
)
def test_what_is_no_picture_is_told_at_the_knob(page: Page, base_url: str, chosen: dict[str, Any], says: str) -> None:
    page.goto(f"{base_url}/zh/demos/layer-playground?stride=2")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    asked = sent(page)
    knob = page.locator('[data-knob="mine"]')
    page.locator("[data-file]").set_input_files(chosen)
    expect(knob.locator("[data-problem]")).to_contain_text(says)
    expect(page.locator("[data-file]")).to_have_attribute("aria-invalid", "true")
    described = page.locator("[data-file]").get_attribute("aria-describedby") or ""
    assert knob.locator("[data-problem]").get_attribute("id") in described.split()
    assert asked == []
    page.locator("[data-file]").set_input_files(picture())
    expect(caption(page)).to_contain_text("你的图片")
    expect(knob.locator("[data-problem]")).to_be_hidden()


def test_the_last_of_two_wins_and_a_preset_takes_it_away(opened: Page) -> None:
    asked = sent(opened)
    opened.locator("[data-file]").set_input_files(noise())
    opened.locator("[data-file]").set_input_files(picture())
    expect(caption(opened)).to_contain_text("your picture")
    opened.wait_for_timeout(300)
    grey = pixels(asked[-1])
    assert grey is not None
    assert set(np.unique(grey)) == {0, 1}
    opened.locator('[data-preset="step"]').click()
    expect(caption(opened)).to_contain_text("an edge")
    expect(opened.locator("[data-seen]")).to_be_hidden()


def test_tiny_and_wide_pictures_are_cut_to_a_square(opened: Page) -> None:
    asked = sent(opened)
    for width, height in ((3, 2), (2000, 40), (40, 1500)):
        opened.locator("[data-file]").set_input_files(picture(width, height))
        opened.wait_for_timeout(400)
        grey = pixels(asked[-1])
        assert grey is not None
        assert grey[:, 0].max() < 0.2
        assert grey[:, -1].min() > 0.8


def test_by_keyboard(opened: Page) -> None:
    chooser = opened.locator("[data-file]")
    chooser.focus()
    with opened.expect_file_chooser() as waiting:
        opened.keyboard.press("Enter")
    waiting.value.set_files(picture())
    expect(caption(opened)).to_contain_text("your picture")
    opened.keyboard.press("Tab")
    expect(opened.locator("[data-remove]")).to_be_focused()
    opened.keyboard.press("Enter")
    expect(caption(opened)).to_contain_text("a digit")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_with_a_picture_or_its_error(browser: Browser, base_url: str, lang: str) -> None:
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{base_url}/{lang}/demos/layer-playground?stride=2")
    for chosen in (picture(), file("notes.txt", b"no", "text/plain")):
        page.locator("[data-file]").set_input_files(chosen)
        page.wait_for_timeout(500)
        page.evaluate(AXE)
        assert page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_knobs_come_and_go_with_what_they_depend_on(opened: Page, base_url: str) -> None:
    page = opened
    knob = '[data-knob="{}"]'.format
    expect(page.locator(knob("filter"))).to_be_visible()
    expect(page.locator(knob("depth"))).to_be_hidden()
    page.locator(knob("tab")).locator("select, input").first.evaluate("e => e.name")  # it is a control
    control = page.locator(knob("tab"))
    if control.locator("select").count():
        control.locator("select").select_option("field")
    else:
        control.locator('input[value="field"]').check()
    expect(page.locator(knob("depth"))).to_be_visible()
    for name in ("filter", "k", "mine", "shift"):
        expect(page.locator(knob(name))).to_be_hidden()
    page.locator('[data-preset="shift-one"]').click()
    expect(page.locator(knob("shift"))).to_be_visible()
    expect(page.locator(knob("mine"))).to_be_visible()
    expect(page.locator(knob("depth"))).to_be_hidden()
    page.go_back()
    expect(page.locator(knob("depth"))).to_be_visible()
    reached = set()
    page.locator(knob("tab")).locator("select, input:checked").first.focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.closest('[data-knob]')?.dataset.knob"))
    assert {"depth", "seed"} <= reached
    assert not {"filter", "k", "mine", "shift", "rate"} & reached
    page.goto(f"{base_url}{DEMO}?tab=field&k=99")
    expect(page.locator(knob("k"))).to_be_visible()
    expect(page.locator(knob("k")).locator("[data-problem]")).to_be_visible()
    page.said.clear()  # type: ignore[attr-defined]  # the browser reports the 422 of the page itself


def test_without_script_the_picture_says_it_needs_one(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}{DEMO}")
    expect(page.get_by_text("Choosing a picture needs JavaScript")).to_be_visible()
    expect(page.locator("[data-file]")).to_be_hidden()
    context.close()
