"""Loading what a company writes beside its policy: its content library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from leadkit.errors import PolicyError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.load import Layer, problem_at, read_text, tuples, without_echoes
from leadkit.policy.toml import read_toml
from leadkit.process.content import ContentLibrary

Record = TypeVar("Record", bound=BaseModel)


def load_content(source: str | Path | Mapping[str, Any], *, limits: Limits = DEFAULT_LIMITS) -> ContentLibrary:
    """The content library in the TOML file `source`, or said by the mapping `source`: tables `[[content]]`.

    Raises:
        PolicyError: it can't be read, or what it says makes no sense; all problems at once, with their places.
    """
    return load_record(ContentLibrary, source, limits)


def load_record(record: type[Record], source: str | Path | Mapping[str, Any], limits: Limits) -> Record:
    """The record in the TOML file `source`, or said by the mapping `source`.

    Raises:
        PolicyError: as for `load_content`.
    """
    if isinstance(source, Mapping):
        layer = Layer("content", "", dict(source))
    else:
        text = read_text(Path(source), limits)
        layer = Layer(str(source), text, read_toml(text, str(source), limits))
    try:
        return record.model_validate(tuples(layer.said))
    except ValidationError as error:
        found = list(without_echoes(error.errors(include_url=False, include_input=False)))
        raise PolicyError([problem_at(one, [layer]) for one in found[: limits.problems]]) from None
