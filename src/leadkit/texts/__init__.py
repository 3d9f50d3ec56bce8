"""Every word that people read, in each language: a folder a language, a TOML file a topic, one loader.

A new language is a new folder with the same files and keys. What salespeople write, and leadkit reads, is not here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, get_args

Language = Literal["en", "zh_CN"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def texts(topic: str, language: Language) -> Mapping[str, Any]:
    """What `texts/<language>/<topic>.toml` holds, read once; it can't be changed."""
    file = files(__name__) / language / f"{topic}.toml"
    return _frozen(tomllib.loads(file.read_text(encoding="utf-8")))


def _frozen(table: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({key: _frozen(value) if isinstance(value, dict) else value for key, value in table.items()})
