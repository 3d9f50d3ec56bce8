"""Who is told, and where what they are told of can be looked at."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.notification.messages import load_texts, render
from leadkit.adapters.notification.webhook import body_of
from leadkit.process.notices import Notices
from tests.desk.desks import BOSS, lead, open_desk, team
from tests.notification.servers import notice

LINK = "https://crm.example/leads/{lead_id}"
DEALS = "https://crm.example/deals/{opportunity_id}"


def policy(**notices):
    return {"name": "ours", "extends": "standard", "notices": notices}


def test_receivers_stand_beside_the_link():
    notices = lk.load_policy(policy(link=LINK, lead_joined=["owner"])).document.notices
    assert notices.receivers("lead_joined") == ("owner",)
    assert notices.receivers("lead_assigned") == ("owner",)
    assert notices.receivers("unheard_of") == ()


@given(st.text(min_size=1, max_size=50))
def test_an_id_is_the_same_in_the_link(lead_id):
    made = Notices(link=LINK).link_to(lead_id, None)
    assert unquote(made.removeprefix("https://crm.example/leads/")) == lead_id
    assert made.isascii()
    assert not set(' <>"/') & set(made.removeprefix("https://crm.example/leads/"))


def test_the_link_that_fits_is_chosen():
    both = Notices(link=LINK, opportunity_link=DEALS)
    assert both.link_to("1", "2") == "https://crm.example/deals/2"
    assert both.link_to("1", None) == "https://crm.example/leads/1"
    assert Notices(link=LINK).link_to("1", "2") == "https://crm.example/leads/1"
    assert Notices(link=LINK).link_to(None, "2") is None
    assert Notices().link_to("1", "2") is None


@pytest.mark.parametrize(
    "link",
    [
        "crm.example/leads/{lead_id}",
        "https://crm.example/leads",
        "https://crm.example/{lead}",
        "https://crm.example/{lead_id",
        "https://crm.example/{lead_id!r}",
        "https://crm.example/{lead_id:>9}",
        "https://{lead_id}/",
        "https://crm example/{lead_id}",
        "javascript:{lead_id}",
        "https:///{lead_id}",
    ],
)
def test_what_is_no_such_address_is_refused(link):
    with pytest.raises(lk.PolicyError) as caught:
        lk.load_policy(policy(link=link))
    assert caught.value.problems[0].path == "notices.link"
    assert caught.value.problems[0].hint


def test_a_desk_sends_it_with_every_notice_and_the_policy_keeps_its_hash():
    heard = []

    class Ear:
        name = "ear"

        @lk.hookimpl
        def leadkit_notify(self, notice):
            heard.append(notice)

    desk = open_desk(policy=policy(link=LINK), plugins=[Ear()])
    team(desk)
    desk.capture(lead(id="A 1"), by=BOSS)
    desk.deliver()
    assert {each.link for each in heard} == {"https://crm.example/leads/A%201"}
    assert desk.policy.hash == lk.load_policy(policy()).hash


def test_it_is_a_line_of_the_text_once():
    told = notice(kind="lead_reopened", link="https://crm.example/leads/1")
    assert render(told, load_texts("zh_CN")).body.splitlines()[-1] == told.link
    own = load_texts("zh_CN", {"lead_reopened": {"body": "见 $link。"}})
    assert render(told, own).body == f"见 {told.link}。"
    assert json.loads(body_of(told))["link"] == told.link
    assert "http" not in render(notice(kind="lead_reopened"), load_texts("zh_CN")).body
