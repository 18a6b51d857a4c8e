"""Reads one file of /content: its text, and YAML that knows which line every value stands on.

YAML here is YAML 1.2's core: `no` and `on` are words, `1:30` is not a number of seconds, dates are text. Keys written
twice, anchors and broken characters are problems instead of surprises.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from app.content.problems import Problem
from app.content.wording import explain

Model = TypeVar("Model", bound=BaseModel)
_BROKEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffd\u202a-\u202e\u2066-\u2069]")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """SafeLoader (the quick one of libyaml where there is one) without YAML 1.1's guesses."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?([0-9]*\.[0-9]+|[0-9]+\.|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan", "-+0123456789."),
    ("null", r"~|null", "~n"),
    ("null", r"", ""),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first) or [""])


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed YAML: the data, and the nodes that know their lines. first_line: where the YAML starts in the file."""

    file: Path
    data: Any
    node: Node
    first_line: int = 1

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the value at `path`, or of the nearest part of it that exists."""
        node = self.node
        mark = node.start_mark
        for step in path:
            if isinstance(node, MappingNode):
                pair = next(((k, v) for k, v in node.value if k.value == str(step)), None)
                if pair is not None:
                    mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
        return self.first_line + int(mark.line)

    def texts(self) -> Iterator[tuple[int, str]]:
        """Every piece of text in it (values, not keys), with its line."""
        for node in _walk(self.node):
            if isinstance(node, ScalarNode) and node.tag.endswith(":str"):
                block = node.style in ("|", ">")  # the text of a block starts on the line after the mark
                yield self.first_line + int(node.start_mark.line) + block, node.value

    def validate(self, model: type[Model], problems: list[Problem], at: Sequence[str | int] = ()) -> Model | None:
        """The data (or the part at `at`) as a model; what does not fit is added to the problems."""
        data = self.data
        for step in at:
            data = data[step]
        try:
            return model.model_validate(data)
        except ValidationError as error:
            details = error.errors()
            for detail in details:
                if detail["type"] == "too_short" and any(_inside(other["loc"], detail["loc"]) for other in details):
                    continue  # too few members only because one of them is wrong, which is told by itself
                message, remedy = explain(detail)
                problems.append(Problem(self.file, self.line((*at, *detail["loc"])), message, remedy))
            return None


def read(file: Path, problems: list[Problem]) -> str | None:
    """The text of a file, newlines as \\n and no byte-order mark; None (and a problem) when it cannot be read."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.append(Problem(file, 0, "the file is missing", f"create {file.name}"))
        return None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problems.append(Problem(file, line, "not UTF-8 text", "save the file as UTF-8"))
        return None
    except OSError as error:
        problems.append(Problem(file, 0, f"cannot be read: {error.strerror}", "make it a readable file"))
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _whole(file, text, 1, problems) else None


def parse(file: Path, text: str, problems: list[Problem], first_line: int = 1) -> Document | None:
    """YAML with its lines; None (and problems) when it does not parse, is empty, or has a key twice."""
    loader = _Loader(text)
    before = len(problems)
    try:
        node = loader.get_single_node()
        if node is None:
            problems.append(Problem(file, first_line, "the file is empty", "fill it in"))
            return None
        problems += _surprises(file, node, first_line)
        data = loader.construct_document(node) if len(problems) == before else None
    except yaml.MarkedYAMLError as error:
        problems.append(_yaml_problem(file, text, error, first_line))
    except (yaml.YAMLError, ValueError) as error:
        problems.append(Problem(file, first_line, f"not YAML: {error}", "correct it"))
    finally:
        loader.dispose()
    return Document(file, data, node, first_line) if len(problems) == before else None


def load(file: Path, problems: list[Problem]) -> Document | None:
    """`read` and `parse` together."""
    text = read(file, problems)
    return None if text is None else parse(file, text, problems)


def _inside(path: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(path) > len(outer) and path[: len(outer)] == outer


def _whole(file: Path, text: str, first_line: int, problems: list[Problem]) -> bool:
    match = _BROKEN.search(text)
    if match is None:
        return True
    line = first_line + text.count("\n", 0, match.start())
    problems.append(Problem(file, line, f"unusable character U+{ord(match[0]):04X}", "delete it or type it again"))
    return False


def _walk(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, MappingNode):
        for _, value in node.value:
            yield from _walk(value)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from _walk(value)


def _surprises(file: Path, root: Node, first_line: int) -> Iterator[Problem]:
    """What YAML allows and we do not: aliases (a node met again), keys that stand twice, broken characters."""
    met: set[int] = set()
    for node in _walk(root):
        line = first_line + int(node.start_mark.line)
        if id(node) in met:
            yield Problem(file, line, "used again by an alias (*name)", "write the value out in both places")
            return
        met.add(id(node))
        if isinstance(node, ScalarNode):
            broken: list[Problem] = []
            _whole(file, node.value, line, broken)
            yield from broken
        keys: set[str] = set()
        for key, _ in node.value if isinstance(node, MappingNode) else ():
            if str(key.value) in keys:
                key_line = first_line + int(key.start_mark.line)
                yield Problem(file, key_line, f"key {key.value!r} stands twice", "keep one of the two")
            keys.add(str(key.value))


def _yaml_problem(file: Path, text: str, error: yaml.MarkedYAMLError, first_line: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    at = int(mark.line) if mark else 0
    line, words = first_line + at, text.split("\n")[at : at + 1]
    message = " ".join(filter(None, (error.context, error.problem)))
    if words and "\t" in words[0][: len(words[0]) - len(words[0].lstrip())]:
        return Problem(file, line, "a tab in the indentation", "indent with spaces")
    if "mapping values are not allowed" in message:
        return Problem(file, line, "a colon inside unquoted text", 'put the text in quotes: key: "a: b"')
    return Problem(
        file, line, f"not YAML: {message}", "correct it; quote texts that hold : ? # { } [ ] , or start with @ or `"
    )
