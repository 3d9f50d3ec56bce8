"""`leadkit adopt`: a draft laid over its policy's file, in whatever way that is written; nothing else changes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.adopting import adopt, adopted
from leadkit.adapters.page.numbers import policy_numbers
from leadkit.cli.commands import cli
from leadkit.errors import PolicyError
from leadkit.learning.toml import literal
from leadkit.policy.positions import positions
from leadkit.testing.policies import policies
from leadkit.texts.messages import in_language

OURS = """\
# Our policy.
name = "ours"  # short
extends = "standard"

# People first.
[scoring.groups.attributes.rules.role]
points = { user = 5 }   # few

# ---- What a band is

[scoring.bands]
priority.medium = 49    # was 50 in May
  # nothing else
"""
DRAFT = """\
# ours@1#0123456789ab
name = "ours_draft"
extends = "ours.toml"

[scoring]
limit = 99  # was 100

[scoring.groups.attributes.rules.role.points]
decision_maker = 35.5  # was 30
user = 6  # was 5

[scoring.groups.attributes.rules.company_size.points]
large = 21  # was 20
small = -1  # was 10

[scoring.bands.priority]
high = 81  # was 80
medium = 48  # was 49
"""
ADOPTED = """\
# Our policy.
name = "ours"  # short
extends = "standard"

# People first.
[scoring.groups.attributes.rules.role]
points = { user = 6, decision_maker = 35.5 }   # few

# ---- What a band is

[scoring.bands]
priority.medium = 48    # was 50 in May
priority.high = 81
  # nothing else

[scoring]
limit = 99

[scoring.groups.attributes.rules.company_size.points]
large = 21
small = -1
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("ours.toml").write_bytes(OURS.encode())
    Path("draft.toml").write_bytes(DRAFT.encode())
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["adopt", *words])


class TestLayout:
    """Comments and layout stay; a new value stands where its table is written, in the way that it is written there."""

    def test_a_file_of_a_few_changes(self, folder):
        result = run("draft.toml", "ours.toml")
        assert result.exit_code == 0, result.output
        assert Path("ours.toml").read_text("utf-8") == ADOPTED
        assert "-priority.medium = 49    # was 50 in May\n+priority.medium = 48    # was 50 in May" in result.output
        assert result.output.endswith("-> ours.toml\n")
        again = adopted_again(DRAFT)
        assert run(again, "ours.toml").output == "nothing to change\n"

    def test_a_dry_run_shows_the_same_and_writes_nothing(self, folder):
        shown = run("draft.toml", "ours.toml", "--dry-run").output
        assert Path("ours.toml").read_text("utf-8") == OURS
        assert run("draft.toml", "ours.toml").output == f"{shown}-> ours.toml\n"

    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_ends_of_lines_and_the_mark_of_a_windows_file_stay(self, folder, mark):
        Path("ours.toml").write_bytes(mark + OURS.replace("\n", "\r\n").encode())
        adopt("draft.toml", "ours.toml")
        assert Path("ours.toml").read_bytes() == mark + ADOPTED.replace("\n", "\r\n").encode()

    def test_a_link_leads_to_the_file_and_its_mode_stays(self, folder):
        Path("real").mkdir()
        Path("ours.toml").rename("real/ours.toml")
        Path("ours.toml").symlink_to("real/ours.toml")
        os.chmod("real/ours.toml", 0o640)  # noqa: PTH101
        assert run("draft.toml", "ours.toml").exit_code == 0
        assert Path("ours.toml").is_symlink()
        assert Path("real/ours.toml").read_text("utf-8") == ADOPTED
        assert Path("real/ours.toml").stat().st_mode & 0o777 == 0o640

    def test_a_shipped_policy_in_a_file_of_its_own(self, folder):
        """Every number of it, each in its own line."""
        text = (Path(lk.__file__).parent / "policies/standard.toml").read_text("utf-8")
        Path("standard.toml").write_text(text, "utf-8")
        numbers = policy_numbers(lk.load_policy("standard"))
        stated = positions(text).spans
        moved = [(each.keys, Decimal(each.text) + 1) for each in numbers if each.keys in stated]
        assert len(moved) > 15
        Path("draft.toml").write_text(draft_of(moved, "standard.toml"), "utf-8")
        after = adopted("draft.toml", "standard.toml")
        assert len(after.splitlines()) == len(text.splitlines())
        assert comments(after) == comments(text)


def adopted_again(draft: str) -> str:
    """The same draft without what it remembers, which is no longer so."""
    Path("again.toml").write_text(re.sub(" *# was .*", "", draft), "utf-8")
    return "again.toml"


class TestRefused:
    """What does not fit is refused with its place, and nothing is written."""

    def refused(self, message: str, *words: str) -> None:
        before = Path("ours.toml").read_bytes()
        result = run(*(words or ("draft.toml", "ours.toml")))
        assert result.exit_code == 3, result.output
        assert message in result.stderr
        assert Path("ours.toml").read_bytes() == before
        assert len(list(Path().iterdir())) == 2

    def test_a_draft_of_another_policy(self, folder):
        Path("draft.toml").write_text(DRAFT.replace("ours.toml", "theirs.toml"), "utf-8")
        self.refused("draft.toml extends: changes theirs.toml, not this policy (hint: make a draft of ours.toml)")

    def test_numbers_that_have_changed_meanwhile_all_at_once(self, folder):
        Path("ours.toml").write_text(OURS.replace("user = 5", "user = 7").replace("49 ", "47 "), "utf-8")
        self.refused("draft.toml:10:1 scoring.groups.attributes.rules.role.points.user: has changed meanwhile: 7")
        self.refused("draft.toml:18:1 scoring.bands.priority.medium: has changed meanwhile: 47")

    def test_what_load_policy_refuses(self, folder):
        Path("draft.toml").write_text(DRAFT.replace("high = 81", "high = 48"), "utf-8")
        self.refused("draft.toml:")

    def test_a_draft_that_extends_nothing(self, folder):
        Path("draft.toml").write_text(DRAFT.replace('extends = "ours.toml"', ""), "utf-8")
        self.refused("draft.toml extends: changes no policy")

    def test_a_removal(self, folder):
        Path("draft.toml").write_text(f"{DRAFT}\n[scoring.groups.behaviour]\nremove = true\n", "utf-8")
        self.refused("can't be laid over the file without changing anything else")

    def test_an_invariant_which_would_take_the_place_of_others(self, folder):
        claim = '\n[[invariants]]\nname = "{0}"\nat_most = {{ points = 90 }}\n'
        Path("ours.toml").write_text(OURS + claim.format("ours"), "utf-8")
        Path("draft.toml").write_text(DRAFT + claim.format("theirs"), "utf-8")
        self.refused("ours.toml invariants: can't be laid over the file")

    def test_a_shipped_policy(self, folder):
        self.refused("a shipped policy stays as it is", "draft.toml", "standard")

    def test_the_same_in_chinese(self, folder):
        Path("draft.toml").write_text(DRAFT.replace("ours.toml", "theirs.toml"), "utf-8")
        with pytest.raises(PolicyError) as caught:
            adopted("draft.toml", "ours.toml")
        assert "改的是 theirs.toml" in in_language(caught.value.problems[0], "zh_CN")


@st.composite
def written(draw: st.DrawFn, content: dict[str, Any]) -> str:
    """A document as somebody may have written it: tables with headers, on one line or as dotted keys; comments."""
    number = iter(range(10_000))
    lines: list[str] = []

    def pairs(table: dict[str, Any], before: str) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
        """Write a table's values under its header; return the tables that get a header of their own."""
        later = []
        for key, value in table.items():
            name = f"{before}{literal({key: 1})[2:-6]}"
            form = draw(st.sampled_from(["header", "inline", "dotted"])) if isinstance(value, dict) and value else ""
            if form == "header" and not before:
                later.append(((key,), value))
            elif form == "dotted":
                later += [((key, *keys), inner) for keys, inner in pairs(value, f"{name}.")]
            else:
                note = draw(st.sampled_from(["", f"  # note {next(number)}"]))
                lines.append(f"{draw(st.sampled_from(['', '  ']))}{name} = {literal(value)}{note}")
        return later

    def tables(table: dict[str, Any], path: tuple[str, ...]) -> None:
        for keys, inner in pairs(table, ""):
            lines.append(f"{draw(st.sampled_from(['', chr(10)]))}# before {next(number)}")
            lines.append(f"[{'.'.join(literal({key: 1})[2:-6] for key in (*path, *keys))}]")
            tables(inner, (*path, *keys))

    tables(content, ())
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n# the end\n"]))


def draft_of(moved: list[tuple[tuple[str, ...], Decimal]], extends: str) -> str:
    lines = ['name = "draft"', f"extends = {literal(extends)}"]
    for keys, value in moved:
        lines += [f"[{'.'.join(literal({key: 1})[2:-6] for key in keys[:-1])}]"] if keys[:-1] not in seen(lines) else []
        lines.append(f"{literal({keys[-1]: 1})[2:-6]} = {value:f}")
    return "\n".join(lines)


def seen(lines: list[str]) -> Iterator[tuple[str, ...]]:
    last = next((line for line in reversed(lines) if line.startswith("[")), "[]")
    yield tuple(part.strip('"') for part in last[1:-1].split("."))


def comments(text: str) -> list[str]:
    return re.findall("# .*", text)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_file_looks_like(tmp_path_factory, data):
    """The adopted file is the draft's policy under its old name; lines stand in their order, with their comments."""
    document = data.draw(policies())
    numbers = policy_numbers(lk.load_policy(document))
    own = data.draw(st.sampled_from(["all", "child"]))
    folder = tmp_path_factory.mktemp("adopting")
    file, draft = folder / "ours.toml", folder / "draft.toml"
    if own == "child":
        (folder / "base.toml").write_text(data.draw(written(document)), "utf-8")
        kept = {keys for keys in (each.keys for each in numbers) if data.draw(st.booleans())}
        document = {"name": "child", "extends": "base.toml", **nested({k: value_at(document, k) for k in kept})}
    file.write_text(data.draw(written(document)), "utf-8")
    before = lk.load_policy(file)
    steps = data.draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=6, unique_by=lambda each: each.keys))
    moved = [(each.keys, Decimal(each.text) + 1) for each in steps if each.keys[-1] != "weight"]
    draft.write_text(draft_of(sorted(moved), "ours.toml"), "utf-8")
    try:
        wanted = lk.load_policy(draft)
    except PolicyError:
        with pytest.raises(PolicyError):
            adopted(draft, file)
        return
    text = file.read_text("utf-8")
    adopt(draft, file)
    after = lk.load_policy(file)
    assert after.document.scoring == wanted.document.scoring
    assert after.name == before.name
    assert comments(file.read_text("utf-8")) == comments(text)
    stripped = [line for line in text.splitlines() if not re.search(r"\d", line) and line.strip()]
    places = iter(file.read_text("utf-8").splitlines())
    assert all(line in places for line in stripped)
    assert after.hash != before.hash or not moved


def value_at(document: dict[str, Any], keys: tuple[str, ...]) -> Any:
    value: Any = document
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def nested(values: dict[tuple[str, ...], Any]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for keys, value in values.items():
        table = document
        for key in keys[:-1]:
            table = table.setdefault(key, {})
        if value is not None:
            table[keys[-1]] = value
    return document
