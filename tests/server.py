"""`warmup serve` in a process of its own, as a user starts it: for browser tests, contract tests and benchmarks."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Server:
    """`warmup serve` on a free port with a data folder of its own."""

    def __init__(self, data: Path, **env: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "server.log"
        self._out = self.log.open("ab")
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "WARMUP_DATA_DIR": str(data), **env}, stdout=self._out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.wait()

    def wait(self, seconds: float = 30) -> None:
        """Until it answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server stopped: {self.log.read_text()}")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the server did not answer in {seconds} s: {self.log.read_text()}")

    def ready(self, seconds: float = 60) -> None:
        """Until /readyz says so: a worker is warm."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except urllib.error.HTTPError as error:
                why = error.read().decode()
                time.sleep(0.1)
        raise RuntimeError(f"not ready in {seconds} s: {why}")

    def workers(self) -> set[int]:
        """Process ids of its compute workers."""
        pids = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        children = {int(pid) for file in pids for pid in file.read_text().split()}
        return {pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}

    def stop(self) -> int:
        """SIGTERM and the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(15)
        self._out.close()
        return code
