"""Every operation of the OpenAPI document against a real server: what it promises is what it does, and nothing it is
sent makes it fall over."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.content.loader import load
from app.figures import paper, plain
from app.main import create_app
from app.services.catalogue import Catalogue
from app.services.compute import Compute
from app.services.plots import Plots, shown
from app.settings import Settings
from app.web.templating import STATIC
from tests.server import Server
from tests.services.world import UP_OR_DOWN

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
DOCUMENT = create_app(Settings.from_env({"WARMUP_DATA_DIR": tempfile.gettempdir()})).openapi()
OPERATIONS = [found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("contract")
    _draw_beforehand(data)
    running = Server(data)
    running.ready()
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text()


def _draw_beforehand(data: Path) -> None:
    """A figure for every card in the place where they are kept: the deck for Anki would wait for all of them."""
    catalogue = Catalogue(load(Settings.from_env({}).content_dir))
    plots = Plots(Compute(), catalogue, paper.inks((STATIC / "css" / "tokens.css").read_text()), data / "plots")
    body = orjson.dumps({"figures": [plain(UP_OR_DOWN.show(1).view)]})
    for card in catalogue.cards.values():
        for demo, params in shown(catalogue, card):
            plots.keep(demo, params, body)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.label)
def test_operation_keeps_its_contract(operation: Any, server: Server) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        derandomize=True,  # the same examples every time: a failure is the change's, not the day's
    )  # fmt: skip
    def exchange(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=server.url, checks=CHECKS)

    exchange()
