"""Lines and columns come from a scanner of our own; toml-rs finds the same in every policy of this repository."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import toml_rs
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.policy.positions import positions

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS = [path.read_text("utf-8") for path in sorted((ROOT / "src/leadkit/policies").glob("*.toml"))]
TEXTS += [text for page in PAGES for text in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]

SPELLINGS = """\
"a b" . 'c.d' = 1  # "x" = 2
e = { f = [1, { "\\u0067" = "]}" }], 'h' = '''
x = 1''' }
[ t . "u" ]
v = \"\"\"\\
  [no.table]
  ""\\" # \"\"\"
w.x = 2026-11-24T09:00:00Z
w.y = [ # ]
  'é', [ ],

]
[[p]]
[[p.q]]
r = 1
[[p.q]]
[p.q.s]
[[p]]
q = 3
"""


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [deeper for key, inner in items for deeper in paths(inner, (*path, key))]
    return [path, *below] if path else below


def places_of_toml_rs(node: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], tuple[int, int]]:
    """Its places of keys and items; it counts columns in bytes."""
    found = {}
    if isinstance(node, dict) and ("key_line" in node or "value_line" in node):
        kind = "key" if "key_line" in node else "value"
        column = node[f"{kind}_col"]
        found[path] = (node[f"{kind}_line"], column[0] if isinstance(column, tuple) else column)
        node = node.get("value")
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in items:
        found |= places_of_toml_rs(inner, (*path, key))
    return found


@pytest.mark.parametrize("text", [*TEXTS, SPELLINGS], ids=lambda text: text.partition("\n")[0][:40])
def test_toml_rs_agrees(text):
    lines = text.split("\n")
    known = positions(text)
    theirs = places_of_toml_rs(toml_rs.load_with_metadata(text, toml_version="1.0.0").meta["nodes"])
    assert theirs
    for path, (line, column) in theirs.items():
        place = known.of(path)
        assert place is not None, path
        in_bytes = len(lines[place[0] - 1][: place[1] - 1].encode()) + 1
        header = lines[line - 1].startswith("[[")
        assert (place[0], column if header else in_bytes) == (line, column), path
    for path in paths(tomllib.loads(text)):
        assert known.of(path) is not None


@given(st.text(alphabet="ab.\"'[]{}=,#\\\n 1", max_size=80))
def test_any_text_ends(text):
    assert isinstance(positions(text).keys, dict)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 1\n[b]\nc = nan", "3:5"),
        ("a = 'nan' # nan\nb = [1, -inf]", "2:9"),
        ("x = 1e400", "1:5"),
    ],
)
def test_a_number_that_is_none_has_its_line(tmp_path, text, place):
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(lk.PolicyError) as refused:
        lk.load_policy(tmp_path / "own.toml")
    assert str(refused.value) == f"{tmp_path}/own.toml:{place}: a number must be finite, with at most 30 digits"


def test_the_core_alone_knows_lines(tmp_path):
    (tmp_path / "own.toml").write_text('extends = "standard"\nname = "own"\n[scoring]\nlimit = "x"')
    program = f"""
import sys
sys.modules["toml_rs"] = None
import leadkit
try:
    leadkit.load_policy({str(tmp_path / "own.toml")!r})
except leadkit.PolicyError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"{tmp_path}/own.toml:4:1 scoring.limit: must be a number\n"
