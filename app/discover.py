"""Finds what is there: every module below a package that defines a given name. Nobody keeps a list."""

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def attributes(package: ModuleType, name: str) -> dict[str, Any]:
    """{id: object} for every module below `package` that has the attribute `name`, sorted by id.

    Modules whose name starts with an underscore are parts of their neighbours and are passed over. Raises ValueError
    when two modules claim one id, or one defines no `name`.
    """
    found: dict[str, Any] = {}
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if info.ispkg or info.name.rsplit(".", 1)[-1].startswith("_"):
            continue
        thing = getattr(importlib.import_module(info.name), name, None)
        if thing is None:
            raise ValueError(f"{info.name}: defines no `{name}`; a file here is one {name}")
        if thing.id in found:
            raise ValueError(f"{thing.id}: defined twice, in {found[thing.id].module} and {info.name}")
        found[thing.id] = thing
    return dict(sorted(found.items()))
