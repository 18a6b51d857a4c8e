"""How much a line reads like a question, in Chinese or English; labels of questions and answers; names of sections.

No pattern here can take more than linear time in a line: what repeats is bounded, and long lines are not looked at.
"""

import re
import unicodedata
from functools import lru_cache

STRONG, MEDIUM, WEAK, NONE = 3, 2, 1, 0
LONGEST = 600
"""Characters above which a line is no question."""

_SPANS = re.compile(
    r"`[^`]{0,300}`|\$\$[^$]{0,300}\$\$|\$[^$]{1,300}\$|\\\([^\n]{0,200}?\\\)|https?://[^\s)）>\]]{1,300}"
)
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,300}(?:\s+\"[^\"]{0,100}\")?\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_MARKS = re.compile(r"[*_~]{1,3}(?=\S)|(?<=\S)[*_~]{1,3}")
_MARKED = re.compile(r"==(?!\s)([^=\n]{1,300})==")
HASHTAGS = re.compile(r"(?:\s{1,4}#(?!\d{1,9}(?:\s|$))[\w/-]{1,40}){1,8}\s{0,4}$")
_ASKING = re.compile(
    r"[?？][\s*_\"'”’」』）)\]】!！。.~～★☆⭐🔥…—-]{0,12}(?:[（(\[【{][^（）()\[\]【】{}]{0,60}[）)\]】}][\s。.]{0,3}){0,3}$"
)
_ASKING_ZH = re.compile(r"(?:吗|呢|是什么|为什么|怎么办|怎么做|有哪些|是哪些|有什么|什么区别|如何|多少)[。.]?$")
_MID = re.compile(r"[?？]")
_ZH_WORDS = re.compile(
    r"什么|为何|如何|怎么|怎样|哪些|哪个|哪几|哪种|哪里|在哪|几种|多少|是否|能否|有无|区别|异同|差异|优缺点|谈谈|聊聊|"
    r"说说|讲讲|介绍一下|说一下|讲一下|解释一下"
)
_ZH_START = re.compile(
    r"(?:请|简述|简要|简单|试述|解释|介绍|阐述|描述|说明|说一说|说一说|谈一谈|讲一讲|列举|列出|举例|比较|对比|"
    r"推导|证明|手写|手推|手撕|写出|画出|谈谈|聊聊|说说|讲讲|评价|论述)(?!\s{0,3}(?:[:：]|$))"
)
_ZH_END = re.compile(
    r"(?:原理|作用|意义|区别|联系|优缺点|优点|缺点|优势|流程|推导|公式|步骤|定义|概念|关系|影响|应用|场景|"
    r"方法|思想|结构|原因|机制|异同|过程|特点|实现|复杂度)(?:[（(][^（）()]{0,30}[）)])?$"
)
_EN_START = re.compile(
    r"(?:what|what's|why|how|when|where|which|who|whose|is|are|was|were|do|does|did|can|could|should|would|"
    r"will|have|has|"
    r"explain|describe|compare|contrast|define|derive|discuss|tell me|tell us|walk me|walk us|give|name|list|"
    r"prove|show|"
    r"write|implement|outline|sketch|state|distinguish|differentiate|illustrate|differences?|pros and cons|"
    r"advantages?|disadvantages?|talk about|design an?|summari[sz]e|suppose|imagine|let's say)\b",
    re.IGNORECASE,
)
_EN_ORDER = re.compile(
    r"(?:explain|describe|compare|contrast|define|derive|discuss|tell|walk|prove|implement|distinguish|"
    r"differentiate)\b",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"(?:手撕|手写|算法题?|编程题?|代码题?|场景题|智力题|概率题|coding|leetcode|system design)\s{0,2}[:：]\s{0,2}\S",
    re.IGNORECASE,
)
_EN_END = re.compile(r"\b(?:vs\.?|versus)\b", re.IGNORECASE)
_STATED = re.compile(r"[。；;，,：:!！]$")
_BACK = re.compile(
    r"^(?:(?:but|so|and|then|however|yet|well|ok|okay|now|because|also)\b|那么|那|但是|但|可是|然而|所以|于是|"
    r"而|因此|问题是|换句话说)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:this|that|these|those|it|they)\b|[这那它其]|上述|上面|前者|后者|此时|此处", re.IGNORECASE
)
_LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
_WIDE = re.compile(r"[\u2e80-\uffef]")

_ORDINAL = r"(?:\s?[#＃]?\s?[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})?"
_ASK_NAMES = r"Questions?|Ques|Q|问题|面试题|题目|提问|问|题|Interviewer|面试官"
QUESTION_LABEL = re.compile(
    rf"(?:[*_]{{0,3}}Q\s?[.．]?\s?[0-9]{{1,3}}[*_]{{0,3}}\s(?!\s?[-–—:：.、)）])|[*_]{{0,3}}(?:{_ASK_NAMES}){_ORDINAL}\s?[*_]{{0,3}}\s?[:：][*_]{{0,3}}"
    rf"|[*_]{{0,3}}(?:Question|Q|问题|面试题|题目|题){_ORDINAL}\s?(?:[.、．)）]|\s[-–—])[*_]{{0,3}}"
    rf"|[【\[](?:{_ASK_NAMES}){_ORDINAL}[】\]][:：]?)\s*",
    re.IGNORECASE,
)
ANSWER_LABEL = re.compile(
    r"(?:[*_]{0,3}(?:Answers?|Ans|A|Solution|Candidate|Me|参考答案|参考回答|答案|回答|解答|答|候选人|"
    r"我)\s?[0-9]{0,3}\s?[*_]{0,3}\s?[:：][*_]{0,3}"
    r"|[*_]{0,3}A\s?[0-9]{1,3}\s?[.、．)）]|[*_]{0,3}Ans(?:wer)?\.[*_]{0,3}\s|[【\[](?:参考答案|参考回答|答案|回答|解答|答|Answer|A)[】\]][:：]?)\s*",
    re.IGNORECASE,
)
ANSWER_NAME = re.compile(r"^(?:answers?|solution|答案?|参考答案|参考回答|解答|回答)[:：]?$", re.IGNORECASE)
QUESTION_NAME = re.compile(
    r"^(?:(?:question|q|problem|问题|题目|面试题|题)\s?[#＃]?\s?[0-9]{1,3}|question|问题|第\s?[0-9一二三四五六七八九十]{1,3}\s?[题问])[:：.]?$",
    re.IGNORECASE,
)
LETTER_A = re.compile(r"[*_]{0,3}A[.、．)）]\s*[*_]{0,3}\s*")
INSIDE_ANSWER = re.compile(
    r"\s*[*_]{0,2}(?:\bA[0-9]{0,3}|\bAns(?:wer)?|参考答案|答案|回答|答)[*_]{0,2}\s?[:：][*_]{0,2}\s*", re.IGNORECASE
)
OPTION = re.compile(r"(?:[-*]\s+)?[（(]?[A-Ha-h][.、．)）:：]\s*\S")
REVEAL = re.compile(
    r"^(?:点击|点此|展开|查看|显示|参考)?\s?(?:参考)?(?:答案|解答|解析|回答|详情|提示|展开|更多|点击展开|"
    r"点击查看|点我)|"
    r"^(?:click|show|see|view|reveal|toggle|expand|open)?\s?(?:here|me|the|to|for|full|my)?\s?(?:see|show|"
    r"reveal|view|expand)?\s?(?:the|full)?\s?(?:answers?|solutions?|explanation|details?|hints?|more|click|"
    r"here)\b",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(
    r"^[\s>*_`\-+（(\[【]*(?:todo|tbd|tba|fixme|wip|n/?a|none|no answer(?: yet)?|to be (?:added|done|"
    r"continued|filled)[^\n]{0,20}|"
    r"coming soon|answer (?:here|goes here)|待补充?|待完善|待续|待更新|待写|待回答|待解答|待整理|未完成|"
    r"未完待续|未答|没有答案|暂无(?:答案)?|略|空|"
    r"不会|不知道|稍后补充|后续补充|以后补|[?？.。…·—–-]{1,12}|x{2,6})[\s*_`）)\]】.。!！…:：]*$",
    re.IGNORECASE,
)
ROUND = re.compile(
    r"(?:第?[一二三四五六七1-7]\s?[面轮](?:面试)?|HR\s?面|[终主]面|主管面|笔试|round \d|"
    r"(?:phone|tech(?:nical)?|onsite) (?:screen|round|interview)(?: \d)?)\s?(?:[（(][^（）()]{0,40}[）)])?[:：]?$",
    re.IGNORECASE,
)
CONTENTS_NAME = re.compile(r"^(?:目录|目次|索引|table of contents|contents|toc|index)[:：]?$", re.IGNORECASE)
SOURCES_NAME = re.compile(
    r"^(?:参考(?:资料|文献|链接|来源)?|引用|延伸阅读|扩展阅读|推荐阅读|相关链接|资料来源|references?|"
    r"further reading|sources?|links?|"
    r"resources?|bibliography|credits?|acknowledge?ments?|致谢|鸣谢|license|许可|许可证|更新日志|changelog|"
    r"contributing|贡献)[:：]?$",
    re.IGNORECASE,
)
REMARK = re.compile(
    r"最后更新|更新于|更新时间|持续更新|未完待续|转载|版权|公众号|关注我|点赞|收藏|整理自|整理于|来源[:：]|"
    r"作者[:：]|原文|本文|欢迎(?:补充|指正|star)|"
    r"last updated|to be continued|copyright|©|all rights reserved|compiled (?:by|from)|collected (?:by|from)|"
    r"originally (?:posted|published)|pull requests? (?:are )?welcome|generated by|happy (?:learning|"
    r"studying)|good luck",
    re.IGNORECASE,
)
SUBLABEL = re.compile(
    r"^(?:优点|缺点|优势|劣势|优缺点|注意|注意事项|注|总结|小结|结论|答案?|回答|解析|分析|思路|步骤|说明|示例|"
    r"例子?|举例|例如|公式|推导|证明|定义|原理|"
    r"作用|背景|补充|扩展|拓展|提示|代码|实现|参考|方法[一二三四五六0-9]{0,2}|第[一二三四五六0-9]{1,2}[步点]|"
    r"首先|其次|最后|"
    r"pros?|cons?|note|notes|example|examples|e\.g\.|summary|tl;?dr|answer|solution|hint|hints|conclusion|"
    r"formula|proof|definition|"
    r"advantages?|disadvantages?|steps?(?: \d)?|step \d{1,2}|important|warning|tip|code|details?|intuition|"
    r"background|in short|follow[- ]?up)"
    r"\s?\d{0,2}[:：.。]?$",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def plain(line: str) -> str:
    """The words of a line: links keep theirs, code, formulas and addresses become one letter."""
    words = _LINK.sub(r"\1", line)
    words = HASHTAGS.sub("", _SPANS.sub("x", words))
    words = _MARKED.sub(r"\1", words)
    return _MARKS.sub("", _TAG.sub("", words)).strip()


@lru_cache(maxsize=8192)
def likeness(line: str) -> int:
    """STRONG: it asks, by its mark. MEDIUM: it begins or is put like a question or an order. WEAK: a noun phrase that
    interviewers use for one ("… 的原理"). NONE: anything else."""
    if len(line) > LONGEST:
        return NONE
    words = plain(line)
    if not _LETTERS.search(words):
        return NONE
    if _ASKING.search(words) or (_ASKING_ZH.search(words) and len(words) <= 60):
        return STRONG
    if _MID.search(words):
        return MEDIUM
    ordered = _ZH_START.match(words) or _EN_ORDER.match(words)
    if width(words) > 120 or (_STATED.search(words) and not ordered):
        return NONE
    if (
        ordered
        or (_EN_START.match(words) and not words.endswith("."))
        or (_ZH_WORDS.search(words) and width(words) <= 80)
    ):
        return MEDIUM
    if _ZH_END.search(words) or _EN_END.search(words) or _TASK.match(words):
        return WEAK
    return NONE


def orders(line: str) -> bool:
    """Whether a line tells somebody to explain, compare, derive."""
    words = plain(line)
    return bool(_ZH_START.match(words) or _EN_ORDER.match(words))


def asks(line: str) -> bool:
    """Whether a line ends in a question mark (or what stands for one)."""
    return likeness(line) == STRONG


def is_rhetorical(line: str, alone: bool = False) -> bool:
    """A question an answer puts to itself: very short, or leaning on what stands before it. alone: it has an answer of
    its own, so that "How is it trained?" asks in earnest."""
    words = plain(line)
    return width(words) < 12 or bool(_BACK.match(words)) or (not alone and bool(_POINTS_BACK.search(words)))


def width(words: str) -> int:
    """Columns: a Chinese character takes two."""
    return len(words) + len(_WIDE.findall(words))


def is_title(words: str) -> bool:
    """Short, and no sentence: what may stand as a question without reading like one."""
    said = plain(words)
    return 0 < width(said) <= 70 and not re.search(r"[。.;；，,！!]$", said) and not re.search(r"[。；]", said)


def folded(words: str) -> str:
    """The form in which questions are compared: case, width, spaces and punctuation do not count."""
    flat = unicodedata.normalize("NFKC", words).casefold()
    return "".join(char for char in flat if char.isalnum() or char in "+-<>=^")
