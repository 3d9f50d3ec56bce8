"""JSON lines are a grid of the keys of all lines; nothing of a line is lost, and what is no object is refused."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.limits import Limits

FILES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
KEYS = st.text(st.characters(codec="utf-8", exclude_characters=".", exclude_categories=("C",)), max_size=5)
VALUES = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(st.characters(codec="utf-8"), max_size=20)


def grid(folder, text):
    (folder / "a.jsonl").write_text(text, encoding="utf-8")
    (read,) = read_grids(folder / "a.jsonl")
    return list(read.rows)


@FILES
@given(st.lists(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), min_size=1, max_size=5))
def test_every_value_stands_under_its_key(tmp_path, objects):
    (_, heads), *rows = grid(tmp_path, "\n".join(json.dumps(value, ensure_ascii=False) for value in objects))
    assert list(heads) == list(dict.fromkeys(key for value in objects for key in value))
    wanted = {
        number: value
        for number, value in enumerate(objects, start=1)
        if any(v not in (None, "") for v in value.values())
    }
    assert [number for number, _ in rows] == list(wanted)
    for number, cells in rows:
        assert dict(zip(heads, cells, strict=True)) == {
            head: wanted[number].get(head) or None if wanted[number].get(head) == "" else wanted[number].get(head)
            for head in heads
        }


def test_nested_objects_lists_and_exact_numbers(tmp_path):
    first = '{"id": 1, "contact": {"name": "李雷", "phones": ["1", 2, true, null]}, "budget": 0.1}'
    second = '{"budget": 1e3, "items": [{"a": 1.5}], "contact": {}, "none": []}'
    assert grid(tmp_path, f"\ufeff{first}\n\n{second}\n") == [
        (0, ("id", "contact.name", "contact.phones", "budget", "items", "contact", "none")),
        (1, (1, "李雷", "1; 2; true", Decimal("0.1"), None, None, None)),
        (3, (None, None, None, Decimal("1E+3"), '[{"a": "1.5"}]', None, None)),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"a": 1, "a": 2}', "holds a key twice"),
        ('{"a": {"b": 1}, "a.b": 2}', "holds a key twice"),
        ('{"a": NaN}', "NaN, which is no number"),
        ('{"a": 1e99999}', "too many digits"),
        ('{"a": ' + "9" * 50 + "}", "too many digits"),
        ('{"a":' * 20 + "1" + "}" * 20, "nested too deep"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deep"),
        ('{"a": "\\ud800"}', "half a character"),
        ("[1]", "is no JSON object"),
        ("x", "is no JSON: "),
        (json.dumps({f"k{n}": n for n in range(1001)}), "more than 1000 different keys"),
    ],
)
def test_a_bad_line_is_named_without_its_content(tmp_path, line, words):
    with pytest.raises(lk.errors.SheetError, match=rf"a\.jsonl, line 2: .*{words}"):
        grid(tmp_path, f'{{"a": 1}}\n{line}\n')


@pytest.mark.parametrize("text", ['[{"a": 1}]', "[\n  {}]", '{\n  "a": 1\n}', '{"a": [\n1]}', "[[1]]", '["a"]'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_another_json_document_is_refused(tmp_path, text, encoding):
    (tmp_path / "a.json").write_text(text, encoding=encoding)
    with pytest.raises(lk.errors.SheetError, match=r"a\.json: is a JSON document, not a spreadsheet .*JSON lines"):
        read_grids(tmp_path / "a.json")


@pytest.mark.parametrize("text", ["{x},b\n1,2\n", "[Name],b\n1,2\n", "{{name}},b\n1,2\n"])
def test_a_csv_may_start_with_a_bracket(tmp_path, text):
    assert len(grid(tmp_path, text)) == 2


def test_rows_are_bounded(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n' * 4)
    with pytest.raises(lk.errors.SheetError, match="line 3: it has more than 2 rows"):
        read_grids(tmp_path / "a.jsonl", limits=Limits(rows=2))
