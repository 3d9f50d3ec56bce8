"""What a review decided: its notes are kept, its measures stand beside the next review until they are done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, START, kept, open_desk, refused, team

CALLS = ("call every lead of a fair within a day", "li", date(2023, 10, 31))
PAGE = ("a new landing page", "mei", date(2023, 9, 30))
DIRECTOR = ACTORS["director"]


@pytest.fixture
def noted(desk) -> lk.Desk:
    """In the review of August two measures were decided."""
    team(desk, li="sales_rep", mei="marketing")
    desk.note_review(
        "2023-08", worked=["visits", "demos"], failed=["price"], improve=["quotes"], measures=[CALLS, PAGE], by=BOSS
    )
    return desk


class TestNotes:
    """The words of a review are kept, and its review shows them."""

    def test_they_stand_in_the_review_of_the_period_however_that_is_written(self, noted):
        for period in ("2023-08", "2023年8月", "2023-08-01..2023-09-01"):
            notes = noted.review(period).notes
            assert (notes.worked, notes.failed, notes.improve) == (("visits", "demos"), ("price",), ("quotes",))
        assert noted.review("2023-Q3").notes == lk.reviews.ReviewNotes()

    def test_notes_that_are_given_stand_instead(self, noted):
        given = lk.reviews.ReviewNotes(worked=("something else",))
        assert noted.review("2023-08", notes=given).notes == given
        assert noted.review("2023-08", notes=lk.reviews.ReviewNotes()).notes.worked == ()

    def test_what_comes_later_stands_behind(self, noted):
        for number in range(9):
            noted.note_review("2023-08", worked=[f"more {number}"], by=DIRECTOR)
        assert noted.review("2023-08").notes.worked == ("visits", "demos", *(f"more {number}" for number in range(9)))
        assert [row.id for row in kept(noted, "review_notes")][:2] == ["2023-08-1", "2023-08-10"]

    def test_the_receipt_names_what_was_kept_and_the_journal_counts_it(self, noted):
        receipt = noted.note_review("2023-07-03..2023-07-05", improve=["one"], by=BOSS)
        assert (receipt.outcome, receipt.notes) == ("noted", ("2023-07-03_2023-07-04-1",))
        entry = kept(noted, "journal")[-2]
        assert entry.details == {"period": "2023-08", "notes": 4, "measures": 2}
        assert "visits" not in str(kept(noted, "journal"))

    def test_the_same_key_keeps_it_once(self, noted):
        first = noted.note_review("2023-07", measures=[CALLS], key="k", by=BOSS)
        assert noted.note_review("2023-07", measures=[CALLS], key="k", by=BOSS) == first
        with refused(noted, "used for something else", error=lk.ConflictError):
            noted.note_review("2023-07", measures=[PAGE], key="k", by=BOSS)

    @pytest.mark.parametrize(
        ("period", "given", "words"),
        [
            ("soon", {"worked": ["a"]}, "period: is not a period"),
            ("2023-10", {"worked": ["a"]}, "period: has not begun"),
            ("2023-08", {}, "nothing is noted"),
            ("2023-08", {"failed": [" "]}, "failed.0: must be a text of 1 to"),
            ("2023-08", {"failed": ["a\0b"]}, "failed: holds a character that no store keeps"),
            ("2023-08", {"failed": ["a" * 40_000]}, "failed.0: must be a text of 1 to"),
            ("2023-08", {"worked": ["visits"]}, "worked.0: is noted already"),
            ("2023-08", {"improve": ["a", "a"]}, "improve.1: is noted already"),
            ("2023-08", {"measures": [CALLS]}, "measures.0: is noted already"),
            (
                "2023-08",
                {"measures": [("a", "zoe", date(2023, 10, 1))]},
                "active in the team (hint: possible: li, mei)",
            ),
            ("2023-08", {"measures": [("a", "li", date(2023, 7, 31))]}, "earliest possible: 2023-08-01"),
            ("2023-08", {"worked": "visits"}, "worked"),
            ("2023-08", {"measures": [("a", "li")]}, "measures.0.2"),
            ("2023-08", {"measures": [("a", "li", "2023-10-01")]}, "measures.0.2"),
            ("2023-08", {"measures": ["abc"]}, "measures.0"),
            ("2023-08", {"measures": [("a", "li", date(2023, 10, 1), "lucks")]}, "possible: leads, valid_leads"),
        ],
    )
    def test_what_is_no_note_is_refused_and_nothing_is_kept(self, noted, period, given, words):
        with refused(noted, words):
            noted.note_review(period, **{"improve": ["fine"], **given} if given else {}, by=BOSS)

    def test_every_problem_is_told_at_once(self, noted):
        measures = [("a", "zoe", date(2023, 7, 31))]
        with refused(noted, "worked.0", "not active in the team", "due before the period"):
            noted.note_review("2023-08", worked=[""], measures=measures, by=BOSS)

    def test_who_left_the_team_gets_no_measure(self, noted):
        noted.enrol(lk.Member(id="li", role="sales_rep", active=False), by=BOSS)
        with refused(noted, "possible: mei"):
            noted.note_review("2023-08", measures=[("a", *CALLS[1:])], by=BOSS)

    def test_without_a_team_somebody_is_enrolled_first(self):
        desk = open_desk()
        with refused(desk, "enrol them first"):
            desk.note_review("2023-08", measures=[CALLS], by=BOSS)


class TestMeasures:
    """A measure stands beside the reviews that follow, until it is done."""

    def test_they_are_listed_by_their_day(self, noted):
        page, calls = noted.measures()
        assert (page.id, page.period, page.text, page.owner, page.due) == ("2023-08-6", "2023-08", *PAGE)
        assert (calls.at, calls.by, calls.done_at, calls.done_by) == (START, BOSS.id, None, None)
        noted.finish_measure(page.id, by=DIRECTOR)
        assert [each.id for each in noted.measures(done=True)] == [page.id]
        assert noted.measures(done=False) == (calls,)

    def test_the_next_reviews_show_what_is_open_and_what_was_done_since(self, noted):
        noted.clock.pass_(days=3)
        noted.finish_measure("2023-08-6", by=DIRECTOR)
        noted.clock.pass_(days=60)

        def shown(period: str) -> list[tuple[str, bool]]:
            return [(each.id, each.done_at is not None) for each in noted.review(period).measures]

        both = [("2023-08-6", True), ("2023-08-5", False)]
        assert [shown(period) for period in ("2023-08", "2023-09", "2023-Q3", "2023")] == [both, both, both, both]
        assert [shown(period) for period in ("2023-10", "2023-Q4")] == [both[1:], both[1:]]
        assert [shown(period) for period in ("2023-07", "2023-Q2", "2023-08-01..2023-08-31")] == [[], [], []]

    def test_what_is_done_later_is_open_in_a_review_as_of_before(self, noted):
        noted.clock.pass_(days=10)
        noted.finish_measure("2023-08-5", by=DIRECTOR)
        before, after = (noted.review("2023-09", as_of=START + timedelta(days=days)) for days in (9, 10))
        assert [each.done_at for each in before.measures] == [None, None]
        assert [each.done_by for each in after.measures] == [None, DIRECTOR.id]

    def test_one_is_finished_once(self, noted):
        receipt = noted.finish_measure("2023-08-5", by=DIRECTOR)
        assert (receipt.outcome, receipt.owner, receipt.notes) == ("finished", "li", ("2023-08-5",))
        with refused(noted, "2023-08-5", "is done already", "open: 2023-08-6", error=lk.ConflictError):
            noted.finish_measure("2023-08-5", by=DIRECTOR)
        noted.finish_measure("2023-08-6", by=DIRECTOR)
        with refused(noted, "no measure is open", error=lk.ConflictError):
            noted.finish_measure("2023-08-6", by=DIRECTOR)

    @pytest.mark.parametrize("measure_id", ["2023-08-1", "2023-08-7", ""])
    def test_what_is_no_measure_is_not_finished(self, noted, measure_id):
        with refused(noted, "there is no such measure", "open: 2023-08-5, 2023-08-6", error=lk.errors.NotFoundError):
            noted.finish_measure(measure_id, by=BOSS)

    @pytest.mark.parametrize("role", ["sales_rep", "marketing", "system"])
    def test_who_may_not_decide_does_not(self, noted, role):
        with refused(noted, "allowed roles: supervisor, director", error=lk.NotAllowedError):
            noted.note_review("2023-08", worked=["a"], by=ACTORS[role])
        with refused(noted, "allowed roles: supervisor, director", error=lk.NotAllowedError):
            noted.finish_measure("2023-08-5", by=ACTORS[role])

    def test_they_are_in_the_json_of_a_review(self, noted):
        noted.clock.now = datetime(2023, 10, 2, tzinfo=UTC)
        (first, second) = noted.review("2023-Q3").to_dict()["measures"]
        assert (first["due"], first["owner"], first["done_at"]) == ("2023-09-30", "mei", None)
        assert second["at"] == START.isoformat()
        assert open_desk().review("2023-Q3").to_dict()["measures"] == []
