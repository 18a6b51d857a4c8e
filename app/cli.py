"""The `warmup` command: serve · check · new demo|card · rebuild · export · import, and backup · restore · doctor · move
for the database as a whole. `warmup <command> --help` helps."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from app.errors import StartError
from app.settings import LOOPBACK_HOSTS, Settings, SettingsError


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="warmup", description="Deep-learning interview prep where every answer runs.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    serve = commands.add_parser("serve", help="run the site")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1, or WARMUP_HOST)")
    serve.add_argument("--port", type=int, help="port to listen on (default 8000, or WARMUP_PORT)")

    check = commands.add_parser("check", help="check the content: schemas, links, languages, computed numbers")
    check.add_argument("--write", action="store_true", help="recompute content/computed.json")
    check.add_argument("--only", metavar="CARD", help="make only the runs that this card names (its slug)")

    new = commands.add_parser("new", help="start a demo or a card from a template")
    new.add_argument("what", choices=("demo", "card"))
    new.add_argument("topic", help="a topic id, such as detection")
    new.add_argument("name", help="kebab-case id, such as soft-nms")

    rebuild = commands.add_parser("rebuild", help="recompute what is known of every question from the log of reviews")
    rebuild.add_argument("--check", action="store_true", help="only say what differs, and change nothing")

    out = commands.add_parser("export", help="write everything you have to a file")
    out.add_argument("file", nargs="?", default="-", help="where to; - (the default) for standard output")
    kind = out.add_mutually_exclusive_group()
    kind.add_argument("--anki", action="store_true", help="a deck for Anki, with pictures, memory and reviews")
    kind.add_argument("--csv", choices=("reviews", "states"), help="a table for a spreadsheet")
    out.add_argument("--lang", choices=("zh", "en"), default="zh", help="Anki: the language that stands first")
    out.add_argument("--tz", default="UTC", help="your time zone, such as Asia/Shanghai")

    bring = commands.add_parser("import", help="your own questions into a private deck; a backup; an Anki file")
    bring.add_argument(
        "file", help="notes (Markdown, CSV, TSV, JSON; - reads standard input), Warmup's JSON, Anki's .apkg or .colpkg"
    )
    bring.add_argument("--preview", action="store_true", help="only say what was understood; store nothing")
    bring.add_argument("--json", action="store_true", help="notes, with --preview: print it as JSON")
    bring.add_argument("--deck", default="", help="notes: name of the deck (default: the file's title or name)")
    bring.add_argument("--lang", choices=("en", "zh"), default="en", help="language of what is printed")
    bring.add_argument("--tz", default="UTC", help="your time zone, such as Asia/Shanghai")

    _whole_database(commands)
    args = parser.parse_args(argv)
    try:
        settings = Settings.from_env(os.environ)
        if args.command == "serve":
            return _serve(settings, args.host, args.port)
        if args.command == "check":
            return _check(settings, args.write, args.only)
        if args.command == "rebuild":
            return _rebuild(settings, args.check)
        if args.command == "export":
            from app import carry

            return carry.out(settings, args)
        if args.command == "import":
            return _import(settings, args)
        if args.command in ("backup", "restore", "doctor", "move"):
            return _keep(settings, args)
        return _new(settings, args.what, args.topic, args.name)
    except (SettingsError, StartError) as error:
        print(f"warmup: {error}", file=sys.stderr)
        return 2


def _whole_database(commands: Any) -> None:
    """The commands that are about the database as a whole."""
    backup = commands.add_parser("backup", help="write a backup, checked and counted; also while the site runs")
    backup.add_argument("file", nargs="?", help="where to (default: the folder backups beside the database)")
    restore = commands.add_parser("restore", help="go back to a backup; what is there now is kept")
    restore.add_argument("file", help="a backup (.db)")
    doctor = commands.add_parser("doctor", help="look the database over, replay the log and compare; repair if asked")
    doctor.add_argument("--repair", action="store_true", help="repair without asking (a backup is made first)")
    move = commands.add_parser("move", help="move everything from SQLite into an empty PostgreSQL database")
    move.add_argument("url", help="postgresql://user:password@host/database")
    for one in (backup, restore, doctor, move):
        one.add_argument("--lang", choices=("en", "zh"), default="en", help="language of what is printed")


def _keep(settings: Settings, args: argparse.Namespace) -> int:
    from app import safekeeping
    from app.errors import AppError

    doing = {"backup": safekeeping.backup, "restore": safekeeping.restore, "doctor": safekeeping.examine,
             "move": safekeeping.move}  # fmt: skip
    try:
        return doing[args.command](settings, args)
    except (AppError, StartError) as error:
        print(f"warmup: {error.message[args.lang]}", file=sys.stderr)
        return 2


def _serve(settings: Settings, host: str | None, port: int | None) -> int:
    from app.serve import serve

    host, port = host or settings.host, port or settings.port
    if host not in LOOPBACK_HOSTS and set(settings.hosts) <= {*LOOPBACK_HOSTS, host}:
        print(
            f"warmup: listening on {host} would let anybody who reaches it read and change your progress.\n"
            "Put a proxy with a sign-in in front and name the public host, e.g. WARMUP_HOSTS=warmup.example.org "
            "(see README, On a server).",
            file=sys.stderr,
        )
        return 2
    return serve(settings, host, port)


def _check(settings: Settings, write: bool, only: str | None) -> int:
    from app.content.check import check
    from app.content.computed import write as recompute

    try:
        if write:
            print(recompute(settings.content_dir, only))
        problems = check(settings.content_dir, only=only)
    except ValueError as error:
        print(f"warmup: {error}", file=sys.stderr)
        return 2
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"content: {len(problems)} problems" if problems else "content: all good")
    return 1 if problems else 0


def _new(settings: Settings, what: str, topic: str, name: str) -> int:
    from app.scaffold import new_card, new_demo

    try:
        made = new_demo(topic, name) if what == "demo" else new_card(settings.content_dir, topic, name)
    except ValueError as error:
        print(f"warmup: {error}", file=sys.stderr)
        return 2
    for path in made:
        print(path)
    return 0


def _import(settings: Settings, args: argparse.Namespace) -> int:
    from app import carry
    from app.import_notes import preview, store

    if carry.takes(args.file):
        return carry.bring(settings, args)
    if args.preview:
        return preview(args.file, args.json, args.lang)
    return store(args.file, args.deck[:80], settings, args.lang)


def _rebuild(settings: Settings, only_check: bool) -> int:
    """Exit code 1 when --check finds a difference."""
    from datetime import UTC, datetime

    from app.db import Database, repositories
    from app.services import journal

    with Database(settings.database_url) as database, database.write() as session:
        learner = repositories.local_learner(session, datetime.now(UTC))
        found = journal.check(session, learner) if only_check else journal.rebuild(session, learner)
    for difference in found.differences:
        print(f"{difference.item}: {', '.join(difference.fields)}")
    what = "differ from" if only_check else "differed from"
    print(f"{found.items} questions; {len(found.differences)} {what} the log")
    return 1 if only_check and found.differences else 0


if __name__ == "__main__":
    sys.exit(main())
