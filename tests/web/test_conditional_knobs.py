"""Knobs that show only when they matter: hidden by the server, kept in the form, told by the API."""

import re
from typing import Literal

import pytest
from starlette.testclient import TestClient

from app.demos import demos
from app.kit import Demo, Params, Preset, Result, knob, same
from app.web.pages import demos as page
from app.web.templating import Pages


class Tabbed(Params):
    tab: Literal["a", "b"] = knob("a", zh="页", en="Tab")
    steps: int = knob(3, ge=1, le=9, zh="步数", en="Steps", when={"tab": ("b",)})
    kind: Literal["x", "y"] = knob("x", zh="种类", en="Kind", when={"tab": ("a",)})
    gx: int = knob(1, ge=1, le=9, zh="框", en="Box", hidden=True, when={"tab": ("b",)})


def run(params: Tabbed) -> Result:
    raise NotImplementedError


TOY = Demo(
    "app.demos.toys.tabbed", run, Tabbed, title=same("Tabbed"), summary=same("Tabbed"), presets={"a": Preset(same("a"))}
)


@pytest.fixture
def toy(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Pages:
    monkeypatch.setattr(page, "highlighted", lambda demo: "")
    return client.app.state.pages  # type: ignore[attr-defined,no-any-return]


def hidden(html: str) -> set[str]:
    boxes = re.findall(r'<(?:div|fieldset) class="knob[^>]*data-knob="(\w+)"[^>]*?( hidden)?>', html)
    assert {name for name, _ in boxes} == set(Tabbed.model_fields)
    return {name for name, away in boxes if away}


@pytest.mark.parametrize(("tab", "away"), [("a", {"steps", "gx"}), ("b", {"kind"})])
def test_only_what_matters_is_shown_and_everything_is_sent(toy: Pages, tab: Literal["a", "b"], away: set[str]) -> None:
    html = toy.render("partials/_panel.html", "en", "/", **page.panel(TOY, Tabbed(tab=tab))).decode()
    assert hidden(html) == away
    assert ('<details class="exact" hidden>' in html) == (tab == "a")
    form = html.split("<form", 1)[1].split("</form>", 1)[0]
    for name in Tabbed.model_fields:
        assert f'name="{name}"' in form


def test_a_wrong_value_is_shown_where_it_was_given(client: TestClient) -> None:
    for demo in demos().values():
        for k in demo.knobs:
            if k.when and k.kind in ("int", "float"):
                html = client.get(f"/en/demos/{demo.id}?{k.name}=1e99").text
                box = re.search(rf'<div class="knob[^>]*data-knob="{k.name}"[^>]*>', html)
                assert box
                assert not box[0].endswith(" hidden>")


def test_the_api_says_when(client: TestClient) -> None:
    for demo in demos().values():
        told = client.get(f"/api/demos/{demo.id}").json()["knobs"]
        assert [[(n, tuple(v)) for n, v in k["when"].items()] for k in told] == [list(k.when) for k in demo.knobs]
