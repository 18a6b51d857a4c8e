"""The rules of the house as tests: sizes, rooms, no torch in the web process, nothing listed by hand."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.content.loader import load

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
SCRIPTS = sorted(p for p in (ROOT / "static" / "js").rglob("*.js"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES + SCRIPTS, ids=name)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300, "its reasons have multiplied: split it by reason"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), "begin with one sentence: what this file is for"


@pytest.mark.parametrize("path", sorted((ROOT / "app").glob("demos/*/*.py")), ids=name)
def test_demos_keep_their_annotations_real(path: Path) -> None:
    """String annotations hide a knob's type from pydantic."""
    assert "from __future__ import annotations" not in path.read_text()


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nothing_unsafe_is_called(path: Path) -> None:
    tree = ast.parse(path.read_text())
    banned = {"eval", "exec", "compile"}
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not calls & banned
    assert not re.search(r"\b(pickle|torch\.load|allow_pickle|yaml\.load\()", path.read_text())


def test_only_settings_reads_the_environment() -> None:
    readers = [name(p) for p in SOURCES if re.search(r"os\.(getenv|environ\.get|environ\[)", p.read_text())]
    assert readers == [], "hand it a Settings instead"


def test_the_web_process_has_no_torch_after_the_first_page(tmp_path: Path) -> None:
    program = """
import sys
from starlette.testclient import TestClient
from app.main import create_app
from app.settings import Settings
app = create_app(Settings.from_env({"WARMUP_DATA_DIR": sys.argv[1], "HOME": sys.argv[1]}))
if __name__ == "__main__":
    with TestClient(app, base_url="http://localhost") as client:
        for path in ("/en/", "/zh/cards", "/zh/demos/k-means", "/api/review/next"):
            assert client.get(path).status_code == 200, path
        assert "torch" not in sys.modules
"""
    script = tmp_path / "first_page.py"
    script.write_text(program)
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_exercises_and_pairs_need_no_torch() -> None:
    program = """
import sys
from app.exercises import exercises
from app.pairs import pairs
for family in exercises().values():
    for level in range(1, family.levels + 1):
        family.ask(7, level)
for pair in pairs().values():
    pair.show(7)
assert exercises() and pairs() and "torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_pages_take_nothing_from_other_hosts() -> None:
    """Addresses of other hosts appear only as links to read (href in content), never as something to load."""
    for path in [*(ROOT / "templates").rglob("*.html"), *SCRIPTS, *(ROOT / "static" / "css").rglob("*.css")]:
        found = re.findall(r"""(?:src=|url\(|import\s|fetch\()["']?(https?://[^"')\s]+)""", path.read_text())
        assert not found, f"{name(path)} loads {found}"


def test_templates_hold_no_inline_script_or_style() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text), name(path)
        assert not re.search(r"<style|\son[a-z]+=|\sstyle=", text), name(path)


def test_words_of_templates_are_in_ui_yml() -> None:
    """Every t("key") exists; ui.yml holds no key that nothing uses."""
    words = load(ROOT / "content").ui
    used: set[str] = set()
    for path in [*(ROOT / "templates").rglob("*.html"), *SOURCES, *SCRIPTS]:
        text = path.read_text()
        used |= set(re.findall(r"""\bt\(\s*["']([a-z0-9_.-]+)["']""", text))
        used |= {key for key in words if f'"{key}"' in text or f"'{key}'" in text}
    missing = {key for key in used if key not in words and not key.endswith((".", "_"))}
    assert not missing
    prefixes = {key for key in used if key.endswith((".", "_"))}  # t("card.verdict_" ~ claim.verdict)
    unused = {key for key in words if key not in used and not any(key.startswith(p) for p in prefixes)}
    assert not unused
