"""The only reader of the environment (WARMUP_*). Everything else is handed a `Settings`.

| variable | default | meaning |
| --- | --- | --- |
| WARMUP_DATA_DIR | the user's data folder + /warmup | where the database and its backups live |
| WARMUP_DATABASE_URL | sqlite:///<data dir>/warmup.db | sqlite:///… or postgresql://… |
| WARMUP_CONTENT_DIR | the content folder beside app/ | cards, topics, references |
| WARMUP_MODE | mine | one learner on their own machine |
| WARMUP_HOST, WARMUP_PORT | 127.0.0.1, 8000 | where to listen |
| WARMUP_HOSTS | the loopback names | host names to answer to, comma-separated; * for any |
| WARMUP_WORKERS | 2 | compute processes, 1 to 64 |
| WARMUP_LOG | auto | json, text, or auto: text on a terminal, JSON elsewhere |
| WARMUP_ACCESS_LOG | off | on: a line in the log for every request |
| WARMUP_SLOW_QUERY_MS | 200 | statements that take longer go into the log; 0: none do |
| WARMUP_FREE_DISK_MB | 200 | with less free where the data lives, /readyz says no |
| WARMUP_METRICS | local | local: /metrics answers this machine only; off: nobody |
| WARMUP_METRICS_TOKEN | none | 16 characters or more: whoever sends it as bearer token gets /metrics from anywhere |
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeVar

Choice = TypeVar("Choice", bound=str)
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_CONTENT = Path(__file__).resolve().parent.parent / "content"


class SettingsError(ValueError):
    """A variable that cannot be used: which one, and what it may hold, in both languages."""

    def __init__(self, name: str, *, en: str, zh: str) -> None:
        super().__init__(f"{name}: {en} / {zh}")
        self.name, self.en, self.zh = name, en, zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process is to run. Made by `from_env`; tests pass it a dict."""

    data_dir: Path
    database_url: str = field(repr=False)
    content_dir: Path
    mode: Literal["mine"]
    host: str
    port: int
    hosts: tuple[str, ...]
    workers: int
    log: Literal["auto", "json", "text"] = "auto"
    access_log: bool = False
    slow_query_ms: int = 200
    free_disk_mb: int = 200
    metrics: Literal["local", "off"] = "local"
    metrics_token: str = field(default="", repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Settings from a mapping such as os.environ; raises SettingsError. Empty values count as not given."""
        given = {name: value.strip() for name, value in env.items() if value.strip()}
        data_dir = _data_dir(given)
        host = given.get("WARMUP_HOST", "127.0.0.1")
        hosts = _hosts(given, host)
        return cls(
            data_dir=data_dir,
            database_url=_database_url(given, data_dir),
            content_dir=_content_dir(given),
            mode=_mode(given),
            host=host,
            port=_whole(given, "WARMUP_PORT", 8000, 1, 65535),
            hosts=hosts,
            workers=_whole(given, "WARMUP_WORKERS", 2, 1, 64),
            log=_one_of(given, "WARMUP_LOG", "auto", "json", "text"),
            access_log=_one_of(given, "WARMUP_ACCESS_LOG", "off", "on") == "on",
            slow_query_ms=_whole(given, "WARMUP_SLOW_QUERY_MS", 200, 0, 600_000),
            free_disk_mb=_whole(given, "WARMUP_FREE_DISK_MB", 200, 0, 99_999_999),
            metrics=_one_of(given, "WARMUP_METRICS", "local", "off"),
            metrics_token=_token(given),
        )


def _data_dir(env: Mapping[str, str]) -> Path:
    """WARMUP_DATA_DIR, or `warmup` in the platform's folder for a user's data."""
    if chosen := env.get("WARMUP_DATA_DIR"):
        path = Path(chosen).expanduser().absolute()
        if path.exists() and not path.is_dir():
            raise SettingsError("WARMUP_DATA_DIR", en=f"{path} is not a folder", zh=f"{path} 不是文件夹")
        return path
    home = Path(env["HOME"]) if "HOME" in env else Path.home()
    if (xdg := env.get("XDG_DATA_HOME")) and Path(xdg).is_absolute():
        return Path(xdg) / "warmup"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "warmup"
    return home / ".local" / "share" / "warmup"


def _database_url(env: Mapping[str, str], data_dir: Path) -> str:
    name = "WARMUP_DATABASE_URL"
    url = env.get(name)
    if url is None:
        return f"sqlite:///{data_dir / 'warmup.db'}"
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    if url.startswith(("postgresql://", "postgresql+psycopg://")):
        return url
    path = url.removeprefix("sqlite:///")
    if path == url or path in ("", ":memory:") or "mode=memory" in path:
        raise SettingsError(
            name,
            en="must be sqlite:///path/to/file.db (a file, not memory) or postgresql://user:password@host/database",
            zh="必须是 sqlite:///文件路径（不能是内存数据库）或 postgresql://用户:密码@主机/数据库",
        )
    return url


def _content_dir(env: Mapping[str, str]) -> Path:
    chosen = env.get("WARMUP_CONTENT_DIR")
    if chosen is None:
        return _CONTENT
    path = Path(chosen).expanduser().absolute()
    if not path.is_dir():
        raise SettingsError("WARMUP_CONTENT_DIR", en=f"there is no folder {path}", zh=f"没有文件夹 {path}")
    return path


def _mode(env: Mapping[str, str]) -> Literal["mine"]:
    mode = env.get("WARMUP_MODE", "mine")
    if mode == "mine":
        return "mine"
    if mode == "shared":
        raise SettingsError(
            "WARMUP_MODE",
            en="shared is not available yet: accounts come with a later release; leave it unset or set it to mine",
            zh="暂不支持 shared：账户功能将在以后的版本中提供；请不设置，或设为 mine",
        )
    raise SettingsError("WARMUP_MODE", en="must be mine", zh="必须是 mine")


def _hosts(env: Mapping[str, str], host: str) -> tuple[str, ...]:
    """The Host headers to answer to. Listening beyond loopback without accounts has to be said twice.

    Everyone who reaches the port is the learner then; the usual case is a container whose port is published on
    127.0.0.1 only.
    """
    listed = tuple(part.strip().lower() for part in env.get("WARMUP_HOSTS", "").split(",") if part.strip())
    if not listed and not _is_loopback(host):
        raise SettingsError(
            "WARMUP_HOST",
            en=f"{host} can be reached from other machines and there is no sign-in; "
            "use 127.0.0.1, or name the hosts to answer to in WARMUP_HOSTS if that is what you want",
            zh=f"{host} 可被其他机器访问，而本模式没有登录；"
            "请使用 127.0.0.1，或者确实需要时在 WARMUP_HOSTS 中写明允许的主机名",
        )
    return listed or LOOPBACK_HOSTS


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = env.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high):
        raise SettingsError(
            name, en=f"must be a whole number from {low} to {high}", zh=f"必须是 {low} 到 {high} 之间的整数"
        )
    return int(value)


def _one_of(env: Mapping[str, str], name: str, *choices: Choice) -> Choice:
    """The first is the default."""
    value = env.get(name, choices[0])
    for choice in choices:
        if value == choice:
            return choice
    raise SettingsError(name, en=f"must be one of {', '.join(choices)}", zh=f"必须是其中之一：{'、'.join(choices)}")


def _token(env: Mapping[str, str]) -> str:
    """Not echoed when it is refused."""
    token = env.get("WARMUP_METRICS_TOKEN", "")
    if token and not (len(token) >= 16 and token.isascii() and token.isprintable() and " " not in token):
        raise SettingsError(
            "WARMUP_METRICS_TOKEN",
            en="must be 16 or more printable ASCII characters without blanks",
            zh="必须是至少 16 个可打印的 ASCII 字符，不含空格",
        )
    return token
