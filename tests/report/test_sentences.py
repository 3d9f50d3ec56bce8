"""What to look at next follows from the figures."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings

from leadkit.adapters.report.page import review_html
from leadkit.adapters.report.sentences import DISTORTING, RULES, Named, sentences
from leadkit.reviewing.cases import LeadCase
from leadkit.reviewing.count import count
from leadkit.reviewing.rates import change_of_count, change_of_rate, wilson
from leadkit.reviewing.review import Review, reviewed
from leadkit.texts import texts
from tests.report.reviews import empty, ordinary, reviews, reviews_of_channels
from tests.reviewing.made_up import QUARTER


def said(review: Review, code: str) -> list[dict]:
    return [dict(one.facts) for one in sentences(review) if one.code == code]


def shares(review: Review) -> dict[str | None, tuple[int, int]]:
    return {one.key: (one.won, one.valid_leads) for one in review.by["channel"] if one.valid_leads}


def better(review: Review, name: str) -> bool | None:
    """Whether a figure moved by more than chance for the better; reckoned anew from both periods."""
    before, now = getattr(review.previous, name), getattr(review.total, name)
    if isinstance(now, int) and not any(getattr(review.previous, each) for each in TestChanges.NAMES):
        return None
    moved = change_of_count(before, now) if isinstance(now, int) else change_of_rate(before, now)
    return {"up": name != "lost", "down": name == "lost"}.get(moved)


def test_a_period_that_is_not_over_is_not_compared_with_a_whole_one():
    leads = [
        LeadCase(id=str(n), status="valid", received_at=QUARTER.previous.start + timedelta(days=n)) for n in range(105)
    ]
    early = QUARTER.start + timedelta(days=14)
    cells, before = (count(leads, [], one, as_of=early) for one in (QUARTER, QUARTER.previous))
    running = reviewed(cells, before, QUARTER, as_of=early, currency="CNY")
    assert [(one.before, one.now, one.direction) for one in running.changes][:2] == [(91, 14, None)] * 2
    assert next(one.code for one in sentences(running)) == "unfinished"
    assert not {"risen", "fallen", "unchanged"} & {one.code for one in sentences(running)}


class TestChanges:
    """A change is told where it is more than noise, once for better and once for worse."""

    NAMES = ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost")
    RATES = ("valid_rate", "lead_to_win_rate", "win_rate")

    @given(reviews())
    def test_exactly_the_changes_beyond_noise_are_told_on_the_right_side(self, review):
        for code, wanted in (("risen", True), ("fallen", False)):
            told = [change.name for facts in said(review, code) for change in facts["changes"]]
            assert told == [name for name in (*self.NAMES, *self.RATES) if better(review, name) is wanted]

    @given(reviews())
    def test_that_nothing_moved_is_told_only_where_nothing_did_and_both_periods_have_leads(self, review):
        moved = any(better(review, name) is not None for name in (*self.NAMES, *self.RATES))
        assert bool(said(review, "unchanged")) == bool(not moved and review.previous.leads and review.total.leads)


class TestChannels:
    """The channel with the best lower bound is named, and those that lie surely below all the others."""

    @given(reviews() | reviews_of_channels())
    def test_no_known_channel_with_enough_leads_has_a_higher_lower_bound_than_the_best(self, review):
        counted = shares(review)
        sure = {key: wilson(*two).low for key, two in counted.items() if key and two[1] >= 30 and 0 < two[0] <= two[1]}
        told = said(review, "best_channel")
        assert bool(told) == bool(sure and len(counted) > 1)
        for facts in told:
            assert abs(sure[facts["channel"].key] - max(sure.values())) < Decimal("0.000001")
            assert facts["low"] == facts["rate"].low
            assert (facts["rate"].met, facts["rate"].of) == counted[facts["channel"].key]

    @given(reviews() | reviews_of_channels())
    def test_a_weak_channel_is_one_whose_interval_ends_below_where_that_of_the_rest_begins(self, review):
        counted = shares(review)
        weak = []
        for key, (won, valid) in counted.items():
            rest = [two for other, two in counted.items() if other != key]
            others = sum(two[0] for two in rest), sum(two[1] for two in rest)
            enough = key is not None and valid >= 30 and won <= valid and 0 < others[1] >= others[0]
            if enough and round(wilson(won, valid).high, 6) < round(wilson(*others).low, 6):
                weak.append(key)
        assert [facts["channel"].key for facts in said(review, "weak_channel")] == weak

    @given(reviews() | reviews_of_channels())
    def test_channels_with_few_valid_leads_are_named_all_together(self, review):
        counted = shares(review)
        few = [key for key, (_, valid) in counted.items() if key is not None and valid < 30]
        told = [name.key for facts in said(review, "few_in_channels") for name in facts["channels"]]
        assert told == (few if len(counted) > 1 else [])


class TestReasons:
    """The reason with the largest share is named; nothing where two share the lead or it is not known."""

    @given(reviews())
    def test_the_named_reason_has_more_cases_than_every_other(self, review):
        for code, rows in (("main_loss", review.losses), ("main_screening_reason", review.screening_reasons)):
            counts = {row.reason: row.rate.met for row in rows}
            leading = [reason for reason, number in counts.items() if number == max(counts.values())]
            wanted = leading if len(leading) == 1 and leading != [None] else []
            assert [facts["reason"].key for facts in said(review, code)] == wanted


class TestResponses:
    """A priority is named where more than one in ten of its due responses is late."""

    @given(reviews())
    def test_exactly_the_priorities_above_one_in_ten_are_named(self, review):
        late = [
            one.key for one in review.responses if one.late.of and Decimal(one.late.met) / one.late.of > Decimal("0.1")
        ]
        assert [facts["priority"].key for facts in said(review, "late_priority")] == late


class TestDoubts:
    """Small samples and problems in the data are told."""

    @given(reviews())
    def test_a_total_rate_of_one_to_twenty_nine_cases_is_said_to_allow_no_conclusion(self, review):
        for code, of in (
            ("few_valid_leads", review.total.valid_leads),
            ("few_closed", review.total.won + review.total.lost),
        ):
            assert [facts["number"] for facts in said(review, code)] == ([of] if 0 < of < 30 else [])

    @given(reviews())
    def test_every_problem_that_shifts_a_figure_is_told_with_its_count(self, review):
        for code in DISTORTING:
            wanted = [review.problems[code]] if code in review.problems else []
            assert [facts["number"] for facts in said(review, code)] == wanted

    def test_opportunities_that_close_before_they_open_are_told(self):
        assert said(ordinary(), "closed_before_opened") == [{"number": 1}]

    def test_an_empty_period_is_told_and_nothing_else(self):
        assert [one.code for one in sentences(empty())] == ["nothing"]


class TestWords:
    """Every sentence has words in both languages, and they name the facts that it has."""

    @given(reviews())
    @settings(max_examples=10)
    def test_every_sentence_can_be_said(self, review):
        for language in ("zh_CN", "en"):
            page = review_html(review, language=language)
            assert page.count('<span class="said">') == len(sentences(review))
            assert not any(f"{{{name}}}" in page for one in sentences(review) for name in one.facts)

    def test_every_rule_states_itself_and_every_text_has_a_rule(self):
        assert all(rule.__doc__.startswith("Said ") for rule in RULES)
        codes = {one.code for seed in range(6) for one in sentences(ordinary(leads=60 + 200 * seed, seed=seed))}
        assert codes | {"nothing"} <= set(texts("review", "en")["sentences"])

    def test_a_named_key_keeps_what_it_is_a_key_of(self):
        assert said(ordinary(), "best_channel")[0]["channel"].of == "channel"
        assert Named("channel", "a") != Named("owner", "a")
