"""The page of all claims: each stands there once, by verdict, and leads to its card, its run, its paper."""

import re

import pytest
from starlette.testclient import TestClient

from app.content.loader import load
from app.settings import Settings

CLAIMS = [
    (slug, claim) for slug, card in load(Settings.from_env({}).content_dir).cards.items() for claim in card.facts.claims
]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("verdict", ["wrong", "qualified", "verified", None])
def test_every_claim_of_the_kind_once(client: TestClient, lang: str, verdict: str | None) -> None:
    page = client.get(f"/{lang}/claims" + (f"?verdict={verdict}" if verdict else "")).text
    wanted = {verdict} if verdict else {"wrong", "qualified"}
    assert re.findall(r'id="claim-([a-z0-9-]+)"', page) == [
        f"{slug}-{claim.id}" for slug, claim in CLAIMS if claim.verdict in wanted
    ]


def test_evidence_can_be_followed_from_here(client: TestClient) -> None:
    page = client.get("/en/claims").text
    assert 'href="#ref-' not in page, "the list of references is on the card"
    cards = set(re.findall(r'href="/en/cards/([a-z0-9-]+)#ref-', page))
    assert cards
    for slug in cards:
        listed = set(re.findall(r'id="ref-([^"]+)"', client.get(f"/en/cards/{slug}").text))
        assert set(re.findall(rf'href="/en/cards/{slug}#ref-([^"]+)"', page)) <= listed
    runs = set(re.findall(r'class="chip" href="(/en/demos/[^"]+)"', page))
    assert runs
    for address in sorted(runs)[:5]:
        assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_a_verdict_that_is_none_is_refused(client: TestClient) -> None:
    assert client.get("/en/claims?verdict=maybe").status_code == 422
