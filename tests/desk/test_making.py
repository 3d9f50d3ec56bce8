"""Rows made in one go are those that their class makes, and as frozen."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from attrs import asdict, evolve
from attrs.exceptions import FrozenAttributeError
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkit.store.making import maker, with_columns
from leadkit.store.tables import TABLES
from leadkit.testing.storage.rows import rows


def of_any_table() -> st.SearchStrategy[tuple[Any, Any, list[str]]]:
    """Two rows of one table, and some of its columns."""
    of_table = {
        table: st.tuples(rows(table), rows(table), st.lists(st.sampled_from([*table.columns]))) for table in TABLES
    }
    return st.sampled_from(TABLES).flatmap(of_table.__getitem__)


@given(of_any_table())
@settings(max_examples=50, deadline=None)
def test_a_row_is_made_and_changed_as_its_class_does(drawn):
    row, other, columns = drawn
    values = asdict(row, recurse=False)
    changes = {name: getattr(other, name) for name in columns}
    made, changed = maker(type(row))([*values.values()]), with_columns(row, changes)
    assert made == row
    assert changed == evolve(row, **changes)
    assert type(made) is type(changed) is type(row)
    assert pickle.loads(pickle.dumps(made)) == row
    for each in (made, changed):
        with pytest.raises(FrozenAttributeError):
            each.id = "other"


def test_a_column_that_there_is_not_is_refused():
    row = TABLES[0].row(id="L1", captured_at=None)
    with pytest.raises(AttributeError):
        with_columns(row, {"colour": "red"})
