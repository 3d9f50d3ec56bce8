"""The files that a page is made of: a template with holes, scripts and styles that stand in it."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_HOLE = re.compile(r"\{\{(\w+)\}\}")


def filled(template: str, holes: Mapping[str, str]) -> str:
    """The template of this name with its holes filled, in one pass: what fills a hole is not looked at."""
    return _HOLE.sub(lambda hole: holes[hole[1]], packaged(template))


def hashed(text: str) -> str:
    """The hash by which a page's own policy lets exactly this script or style run."""
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def packaged(name: str) -> str:
    """The text of a file of this package."""
    return (files("leadkit.adapters.page") / name).read_text(encoding="utf-8")
