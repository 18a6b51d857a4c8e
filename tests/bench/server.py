"""Endpoint against bare function, cached answer and card page against plain text, start, memory."""

import subprocess
import sys
import time
import urllib.request
from itertools import count
from pathlib import Path

from app.demos import demos
from tests.bench.http import Client, alternately, row
from tests.server import Server

LIGHT = "activation-curves"

_BARE = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
def first(): return {"ok": True}
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", http="h11")
"""


def run(data: Path) -> None:
    """Print the table for a fresh server with its data in this folder."""
    server = Server(data)
    try:
        _requests(server)
        _memory(server)
    finally:
        server.stop()
    _start(data / "start")


def _requests(server: Server) -> None:
    client = Client(server.port)
    demo = demos()[LIGHT]
    path = f"/api/demos/{LIGHT}/result"
    for i in range(8):
        client.get(f"{path}?z={i / 10}")
    fresh = count(1)

    def bare() -> None:
        demo.run(demo.params(z=next(fresh) / 100_000))

    def uncached() -> None:
        assert client.get(f"{path}?z={next(fresh) / 100_000}")[0] == 200

    function, endpoint = alternately(bare, uncached)
    row("light demo, uncached: HTTP time - bare function", f"{(endpoint - function) * 1e3:.2f} ms", "<= 0.7 ms")
    print(f"{'':<58} (function {function * 1e3:.2f} ms, endpoint {endpoint * 1e3:.2f} ms)")

    def plain() -> None:
        assert client.get("/healthz")[0] == 200

    client.get(path)
    tag = client.etag()

    def cached() -> None:
        assert client.get(path)[0] == 200

    def unchanged() -> None:
        assert client.get(path, **{"if-none-match": tag})[0] == 304

    def card() -> None:
        assert client.get("/en/cards/k-means", **{"accept-encoding": "gzip"})[0] == 200

    for name, call, reach in (
        ("cached demo answer / plain route, requests per second", cached, ">= 0.8"),
        ("304 by ETag / plain route, requests per second", unchanged, ">= 0.9"),
        ("card page / plain route, requests per second", card, ">= 0.6"),
    ):
        call()
        floor, took = alternately(plain, call)
        row(name, f"{floor / took:.2f}", reach)

    size = client.get(path)[1]
    arrays = sum(len(s.x) + len(s.y) for view in demo.final(demo.params()).views for s in getattr(view, "series", ()))
    row("light demo, bytes on the wire / raw float32", f"{size / (4 * arrays):.2f}", "<= 2.5")


def _memory(server: Server) -> None:
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    row("memory of the web process (PSS)", f"{_pss(server.process.pid):.0f} MB", "<= 110 MB")
    workers = [_pss(int(pid)) for pid in children]
    row("memory of the largest worker (PSS)", f"{max(workers):.0f} MB", "<= 330 MB")


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("Pss:"))) / 1024


def _start(data: Path) -> None:
    ours, bare = [], []
    for i in range(5):
        folder = data / str(i)
        folder.mkdir(parents=True)
        begun = time.perf_counter()
        server = Server(folder)
        with urllib.request.urlopen(f"{server.url}/en/") as answer:
            answer.read()
        ours.append(time.perf_counter() - begun)
        server.stop()
        begun = time.perf_counter()
        other = subprocess.Popen([sys.executable, "-c", _BARE, str(server.port)])
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{server.port}/").read()
                break
            except OSError:
                time.sleep(0.02)
        bare.append(time.perf_counter() - begun)
        other.terminate()
        other.wait()
    ours.sort()
    bare.sort()
    row("start -> first page / bare FastAPI app", f"{ours[2] / bare[2]:.2f} ({ours[2]:.2f} s)", "<= 2")
