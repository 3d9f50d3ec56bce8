"""Where a lead came from: a channel with its detail, and tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.records.text import read_source, read_tags, write_source
from leadkit.records.text.names.sources import LONGEST_CHANNEL

SEPARATORS = ("-", " - ", "—", "——", " – ", "－", "/", " / ", ":", "：", "|", "｜")
COMPOUNDS = (
    "E-mail",
    "web-form",
    "Walk-in",
    "Pay-per-click",
    "Co-op",
    "Word-of-mouth",
    "Cold e-mail",
    "Customer walk-in",
)
CHANNELS = ("官网", "展会", "Trade show", "Customer referral", "线上广告", *COMPOUNDS)
PIECES = st.lists(
    st.sampled_from([*CHANNELS, *SEPARATORS, "(", "）", "2026", "工博会", " ", "N/A", "10:30", "x.cn", "a"])
)


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_detail_of_signs_stands_behind_each_separator(channel: str, separator: str) -> None:
    assert read_source(f"{channel}{separator}工博会") == (channel, "工博会")


@pytest.mark.parametrize(
    ("text", "channel", "detail"),
    [
        ("展会（工博会）", "展会", "工博会"),
        ("展会(工博会)二期", "展会", "工博会 二期"),
        ("Trade show (Hannover)", "Trade show", "Hannover"),
        ("Trade show-Hannover", "Trade show", "Hannover"),
        ("Trade show-2026 Fair", "Trade show", "2026 Fair"),
        ("Fair-2026", "Fair", "2026"),
        ("E-mail: Newsletter Nov-26", "E-mail", "Newsletter Nov-26"),
        ("E-mail - newsletter", "E-mail", "newsletter"),
        ("Google/cpc", "Google", "cpc"),
        ("官网/https://a.example/x-y", "官网", "https://a.example/x-y"),
        ("官网-", "官网", None),
        ("-官网", "-官网", None),
        ("(官网)", "(官网)", None),
        ("Walk-in customer", "Walk-in customer", None),
        ("N/A", "N/A", None),
        ("2026/11/23", "2026/11/23", None),
        ("10:30", "10:30", None),
        ("https://a.example/x-y", "https://a.example/x-y", None),
        ("www.a.example/contact", "www.a.example/contact", None),
        ("", "", None),
    ],
)
def test_sources(text: str, channel: str, detail: str | None) -> None:
    assert read_source(text) == (channel, detail)


@pytest.mark.parametrize("text", COMPOUNDS)
def test_a_word_with_a_hyphen_is_no_detail(text: str) -> None:
    assert read_source(text) == (text, None)


@given(PIECES.map("".join) | st.text())
def test_what_is_written_reads_back(text: str) -> None:
    channel, detail = read_source(text)
    assert read_source(write_source(channel, detail)) == (channel, detail)


@given(PIECES.map("".join) | st.text())
def test_no_letter_is_lost(text: str) -> None:
    channel, detail = read_source(text)
    letters = [char for char in f"{channel}{detail or ''}" if char.isalnum()]
    assert letters == [char for char in text if char.isalnum()]


def test_a_mark_far_behind_parts_nothing() -> None:
    text = "字" * LONGEST_CHANNEL + "-x"
    assert read_source(text) == (text, None)


@pytest.mark.parametrize("separator", [";", "；", "、", ",", "，", "|", "｜", "\n", "\r\n", " ; "])
def test_tags_are_parted(separator: str) -> None:
    assert read_tags(separator.join(("展会", "VIP 客户", "重点", "展会"))) == ("展会", "VIP 客户", "重点")


def test_blanks_and_nothing_are_no_tags() -> None:
    assert read_tags(" ;; , ") == ()
    assert read_tags("trade show") == ("trade show",)
