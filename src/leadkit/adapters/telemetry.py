"""Spans of OpenTelemetry, in programs that have loaded it; in others they cost a look into a dict."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def within_span(name: str, work: Callable[[], tuple[Answer, str]]) -> Answer:
    """What `work` gives; the span has its outcome, or the class of the error that it raises, and no message."""
    if "opentelemetry.trace" not in sys.modules:
        return work()[0]
    from opentelemetry import trace

    tracer = trace.get_tracer("leadkit")
    with tracer.start_as_current_span(f"leadkit.{name}", record_exception=False, set_status_on_exception=False) as span:
        span.set_attribute("leadkit.command", name)
        try:
            answer, outcome = work()
        except BaseException as error:
            span.set_status(trace.Status(trace.StatusCode.ERROR))
            span.set_attribute("error.type", type(error).__name__)
            raise
        span.set_attribute("leadkit.outcome", outcome)
        return answer
