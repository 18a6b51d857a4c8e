"""A copy of the sample content that a test may break."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content.toys import SAMPLE

Edit = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "content"))


@pytest.fixture
def card(root: Path) -> Path:
    return root / "cards/training/vanishing-gradients"


@pytest.fixture
def edit() -> Edit:
    """edit(file, old, new): replaces text that must be there, once."""

    def edit(file: Path, old: str, new: str) -> Path:
        words = file.read_text("utf-8")
        assert words.count(old) >= 1, f"{old!r} is not in {file.name}"
        file.write_text(words.replace(old, new, 1), encoding="utf-8")
        return file

    return edit
