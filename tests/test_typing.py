"""What type checkers say about programs that use leadkit: nothing about a right one, every mistake of a wrong one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RIGHT, WRONG = ROOT / "tests/typing/api.py", ROOT / "tests/typing/wrong.py"
Errors = set[tuple[str, int]]


def mypy(folder: Path) -> Errors:
    """The errors of mypy --strict, without our own configuration; a host has its own."""
    options = ["--strict", "--config-file=", "--follow-imports=silent", f"--cache-dir={folder}"]
    output = _run("mypy", *options)
    return {(Path(name).name, int(line)) for name, line in re.findall(r"^(.+?):(\d+): error", output, re.MULTILINE)}


def pyright(folder: Path) -> Errors:
    """The errors of pyright in its standard mode."""
    reports = json.loads(_run("pyright", "--outputjson", "--pythonpath", sys.executable))["generalDiagnostics"]
    errors = [report for report in reports if report["severity"] == "error"]
    return {(Path(report["file"]).name, report["range"]["start"]["line"] + 1) for report in errors}


def _run(checker: str, *options: str) -> str:
    command = [sys.executable, "-m", checker, *options, str(RIGHT), str(WRONG)]
    environment = {**os.environ, "MYPYPATH": str(ROOT / "src")}
    done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=ROOT, env=environment)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_every_mistake_is_found_and_nothing_else(checker, tmp_path):
    lines = WRONG.read_text("utf-8").splitlines()
    marked = {(WRONG.name, number) for number, line in enumerate(lines, 1) if line.endswith("# error")}
    errors = checker(tmp_path)
    assert sorted(errors - marked) == []
    assert sorted(marked - errors) == []
