"""The pytest plugin: a policy file with examples or invariants is a file of tests, and no other TOML file is."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

pytest_plugins = ("pytester",)

HEAD = 'name = "ours"\nextends = "standard"\n'
HOLDS = """
[[examples]]
lead = { role = "user" }
expect = { points = 10 }

[[examples]]
name = "a large company"
lead = { company_size = "large" }
expect = { points = 20, priority = "low" }
"""
FAILS = """
[[examples]]
name = "nobody"
expect = { points = 0, nurture_stage = "interest" }

[[examples]]
lead = { role = "user" }
events = { webinar = 1 }
expect = { points = 90, conversion = "open" }
"""
INVARIANTS = """
[[invariants]]
name = "users never come first"
when = { field = "role", equals = "user" }
at_most = { points = 90 }

[[invariants]]
at_most = { points = 50 }
"""


@pytest.fixture
def run(pytester):
    """Write files given by name, run pytest on their folder with warnings as errors, and tell its result."""

    def run(files: dict[str, str | bytes], *options: str) -> pytest.RunResult:
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else content.encode()
            (pytester.path / name).write_bytes(raw)
        return pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider", "-p", "no:xdist", *options)

    return run


class TestExamples:
    """Every example that a file says is a test, under its name or its number."""

    def test_they_pass(self, run):
        result = run({"ours.toml": HEAD + HOLDS}, "-v")
        result.assert_outcomes(passed=2)
        result.stdout.fnmatch_lines(["ours.toml::example 1 PASSED*", "ours.toml::a large company PASSED*"])

    def test_a_failure_shows_what_differs_and_the_score(self, run):
        result = run({"ours.toml": HEAD + FAILS})
        result.assert_outcomes(failed=2)
        shown = _failure(result, "ours.toml: example 2")
        assert shown[:3] == ["points: expected 90, found 25", "", "25 points · priority low · nurture stage awareness"]
        assert any("webinar attended × 1" in line for line in shown)
        assert "leadkit explain --policy ours.toml role=user webinar=1" in result.outlines
        result.stdout.fnmatch_lines(
            ["*_ ours.toml: example 1 (nobody) _*", "nurture_stage: expected interest, found awareness"]
        )
        result.stdout.no_fnmatch_line("*Traceback*")

    def test_a_failure_of_a_grade_shows_no_score(self, run):
        said = '[[examples]]\nassessment = { amount = 9 }\nexpect = { grade = "A" }\n'
        result = run({"ours.toml": HEAD + said})
        assert _failure(result, "ours.toml: example 1") == ["grade: expected A, found C"]

    def test_the_invariants_of_the_policy_below_are_tested_on_the_one_above_and_its_examples_are_not(self, run):
        top = 'name = "top"\nextends = "base.toml"\n[[invariants]]\nname = "own"\nat_most = { points = 100 }\n'
        result = run({"base.toml": HEAD + HOLDS + INVARIANTS, "top.toml": top}, "-v")
        result.assert_outcomes(passed=5, failed=2)
        result.stdout.fnmatch_lines(["top.toml::own PASSED*", "top.toml::invariant 3 FAILED*"])
        result.stdout.no_fnmatch_line("top.toml::example*")

    def test_names_that_are_said_twice_are_numbered(self, run):
        twice = '[[examples]]\nname = "same"\nexpect = { points = 0 }\n' * 2
        result = run({"ours.toml": HEAD + twice}, "--collect-only", "-q")
        assert result.outlines[:2] == ["ours.toml::example 1 (same)", "ours.toml::example 2 (same)"]

    def test_one_is_run_by_its_id(self, pytester, run):
        (pytester.path / "ours.toml").write_text(HEAD + HOLDS + FAILS, encoding="utf-8")
        run({}, "ours.toml::a large company").assert_outcomes(passed=1)

    def test_what_an_example_gives_wrongly_is_told_without_a_traceback(self, run):
        said = '[[examples]]\nassessment = { amount = "much" }\nexpect = { grade = "A" }\n'
        result = run({"ours.toml": HEAD + said})
        assert _failure(result, "ours.toml: example 1") == ["amount: must be a finite number, not str"]


class TestInvariants:
    """Every invariant that a file says is a test; it fails where a lead refutes it."""

    def test_one_is_proved_and_one_refuted(self, run):
        result = run({"ours.toml": HEAD + INVARIANTS}, "-v")
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(
            [
                "ours.toml::users never come first PASSED*",
                "ours.toml::invariant 2 FAILED*",
                "*_ ours.toml: invariant 2 _*",
            ]
        )
        shown = _failure(result, "ours.toml: invariant 2")
        assert "at most 50 points" in shown[0]
        words = shlex.split(shown[1])
        assert words[:4] == ["leadkit", "explain", "--policy", "ours.toml"]
        assert shown[0].endswith(" ".join(words[4:]))


class TestFiles:
    """Which files are collected, however they are written, and how those that can't be loaded are told."""

    def test_a_policy_that_makes_no_sense_is_an_error_with_all_its_problems(self, run):
        wrong = '[scoring.groups.g.rules.r]\nfield = "rolle"\npoints = { user = "ten" }\n'
        result = run({"ours.toml": HEAD + HOLDS + wrong})
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(
            [
                "*ours.toml:*scoring.groups.g.rules.r.field: no such fact (hint: did you mean 'role'?)",
                "*ours.toml:*scoring.groups.g.rules.r.points.user: must be a number",
            ]
        )
        result.stdout.no_fnmatch_line("*Traceback*")
        result.stdout.no_fnmatch_line("*load.py*")

    @pytest.mark.parametrize(
        "content",
        [
            HEAD,
            '[project]\nname = "x"\n[[examples]]\nextends = 1\n',
            '[project]\nname = "x"\n[scoring.groups]\n[[examples]]\n',
            'name = "x"\n[[examples]]\n',
            '[[examples]]\nextends = "standard"\nname = "x"\n',
            "name = \n[[examples",
            HEAD.encode() + b"\xff\xfe" + HOLDS.encode(),
            (HEAD + HOLDS).encode("utf-16"),
            b"",
            b"\x00" * 100,
            HEAD + HOLDS + "#" * 1_000_000,
        ],
    )
    def test_another_file_is_none(self, run, content):
        assert run({"other.toml": content}).ret == pytest.ExitCode.NO_TESTS_COLLECTED

    def test_a_file_that_is_gone_is_none(self, pytester, run):
        (pytester.path / "gone.toml").symlink_to("nowhere.toml")
        assert run({}, "gone.toml").ret != pytest.ExitCode.INTERNAL_ERROR

    @pytest.mark.parametrize("content", ["\ufeff" + HEAD + HOLDS, (HEAD + HOLDS).replace("\n", "\r\n")])
    def test_a_byte_order_mark_and_windows_lines(self, run, content):
        run({"ours.toml": content}).assert_outcomes(passed=2)

    def test_a_policy_of_its_own(self, run):
        said = 'name = "own"\n[scoring.groups.g.rules.visit]\nevent = "visit"\npoints = 1\n'
        run({"own.toml": said + "[[ examples ]]\nevents = { visit = 3 }\nexpect = { points = 3 }\n"}).assert_outcomes(
            passed=1
        )

    def test_a_chinese_name(self, run):
        result = run({"我们的政策.toml": HEAD + HOLDS.replace("a large company", "大型企业")}, "-v")
        result.assert_outcomes(passed=2)
        result.stdout.fnmatch_lines(["我们的政策.toml::大型企业 PASSED*"])

    def test_the_option_turns_it_off(self, run):
        assert run({"ours.toml": HEAD + FAILS}, "--no-leadkit-policies").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_importing_the_plugin_imports_nothing_heavy():
    code = "import sys, leadkit.testing.pytest_plugin; print({'pydantic', 'attrs', 'hypothesis'} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"


def _failure(result: pytest.RunResult, title: str) -> list[str]:
    """The lines under the heading of a failure, but for the policy's hash in the last."""
    lines = iter(result.outlines)
    next(line for line in lines if line.strip("_ ") == title)
    shown = []
    for line in lines:
        if line.startswith(("ours@1#", "====", "____")):
            break
        shown.append(line)
    return shown
