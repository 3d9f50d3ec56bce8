"""Tools for agents over standard input and output, in the Model Context Protocol's own library."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from attrs import define, setters

from leadkit.errors import FactError, LeadkitError, MissingExtraError, Problem
from leadkit.rules.facts import near

if TYPE_CHECKING:
    from mcp.server import Server

Arguments = Mapping[str, Any]
KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
"""What a value of JSON has to be, by the name that its schema has for it."""


@define(on_setattr=setters.frozen, kw_only=True)
class Tool:
    """Something that an agent may ask for: `run` gets arguments that fit the `schema`, and gives a text or a mapping.

    `writes`: it changes something; all others only read.
    """

    name: str
    about: str
    schema: Mapping[str, Any]
    run: Callable[[Arguments], Any]
    writes: bool = False


def serve(tools: Iterable[Tool], *, instructions: str, version: str) -> None:
    """Answer on standard output what is asked for on standard input, until that ends.

    Raises:
        MissingExtraError: mcp is not installed.
    """
    try:
        from mcp.server.stdio import stdio_server
    except ImportError:
        raise MissingExtraError.of("mcp", "mcp") from None
    server = tool_server(tools, instructions=instructions, version=version)

    async def run() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    asyncio.run(run())


def tool_server(tools: Iterable[Tool], *, instructions: str, version: str) -> Server[Any]:
    """A server of the library with these tools; one after the other, each in the thread that asks."""
    from mcp import types
    from mcp.server import Server

    known = {tool.name: tool for tool in tools}

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        listed = [
            types.Tool(
                name=tool.name,
                description=tool.about,
                input_schema=dict(tool.schema),
                annotations=types.ToolAnnotations(
                    read_only_hint=not tool.writes, idempotent_hint=True, open_world_hint=False
                ),
            )
            for tool in known.values()
        ]
        return types.ListToolsResult(tools=listed)

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        text, failed = answer(known, params.name, params.arguments or {})
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=failed)

    return Server(
        "leadkit", version=version, instructions=instructions, on_list_tools=list_tools, on_call_tool=call_tool
    )


def answer(tools: Mapping[str, Tool], name: str, arguments: Arguments) -> tuple[str, bool]:
    """What a tool says, as a text or as JSON, and whether it refused: then a line for each problem."""
    try:
        if name not in tools:
            raise FactError(Problem(f"there is no tool {name[:100]}", f"one of {', '.join(tools)}", path="name"))
        problems = list(_faults(tools[name].schema, arguments))
        if problems:
            raise FactError(problems)
        result = tools[name].run(arguments)
    except LeadkitError as error:
        return "\n".join(map(str, error.problems)), True
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False), False


def _faults(schema: Mapping[str, Any], arguments: Arguments) -> Iterator[Problem]:
    """What is missing, what nobody asked for, and what is of another type; the rest is for whoever reads it."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    yield from (Problem("is missing", path=name) for name in schema.get("required", ()) if name not in arguments)
    for name, value in arguments.items():
        if name not in properties:
            yield Problem("no such argument", f"one of {', '.join(properties)}", path=name[:100])
        elif not _fits(properties[name], value):
            yield Problem(f"must be {properties[name]['type']}", path=name)
        else:
            yield from _strangers(properties[name], value, name)


def _strangers(schema: Mapping[str, Any], value: Any, path: str) -> Iterator[Problem]:
    """Values that are none of those a schema lists."""
    of_items = schema.get("type") == "array"
    listed: list[str] | None = (schema.get("items", {}) if of_items else schema).get("enum")
    if listed is not None:
        strange = [each for each in (value if of_items else [value]) if each not in listed]
        yield from (Problem("is none of those there are", near(str(each)[:100], listed), path=path) for each in strange)


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    kind = schema.get("type")
    if not isinstance(kind, str):
        return True
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def skill() -> str:
    """What an agent should know before it uses the tools, as the text of a SKILL.md."""
    return (files("leadkit.adapters") / "SKILL.md").read_text(encoding="utf-8")
