"""A throw-away PostgreSQL from the system's own binaries: one server for the test session, one database a test."""

import atexit
import functools
import glob
import itertools
import os
import shutil
import socket
import subprocess
import tempfile

import psycopg

HOW = (
    "These tests need PostgreSQL's server programs (initdb, pg_ctl) and found none in /usr/lib/postgresql/*/bin or on "
    "PATH. Install them (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or leave these "
    "tests out with: pytest -m 'not postgres'"
)
_numbers = itertools.count()


@functools.cache
def server() -> str:
    """The address of the running server, without a database: 'postgresql://postgres@127.0.0.1:<port>'."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb") or ""]
    programs = os.path.dirname(found[-1])
    if not programs:
        raise RuntimeError(HOW)
    folder = tempfile.mkdtemp(prefix="warmup-pg-")
    before: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        before = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [*before, f"{programs}/{program}", "-D", f"{folder}/data", *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd="/")

    def stop() -> None:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C.UTF-8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "-o", options, "-l", f"{folder}/log", "-w", "start")
    atexit.register(stop)
    return f"postgresql://postgres@127.0.0.1:{port}"


def new_database() -> str:
    """The URL of a fresh, empty database."""
    name = f"t{next(_numbers)}"
    with psycopg.connect(f"{server()}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server()}/{name}"
