"""`make bench`: every benchmark, one table."""

import tempfile
from pathlib import Path

from tests.bench import browser, observed, plan, server

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        server.run(Path(folder))
        observed.run(Path(folder))
        browser.run(Path(folder))
    plan.run()
