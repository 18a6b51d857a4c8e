"""Every operation of the OpenAPI document against a real server: what it promises is what it does, and nothing it is
sent makes it fall over."""

import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.main import create_app
from app.settings import Settings
from tests.server import Server

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
DOCUMENT = create_app(Settings.from_env({"WARMUP_DATA_DIR": tempfile.gettempdir()})).openapi()
OPERATIONS = [found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("contract"))
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text()


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
