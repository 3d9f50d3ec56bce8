"""Every example of the README and the documentation runs and prints what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_examples import CodeExample, EvalExample, find_examples

import leadkit as lk
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.checking.findings import KINDS
from leadkit.cli.commands import cli
from leadkit.testing.sample import sample_tables

ROOT = Path(__file__).parent.parent
EXAMPLES = [one for one in find_examples(ROOT / "README.md", ROOT / "docs") if one.prefix_tags() & {"python", "py"}]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: CodeExample, eval_example: EvalExample):
    eval_example.set_config(line_length=120, quotes="double")
    if eval_example.update_examples:
        eval_example.run_print_update(example)
    else:
        eval_example.run_print_check(example)


@pytest.mark.parametrize("text", re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL))
def test_a_policy_of_the_readme_loads(tmp_path, text):
    file = tmp_path / "ours.toml"
    file.write_text(text, encoding="utf-8")
    assert lk.load_policy(file).document.scoring.bands["priority"]["high"] == 75


def test_every_public_name_has_a_reference_entry_and_a_docstring():
    reference = (ROOT / "docs/reference/python.md").read_text("utf-8")
    for name in lk.__all__:
        assert f"::: leadkit.{name}\n" in reference + "\n", name
        assert getattr(lk, name).__doc__, name


def test_the_table_of_contents_is_sorted_and_complete():
    assert list(lk.__all__) == sorted(lk.__all__)
    assert set(lk._HOME) == set(lk.__all__)
    assert set(dir(lk)) == {*lk.__all__, "__version__"}


def test_every_command_and_table_is_in_the_reference():
    commands = (ROOT / "docs/reference/command-line.md").read_text("utf-8")
    assert all(f"`leadkit {name}" in commands for name in cli.commands)
    tables = (ROOT / "docs/reference/policy-file.md").read_text("utf-8")
    assert all(name in tables for name in lk.json_schema()["properties"])


def test_every_finding_has_a_section_and_every_section_is_one():
    page = (ROOT / "docs/reference/findings.md").read_text("utf-8")
    assert re.findall(r"^## ([a-z_]+)$", page, re.MULTILINE) == list(KINDS)


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHELL = [re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL) for page in PAGES]
COMMANDS = {line.split("#")[0].strip() for blocks in SHELL for block in blocks for line in block.splitlines()}


@pytest.mark.parametrize("command", sorted(command for command in COMMANDS if command.startswith("leadkit ")))
def test_a_command_of_the_documentation_runs(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    for name, table in zip(("leads.xlsx", "follow-ups.xlsx"), sample_tables(leads=20, activities=40), strict=True):
        write_workbook(tmp_path / name, [table])
    toml = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[0]
    (tmp_path / "ours.toml").write_text(toml, encoding="utf-8")
    result = CliRunner().invoke(cli, shlex.split(command)[1:], catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    if " -o " in command:
        assert (tmp_path / command.split(" -o ")[1]).exists()
