"""Settings from the environment: defaults, what is understood, and what a bad value is told."""

from pathlib import Path

import pytest

from app.settings import LOOPBACK_HOSTS, Settings, SettingsError


def test_defaults_need_nothing_but_a_home() -> None:
    settings = Settings.from_env({"HOME": "/home/someone"})
    assert (settings.mode, settings.host, settings.port, settings.workers) == ("mine", "127.0.0.1", 8000, 2)
    assert settings.hosts == LOOPBACK_HOSTS
    assert settings.data_dir.name == "warmup"
    assert settings.data_dir.is_relative_to("/home/someone")
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'warmup.db'}"
    assert (settings.content_dir / "topics.yml").exists()


def test_xdg_is_followed_when_it_is_absolute() -> None:
    home = {"HOME": "/home/someone"}
    assert Settings.from_env({**home, "XDG_DATA_HOME": "/elsewhere"}).data_dir == Path("/elsewhere/warmup")
    assert Settings.from_env({**home, "XDG_DATA_HOME": "here"}).data_dir.is_relative_to("/home/someone")


def test_everything_can_be_chosen(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "WARMUP_DATA_DIR": str(tmp_path), "WARMUP_CONTENT_DIR": str(tmp_path), "WARMUP_MODE": "mine",
            "WARMUP_HOST": "0.0.0.0", "WARMUP_HOSTS": "Warmup.example, localhost,", "WARMUP_PORT": "80",
            "WARMUP_WORKERS": "8", "WARMUP_DATABASE_URL": "postgres://me:secret@db/warmup", "OTHER": "x",
        }
    )  # fmt: skip
    assert settings == Settings(
        data_dir=tmp_path, content_dir=tmp_path, mode="mine", host="0.0.0.0", port=80, workers=8,
        hosts=("warmup.example", "localhost"), database_url="postgresql://me:secret@db/warmup",
    )  # fmt: skip
    with pytest.raises(AttributeError):
        settings.port = 81  # type: ignore[misc]


def test_empty_counts_as_not_given() -> None:
    assert Settings.from_env({"HOME": "/h", "WARMUP_PORT": " ", "WARMUP_MODE": ""}) == Settings.from_env({"HOME": "/h"})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WARMUP_MODE", "shared", "accounts come with a later release"),
        ("WARMUP_MODE", "yours", "must be mine"),
        ("WARMUP_PORT", "0", "from 1 to 65535"),
        ("WARMUP_PORT", "65536", "from 1 to 65535"),
        ("WARMUP_PORT", "tcp://10.0.0.1:8000", "from 1 to 65535"),
        ("WARMUP_PORT", "８０", "from 1 to 65535"),
        ("WARMUP_WORKERS", "-1", "from 1 to 64"),
        ("WARMUP_WORKERS", "1.5", "from 1 to 64"),
        ("WARMUP_WORKERS", "9" * 5000, "from 1 to 64"),
        ("WARMUP_HOST", "0.0.0.0", "no sign-in"),
        ("WARMUP_HOST", "example.org", "no sign-in"),
        ("WARMUP_DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("WARMUP_DATABASE_URL", "sqlite://", "not memory"),
        ("WARMUP_DATABASE_URL", "sqlite:///:memory:", "not memory"),
        ("WARMUP_LOG", "xml", "one of auto, json, text"),
        ("WARMUP_ACCESS_LOG", "yes", "one of off, on"),
        ("WARMUP_SLOW_QUERY_MS", "0.5", "from 0 to"),
        ("WARMUP_FREE_DISK_MB", "-1", "from 0 to"),
        ("WARMUP_METRICS", "public", "one of local, off"),
        ("WARMUP_METRICS_TOKEN", "short", "16 or more"),
        ("WARMUP_METRICS_TOKEN", "with blanks in its middle", "16 or more"),
        ("WARMUP_CONTENT_DIR", "/nowhere/at/all", "no folder"),
        ("WARMUP_DATA_DIR", __file__, "not a folder"),
    ],
)
def test_a_bad_value_is_told_what_would_be_right(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        Settings.from_env({"HOME": "/h", name: value})
    assert caught.value.name == name
    assert name in str(caught.value)
    assert caught.value.zh
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])
def test_loopback_needs_no_list_of_hosts(host: str) -> None:
    assert Settings.from_env({"HOME": "/h", "WARMUP_HOST": host}).hosts == LOOPBACK_HOSTS


def test_how_to_operate_is_chosen_and_secrets_are_not_shown() -> None:
    chosen = Settings.from_env(
        {
            "HOME": "/h", "WARMUP_LOG": "json", "WARMUP_ACCESS_LOG": "on", "WARMUP_SLOW_QUERY_MS": "0",
            "WARMUP_FREE_DISK_MB": "5", "WARMUP_METRICS": "off", "WARMUP_METRICS_TOKEN": "x" * 16,
            "WARMUP_DATABASE_URL": "postgresql://me:hunter2@db/warmup",
        }
    )  # fmt: skip
    assert (chosen.log, chosen.access_log, chosen.slow_query_ms, chosen.free_disk_mb) == ("json", True, 0, 5)
    assert (chosen.metrics, chosen.metrics_token) == ("off", "x" * 16)
    assert "hunter2" not in repr(chosen)
    assert "x" * 16 not in repr(chosen)
