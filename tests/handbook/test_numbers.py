"""The numbers of the standard policy, clause by clause of the sales handbook that it encodes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

import leadkit as lk
from leadkit.checking.examples import mismatches
from leadkit.policy import shipped

BEST = {"company_size": "large", "role": "decision_maker", "budget_match": "full"}
CLEAR = {
    "product": "equipment",
    "days_to_purchase": 60,
    "need_described": True,
    "budget": 100_000,
    "industry": "新能源",
    "company_size": "large",
    "phone_valid": True,
}


class TestBehaviour:
    """Behaviour, at most 40: core page +5 each, download +10 each, webinar +15 each, reply +10 each."""

    @pytest.mark.parametrize(
        ("kind", "points"), [("core_page_visit", 5), ("content_download", 10), ("webinar", 15), ("reply", 10)]
    )
    def test_each_event_is_worth_its_points(self, standard, now, kind, points):
        """Each event earns its points every time."""
        assert standard.score({}, {kind: 1}, as_of=now).points == points
        assert standard.score({}, {kind: 2}, as_of=now).points == 2 * points

    @pytest.mark.parametrize("kind", ["core_page_visit", "content_download", "webinar", "reply"])
    def test_the_group_gives_at_most_40(self, standard, now, kind):
        """However often, behaviour gives no more than 40."""
        assert standard.score({}, {kind: 99}, as_of=now).points == 40

    def test_other_events_are_worth_nothing(self, standard, now):
        """What is not in the list earns nothing."""
        assert standard.score({}, {"follow_up": 9}, as_of=now).points == 0


class TestAttributes:
    """Attributes: size 20/15/10, role 30/20/10, budget match 20/10; the maxima add up to 70, the cap of 60 wins."""

    @pytest.mark.parametrize(
        ("fact", "value", "points"),
        [
            ("company_size", "large", 20),
            ("company_size", "medium", 15),
            ("company_size", "small", 10),
            ("role", "decision_maker", 30),
            ("role", "influencer", 20),
            ("role", "user", 10),
            ("budget_match", "full", 20),
            ("budget_match", "partial", 10),
            ("budget_match", "none", 0),
        ],
    )
    def test_each_level_is_worth_its_points(self, standard, now, fact, value, points):
        """Each level of size, role and budget match is worth its points."""
        assert standard.score({fact: value}, as_of=now).points == points

    def test_the_cap_wins_and_the_explanation_says_how_many_points_were_cut(self, standard, now):
        """The best lead has 60 for attributes, and the explanation shows the ten that were cut."""
        score = standard.score(BEST, as_of=now)
        cuts = [row for row in score.contributions if row.why == "group_limit"]
        assert score.points == 60
        assert [(row.group, row.points) for row in cuts] == [("attributes", -10)]
        assert "-10  cut by the group's limit" in score.explain()
        assert "-10  超出分组上限,扣减" in score.explain("zh_CN")


class TestPriority:
    """High from 80, medium from 50, low below: half-open intervals over exact numbers, so 79.5 is medium."""

    @pytest.mark.parametrize(
        ("points", "priority"),
        [
            ("80", "high"),
            ("79.999999", "medium"),
            ("79.5", "medium"),
            ("50", "medium"),
            ("49.999999", "low"),
            ("0", "low"),
        ],
    )
    def test_thresholds_from_both_sides(self, now, points, priority):
        """Each priority begins exactly at its points."""
        assert worth(points).score({"role": "user"}, as_of=now).bands["priority"] == priority


class TestNurtureStage:
    """Awareness below 40, interest from 40, consideration from 70; each with its cadence."""

    @pytest.mark.parametrize(
        ("points", "stage"),
        [
            ("70", "consideration"),
            ("69.999999", "interest"),
            ("40", "interest"),
            ("39.999999", "awareness"),
            ("0", "awareness"),
        ],
    )
    def test_thresholds_from_both_sides(self, now, points, stage):
        """Each stage of nurture begins exactly at its points."""
        policy = worth(points)
        score = policy.score({"role": "user"}, as_of=now)
        assert policy.nurture(score).stage == stage

    def test_cadence(self, standard):
        """One mail a month; every two weeks a mail and a call; every week a call, and a visit where needed."""
        stages = standard.document.nurture.stages
        cadence = {
            name: {means: (touch.every, touch.unit, touch.where_needed) for means, touch in stage.cadence.items()}
            for name, stage in stages.items()
        }
        assert cadence == {
            "awareness": {"mail": (1, "month", False)},
            "interest": {"mail": (2, "week", False), "call": (2, "week", False)},
            "consideration": {"call": (1, "week", False), "visit": (1, "week", True)},
        }


class TestScreening:
    """Valid when the need is clear, the company fits and the contact can be verified; else invalid with a reason."""

    def test_all_met_is_valid(self, standard):
        """A lead that meets every criterion is valid without a reason."""
        screening = standard.screen(CLEAR)
        assert screening.policy == standard.id
        assert (screening.outcome, screening.reasons, screening.missing) == ("valid", (), ())

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"budget": 99_999}, "budget_too_small"),
            ({"need_described": False}, "need_vague"),
            ({"phone_valid": False}, "contact_false"),
            ({"phone_valid": False, "email_valid": False}, "contact_false"),
        ],
    )
    def test_invalid_has_a_reason(self, standard, change, reason):
        """Each criterion that is not met gives its reason."""
        screening = standard.screen(CLEAR | change)
        assert (screening.outcome, screening.reasons) == ("invalid", (reason,))

    def test_a_valid_mail_verifies_a_contact_with_a_wrong_phone(self, standard):
        """One way to reach a contact is enough."""
        assert standard.screen(CLEAR | {"phone_valid": False, "email_valid": True}).outcome == "valid"

    @pytest.mark.parametrize(
        "fact", ["budget", "product", "days_to_purchase", "industry", "phone_valid", "company_size"]
    )
    def test_what_is_missing_leaves_a_lead_open(self, standard, fact):
        """A fact that nobody knows leaves the lead open, and is named."""
        screening = standard.screen(CLEAR | {fact: None})
        assert (screening.outcome, screening.reasons) == ("open", ())
        assert fact in screening.missing

    def test_the_machinery_policy_screens_out_other_industries(self):
        """Another industry has other criteria: a policy for machines takes no schools."""
        machinery = lk.load_policy("machinery")
        assert machinery.screen(CLEAR | {"budget": 300_000, "industry": "教育"}).reasons == ("not_target_industry",)


class TestConversion:
    """A lead becomes an opportunity when at least 2 of 4 hold."""

    def test_two_are_enough_and_one_is_open_while_others_are_unknown(self, standard):
        """Two signals are enough; with one it is open as long as others may come."""
        assert standard.qualify({"intent": True, "date_set": True}).outcome == "yes"
        assert standard.qualify({"intent": True}).outcome == "open"

    def test_three_unmet_are_a_no(self, standard):
        """Where three do not hold, two can't any more."""
        found = standard.qualify({"intent": False, "date_set": False, "decision_maker_involved": False})
        assert (found.outcome, found.unknown) == ("no", ("budget_confirmed",))

    def test_the_budget_counts_from_100_000(self, standard):
        """A confirmed budget is a signal from 100,000 on."""
        signals = {"budget_confirmed": True}
        assert "budget_confirmed" in standard.qualify({"budget": 100_000}, signals).met
        assert "budget_confirmed" in standard.qualify({"budget": 99_999}, signals).unmet


class TestExamples:
    """Every shipped policy carries examples of itself."""

    @pytest.mark.parametrize("name", shipped())
    def test_they_hold(self, name):
        """Every example in a shipped policy comes out as it says."""
        policy = lk.load_policy(name)
        assert policy.document.examples
        for example in policy.document.examples:
            assert mismatches(policy, example) == ()


class TestTime:
    """Time is given: later events don't count, the same id counts once, naive times are refused."""

    def test_events_after_as_of_do_not_count(self, standard, now):
        """What happens later does not count yet."""
        events = [("webinar", now), ("webinar", now + timedelta(seconds=1))]
        assert standard.score({}, events, as_of=now).points == 15

    def test_the_same_id_counts_once(self, standard, now):
        """One event that is told twice counts once."""
        event = {"activity_id": "a", "kind": "webinar", "occurred_at": now}
        assert standard.score({}, [event, dict(event)], as_of=now).points == 15

    def test_of_the_same_id_the_earliest_counts_in_any_order(self, standard, now):
        """Of two events with one id the earlier counts, in whatever order they come."""
        late = {"activity_id": "a", "kind": "webinar", "occurred_at": now + timedelta(days=1)}
        early = {"activity_id": "a", "kind": "reply", "occurred_at": now}
        assert [standard.score({}, pair, as_of=now).points for pair in ([late, early], [early, late])] == [10, 10]

    def test_naive_times_are_refused(self, standard, now):
        """A time without a zone is refused, wherever it stands."""
        with pytest.raises(lk.errors.FactError, match="without a zone"):
            standard.score({}, as_of=now.replace(tzinfo=None))
        with pytest.raises(lk.errors.FactError, match="occurred_at"):
            standard.score({}, [("webinar", now.replace(tzinfo=None))], as_of=now)

    def test_another_leads_activity_is_refused(self, standard, now):
        """A lead earns nothing by what another one did."""
        activity = lk.Activity(id="a", lead_id="2", kind="webinar", occurred_at=now)
        with pytest.raises(lk.errors.FactError, match="another lead"):
            standard.score(lk.Lead(id="1"), [activity], as_of=now)


class TestUnknown:
    """Unknown is not "no": the score counts 0 and says what remains possible."""

    def test_the_possible_range(self, standard, now):
        """What is unknown counts nothing, and the score says how far it may still rise."""
        score = standard.score({"company_size": "large"}, {"webinar": 1}, as_of=now)
        assert score.unknown == ("role", "budget_match")
        assert score.possible == (Decimal(45), Decimal(75))

    def test_nothing_unknown_leaves_no_range(self, standard, now):
        """Where everything is known, the score is the only possible one."""
        assert standard.score(BEST, as_of=now).possible == (60, 60)


def worth(points: str) -> lk.Policy:
    """The standard policy with a user role worth `points` in a group without other limits."""
    group = {"limit": 100, "rules": {"role": {"points": {"user": Decimal(points)}}}}
    return lk.load_policy({"name": "worth", "extends": "standard", "scoring": {"groups": {"attributes": group}}})
