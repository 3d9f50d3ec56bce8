"""Channels: spellings that are one, and sources that are parted as the company writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import ibis
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.read import read_leads
from leadkit.adapters.tables import review_ibis as on_ibis
from leadkit.adapters.tables import review_polars as on_polars
from leadkit.policy.channels import Channels
from leadkit.records.text import read_source
from leadkit.reviewing.view import view
from tests.desk.desks import lead, open_desk

NOW = datetime(2026, 11, 30, tzinfo=UTC)
ADS = Channels(aliases={"线上广告": ("Online ads", "百度推广-搜索")})


def policy(**channels):
    return {"name": "ours", "extends": "standard", "channels": channels}


def asking(channels):
    """A policy whose scoring reads the channel."""
    ads = {"when": {"field": "channel", "equals": "线上广告"}, "points": 7}
    scoring = {"limit": 10, "groups": {"source": {"limit": 10, "rules": {"ads": ads}}}}
    return lk.load_policy({"name": "asks", "channels": channels, "scoring": scoring})


@pytest.mark.parametrize("spelling", ["线上广告", "Online ads", "online  ADS", "Ｏｎｌｉｎｅ ads", "百度推广-搜索"])
def test_spellings_are_one_channel(spelling):
    assert ADS.canonical(spelling) == "线上广告"


@given(st.text())
def test_what_no_alias_says_is_itself(channel):
    assert Channels().canonical(channel) == channel
    assert ADS.canonical(channel) in {channel, "线上广告"}
    assert ADS.canonical(ADS.canonical(channel)) == ADS.canonical(channel)


def test_a_spelling_of_two_channels_is_refused():
    with pytest.raises(lk.PolicyError, match="belongs to one channel"):
        lk.load_policy(policy(aliases={"搜索": ["online Ads"]}))


def test_an_alias_as_a_whole_has_no_detail_and_stays_as_written():
    assert ADS.read(" 百度推广-搜索 ") == ("百度推广-搜索", None)
    assert ADS.read("Online ads-2026") == ("Online ads", "2026")


@pytest.mark.parametrize(
    ("split", "source", "parts"),
    [
        ((), "展会-2026", ("展会-2026", None)),
        (("_",), "展会_工博会_A", ("展会", "工博会_A")),
        (("_",), "展会-2026", ("展会-2026", None)),
        (("::", ":"), "web::form", ("web", "form")),
        (("_",), "_2026", ("_2026", None)),
        (("_",), "展会_", ("展会", None)),
    ],
)
def test_a_company_says_what_parts_channel_and_detail(split, source, parts):
    assert Channels(split=split).read(source) == parts


@given(st.text())
def test_without_marks_of_its_own_leadkit_parts_as_ever(source):
    assert Channels().read(source) == read_source(source)


def test_rules_read_the_channel_as_it_is_counted():
    told = lead(source={"channel": "online ads"})
    assert asking({"aliases": {"线上广告": ["Online ads"]}}).score(told, as_of=NOW).points == 7
    assert asking({}).score(told, as_of=NOW).points == 0


def test_aliases_change_the_hash_of_a_policy_that_reads_the_channel_alone():
    plain, other = policy(), policy(aliases={"网红": ["KOL"]})
    assert lk.load_policy(plain).hash == lk.load_policy(other).hash
    assert asking({}).hash != asking({"aliases": {"线上广告": ["Online ads"]}}).hash


def test_a_record_keeps_what_was_written_and_a_list_finds_it(tmp_path):
    file = tmp_path / "leads.csv"
    rows = [
        "序号,线索来源,企业名称,电话",
        "1,Online ads,甲公司,13812345001",
        "2,线上广告-百度,乙公司,13812345002",
        "3,展会,丙公司,13812345003",
    ]
    file.write_text("\n".join(rows), encoding="utf-8")
    desk = open_desk(policy=policy() | {"capture": {"required": []}})
    for each in read_leads(file, desk.policy, as_of=NOW).records:
        desk.capture(each)
    for spelling in ("线上广告", "online ads"):
        assert {state.lead.source.channel for state in desk.leads(channel=spelling)} == {"Online ads", "线上广告"}
    assert desk.lead("2").lead.source.detail == "百度"


def test_a_review_counts_spellings_as_one_channel_from_everywhere():
    received = datetime(2026, 11, 2, tzinfo=UTC)
    names = ("Online ads", "线上广告", "展会", " ONLINE ADS ", None)
    records = [
        lead(number, id=f"L{number}", source={"channel": name} if name else None, received_at=received)
        for number, name in enumerate(names)
    ]
    ours = lk.load_policy(policy())
    frame = pl.DataFrame({"lead_id": [each.id for each in records], "channel": names, "received_at": [received] * 5})
    frame = frame.with_columns(status=pl.lit("valid"))
    moments = dict.fromkeys(("opened_at", "closed_at"), pl.Datetime("us", "UTC"))
    texts = dict.fromkeys(("opportunity_id", "lead_id", "status"), pl.String)
    deals = pl.DataFrame(schema=texts | moments | {"amount": pl.Float64})
    desk = open_desk(policy=policy() | {"capture": {"required": []}}, clock=lambda: received)
    desk.capture_all((each, None) for each in records)
    reviews = (
        lk.reviews.review(records, [], "2026-11", policy=ours),
        on_polars.review(frame, deals, "2026-11", channels=ours.document.channels),
        on_ibis.review(ibis.memtable(frame), ibis.memtable(deals), "2026-11", channels=ours.document.channels),
        desk.review("2026-11"),
    )
    for review in reviews:
        assert {group.key: group.leads for group in review.by["channel"]} == {"线上广告": 3, "展会": 1, None: 1}
    assert [row.title for row in view(reviews[0], "en", ours.document.labels).groups["channel"]][:1] == ["Online ads"]
