"""What an operator sees: lines of the log and spans, with codes and times and never a person."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import create_engine

import leadkit as lk
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_leads
from leadkit.errors import StorageError
from tests.desk.desks import ACTORS, BOSS, lead, open_desk, team, touch
from tests.desk.stores import address
from tests.desk.test_transactions import driver

PERSONAL = ("王1", "138001", "北辰", "采购")


class TestLog:
    """`leadkit.desk` has a line a command, `leadkit.storage` one for every statement that a database refuses."""

    def test_commands_with_their_outcome_and_time(self, desk, caplog):
        caplog.set_level(logging.DEBUG, "leadkit")
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.record(touch(1))
        desk.tick()
        desk.deliver()
        lines = [record for record in caplog.records if record.name == "leadkit.desk"]
        seen = {record.leadkit_command: (record.leadkit_outcome, record.levelname) for record in lines}
        assert seen["capture"] == ("captured", "DEBUG")
        assert seen["tick"] == ("rescored=0 returned=0 settled=1 removed=0", "DEBUG")
        assert seen["deliver"] == ("delivered=0 failed=0 waiting=0 dead=0", "DEBUG")
        assert all(record.leadkit_ms >= 0 and record.getMessage().endswith(" ms") for record in lines)
        assert not any(word in caplog.text for word in PERSONAL)

    def test_a_command_that_is_refused(self, desk, caplog):
        caplog.set_level(logging.INFO, "leadkit")
        desk.capture(lead(1))
        with pytest.raises(lk.NotAllowedError):
            desk.erase("L1", by=BOSS)
        (line,) = caplog.records
        assert (line.levelname, line.leadkit_command, line.leadkit_outcome) == ("INFO", "erase", "NotAllowedError")

    @pytest.mark.xdist_group("stores")
    def test_what_a_database_refuses_has_its_code_and_no_values(self, tmp_path, caplog):
        url = address("postgres", tmp_path)
        engine = create_engine(driver(url))
        with open_desk(url) as desk:
            with engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE leadkit_persons DROP COLUMN name")
            with pytest.raises(StorageError):
                desk.capture(lead(1))
        (line,) = [record for record in caplog.records if record.name == "leadkit.storage"]
        assert line.leadkit_code == "42703"
        assert "leadkit_persons" in line.getMessage()
        assert not any(word in line.getMessage() for word in PERSONAL)
        engine.dispose()


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


class TestSpans:
    """A span a command, where the program records spans."""

    def test_it_has_the_outcome(self, desk, exporter):
        exporter.clear()
        desk.capture(lead(1))
        (span,) = exporter.get_finished_spans()
        assert span.name == "leadkit.capture"
        assert dict(span.attributes) == {"leadkit.command": "capture", "leadkit.outcome": "captured"}
        assert span.status.is_ok or span.status.status_code is trace.StatusCode.UNSET

    def test_one_in_bulk_has_its_counts(self, desk, exporter, tmp_path):
        write_csv(tmp_path / "leads.csv", Table("leads", ("线索来源", "企业名称"), [("官网", "甲公司"), ("官网", "")]))
        exporter.clear()
        desk.capture_all([(lead(1), None), (lead(1), None), (lead(2), None)])
        desk.record_all([touch(1), touch(2, lead_id="L9")])
        desk.deliver()
        import_leads(desk, tmp_path / "leads.csv", by=ACTORS["director"])
        spans = {span.name: dict(span.attributes) for span in exporter.get_finished_spans()}
        assert list(spans) == ["leadkit.capture_all", "leadkit.record_all", "leadkit.deliver", "leadkit.import_leads"]
        captured = spans["leadkit.capture_all"]
        assert (captured["leadkit.count.captured"], captured["leadkit.count.refused"]) == (2, 1)
        assert captured["leadkit.outcome"] == "captured=2 refused=1"
        assert spans["leadkit.record_all"]["leadkit.count.recorded"] == 1
        assert spans["leadkit.deliver"]["leadkit.count.delivered"] == 0
        assert "leadkit.count.captured" in spans["leadkit.import_leads"]

    def test_one_that_failed_has_the_error_and_no_message(self, desk, exporter):
        exporter.clear()
        with pytest.raises(lk.errors.NotFoundError):
            desk.erase("L9", by=ACTORS["director"])
        (span,) = exporter.get_finished_spans()
        assert span.status.status_code is trace.StatusCode.ERROR
        assert (span.attributes["error.type"], span.status.description, span.events) == ("NotFoundError", None, ())

    def test_it_is_a_child_of_the_hosts_span(self, desk, exporter):
        exporter.clear()
        with trace.get_tracer("host").start_as_current_span("request") as request:
            desk.capture(lead(1))
        child = next(span for span in exporter.get_finished_spans() if span.name == "leadkit.capture")
        assert child.parent.span_id == request.get_span_context().span_id

    def test_a_program_without_it_does_not_load_it(self):
        program = "import sys, leadkit as lk; lk.Desk('standard').tick(); print('opentelemetry' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
        assert done.stdout == "False\n"
