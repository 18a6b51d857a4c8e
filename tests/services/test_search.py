"""Search finds what was meant: a table of queries in both languages, and what must be first or among three."""

import pytest

from app.content.loader import load
from app.content.notes.item import note_item
from app.kit import LANGS
from app.services.catalogue import Catalogue
from app.services.notes.shelf import Joined, OwnItem
from app.services.search.entries import plain
from app.services.search.folding import flat, fold, spans
from app.services.search.index import Terms
from app.services.search.searcher import Searcher
from app.services.search.vocabulary import distance
from app.settings import Settings

LIBRARY = load(Settings.from_env({}).content_dir)
CATALOGUE = Catalogue(LIBRARY)
SEARCHER = Searcher(CATALOGUE, LIBRARY.alike, LIBRARY.places)

FIRST = {
    # names and questions
    "梯度消失": "card vanishing-exploding-gradients",
    "vanishing gradients": "card vanishing-exploding-gradients",
    "RNN 梯度": "card rnn-gradient-problems",
    "why relu": "card relu-vs-sigmoid-tanh",
    "为什么用ReLU": "card relu-vs-sigmoid-tanh",
    "batch normalization": "card batch-normalisation",
    "防止过拟合": "card prevent-overfitting",
    "L1 vs L2": "card l1-l2-regularisation",
    "GRU LSTM 区别": "card gru-vs-lstm",
    "hidden markov": "card hidden-markov-model",
    "selective search": "card selective-search",
    "RoI Align": "card roi-pool-align-prroi",
    "边框回归": "card bounding-box-regression",
    "怎样调参": "card hyperparameter-tuning",
    "what is a computation graph": "card tensorflow-computation-graph",
    "模型效果不好怎么办": "card model-underperforms",
    "线性分类器与非线性分类器": "card linear-vs-nonlinear-classifiers",
    "CNN 有哪些层": "card cnn-key-layers",
    # other names and abbreviations
    "梯度弥散": "card vanishing-exploding-gradients",
    "BN": "card batch-normalisation",
    "批标准化": "card batch-normalisation",
    "HMM": "card hidden-markov-model",
    "维特比": "card hidden-markov-model",
    "隐马": "card hidden-markov-model",
    "交叉熵": "card entropy-kl-mutual-information",
    "KLD": "card entropy-kl-mutual-information",
    "信息增益": "card entropy-kl-mutual-information",
    "OHEM": "card hard-negatives-ohem-focal",
    "类别不平衡": "card hard-negatives-ohem-focal",
    "难样本": "card hard-negatives-ohem-focal",
    "faster rcnn": "card rcnn-family",
    "锚框": "card anchors-and-rpn",
    "区域建议网络": "card anchors-and-rpn",
    "GBDT": "card xgboost-split-finding",
    "bfgs": "card gd-newton-quasi-newton-cg",
    "拟牛顿": "card gd-newton-quasi-newton-cg",
    "分箱": "card lr-feature-discretisation",
    "bucketing": "card lr-feature-discretisation",
    "支持向量机": "card svm-vs-logistic-regression",
    "dying relu": "card relu-variants",
    "swish": "card relu-variants",
    "迁移学习": "card finetune-strategy",
    "PEFT": "card finetune-strategy",
    "autodiff": "card tensorflow-computation-graph",
    "平移不变性": "card cnn-inductive-biases",
    "resnet": "card classic-cnn-architectures",
    "随机失活": "card prevent-overfitting",
    "最大后验": "card bayes-classifier",
    "double descent": "card more-data-deeper-networks",
    "神经元死亡": "card relu-variants",
    "loss 不下降": "card model-underperforms",
    # misspelt, a character wrong, traditional, run together
    "vanising gradeint": "card vanishing-exploding-gradients",
    "sofmax": "term softmax",
    "overfiting": "card prevent-overfitting",
    "batch normalzation": "card batch-normalisation",
    "xgbost": "card xgboost-split-finding",
    "focal los": "card hard-negatives-ohem-focal",
    "anchr": "card anchors-and-rpn",
    "roi aling": "card roi-pool-align-prroi",
    "kmeans": "card k-means",
    "K均值": "card k-means",
    "batchnorm": "card batch-normalisation",
    "梯度消矢": "card vanishing-exploding-gradients",
    "隱馬爾可夫模型": "card hidden-markov-model",
    "隐马尔科夫模型": "card hidden-markov-model",
    "過擬合": "card prevent-overfitting",
    "bayse classifier": "card bayes-classifier",
    "finetunning": "card finetune-strategy",
    "hyperparamter": "card hyperparameter-tuning",
    "边框归": "card bounding-box-regression",
    # both languages in one
    "BN 为什么有效": "card batch-normalisation",
    "LSTM 为什么用 tanh": "card lstm-two-activations",
    "sigmoid 概率": "card sigmoid-in-brief",
    "SVM 和 LR": "card svm-vs-logistic-regression",
    "relu 变体 GELU": "card relu-variants",
    "L1 稀疏": "card l1-l2-regularisation",
    "牛顿法 hessian": "card gd-newton-quasi-newton-cg",
    # demos, pages, actions
    "优化器赛跑": "demo optimiser-race",
    "signal propagation lab": "demo signal-propagation",
    "信号传播": "demo signal-propagation",
    "roi 显微镜": "demo roi-microscope",
    "训练门诊": "demo training-clinic",
    "dark mode": "action do-theme",
    "导出": "action do-export",
    "export": "action do-export",
    "模拟面试": "action do-mock",
    "switch language": "action do-language",
    "术语表": "page glossary",
    "topic map": "page map",
}
AMONG_THREE = {
    "graident clipping": "term gradient-clipping",
    "感受野": "term receptive-field",
    "receptive field": "card cnn-key-layers",
    "学习率": "card hyperparameter-tuning",
    "初始化": "card vanishing-exploding-gradients",
    "pr roi": "card roi-pool-align-prroi",
    "bptt": "card rnn-gradient-problems",
    "viterbi": "term viterbi",
    "activation race": "demo activation-race",
    "分布式逻辑回归": "card logistic-regression-at-scale",
    "calibration": "card sigmoid-in-brief",
    "NMS": "term nms",
    "which layer learns first": "card layer-convergence-speed",
    "sigmod tanh diference": "card sigmoid-tanh-relu-differences",
}


def found(query: str, most: int = 3) -> list[str]:
    return [f"{hit.entry.kind} {hit.entry.id}" for hit in SEARCHER.hits(query)[:most]]


@pytest.mark.parametrize(("query", "wanted"), FIRST.items())
def test_what_was_meant_comes_first(query: str, wanted: str) -> None:
    assert found(query)[0:1] == [wanted], found(query, 5)


@pytest.mark.parametrize(("query", "wanted"), AMONG_THREE.items())
def test_what_was_meant_is_among_the_first_three(query: str, wanted: str) -> None:
    assert wanted in found(query)


@pytest.mark.parametrize("slug", CATALOGUE.cards)
def test_a_card_is_first_under_its_own_title(slug: str) -> None:
    for lang in LANGS:
        assert found(CATALOGUE.cards[slug].title[lang])[0] == f"card {slug}"


@pytest.mark.parametrize("query", ["zzzzqqq", "量子引力", "…", "  ", "0" * 100, "(?<", "\\", "😀"])
def test_what_is_not_there_is_not_found(query: str) -> None:
    assert SEARCHER.search(query, "en").results == ()


def test_a_result_says_why_and_marks_the_words() -> None:
    one = SEARCHER.search("梯度弥散 rnn", "zh").results[0]
    assert [(why.typed, why.met, why.how) for why in one.why] == [
        ("梯度弥散", "梯度消失", "same"),
        ("rnn", "RNN", "exact"),
    ]
    assert [piece.text for piece in one.title if piece.hit] == ["RNN", "梯度消失"]
    typo = SEARCHER.search("sofmax", "en").results[0]
    assert (typo.why[0].met, typo.why[0].how, typo.href) == ("softmax", "typo", "/en/glossary#softmax")


def test_ones_own_questions_are_found_and_nobody_elses() -> None:
    item = note_item("什么是 RoPE 旋转位置编码？", "按位置旋转 query 与 key。", 1)
    joined = Joined(CATALOGUE, {"my-1/recall": OwnItem("my-1/recall", "d", item, "d", False)}, {"d": "大模型"})
    one = SEARCHER.search("旋转编码 rope", "en", joined).results[0]
    assert (one.kind, one.href) == ("own", "/en/notes/my-1")
    assert SEARCHER.search("rope 旋转位置", "en").results == ()


def test_words_are_compared_without_what_does_not_matter() -> None:
    assert fold("Regularization of Behaviours") == fold("regularisation OF behavior")
    assert flat("隱馬爾可夫Ａ") == "隐马尔可夫a"
    assert spans("Batch norms, 批归一化", ["batch norm", "归一"]) == [(0, 11), (14, 16)]
    assert (distance("abcdef", "abdcef", 2), distance("abcdef", "uvwxyz", 2)) == (1, 3)


def test_wordings_that_mean_the_same_are_each_found() -> None:
    parts = Terms([("梯度消失", "vanishing gradient")]).parts("梯度消失 in rnn")
    assert [(part.typed, "vanishing gradient" in part.forms) for part in parts] == [("梯度消失", True), ("rnn", False)]


def test_every_alias_leads_to_cards_that_exist() -> None:
    for group in LIBRARY.alike:
        assert set(group.cards) <= set(LIBRARY.cards), group.id


def test_powers_stay_powers_where_results_are_told() -> None:
    assert plain('<b>8.2 × 10<sup>−7</sup></b><sup class="cite">[1]</sup> of it') == "8.2 × 10⁻⁷ of it"
