"""A notice reaches people through Apprise once, whole, and without telling anybody the secrets of an address."""

from __future__ import annotations

import email
import email.policy
import logging
import sys
import time

import pluggy
import pytest
from aiosmtpd.controller import Controller
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkit.adapters.notification.apprise import AppriseNotifier, apprise_notifiers
from leadkit.adapters.notification.messages import cut
from leadkit.errors import DeliveryError, MissingExtraError, PluginError
from leadkit.plugins.hooks import PROJECT
from tests.notification.servers import late, notice, says, serving, silent, writes

OK = says(200, body=b'{"errcode": 0}')
FAST = settings(max_examples=50)


def address(server, path="in"):
    return f"json://user:hidden@127.0.0.1:{server.port}/{path}"


class Inbox:
    """A mail server's memory; `refuses` is what it says to every recipient, `refuses_text` to every mail."""

    def __init__(self, refuses=None, refuses_text=None):
        self.refuses = refuses
        self.refuses_text = refuses_text
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, recipient, options):
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(recipient)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.refuses_text:
            return self.refuses_text
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


class MailServer(Controller):
    """Listens on whichever port is free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mail_server():
    started = []

    def start(inbox):
        controller = MailServer(inbox, hostname="127.0.0.1", port=0)
        controller.start()
        started.append(controller)
        return f"mailto://127.0.0.1:{controller.port}?from=leads@example.com&to=li@example.com"

    yield start
    for controller in started:
        controller.stop()


class TestMail:
    def test_a_mail_arrives_with_its_title_and_text(self, mail_server):
        inbox = Inbox()
        AppriseNotifier(mail_server(inbox)).leadkit_notify(notice())
        [(recipients, mail)] = inbox.mails
        assert recipients == ["li@example.com"]
        assert mail["subject"] == "线索已分配给您"
        assert "线索 L-7(优先级:高)已分配给您" in mail.get_body(("plain",)).get_content()

    def test_text_is_not_taken_for_markup(self, mail_server):
        inbox = Inbox()
        url = mail_server(inbox)
        for form in ("text", "html"):
            AppriseNotifier(f"{url}&format={form}").leadkit_notify(notice(lead_id="<b>L</b>&amp;"))
        text, html = (mail.get_body((form,)) for (_, mail), form in zip(inbox.mails, ("plain", "html"), strict=True))
        assert "<b>L</b>&amp;" in text.get_content()
        assert "&lt;b&gt;L&lt;/b&gt;&amp;amp;" in html.get_content()

    def test_a_title_cant_add_a_header(self, mail_server):
        inbox = Inbox()
        own = {"lead_assigned": {"title": "$lead_id"}}
        notifier = AppriseNotifier(mail_server(inbox), templates=own)
        notifier.leadkit_notify(notice(lead_id="L\r\nBcc: boss@example.com"))
        [(recipients, mail)] = inbox.mails
        assert (recipients, mail["bcc"], mail["subject"]) == (["li@example.com"], None, "L Bcc: boss@example.com")

    @pytest.mark.parametrize(
        ("reply", "permanent"),
        [("550 no such user", True), ("553 <li@example.com> is none", True), ("450 later", False), ("421 down", False)],
    )
    @pytest.mark.parametrize("step", ["recipient", "text"])
    def test_a_refusal_for_good_is_not_tried_again_and_names_nobody(self, mail_server, reply, permanent, step):
        inbox = Inbox(**{"refuses" if step == "recipient" else "refuses_text": reply})
        with pytest.raises(DeliveryError) as caught:
            AppriseNotifier(mail_server(inbox)).leadkit_notify(notice())
        assert caught.value.permanent is permanent
        assert caught.value.problems[0].message == f"the service answered {reply[:3]}"
        assert "example.com" not in str(caught.value)

    def test_the_level_of_the_log_is_as_before(self, mail_server, caplog):
        logger = logging.getLogger("apprise")
        before = logger.level
        with pytest.raises(DeliveryError):
            AppriseNotifier(mail_server(Inbox("550 (551, b'x')"))).leadkit_notify(notice())
        logger.debug("of the host")
        assert logger.level == before
        assert not caplog.records

    def test_what_a_notice_says_is_not_taken_for_an_answer(self, mail_server):
        own = {"lead_assigned": {"title": "error=404", "body": "error=404 Socket Exception: (550, b'x')"}}
        with pytest.raises(DeliveryError) as caught:
            AppriseNotifier(mail_server(Inbox("450 later")), templates=own).leadkit_notify(notice())
        assert not caught.value.permanent

    def test_a_mail_server_that_says_nothing_is_left(self):
        with serving(silent, reads=False) as server:
            url = f"mailto://127.0.0.1:{server.port}?from=leads@example.com&to=li@example.com"
            notifier = AppriseNotifier(url, timeout=0.3)
            with pytest.raises(DeliveryError):
                notifier.leadkit_notify(notice())
        assert notifier._service.socket_connect_timeout == 0.3


class TestServices:
    def test_a_message_is_sent_once(self):
        with serving(OK) as server:
            AppriseNotifier(address(server), language="en").leadkit_notify(notice())
        [request] = server.requests
        assert request.json["title"] == "Lead assigned to you"
        assert request.json["message"] == "Lead L-7, priority high, was assigned to you (rule)."

    def test_a_companys_own_words_and_zone(self):
        own = {"entry_late": {"title": "录入", "body": "$due_at"}}
        with serving(OK) as server:
            notifier = AppriseNotifier(address(server), templates=own, zone="Asia/Tokyo")
            notifier.leadkit_notify(notice("entry_late", details={"due_at": "2026-02-14T02:30:00+00:00"}))
        assert (server.requests[0].json["title"], server.requests[0].json["message"]) == (
            "录入",
            "2026-02-14 11:30 +0900",
        )

    @pytest.mark.parametrize(
        ("status", "permanent"), [(400, True), (403, True), (404, True), (408, False), (429, False), (500, False)]
    )
    def test_a_refusal_is_for_good_or_for_now(self, status, permanent):
        with serving(says(status)) as server, pytest.raises(DeliveryError, match=f"answered {status}") as caught:
            AppriseNotifier(address(server)).leadkit_notify(notice())
        assert (caught.value.permanent, caught.value.disables) == (permanent, False)
        assert len(server.requests) == 1

    @pytest.mark.parametrize("answer", [writes(b""), writes(b"HTTP/1.1 2"), late(OK)], ids=["closed", "cut", "late"])
    def test_no_answer_is_tried_again_later(self, answer):
        with serving(answer) as server, pytest.raises(DeliveryError, match="can't be reached") as caught:
            AppriseNotifier(address(server), timeout=0.3).leadkit_notify(notice())
        assert not caught.value.permanent

    def test_a_redirect_is_not_followed(self):
        with (
            serving(OK) as other,
            serving(says(307, f"Location: http://127.0.0.1:{other.port}/")) as server,
            pytest.raises(DeliveryError, match="answered 307"),
        ):
            AppriseNotifier(address(server)).leadkit_notify(notice())
        assert other.connections == 0

    def test_an_error_inside_the_library_is_told_without_its_text(self, monkeypatch):
        with serving(OK) as server:
            notifier = AppriseNotifier(address(server))
        monkeypatch.setattr(notifier._service, "throttle", lambda: {}["hidden"])
        with pytest.raises(DeliveryError, match="KeyError") as caught:
            notifier.leadkit_notify(notice())
        assert "hidden" not in str(caught.value)
        assert caught.value.__suppress_context__

    def test_messages_to_one_address_are_a_pause_apart(self):
        with serving(OK) as server:
            notifier = AppriseNotifier(address(server), pause=0.3)
            start = time.monotonic()
            for _ in range(2):
                notifier.leadkit_notify(notice())
            assert time.monotonic() - start >= 0.3

    def test_it_is_a_plugin(self):
        manager = pluggy.PluginManager(PROJECT)
        with serving(OK) as server:
            manager.register(AppriseNotifier(address(server)))
            manager.hook.leadkit_notify(notice=notice())
        assert len(server.requests) == 1


class TestWeCom:
    """A message of at most 2,048 bytes of UTF-8."""

    @pytest.mark.parametrize(
        "url", ["wecombot://hidden", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hidden"]
    )
    @pytest.mark.parametrize("length", [1, 600, 700, 5000])
    def test_title_and_text_fit(self, url, length):
        with serving(OK) as server:
            notifier = AppriseNotifier(url, templates={"lead_needs_facts": {"body": "缺" * length}})
            notifier._service.api_url = f"http://127.0.0.1:{server.port}/send?key=hidden"
            notifier.leadkit_notify(notice("lead_needs_facts"))
        content = server.requests[0].json["text"]["content"]
        whole = "线索信息待补充\n" + "缺" * length
        assert len(content.encode()) <= 2048
        assert content == whole or (len(whole.encode()) > 2048 and whole.startswith(content.removesuffix("…")))

    @FAST
    @given(st.text(max_size=60), st.integers(3, 100))
    def test_a_cut_is_the_longest_start_of_whole_characters(self, text, size):
        found = cut(text, size)
        assert len(found.encode()) <= size
        if found != text:
            kept = found.removesuffix("…")
            assert text.startswith(kept)
            assert len(text[: len(kept) + 1].encode()) + 3 > size


class TestRoutes:
    @pytest.fixture
    def told(self):
        """Who is told of a notice, by path."""
        with serving(OK) as server:
            urls = {name: address(server, name) for name in ("all", "also", "li", "boss")}
            routes = {"li": [urls["li"]], "supervisor": [urls["boss"], urls["all"]], "bot": []}
            notifiers = apprise_notifiers([urls["all"], urls["also"]], routes=routes, pause=0)
            assert len({notifier.name for notifier in notifiers}) == len(notifiers) == 4

            def tell(**given):
                server.requests.clear()
                for notifier in notifiers:
                    notifier.leadkit_notify(notice(**given))
                return [request.path.strip("/") for request in server.requests]

            yield tell

    def test_the_members_own_address_comes_first(self, told):
        assert told(to="li", role="supervisor") == ["li"]

    def test_then_the_roles(self, told):
        assert told(to="wang", role="supervisor") == ["all", "boss"]
        assert told(to=None, role="supervisor") == ["all", "boss"]

    def test_then_the_addresses_of_all(self, told):
        assert told(to="wang", role="rep") == ["all", "also"]
        assert told(to=None, role=None) == ["all", "also"]

    def test_an_empty_route_keeps_a_notice_from_everybody(self, told):
        assert told(to="bot") == []

    def test_a_failing_address_does_not_make_the_others_tell_twice(self):
        with serving(OK) as good, serving(says(500)) as bad:
            notifiers = apprise_notifiers([address(good), address(bad)], pause=0)
            left = list(notifiers)
            for _ in range(3):
                failed = []
                for notifier in left:
                    try:
                        notifier.leadkit_notify(notice())
                    except DeliveryError:
                        failed.append(notifier)
                left = failed
        assert (len(good.requests), len(bad.requests)) == (1, 3)


class TestRefusedAtConstruction:
    URLS = (
        "",
        "hidden",
        "nothing://hidden",
        "wecombot://",
        "https://open.feishu.cn/open-apis/bot/v2/hook/hidden",
        "https://oapi.dingtalk.com/robot/send?access_token=hidden",
        "mailto://user:hidden@",
        "slack://hidden",
    )

    @pytest.mark.parametrize("url", URLS)
    def test_an_address_that_apprise_does_not_take(self, url, caplog):
        caplog.set_level(logging.NOTSET)
        with pytest.raises(PluginError, match="Apprise can't use it") as caught:
            AppriseNotifier(url)
        assert "hidden" not in repr(caught.value) + caplog.text

    def test_all_of_them_are_told_by_position_and_schema(self):
        with pytest.raises(PluginError) as caught:
            apprise_notifiers(["json://example.com", "wecombot://", "hidden"], routes={"li": ["slack://hidden"]})
        assert [problem.place for problem in caught.value.problems] == [
            "urls, address 2, apprise address (wecombot)",
            "urls, address 3, apprise address (no schema)",
            "routes.li, address 1, apprise address (slack)",
        ]
        assert "hidden" not in repr(caught.value)

    def test_an_address_that_stands_for_several_receivers(self):
        url = "mailto://user:hidden@example.com?to=li@example.com,wang@example.com"
        with pytest.raises(PluginError, match="stands for 2 receivers") as caught:
            AppriseNotifier(url)
        assert "hidden" not in repr(caught.value)
        assert "li@" not in repr(caught.value)

    def test_without_its_library(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "apprise", None)
        with pytest.raises(MissingExtraError, match=r"leadkit\[notify\]"):
            AppriseNotifier("json://example.com")

    @pytest.mark.parametrize("zone", ["Asia/Nowhere", "", "../etc/passwd", "a\0b"])
    def test_zones(self, zone):
        with pytest.raises(PluginError, match="no such time zone"):
            AppriseNotifier("json://example.com", zone=zone)

    @pytest.mark.parametrize("timeout", [0, -1, float("nan"), 601])
    def test_times(self, timeout):
        with pytest.raises(PluginError, match="600 seconds"):
            AppriseNotifier("json://example.com", timeout=timeout)

    @FAST
    @given(st.sampled_from(["json", "mailto", "wecombot", "dingtalk", "feishu", "slack", "x"]), st.text(max_size=30))
    def test_no_address_does_anything_but_work_or_be_refused(self, schema, rest):
        try:
            AppriseNotifier(f"{schema}://{rest}")
        except PluginError as error:
            assert error.problems[0].place == f"apprise address ({schema})"  # noqa: PT017


class TestSecrets:
    @pytest.mark.parametrize("answer", [OK, says(404), writes(b"")], ids=["taken", "refused", "closed"])
    def test_logs_repr_and_errors(self, answer, caplog):
        caplog.set_level(logging.NOTSET)
        error = None
        with serving(answer) as server:
            notifier = AppriseNotifier(address(server, "hidden?token=hidden"))
            try:
                notifier.leadkit_notify(notice())
            except DeliveryError as caught:
                error = caught
        assert server.requests[0].path.startswith("/hidden")
        assert "hidden" not in f"{notifier!r} {notifier.name} {error!r} {caplog.text}"

    def test_what_apprise_says_outside_a_call_is_still_logged(self, caplog):
        AppriseNotifier("json://example.com")
        logging.getLogger("apprise").warning("from the host's own use")
        assert "from the host's own use" in caplog.text

    def test_nothing_is_written(self, tmp_path, monkeypatch):
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TMPDIR"):
            monkeypatch.setenv(name, str(tmp_path))
        monkeypatch.chdir(tmp_path)
        with serving(OK) as server:
            AppriseNotifier(address(server)).leadkit_notify(notice())
        assert list(tmp_path.iterdir()) == []
