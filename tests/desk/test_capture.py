"""Leads come in through the desk: chapter 1 of the handbook."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.records.join import join_duplicates
from tests.desk.desks import (
    ACTORS,
    BOSS,
    NEED,
    POOR,
    SIGNALS,
    START,
    VAGUE,
    dump,
    kept,
    lead,
    notices,
    open_desk,
    refused,
    touch,
)

REP = ACTORS["sales_rep"]
COMPANY = {"name": "北京北辰智能装备有限公司"}
UNKNOWN = {"name": None}


@pytest.fixture
def free() -> lk.Desk:
    """A desk that takes in leads of which nothing is known."""
    return open_desk(policy={"name": "open", "extends": "standard", "capture": {"required": []}})


class TestMandatoryFields:
    """1.2 Mandatory: source; contact name, job title, phone; company name, industry, size; first description."""

    FIELDS = ("source", "company", "industry", "company_size", "contact", "job_title", "phone", "need")

    def test_all_that_is_missing_is_named_at_once(self, desk):
        with refused(desk, *self.FIELDS):
            desk.capture(lk.Lead(id="L1"))

    @pytest.mark.parametrize(
        ("field", "said"),
        [
            ("source", {"source": None}),
            ("company", {"company": {"name": None}}),
            ("industry", {"company": {"industry": None}}),
            ("company_size", {"company": {"size": None}}),
            ("contact", {"contact": {"name": None}}),
            ("job_title", {"contact": {"job_title": None}}),
            ("phone", {"contact": {"phone": None}}),
            ("need", {"need": {"description": None}}),
        ],
    )
    def test_each_is_named_alone(self, desk, field, said):
        with pytest.raises(lk.CommandError) as caught:
            desk.capture(lead(**said))
        assert [problem.path for problem in caught.value.problems] == [field]

    def test_one_that_is_refused_stops_no_other(self, desk):
        outcomes = desk.capture_all([(lead(1), None), (lk.Lead(id="L2"), None), (lead(3), None)])
        assert [getattr(one, "outcome", type(one).__name__) for one in outcomes] == [
            "captured",
            "CommandError",
            "captured",
        ]
        assert {row.id for row in kept(desk, "leads")} == {"L1", "L3"}

    def test_a_fact_of_the_wrong_type_is_refused_and_stops_no_other(self, desk):
        strange = lead(2, custom={"budget": "lots"}), lead(3, custom={"phone_valid": "yes"})
        outcomes = desk.capture_all([(one, None) for one in (lead(1), *strange)])
        assert [isinstance(one, lk.CommandError) for one in outcomes] == [False, True, True]
        assert [str(one) for one in outcomes[1:]] == [
            "L2 budget: must be a finite number, not str",
            "L3 phone_valid: must be True, False or None, not str",
        ]

    def test_a_duplicate_with_a_fact_of_the_wrong_type_leaves_its_lead_as_it_was(self, desk):
        desk.capture(lead(1))
        with refused(desk, "budget"):
            desk.capture(lead(2, company={"name": lead(1).company.name}, custom={"budget": "lots"}))

    def test_no_personal_value_stands_in_an_error(self, desk):
        outcome = desk.capture_all([(lead(1, contact={"name": "张三", "phone": "1\0"}), None)])[0]
        assert isinstance(outcome, lk.CommandError)
        assert "张三" not in str(outcome)
        assert "contact.phone" in str(outcome)


class TestSource:
    """1.1 A lead carries its source (channel plus detail) and source tags."""

    def test_source_and_tags_are_kept(self, desk):
        said = lead(source=lk.Source(channel="展会", detail="2023年工博会"), tags=("线上广告", "展会"))
        status = desk.capture(said).status
        assert desk.lead("L1").lead == said.model_copy(update={"status": status})

    def test_a_lead_comes_back_as_it_went_in(self, desk):
        budget = lk.Budget(low="500000.50", high="800000", currency="EUR")
        said = lead(need={"budget": budget, "product": "equipment"}, received_at=START, entered_by="赵六")
        status = desk.capture(said).status
        assert desk.lead("L1").lead == said.model_copy(update={"status": status})


class TestDuplicates:
    """1.4 The same person or company arriving through two channels is found and merged, keeping both sources."""

    @pytest.mark.parametrize(
        "phone", ["+86 138 0010 0001", "138-0010-0001", "0086 13800100001", "１３８００１００００１"]
    )
    def test_by_the_phone_in_another_spelling(self, free, phone):
        free.capture(lead(1))
        assert free.capture(lead(2, company=UNKNOWN, contact={"phone": phone})).outcome == "joined"

    def test_by_the_mail_address_in_another_case(self, free):
        free.capture(lead(1, company=UNKNOWN, contact={"email": "Wang@Acme.com"}))
        receipt = free.capture(lead(2, contact={"email": "wang@acme.COM"}))
        assert (receipt.outcome, receipt.lead_id) == ("joined", "L1")
        assert free.lead("L1").lead.company.name == lead(2).company.name

    def test_another_company_under_one_phone_is_another_lead(self, desk):
        phone = {"phone": "13800100001"}
        assert [desk.capture(lead(n, contact=phone)).outcome for n in (1, 2, 3)] == ["captured"] * 3
        again = [desk.capture(lead(n + 3, contact=phone, company={"name": lead(n).company.name})) for n in (1, 2, 3)]
        assert [(receipt.outcome, receipt.lead_id) for receipt in again] == [("joined", f"L{n}") for n in (1, 2, 3)]

    def test_who_names_no_company_under_a_phone_of_several_is_a_lead_by_themselves(self, free):
        phone = {"phone": "13800100001"}
        free.capture_all([(lead(n, contact=phone), None) for n in (1, 2)])
        alone = [free.capture(lead(n, contact=phone, company=UNKNOWN)) for n in (3, 4)]
        assert [(receipt.outcome, receipt.lead_id) for receipt in alone] == [("captured", "L3"), ("joined", "L3")]

    @pytest.mark.parametrize("name", ["个人", "N/A", "test", "某公司", "测试有限公司", "XX公司"])
    def test_nobodys_company_joins_nobody(self, free, name):
        assert [free.capture(lead(n, company={"name": name})).outcome for n in (1, 2)] == ["captured", "captured"]

    @pytest.mark.parametrize("phone", ["13800000000", "400-820-8820", "000-0000-0000", "18888888888"])
    def test_nobodys_phone_joins_nobody(self, free, phone):
        leads = [lead(n, company=UNKNOWN, contact={"phone": phone, "email": "test@test.com"}) for n in (1, 2)]
        assert [free.capture(one).outcome for one in leads] == ["captured", "captured"]

    def test_a_name_without_a_place_is_joined_by_the_phone_or_where_only_one_company_has_it(self, desk):
        named = {place: {"name": f"{place}北辰智能装备有限公司"} for place in ("", "北京", "上海")}
        desk.capture_all([(lead(1, company=named["北京"]), None), (lead(2, company=named["上海"]), None)])
        assert desk.capture(lead(3, company=named[""], contact={"phone": lead(2).contact.phone})).lead_id == "L2"
        assert desk.capture(lead(4, company=named[""])).lead_id == "L4"

    @pytest.mark.parametrize("name", ["北辰智能装备", "北京北辰智能装备股份有限公司", "北京北辰智能裝備有限公司"])
    def test_by_the_company_with_and_without_its_legal_form(self, desk, name):
        desk.capture(lead(1, company=COMPANY))
        assert desk.capture(lead(2, company={"name": name})).lead_id == "L1"

    def test_a_company_in_another_place_is_another_one(self, desk):
        desk.capture(lead(1, company=COMPANY))
        assert desk.capture(lead(2, company={"name": "上海北辰智能装备有限公司"})).outcome == "captured"

    @pytest.mark.parametrize("end", ["invalid", "archived", "lost"])
    def test_who_comes_back_after_the_first_lead_has_ended_is_a_new_lead(self, desk, end):
        poor = {"description": "预算2000元,了解一下"}
        desk.capture(lead(1, company=COMPANY, **({"need": poor} if end != "lost" else {})))
        if end == "archived":
            desk.archive("L1", by=BOSS)
        if end == "lost":
            converted = desk.opportunities.convert("L1", SIGNALS, by=REP)
            assert desk.capture(lead(2, company=COMPANY)).lead_id == "L1"
            desk.opportunities.lose(converted.opportunity_id, "price", by=REP)
        desk.clock.pass_(days=29)
        assert desk.capture(lead(3, company=COMPANY)).lead_id == "L1"
        desk.clock.pass_(days=1)
        fresh = desk.capture(lead(4, company=COMPANY))
        assert (fresh.outcome, fresh.status) == ("captured", "valid")
        assert "L4" in {item.lead_id for item in desk.due(kind="response")}
        assert desk.capture(lead(5, company=COMPANY)).lead_id == "L4"

    def test_who_comes_back_while_somebody_works_on_the_first_lead_is_no_new_lead(self, desk):
        desk.capture(lead(1, company=COMPANY))
        desk.capture(lead(6))
        desk.opportunities.convert("L6", SIGNALS, by=REP)
        desk.clock.pass_(days=300)
        assert desk.capture(lead(2, company=COMPANY)).lead_id == "L1"
        same = {"name": lead(6).company.name}
        assert desk.capture(lead(7, company=same, contact={"phone": "13800100006"})).lead_id == "L6"

    def test_both_sources_and_both_contacts_are_kept(self, desk):
        desk.capture(lead(1, company=COMPANY))
        desk.capture(lead(2, company=COMPANY, source=lk.Source(channel="展会"), tags=("展会",)))
        joined = desk.lead("L1").lead
        assert (joined.source.channel, [one.channel for one in joined.other_sources]) == ("官网", ["展会"])
        assert (joined.contact.name, [one.name for one in joined.other_contacts]) == ("王1", ["王2"])
        assert joined.tags == ("展会",)

    def test_the_same_name_with_another_phone_is_another_contact(self, desk):
        desk.capture(lead(1, company=COMPANY, contact={"name": "李四", "phone": "13800100001"}))
        desk.capture(lead(2, company=COMPANY, contact={"name": "李四", "phone": "13800100002"}))
        joined = desk.lead("L1").lead
        assert (joined.contact.phone, [one.phone for one in joined.other_contacts]) == ("13800100001", ["13800100002"])

    def test_a_phone_that_is_none_gives_way_to_the_right_one(self, desk):
        wrong = desk.capture(lead(1, company=COMPANY, contact={"name": "李四", "phone": "1371234567"}))
        assert wrong.status == "invalid"
        mended = desk.capture(lead(2, company=COMPANY, contact={"name": "李四", "phone": "13712345678"}))
        assert (mended.lead_id, mended.status) == ("L1", "valid")
        joined = desk.lead("L1").lead
        assert (joined.contact.phone, [one.phone for one in joined.other_contacts]) == ("13712345678", ["1371234567"])

    def test_the_contact_of_a_duplicate_is_found_again_too(self, free):
        free.capture(lead(1, company=COMPANY))
        free.capture(lead(2, company=COMPANY))
        assert free.capture(lead(3, company=UNKNOWN, contact={"phone": lead(2).contact.phone})).lead_id == "L1"

    def test_what_the_duplicate_says_otherwise_is_kept_and_named(self, desk):
        first = lead(1, company={**COMPANY, "size": "小型"}, contact={"job_title": "采购专员"})
        later = lead(2, company={**COMPANY, "size": "大型"}, contact={"name": "王1", "phone": "13800100001"})
        desk.capture(first)
        receipt = desk.capture(later)
        assert (receipt.outcome, receipt.differences) == ("joined", ("company_size", "job_title"))
        assert desk.lead("L1").lead.other_values == {"company_size": ("大型",)}
        assert [one.job_title for one in desk.lead("L1").lead.other_contacts] == ["采购总监"]
        assert desk.history("L1")[-1].details["differences"] == ("company_size", "job_title")
        assert "大型" not in str(desk.history("L1"))

    def test_a_decision_maker_who_comes_second_counts(self, desk):
        desk.capture(lead(1, company=COMPANY, contact={"job_title": "技术员"}))
        assert desk.lead("L1").points == 45
        desk.capture(lead(2, company=COMPANY, contact={"job_title": "总经理"}))
        assert desk.lead("L1").points == 60

    def test_who_says_nothing_new_was_seen_before(self, desk):
        desk.capture(lead(1, company=COMPANY))
        desk.capture(lead(2, company=COMPANY))
        before = dump(desk)
        again = [desk.capture(lead(n, id=f"again{n}", company=COMPANY)) for n in (1, 2)]
        assert [(receipt.outcome, receipt.lead_id, receipt.version) for receipt in again] == [("repeated", "L1", 2)] * 2
        after = dump(desk)
        changed = {name for name, rows in after.items() if rows != before[name]}
        assert changed == {"leads"}
        assert desk.lead("again2").id == "L1"
        assert desk.review("2023-09").problems["duplicate_lead"] == 1

    def test_what_only_the_duplicate_says_completes_the_lead(self, desk):
        desk.capture(lead(1, company=COMPANY, **VAGUE))
        assert desk.lead("L1").status == "new"
        desk.capture(lead(2, company=COMPANY, need={"budget": lk.Budget(high=600_000)}))
        assert desk.lead("L1").missing == ()

    def test_what_both_need_is_kept(self, desk):
        desk.capture(lead(1, company=COMPANY))
        desk.capture(lead(2, company=COMPANY, need={"description": "再要两台机器人"}))
        assert desk.lead("L1").lead.need.description == f"{NEED}\n再要两台机器人"

    def test_several_in_one_batch_join_the_first_and_each_is_told(self, desk):
        outcomes = desk.capture_all([(lead(n, company=COMPANY), None) for n in (1, 2, 3)])
        assert [(one.outcome, one.lead_id) for one in outcomes] == [
            ("captured", "L1"),
            ("joined", "L1"),
            ("joined", "L1"),
        ]
        assert len(notices(desk, "lead_joined")) == 2

    def test_the_ids_of_duplicates_keep_working(self, desk):
        desk.capture(lead(1, company=COMPANY))
        desk.capture(lead(2, company=COMPANY))
        assert desk.lead("L2").id == "L1"
        assert desk.record(touch(1, "L2")).lead_id == "L1"
        assert desk.screen("L2").lead_id == "L1"
        assert desk.history("L2") == desk.history("L1")
        assert [one.lead_id for one in desk.activities("L1")] == ["L2"]
        assert desk.lead("L1").points == 70

    def test_a_duplicate_stands_in_no_queue(self, desk):
        desk.capture_all([(lead(n, company=COMPANY), None) for n in (1, 2)])
        assert [one.id for one in desk.queue()] == ["L1"]

    def test_a_duplicate_of_an_archived_lead_leaves_it_in_the_archive(self, desk):
        desk.capture(lead(1, company=COMPANY, **POOR))
        desk.archive("L1", by=ACTORS["supervisor"])
        assert desk.capture(lead(2, company=COMPANY)).status == "archived"

    @given(numbers=st.lists(st.integers(0, 5), min_size=1, max_size=8), cut=st.integers(0, 8))
    def test_however_they_come_in_batches_the_same_leads_are_joined(self, numbers, cut):
        leads = [lead(n + 1, id=f"I{place}") for place, n in enumerate(numbers)]
        wanted = join_duplicates(leads).joined_to
        for batches in ([leads], [leads[:cut], leads[cut:]], [[one] for one in leads]):
            desk = open_desk()
            for batch in batches:
                desk.capture_all([(one, None) for one in batch])
            assert {row.id: row.merged_into for row in kept(desk, "leads") if row.merged_into} == wanted


class Register:
    """A register that knows facts of some leads; what is an exception, it raises."""

    name = "register"

    def __init__(self, **known):
        self.known = known

    @lk.hookimpl
    def leadkit_verify(self, lead):
        said = self.known.get(lead.id)
        if isinstance(said, Exception):
            raise said
        return lk.Verification(facts=said) if said else None


class TestVerification:
    """1.5 Contact and company data are verified; an unverifiable contact makes the lead invalid."""

    def test_a_contact_that_is_none_makes_a_lead_invalid(self, desk):
        desk.capture(lead(1, contact={"phone": "138****0001"}))
        assert (desk.lead("L1").status, desk.lead("L1").reasons) == ("invalid", ("contact_false",))

    def test_what_a_register_says_wins_and_stays(self):
        desk = open_desk(plugins=[Register(L1={"phone_valid": False})])
        assert desk.capture(lead(1)).status == "invalid"
        assert desk.screen("L1").status == "invalid"

    def test_a_register_that_fails_is_named_in_the_journal_and_the_lead_comes_in(self):
        desk = open_desk(plugins=[Register(L1=TimeoutError())])
        assert desk.capture(lead(1)).status == "valid"
        assert desk.history("L1")[0].details["not_verified_by"] == ("register",)

    def test_a_register_that_gives_what_no_store_keeps_counts_as_one_that_failed(self):
        desk = open_desk(plugins=[Register(L1={"industry": object()})])
        desk.capture(lead(1))
        assert desk.history("L1")[0].details["not_verified_by"] == ("register",)

    def test_a_register_that_gives_a_wrong_type_stops_no_lead(self):
        desk = open_desk(plugins=[Register(L1={"phone_valid": "sure"})])
        outcomes = desk.capture_all([(lead(1), None), (lead(2), None)])
        assert [outcome.outcome for outcome in outcomes] == ["captured", "captured"]
        assert desk.history("L1")[0].details["not_verified_by"] == ("register:phone_valid",)


class TestScreening:
    """1.6 Valid when the need is clear, the company fits and the contact can be verified; else invalid, with why."""

    @pytest.mark.parametrize(
        ("said", "status", "reasons", "notice"),
        [
            ({}, "valid", (), "lead_entered_pool"),
            (POOR, "invalid", ("budget_too_small",), "lead_needs_review"),
            (VAGUE, "new", (), "lead_needs_facts"),
        ],
    )
    def test_a_verdict_its_reasons_and_whom_it_is_told(self, desk, said, status, reasons, notice):
        assert desk.capture(lead(1, **said)).status == status
        assert desk.lead("L1").reasons == reasons
        assert [row.kind for row in kept(desk, "outbox")] == [notice]
        assert (desk.lead("L1").missing != ()) == (status == "new")

    def test_it_is_the_policy_that_screens(self, desk):
        desk.capture(lead(1, **VAGUE))
        alone = desk.policy.screen(lead(1, **VAGUE), as_of=START)
        assert (desk.lead("L1").screening, desk.lead("L1").missing) == (alone.outcome, alone.missing)


class TestIds:
    """A lead has one id, given by the caller."""

    def test_the_same_id_twice_is_a_conflict(self, desk):
        desk.capture(lead(1))
        with refused(desk, "L1", "there is a lead with this id already", error=lk.ConflictError):
            desk.capture(lead(2, id="L1"))

    def test_also_in_one_batch_and_for_the_id_of_a_duplicate(self, desk):
        batch = [lead(1, company=COMPANY), lead(2, company=COMPANY), lead(3, id="L2")]
        outcomes = desk.capture_all([(one, None) for one in batch])
        assert isinstance(outcomes[2], lk.ConflictError)
        assert len(dump(desk)["leads"]) == 2


class TestStrangeFields:
    """A field of a lead's own that the policy does not know, such as a misspelt one, is told in the receipt."""

    def test_it_is_told_when_it_comes(self):
        desk = open_desk(policy={"name": "ours", "extends": "standard", "fields": {"installed_base": {"type": "text"}}})
        assert desk.capture(lead(1, custom={"installed_base": "x"})).findings == ()
        assert desk.capture(lead(2, custom={"instaled_base": "x"})).findings == ("custom_unknown",)
        assert desk.amend("L1", {"custom.instaled_base": "x"}).findings == ("custom_unknown",)
        assert desk.amend("L1", {"custom.installed_base": "y"}).findings == ()
