"""A notice is posted once, signed, to the very address that was checked, in bounded time; secrets stay secret."""

from __future__ import annotations

import base64
import logging
import ssl
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pluggy
import pytest
import trustme
from standardwebhooks import Webhook, WebhookVerificationError

from leadkit.adapters.notification.addresses import target_of
from leadkit.adapters.notification.webhook import WebhookNotifier
from leadkit.errors import DeliveryError, MissingExtraError, PluginError
from leadkit.plugins.hooks import PROJECT
from tests.notification.servers import drips, floods, notice, says, serving, silent, writes

KEY = base64.b64encode(bytes(range(32))).decode()
SECRET = f"whsec_{KEY}"
LOOPBACK = ["127.0.0.0/8"]
OK = says(200, body=b"thanks")


def hook(server, *, path="/in?token=hidden", **given):
    options = {"allow": LOOPBACK, "timeout": 2.0} | given
    return WebhookNotifier(f"http://127.0.0.1:{server.port}{path}", SECRET, **options)


def fails(server, sent=None, **given):
    """The error of one attempt."""
    with pytest.raises(DeliveryError) as caught:
        hook(server, **given).leadkit_notify(sent or notice())
    return caught.value


class TestStandardWebhooks:
    def test_its_own_library_accepts_the_signature(self):
        with serving(OK) as server:
            hook(server).leadkit_notify(notice())
        request = server.requests[0]
        assert Webhook(SECRET).verify(request.body, request.headers) == request.json

    @pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    def test_its_own_library_refuses_a_changed_header(self, header):
        with serving(OK) as server:
            hook(server).leadkit_notify(notice())
        request = server.requests[0]
        changed = request.headers[header][:-4] + "1234"
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(request.body, request.headers | {header: changed})

    def test_its_own_library_refuses_a_changed_body_and_another_secret(self):
        with serving(OK) as server:
            hook(server).leadkit_notify(notice())
        request = server.requests[0]
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(request.body.replace(b"high", b"low!"), request.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook("whsec_" + base64.b64encode(bytes(32)).decode()).verify(request.body, request.headers)

    def test_the_id_is_the_notices_own_and_the_same_on_every_attempt(self):
        with serving(OK) as server:
            for _ in range(2):
                hook(server).leadkit_notify(notice(id="lead_assigned:L-7:3"))
        assert [request.headers["webhook-id"] for request in server.requests] == ["lead_assigned:L-7:3"] * 2

    def test_an_id_that_no_header_can_hold_is_quoted(self):
        with serving(OK) as server:
            hook(server).leadkit_notify(notice(id="线索 1.2\r\nx: y"))
        request = server.requests[0]
        assert request.headers["webhook-id"] == "%E7%BA%BF%E7%B4%A2%201%2E2%0D%0Ax:%20y"
        assert Webhook(SECRET).verify(request.body, request.headers)["id"] == "线索 1.2\r\nx: y"

    def test_the_timestamp_is_the_clocks_in_any_zone(self):
        at = datetime.now(UTC).astimezone(tz=None) - timedelta(minutes=1)
        with serving(OK) as server:
            hook(server, clock=lambda: at).leadkit_notify(notice())
        assert server.requests[0].headers["webhook-timestamp"] == str(int(at.timestamp()))
        assert Webhook(SECRET).verify(server.requests[0].body, server.requests[0].headers)


def test_the_body_is_the_notice():
    with serving(OK) as server:
        hook(server).leadkit_notify(notice())
    request = server.requests[0]
    assert request.path == "/in?token=hidden"
    assert request.headers["content-type"] == "application/json"
    assert request.json == {
        "id": "n-1",
        "kind": "lead_assigned",
        "at": "2026-02-14T02:30:00+00:00",
        "lead_id": "L-7",
        "opportunity_id": None,
        "to": "li",
        "role": None,
        "link": None,
        "details": {"priority": "high", "reason_code": "rule"},
    }


def test_it_is_a_plugin():
    manager = pluggy.PluginManager(PROJECT)
    with serving(OK) as server:
        manager.register(hook(server))
        manager.hook.leadkit_notify(notice=notice())
    assert len(server.requests) == 1


class TestAnswers:
    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    def test_any_2xx_is_a_delivery(self, status):
        with serving(says(status)) as server:
            hook(server).leadkit_notify(notice())

    @pytest.mark.parametrize(
        ("status", "permanent", "disables"),
        [
            *[(status, True, False) for status in (301, 308, 400, 401, 403, 404, 413, 422)],
            (410, True, True),
            *[(status, False, False) for status in (302, 303, 307, 408, 425, 429, 500, 501, 502, 503, 504)],
        ],
    )
    def test_any_other_is_refused_for_good_or_for_now(self, status, permanent, disables):
        with serving(says(status, "Location: /elsewhere")) as server:
            error = fails(server)
        assert (error.permanent, error.disables, error.retry_after) == (permanent, disables, None)
        assert str(status) in str(error)
        assert len(server.requests) == 1

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize(
        ("said", "seconds"),
        [
            *[("120", 120), ("0", 0), ("86401", 86_400), ("9" * 400, 86_400)],
            *[("-5", None), ("soon", None), ("1.5", None), ("", None), ("٣", None), ("Fri, 99 Feb 2026", None)],
            (", 2026 Feb 10:30:00 99999999999", None),
        ],
    )
    def test_retry_after_in_seconds_is_kept_up_to_a_day(self, status, said, seconds):
        answer = f"HTTP/1.1 {status} X\r\nretry-after: {said}\r\nContent-Length: 0\r\n\r\n"
        with serving(writes(answer.encode())) as server:
            assert fails(server).retry_after == seconds

    @pytest.mark.parametrize(("ahead", "seconds"), [(90, 90), (-90, 0), (200_000, 86_400)])
    def test_retry_after_as_a_date_is_kept_up_to_a_day(self, ahead, seconds):
        now = datetime(2026, 2, 14, 10, 30, tzinfo=UTC)
        until = format_datetime(now + timedelta(seconds=ahead), usegmt=True)
        with serving(says(503, f"Retry-After: {until}")) as server:
            assert fails(server, clock=lambda: now).retry_after == seconds

    def test_a_refusal_for_good_has_no_later_time(self):
        with serving(says(404, "Retry-After: 5")) as server:
            assert fails(server).retry_after is None


class TestBounds:
    """Whatever the other side does, one attempt takes no longer than its time."""

    @pytest.mark.parametrize(
        "answer",
        [
            silent,
            drips(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 10_000),
            drips(b"x", start=b"HTTP/1.1 "),
            drips(b"HTTP/1.1 100 Continue\r\n\r\n", every=0.001),
            floods(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        ],
        ids=["silent", "drips headers", "drips garbage", "drips 100", "floods 100"],
    )
    def test_no_status_in_time_is_tried_again_later(self, answer):
        with serving(answer) as server:
            error = fails(server, timeout=0.4)
        assert not error.permanent
        assert "within 0.4 seconds" in str(error)

    def test_headers_without_end_are_cut_off(self):
        with serving(floods(b"x: y\r\n" * 1000, start=b"HTTP/1.1 200 OK\r\n")) as server:
            assert "connection failed" in str(fails(server))

    def test_a_dripping_body_after_the_status_is_a_delivery_and_ends(self):
        start = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        with serving(drips(b"x", start=start)) as server:
            hook(server, timeout=0.4).leadkit_notify(notice())
        assert server.sent > 2

    def test_a_body_without_end_is_read_no_further_than_64_kb(self):
        start = b"HTTP/1.1 200 OK\r\n\r\n"
        with serving(floods(b"x" * 10_000, start=start)) as server:
            hook(server).leadkit_notify(notice())
            time.sleep(0.1)
        assert server.sent < 10_000_000

    def test_a_receiver_that_never_reads_is_left(self):
        large = notice(details={"missing": "x" * 30_000_000})
        with serving(silent, reads=False) as server:
            assert "within 0.4 seconds" in str(fails(server, large, timeout=0.4))

    def test_a_receiver_that_never_greets_in_tls_is_left(self):
        with serving(silent, reads=False) as server:
            secure = WebhookNotifier(f"https://127.0.0.1:{server.port}/", SECRET, allow=LOOPBACK, timeout=0.4)
            with pytest.raises(DeliveryError, match="within"):
                secure.leadkit_notify(notice())


class TestBrokenReceivers:
    @pytest.mark.parametrize(
        "raw",
        [b"", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-", b"SSH-2.0-x\r\n\r\n", b"\x16\x03\x01\x00\xff\r\n\r\n"],
        ids=["closed", "closed in the status", "closed in the headers", "another protocol", "binary"],
    )
    def test_no_whole_status_and_headers_is_tried_again_later(self, raw):
        with serving(writes(raw)) as server:
            error = fails(server)
        assert (error.permanent, error.retry_after) == (False, None)

    @pytest.mark.parametrize(
        "rest",
        [b"Content-Length: 100\r\n\r\nshort", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"\r\nlong" * 3],
        ids=["too short", "bad chunks", "no length"],
    )
    def test_what_breaks_after_the_status_does_not_matter(self, rest):
        with serving(writes(b"HTTP/1.1 200 OK\r\n" + rest)) as server:
            hook(server).leadkit_notify(notice())

    @pytest.mark.parametrize("size", [10, 30_000_000])
    def test_an_answer_before_the_request_was_read_counts(self, size):
        with serving(says(413), reads=False) as server:
            error = fails(server, notice(details={"missing": "x" * size}))
        assert "answered 413" in str(error)

    def test_nobody_listens(self):
        with serving(OK) as server:
            pass
        error = fails(server)
        assert not error.permanent
        assert "ConnectionRefusedError" in str(error)

    def test_a_redirect_to_another_server_is_not_followed(self):
        with serving(OK) as other, serving(says(307, f"Location: http://127.0.0.1:{other.port}/")) as server:
            fails(server)
        assert other.connections == 0


class TestWhereItGoes:
    def test_the_host_is_looked_up_once_and_that_address_is_used(self):
        asked = []

        def resolver(host, port):
            asked.append((host, port))
            return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

        with serving(OK) as server:
            url = f"http://hooks.example.com:{server.port}/"
            notifier = WebhookNotifier(url, SECRET, allow=["127.0.0.1/32"], resolver=resolver)
            notifier.leadkit_notify(notice())
            assert asked == [("hooks.example.com", server.port)]
            with pytest.raises(DeliveryError, match="allowed") as caught:
                notifier.leadkit_notify(notice())
        assert caught.value.permanent
        assert server.connections == 1
        assert server.requests[0].headers["host"] == f"hooks.example.com:{server.port}"

    def test_without_being_allowed_loopback_is_never_reached(self):
        with serving(OK) as server:
            for host in ("127.0.0.1", "0177.0.0.1", "localhost", "2130706433"):
                notifier = WebhookNotifier(f"https://{host}:{server.port}/", SECRET)
                with pytest.raises(DeliveryError, match="public"):
                    notifier.leadkit_notify(notice())
        assert server.connections == 0

    def test_the_next_address_is_tried_where_one_does_not_answer(self):
        with serving(OK) as server:
            hook(server, resolver=lambda host, port: ["127.0.0.9", "127.0.0.1"]).leadkit_notify(notice())
        assert len(server.requests) == 1

    def test_a_proxy_in_the_environment_is_not_used(self, monkeypatch):
        with serving(says(404)) as proxy, serving(OK) as server:
            for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            hook(server).leadkit_notify(notice())
        assert (proxy.connections, len(server.requests)) == (0, 1)

    def test_without_encryption_a_public_address_is_never_tried(self):
        public = {"resolver": lambda host, port: ["8.8.8.8"], "timeout": 0.2}
        notifier = WebhookNotifier("http://hooks.example.com/", SECRET, allow=LOOPBACK, **public)
        with pytest.raises(DeliveryError, match="allowed") as caught:
            notifier.leadkit_notify(notice())
        assert caught.value.permanent

    @pytest.mark.parametrize(
        ("url", "host"),
        [
            ("https://example.com", "example.com"),
            ("https://example.com:443/x", "example.com"),
            ("https://EXAMPLE.com:80/x", "example.com:80"),
            ("https://[2606:4700:4700::1111]/x", "[2606:4700:4700::1111]"),
            ("https://[2606:4700:4700::1111]:8443/x", "[2606:4700:4700::1111]:8443"),
        ],
    )
    def test_the_host_header_names_a_port_that_is_not_the_usual_one(self, url, host):
        assert target_of(url, "webhook").authority == host


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.example.com").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def ca(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def secure(server, host="hooks.example.com", **given):
    options = {"allow": LOOPBACK, "timeout": 2.0, "resolver": lambda host, port: ["127.0.0.1"]} | given
    return WebhookNotifier(f"https://{host}:{server.port}/in?token=hidden", SECRET, **options)


class TestEncryption:
    def test_the_certificate_is_checked_against_the_name_not_the_address(self, tls, ca):
        with serving(OK, tls=tls) as server:
            secure(server, ca=ca).leadkit_notify(notice())
        request = server.requests[0]
        assert (request.sni, request.headers["host"]) == ("hooks.example.com", f"hooks.example.com:{server.port}")
        assert Webhook(SECRET).verify(request.body, request.headers)

    @pytest.mark.parametrize("host", ["other.example.com", "127.0.0.1"])
    def test_a_certificate_for_another_name_is_refused(self, tls, ca, host):
        with serving(OK, tls=tls) as server:
            with pytest.raises(DeliveryError, match="certificate is not accepted") as caught:
                secure(server, host, ca=ca).leadkit_notify(notice())
            assert not caught.value.permanent
        assert server.requests == []

    def test_an_unknown_authority_is_refused(self, tls):
        with serving(OK, tls=tls) as server, pytest.raises(DeliveryError, match="certificate is not accepted"):
            secure(server).leadkit_notify(notice())

    def test_a_dripping_receiver_is_left_in_time(self, tls, ca):
        drip = drips(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 10_000)
        with serving(drip, tls=tls) as server, pytest.raises(DeliveryError, match="within 0"):
            secure(server, ca=ca, timeout=0.4).leadkit_notify(notice())

    def test_plain_http_on_that_port_is_a_failed_connection(self, ca):
        with serving(says(200), reads=False) as server, pytest.raises(DeliveryError, match="connection failed"):
            secure(server, ca=ca).leadkit_notify(notice())


class TestRefusedAtConstruction:
    @pytest.mark.parametrize(
        ("url", "told"),
        [
            *[
                (url, "URL")
                for url in ("", "hidden", "ftp://example.com/hidden", "https:///hidden", "https://[::hidden")
            ],
            *[
                (f"https://example.com{rest}", "URL")
                for rest in (":0/hidden", ":99999/hidden", ":x/hidden", "/hidden x")
            ],
            *[
                (f"https://{host}/hidden", "URL")
                for host in ("例子.example.com", "exa mple.com", "a" * 300, "a%62.com")
            ],
            *[("https://example.com/hidden\r\nx: y", "URL"), ("https://example.com/\thidden", "URL")],
            *[("https://user:hidden@example.com/", "user or password"), ("https://hidden@example.com", "password")],
            ("http://example.com/hidden", "http is only for allowed networks"),
        ],
    )
    def test_addresses(self, url, told):
        with pytest.raises(PluginError, match=told) as caught:
            WebhookNotifier(url, SECRET)
        assert "hidden" not in repr(caught.value)

    @pytest.mark.parametrize(
        "secret",
        ["", KEY, "whsec_", "whsec_hidden", f"whsec_{KEY[:20]}", f"whsec_{KEY}!", "whsec_" + "A" * 400, f"WHSEC_{KEY}"],
    )
    def test_secrets(self, secret):
        with pytest.raises(PluginError, match="secret is not whsec_") as caught:
            WebhookNotifier("https://example.com/", secret)
        assert KEY[:8] not in repr(caught.value)
        assert "hidden" not in repr(caught.value)

    @pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 601])
    def test_times(self, timeout):
        with pytest.raises(PluginError, match="600 seconds"):
            WebhookNotifier("https://example.com/", SECRET, timeout=timeout)

    def test_networks(self):
        with pytest.raises(PluginError, match="allowed network 2"):
            WebhookNotifier("https://example.com/", SECRET, allow=["10.0.0.0/8", "10.0.0.1/8"])

    def test_without_its_library(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "httpx2", None)
        with pytest.raises(MissingExtraError, match=r"leadkit\[webhook\]"):
            WebhookNotifier("https://example.com/", SECRET)

    @pytest.mark.parametrize("content", [None, "no certificate"])
    def test_files_of_authorities(self, tmp_path, content):
        path = tmp_path / "ca.pem"
        if content is not None:
            path.write_text(content)
        with pytest.raises(PluginError, match="authorities"):
            WebhookNotifier("https://example.com/", SECRET, ca=path)


class TestSecrets:
    """Neither the secret nor what stands behind the host is in names, errors, `repr` or logs."""

    def test_logs_and_repr(self, caplog):
        caplog.set_level(logging.NOTSET)
        with serving(OK) as server:
            notifier = hook(server)
            notifier.leadkit_notify(notice())
        assert caplog.records
        shown = f"{notifier!r} {notifier.name} {caplog.text}"
        assert not any(secret in shown for secret in ("hidden", "/in?", KEY, KEY[:8]))

    @pytest.mark.parametrize(
        "answer",
        [says(404), says(500, body=b"/in?token=hidden"), silent, writes(b"")],
        ids=["404", "500", "silent", "closed"],
    )
    def test_errors(self, answer):
        with serving(answer) as server:
            error = fails(server, timeout=0.2)
        while error is not None:
            assert not any(secret in repr(error) for secret in ("hidden", "/in", KEY[:8]))
            error = None if error.__suppress_context__ else error.__context__

    def test_the_name_tells_addresses_apart_and_is_stable(self):
        one, same, other = (WebhookNotifier(f"https://example.com/{path}", SECRET).name for path in "aab")
        assert one == same != other
        assert one.startswith("webhook:example.com:")
        assert WebhookNotifier("https://example.com/a", SECRET, name="orders").name == "orders"
