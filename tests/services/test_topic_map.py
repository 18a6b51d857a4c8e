"""The topic map: every card once, prerequisites to the left, nothing on top of anything else, titles whole."""

import pytest

from app.content.loader import load
from app.kit.text import LANGS, Lang
from app.services.topic_map import NODE_HEIGHT, NODE_WIDTH, topic_map
from app.settings import Settings
from tests.content.toys import SAMPLE

LIBRARY = load(Settings.from_env({}).content_dir)


@pytest.mark.parametrize("lang", LANGS)
def test_every_card_stands_once_in_the_lane_of_its_topic(lang: Lang) -> None:
    drawn = topic_map(LIBRARY.topics, LIBRARY.cards, lang)
    assert {node.card.slug for node in drawn.nodes} == set(LIBRARY.cards)
    assert len(drawn.nodes) == len(LIBRARY.cards)
    lanes = {lane.topic.id: lane for lane in drawn.lanes}
    for node in drawn.nodes:
        lane = lanes[node.card.topic]
        assert lane.y < node.y < lane.y + lane.height - NODE_HEIGHT
        assert 0 < node.x < drawn.width - NODE_WIDTH
    corners = [(node.x, node.y) for node in drawn.nodes]
    assert len(set(corners)) == len(corners)


def test_arrows_go_to_the_right_and_there_is_one_for_every_prerequisite() -> None:
    drawn = topic_map(LIBRARY.topics, LIBRARY.cards, "en")
    assert all(edge.x1 < edge.x2 for edge in drawn.edges)
    assert {(edge.before, edge.after) for edge in drawn.edges} == {
        (before, slug) for slug, card in LIBRARY.cards.items() for before in card.facts.prerequisites
    }


@pytest.mark.parametrize("lang", LANGS)
def test_titles_are_whole(lang: Lang) -> None:
    for node in topic_map(LIBRARY.topics, LIBRARY.cards, lang).nodes:
        assert "".join(node.lines).replace(" ", "") == node.card.title[lang].replace(" ", ""), node.lines


def test_a_small_one_by_hand() -> None:
    sample = load(SAMPLE)
    drawn = topic_map(sample.topics, sample.cards, "zh")
    at = {node.card.slug: node for node in drawn.nodes}
    assert at["initialisation"].x != at["vanishing-gradients"].x or not drawn.edges
    assert topic_map(sample.topics, {}, "zh").nodes == ()
