"""What people read where pydantic refuses a value: our own words, for every kind of error that a document can give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from leadkit.rules.facts import near
from leadkit.scoring.witness import EVENT_NAME

Fault = Mapping[str, Any]
"""One error of pydantic: its type, its path and its context."""

TYPES = {
    "string_type": "a text",
    "string_unicode": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "is_instance_of": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "number": "a number",
    "tuple_type": "an array",
    "list_type": "an array",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "date_type": "a date",
    "date_parsing": "a date",
    "date_from_datetime_inexact": "a date",
    "date_from_datetime_parsing": "a date",
    "datetime_type": "a time with its zone",
    "datetime_parsing": "a time with its zone",
    "datetime_from_date_parsing": "a time with its zone",
    "timezone_aware": "a time with its zone",
}
"""What a value of the wrong type must be, by the type of the error."""

_BOUNDS = {
    "greater_than": ("must be more than {}", "gt"),
    "greater_than_equal": ("must be at least {}", "ge"),
    "less_than": ("must be less than {}", "lt"),
    "less_than_equal": ("must be at most {}", "le"),
    "decimal_max_places": ("must have at most {} decimals", "decimal_places"),
    "decimal_max_digits": ("must have at most {} digits", "max_digits"),
    "decimal_whole_digits": ("must have at most {} digits before the point", "whole_digits"),
    "string_too_long": ("must have at most {} characters", "max_length"),
    "string_too_short": ("must have at least {} characters", "min_length"),
    "too_long": ("must have at most {} entries", "max_length"),
    "too_short": ("must have at least {} entries", "min_length"),
}

_PLAIN = {
    "extra_forbidden": ("no such key", ""),
    "missing": ("is missing", ""),
    "finite_number": ("must be a finite number", ""),
    "invalid_key": ("a key must be a text", ""),
    "recursion_loop": ("contains itself", ""),
}

_CODE = "lower-case letters, digits and single underscores, such as webinar_joined"
_NAME = "letters, digits and single underscores, such as MQL or high_2"
_EVENT = "a code, with what it was about and its age where they matter: visit[pricing]@90d"
_FORMS = {
    r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$": ("is no code", _CODE),
    r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$": ("is no name of a band", _NAME),
    r"^[A-Za-z][A-Za-z0-9_]{0,29}$": ("is no name of a grade", "up to 30 letters, digits and underscores, such as A"),
    f"^{EVENT_NAME}$": ("is no kind of event", _EVENT),
    r"^[A-Za-z0-9._-]{1,40}$": ("is no version", "up to 40 letters, digits, dots and hyphens, such as 2026.1"),
    r"^[A-Z]{3}$": ("is no currency", "three capital letters, such as EUR"),
    r"^[A-Z]{2}$": ("is no country", "two capital letters, such as DE"),
}
"""What is wrong, and what would be right, by the pattern that a text does not have."""


def words(fault: Fault, value: object = None) -> tuple[str, str]:
    """The message and the hint for one error; `value` is what the document has there."""
    kind, context = fault["type"], fault.get("ctx") or {}
    if kind in ("policy", "condition"):
        return str(fault["msg"]), str(context.get("hint", ""))
    if kind in TYPES:
        return f"must be {TYPES[kind]}", "such as 2026-11-24T09:00:00Z" if "time" in TYPES[kind] else ""
    if kind in _BOUNDS:
        form, bound = _BOUNDS[kind]
        least = context.get(bound)
        return ("must not be empty", "") if kind.endswith("too_short") and least == 1 else (form.format(least), "")
    if kind == "string_pattern_mismatch":
        message, hint = _FORMS.get(context.get("pattern", ""), ("does not have the right form", ""))
        proposal = _as_code(value)
        return message, f"did you mean {proposal!r}?" if proposal and hint == _CODE else hint
    if kind in ("literal_error", "enum"):
        options = [quoted or plain for quoted, plain in _OPTION.findall(str(context.get("expected", "")))]
        return "must be one of " + ", ".join(options), _nearest(value, options)
    return _PLAIN.get(kind, ("can't be used here", ""))


_OPTION = re.compile(r"'([^']*)'|(\d+)")


def _nearest(value: object, options: list[str]) -> str:
    hint = near(value, options) if isinstance(value, str) else ""
    return "" if hint.startswith("one of") else hint


def _as_code(value: object) -> str:
    """A text written as a code; empty where nothing is left of it."""
    return "_".join(re.findall(r"[a-z0-9]+", value.lower())) if isinstance(value, str) and value[:1].isalpha() else ""
