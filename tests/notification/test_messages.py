"""Every notice says something in both languages, and a company can say it in its own words."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from string import Template
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.notification.messages import COMMON, DETAILS, OTHER, WORDS, Message, load_texts, render
from leadkit.errors import PluginError
from leadkit.plugins.notice import Notice
from leadkit.policy.layers import shipped
from leadkit.texts import Language
from tests.desk.desks import ACTORS, POOR, START, VAGUE, lead, open_desk, team, touch
from tests.notification.servers import notice

LANGUAGES = get_args(Language)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("language", LANGUAGES)
class TestShipped:
    def test_there_is_a_text_for_every_kind_and_no_other(self, language):
        assert set(load_texts(language).templates) == {*DETAILS, OTHER}

    def test_a_companys_file_may_say_all_that_the_shipped_one_says(self, language):
        texts = load_texts(language)
        assert load_texts(language, {**texts.templates, WORDS: texts.words}) == texts

    @pytest.mark.parametrize("kind", DETAILS)
    def test_every_detail_of_a_kind_is_shown(self, language, kind):
        body = load_texts(language).templates[kind]["body"]
        assert set(DETAILS[kind]) <= set(Template(body).get_identifiers())

    @pytest.mark.parametrize("kind", DETAILS)
    def test_nothing_is_left_unfilled(self, language, kind):
        filled = notice(kind, opportunity_id="O-2", details=dict.fromkeys(DETAILS[kind], "2026-02-14T10:30:00+00:00"))
        message = render(filled, load_texts(language))
        assert "$" not in message.title + message.body
        assert " - " not in message.body

    def test_titles_name_nothing_so_that_they_fit_anywhere(self, language):
        assert not any("$" in parts["title"] for parts in load_texts(language).templates.values())


@pytest.mark.parametrize("policy", shipped())
def test_every_kind_that_a_shipped_policy_tells_has_a_text(policy):
    assert set(lk.load_policy(policy).document.notices.model_extra) <= set(DETAILS)


def test_a_text_in_chinese():
    assert render(notice(), load_texts("zh_CN")) == Message(
        "线索已分配给您", "线索 L-7(优先级:高)已分配给您,依据:rule。"
    )


def test_a_text_in_english():
    found = render(
        notice("lead_needs_review", details={"reasons": "need_vague,budget_too_small, x_y"}), load_texts("en")
    )
    assert found.body == (
        "Lead L-7 was found invalid: the need is vague, the budget is too small, x_y. Please confirm or overturn."
    )


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (UTC, "2026-02-14 02:30 +0000"),
        (SHANGHAI, "2026-02-14 10:30 +0800"),
        (ZoneInfo("America/New_York"), "2026-02-13 21:30 -0500"),
        (timezone(timedelta(hours=5, minutes=45)), "2026-02-14 08:15 +0545"),
    ],
)
def test_times_are_shown_in_a_zone(zone, shown):
    due = notice("entry_late", details={"due_at": "2026-02-14T10:30:00+08:00"})
    assert shown in render(due, load_texts("en"), zone=zone).body
    assert shown in render(notice("something_new"), load_texts("zh_CN"), zone=zone).body


@pytest.mark.parametrize("text", ["2026-02-14", "2026-02-14T10:30:00", "soon"])
def test_what_is_no_moment_is_shown_as_it_is(text):
    assert f"by {text}." in render(notice("entry_late", details={"due_at": text}), load_texts("en")).body


def test_a_kind_without_a_text_shows_its_name_and_ids():
    unknown = notice("something_new", opportunity_id="O-2", details={"secret": "x"})
    assert render(unknown, load_texts("en"), zone=SHANGHAI) == Message(
        "Notice", "something_new: lead L-7, opportunity O-2, at 2026-02-14 10:30 +0800 (notice n-1)."
    )


def test_what_a_notice_does_not_carry_shows_as_a_dash():
    assert render(notice(lead_id=None, details={"priority": ""}), load_texts("en")).body == (
        "Lead -, priority -, was assigned to you (-)."
    )


def test_a_detail_cant_pass_for_an_id():
    assert "Lead L-7," in render(notice(details={"lead_id": "L-8"}), load_texts("en")).body


def test_yes_and_no_and_numbers():
    own = load_texts("zh_CN", {"priority_changed": {"body": "$before $after $points"}})
    said = {"before": True, "after": False, "points": 79}
    assert render(notice("priority_changed", details=said), own).body == "是 否 79"


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_value_is_never_taken_for_a_template(lead_id, reason):
    message = render(notice(lead_id=f"${lead_id}", details={"reason_code": f"${{id}}{reason}"}), load_texts("en"))
    assert "${id}" in message.body
    assert len(message.title.splitlines()) == 1


@define
class Ear:
    """A notifier that keeps what it is told."""

    told: list[Notice] = field(factory=list)

    @lk.hookimpl
    def leadkit_notify(self, notice):
        self.told.append(notice)


def hear_it_all():
    """Every notice that a desk with the standard policy tells on the way of some leads and opportunities."""
    ear = Ear()
    reminding = {"name": "ours", "extends": "standard", "service_levels": {"approval": {"remind_before_hours": 4}}}
    desk = open_desk(policy=reminding, plugins=[ear])
    team(desk, li="senior_rep", wu="sales_rep", mei="marketing")
    _leads(desk)
    for opportunity in [_opportunity(desk, number) for number in (11, 12)]:
        _talks(desk, opportunity)
    while desk.deliver(1000).delivered:
        pass
    return ear.told


def hear_of_the_pool():
    """What a desk with a pool tells of a lead that its owner forgets."""
    ear = Ear()
    pool = {"claim": ["sales_rep"], "warn_after_days": [3, 5], "return_after_days": 7}
    desk = open_desk(policy={"name": "ours", "extends": "standard", "pool": pool}, plugins=[ear])
    team(desk, wu="sales_rep")
    desk.capture(lead(1))
    desk.claim("L1", by=lk.Actor(id="wu", role="sales_rep"))
    _wait(desk, *[24] * 7)
    desk.deliver(1000)
    return ear.told


def hear_of_others():
    """What who entered a lead, and who has one, are told of what others do with it."""
    ear = Ear()
    desk = open_desk(plugins=[ear])
    team(desk, mei="marketing", wu="sales_rep", sun="senior_rep")
    mei, boss, on = lk.Actor(id="mei", role="marketing"), ACTORS["supervisor"], desk.opportunities
    desk.capture(lead(1, **POOR), by=mei)
    desk.capture(lead(2), by=mei)
    desk.archive("L1", by=boss)
    desk.reopen("L1", by=boss)
    desk.overturn("L1", by=boss)
    desk.assign("L2", "wu", by=boss)
    desk.record(touch(lead_id="L2"), by=boss)
    made = on.convert("L2", {"intent": True, "date_set": True}, amount=500_000, by=boss).opportunity_id
    desk.record(touch(2, lead_id="L2", opportunity_id=made), by=boss)
    large = on.convert("L2", {"intent": True, "date_set": True}, amount=2_000_000, by=boss).opportunity_id
    for urgency, competition, chain in (("immediate", "ahead", "simple"), ("normal", "behind", "complex")):
        on.assess(large, urgency=urgency, competition=competition, decision_chain=chain, by=boss)
        on.confirm_grade(large, by=boss)
    desk.enrol(lk.Member(id="wu", role="sales_rep", active=False), by=boss)
    desk.deliver(1000)
    return ear.told


def hear_of_the_forgotten():
    """What is told of a verdict, a plan and a contract that nobody sees to, of a register and of an expert's advice."""
    ear = Ear()
    desk = open_desk(plugins=[ear, Register()])
    team(desk, wu="sales_rep", ada="expert")
    boss, on = ACTORS["supervisor"], desk.opportunities
    desk.capture(lead(1, **POOR))
    for number in (2, 3):
        desk.capture(lead(number))
        for signal in ("intent", "date_set"):
            desk.signal(f"L{number}", signal, by=boss)
    late, made = (on.convert(f"L{number}", {}, amount=500_000, by=boss).opportunity_id for number in (2, 3))
    for deal in (late, made):
        on.assess(deal, urgency="immediate", competition="ahead", decision_chain="simple", by=boss)
        on.confirm_grade(deal, by=boss)
    on.plan(made, pains="a", advantages="b", strategy="c", by=boss)
    on.approve_plan(made, by=ACTORS["director"])
    on.raise_objection(made, "too dear", by=boss)
    on.ask_expert(made, "1", "ada", "how?", by=boss)
    on.answer_objection(made, "1", "so", by=boss)
    on.draft_contract(made, "terms", by=boss)
    _wait(desk, *[6] * 80)
    desk.deliver(1000)
    return ear.told


class Register:
    """A register that knows every company as a small one."""

    @lk.hookimpl
    def leadkit_verify(self, lead):
        return lk.Verification(facts={"company_size": "small"}, source="register", at=START)


def _wait(desk, *hours):
    for some in hours:
        desk.clock.pass_(hours=some)
        desk.tick()


def _leads(desk):
    boss = ACTORS["supervisor"]
    for number, said in enumerate(({}, POOR, VAGUE, {"received_at": desk.clock() - timedelta(days=30)}), start=1):
        desk.capture(lead(number, **said))
    desk.capture(lead(1, id="again", tags=("again",)))
    desk.assign("L1", by=boss)
    for number in range(1, 5):
        desk.record(touch(number, kind="webinar"))
    desk.archive("L2", by=boss)
    desk.reopen("L2", by=boss)
    _wait(desk, *[0.25] * 20, 30)


def _opportunity(desk, number):
    boss, director, on = ACTORS["supervisor"], ACTORS["director"], desk.opportunities
    desk.capture(lead(number), by=lk.Actor(id="mei", role="marketing"))
    made = on.convert(f"L{number}", {"intent": True, "date_set": True}, by=boss).opportunity_id
    on.assess(made, urgency="immediate", amount=2_000_000, competition="ahead", decision_chain="simple", by=boss)
    _wait(desk, 25)
    on.confirm_grade(made, by=boss)
    on.assign(made, by=boss)
    _wait(desk, 21, 4)
    on.assess(made, decision_chain="medium", amount=500_000, by=boss)
    on.confirm_grade(made, by=boss)
    said = {"pains": "a", "advantages": "b", "strategy": "c"}
    on.plan(made, **said, by=boss)
    on.reject_plan(made, reason="too dear", by=director)
    on.plan(made, **said, price_floor=900_000, milestones=[("demo", desk.clock() + timedelta(days=2))], by=boss)
    _wait(desk, 21, 4)
    on.approve_plan(made, by=director)
    return made


def _talks(desk, made):
    boss, legal, on = ACTORS["supervisor"], ACTORS["legal"], desk.opportunities
    on.raise_objection(made, "too dear", by=boss)
    on.raise_objection(made, "too late", key_objection=True, by=boss)
    _wait(desk, 21, 4, 24)
    on.draft_contract(made, "terms", by=boss)
    on.review_contract(made, approved=False, reason="no", by=legal)
    on.draft_contract(made, "terms", by=boss)
    on.review_contract(made, approved=True, by=legal)
    if len(on.list(status="open")) == 2:
        _wait(desk, 200)
        on.lose(made, "price", by=boss)
        return
    on.sign(made, "us", by=boss)
    on.sign(made, "customer", by=boss)
    _wait(desk, *[1] * 100, 100)
    on.win(made, amount=800_000, by=boss)
    on.hand_over(made, "terms", by=boss)
    _wait(desk, *[1] * 300)
    on.return_handover(made, missing=["training"], by=ACTORS["delivery"])
    on.hand_over(made, "terms", by=boss)
    on.accept_handover(made, by=ACTORS["delivery"])
    desk.recycle("L12", by=boss)


class TestWhatADeskTells:
    """A text of its own names only what a notice of its kind carries; each kind of the standard policy can come."""

    def test_each_kind_comes_with_all_that_its_text_names(self):
        told = [*hear_it_all(), *hear_of_the_pool(), *hear_of_others(), *hear_of_the_forgotten()]
        for one in told:
            assert set(DETAILS[one.kind]) <= set(one.details), one.kind
            for language in LANGUAGES:
                message = render(one, load_texts(language))
                assert " - " not in message.body, message
        assert {one.kind for one in told} == set(lk.load_policy("standard").document.notices.model_extra)


class TestACompanysOwn:
    def test_its_file_is_laid_over_key_by_key(self, tmp_path):
        path = tmp_path / "ours.toml"
        path.write_text('[lead_assigned]\ntitle = "$lead_id for\\n ${to}"\n[words]\nrule = "our rule"\n', "utf-8")
        own = load_texts("en", path)
        assert render(notice(), own) == Message(
            "L-7 for li", "Lead L-7, priority high, was assigned to you (our rule)."
        )
        assert own.templates["lead_reopened"] == load_texts("en").templates["lead_reopened"]
        assert load_texts("en", str(path)) == own

    def test_all_that_is_wrong_is_told_with_its_place_and_a_hint(self, tmp_path):
        path = tmp_path / "ours.toml"
        path.write_text(
            '[lead_asigned]\ntitle = "x"\n\n[lead_assigned]\nbody = "$points and 5$"\nsubject = "x"\n'
            '[lead_reopened]\ntitle = "$due_at"\n[grade_changed]\nbody = 5\ntitle = " "\n[words]\nhigh = 1\n',
            "utf-8",
        )
        with pytest.raises(PluginError) as caught:
            load_texts("en", path)
        assert [str(problem).split(" (hint")[0] for problem in caught.value.problems] == [
            "ours.toml:2:1 lead_asigned: no such kind of notice",
            "ours.toml:5:1 lead_assigned.body: has a $ that names nothing",
            "ours.toml:6:1 lead_assigned.subject: no such key",
            "ours.toml:8:1 lead_reopened.title: there is no $due_at here",
            "ours.toml:10:1 grade_changed.body: must be a text, not blank",
            "ours.toml:11:1 grade_changed.title: must be a text, not blank",
            "ours.toml:13:1 words.high: must be a text, not blank",
        ]
        hints = [problem.hint for problem in caught.value.problems]
        assert hints[0] == "did you mean 'lead_assigned'?"
        assert hints[1] == "write $$ for a dollar sign"
        assert all(f"${name}" in hints[3] for name in COMMON)

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ({"lead_assigned": "x"}, "must be a table"),
            ({5: {}}, "no such kind"),
            ({"other": {"body": "$points"}}, r"no \$points"),
            ({"lead_assigned": {"body": "$名字"}}, "names nothing"),
        ],
    )
    def test_a_mapping_is_checked_as_a_file_is(self, said, message):
        with pytest.raises(PluginError, match=message) as caught:
            load_texts("en", said)
        assert caught.value.problems[0].place == "templates"

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"[lead_assigned\n", "ours.toml:1"),
            ("[words]\nhigh = '高'".encode("gb18030"), "is not UTF-8"),
            (b"#" * 1_000_001, "larger than"),
            (None, "No such file"),
        ],
    )
    def test_a_file_that_cant_be_read_is_refused(self, tmp_path, content, message):
        path = tmp_path / "ours.toml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(PluginError, match=message):
            load_texts("en", path)
