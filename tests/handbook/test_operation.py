"""Running it: response times, reminders, checks of contacts, and who may do what."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import leadkit as lk
from tests.desk.desks import BOSS, START, lead, notices, open_desk, touch


class TestResponses:
    """Who asks is answered, the sooner the better the lead."""

    @pytest.mark.parametrize(
        ("priority", "size", "title", "hours"),
        [("high", "5000人", "总经理", 2), ("medium", "500人", "采购总监", 4), ("low", "20人", "操作员", 24)],
    )
    def test_response_times(self, desk, priority, size, title, hours):
        """High priority two hours, medium four, low a day."""
        desk.capture(lead(company={"size": size}, contact={"job_title": title}))
        for number in range(2 if priority == "high" else 0):
            desk.record(lk.Activity(id=f"w{number}", lead_id="L1", kind="webinar", occurred_at=START))
        assert desk.lead("L1").priority == priority
        (owed,) = [item for item in desk.due() if item.kind == "response"]
        assert owed.due_at - START == timedelta(hours=hours)

    def test_a_breach_is_seen_and_counted(self, desk):
        """A late answer is told, and stands in the review."""
        desk.capture(lead())
        desk.clock.pass_(hours=5)
        desk.tick()
        assert len(notices(desk, "response_breached")) == 1
        desk.record(touch(1, occurred_at=desk.clock.now))
        review = desk.review("2023-09")
        (medium,) = [row for row in review.responses if row.key == "medium"]
        assert (medium.late.met, medium.late.of) == (1, 1)


class TestReminders:
    """Nothing that is owed is forgotten."""

    def test_three_days_of_silence(self, desk):
        """A lead that nobody followed up for three days is told to its owner."""
        desk.capture(lead())
        desk.assign("L1", to="chen", by=BOSS)
        desk.clock.pass_(hours=71)
        desk.tick()
        assert notices(desk, "follow_up_due") == []
        desk.clock.pass_(hours=2)
        desk.tick()
        assert [row.recipient for row in notices(desk, "follow_up_due")] == ["chen"]

    def test_an_agreed_day_counts(self, desk):
        """A next step that was agreed for a day is due on that day."""
        desk.capture(lead())
        day = START + timedelta(days=9)
        desk.record(touch(1, next_step="拜访", next_at=day))
        assert [item.due_at for item in desk.due() if item.kind == "follow_up"] == [day]

    def test_notices_go_out_by_themselves(self):
        """What a tick finds is delivered by the notifiers that are there, each notice once."""
        told = []

        class Notifier:
            @lk.hookimpl
            def leadkit_notify(self, notice):
                told.append(notice.kind)

        desk = open_desk(plugins=[Notifier()])
        desk.capture(lead())
        desk.clock.pass_(days=4)
        desk.tick()
        desk.deliver()
        desk.deliver()
        assert "follow_up_due" in told
        assert len(told) == len(set(told))


class TestChecks:
    """Contact and company data are checked before anybody spends time on them."""

    @pytest.mark.parametrize("phone", ["13800138", "1380013800a"])
    def test_a_false_phone_is_found(self, desk, phone):
        """A number that can't be one verifies nobody."""
        desk.capture(lead(contact={"phone": phone}))
        assert desk.lead("L1").reasons == ("contact_false",)

    @pytest.mark.parametrize("phone", ["00000000000", "12345678901"])
    def test_a_dummy_phone_is_none(self, desk, phone):
        """A number that everybody makes up is no phone, and a lead must have one."""
        with pytest.raises(lk.CommandError) as refusal:
            desk.capture(lead(contact={"phone": phone}))
        assert [problem.path for problem in refusal.value.problems] == ["phone"]

    def test_false_leads_take_no_time(self, desk):
        """A lead whose contact is false is not in the queue, and owes no answer."""
        desk.capture(lead(contact={"phone": "138"}))
        assert desk.queue() == ()
        assert [item for item in desk.due() if item.kind in {"response", "follow_up"}] == []

    def test_a_register_is_asked(self):
        """An outside register, by a plugin, says what it knows of the company when a lead comes in."""
        asked = []

        class Register:
            @lk.hookimpl
            def leadkit_verify(self, lead):
                asked.append(lead.company.name)
                return lk.Verification(facts={"company_size": "small"})

        desk = open_desk(plugins=[Register()])
        desk.capture(lead())
        assert len(asked) == 1
        assert desk.facts("L1", at=START)["company_size"] == "small"


class TestRoles:
    """Each department does its part, and sees the same."""

    def test_roles_are_the_companys(self):
        """Who may do what stands in the policy; a company names other roles without a line of code."""
        desk = open_desk(policy={"extends": "standard", "name": "ours", "permissions": {"archive": ["quality"]}})
        desk.capture(lead(contact={"phone": "138"}))
        with pytest.raises(lk.NotAllowedError):
            desk.archive("L1", by=BOSS)
        assert desk.archive("L1", by=lk.Actor(id="q", role="quality")).outcome == "archived"

    def test_a_working_day_follows_the_calendar(self):
        """Working days are those of the country, with its holidays and the working hours of the company."""
        desk = open_desk()
        eve = datetime(2023, 9, 28, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
        due = desk.policy.document.service_levels.entry.due(eve, desk.executor.calendar())
        assert due.at.astimezone(eve.tzinfo).date().isoformat() == "2023-10-07"
