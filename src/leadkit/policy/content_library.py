"""Loading what a company writes beside its policy: its content library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.load import load_record
from leadkit.process.content import ContentLibrary


def load_content(source: str | Path | Mapping[str, Any], *, limits: Limits = DEFAULT_LIMITS) -> ContentLibrary:
    """The content library in the TOML file `source`, or given as the mapping `source`: tables `[[content]]`.

    Raises:
        PolicyError: it can't be read, or what it says makes no sense; all problems at once, with their places.
    """
    return load_record(ContentLibrary, source, limits)
