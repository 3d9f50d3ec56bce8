"""What each key of a policy is for: the docstrings below the attributes of its models, read when somebody asks."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache

from pydantic import BaseModel


@cache
def descriptions(model: type[BaseModel]) -> Mapping[str, str]:
    """The descriptions of a model's keys as a file writes them; none where Python has no source.

    Pydantic reads such docstrings too, but when a class is made: that adds a seventh to the time of an import.
    """
    written: dict[str, str] = {}
    for part in reversed(model.__mro__):
        written |= _of_module(part.__module__).get(part.__qualname__, {})
    fields = model.model_fields.items()
    return {field.alias or name: written[name] for name, field in fields if name in written}


@cache
def _of_module(name: str) -> Mapping[str, Mapping[str, str]]:
    """For each class of a module the docstrings of its attributes."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
    except (OSError, TypeError, KeyError):
        return {}
    return {node.name: dict(_of_class(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _of_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for attribute, docstring in zip(node.body, node.body[1:], strict=False):
        match attribute, docstring:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                yield name, inspect.cleandoc(text)
