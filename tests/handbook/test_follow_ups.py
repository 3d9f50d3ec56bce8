"""What the handbook asks of nurturing a lead."""

from __future__ import annotations

import pytest

from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_activities
from tests.desk.desks import lead


@pytest.fixture
def follow_ups(tmp_path):
    def write(*rows):
        file = tmp_path / "follow-ups.csv"
        write_csv(file, Table("follow-ups", ACTIVITIES.row("zh_CN"), rows))
        return file

    return write


class TestReplies:
    """A follow-up that was answered earns its points, by whatever means it was."""

    @pytest.mark.parametrize("means", ["邮件", "企微", "电话", "面谈", "视频会议", "线上产品演示"])
    def test_an_answer_by_any_of_the_usual_means_earns_ten_points(self, desk, follow_ups, means):
        """Reaching out by mail, WeCom or phone counts once the customer answers."""
        desk.capture(lead())
        before = desk.lead("L1").points
        import_activities(desk, follow_ups(("L1", "2023-09-02", means, "发送方案", "可以约时间", "", "")))
        assert desk.lead("L1").points == before + 10

    def test_a_means_that_counts_for_nothing_is_named(self, desk, follow_ups):
        """Every follow-up is kept, and none stays without points unnoticed."""
        desk.capture(lead())
        rows = [
            ("L1", f"2023-09-0{day}", means, "", "好", "", "") for day, means in enumerate(("抖音", "抖音", "传真"), 1)
        ]
        plan = import_activities(desk, follow_ups(*rows), dry_run=True)
        done = import_activities(desk, follow_ups(*rows))
        assert plan.unknown_means == done.unknown_means == {"抖音": 2, "传真": 1}
        assert done.to_dict()["unknown_means"] == {"抖音": 2, "传真": 1}
        assert desk.imports()[0].counts["unknown_means"] == 3
