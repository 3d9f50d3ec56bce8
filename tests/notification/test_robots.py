"""A robot's notice is delivered when its service says so, in a form the service takes; secrets stay secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import ssl
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pluggy
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from leadkit.adapters.notification.robots import SERVICES, RobotNotifier, fitting
from leadkit.desk.delivery import Retries
from leadkit.desk.desk import Desk
from leadkit.errors import DeliveryError, MissingExtraError, PluginError
from leadkit.plugins.hooks import PROJECT
from leadkit.records import Lead
from tests.notification.servers import drips, floods, notice, says, serving, silent, writes

LOOPBACK = ["127.0.0.0/8"]
NAMES = tuple(SERVICES)
AT = datetime(2026, 2, 14, 2, 30, 0, 500_000, tzinfo=UTC)
TAKEN = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
}
PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=hidden",
    "dingtalk": "/robot/send?access_token=hidden",
    "feishu": "/open-apis/bot/v2/hook/hidden",
}
SECRETS = {"wecom": None, "dingtalk": "SECrecy", "feishu": "SECrecy"}


def answers(said, status=200):
    return says(status, "Content-Type: application/json", body=json.dumps(said).encode())


def refuses(name, code, status=200):
    """The answer of a service to what it does not take, with what is nobody's business in its words."""
    words = f"hidden, from ip: 203.0.113.7, more info at https://example.com/?e={code}"
    if name == "feishu":
        return answers({"StatusCode": 0, "StatusMessage": "", "code": code, "data": {}, "msg": words}, status)
    return answers({"errcode": code, "errmsg": words}, status)


def robot(name, server, **given):
    options = {"allow": LOOPBACK, "timeout": 2.0, "service": name, "clock": lambda: AT} | given
    return RobotNotifier(f"http://127.0.0.1:{server.port}{PATHS[name]}", **options)


def fails(name, answer, **given):
    """The error of one attempt."""
    with serving(answer) as server, pytest.raises(DeliveryError) as caught:
        robot(name, server, **given).leadkit_notify(notice())
    return caught.value


def told(name, sent=None, **given):
    """The one request that a taken notice makes."""
    with serving(answers(TAKEN[name])) as server:
        robot(name, server, **given).leadkit_notify(sent or notice())
    assert len(server.requests) == 1
    return server.requests[0]


def text_of(name, request):
    return request.json["content"]["text"] if name == "feishu" else request.json["text"]["content"]


class TestWhatIsSent:
    """Each service gets a text message in its own JSON form at the path of the robot."""

    @pytest.mark.parametrize("name", ["wecom", "dingtalk"])
    def test_wecom_and_dingtalk_take_a_msgtype(self, name):
        request = told(name)
        text = "线索已分配给您\n线索 L-7(优先级:高)已分配给您,依据:rule。"
        assert request.json == {"msgtype": "text", "text": {"content": text}}
        assert request.path == PATHS[name]
        assert request.headers["content-type"] == "application/json"

    def test_feishu_takes_a_msg_type(self):
        request = told("feishu", language="en")
        text = "Lead assigned to you\nLead L-7, priority high, was assigned to you (rule)."
        assert request.json == {"msg_type": "text", "content": {"text": text}}
        assert request.path == PATHS["feishu"]

    @pytest.mark.parametrize("name", NAMES)
    def test_a_companys_own_words_and_zone(self, name):
        templates = {"lead_assigned": {"title": "Neu", "body": "$at"}}
        assert text_of(name, told(name, templates=templates, zone="Europe/Berlin")) == "Neu\n2026-02-14 03:30 +0100"

    @pytest.mark.parametrize("name", NAMES)
    def test_a_value_mentions_nobody_but_a_text_can(self, name):
        mention = '<at user_id="all">x</at><@all>'
        templates = {"lead_assigned": {"title": "<@li>", "body": "$reason_code"}}
        request = told(name, notice(details={"reason_code": mention}), templates=templates)
        assert text_of(name, request) == f"<@li>\n{mention}".replace("<at", "＜at").replace("</", "＜/").replace(
            "<@all", "＜@all"
        )

    @pytest.mark.parametrize("name", NAMES)
    def test_half_a_surrogate_pair_is_not_sent(self, name):
        assert "依据:-。" in text_of(name, told(name, notice(details={"reason_code": "\ud83d"})))

    @pytest.mark.parametrize("name", NAMES)
    def test_what_is_for_somebody_else_is_not_sent(self, name):
        with serving(answers(TAKEN[name])) as server:
            robot(name, server, only=lambda one: one.to == "wang").leadkit_notify(notice(to="li"))
        assert server.connections == 0

    def test_it_is_a_plugin(self):
        manager = pluggy.PluginManager(PROJECT)
        with serving(answers(TAKEN["wecom"])) as server:
            manager.register(robot("wecom", server))
            manager.hook.leadkit_notify(notice=notice())
        assert len(server.requests) == 1


class TestSizes:
    """WeCom takes 2,048 bytes of text, DingTalk and Feishu a body of 20,000 bytes."""

    @pytest.mark.parametrize("sign", ["x", "线", "😀", '"', "\n", "\x01", "\\"])
    def test_what_is_too_long_is_cut_to_what_fits(self, sign):
        for name in NAMES:
            long = {"lead_assigned": {"body": f"x{sign * 25_000}x"}}
            request = told(name, templates=long, secret=SECRETS[name])
            text = text_of(name, request)
            size = len(text.encode()) if name == "wecom" else len(request.body)
            most = 2_048 if name == "wecom" else 20_000
            assert most - 120 <= size <= most
            assert text.endswith("…")

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(20, 400))
    def test_a_cut_is_as_long_as_can_be(self, text, most):
        def measured(said):
            return len(json.dumps(said, ensure_ascii=False).encode())

        found = fitting(text, most, measured)
        assert measured(found) <= most
        if found != text:
            kept = found.removesuffix("…")
            assert text.startswith(kept)
            assert measured(text[: len(kept) + 1] + "…") > most


class TestSignatures:
    def test_dingtalks_is_in_the_query_in_milliseconds(self):
        request = told("dingtalk", secret="SECrecy")
        query = parse_qs(urlsplit(request.path).query)
        proof = hmac.new(b"SECrecy", b"1771036200500\nSECrecy", hashlib.sha256).digest()
        assert query == {
            "access_token": ["hidden"],
            "timestamp": ["1771036200500"],
            "sign": [base64.b64encode(proof).decode()],
        }
        assert set(request.json) == {"msgtype", "text"}

    def test_dingtalks_is_quoted(self):
        signs = {
            urlsplit(told("dingtalk", secret="SEC", clock=lambda n=n: AT + timedelta(seconds=n)).path).query[-60:]
            for n in range(12)
        }
        assert not any(bad in sign.partition("sign=")[2] for sign in signs for bad in "+/=")

    def test_feishus_is_in_the_body_in_seconds(self):
        request = told("feishu", secret="SECrecy")
        proof = hmac.new(b"1771036200\nSECrecy", b"", hashlib.sha256).digest()
        assert request.json["timestamp"] == "1771036200"
        assert request.json["sign"] == base64.b64encode(proof).decode()
        assert request.path == PATHS["feishu"]

    def test_feishus_own_example(self):
        """The key `demo` at 1599360473, as the manual of the robot has it."""
        request = told("feishu", secret="demo", clock=lambda: datetime.fromtimestamp(1599360473, UTC))
        assert request.json["sign"] == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


class TestAnswers:
    """Code 0 is a delivery; a code of the service says whether to try again; HTTP 200 alone says nothing."""

    @pytest.mark.parametrize("said", [{"code": 0}, {"StatusCode": 0, "StatusMessage": "success"}, TAKEN["feishu"]])
    def test_feishu_says_taken_in_an_old_and_a_new_way(self, said):
        with serving(answers(said)) as server:
            robot("feishu", server).leadkit_notify(notice())

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            *[("wecom", 45009), ("dingtalk", 130101), ("dingtalk", 410100), ("dingtalk", 660026)],
            *[("feishu", 9499), ("feishu", 11232)],
        ],
    )
    def test_a_rate_limit_waits_a_minute(self, name, code):
        error = fails(name, refuses(name, code))
        assert (error.permanent, error.disables, error.retry_after) == (False, False, 60)

    def test_a_rate_limit_that_asks_for_longer_gets_it(self):
        body = json.dumps({"code": 11232}).encode()
        assert fails("feishu", says(429, "Retry-After: 300", body=body)).retry_after == 300
        assert fails("feishu", says(429, "Retry-After: 5", body=body)).retry_after == 60

    @pytest.mark.parametrize("status", [200, 400])
    @pytest.mark.parametrize(
        ("name", "code"),
        [("wecom", 93000), ("dingtalk", 300001), ("dingtalk", 400013), ("dingtalk", 400101), ("feishu", 19001)],
    )
    def test_a_robot_that_is_gone_gets_nothing_any_more(self, name, code, status):
        error = fails(name, refuses(name, code, status))
        assert (error.permanent, error.disables, error.retry_after) == (True, True, None)

    @pytest.mark.parametrize(
        ("name", "code"), [("dingtalk", 300005), ("dingtalk", 400102), ("dingtalk", 400106), ("feishu", 19007)]
    )
    def test_a_robot_that_was_switched_off_may_come_back(self, name, code):
        error = fails(name, refuses(name, code))
        assert (error.permanent, error.disables) == (True, False)

    @pytest.mark.parametrize("status", [200, 400, 404, 500])
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            *[(name, code) for name in NAMES for code in (-1, 1, 999_999, 10**30)],
            *[("wecom", 40058), ("dingtalk", 310000), ("dingtalk", 460101), ("feishu", 19021), ("feishu", 19024)],
        ],
    )
    def test_any_other_code_is_tried_again(self, name, code, status):
        error = fails(name, refuses(name, code, status))
        assert (error.permanent, error.disables, error.retry_after) == (False, False, None)

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize(
        ("status", "permanent", "disables"),
        [(301, True, False), (302, False, False), (403, True, False), (410, True, True), (429, False, False)],
    )
    def test_taken_with_a_status_that_says_otherwise_is_not_taken(self, name, status, permanent, disables):
        error = fails(name, answers(TAKEN[name], status))
        assert (error.permanent, error.disables) == (permanent, disables)

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize(
        "body",
        [
            *[b"", b"ok", b"<html>ok</html>", b"null", b"0", b"[]", b"{}", b'"errcode"', b"\xff\xfe", b"NaN"],
            *[b'{"errmsg": "ok", "msg": "success"}', b"[" * 60_000, b'{"errcode": 1' + b"0" * 5_000 + b"}"],
            *[
                b'{"errcode": %s, "code": %s}' % (value, value)
                for value in (b"null", b"false", b"true", b'"0"', b"0.0", b"{}")
            ],
            b'{"errcode": 0, "code": 0',
            b'{"errcode": 0, "code": 0, "x": "' + b"y" * 70_000 + b'"}',
        ],
        ids=lambda body: body[:20].decode("latin-1"),
    )
    def test_a_200_that_does_not_say_taken_is_tried_again(self, name, body):
        error = fails(name, says(200, body=body))
        assert (error.permanent, error.disables) == (False, False)

    def test_feishu_that_says_both_was_not_taken(self):
        said = {"StatusCode": 0, "code": 19021}
        assert "19021" in str(fails("feishu", answers(said)))
        assert "19021" in str(fails("feishu", answers({"StatusCode": 19021, "code": 0})))


LENGTHY = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


class TestBounds:
    """Whatever the other side does, one attempt takes no longer than its time, and is no delivery."""

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            (silent, "no answer within 0.4 seconds"),
            (drips(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 10_000), "no answer within 0.4 seconds"),
            (drips(b" ", start=LENGTHY), "does not say that the message was taken"),
            (drips(b" ", start=LENGTHY + b'{"errcode": 0'), "does not say that the message was taken"),
            (floods(b" " * 10_000, start=b"HTTP/1.1 200 OK\r\n\r\n"), "does not say that the message was taken"),
            (floods(b"x: y\r\n" * 1000, start=b"HTTP/1.1 200 OK\r\n"), "connection failed"),
        ],
        ids=["silent", "drips headers", "drips a body", "drips after the code", "floods a body", "floods headers"],
    )
    def test_no_answer_in_time_is_tried_again(self, answer, message):
        error = fails("wecom", answer, timeout=0.4)
        assert not error.permanent
        assert message in str(error)

    @pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200", b"SSH-2.0-x\r\n\r\n"])
    def test_a_broken_answer_is_tried_again(self, raw):
        assert not fails("dingtalk", writes(raw)).permanent

    def test_a_body_that_breaks_off_behind_the_whole_answer_is_taken(self):
        raw = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"errcode": 0}'
        with serving(writes(raw)) as server:
            robot("wecom", server).leadkit_notify(notice())

    def test_a_redirect_is_not_followed(self):
        with serving(answers(TAKEN["wecom"])) as other:
            fails("wecom", says(307, f"Location: http://127.0.0.1:{other.port}/"))
        assert other.connections == 0


class TestWhereItGoes:
    @pytest.mark.parametrize(
        ("url", "body"),
        [
            ("https://qyapi.weixin.qq.com:{port}/cgi-bin/webhook/send?key=hidden", "msgtype"),
            ("https://oapi.dingtalk.com:{port}/robot/send?access_token=hidden", "msgtype"),
            ("https://open.feishu.cn:{port}/open-apis/bot/v2/hook/hidden", "msg_type"),
            ("https://OPEN.larksuite.com:{port}/open-apis/bot/v2/hook/hidden", "msg_type"),
        ],
    )
    def test_the_service_is_known_by_its_host_and_its_certificate_is_checked(self, tmp_path, url, body):
        host = urlsplit(url.replace("{port}", "1")).hostname
        authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(tls)
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        options = {"allow": LOOPBACK, "timeout": 2.0, "resolver": lambda host, port: ["127.0.0.1"]}
        with serving(answers({"errcode": 0, "code": 0}), tls=tls) as server:
            there = url.format(port=server.port)
            RobotNotifier(there, ca=tmp_path / "ca.pem", **options).leadkit_notify(notice())
            with pytest.raises(DeliveryError, match="certificate is not accepted"):
                RobotNotifier(there, **options).leadkit_notify(notice())
        assert [request.sni for request in server.requests] == [host]
        assert body in server.requests[0].json

    def test_a_host_that_leads_inside_is_never_reached(self):
        with serving(answers(TAKEN["wecom"])) as server:
            url = f"https://qyapi.weixin.qq.com:{server.port}/cgi-bin/webhook/send?key=hidden"
            notifier = RobotNotifier(url, resolver=lambda host, port: ["127.0.0.1"])
            with pytest.raises(DeliveryError, match="public") as caught:
                notifier.leadkit_notify(notice())
        assert caught.value.permanent
        assert server.connections == 0


class TestRefusedAtConstruction:
    @pytest.mark.parametrize(
        ("url", "given", "said"),
        [
            ("https://example.com/hidden", {}, "none of WeCom, DingTalk or Feishu"),
            ("https://qyapi.weixin.qq.com.example.com/hidden", {}, "none of WeCom"),
            ("https://example.com/hidden", {"service": "feishuu"}, r"no such service \(hint: did you mean 'feishu'"),
            ("https://example.com/hidden", {"service": "x"}, "one of dingtalk, feishu, wecom"),
            ("http://oapi.dingtalk.com/hidden", {}, "http is only for allowed networks"),
            ("hidden", {"service": "wecom"}, "URL"),
            ("https://qyapi.weixin.qq.com/hidden", {"secret": "SECrecy"}, "no signature"),
            ("https://open.feishu.cn/hidden", {"secret": ""}, "secret can't be used"),
            ("https://open.feishu.cn/hidden", {"secret": "SECrecy\n"}, "secret can't be used"),
            ("https://open.feishu.cn/hidden", {"zone": "Asia/Nowhere"}, "no such time zone"),
            ("https://open.feishu.cn/hidden", {"timeout": 0}, "600 seconds"),
            ("https://open.feishu.cn/hidden", {"templates": {"lead_asigned": {}}}, "no such kind"),
        ],
    )
    def test_what_cant_be_used(self, url, given, said):
        with pytest.raises(PluginError, match=said) as caught:
            RobotNotifier(url, **given)
        assert "hidden" not in repr(caught.value)
        assert "SECrecy" not in repr(caught.value)

    def test_without_its_library(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "httpx2", None)
        with pytest.raises(MissingExtraError, match=r"leadkit\[webhook\]"):
            RobotNotifier("https://open.feishu.cn/hidden")


class TestSecrets:
    """Neither key, token nor signature is in names, errors, `repr` or logs."""

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("code", [0, 1, 93000])
    def test_nothing_is_told(self, caplog, name, code):
        caplog.set_level(logging.NOTSET)
        errors = []
        with serving(refuses(name, code)) as server:
            notifier = robot(name, server, secret=SECRETS[name])
            try:
                notifier.leadkit_notify(notice())
            except DeliveryError as error:
                errors = [repr(error), repr(error.__context__)]
        assert caplog.records
        shown = " ".join([repr(notifier), repr(vars(notifier)["_endpoint"]), notifier.name, caplog.text, *errors])
        assert not any(secret in shown for secret in ("hidden", "SECrecy", "sign", "203.0.113.7"))

    def test_the_name_tells_addresses_apart_and_is_stable(self):
        one, same, other = (RobotNotifier(f"https://open.feishu.cn/{path}").name for path in "aab")
        assert one == same != other
        assert one.startswith("robot:open.feishu.cn:")
        assert RobotNotifier("https://open.feishu.cn/a", name="team").name == "team"


class TestWithADesk:
    """What a robot refuses stays in the outbox, or is a dead letter; nothing counts as delivered that was not."""

    def desk(self, notifier, clock):
        policy = {
            "name": "ours",
            "extends": "standard",
            "notices": {"lead_needs_facts": ["marketing"], "lead_needs_review": ["marketing"]},
        }
        desk = Desk(policy, plugins=[notifier], clock=clock, retries=Retries(first=timedelta(seconds=1)))
        desk.capture(Lead(id="L-1", **FULL))
        return desk

    def test_a_rate_limit_is_waited_out(self):
        now = [AT]
        with serving(refuses("wecom", 45009)) as server:
            desk = self.desk(robot("wecom", server), lambda: now[0])
            assert desk.deliver().waiting == 1
            now[0] += timedelta(seconds=59)
            assert desk.deliver().failed == 0
            now[0] += timedelta(seconds=1)
            assert desk.deliver().waiting == 1
        assert len(server.requests) == 2

    def test_a_robot_that_is_gone_leaves_a_dead_letter(self):
        with serving(refuses("dingtalk", 400013)) as server:
            desk = self.desk(robot("dingtalk", server), lambda: AT)
            assert desk.deliver().dead == 1
            desk.capture(Lead(id="L-2", **{**FULL, "tags": ("再次",)}), key="again")
            desk.deliver()
        assert len(server.requests) == 1
        assert {letter.error for letter in desk.dead_letters()} == {
            "the robot refused it with code 400013",
            "the receiver wants no more notices",
        }


FULL = {
    "source": {"channel": "fair"},
    "company": {"name": "Example GmbH", "industry": "machinery", "size": "large"},
    "contact": {"name": "A", "job_title": "CEO", "phone": "021-62345678"},
    "need": {"description": "a robot"},
}
