"""What the server counts about itself, for Prometheus: how long stages take, who is there, who was turned away."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from server.stages import Span

CONTENT_TYPE = CONTENT_TYPE_LATEST
STAGE_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 5.0, 10.0)  # seconds


class Metrics:
    """The counters of one gateway, in a registry of their own.

    Attributes:
        stages: seconds that each stage of an answer took, by stage.
        connections: clients that are connected.
        refused: handshakes that did not become a connection, and connections that were cut off, by reason.
        hints_dropped: hints that a slow reader was not sent.
        feed_events: changes of the feed that all readers were told.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        kept = self._registry
        self.stages = Histogram(
            "visavis_stage_seconds",
            "How long a stage of an answer took",
            ["stage"],
            buckets=STAGE_BUCKETS,
            registry=kept,
        )
        self.connections = Gauge("visavis_connections", "Clients that are connected", registry=kept)
        self.refused = Counter("visavis_refused", "Handshakes and connections turned away", ["reason"], registry=kept)
        self.hints_dropped = Counter("visavis_hints_dropped", "Hints not sent to slow readers", registry=kept)
        self.feed_events = Counter("visavis_feed_events", "Changes of the feed told to all readers", registry=kept)

    def observe(self, span: Span) -> None:
        """Count how long a stage took; any thread may call it."""
        self.stages.labels(stage=span.stage).observe(span.seconds)

    def count_refused(self, reason: str) -> None:
        """Count a handshake or a connection that was turned away."""
        self.refused.labels(reason=reason).inc()

    def watch(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """Add a gauge ``visavis_<name>`` whose value is asked for when the metrics are."""
        Gauge(f"visavis_{name}", help_text, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        return generate_latest(self._registry)
