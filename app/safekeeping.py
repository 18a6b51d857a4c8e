"""`warmup backup`, `restore`, `doctor` and `move`: the database as a whole. Only a backup may be made while the site
runs on it."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from app.db import Database, backups, sqlite, whole
from app.db.restore import restore as put_back
from app.errors import AppError, StartError
from app.kit.text import Lang, Text, text
from app.services import doctor
from app.settings import Settings

REVIEWS = "review"


def backup(settings: Settings, args: Namespace) -> int:
    """Writes a backup, checked and counted; returns the exit code."""
    now = datetime.now(UTC)
    chosen = Path(args.file).expanduser().absolute() if args.file else None
    if _is_sqlite(settings):
        database = sqlite.file_of(settings.database_url)
        if not database.exists():
            raise StartError(text(zh=f"还没有数据库 {database}。", en=f"There is no database {database} yet."))
        made = _of_file(database, chosen, now)
    else:
        made = _of_server(settings, chosen, now)
    counts = backups.check(made)
    _say(args.lang, _counted(counts), file=sys.stderr)
    print(made)
    return 0


def restore(settings: Settings, args: Namespace) -> int:
    """Puts a backup in the place of the database; returns the exit code."""
    source = Path(args.file).expanduser().absolute()
    if _is_sqlite(settings):
        done = put_back(sqlite.file_of(settings.database_url), source, datetime.now(UTC))
        counts, former = done.counts, done.former
    else:
        counts, former = _into(settings.database_url, source), None
    _say(args.lang, _counted(counts))
    if former is not None:
        _say(args.lang, text(zh=f"原来的数据保存在 {former}", en=f"What was there before is kept at {former}"))
    return 0


def move(settings: Settings, args: Namespace) -> int:
    """Copies everything into an empty PostgreSQL database and compares the two; returns the exit code."""
    url: str = args.url.replace("postgres://", "postgresql://", 1) if args.url.startswith("postgres://") else args.url
    if not url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise StartError(
            text(
                zh="目标应当是 postgresql://用户:密码@主机/数据库",
                en="where to has to be postgresql://user:password@host/database",
            )
        )
    if not _is_sqlite(settings):
        raise StartError(text(zh="现在用的已经是 PostgreSQL。", en="What is in use is PostgreSQL already."))
    found = _copied(settings.database_url, url)
    file = sqlite.file_of(settings.database_url)
    _say(args.lang, _counted(found))
    _say(
        args.lang,
        text(
            zh=f"两边逐行核对一致。把 WARMUP_DATABASE_URL 设为新地址再启动；{file} 保持原样，可以留作备份。",
            en="Both hold the same, row by row. Set WARMUP_DATABASE_URL to the new address and start again; "
            f"{file} was left as it is and can be kept as a backup.",
        ),
    )
    return 0


def examine(settings: Settings, args: Namespace) -> int:
    """Says what is wrong and repairs it with consent; exit code 1 when something stays wrong."""
    lang: Lang = args.lang
    try:
        with Database(settings.database_url) as database:
            found = doctor.examine(database)
            _tell(lang, database, found)
            if found.repairable and (args.repair or _agreed(lang)):
                found = doctor.repair(database, found)
                _say(lang, text(zh="修复之后：", en="After the repair:"))
                _tell(lang, database, found)
            elif found.repairable:
                _say(lang, text(zh="要修复，请运行 warmup doctor --repair", en="To repair it: warmup doctor --repair"))
    except (sqlite.Damaged, backups.BackupFailed) as error:
        _say(lang, error.message)
        _way_back(lang, sqlite.file_of(settings.database_url))
        return 1
    except AppError as error:
        _say(lang, error.message, file=sys.stderr)
        return 1
    if any(fault.kind != "index" for fault in found.faults) and database.file is not None:
        _way_back(lang, database.file)
    return 0 if found.well else 1


def _of_file(database: Path, chosen: Path | None, now: datetime) -> Path:
    """While another process has the file it is read as it changes; else nobody can change it meanwhile."""
    try:
        descriptor = sqlite.own(database)
    except sqlite.InUse:
        descriptor = None
    try:
        if chosen is None:
            return backups.make(database, now, live=descriptor is None).file
        backups.copy(database, chosen, live=descriptor is None)
        return chosen
    finally:
        if descriptor is not None:
            sqlite.let_go(descriptor)


def _of_server(settings: Settings, chosen: Path | None, now: datetime) -> Path:
    """PostgreSQL as an SQLite file, which `restore` puts into an empty database of either kind."""
    place = settings.data_dir / "backups"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = chosen or place / backups.name(Path("warmup.db"), now)
    part = target.with_name(f".{target.name}.filling")
    try:
        _copied(settings.database_url, f"sqlite:///{part}")
        backups.copy(part, target)
    finally:
        for left in (part, Path(f"{part}.lock"), Path(f"{part}-wal"), Path(f"{part}-shm")):
            left.unlink(missing_ok=True)
    return target


def _into(url: str, source: Path) -> dict[str, int]:
    """A backup into an empty PostgreSQL database. The backup is read from a copy: it is brought up to date first."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "warmup.db"
        put_back(copy, source, datetime.now(UTC))
        return _copied(f"sqlite:///{copy}", url)


def _copied(source: str, target: str) -> dict[str, int]:
    """Everything from one database in the other, in one transaction; the rows of each table."""
    with (
        Database(source) as ours, Database(target) as theirs, ours.read() as reading, theirs.write() as writing
    ):  # fmt: skip
        return whole.told(whole.copy(reading, writing))


def _tell(lang: Lang, database: Database, found: doctor.Findings) -> None:
    facts = database.facts()
    _say(lang, text(zh=f"数据库  {facts.dialect} {facts.version}，表结构 {facts.revision}",
                    en=f"database  {facts.dialect} {facts.version}, tables {facts.revision}"))  # fmt: skip
    for fault in found.faults:
        _say(lang, text(zh=f"  {_KINDS[fault.kind].zh}：{fault.what}", en=f"  {_KINDS[fault.kind].en}: {fault.what}"))
    if not found.faults:
        _say(lang, text(zh="  完整", en="  whole"))
    for name, log in found.logs:
        wrong = len(log.differences)
        _say(lang, text(zh=f"记录  {name}：重放 {log.items} 道题，{wrong} 道与记录不符",
                        en=f"log  {name}: {log.items} questions replayed, {wrong} differ from it"))  # fmt: skip
        for difference in log.differences[:20]:
            print(f"  {difference.item}: {', '.join(difference.fields)}")
    if database.file is not None:
        _newest(lang, database.file)


def _newest(lang: Lang, file: Path) -> None:
    """How many backups there are, and whether the newest is whole."""
    there = backups.saved(file)
    if not there:
        _say(lang, text(zh="备份  还没有", en="backups  none yet"))
        return
    try:
        backups.check(there[0].file)
        whole_zh, whole_en = "完整", "whole"
    except backups.BackupFailed as error:
        whole_zh, whole_en = error.message.zh, error.message.en
    made = f"{there[0].made:%Y-%m-%d %H:%M} UTC"
    _say(lang, text(zh=f"备份  {len(there)} 份，最新的 {made}：{whole_zh}",
                    en=f"backups  {len(there)}, the newest of {made}: {whole_en}"))  # fmt: skip


def _way_back(lang: Lang, file: Path) -> None:
    """The newest backup that is whole, as the command that goes back to it."""
    for one in backups.saved(file):
        try:
            counts = backups.check(one.file)
        except backups.BackupFailed:
            continue
        _say(lang, text(zh=f"最新的完整备份（{counts[REVIEWS]} 条记录）：warmup restore {one.file}",
                        en=f"The newest whole backup ({counts[REVIEWS]} lines of the log): "
                        f"warmup restore {one.file}"))  # fmt: skip
        return
    _say(lang, text(zh="没有完整的备份。", en="There is no whole backup."))


def _agreed(lang: Lang) -> bool:
    """Asks whoever sits at the terminal; nobody there is a no."""
    if not sys.stdin.isatty():
        return False
    asked = text(zh="先备份，再修复？输入 yes 确认：", en="Make a backup and repair it? Type yes to agree: ")
    return input(asked[lang]).strip().lower() in ("yes", "是", "好")


def _counted(counts: Mapping[str, int]) -> Text:
    rows = sum(n for name, n in counts.items() if name != "alembic_version")
    people, lines = counts.get("learner", 0), counts.get(REVIEWS, 0)
    return text(zh=f"{people} 位学习者，{lines} 条复习记录，共 {rows} 行，已逐表核对",
                en=f"learners: {people}; lines of the log: {lines}; rows in all: {rows}; checked")  # fmt: skip


def _say(lang: Lang, said: Text, file: TextIO | None = None) -> None:
    print(said[lang], file=file or sys.stdout)


def _is_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite")


_KINDS = {
    "damaged": text(zh="损坏", en="damaged"),
    "reference": text(zh="指向不存在的行", en="a row that points at nothing"),
    "schema": text(zh="表结构与本版本不符", en="not the tables of this release"),
    "index": text(zh="索引与表不符（可以修复）", en="an index lags behind its table (can be repaired)"),
}
