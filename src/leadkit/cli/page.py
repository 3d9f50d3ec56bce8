"""A policy to play with: a page for people, a module for web forms and Node."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.shared import (
    AS_OF,
    MAP,
    PAGES,
    SHEET,
    check_output,
    error_lines,
    load_heads,
    load_named,
    refuse_overwriting,
    time_or_now,
)

if TYPE_CHECKING:
    from leadkit.policy import Policy

MODULES = (".mjs", ".js")


@click.command()
@click.argument("policy_name", metavar="POLICY")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the page here; by default POLICY.html.")
@click.option("--leads", type=click.Path(path_type=Path), help="A lead sheet for the sample; else leads are made up.")
@click.option("--activities", type=click.Path(path_type=Path), help="Its follow-up sheet.")
@MAP
@SHEET
@click.option("--module", type=click.Path(path_type=Path), help="Write an ES module and its .d.ts instead of a page.")
@click.option("--language", type=click.Choice(["en", "zh_CN"]), help="The first one shown; by default the policy's.")
@AS_OF
def page(
    policy_name: str,
    output: Path | None,
    leads: Path | None,
    activities: Path | None,
    map_name: str | None,
    sheet: str | None,
    module: Path | None,
    language: Any,
    as_of: datetime | None,
) -> None:
    """Write a policy as one page to play with: choose what is known of a lead, move the rules, see who changes band.

    The page needs no network and no server. Of the leads of a sheet only what rules ask for gets in, and no name.
    """
    if module is not None and (output or leads or activities):
        raise click.UsageError("--module writes no page: leave -o, --leads and --activities out")
    if activities is not None and leads is None:
        raise click.UsageError("--activities needs the --leads that they are about")
    check_output(output, PAGES)
    check_output(module, MODULES)
    refuse_overwriting(output, leads, activities)
    with error_lines() as reader:
        policy = load_named(policy_name)
        reader.language = policy.language
        if module is not None:
            _write_module(policy, module)
            return
        from leadkit.adapters.page.page import write_policy_page

        file = output or _free(Path(f"{policy.name}.html"))
        now = time_or_now(as_of, policy.time_zone)
        sample = _sample(policy, leads, activities, map_name, sheet, now) if leads else (None, ())
        write_policy_page(
            policy,
            file,
            as_of=now,
            leads=sample[0],
            activities=sample[1],
            language=language,
            extends=_beside(policy_name),
        )
        click.echo(f"-> {file}")


def _free(file: Path) -> Path:
    """A file that nobody named, where there is none yet."""
    if file.exists():
        raise click.UsageError(f"{file} is there already; name the page with -o")
    return file


def _beside(policy_name: str) -> str:
    """What a policy is called in a file beside it."""
    return Path(policy_name).name if policy_name.endswith(".toml") else policy_name


def _write_module(policy: Policy, module: Path) -> None:
    from leadkit.adapters.files import replacing

    types = module.with_suffix(".d.mts" if module.suffix == ".mjs" else ".d.ts")
    for file, text in ((module, policy.javascript()), (types, policy.javascript_types())):
        with replacing(file) as part:
            part.write_text(text, encoding="utf-8")
        click.echo(f"-> {file}")


def _sample(
    policy: Policy, leads: Path, activities: Path | None, map_name: str | None, sheet: str | None, now: datetime
) -> tuple[Any, Any]:
    """The leads of a sheet and their follow-ups."""
    from leadkit.cli.leads import read_sheets

    read, follow_ups = read_sheets(leads, activities, policy, now, load_heads(map_name, policy), sheet)
    return read.records, follow_ups.records if follow_ups else ()
