"""The live panel as a reader uses it: predict, drag, share, go back, stream and stop, with keys, without JavaScript."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.demos import demos
from app.kit import Demo
from tests.server import Server

pytestmark = pytest.mark.browser
CURVES = "/en/demos/activation-curves"


def slider(page: Page, name: str) -> Locator:
    return page.locator(f'[data-knob="{name}"] [data-slider]')


def drawn(page: Page) -> None:
    """The first figure is on screen."""
    page.locator(".plot").first.scroll_into_view_if_needed()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()


def test_predict_then_drag_then_share_then_back(page: Page, base_url: str) -> None:
    page.goto(base_url + CURVES)
    expect(page.locator("[data-panel]")).to_have_attribute("data-covered", "")
    prediction = page.locator("[data-prediction]").first
    if prediction.get_by_role("radio").count() > 3:
        prediction.get_by_role("radio").first.check()
    else:
        prediction.get_by_role("textbox").fill("0.001")
    prediction.locator('button[type="submit"]').click()
    expect(prediction.locator("[data-verdict]")).to_be_visible()
    expect(page.locator("[data-panel]")).not_to_have_attribute("data-covered", "")
    drawn(page)

    before = page.evaluate("history.length")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/result" in r.url else None)
    handle = slider(page, "z")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    seen = set()
    for step in range(12):
        page.mouse.move(box["x"] + box["width"] * (0.5 + step / 40), box["y"] + box["height"] / 2)
        page.wait_for_timeout(60)
        seen.add(page.url)
    assert len(asked) >= 3, "the figure follows while dragging"
    assert len(seen) >= 3, "so does the address"
    assert page.evaluate("history.length") == before
    page.mouse.up()
    page.wait_for_timeout(300)
    assert page.evaluate("history.length") == before + 1, "one history entry on release"
    z = re.search(r"[?&]z=([^&]+)", page.url)
    assert z
    where = page.url

    other = page.context.new_page()
    other.goto(where)
    assert slider(other, "z").input_value() == slider(page, "z").input_value()
    drawn(other)
    expect(other.locator("figcaption").first).to_have_text(page.locator("figcaption").first.inner_text())
    other.close()

    page.go_back()
    page.wait_for_timeout(300)
    assert page.url != where
    page.go_forward()
    expect(page).to_have_url(where)
    page.reload()
    assert re.search(r"[?&]z=([^&]+)", page.url) == z or page.url == where
    drawn(page)


def test_copy_link_and_code(page: Page, base_url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{base_url}{CURVES}?z=2")
    page.locator("[data-copy-link]").click()
    assert page.evaluate("navigator.clipboard.readText()") == f"{base_url}{CURVES}?z=2"
    page.get_by_text("Show the code").click()
    page.locator("[data-copy-code]").click()
    code = page.evaluate("navigator.clipboard.readText()")
    assert "def " in code
    compile(code, "shown", "exec")


def test_slider_by_keyboard_and_reset(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}{CURVES}?z=1")
    drawn(page)
    caption = page.locator("figcaption").first
    before = caption.inner_text()
    slider(page, "z").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(caption).not_to_have_text(before)
    page.locator("[data-reset]").click()
    expect(page).to_have_url(base_url + CURVES)


SLOW_FETCH = """
const real = window.fetch;
window.flying = 0;
window.most = 0;
window.fetch = async (...given) => {
  if (!String(given[0]).includes('/result')) return real(...given);
  window.most = Math.max(window.most, ++window.flying);
  try {
    await new Promise((go) => setTimeout(go, 120));
    return await real(...given);
  } finally {
    window.flying -= 1;
  }
};
"""


def test_newest_wins_when_answers_come_late(page: Page, base_url: str) -> None:
    """Every answer is held back: only one request is in flight, the last state is what ends up on screen."""
    page.add_init_script(SLOW_FETCH)
    page.goto(f"{base_url}{CURVES}?z=1")
    drawn(page)
    slider(page, "z").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    value = slider(page, "z").input_value()
    expect(page.locator("figcaption").first).to_contain_text(f"φ({float(value):g})", timeout=10_000)
    assert page.evaluate("window.most") == 1


def test_nothing_shifts_when_a_figure_arrives(page: Page, base_url: str) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((l) => { for (const e of l.getEntries()) if (!e.hadRecentInput)"
        " window.shift += e.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(f"{base_url}{CURVES}?z=1")
    drawn(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.shift") < 0.02


RACE = (
    "/en/demos/activation-race?steps=800&functions=sigmoid&functions=tanh&functions=relu&functions=gelu&width=16&seed="
)
WATCH = """
window.progress = [];
setInterval(() => {
  const value = document.querySelector("[data-progress]")?.value, stop = document.querySelector("[data-stop]");
  if (!(value > 0)) return;
  window.progress.push(value);
  if (%s && stop.checkVisibility() && !window.stopped) { window.stopped = true; stop.click(); }
}, 10);
"""
"""Looks on from within the page, and stops the run in its middle: a run may be over before a word gets out."""


def test_stream_draws_on_the_way_and_ends(page: Page, base_url: str) -> None:
    page.add_init_script(WATCH % "false")
    page.goto(f"{base_url}{RACE}11")
    page.wait_for_function("() => window.progress.at(-1) === 1")
    values = page.evaluate("window.progress")
    assert len({v for v in values if 0 < v < 1}) >= 2, "progress is shown on the way"
    assert values == sorted(values), "and only goes up"
    drawn(page)


def test_stop_really_stops_the_worker(page: Page, base_url: str, server: Server) -> None:
    page.goto(f"{base_url}{CURVES}?z=2")
    drawn(page)
    before = server.workers()
    page.add_init_script(WATCH % "true")
    page.goto(f"{base_url}{RACE}12")
    page.wait_for_function("() => window.stopped")
    expect(page.locator("[data-stop]")).to_be_hidden()
    for _ in range(300):
        if not before <= server.workers():
            break
        page.wait_for_timeout(100)
    assert before and not before <= server.workers(), "its process was replaced"
    page.goto(f"{base_url}{CURVES}?z=3")
    drawn(page)


def test_wrong_query_is_told_beside_the_knob(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/zh/demos/k-means?k=999")
    expect(page.locator('[aria-invalid="true"]').first).to_be_visible()
    expect(page.get_by_role("alert").first).to_contain_text("不能大于")
    page.said.clear()  # type: ignore[attr-defined]  # the browser reports the 422 of the page itself


def test_server_gone_keeps_the_last_figure_and_says_so(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}{CURVES}?z=1")
    drawn(page)
    page.route("**/api/**", lambda route: route.abort())
    slider(page, "z").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-banner]")).not_to_be_empty()
    drawn(page)
    page.said.clear()  # type: ignore[attr-defined]


DRAGGED = {"anchor-coverage": ("gx1", "gy1"), "roi-microscope": ("x1", "y1")}


@pytest.mark.parametrize("demo", DRAGGED)
def test_box_is_dragged_by_mouse_and_by_keys(page: Page, base_url: str, demo: str) -> None:
    query = "seed=1" if demo == "roi-microscope" else "stride=16"
    page.goto(f"{base_url}/en/demos/{demo}?{query}")
    drawn(page)
    handle = page.locator(".drag-box").first
    expect(handle).to_be_visible()
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 12, box["y"] + box["height"] / 2 + 9, steps=6)
    page.mouse.up()
    names = DRAGGED[demo]
    expect(page).to_have_url(re.compile("|".join(f"{name}=" for name in names)))
    dragged = page.url
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(400)
    assert page.url != dragged


def test_steps_play_step_and_reset(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/demos/k-means?seed=2")
    drawn(page)
    player = page.locator("[data-player]").first
    frame = player.get_by_role("slider")
    start = frame.input_value()
    player.get_by_role("button", name="Next", exact=False).or_(player.get_by_role("button", name="Step")).last.click()
    expect(frame).not_to_have_value(start)


def test_a_formula_is_run_when_typing_rests_and_a_wrong_one_says_where(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/demos/graph-xray?x3=2")
    drawn(page)
    field = page.get_by_role("textbox", name="Formula")
    field.fill("x1*x")
    problem = page.locator('[data-knob="expression"] [data-problem]')
    expect(problem).to_contain_text("Character 4")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.said.clear()  # type: ignore[attr-defined]  # the browser's own line about the 422
    field.press_sequentially("3")
    expect(problem).to_be_hidden()
    expect(page.locator(".notes")).to_contain_text("∂f/∂x3 = 2")
    assert "expression=x1*x3" in page.url
    field.press("Enter")
    page.go_back()
    expect(field).to_have_value("log(x1)+x1*x2-sin(x2)")


@pytest.mark.parametrize("demo", list(demos().values()), ids=lambda d: d.id)
def test_kinds_drawn_are_kinds_sent(page: Page, base_url: str, demo: Demo) -> None:
    """A trace kind missing from the bundle silently becomes scatter; the share button must not be there."""
    name = list(demo.presets)[-1]
    page.goto(f"{base_url}/zh/demos/{demo.id}?{demo.preset_params(name).to_query() or 'seed=0'}")
    sent: dict[str, Any] = page.request.get(
        f"{base_url}/api/demos/{demo.id}/result?{demo.preset_params(name).to_query()}"
    ).json()
    for figure in sent["figures"]:
        if "plot" not in figure:
            continue
        element = page.locator(f'[data-figure="{figure["id"]}"]')
        element.scroll_into_view_if_needed()
        plot = element.locator(".js-plotly-plot")
        expect(plot).to_be_visible(timeout=15_000)
        kinds = plot.evaluate("e => e._fullData.map(t => t.type)")
        assert kinds == [trace["type"] for trace in figure["plot"]["data"]], figure["id"]
    assert page.locator(".modebar-btn").count() == 0


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("demo", list(demos().values()), ids=lambda d: d.id)
def test_without_javascript(scriptless: Page, base_url: str, demo: Demo, tmp_path: Path) -> None:
    """The form is a plain GET form; its numbers are a table in the page, or one link away."""
    scriptless.goto(f"{base_url}/en/demos/{demo.id}")
    scriptless.locator("[data-submit]").click()
    assert "?" in scriptless.url
    expect(scriptless.locator("h1")).to_contain_text(demo.title.en)
    data = scriptless.locator("[data-data]")
    data.locator("summary").click()
    if data.locator("table:not([role])").count() == 0:
        data.get_by_role("link").click()
    expect(scriptless.locator("table:not([role])").first).to_be_visible()
