"""What a page needs to draw the controls of a Params class, derived from its fields (nothing is listed twice)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from app.kit.params import Params, format_value
from app.kit.text import Text, same

Kind = Literal["int", "float", "choice", "many", "bool", "matrix", "vector", "expression", "seed", "picture"]


@dataclass(frozen=True, slots=True)
class Knob:
    """One control. `options` is filled for choice and many; `ge`/`le`/`step` for numbers. `when`: (knob, values)
    pairs that must all hold for it to be shown. `max_length` bounds the characters of an expression."""

    name: str
    kind: Kind
    label: Text
    default: Any
    ge: float | None
    le: float | None
    step: float | None
    log: bool
    unit: str
    options: tuple[tuple[str, Text], ...]
    help: Text | None
    hidden: bool
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    max_length: int | None = None

    def matters(self, values: Mapping[str, Any]) -> bool:
        """True when this knob does something, given what every knob holds (of many held, one is enough)."""
        return all(
            any(format_value(held) in wanted for held in (held if isinstance(held, tuple) else (held,)))
            for held, wanted in ((values[name], wanted) for name, wanted in self.when)
        )


def knobs(params: type[Params]) -> tuple[Knob, ...]:
    """The controls of a Params class, in field order. Raises TypeError for a field made without `knob()`, and for a
    `when` that no state can meet."""
    found = tuple(_knob(name, field) for name, field in params.model_fields.items())
    by_name = {knob.name: knob for knob in found}
    for knob in found:
        for other, wanted in knob.when:
            if other not in by_name:
                raise TypeError(f"{knob.name}: when names {other}, which is no knob")
            known = {value for value, _ in by_name[other].options}
            if known and not set(wanted) <= known:
                raise TypeError(f"{knob.name}: when wants {other} to be {wanted}, it can be {sorted(known)}")
    return found


def _knob(name: str, field: Any) -> Knob:
    spec = (field.json_schema_extra or {}).get("knob")
    if spec is None:
        raise TypeError(f"{name}: declare it with knob(...) or seed()")
    kind = _kind(field.annotation, spec["kind"])
    bounds = {type(m).__name__: m for m in field.metadata}
    ge = getattr(bounds.get("Ge"), "ge", spec.get("ge"))
    le = getattr(bounds.get("Le"), "le", spec.get("le"))
    if kind in ("int", "float", "seed") and (ge is None or le is None):
        raise TypeError(f"{name}: a number needs ge= and le=")
    step = spec["step"] or (1 if kind in ("int", "seed") else (le - ge) / 100 if kind == "float" else None)
    values = _literals(field.annotation)
    options = tuple((str(v), Text(**spec["options"][v]) if v in spec["options"] else same(str(v))) for v in values)
    return Knob(
        name=name, kind=kind, label=Text(zh=spec["zh"], en=spec["en"]), default=field.default, ge=ge, le=le,
        step=step, log=spec["log"], unit=spec["unit"], options=options,
        help=Text(**spec["help"]) if spec["help"] else None, hidden=spec["hidden"],
        when=tuple((other, tuple(format_value(v) for v in values)) for other, values in spec["when"].items()),
        max_length=getattr(bounds.get("StringConstraints"), "max_length", None),
    )  # fmt: skip


def _literals(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) is tuple:
        return _literals(get_args(annotation)[0])
    return ()


def _kind(annotation: Any, declared: str) -> Kind:
    if declared:
        return declared  # type: ignore[return-value]
    if annotation is bool:
        return "bool"
    if annotation is int:
        return "int"
    if annotation is float:
        return "float"
    if get_origin(annotation) is Literal:
        return "choice"
    if get_origin(annotation) is tuple and _literals(annotation):
        return "many"
    raise TypeError(f"no control is known for {annotation!r}")
