"""A notice becomes one line of a log, with ids and nothing else."""

from __future__ import annotations

import logging

import pluggy

from leadkit.adapters.notification.log import LogNotifier
from leadkit.plugins.hooks import PROJECT
from tests.notification.servers import notice


def lines(caplog, notifier, sent):
    with caplog.at_level(logging.INFO):
        notifier.leadkit_notify(sent)
    return [(record.name, record.getMessage()) for record in caplog.records]


def test_a_line_has_the_title_and_the_ids(caplog):
    assert lines(caplog, LogNotifier(), notice(role="rep")) == [
        ("leadkit.notices", "Lead assigned to you: kind=lead_assigned id=n-1 lead_id=L-7 to=li role=rep")
    ]


def test_the_logger_and_the_language_can_be_chosen(caplog):
    found = lines(caplog, LogNotifier("crm.told", "zh_CN"), notice("new_kind", lead_id=None))
    assert found == [("crm.told", "通知: kind=new_kind id=n-1 to=li")]


def test_an_id_cant_begin_a_new_line_or_pass_for_another(caplog):
    sent = notice(id="n\n1", lead_id="L-7 to=boss", to=None)
    [(_, line)] = lines(caplog, LogNotifier(), sent)
    assert line == r"Lead assigned to you: kind=lead_assigned id='n\n1' lead_id='L-7 to=boss'"


def test_it_is_a_plugin_with_a_name(caplog):
    manager = pluggy.PluginManager(PROJECT)
    manager.register(LogNotifier())
    with caplog.at_level(logging.INFO):
        manager.hook.leadkit_notify(notice=notice())
    assert len(caplog.records) == 1
    assert (LogNotifier().name, LogNotifier(name="audit").name) == ("log", "audit")
