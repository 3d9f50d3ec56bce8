"""Write the parts of the reference that are read from the code: states, commands, roles, duties, fields.

    python docs/pages.py          # rewrite them
    python docs/pages.py --check  # exit with 1 where a page says something else

A part stands between `<!-- from the code: NAME -->` and `<!-- end -->`; `PARTS` says what NAME is.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

from attrs import NOTHING, fields

import leadkit as lk
from leadkit.adapters.spreadsheets.heads.maps import shipped_maps
from leadkit.desk.commands.catalogue import COMMANDS, LEAD_STEPS, OPPORTUNITY_STEPS
from leadkit.desk.commands.schema import argument_of, hints
from leadkit.process.command import Command, Step
from leadkit.process.duties import BY_KIND, DUTIES
from leadkit.process.service_levels import Level
from leadkit.records.lead_fields import FIELDS, Field
from leadkit.store.remains import REMAINS

REFERENCE = Path(__file__).parent / "reference"
MARK = re.compile(r"(<!-- from the code: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
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


def _ways(steps: Iterable[Step]) -> Iterator[tuple[tuple[str, str], str]]:
    for step in steps:
        for start in step.starts or (OUTSIDE,):
            for end in step.ends:
                if start != end:
                    yield (start, end), step.command


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    names = list(heads)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def codes(names: Iterable[str]) -> str:
    """Names as code, with commas between them."""
    return ", ".join(f"`{name}`" for name in names)


def steps(rows: tuple[Step, ...]) -> str:
    """The diagram and the table of the states of a lead or an opportunity."""
    return f"```mermaid\n{mermaid(rows)}\n```\n\n{step_table(rows)}"


def step_table(rows: Iterable[Step]) -> str:
    """A row for each step: the command, the states it can be given in, and those it may end in."""
    cells = [(f"`{row.command}`", codes(row.starts) or "none yet", codes(row.ends) or "the same") for row in rows]
    return table(("command", "from", "to"), cells)


def permissions() -> str:
    """The roles that may give each command by the standard policy."""
    allowed = lk.load_policy("standard").document.permissions
    names = sorted({command.permission for command in COMMANDS})
    rows = [(f"`{name}`", codes(allowed.roles(name) or ("everybody",))) for name in names]
    return table(("command", "roles"), rows)


def levels() -> str:
    """The service levels of the standard policy."""
    given = lk.load_policy("standard").document.service_levels
    named = {f"response.{priority}": ("response", level) for priority, level in given.response.items()}
    named |= {duty.kind: (duty.kind, getattr(given, duty.kind)) for duty in DUTIES if hasattr(given, duty.kind)}
    rows = [_level(name, kind, level) for name, (kind, level) in named.items() if isinstance(level, Level)]
    return table(("level", "within", "reminder", "escalation"), rows)


def _level(name: str, kind: str, level: Level) -> Iterator[str]:
    yield f"`{name}`"
    yield _count(level.hours, "hour") if level.hours is not None else _count(level.working_days, "working day")
    reminder = BY_KIND[kind].reminder
    yield "when it is due" if reminder else _hours(level.remind_before_hours, " before")
    yield _hours(level.escalate_after_hours, " after")


def _hours(hours: Any, behind: str) -> str:
    return "none" if hours is None else _count(hours, "hour") + behind


def _count(number: Any, unit: str) -> str:
    return f"{number} {unit}" + ("" if number == 1 else "s")


def duties() -> str:
    """When each duty begins, and what meets it."""
    return table(
        ("duty", "begins", "is met, or begins again, when"),
        ((f"`{duty.kind}`", duty.begins, duty.ends) for duty in sorted(DUTIES, key=lambda duty: duty.kind)),
    )


def notices() -> str:
    """The receivers of each notice by the standard policy."""
    rows = lk.load_policy("standard").document.notices.model_extra.items()
    return table(("notice", "to"), ((f"`{kind}`", codes(names)) for kind, names in rows))


def approvals() -> str:
    """The roles that decide on the plans of each grade by the standard policy."""
    rows = lk.load_policy("standard").document.approvals.grades.items()
    return table(("grade", "roles"), ((grade, codes(roles)) for grade, roles in rows))


def commands() -> str:
    """Every command: what it does, its arguments, where it is possible, and what the terminal calls it."""
    return "\n\n".join(part for command in COMMANDS for part in _command(command))


def _command(command: type[Command]) -> Iterator[str]:
    owner = "desk.opportunities" if command.__name__ == "AssignOpportunity" else ""
    yield f"### `{command.name}`{f' ({owner})' if owner else ''}"
    yield f"`leadkit.commands.{command.__name__}`"
    yield inspect.cleandoc(command.__doc__ or "").partition("\n\nRaises:")[0]
    types, told = get_type_hints(command), hints(command)
    given = [attribute for attribute in fields(command) if attribute.name not in {"by", "key", "version"}]
    rows = [
        (
            f"`{attribute.alias}`",
            f"`{_type(types[attribute.name])}`",
            "required" if attribute.default is NOTHING else f"`{attribute.default!r}`",
            argument_of(told[attribute.name]).help,
        )
        for attribute in given
    ]
    yield table(("argument", "type", "default", "meaning"), rows) if rows else "It takes no arguments."


def _type(hint: Any) -> str:
    plain = hint.__name__ if isinstance(hint, type) and not getattr(hint, "__args__", ()) else str(hint)
    return re.sub(r"\b(?:[a-z_]+\.)+", "", plain).replace("|", "or")


def lead_fields() -> str:
    """The fields of a lead."""
    heads = (
        "field",
        "in the record",
        "type",
        "in the store",
        "head in English",
        "head in Chinese",
        "required",
        "amended",
    )
    return table(heads, map(_field, FIELDS))


def _field(field: Field) -> tuple[str, ...]:
    heads = [", ".join(field.heads(language)) if field.sheet else "" for language in ("en", "zh_CN")]
    marks = ["yes" if mark else "" for mark in (field.requirable, field.amendable)]
    return (f"`{field.name}`", f"`{field.path}`", field.type, f"`{field.table}.{field.column}`", *heads, *marks)


def shipped() -> str:
    """The maps of heads that come with leadkit."""
    rows = []
    for name, made in shipped_maps().items():
        columns = made.sheets.leads or made.sheets.opportunities
        known = "; ".join(" + ".join(heads) for heads in made.signature)
        rows.append((f"`{name}`", made.name, known, str(len(columns.columns)) if columns else ""))
    return table(("name", "tool", "recognised by the heads", "fields"), rows)


def remains() -> str:
    """What an erasure leaves of each table."""
    rows = []
    for kept, left in REMAINS.items():
        plain = [name for name, kind in kept.columns.items() if name in left.plain and kind in {"text", "json"}]
        details = [f"`{left.details}`, in part"] if left.details else []
        rows.append((f"`{kept.name}`", ", ".join([codes(plain), *details]), codes(left.shared)))
    return table(("table", "stays as it is", "stays where others say it, too"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "lead_states": lambda: steps(LEAD_STEPS),
    "opportunity_stages": lambda: steps(OPPORTUNITY_STEPS),
    "permissions": permissions,
    "levels": levels,
    "duties": duties,
    "notices": notices,
    "approvals": approvals,
    "commands": commands,
    "fields": lead_fields,
    "maps": shipped,
    "remains": remains,
}


def rendered(page: str) -> str:
    """A page with its parts as the code has them now."""
    return MARK.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n\n{part[3]}", page)


def main(arguments: list[str]) -> int:
    """Rewrite the pages, or say which are out of date."""
    old = {path: path.read_text("utf-8") for path in sorted(REFERENCE.glob("*.md"))}
    stale = {path: new for path, text in old.items() if (new := rendered(text)) != text}
    for path, text in stale.items():
        sys.stdout.write(f"{path.name}\n")
        if "--check" not in arguments:
            path.write_text(text, "utf-8")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
