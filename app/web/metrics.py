"""What Prometheus is told. The one place that knows it; services keep plain numbers, read here when asked.

Every label comes from a closed set: route templates, known methods, classes of status, names given in our own code.
"""

from collections.abc import Iterator
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Seconds. 0.3 is what a page and a review may take under load."""
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, of no use here
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Metrics:
    """The numbers of one application: those of requests are counted here, the others read from `state`."""

    def __init__(self, state: Any) -> None:
        self.registry = CollectorRegistry()
        self.in_progress = 0
        self._requests = Counter(
            "warmup_http_requests", "Answers, by route template.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "warmup_http_request_seconds", "Time to the start of the answer, by route template.", ("method", "route"),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.registry.register(_State(self, state))
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. Called on the event loop."""
        key = (method, route, status)
        series = self._known.get(key)
        if series is None:
            series = self._series(method, route, status)
        series[0].inc()
        series[1].observe(seconds)

    def _series(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        named = method if method in _METHODS else "other"
        group = f"{status // 100}xx" if 100 <= status < 600 else "other"
        series = self._requests.labels(named, route, group), self._seconds.labels(named, route)
        if named == method and group != "other":
            self._known[(method, route, status)] = series
        return series

    def text(self) -> bytes:
        """All of it, in the text format."""
        return generate_latest(self.registry)


class _State(Collector):
    """Numbers others keep, read when somebody asks."""

    def __init__(self, metrics: Metrics, state: Any) -> None:
        self._metrics, self._state = metrics, state

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: there is no database yet when this is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        state, compute = self._state, self._state.compute
        yield _gauge("http_requests_in_progress", "Requests being answered.", self._metrics.in_progress)
        yield _gauge("compute_queue_length", "Runs that wait for a worker.", compute.waiting)
        yield _gauge("compute_running", "Runs under way.", compute.running - compute.waiting)
        yield _gauge("compute_workers", "Compute processes alive.", compute.alive())
        yield _counter("compute_worker_restarts", "Compute processes replaced.", compute.restarts)
        yield _counters(
            "compute_runs", "Runs by how they ended; shed: refused by a full queue.", "outcome", compute.tally.runs
        )
        yield _counters(
            "compute_cache_requests", "Answers wanted, by whether they were there.", "result", compute.tally.asked
        )
        yield _gauge("compute_cache_bytes", "Size of the answers kept.", compute.cache.size)
        if (database := getattr(state, "database", None)) is not None:
            yield _counters("reviews", "Lines committed to the log of reviews, by kind.", "kind", database.stored)
            yield _counter("database_slow_queries", "Statements over the threshold.", database.slow.count)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"warmup_{name}", says, value)


def _counter(name: str, says: str, value: float) -> Metric:
    return CounterMetricFamily(f"warmup_{name}", says, value)


def _counters(name: str, says: str, label: str, values: dict[str, int]) -> Metric:
    family = CounterMetricFamily(f"warmup_{name}", says, labels=(label,))
    for key, value in sorted(values.copy().items()):
        family.add_metric((key,), value)
    return family
