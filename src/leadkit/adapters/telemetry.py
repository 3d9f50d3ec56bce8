"""Spans of OpenTelemetry, in programs that have loaded it; in others they cost a look into a dict."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

Answer = TypeVar("Answer")


def within_span(name: str, work: Callable[[], tuple[Answer, str, Mapping[str, int]]]) -> Answer:
    """What `work` gives; the span has its outcome and its counts, or the class of the error, and no message."""
    if "opentelemetry.trace" not in sys.modules:
        return work()[0]
    from opentelemetry import trace

    tracer = trace.get_tracer("leadkit")
    with tracer.start_as_current_span(f"leadkit.{name}", record_exception=False, set_status_on_exception=False) as span:
        span.set_attribute("leadkit.command", name)
        try:
            answer, outcome, counts = work()
        except BaseException as error:
            span.set_status(trace.Status(trace.StatusCode.ERROR))
            span.set_attribute("error.type", type(error).__name__)
            raise
        span.set_attribute("leadkit.outcome", outcome)
        span.set_attributes({f"leadkit.count.{counted}": number for counted, number in counts.items()})
        return answer
