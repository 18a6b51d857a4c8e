"""What the commonly circulated answers get wrong: every claim of every card, with the run or the paper that settles it.

The same rows stand on each card's own page (cards.py). Nothing of a learner is in it: it is prepared once a language.
"""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.content.card import Card
from app.content.models import Claim
from app.kit import Lang
from app.services.catalogue import Catalogue
from app.web.prepared import prepared
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Verdict = Literal["wrong", "qualified", "verified"]


@router.get("/{lang}/claims")
def all_claims(lang: Lang, request: Request, verdict: Verdict | None = None) -> Response:
    """?verdict= keeps one kind. Without it: what is wrong or needs qualification."""
    return prepared(request, ("claims", lang, verdict), lambda: _render(request, lang, verdict))


def _render(request: Request, lang: Lang, verdict: Verdict | None) -> bytes:
    catalogue: Catalogue = request.app.state.catalogue
    pages: Pages = request.app.state.pages
    counts = dict.fromkeys(("wrong", "qualified", "verified"), 0)
    for _, claim in catalogue.claims():
        counts[claim.verdict] += 1
    wanted = (verdict,) if verdict else ("wrong", "qualified")
    topics = []
    for topic in catalogue.topics:
        cards = [
            (card, rows)
            for card in catalogue.cards_of(topic.id)
            if (
                rows := [
                    claim_view(catalogue, card, c, lang, f"/{lang}/cards/{card.slug}")
                    for c in card.facts.claims
                    if c.verdict in wanted
                ]
            )
        ]
        if cards:
            topics.append((topic, cards))
    context = {"topics": topics, "counts": counts, "verdict": verdict}
    return pages.render("pages/claims.html", lang, "/claims", **context)


def claim_view(catalogue: Catalogue, card: Card, claim: Claim, lang: Lang, works: str = "") -> dict[str, Any]:
    """A claim with its sentences as HTML and its evidence: a run with its numbers, a reference with its place.
    works: the address of the page that lists the references, when it is another one."""
    runs: dict[tuple[str, str], dict[str, Any]] = {}
    papers: list[dict[str, Any]] = []
    for one in claim.evidence:
        if one.demo and one.preset and one.scalar:
            demo = catalogue.demos.get(one.demo)
            if demo is None or one.preset not in demo.presets:
                continue
            run = runs.setdefault((demo.id, one.preset), {
                "href": f"/demos/{demo.id}?{demo.preset_params(one.preset).to_query()}", "values": [],
                "title": catalogue.inline(demo.presets[one.preset].title, lang, links=False),
            })  # fmt: skip
            run["values"].append((one.scalar, catalogue.computed(demo.id, one.preset, one.scalar)))
        elif one.reference and one.reference in catalogue.references:
            where = catalogue.inline(one.where, lang, links=False) if one.where else None
            papers.append({"key": one.reference, "work": catalogue.references[one.reference], "where": where})
    return {
        "id": claim.id, "verdict": claim.verdict, "says": catalogue.inline(claim.says, lang, card.slug, works=works),
        "instead": catalogue.inline(claim.instead, lang, card.slug, works=works),
        "runs": list(runs.values()), "works": papers,
    }  # fmt: skip
