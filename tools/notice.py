"""Writes NOTICE: whose work comes with Warmup, under which licence. Run by `make notice`; a test compares.

The front-end part is static/vendor/LICENSES.md; the Python part is read from the installed packages that Warmup's
own dependencies (with the extra `pg`) lead to.
"""

import re
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LEFT_OUT = {"setuptools"}
"""torch asks for it to compile kernels; it comes with Python's own installer and is not pinned."""
UNDECLARED = {"fsrs-rs-python": "none declared; the library inside, fsrs-rs, is BSD-3-Clause"}
SHORT = {
    "MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
}  # fmt: skip
HEAD = """Warmup is under the MIT licence (LICENSE). It comes with, or installs, the work of others, each under its own.

Front end, served from static/vendor (texts: static/vendor/licenses)
====================================================================

"""
PYTHON = """
Python packages, installed from the package index (texts: in each package)
===========================================================================

"""
FOOT = """
LGPL packages are used unchanged, as separate packages that anybody may replace.
Tools of the tests and of releases are not installed with Warmup and not listed.
"""


def canonical(name: str) -> str:
    """As package indexes compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def packages() -> dict[str, Distribution]:
    """What Warmup needs to run, with what that needs in turn, by canonical name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in (*project["dependencies"], *project["optional-dependencies"]["pg"])]
    found: dict[str, Distribution] = {}
    while wanted:
        one = wanted.pop()
        name = canonical(one.name)
        if name in found or name in LEFT_OUT or name.startswith(("nvidia-", "cuda-", "triton")):
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed: run `make check` once, it installs everything")
        for line in found[name].requires or ():
            more = Requirement(line)
            extras = one.extras or {""}
            if more.marker is None or any(more.marker.evaluate({"extra": extra}) for extra in extras):
                wanted.append(more)
    return found


def licence(name: str, package: Distribution) -> str:
    """As the package declares it: an SPDX expression, else its classifier, else the first line of its field."""
    meta = package.metadata
    if expression := meta.get("License-Expression"):
        return expression
    classes = [line.rsplit(" :: ", 1)[-1] for line in meta.get_all("Classifier") or () if line.startswith("License ::")]
    if classes:
        return " and ".join(SHORT.get(one, one) for one in classes)
    return UNDECLARED.get(name) or (meta.get("License") or "").split("\n")[0][:60]


def vendored() -> list[tuple[str, str, str]]:
    """(files or npm package, version, licence) of every row of static/vendor/LICENSES.md that is served."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|", (ROOT / "static/vendor/LICENSES.md").read_text(), re.M)
    # In the second table the columns are package, version, licence too; heads and rules are left out.
    return [row for row in rows if re.match(r"\d", row[1]) and not row[0].startswith("tests/")]


def text() -> str:
    """The whole file."""
    front = "".join(f"{what}\n    {version}: {terms}\n" for what, version, terms in vendored())
    lines = []
    for name, package in sorted(packages().items()):
        terms = licence(name, package)
        if not terms:
            sys.exit(f"{name} declares no licence: look it up and add it to UNDECLARED in tools/notice.py")
        lines.append(f"{name} {package.version.split('+')[0]}: {terms}\n")
    return HEAD + front + PYTHON + "".join(lines) + FOOT


if __name__ == "__main__":
    (ROOT / "NOTICE").write_text(text())
