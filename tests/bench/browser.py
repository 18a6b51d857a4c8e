"""Slider to paint in Chromium against the same figure drawn from local data; start to first plot."""

import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.bench.http import row
from tests.e2e.conftest import CHROMIUM_FLAGS, chromium
from tests.server import Server

PAGE = "/en/demos/activation-curves?z=1"

# The figures in view: the others are drawn when they come into it.
_SEEN = """() => {
window.seen = () => [...document.querySelectorAll('.js-plotly-plot')].filter((p) => {
  const { top, bottom } = p.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
});
// The drawing of a figure has been touched.
window.changed = (plot) => new Promise((done) => {
  const look = new MutationObserver(() => { look.disconnect(); done(); });
  look.observe(plot, { subtree: true, attributes: true, childList: true });
});
}"""

# One key press on the slider → the next frame after every visible figure has been redrawn.
_OURS = """async (value) => {
  const slider = document.querySelector('[data-knob="z"] [data-slider]');
  const plots = seen();
  const start = performance.now();
  const done = Promise.all(plots.map(changed));
  slider.value = value;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  await done;
  await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
  return performance.now() - start;
}"""

# The same figures, their arrays made here: what drawing alone costs.
_FLOOR = """async (direction) => {
  const plots = seen();
  const start = performance.now();
  await Promise.all(plots.map((p) => {
    const data = p.data.map((t) => {
      const y = Float32Array.from({ length: t.y?.length ?? t._length ?? 400 }, (_, i) => Math.tanh(i / 50 + direction));
      return { ...t, x: Float32Array.from(y, (_, i) => i / 40), y };
    });
    return Plotly.react(p, data, p.layout, p._context);
  }));
  await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
  return performance.now() - start;
}"""

# Sixty events a second for two seconds: how often the first figure was redrawn (a redraw is one batch of changes).
_DRAG = """async () => {
  const slider = document.querySelector('[data-knob="z"] [data-slider]');
  const plot = document.querySelector('.js-plotly-plot');
  let painted = 0;
  new MutationObserver(() => { painted += 1; }).observe(plot, { subtree: true, attributes: true, childList: true });
  const start = performance.now();
  for (let i = 0; performance.now() - start < 2000; i += 1) {
    slider.value = 5 * Math.sin(i / 20);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((r) => requestAnimationFrame(r));
  }
  return painted / 2;
}"""
_DRAG_FLOOR = """async () => {
  const plots = seen();
  let painted = 0;
  const start = performance.now();
  for (let i = 0; performance.now() - start < 2000; i += 1) {
    await Promise.all(plots.map((p) => Plotly.react(p, p.data.map((t) => ({ ...t })), p.layout, p._context)));
    painted += 1;
    await new Promise((r) => requestAnimationFrame(r));
  }
  return painted / 2;
}"""

_BARE = """
import sys, pathlib, uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
app = FastAPI()
lib = pathlib.Path(sys.argv[2]).read_bytes()
@app.get("/plotly.js")
def plotly(): return Response(lib, media_type="text/javascript")
@app.get("/")
def first(): return HTMLResponse('''<div id="p"></div><script src="/plotly.js"></script><script>
const wave = (k) => ({ y: Array.from({ length: 400 }, (_, i) => Math.sin(i * k / 99)) });
Plotly.newPlot("p", [1, 2, 3, 4, 5, 6].map(wave));
</script>''')
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", http="h11")
"""


def run(data: Path) -> None:
    """Print the table."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        folder = data / "browser"
        folder.mkdir()
        server = Server(folder)
        try:
            _sliding(browser.new_page(), server.url)
        finally:
            server.stop()
        ours, bare = [], []
        for i in range(3):
            ours.append(_first_plot(browser.new_page(), data / f"first{i}"))
            bare.append(_bare_first_plot(browser.new_page()))
        took, floor = statistics.median(ours), statistics.median(bare)
        row("start -> first plot painted / bare FastAPI app", f"{took / floor:.2f} ({took:.2f} s)", "<= 1.5")
        browser.close()


def _sliding(page: Page, url: str) -> None:
    page.goto(url + PAGE)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.wait_for_timeout(1500)
    page.evaluate(_SEEN)
    ours, floor = [], []
    for i in range(30):
        direction = 1 if i % 2 else -1
        ours.append(page.evaluate(_OURS, direction * (0.5 + i / 10)))
        page.wait_for_timeout(30)
        floor.append(page.evaluate(_FLOOR, direction))
        page.wait_for_timeout(30)
    took, least = statistics.median(ours[4:]), statistics.median(floor[4:])
    row("slider -> paint / drawing local data", f"{took / least:.2f} ({took:.0f} ms)", "<= 1.3")
    page.goto(url + PAGE)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.wait_for_timeout(1500)
    page.evaluate(_SEEN)
    dragged, drawn = page.evaluate(_DRAG), page.evaluate(_DRAG_FLOOR)
    row(
        "figures painted per second while dragging / local",
        f"{dragged / drawn:.2f} ({dragged:.0f} a second)",
        ">= 0.75",
    )


def _first_plot(page: Page, data: Path) -> float:
    data.mkdir()
    begun = time.perf_counter()
    server = Server(data)
    page.goto(server.url + PAGE)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    took = time.perf_counter() - begun
    page.close()
    server.stop()
    return took


def _bare_first_plot(page: Page) -> float:
    library = Path("static/vendor/plotly/plotly-2d-4.1.1.min.js")
    port = 8991
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", _BARE, str(port), str(library)])
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
            break
        except OSError:
            time.sleep(0.02)
    page.goto(f"http://127.0.0.1:{port}/")
    page.locator(".main-svg").first.wait_for()
    took = time.perf_counter() - begun
    page.close()
    process.terminate()
    process.wait()
    return took
