"""What is not installed is told when it is first needed at the latest, and by the name of the extra that brings it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
WITHOUT = "import sys; sys.modules.update(dict.fromkeys({modules!r})); {program}"
MODULES = ["phonenumbers", "email_validator", "opencc", "holidays"]


def without(modules: list[str], program: str) -> subprocess.CompletedProcess[str]:
    """What a program says where these modules are not installed."""
    words = WITHOUT.format(modules=modules, program=program)
    return subprocess.run([sys.executable, "-c", words], capture_output=True, check=False, text=True)


class TestDesk:
    """A desk says when it is opened what it lacks, not when the first lead comes in."""

    def test_it_names_every_library_and_the_extra(self):
        done = without(MODULES, "import leadkit as lk; lk.Desk('standard')")
        assert done.returncode == 1
        assert "leadkit.errors.MissingExtraError" in done.stderr
        for library in ("phonenumberslite", "email-validator", "opencc", "holidays"):
            assert f'the library {library} is not installed (hint: pip install "leadkit[desk]")' in done.stderr

    @pytest.mark.parametrize("module", MODULES)
    def test_one_is_enough(self, module):
        done = without([module], "import leadkit as lk; lk.Desk('standard')")
        assert "leadkit[desk]" in done.stderr

    def test_no_holidays_are_needed_where_a_plugin_may_have_the_calendar(self):
        program = (
            "import leadkit as lk; from types import SimpleNamespace; "
            "hook = lk.hookimpl(lambda name: None); "
            "lk.Desk('standard', plugins=[SimpleNamespace(name='ours', leadkit_calendar=hook)])"
        )
        assert without(["holidays"], program).stderr == ""

    def test_a_policy_decides_without_any_of_them(self):
        program = (
            "import leadkit as lk; from datetime import datetime, UTC; "
            "print(lk.load_policy('standard').score({'role': 'user'}, as_of=datetime(2026, 1, 1, tzinfo=UTC)).points)"
        )
        assert without([*MODULES, "sqlalchemy", "hypothesis", "pytest"], program).returncode == 0


class TestTesting:
    """`leadkit.testing` says what it lacks, and the plugin of pytest needs none of it."""

    NAMES = ("strategies", "policies", "defects", "commands", "properties", "process", "storage.contract")

    @pytest.mark.parametrize("name", NAMES)
    def test_every_part_names_the_extra(self, name):
        done = without(["hypothesis"], f"import leadkit.testing.{name}")
        assert 'the library hypothesis is not installed (hint: pip install "leadkit[testing]")' in done.stderr

    def test_the_plugin_loads(self):
        assert without(["hypothesis"], "import leadkit.testing.pytest_plugin").returncode == 0


class TestExtras:
    """The extras of the package."""

    def test_all_is_what_users_need_and_not_what_tests_need(self):
        parts = set(EXTRAS["all"][0].partition("[")[2].rstrip("]").split(","))
        assert parts == set(EXTRAS) - {"all", "testing", "desk", "otel", "mcp"}

    def test_each_has_its_row_in_the_documentation(self):
        page = (ROOT / "docs/reference/extras.md").read_text("utf-8")
        assert [name for name in EXTRAS if f"| `{name}` |" not in page] == []
