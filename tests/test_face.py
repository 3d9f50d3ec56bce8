"""The public names: complete, documented, lazy, and seen by type checkers.

python -m tests.test_face      # writes the stub for type checkers
"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Literal, get_origin

import pytest

import leadkit as lk

ROOT = Path(__file__).parent.parent
STUB = ROOT / "src/leadkit/__init__.pyi"
FACES = [lk, *(import_module(f"leadkit.{name}") for name in lk.FACES)]


def stub() -> str:
    """The package for type checkers: its modules, and the names of the table under their own names."""
    lines = ['"""Written by `python -m tests.test_face` from the table in `__init__.py`."""', ""]
    lines += [f"from leadkit import {name} as {name}" for name in lk.FACES]
    lines += [f"from {module} import {name} as {name}" for module, names in lk.HOMES.items() for name in names.split()]
    return "\n".join([*lines, "", "__version__: str", ""])


def names_of(face: ModuleType) -> list[str]:
    """What a face shows: its `__all__`, or the classes and functions of the module itself."""
    given = {name for name, value in vars(face).items() if getattr(value, "__module__", None) == face.__name__}
    return list(getattr(face, "__all__", sorted(name for name in given if not name.startswith("_"))))


class TestNames:
    """Every public name is there, sorted, has a docstring and an entry in the reference."""

    @pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
    def test_a_name_has_an_entry_and_a_docstring(self, face):
        reference = "".join(page.read_text("utf-8") for page in (ROOT / "docs/reference").glob("*.md"))
        homes = {"leadkit", face.__name__, *lk.HOMES} if face in (lk, lk.errors) else {face.__name__}
        for name in names_of(face):
            assert any(f"{home}.{name}\n" in reference or f"{home}.{name}`" in reference for home in homes), name
            value = getattr(face, name)
            assert value.__doc__ or get_origin(value) is Literal, name

    @pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
    def test_the_names_are_sorted(self, face):
        names = names_of(face)
        groups = names.index("stay") + 1 if face is lk.commands else len(names)
        names = names[:groups]
        assert names == sorted(names, key=lambda name: (not name.isupper(), name))
        assert set(names) <= set(dir(face))

    def test_nothing_else_is_at_the_top(self):
        assert set(dir(lk)) == {*lk.__all__, *lk.FACES, "__version__"}
        with pytest.raises(AttributeError, match="Ledger"):
            lk.Ledger  # noqa: B018


class TestLoading:
    """Importing the package loads nothing; a name loads on first use."""

    def test_the_package_alone_loads_none_of_its_modules(self):
        program = "import sys, leadkit; print([name for name in sys.modules if name.startswith('leadkit.')])"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
        assert done.stdout == "[]\n"

    def test_a_module_is_an_attribute_before_anybody_imports_it(self):
        program = "import leadkit as lk; print(lk.checks.prove.__name__, lk.errors.TableError.__name__)"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
        assert done.stdout == "prove TableError\n"


class TestStub:
    """Type checkers see the table."""

    def test_it_is_written_from_the_table(self):
        assert STUB.read_text("utf-8") == stub(), "run `python -m tests.test_face`"


if __name__ == "__main__":
    STUB.write_text(stub(), "utf-8")
