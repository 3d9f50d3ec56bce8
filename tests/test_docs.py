"""Every example of the README and the documentation runs and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_examples import CodeExample, EvalExample, find_examples

import leadkit as lk

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
    from leadkit.cli.commands import cli

    commands = (ROOT / "docs/reference/command-line.md").read_text("utf-8")
    assert all(f"`leadkit {name}" in commands for name in cli.commands)
    tables = (ROOT / "docs/reference/policy-file.md").read_text("utf-8")
    assert all(name in tables for name in lk.json_schema()["properties"])
