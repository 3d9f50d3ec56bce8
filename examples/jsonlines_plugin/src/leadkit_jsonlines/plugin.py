"""The hooks that leadkit finds by the entry point."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from leadkit.plugins import hookimpl
from leadkit_jsonlines.storage import JsonLinesStorage


@hookimpl
def leadkit_open_storage(url: str) -> JsonLinesStorage | None:
    """The store in the file of `jsonl:///path/leads.jsonl`; None for what is another plugin's address."""
    parts = urlsplit(url)
    return JsonLinesStorage(Path(unquote(parts.path))) if parts.scheme == "jsonl" else None
