"""The example plugin as somebody else would install it: a wheel in a folder of its own, found by its entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.demo.company import sample_tables
from leadkit.plugins.manager import Plugins
from leadkit.testing.storage.contract import Check, checks

pytestmark = pytest.mark.xdist_group("example")
EXAMPLE = Path(__file__).parent.parent / "examples/jsonlines_plugin"
DIRECTOR = lk.Actor(id="wu", role="director")


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The folder that the example was installed into."""
    target = tmp_path_factory.mktemp("installed")
    words = "-m pip install --quiet --no-index --no-deps --no-build-isolation --disable-pip-version-check --target"
    subprocess.run([sys.executable, *words.split(), target, EXAMPLE], check=True)
    assert not (EXAMPLE / "build").exists()
    return target


@pytest.fixture(scope="module")
def jsonlines(installed) -> Iterator[object]:
    """The installed package, imported from where it was installed."""
    sys.path.insert(0, str(installed))
    import leadkit_jsonlines

    assert Path(leadkit_jsonlines.__file__).is_relative_to(installed)
    yield leadkit_jsonlines
    sys.path.remove(str(installed))
    for name in [name for name in sys.modules if name.startswith("leadkit_jsonlines")]:
        del sys.modules[name]


@pytest.fixture
def address(tmp_path) -> str:
    return f"jsonl://{tmp_path}/线索 leads.jsonl".replace(" ", "%20")


@pytest.fixture
def broken(tmp_path) -> Path:
    """A folder with a distribution that has two plugins: one that can't be imported, one with a misspelt hook."""
    folder = tmp_path / "broken"
    (folder / "acme-1.0.dist-info").mkdir(parents=True)
    (folder / "acme-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    points = "[leadkit]\nabsent = acme_absent\nmisspelt = acme_misspelt\n"
    (folder / "acme-1.0.dist-info/entry_points.txt").write_text(points)
    hook = "import leadkit as lk\n@lk.hookimpl\ndef leadkit_notfy(notice): ...\n"
    (folder / "acme_misspelt.py").write_text(hook)
    return folder


def leadkit(*words: object, paths: tuple[Path, ...]) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "leadkit", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, env=env, text=True)


class TestEntryPoint:
    """An installed plugin is found by its entry point, and a broken one beside it silences nobody."""

    def test_it_is_listed(self, installed):
        done = leadkit("plugins", paths=(installed,))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.split() == ["jsonlines", "leadkit-jsonlines", "leadkit_open_storage"]

    def test_without_it_the_address_is_unknown(self, address):
        done = leadkit("queue", "--db", address, paths=())
        assert done.returncode == 3
        assert done.stderr.startswith("leadkit: ")

    def test_two_processes_share_the_leads(self, installed, address, tmp_path):
        for name, table in zip(("leads", "touches"), sample_tables(leads=30, activities=30), strict=True):
            write_workbook(tmp_path / f"{name}.xlsx", [table])
        words = ["import", tmp_path / "leads.xlsx", "--activities", tmp_path / "touches.xlsx", "--db", address]
        first, second = (leadkit(*words, paths=(installed,)) for _ in range(2))
        assert (first.returncode, second.returncode, second.stderr) == (1, 1, "")
        assert "leads: 0 captured" in second.stdout
        leads = json.loads(leadkit("queue", "--db", address, "--json", paths=(installed,)).stdout)
        assert len(leads) > 10
        assert (tmp_path / "线索 leads.jsonl").exists()

    def test_a_broken_distribution_is_reported_and_the_rest_load(self, installed, broken, address):
        done = leadkit("plugins", paths=(installed, broken))
        assert done.returncode == 1
        assert done.stdout.split() == ["jsonlines", "leadkit-jsonlines", "leadkit_open_storage"]
        absent, misspelt = done.stderr.splitlines()
        assert "absent: can't be loaded (ModuleNotFoundError) (hint: fix or uninstall acme)" in absent
        assert "leadkit_notfy" in misspelt
        used = leadkit("queue", "--db", address, paths=(installed, broken))
        assert used.returncode == 0
        assert "absent" in used.stderr

    def test_strict_raises(self, jsonlines, broken, monkeypatch):
        monkeypatch.syspath_prepend(broken)
        assert [one.name for one in Plugins(discover=True)] == ["jsonlines"]
        with pytest.raises(lk.errors.PluginError) as caught:
            Plugins(discover=True, strict=True)
        assert [problem.place for problem in caught.value.problems] == ["absent", "misspelt"]


class TestContract:
    """`leadkit.testing.storage.contract` is the test suite that every storage passes, ours and other people's."""

    @pytest.mark.parametrize("check", checks(), ids=str)
    def test_it_keeps_every_promise(self, jsonlines, tmp_path, check: Check):
        check(partial(jsonlines.JsonLinesStorage, tmp_path / "leads.jsonl"))


class TestFile:
    """A line is a transaction; half a line is none; a sweep leaves nothing of who was erased."""

    def test_half_a_line_is_cut_off(self, jsonlines, address, tmp_path):
        file = tmp_path / "线索 leads.jsonl"
        with lk.Desk("standard", address, discover=True) as desk:
            desk.capture(_lead("1"))
            whole = file.read_bytes()
            desk.capture(_lead("2"))
            file.write_bytes(file.read_bytes()[:-5])
        with lk.Desk("standard", address, discover=True) as desk:
            assert [state.id for state in desk.queue()] == ["1"]
            assert file.read_bytes() == whole
            desk.capture(_lead("2"))
            assert len(desk.queue()) == 2

    def test_damage_in_the_middle_is_told(self, jsonlines, address, tmp_path):
        file = tmp_path / "线索 leads.jsonl"
        with lk.Desk("standard", address, discover=True) as desk:
            desk.capture(_lead("1"))
            desk.capture(_lead("2"))
        file.write_bytes(b"[" + file.read_bytes())
        with (
            lk.Desk("standard", address, discover=True) as desk,
            pytest.raises(lk.errors.StorageError, match="damaged"),
        ):
            desk.queue()

    def test_a_sweep_goes_unnoticed_by_others(self, jsonlines, address, tmp_path):
        with lk.Desk("standard", address, discover=True) as one, lk.Desk("standard", address, discover=True) as other:
            for name in "12":
                one.capture(_lead(name))
            assert len(other.queue()) == 2
            one.erase("1", by=DIRECTOR)
            assert [state.id for state in other.queue()] == ["2"]
            other.capture(_lead("3"))
            assert [state.id for state in one.queue()] == ["2", "3"]
        left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert b"Ann 2" in left
        assert b"Ann 1" not in left

    def test_a_folder_that_is_not_there_is_told(self, jsonlines, tmp_path):
        with pytest.raises(lk.errors.StorageError, match="can't be used"):
            lk.Desk("standard", f"jsonl://{tmp_path}/none/leads.jsonl", discover=True)


class TestNotices:
    """The notifier appends every notice to its file."""

    def test_a_line_for_each(self, jsonlines, tmp_path):
        file = tmp_path / "notices.jsonl"
        with lk.Desk("standard", plugins=[jsonlines.NoticeFile(file)]) as desk:
            desk.capture(_lead("1"))
            assert desk.deliver().delivered == 1
        (notice,) = map(json.loads, file.read_text("utf-8").splitlines())
        assert notice["lead_id"] == "1"

    def test_what_can_not_be_written_is_told_again(self, jsonlines, tmp_path):
        with lk.Desk("standard", plugins=[jsonlines.NoticeFile(tmp_path)]) as desk:
            desk.capture(_lead("1"))
            done = desk.deliver()
        assert (done.delivered, done.failed, done.waiting) == (0, 1, 1)


def _lead(name: str) -> lk.Lead:
    return lk.Lead(
        id=name,
        source=lk.Source(channel="web"),
        company=lk.Company(name=f"Firm {name * 3} Ltd", industry="energy", size="large"),
        contact=lk.Contact(name=f"Ann {name}", job_title="director", phone=f"+1 212-555-01{name}0"),
        need=lk.Need(description="machines, 500k, Q3"),
    )
