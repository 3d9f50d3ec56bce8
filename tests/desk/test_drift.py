"""What somebody changed in the tables by hand is named, and the SQL beside it mends it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

import leadkit as lk
from leadkit.adapters.sql import drift
from leadkit.adapters.sql.engines import engine_of
from leadkit.errors import StorageError
from tests.desk.stores import address

pytestmark = pytest.mark.xdist_group("stores")
CHANGES = {
    "DROP INDEX ix_leadkit_keys_at": ("ix_leadkit_keys_at", "index is missing"),
    "ALTER TABLE leadkit_leads DROP COLUMN region": ("leadkit_leads.region", "column is missing"),
    "DROP TABLE leadkit_claims": ("leadkit_claims", "table is missing"),
    "ALTER TABLE leadkit_members ADD COLUMN mood TEXT": ("leadkit_members.mood", "column is too many"),
    "CREATE TABLE leadkit_moods (id TEXT)": ("leadkit_moods", "table is too many"),
}


def run(url: str, *statements: str) -> None:
    engine = engine_of(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    return address(request.param, tmp_path)


def test_a_store_as_it_was_made_has_none(url):
    assert drift(url) == ()


@pytest.mark.parametrize("change", CHANGES)
def test_each_difference_is_named_and_its_hint_mends_it(url, change):
    run(url, change)
    place, words = CHANGES[change]
    problems = drift(url)
    assert problems[0].place == place
    assert words in problems[0].message
    if "missing" in words:
        run(url, *(problem.hint for problem in problems))
        assert drift(url) == ()
    else:
        assert len(problems) == 1
    lk.Desk("standard", url).close()


def test_a_version_that_was_taken_away_is_said(url):
    run(url, "DELETE FROM leadkit_version")
    for call in (lambda: lk.Desk("standard", url), lambda: lk.migrate(url), lambda: drift(url)):
        with pytest.raises(StorageError) as caught:
            call()
        assert "leadkit_version is empty" in str(caught.value)


def test_another_version_is_said(url):
    run(url, "UPDATE leadkit_version SET version_num = '0009'")
    with pytest.raises(StorageError, match="has schema 0009"):
        drift(url)
