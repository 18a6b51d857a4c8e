"""content/computed.json, the numbers in prose as last computed, and how texts see them."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.content.models import RunRef
from app.content.problems import Problem
from app.content.scope import Link
from app.kit import Demo
from app.kit.text import Lang

FILE = "computed.json"
REMEDY = "run: warmup check --write"


def key(run: RunRef) -> str:
    """The name of a number in computed.json: "demo/preset/scalar"."""
    return f"{run.demo}/{run.preset}/{run.scalar}"


def store(file: Path, values: Mapping[str, float]) -> None:
    """Stores the numbers: keys sorted, one a line, shortest digits that read back the same."""
    encoded = {name: values[name] if math.isfinite(values[name]) else str(values[name]) for name in sorted(values)}
    file.write_text(json.dumps(encoded, indent=1) + "\n", encoding="utf-8")


def read(file: Path, problems: list[Problem]) -> dict[str, float]:
    """The stored numbers; none (and a problem) when the file is not there or is damaged."""
    try:
        data = json.loads(file.read_text("utf-8"))
        return {str(name): _number(value) for name, value in data.items()}
    except FileNotFoundError:
        problems.append(Problem(file, 0, "the file is missing", REMEDY))
    except (OSError, ValueError, AttributeError) as error:
        problems.append(Problem(file, getattr(error, "lineno", 0), f"cannot be read: {error}", REMEDY))
    return {}


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


@dataclass(frozen=True, slots=True)
class StoredRuns:
    """`scope.Runs` over the stored numbers: what texts are rendered with."""

    values: Mapping[str, float]
    demos: Mapping[str, Demo]

    def value(self, run: RunRef) -> float | None:
        return self.values.get(key(run))

    def link(self, run: RunRef, lang: Lang) -> Link | None:
        demo = self.demos.get(run.demo)
        if demo is None or run.preset not in demo.presets:
            return None
        query = demo.preset_params(run.preset).to_query()
        title = f"{demo.title[lang]}: {demo.presets[run.preset].title[lang]}"
        return Link(f"/{lang}/demos/{demo.id}" + (f"?{query}" if query else ""), title)
