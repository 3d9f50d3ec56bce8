"""The steps of a process as the documentation shows them: a diagram in Mermaid, and a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadkit.process.command import Step

OUTSIDE = "[*]"
"""What Mermaid calls the state before the first one and after the last."""


def mermaid(steps: Iterable[Step]) -> str:
    """A state diagram: an arrow for each way from one state to another, with the commands that go it.

    A command after which the state can only be the same has no arrow. A state that nothing leads out of ends at `[*]`.
    """
    ways: dict[tuple[str, str], list[str]] = {}
    for way, command in _ways(steps):
        commands = ways.setdefault(way, [])
        commands += [command] if command not in commands else []
    left = {start for start, _ in ways}
    ends = dict.fromkeys(end for _, end in ways if end not in left)
    lines = [f"    {start} --> {end}: {', '.join(commands)}" for (start, end), commands in ways.items()]
    return "\n".join(["stateDiagram-v2", *lines, *(f"    {state} --> {OUTSIDE}" for state in ends)])


def table(steps: Iterable[Step]) -> str:
    """A row for each step: the command, the states it can be given in, and those it may end in."""
    rows = [
        f"| `{one.command}` | {_codes(one.starts) or 'none yet'} | {_codes(one.ends) or 'the same'} |" for one in steps
    ]
    return "\n".join(["| command | from | to |", "|---|---|---|", *rows])


def _ways(steps: Iterable[Step]) -> Iterator[tuple[tuple[str, str], str]]:
    for one in steps:
        for start in one.starts or (OUTSIDE,):
            for end in one.ends:
                if start != end:
                    yield (start, end), one.command


def _codes(states: Iterable[str]) -> str:
    return ", ".join(f"`{state}`" for state in states)
