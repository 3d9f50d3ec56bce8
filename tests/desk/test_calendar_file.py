"""What is due, as a calendar file that another library reads back: times, kinds, ids and links, and nobody's name."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import vobject
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from leadkit.cli.wording import Wording
from tests.desk.desks import BOSS, POOR, START, lead, open_desk, team

LINKED = {"name": "ours", "extends": "standard", "language": "en",
          "notices": {"link": "https://crm.example/leads/{lead_id}"}}  # fmt: skip


def entries(content: bytes) -> list[Any]:
    """The entries of a calendar file, read by another library than the one that wrote it."""
    return list(vobject.readOne(content.decode()).contents.get("vevent", []))


def filled(**given: Any) -> lk.Desk:
    desk = open_desk(policy=LINKED, **given)
    team(desk, li="sales_rep", mo="sales_rep")
    desk.capture_all([(lead(number), None) for number in (1, 2, 3)])
    desk.capture(lead(4, **POOR))
    desk.assign("L1", "li", by=BOSS)
    desk.assign("L2", "mo", by=BOSS)
    return desk


def test_every_duty_is_an_entry_at_its_time():
    desk = filled()
    due = desk.due(limit=1000)
    read = entries(desk.calendar_feed())
    assert len(read) == len(due) > 3
    assert [entry.dtstart.value.astimezone(UTC) for entry in read] == [item.due_at for item in due]
    assert [entry.summary.value for entry in read] == [f"{item.kind} {item.lead_id}" for item in due]
    assert {entry.url.value for entry in read} == {f"https://crm.example/leads/{item.lead_id}" for item in due}
    assert len({entry.uid.value for entry in read}) == len(read)


def test_a_members_own_are_theirs_alone_in_the_words_of_people():
    desk = filled()
    read = entries(desk.calendar_feed(owner="li", words={"response": "首次响应"}))
    assert {entry.summary.value for entry in read} == {"首次响应 L1", "follow_up L1"}


def test_it_names_nobody_and_keeps_its_ids():
    desk = filled()
    first = desk.calendar_feed()
    desk.clock.pass_(hours=1)
    again = desk.calendar_feed()
    assert [entry.uid.value for entry in entries(first)] == [entry.uid.value for entry in entries(again)]
    text = first.decode().replace("\r\n ", "")
    said = [lead(number) for number in (1, 2, 3, 4)]
    for record in said:
        assert not [word for word in (record.company.name, record.contact.name, record.contact.phone) if word in text]


def test_hostile_ids_break_no_line():
    desk = open_desk(policy=LINKED)
    desk.capture(lead(1, id="1\r\nATTENDEE:mailto:x@y.example;\\,"))
    (entry, *_) = entries(desk.calendar_feed())
    assert "attendee" not in entry.contents
    assert all("ATTENDEE" not in line[:8] for line in desk.calendar_feed().decode().splitlines())


def test_in_the_terminal(tmp_path: Path):
    db, file = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "li.ics"
    lk.migrate(db)
    filled(storage=db).close()
    words = ["due", "--db", db, "--owner", "li", "--now", START.isoformat(), "--ics", str(file)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    shown = {entry.summary.value for entry in entries(file.read_bytes())}
    assert shown == {f"{Wording.of(open_desk().policy).code(kind)} L1" for kind in ("response", "follow_up")}
    assert file.stat().st_mode & 0o777 == 0o600
    assert CliRunner().invoke(cli, [*words[:-1], str(tmp_path / "a.txt")]).exit_code == 2


def test_without_the_library_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "icalendar", None)
    with pytest.raises(lk.errors.MissingExtraError, match="calendar"):
        open_desk().calendar_feed()
