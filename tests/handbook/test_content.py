"""What the handbook asks of the content library: the fitting piece for each stage, and what was sent on record."""

from __future__ import annotations

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_activities
from tests.desk.desks import lead, open_desk, touch

LIBRARY = lk.load_content({
    "content": [
        {"id": "robot_story", "title": "机器人案例", "kind": "success_story", "industries": ["智能制造"]},
        {"id": "any_story", "title": "客户案例", "kind": "success_story"},
        {"id": "tailored", "title": "方案", "kind": "tailored_proposal"},
    ]
})  # fmt: skip
INTEREST = {"contact": {"job_title": "工程师"}}


@pytest.fixture
def desk():
    desk = open_desk(content=LIBRARY)
    desk.capture(lead(**INTEREST))
    return desk


def offered(desk):
    return [piece.id for piece in desk.suggest("L1")]


def test_what_was_sent_is_on_record_and_not_offered_again(desk):
    """Each touch says what was sent, and the next one takes another piece."""
    assert offered(desk) == ["robot_story", "any_story"]
    desk.record(touch(1, kind="follow_up", content_id="robot_story"))
    assert desk.lead("L1").nurture_stage == "interest"
    assert offered(desk) == ["any_story"]
    assert desk.activities("L1")[0].content_id == "robot_story"
    assert desk.history("L1")[-1].details["content_id"] == "robot_story"


def test_a_sheet_may_name_what_was_sent(desk, tmp_path):
    """The follow-up sheet has a column for it, which may be left out."""
    file = tmp_path / "follow-ups.csv"
    heads = (*ACTIVITIES.row("zh_CN"), "内容编号")
    rows = [
        ("L1", "2023-09-01", "邮件", "", "", "", "", "any_story"),
        ("L1", "2023-09-02", "邮件", "", "", "", "", "产品手册"),
    ]
    write_csv(file, Table("follow-ups", heads, rows))
    done = import_activities(desk, file)
    assert (done.recorded, [flag.column for row in done.activities.flagged for flag in row.faults]) == (
        2,
        ["content_id"],
    )
    assert offered(desk) == ["robot_story"]


def test_a_piece_that_is_not_in_the_library_is_refused(desk):
    """A slip of the pen is found at once, and the hint has the nearest piece."""
    with pytest.raises(lk.CommandError, match="did you mean 'robot_story'"):
        desk.record(touch(1, content_id="robot_storry"))


@pytest.mark.parametrize(
    ("piece", "message"),
    [
        ({"kind": "succes_story"}, "did you mean 'success_story'"),
        ({"kind": "success_story", "stages": ["intrest"]}, "did you mean 'interest'"),
    ],
)
def test_a_library_that_no_stage_has_use_for_is_refused(piece, message):
    """What is written into the library is content of a stage of the policy."""
    library = lk.load_content({"content": [{"id": "a", "title": "A", **piece}]})
    with pytest.raises(lk.PolicyError, match=message):
        open_desk(content=library)


def test_pieces_that_answer_objections_need_no_stage():
    """The library has answers to objections, too."""
    policy = {"extends": "standard", "name": "ours", "objections": {"costs": {"answers": ["costs_answer"]}}}
    library = lk.load_content({"content": [{"id": "costs_answer", "title": "A", "kind": "script"}]})
    assert open_desk(policy=policy, content=library).suggest


def test_what_content_brings_is_a_figure(desk):
    """How often each piece that was sent was answered tells which to keep and which to write anew."""
    sent = (("any_story", "reply"), ("any_story", "follow_up"), ("robot_story", "reply"))
    for number, (piece, kind) in enumerate(sent, 1):
        desk.record(touch(number, kind=kind, content_id=piece))
    desk.clock.pass_(minutes=1)
    rates = desk.review("2023-09").content_rates
    assert [(rate.content_id, str(rate.answered)) for rate in rates] == [
        ("any_story", "50.0% (1/2)"),
        ("robot_story", "100.0% (1/1)"),
    ]
    assert desk.review("2023-08").content_rates == ()
