"""The door for agents: `leadkit mcp`, over standard input and output."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from leadkit.cli.opening import POLICY, actor
from leadkit.cli.shared import error_lines, load_named, time_or_now

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk


@click.command()
@POLICY
@click.option(
    "--db", envvar="LEADKIT_DB", show_envvar=True, help="The address of the store; without it only the policy."
)
@click.option("--write", "names", multiple=True, metavar="NAME", help="Switch a command on, such as lead_assign.")
@click.option("--commands", "listed", is_flag=True, help="List the commands that --write takes, and end.")
@click.option("--by", help="The member who gives the commands.")
@click.option("--role", help="The role of --by.")
@click.option("--skill", "as_skill", is_flag=True, help="Print what an agent should know, as SKILL.md, and end.")
def mcp(
    policy_name: str,
    db: str | None,
    names: tuple[str, ...],
    listed: bool,
    by: str | None,
    role: str | None,
    as_skill: bool,
) -> None:
    """Let an agent ask: tools over standard input and output, in the Model Context Protocol.

    All tools read only, but for the commands that --write switches on. What people wrote, names and phones stay in the
    store unless a tool is asked for a field by its name.
    """
    from leadkit.adapters.mcp import serve, skill
    from leadkit.cli.agent_tools import Reading
    from leadkit.cli.agent_writing import unknown, writable, writing_tools

    if as_skill or listed:
        click.echo(skill() if as_skill else "\n".join(writable()), nl=listed)
        return
    if names and (db is None or by is None or role is None):
        raise click.UsageError("--write needs --db, and --by and --role: who gives the commands")
    problems = list(unknown(names))
    if problems:
        raise click.UsageError(f"--write {'; '.join(problems)}")

    with error_lines(), ExitStack() as stack:
        desk = None if db is None else stack.enter_context(_desk(policy_name, db))
        policy = load_named(policy_name) if desk is None else desk.policy
        tools = [*Reading(policy, policy_name, desk, lambda: time_or_now(None, policy.time_zone)).tools()]
        if desk is not None and by is not None:
            tools += writing_tools(desk, names, actor(by, role))
        serve(tools, instructions=skill().partition("\n---\n")[2].strip(), version=version("leadkit"))


def _desk(policy_name: str, db: str) -> Desk:
    from leadkit.desk.desk import Desk

    desk = Desk(policy_name, db, discover=True)
    for failure in desk.plugins.failures:
        click.echo(f"leadkit: plugin {failure}", err=True)
    return desk
