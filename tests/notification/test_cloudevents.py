"""With a source a webhook posts CloudEvents 1.0 in structured JSON, signed as ever."""

from __future__ import annotations

import pytest
from cloudevents.v1.http import from_http
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from leadkit.adapters.notification.webhook import WebhookNotifier, body_of, event_of
from leadkit.errors import PluginError
from tests.desk.desks import START
from tests.notification.servers import notice, serving
from tests.notification.test_webhook import LOOPBACK, OK, SECRET, hook

SOURCE = "https://crm.example/sales"


def test_the_specifications_own_library_reads_what_a_server_is_sent():
    with serving(OK) as server:
        hook(server, source=SOURCE).leadkit_notify(notice(opportunity_id="O-2"))
    request = server.requests[0]
    event = from_http(request.headers, request.body)
    assert request.headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
    assert dict(event.get_attributes()) == {
        "specversion": "1.0",
        "id": "n-1",
        "source": SOURCE,
        "type": "leadkit.lead_assigned",
        "subject": "O-2",
        "time": "2026-02-14T02:30:00+00:00",
        "datacontenttype": "application/json",
    }
    assert event.get_data()["details"] == {"priority": "high", "reason_code": "rule"}
    assert Webhook(SECRET).verify(request.body, request.headers) == request.json


def test_without_a_source_the_body_is_the_notice_as_before():
    with serving(OK) as server:
        hook(server).leadkit_notify(notice())
    assert server.requests[0].body == body_of(notice())
    assert server.requests[0].headers["content-type"] == "application/json"


@given(st.text(min_size=1), st.text(min_size=1), st.none() | st.text(min_size=1))
def test_any_notice_is_an_event(notice_id, kind, lead_id):
    event = from_http({"content-type": "application/cloudevents+json"}, event_of(
        notice(kind, id=notice_id, lead_id=lead_id, at=START), SOURCE
    ))  # fmt: skip
    assert (event["id"], event["type"]) == (notice_id, f"leadkit.{kind}")
    assert ("subject" in event.get_attributes()) == (lead_id is not None)


@pytest.mark.parametrize("source", ["", "a b", "x\r\ny: z", "源", "x" * 501])
def test_a_source_that_is_no_reference_is_refused(source):
    with pytest.raises(PluginError, match="the source is no address or urn"):
        WebhookNotifier("https://crm.example/in", SECRET, source=source, allow=LOOPBACK)
