"""An editor's help with a policy: the associations of the documentation, as Taplo reads them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from leadkit.cli.commands import cli

PAGE = (Path(__file__).parents[2] / "docs/reference/policy-file.md").read_text("utf-8")
SECTION = PAGE.partition("## In an editor\n")[2].partition("\n## ")[0]
TAPLO = Path(sys.executable).with_name("taplo")
OURS = """\
name = "ours"
extends = "standard"

[fields.machines]
type = "number"

[scoring.groups.attributes.rules.machines]
field = "machines"
ranges.many = { at_least = 20, points = 10 }
"""
DRAFT = """\
# ours@1#0123456789ab
name = "ours_draft"
extends = "ours.toml"

[scoring.groups.attributes.rules.machines.ranges.many]
at_least = 25  # was 20
"""

pytestmark = pytest.mark.skipif(not TAPLO.exists(), reason="NO TAPLO: pip install taplo")


def complaints(folder: Path, *words: str) -> list[str]:
    """What `taplo lint` says in this folder."""
    done = subprocess.run([TAPLO, "lint", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode == 0) == ("error: " not in done.stderr)
    return re.findall(r"^error: (.*)$", done.stderr, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a policy, a draft of it, and the schema that `leadkit schema` prints."""
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    Path("policies/ours.toml").write_text(OURS, "utf-8")
    Path("policies/draft.toml").write_text(DRAFT, "utf-8")
    printed = CliRunner().invoke(cli, ["schema", "policies/ours.toml"])
    Path("ours.schema.json").write_text(printed.output, "utf-8")
    return tmp_path


class TestFolder:
    """`.taplo.toml` for all policies of a repository."""

    @pytest.fixture
    def configured(self, folder: Path) -> Path:
        (text,) = re.findall(r"```toml\n(.*?)```", SECTION, re.DOTALL)
        (folder / ".taplo.toml").write_text(text, "utf-8")
        return folder

    def test_a_policy_and_a_draft_of_it_are_right(self, configured):
        assert complaints(configured) == []

    def test_what_is_misspelt_is_marked_by_the_names_of_the_policy(self, configured):
        Path("policies/draft.toml").write_text(DRAFT.replace("at_least", "atleast"), "utf-8")
        Path("policies/ours.toml").write_text(OURS.replace('"machines"', '"machine"'), "utf-8")
        listed = complaints(configured)
        assert any("atleast" in line for line in listed)
        assert any(line.startswith('"machine" is not one of [') and '"machines"' in line for line in listed)

    def test_other_files_are_not_policies(self, configured):
        Path("other.toml").write_text("scorring = 1\n", "utf-8")
        assert complaints(configured) == []


class TestLine:
    """`#:schema` in a file by itself."""

    def test_it_is_read_where_the_file_says_so(self, folder):
        (line,) = re.findall("`(#:schema [^`]*)`", SECTION)
        Path("good.toml").write_text(f"{line}\n{DRAFT}", "utf-8")
        assert complaints(folder, "good.toml") == []
        Path("bad.toml").write_text(f"{line}\n{DRAFT}scorring = 1\n", "utf-8")
        assert any("scorring" in text for text in complaints(folder, "bad.toml"))


def test_the_setting_of_vs_code_names_the_policies():
    (text,) = re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)
    ((pattern, schema),) = json.loads(text)["evenBetterToml.schema.associations"].items()
    assert re.fullmatch(pattern, "file:///srv/sales/policies/ours.toml")
    assert not re.fullmatch(pattern, "file:///srv/sales/pyproject.toml")
    assert schema.endswith("ours.schema.json")
