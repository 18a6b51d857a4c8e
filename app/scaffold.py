"""`warmup new demo|card`: a start that already passes its tests, to be filled in."""

import re
from pathlib import Path

_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_DEMOS = Path(__file__).parent / "demos"


def new_demo(topic: str, name: str, root: Path = _DEMOS) -> list[Path]:
    """Write app/demos/<topic>/<name>.py. Raises ValueError for a bad or taken name."""
    folder = root / _named(topic).replace("-", "_")
    path = folder / f"{_named(name).replace('-', '_')}.py"
    if path.exists():
        raise ValueError(f"{path} is there already")
    made = [path]
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / "__init__.py"
    if not package.exists():
        package.write_text(f'"""Demos: {topic}."""\n')
        made.append(package)
    path.write_text(_DEMO.format(camel="".join(part.title() for part in name.split("-"))))
    return made


def new_card(content: Path, topic: str, slug: str) -> list[Path]:
    """Write content/cards/<topic>/<slug>/{card.yml,zh.md,en.md}. Raises ValueError for a bad or taken name."""
    folder = content / "cards" / _named(topic) / _named(slug)
    if folder.exists():
        raise ValueError(f"{folder} is there already")
    folder.mkdir(parents=True)
    made = []
    for name, words in (("card.yml", _FACTS), ("zh.md", _ZH), ("en.md", _EN)):
        (folder / name).write_text(words, encoding="utf-8")
        made.append(folder / name)
    return made


def _named(name: str) -> str:
    if not _KEBAB.fullmatch(name):
        raise ValueError(f"{name!r} is not kebab-case: lower-case letters and digits, parts joined by -")
    return name


_DEMO = '''"""One sentence: what this demo shows."""

import numpy as np

from app.core.activations import sigmoid
from app.kit import (
    Axis, Check, Demo, Lines, Option, Params, Prediction, Preset, Result, Series, knob, same, text,
)  # fmt: skip


class {camel}Params(Params):
    gain: float = knob(1.0, ge=0.1, le=4.0, step=0.1, zh="增益", en="Gain")


def run(params: {camel}Params) -> Result:
    x = np.linspace(-6, 6, 200)
    y = sigmoid(params.gain * x)
    reference = 0.5 * (1 + np.tanh(params.gain * x / 2))
    view = Lines(
        id="curve",
        title=text(zh="曲线", en="The curve"),
        description=text(zh=f"增益为 {{params.gain:g}}。", en=f"The gain is {{params.gain:g}}."),
        series=[
            Series("sigmoid", same("σ(gx)"), x, y),
            Series("theory", text(zh="双曲正切的写法", en="as a tanh"), x, reference, role="reference"),
        ],
        x=Axis(same("x"), range=(-6, 6)),
        y=Axis(same("y"), range=(0, 1)),
    )
    return Result(
        [view],
        {{"slope": params.gain / 4}},
        [text(zh=f"原点处的斜率是 {{params.gain / 4:.3g}}。", en=f"The slope at 0 is {{params.gain / 4:.3g}}.")],
        [Check(same("½(1 + tanh(gx/2))"), float(np.abs(y - reference).max()), 1e-12)],
    )


demo = Demo(
    __name__,
    run,
    {camel}Params,
    title=text(zh="标题", en="Title"),
    summary=text(zh="一句话说明。", en="One sentence."),
    presets={{"default": Preset(text(zh="默认", en="As it comes"), {{}}, {{"slope": (0.25, 0.25)}})}},
    predictions=[
        Prediction(
            id="slope",
            question=text(zh="原点处的斜率是多少？", en="What is the slope at 0?"),
            preset="default",
            scalar="slope",
            explain=text(zh="导数在原点取最大值 g/4。", en="The derivative peaks at 0, where it is g/4."),
            options=(
                Option(same("1"), 0.9, 1.1, text(zh="那是 tanh。", en="That is tanh.")),
                Option(same("1/4"), 0.2, 0.3),
            ),
        )
    ],
    references=("glorot2010",),
    code=(sigmoid,),
)
'''
_FACTS = """# The neutral facts of the card; see README, Adding a card. `warmup check` says what is missing.
difficulty: 2
demos: []
references: []
follow_ups: []
claims: []
rubric: []
quiz: []
"""
_ZH = """---
title: 短标题
question: 完整的面试问题？
---
## 短答 {#short}

## 为什么 {#why}

## 坑 {#pitfalls}

## 追问 {#follow-ups}
"""
_EN = """---
title: Short title
question: The whole interview question?
---
## Short answer {#short}

## Why {#why}

## Pitfalls {#pitfalls}

## Follow-ups {#follow-ups}
"""
