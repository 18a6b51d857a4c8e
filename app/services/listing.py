"""The code shown to the reader: core functions and everything of ours they call, as one file that runs on its own."""

import ast
import inspect
import sys
from collections.abc import Callable, Iterable
from functools import cache
from types import ModuleType
from typing import Any

_CORE = "app.core"


def listing(functions: Iterable[Callable[..., Any]]) -> str:
    """Standalone source of these functions: imports, constants, helpers in order, then the functions themselves.

    Raises ValueError for a function that is not part of app.core.
    """
    order: list[tuple[str, str]] = []
    for function in functions:
        if not function.__module__.startswith(_CORE):
            raise ValueError(f"{function.__module__}.{function.__qualname__} is not in {_CORE}")
        _visit(function.__module__, function.__name__, order, set())
    imports: list[str] = []
    for module, _ in order:
        imports += [line for line in _parts(module).imports if line not in imports]
    used = "\n\n\n".join(_parts(module).definitions[name] for module, name in order)
    names = {node.id for node in ast.walk(ast.parse(used)) if isinstance(node, ast.Name)}
    kept = [line for line in imports if _binds(line) & names]
    return "\n".join(sorted(kept)) + ("\n\n\n" if kept else "") + used + "\n"


class _Module:
    """A core module taken apart: import lines, top-level definitions, and which core names it borrows from where."""

    def __init__(self, module: ModuleType) -> None:
        source = inspect.getsource(module)
        self.imports: list[str] = []
        self.definitions: dict[str, str] = {}
        self.borrowed: dict[str, tuple[str, str]] = {}
        lines = source.splitlines()
        for node in ast.parse(source).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_CORE):
                for alias in node.names:
                    self.borrowed[alias.asname or alias.name] = (node.module or "", alias.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                self.imports += [_import_line(node, alias) for alias in node.names]
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                start = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                self.definitions[node.name] = "\n".join(lines[start - 1 : node.end_lineno])
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        self.definitions[target.id] = "\n".join(lines[node.lineno - 1 : node.end_lineno])


@cache
def _parts(module: str) -> _Module:
    return _Module(sys.modules[module])


def _visit(module: str, name: str, order: list[tuple[str, str]], path: set[tuple[str, str]]) -> None:
    """Depth first: what a definition uses comes before it."""
    here = (module, name)
    if here in order or here in path:
        return
    parts = _parts(module)
    for node in ast.walk(ast.parse(parts.definitions[name])):
        if not isinstance(node, ast.Name):
            continue
        if node.id in parts.borrowed:
            source, original = parts.borrowed[node.id]
            _visit(source, original, order, path | {here})
        elif node.id in parts.definitions:
            _visit(module, node.id, order, path | {here})
    order.append(here)


def _import_line(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    tail = f" as {alias.asname}" if alias.asname else ""
    if isinstance(node, ast.Import):
        return f"import {alias.name}{tail}"
    return f"from {node.module} import {alias.name}{tail}"


def _binds(line: str) -> set[str]:
    node = ast.parse(line).body[0]
    assert isinstance(node, ast.Import | ast.ImportFrom)
    return {alias.asname or alias.name.split(".")[0] for alias in node.names}
