"""Questions of one's own beside our cards: the same asked in other words is found, what we do not have is not."""

import pytest

from app.content.loader import load
from app.content.terms import Glossary
from app.services.notes.neighbours import Neighbours
from app.settings import Settings


@pytest.fixture(scope="module")
def neighbours() -> Neighbours:
    library = load(Settings.from_env({}).content_dir)
    return Neighbours(library.cards.values(), Glossary(library.glossary))


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("什么是梯度消失？", "vanishing-exploding-gradients"),
        ("What's the vanishing gradient problem?", "vanishing-exploding-gradients"),
        ("BN 为什么有效", "batch-normalisation"),
        ("What does batch norm do?", "batch-normalisation"),
        ("**k-means 的原理**", "k-means"),
        ("L1、L2 正则化的区别", "l1-l2-regularisation"),
        ("LSTM 和 GRU 的区别", "gru-vs-lstm"),
        ("How do you prevent overfitting?", "prevent-overfitting"),
        ("RoI Align 与 RoI Pooling？", "roi-pool-align-prroi"),
    ],
)
def test_the_same_question_is_found(neighbours: Neighbours, question: str, slug: str) -> None:
    assert neighbours.near(question)[0].slug == slug


@pytest.mark.parametrize(
    "question", ["自我介绍", "What is attention?", "设计一个推荐系统", "How is Redis used?", "", "?", "反转链表"]
)
def test_what_we_do_not_have_is_not(neighbours: Neighbours, question: str) -> None:
    assert neighbours.near(question) == ()
