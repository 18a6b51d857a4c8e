"""What Warmup is made of: every package pinned, every vendored file with its licence, NOTICE as it should be."""

import re
import runpy
import tomllib
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "static" / "vendor"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
NOTICE = runpy.run_path(str(ROOT / "tools" / "notice.py"))
canonical = NOTICE["canonical"]


def pins(name: str) -> dict[str, str]:
    """name -> version of a constraints file; every line has to pin one."""
    lines = (ROOT / name).read_text().splitlines()
    found = [re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)", line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if not match]
    pairs = [(canonical(match[1]), match[2]) for match in found if match]
    assert len(dict(pairs)) == len(pairs), "a package stands there twice"
    return dict(pairs)


@pytest.mark.parametrize("line", sorted(set(WANTED)))
def test_every_dependency_is_pinned_at_a_version_it_allows(line: str) -> None:
    wanted = Requirement(line)
    version = pins("constraints.txt").get(canonical(wanted.name))
    assert version is not None, "run `make constraints ONLY=…`"
    assert wanted.specifier.contains(version)


def test_nothing_is_asked_for_twice() -> None:
    for lines in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()):
        names = [canonical(Requirement(line).name) for line in lines]
        assert len(set(names)) == len(names)


def test_what_the_pinned_packages_need_is_pinned_too() -> None:
    """Else two installations a week apart differ. By the packages installed here."""
    pinned = pins("constraints.txt")
    missing = set()
    for name in pinned:
        try:
            lines = requires(name) or []
        except PackageNotFoundError:  # for another system
            continue
        for line in map(Requirement, lines):
            if line.marker is None or line.marker.evaluate({"extra": ""}):
                missing.add(canonical(line.name))
    assert missing - set(pinned) <= {"setuptools"}


@pytest.mark.parametrize("name", ["constraints-anki.txt", "constraints-tools.txt"])
def test_the_other_environments_are_pinned_as_well(name: str) -> None:
    assert pins(name)


def rows() -> list[tuple[str, str, str, str, str]]:
    found = re.findall(
        r"^\| ([^|]+) \| (\d[^|]*) \| ([^|]+) \| ([^|]+) \| (.+) \|$", (VENDOR / "LICENSES.md").read_text(), re.M
    )
    return [row for row in found if not row[0].startswith("tests/")]


def served() -> list[str]:
    """The vendored files a browser may get: neither the licences nor what builds them."""
    ours = {"LICENSES.md", "build", "licenses"}
    files = (path.relative_to(VENDOR) for path in VENDOR.rglob("*") if path.is_file())
    return sorted(str(path) for path in files if path.parts[0] not in ours)


def patterns() -> list[str]:
    return [
        re.sub(r" \(.*", "", part) for row in rows() if "/" in row[0] for part in row[0].split(", ") if "@" not in part
    ]


def test_every_vendored_file_has_a_row_and_every_row_a_file() -> None:
    files = served()
    assert len(files) > 20
    assert [file for file in files if sum(fnmatch(file, one) for one in patterns()) != 1] == []
    assert [one for one in patterns() if not any(fnmatch(file, one) for file in files)] == []


def test_every_row_has_the_text_of_its_licence() -> None:
    linked = {link for *_, last in rows() for link in re.findall(r"\]\((licenses/[^)]+)\)", last)}
    assert all((VENDOR / link).stat().st_size > 100 for link in linked)
    assert all("](licenses/" in last for *_, last in rows())
    there = {f"licenses/{path.name}" for path in (VENDOR / "licenses").iterdir()}
    assert there - linked == {"licenses/axe-core.txt", "licenses/axe-core-third-party.txt"}, "those of the tests"


def test_nothing_of_others_stands_outside_vendor() -> None:
    assert {path.name for path in (ROOT / "static").iterdir()} == {"css", "js", "vendor", "icon.svg"}
    minified = [path for path in (ROOT / "static").rglob("*.min.*") if VENDOR not in path.parents]
    assert minified == []


def test_notice_is_what_would_be_written_now() -> None:
    assert (ROOT / "NOTICE").read_text() == NOTICE["text"](), "run `make notice`"


def test_notice_names_the_pinned_versions_under_terms_we_can_keep() -> None:
    pinned = pins("constraints.txt")
    terms = dict(re.findall(r"^([a-z0-9-]+) [0-9][^:\n]*: (.+)$", (ROOT / "NOTICE").read_text(), re.M))
    versions = dict(re.findall(r"^([a-z0-9-]+) ([0-9][^:\n]*): ", (ROOT / "NOTICE").read_text(), re.M))
    assert len(versions) > 30
    assert {name: version for name, version in versions.items() if pinned[name] != version} == {}
    assert {name: one for name, one in terms.items() if re.search(r"(?<!L)A?GPL|SSPL|BUSL|Commons Clause", one)} == {}
