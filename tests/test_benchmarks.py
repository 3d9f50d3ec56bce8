"""The benchmarks still run: each at its smallest size, so that none of them is found broken when a figure is needed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
NAMES = sorted(file.stem for file in BENCHMARKS.glob("*.py"))


@pytest.fixture
def benchmark_module(monkeypatch):
    """A benchmark by its name, imported as a run imports it."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    yield importlib.import_module
    for name in {*sys.modules} - before:
        if name in NAMES:
            del sys.modules[name]


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_imported(benchmark_module, name):
    assert benchmark_module(name).__doc__


def test_the_desk(benchmark_module, monkeypatch, tmp_path, capsys):
    desk: ModuleType = benchmark_module("desk")
    monkeypatch.setattr(desk, "COMMANDS", 2)
    desk.importing(tmp_path, 10)
    desk.importing_by_command(tmp_path, 10)
    desk.rescoring(tmp_path, 10)
    desk.commands("sqlite", desk.fresh(tmp_path, "commands"))
    desk.queue("sqlite", desk.fresh(tmp_path, "queue"), 10)
    assert capsys.readouterr().out.count("leadkit / libraries") == 2


def test_a_sheet(benchmark_module, capsys):
    assert benchmark_module("sheet").run(10) > 0
    assert "floor" in capsys.readouterr().out
