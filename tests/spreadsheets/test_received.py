"""When a lead came in is said by a column of its own; the lateness of its entry and of the first response follow."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from leadkit.adapters.spreadsheets.read import read_leads
from leadkit.desk.importing import import_leads
from leadkit.policy import load_policy
from leadkit.texts import LANGUAGES
from tests.desk.desks import notices, open_desk

HEADS = "线索来源,企业名称,行业,企业规模,联系人,职位,电话,初步需求描述,录入时间"
CELLS = "官网,北辰智造有限公司,智能制造,大型,王一,总监,13812345001,采购设备预算50-80万"
ZONE = ZoneInfo("Asia/Shanghai")


def sheet(folder: Path, entered: str, received: str, head: str = "接收时间") -> Path:
    file = folder / "leads.csv"
    file.write_text(f"{HEADS},{head}\n{CELLS},{entered},{received}\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("head", ["接收时间", "Received at", "received_at", "收到时间", "接收日期", "接收时间（必填）"])
def test_its_heads(tmp_path, head):
    (lead,) = read_leads(sheet(tmp_path, "2023-09-04 10:00", "2023-09-01 09:30", head), load_policy("standard")).records
    assert lead.received_at == datetime(2023, 9, 1, 9, 30, tzinfo=ZONE)
    assert lead.entered_at == datetime(2023, 9, 4, 10, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("entered", "received", "used", "flags"),
    [
        ("2023-09-04 10:00", "2023-09-04 10:01", "2023-09-04 10:00", ["after_entry"]),
        ("2023-09-04 10:00", "2023-09-05", "2023-09-04 10:00", ["after_entry"]),
        ("2023-09-04 10:00", "2023-09-04 10:00", "2023-09-04 10:00", []),
        ("2023-09-04", "2023-09-04 17:30", "2023-09-04 17:30", []),
        ("2023-09-04", "2023-09-05 00:00", "2023-09-04 00:00", ["after_entry"]),
        ("2023-09-04", "2023-09-04", "2023-09-04 00:00", []),
        ("2023-09-04 10:00", "soon", "2023-09-04 10:00", ["not_a_date"]),
        ("2023-09-04 10:00", "", "2023-09-04 10:00", []),
        ("", "2023-09-01 09:30", "2023-09-01 09:30", []),
    ],
)
def test_a_time_after_the_entry_is_flagged_and_not_used(tmp_path, entered, received, used, flags):
    read = read_leads(sheet(tmp_path, entered, received), load_policy("standard"))
    assert [lead.received_at for lead in read.records] == [datetime.fromisoformat(used).replace(tzinfo=ZONE)]
    faults = [fault for row in read.flagged for fault in row.faults]
    assert [(fault.code, fault.column) for fault in faults] == [(code, "received_at") for code in flags]
    for language in LANGUAGES:
        assert all(read.say(fault, language) for fault in faults)


def test_a_late_entry_is_told_and_the_response_counts_from_the_receipt(tmp_path):
    desk = open_desk()
    import_leads(desk, sheet(tmp_path, "2023-09-04 10:00", "2023-08-28 09:00"))
    (late,) = notices(desk, "entry_late")
    assert (late.role, late.details["due_at"][:10]) == ("supervisor", "2023-08-29")
    (response,) = [item for item in desk.due() if item.kind == "response"]
    assert response.due_at < datetime(2023, 8, 30, tzinfo=ZONE)


def test_without_it_no_entry_is_late(tmp_path):
    desk = open_desk()
    import_leads(desk, sheet(tmp_path, "2023-09-04 10:00", ""))
    assert notices(desk, "entry_late") == []
