"""What makes a policy that policy: everything in its document that decides, as one number."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from leadkit.policy.document import DECIDES_NOTHING, Document
from leadkit.policy.ordered import in_order

NO_PART = frozenset({"description", "extends", "route"})
"""What a policy says of itself, and where other files lie."""


def digest(document: Document, branches: Mapping[str, str]) -> str:
    """SHA-256 of everything that decides; `branches` are the digests of the policies that it routes to."""
    left_out = set(DECIDES_NOTHING | NO_PART)
    content = document.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=left_out)
    if any(name == "channel" for name in names_in(content)):
        content["channels"] = document.channels.model_dump(mode="json")["aliases"]
    if document.route is not None:
        content["route"] = {"field": document.route.field, "branches": dict(branches)}
    return hashlib.sha256(json.dumps(in_order(content), sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def names_in(content: Any) -> Iterator[str]:
    """Every key and every text in what JSON holds."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield from (key, *names_in(value))
    elif isinstance(content, list):
        for value in content:
            yield from names_in(value)
