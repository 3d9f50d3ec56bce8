"""`leadkit page`: a page or a module, written to the files that were named."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import leadkit as lk
from leadkit.adapters.page.page import policy_page
from leadkit.cli.commands import cli
from tests.page.engines import NO_NODE, NODE, node

AS_OF = ("--as-of", "2026-10-01T09:00+00:00")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["page", *words])


def content(page: Path) -> dict[str, Any]:
    return json.loads(re.search(r"const page = (\{.*\});$", page.read_text("utf-8"), re.MULTILINE)[1])  # type: ignore[index]


class TestPage:
    def test_it_is_the_page_of_the_policy(self, folder):
        assert run("standard", "-o", "p.html", *AS_OF).output == "-> p.html\n"
        when = datetime(2026, 10, 1, 9, tzinfo=UTC)
        assert Path("p.html").read_text("utf-8") == policy_page(lk.load_policy("standard"), as_of=when)

    def test_without_a_name_it_is_called_like_the_policy_and_writes_over_nothing(self, folder):
        assert run("standard", *AS_OF).exit_code == 0
        again = run("standard", *AS_OF)
        assert again.exit_code == 2
        assert "standard.html is there already" in again.output

    def test_leads_of_a_sheet_are_its_sample(self, folder):
        Path("leads.csv").write_text(
            "Lead ID,Company,Contact,Phone,Company size,Job title\n"
            "L1,Hidden Ltd,Hidden Person,13800138001,large,CEO\nL2,Other Ltd,Other Person,13800138002,small,buyer\n",
            "utf-8",
        )
        assert run("standard", "--leads", "leads.csv", "-o", "p.html", *AS_OF).exit_code == 0
        values, places = content(Path("p.html"))["leads"]["facts"]["role"]
        assert values[places[0] - 1] == "decision_maker"
        assert "Hidden" not in Path("p.html").read_text("utf-8")
        assert "1380013800" not in Path("p.html").read_text("utf-8")

    def test_a_file_is_extended_by_its_name(self, folder):
        Path("ours.toml").write_text('name = "ours"\nextends = "standard"\n', "utf-8")
        assert run(str(folder / "ours.toml"), "-o", "p.html", *AS_OF).exit_code == 0
        assert content(Path("p.html"))["extends"] == "ours.toml"
        assert content(Path("p.html"))["draft"] == "ours_draft"

    @pytest.mark.parametrize(
        "words",
        [
            ("--module", "p.mjs", "-o", "p.html"),
            ("--activities", "a.csv"),
            ("-o", "p.txt"),
            ("--module", "p.txt"),
            ("--leads", "p.html", "-o", "p.html"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, folder, words):
        if "--leads" in words:
            Path("p.html").write_text("")
        assert run("standard", *words).exit_code == 2


class TestModule:
    @pytest.mark.skipif(NODE is None, reason=NO_NODE)
    def test_it_runs_and_has_its_types_beside_it(self, folder):
        assert run("machinery", "--module", "m.mjs").output == "-> m.mjs\n-> m.d.mts\n"
        with node() as engine:
            case = ("score", [{"installed_base": "ours"}, [], 0])
            (score,) = engine.run(Path("m.mjs").read_text("utf-8"), [case])["results"]
        assert score["points"] == 15
        types = Path("m.d.mts").read_text("utf-8")
        assert 'installed_base?: "ours" | "none" | "competitor" | null;' in types
