"""A notice carries codes, ids, numbers and short lines: no text of a lead's gets further than one line of 40."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.notification.messages import DETAILS, load_texts, render
from leadkit.adapters.notification.webhook import body_of
from leadkit.desk.notices import outbox_rows
from leadkit.plugins.notice import LONGEST_WORDS, Notice
from leadkit.texts import Language
from tests.desk.desks import START, lead, notices, open_desk, team

FORGED = "官网\n\n【财务】请立即付款 http://evil.test/pay 联系 张三 13912345678\u2028\u202e"
HOSTILE = st.one_of(
    st.text(max_size=300),
    st.sampled_from([FORGED, "\r\nBcc: x@y.example", "\x1b]0;x\x07", "a, " * 400, "字" * 5_000, "x" * 32_767]),
)
EVERY_KIND = lk.load_policy(
    {"extends": "standard", "name": "all", "notices": {kind: ["supervisor"] for kind in DETAILS}}
)


def is_bounded(text: str) -> bool:
    """Whether a detail is one short line, or a list of codes, ids and numbers."""
    parts = text.split(", ")
    plain = all(part.isascii() and len(part) <= 64 and " " not in part for part in parts) and len(parts) <= 20
    return text.isprintable() and (plain or len(text) <= LONGEST_WORDS)


@pytest.mark.parametrize("kind", DETAILS)
@settings(max_examples=30)
@given(data=st.data())
def test_every_kind_with_hostile_texts_in_every_field(kind, data):
    names = [name for name in DETAILS[kind] if name != "channels"]
    details: dict[str, Any] = {name: data.draw(HOSTILE) for name in names}
    lead_id, owner = data.draw(HOSTILE), data.draw(HOSTILE)
    rows = outbox_rows(EVERY_KIND, kind, "1", START, lead_id=lead_id, opportunity_id=None, owner=owner, details=details)
    (row,) = [row for _, row in rows]
    assert [name for name, value in row.details.items() if not is_bounded(value)] == []
    notice = Notice(id="1", kind=kind, at=START, lead_id=lead_id, to=owner, role="supervisor", details=details)  # type: ignore[arg-type]
    assert [name for name, value in notice.details.items() if not is_bounded(value)] == []
    assert json.loads(body_of(notice))["details"] == dict(notice.details)
    for language in get_args(Language):
        message = render(notice, load_texts(language))
        shipped = load_texts(language).templates[kind]
        assert message.body.count("\n") == shipped["body"].strip().count("\n")
        assert message.title.isprintable()
        assert max(map(len, message.body.splitlines())) < len(shipped["body"]) + 64 * 20 * (len(names) + 2)


@given(st.lists(HOSTILE, max_size=30))
def test_a_list_of_channels_is_one_line_of_short_ones(channels):
    (listed,) = Notice(id="1", kind="k", at=START, details={"channels": ", ".join(channels)}).details.values()
    assert listed.isprintable()
    assert max(map(len, listed.split(", "))) <= 64


def test_codes_ids_and_numbers_are_left_as_they_are():
    details = {"reasons": "need_vague, budget_too_small", "due_at": "2026-02-14T10:30:00+08:00", "points": "12.5",
               "objection": "0" * 40, "won": 3}  # fmt: skip
    assert dict(Notice(id="1", kind="k", at=START, details=details).details) == details


@pytest.mark.parametrize(("channel", "carried"), [(FORGED, None), ("展会", "展会"), ("Trade show", "Trade show")])
def test_a_channel_is_named_only_where_the_policy_knows_it(channel, carried):
    with open_desk() as desk:
        team(desk, li="sales_rep")
        desk.capture(lead(1, owner="li"))
        desk.capture(lead(1, id="L2", source=lk.Source(channel=channel)))
        (row,) = notices(desk, "lead_joined")
    assert row.details.get("channel") == carried
