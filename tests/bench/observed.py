"""What ids and counting cost: a plain route of the whole site, with and without the layer that does it."""

import socket
import subprocess
import sys
import time
from pathlib import Path

from app.web.observing import Observed
from tests.bench.http import Client, alternately, row
from tests.server import ROOT

_SITE = """
import sys, uvicorn
from app.main import create_app
from app.settings import Settings
from app.web.observing import Observed

if __name__ == "__main__":
    app = create_app(Settings.from_env({"WARMUP_DATA_DIR": sys.argv[2], "WARMUP_WORKERS": "1"}))
    if sys.argv[3] == "without":
        app.user_middleware = [layer for layer in app.user_middleware if layer.cls is not Observed]
    uvicorn.run(app, port=int(sys.argv[1]), log_level="error", http="h11", access_log=False, server_header=False)
"""


def run(data: Path) -> None:
    """Print the ratio, from two servers asked in turns."""
    script = data / "observed_site.py"
    script.write_text(_SITE)
    servers = {kind: _start(script, data / kind, kind) for kind in ("without", "with")}
    try:
        clients = {kind: Client(port) for kind, (_, port) in servers.items()}

        def ask(kind: str) -> None:
            assert clients[kind].get("/healthz")[0] == 200

        for kind in servers:
            for _ in range(300):
                ask(kind)
        assert "x-request-id" in clients["with"].head
        assert "x-request-id" not in clients["without"].head
        bare, observed = alternately(lambda: ask("without"), lambda: ask("with"), rounds=150, each=30)
        row(f"plain route with {Observed.__name__} / without, time", f"{observed / bare:.3f}", "<= 1.05")
        print(f"{'':<58} ({bare * 1e6:.0f} µs, {observed * 1e6:.0f} µs)")
    finally:
        for process, _ in servers.values():
            process.terminate()
            process.wait()


def _start(script: Path, data: Path, kind: str) -> tuple["subprocess.Popen[bytes]", int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(script), str(port), str(data), kind]
    process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"})
    for _ in range(600):
        try:
            Client(port).get("/healthz")
            return process, port
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not answer")
