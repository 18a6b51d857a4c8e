"""The contract of a demo. One file under app/demos/<topic>/ ends with `demo = Demo(__name__, run, ...)`.

From it follow, with no other edit: controls, API route, OpenAPI entry, page, code listing and the generic tests.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.kit.knobs import Knob, knobs
from app.kit.params import Params
from app.kit.text import Text
from app.kit.views import View


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """An independent answer (closed form, paper, other algorithm) beside ours: largest deviation, and what is allowed.

    The page prints it; the generic tests assert `deviation <= tolerance` on the defaults and on every preset.
    """

    label: Text
    deviation: float
    tolerance: float


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What one run gives. scalars: the named numbers that notes, presets, predictions and cards refer to (NaN and inf
    are results: null and a flag on the wire). notes: sentences made from the numbers. progress: 1 when done."""

    views: Sequence[View]
    scalars: Mapping[str, float]
    notes: Sequence[Text]
    checks: Sequence[Check] = ()
    progress: float = 1.0


@dataclass(frozen=True, slots=True)
class Preset:
    """A named state of the knobs that shows something: title is a sentence ("8 sigmoid layers"), `values` what differs
    from the defaults, `expect` the ranges its scalars must fall in (a test)."""

    title: Text
    values: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a prediction: right when low <= scalar < high. why: what to say to those who chose it."""

    label: Text
    low: float = -math.inf
    high: float = math.inf
    why: Text | None = None

    def holds(self, value: float) -> bool:
        return self.low <= value < self.high


@dataclass(frozen=True, slots=True)
class Prediction:
    """Predict before you see: a question that the run of a preset settles through one of its scalars.

    With options: exactly one holds (tested). Without: a number is typed, right within `within` (relative, or a factor
    when log is true: within=3 accepts a third to three times).
    """

    id: str
    question: Text
    preset: str
    scalar: str
    explain: Text
    options: tuple[Option, ...] = ()
    within: float = 0.1
    log: bool = False
    unit: str = ""


Run = Callable[[Any], Result | Iterator[Result]]


@dataclass(frozen=True)
class Demo:
    """A demo. `code`: the core functions whose source "show the code" prints (with what they call, ready to run)."""

    module: str
    run: Run
    params: type[Params]
    title: Text
    summary: Text
    presets: Mapping[str, Preset]
    predictions: Sequence[Prediction] = ()
    references: Sequence[str] = ()
    code: Sequence[Callable[..., Any]] = ()
    deterministic: bool = True
    budget_s: float = 2.0
    """Worker seconds the default run may take; the hard deadline is several times that."""

    @property
    def id(self) -> str:
        return self.module.rsplit(".", 1)[-1].replace("_", "-")

    @property
    def topic(self) -> str:
        return self.module.split(".")[-2].replace("_", "-")

    @property
    def streams(self) -> bool:
        """True when `run` is a generator: the page then draws while it computes."""
        return inspect.isgeneratorfunction(self.run)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        return knobs(self.params)

    def preset_params(self, name: str) -> Params:
        """The parameters of a preset; raises KeyError for a name that is not there."""
        return self.params(**self.presets[name].values)

    def prediction(self, id: str) -> Prediction:
        """The prediction with this id; raises KeyError."""
        for prediction in self.predictions:
            if prediction.id == id:
                return prediction
        raise KeyError(id)

    def results(self, params: Params) -> Iterator[Result]:
        """Every result of a run in order: one for a plain demo, the partial ones too for a streaming one."""
        out = self.run(params)
        if isinstance(out, Result):
            yield out
        else:
            yield from out

    def final(self, params: Params) -> Result:
        """The last result of a run."""
        *_, last = self.results(params)
        return last
