"""`warmup export` and `warmup import`: the database is opened here, so the site must not be running on it."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.content.loader import load
from app.db import Database, repositories
from app.errors import AppError
from app.figures import paper
from app.services.catalogue import Catalogue
from app.services.compute import Compute
from app.services.interchange import document
from app.services.interchange.anki.exporting import Plots as Pictures
from app.services.interchange.anki.package import is_package
from app.services.interchange.moving import Interchange
from app.services.plots import Plots
from app.settings import Settings

_TOKENS = Path(__file__).resolve().parent.parent / "static" / "css" / "tokens.css"


def out(settings: Settings, args: Namespace) -> int:
    """Writes the file; returns the exit code."""
    now = datetime.now(UTC)
    with _opened(settings, now) as (interchange, learner):
        if args.anki:
            pictures = asyncio.run(_pictures(settings, interchange))
            pieces = iter([interchange.apkg(learner, pictures, now, tz=args.tz, lang=args.lang)])
        elif args.csv == "reviews":
            pieces = interchange.reviews_csv(learner)
        elif args.csv == "states":
            pieces = interchange.states_csv(learner, now, args.tz)
        else:
            pieces = interchange.json(learner)
        if args.file == "-":
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            return 0
        file = Path(args.file)
        beside = file.with_name(f".{file.name}.part")  # a file that is there is whole
        try:
            with beside.open("wb") as writing:
                for piece in pieces:
                    writing.write(piece)
            beside.replace(file)
        except OSError as error:
            beside.unlink(missing_ok=True)
            print(f"warmup: {file} cannot be written: {error.strerror}", file=sys.stderr)
            return 2
    print(file, file=sys.stderr)
    return 0


def takes(path: str) -> bool:
    """Whether this is a backup of ours or an Anki package, by how it begins; anything else is a file of notes."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(200)
    except OSError:
        return False  # who reads notes says what is wrong
    return is_package(head[:4]) or document.is_ours(head)


def bring(settings: Settings, args: Namespace) -> int:
    """Imports the file and prints what came of it as JSON; returns the exit code."""
    now = datetime.now(UTC)
    try:
        with Path(args.file).open("rb") as data, _opened(settings, now) as (interchange, learner):
            report = interchange.load(learner, data, now, tz=args.tz, preview=args.preview)
    except OSError as error:
        print(f"warmup: {args.file} cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    except AppError as error:
        print(f"warmup: {args.file}: {error.message[args.lang]}", file=sys.stderr)
        return 1
    print(report.model_dump_json(indent=1))
    return 0


@contextmanager
def _opened(settings: Settings, now: datetime) -> Iterator[tuple[Interchange, int]]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with Database(settings.database_url) as database:
        with database.write() as session:
            learner = repositories.local_learner(session, now)
        inks = paper.inks(_TOKENS.read_text("utf-8"))
        yield Interchange(database, Catalogue(load(settings.content_dir)), inks), learner


async def _pictures(settings: Settings, interchange: Interchange) -> Pictures:
    compute = Compute(settings.workers)
    try:
        return await Plots(compute, interchange.catalogue, interchange.inks, settings.data_dir / "plots").of_cards()
    finally:
        compute.close()
