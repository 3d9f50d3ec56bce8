"""The locked requirements have every library that the project names, each with its hashes and without an address."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements/dev.txt").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def normal(requirement: str) -> str:
    """The name of a library in a requirement, as registries compare them."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[._-]+", "-", match[0]).lower()


def test_every_library_is_locked():
    project = PROJECT["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    named = {normal(each) for each in chain(project["dependencies"], extras, PROJECT["dependency-groups"]["dev"])}
    locked = {normal(line) for line in LOCK.splitlines() if re.match(r"[A-Za-z]", line)}
    assert named - {"leadkit"} <= locked


def test_every_version_has_a_hash():
    for entry in re.split(r"\n(?=[A-Za-z])", LOCK.strip()):
        assert re.match(r"[A-Za-z0-9._-]+(?:\[[^]]+\])?==", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_no_address_is_in_it():
    assert "://" not in LOCK
    assert "index" not in re.sub(r"[A-Za-z0-9._-]+==", "", LOCK)
