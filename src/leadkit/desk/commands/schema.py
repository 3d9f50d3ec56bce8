"""Commands as pydantic models: what makes sure of the types of their fields, and their JSON Schema for a form."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from typing import Annotated, Any, get_type_hints

from attrs import NOTHING, Attribute, fields
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from leadkit.errors import CommandError, Problem
from leadkit.policy.messages import words
from leadkit.process.command import Argument, Command

CONFIG = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


_MODELS: dict[type[Command], type[BaseModel]] = {}
"""Each model is built once: it takes a few milliseconds."""


def argument_of(hint: Any) -> Argument:
    """What is said about a field, from the annotation of its type."""
    return next((part for part in getattr(hint, "__metadata__", ()) if isinstance(part, Argument)), Argument(""))


def hints(command: type[Command]) -> dict[str, Any]:
    """The types of a command's fields, with what is said about each."""
    return get_type_hints(command, include_extras=True)


def model_of(command: type[Command]) -> type[BaseModel]:
    """The model of a command: its fields by the names that a caller uses."""
    known = _MODELS.get(command)
    return known or _MODELS.setdefault(command, _model(command, _fields(command)))


def _model(command: type[Command], described: dict[str, Any]) -> type[BaseModel]:
    doc = inspect.cleandoc(command.__doc__ or "").partition("\n\nRaises:")[0]
    return create_model(command.__name__, __config__=CONFIG, __doc__=doc, **described)


def _fields(command: type[Command]) -> dict[str, Any]:
    """Each field with its type, what is said about it, and its default."""
    types = hints(command)
    return {
        str(attribute.alias): (
            Annotated[types[attribute.name], Field(description=argument_of(types[attribute.name]).help)],
            _default(attribute),
        )
        for attribute in fields(command)
    }


def _default(attribute: Attribute[Any]) -> Any:
    return ... if attribute.default is NOTHING else attribute.default


def json_schema(command: type[Command]) -> dict[str, Any]:
    """The JSON Schema of a command's arguments; who gives it is for the host to say, not for a form."""
    described = {name: field for name, field in _fields(command).items() if name != "by"}
    schema = _model(command, described).model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": command.name}


def read_arguments(command: type[Command], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a command from JSON: times, sums and records out of what JSON has for them.

    Raises:
        CommandError: some are missing, unknown or of another type; all problems at once.
    """
    described = {name: field for name, field in _fields(command).items() if name != "by"}
    try:
        record = _model(command, described).model_validate_json(json.dumps(given))
    except ValidationError as error:
        faults = error.errors(include_input=False)
        raise CommandError(
            [Problem(*words(fault), path=".".join(map(str, fault["loc"]))) for fault in faults]
        ) from None
    return {name: value for name, value in record if name in given}


def check_types(command: Command) -> None:
    """Let a command through whose fields have their types.

    Raises:
        CommandError: some have not; all problems at once.
    """
    values = {str(attribute.alias): getattr(command, attribute.name) for attribute in fields(type(command))}
    try:
        checked = model_of(type(command)).model_validate(values)
    except ValidationError as error:
        places = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors(include_input=False)]
    else:
        # A mapping would do for pydantic, but what decides works on the value as it was given.
        places = [
            (name, f"must be a {type(record).__name__}")
            for name, record in checked
            if isinstance(record, BaseModel) and record is not values[name]
        ]
    if places:
        named = values.get(f"{command.subject}_id")
        subject = named if isinstance(named, str) else ""
        raise CommandError([Problem(message, place=subject, path=path) for path, message in places]) from None
