"""`leadkit mcp` through the protocol's own client: what the tools say, what they keep back, and who may write."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.mcp import answer, skill
from leadkit.cli.agent_tools import Reading
from leadkit.cli.agent_writing import writable, writing_tools
from leadkit.cli.commands import cli
from leadkit.records.people import Actor
from leadkit.testing.policies import policies
from leadkit.testing.strategies import leads
from tests.policy.test_route import AUTO, HOME, LINES, write

mcp = pytest.importorskip("mcp", reason='the SDK is not installed: pip install "leadkit[mcp]"')

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
AS_OF = NOW.isoformat()
STANDARD = lk.load_policy("standard")
Call = Callable[..., Any]


def talk(folder: Path, words: list[str], calls: list[tuple[str, dict[str, Any]]]) -> tuple[list[Any], list[Any]]:
    """The tools of a server in a process of its own, and what it answers to these calls."""

    async def run() -> tuple[list[Any], list[Any]]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("LEADKIT_")}
        command = mcp.StdioServerParameters(
            command=sys.executable, args=["-m", "leadkit", "mcp", *words], env=env, cwd=folder
        )
        async with mcp.Client(command) as client:
            tools = (await client.list_tools()).tools
            results = [await client.call_tool(name, arguments) for name, arguments in calls]
            return tools, [(result.is_error, result.content[0].text) for result in results]

    return asyncio.run(run())


def tools_of(policy: lk.Policy = STANDARD, desk: lk.Desk | None = None, named: str = "standard") -> Call:
    """What the tools of a policy answer, without the protocol in between."""
    tools = {tool.name: tool for tool in Reading(policy, named, desk, lambda: NOW).tools()}

    def call(name: str, /, **arguments: Any) -> Any:
        text, refused = answer(tools, name, arguments)
        assert not refused, text
        return json.loads(text) if text.startswith("{") else text

    call.tools = tools  # type: ignore[attr-defined]
    return call


def refusal(call: Call, name: str, /, **arguments: Any) -> str:
    text, refused = answer(call.tools, name, arguments)  # type: ignore[attr-defined]
    assert refused
    return text


class TestProtocol:
    """Over standard input and output, with the official client."""

    def test_a_policy_alone(self, tmp_path):
        facts = {"facts": {"company_size": "large"}, "events": {"webinar": 2}, "as_of": AS_OF}
        calls = [("score", facts), ("explain", facts), ("score", {"x": 1}), ("no_such_tool", {})]
        tools, answers = talk(tmp_path, [], calls)
        names = ["score", "explain", "what_if", "worth_asking", "check", "diff"]
        assert [tool.name for tool in tools] == names
        assert all(tool.annotations.read_only_hint for tool in tools)
        score = STANDARD.score(facts["facts"], [("webinar", NOW)] * 2, as_of=NOW)
        assert json.loads(answers[0][1]) == score.to_dict()
        assert answers[1] == (False, score.explain())
        assert answers[2] == (True, "x: no such argument (hint: one of facts, events, as_of)")
        assert answers[3][0]

    def test_a_store_and_a_command_that_is_switched_on(self, tmp_path, store):
        words = ["--db", f"sqlite:///{store}", "--write", "lead_assign", "--by", "chen", "--role", "supervisor"]
        assign = {"lead_id": "L-1", "to": "li", "key": "k1"}
        calls = [("lead_assign", assign), ("lead_assign", assign), ("lead", {"lead_id": "L-1"}), ("lead_archive", {})]
        tools, answers = talk(tmp_path, words, calls)
        assert [tool.name for tool in tools if not tool.annotations.read_only_hint] == ["lead_assign"]
        assert answers[0] == answers[1]
        assert json.loads(answers[0][1])["outcome"] == "assigned"
        assert json.loads(answers[2][1])["owner"] == "li"
        assert answers[3][0]
        with lk.Desk("standard", f"sqlite:///{store}") as desk:
            (assigned,) = [item for item in desk.history("L-1") if item.what == "assign"]
            assert (assigned.actor, assigned.role) == ("chen", "supervisor")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    file = tmp_path / "leads.db"
    lk.migrate(f"sqlite:///{file}")
    with lk.Desk("standard", f"sqlite:///{file}") as desk:
        for member, role in (("li", "sales_rep"), ("chen", "supervisor")):
            desk.enrol(lk.Member(id=member, role=role))
        desk.capture(LEAD)
        desk.record(lk.Activity(id="A1", lead_id="L-1", kind="webinar", occurred_at=NOW, feedback="Secret feedback"))
    return file


LEAD = lk.Lead(
    id="L-1",
    source=lk.Source(channel="fair", detail="Secret hall"),
    company=lk.Company(name="Secret Ltd", industry="Secret industry", size="large"),
    contact=lk.Contact(name="Secret Wang", phone="13812345678", email="secret@example.com", job_title="Secret CEO"),
    need=lk.Need(description="A secret line", product="Secret product"),
)


class TestReading:
    """The tools say what the policy says."""

    @settings(max_examples=15, deadline=None)
    @given(data=st.data())
    def test_scores_and_explanations_of_random_policies(self, data):
        policy = lk.load_policy(data.draw(policies()))
        facts = {name: value for name, value in data.draw(leads(policy)).items() if value == value}  # noqa: PLR0124
        facts = {name: float(value) if isinstance(value, Decimal) else value for name, value in facts.items()}
        facts = {
            name: value
            for name, value in facts.items()
            if not policy.facts[name].levels or value in policy.facts[name].levels
        }
        call = tools_of(policy, named=policy.name)
        score = policy.score(facts, as_of=NOW)
        assert call("score", facts=facts, as_of=AS_OF) == score.to_dict()
        assert call("explain", facts=facts, as_of=AS_OF, language="zh_CN") == score.explain("zh_CN")

    def test_what_if(self):
        found = tools_of()(
            "what_if", facts={"company_size": "large"}, then={"events": {"webinar": 1}}, bands="priority"
        )
        assert (found["before"]["points"], found["after"]["points"]) == ("20", "35")
        after = STANDARD.score({"company_size": "large"}, [("webinar", NOW)], as_of=NOW)
        assert found["ways"] == [way.to_dict() for way in STANDARD.next_band(after)]

    def test_worth_asking(self):
        found = tools_of()("worth_asking", facts={"intent": True}, name="conversion")
        assert found["questions"] == [each.to_dict() for each in STANDARD.worth_asking({"intent": True})]

    def test_a_draft_is_checked_and_compared(self):
        draft = 'name = "d"\nextends = "standard"\n[scoring.bands.priority]\nhigh = 75\n'
        assert "scoring.bands.priority.high: 80 -> 75" in tools_of()("diff", toml=draft)
        assert "d@1" in tools_of()("check", toml=draft)
        assert "standard@1" in tools_of()("check")

    def test_a_draft_of_a_policy_in_a_file(self, tmp_path):
        ours = tmp_path / "ours.toml"
        ours.write_text('name = "ours"\nextends = "standard"\n[scoring]\nlimit = 99\n', "utf-8")
        call = tools_of(lk.load_policy(ours), named=str(ours))
        draft = 'name = "d"\nextends = "ours.toml"\n[scoring]\nlimit = 98\n'
        assert "1 change\n  scoring.limit: 99 -> 98" in call("diff", toml=draft)

    def test_a_policy_with_branches(self, tmp_path):
        lines = lk.load_policy(write(tmp_path, auto=AUTO, home=HOME, lines=LINES))
        call, facts = tools_of(lines, named=str(tmp_path / "lines.toml")), {"line": "auto", "claims": 0}
        score = lines.score(facts, as_of=NOW)
        assert call("score", facts=facts, as_of=AS_OF) == score.to_dict()
        assert call("explain", facts=facts, as_of=AS_OF) == score.explain(lines.language)
        assert call("what_if", facts={"line": "auto"}, then={"facts": {"claims": 0}})["after"]["points"] == "60"
        assert "lines@1" in call("check")

    @pytest.mark.parametrize(
        ("name", "arguments", "said"),
        [
            ("score", {"facts": {"company_size": "huge"}}, "facts.company_size: no such level"),
            ("score", {"facts": {"compny_size": "large"}}, "no such fact (hint: did you mean 'company_size'?)"),
            ("score", {"events": {"webinr": 1}}, "events.webinr: no such kind of event"),
            ("score", {"events": {"webinar": -1}}, "must be a whole number"),
            ("score", {"events": [{"kind": "webinar", "occurred_at": "2026-11-02"}]}, "occurred_at: must be a time"),
            ("score", {"facts": {}, "as_of": "yesterday"}, "as_of: must be a time"),
            ("score", {"facts": []}, "facts: must be object"),
            ("score", {"facts": {"budget": "much"}}, "facts.budget: must be a number"),
            ("score", {"facts": {"role": ["user"]}}, "facts.role: no such level"),
            ("score", {"events": 3}, "events: must be object or array"),
            ("score", {"events": [{"kind": ["webinar"]}]}, "no such kind of event"),
            ("explain", {"facts": {}, "language": "../en"}, "language: is none of those there are"),
            ("what_if", {"facts": {}, "then": {"facts": 3}}, "then.facts: must be object"),
            ("what_if", {"facts": {}, "then": {"events": 3}}, "events: must be object or array"),
            ("score", {}, "give either lead_id, or facts and events"),
            ("what_if", {"facts": {}, "then": {"facts": {"x": 1}}}, "then.facts.x: no such fact"),
            ("diff", {"toml": 'name = "d"\nextends = "../other.toml"'}, "names a file"),
            ("check", {"toml": 'name = "d"\nextends = "/etc/passwd"'}, "names a file"),
            ("check", {"toml": 'name = "d"\nextends = "standard"\n[[invariants]]\n'
             'when = { field = "industry", in_file = "/etc/passwd" }\nat_most = { points = 1 }'}, "names a file"),
            ("check", {"toml": 'name = "d"\nextends = "standard"\n[route]\nfield = "industry"\n'
             'branches = { otherwise = "/etc/passwd" }'}, "names a file"),
            ("diff", {"toml": "x ="}, "draft.toml: "),
        ],
    )  # fmt: skip
    def test_what_is_refused(self, name, arguments, said):
        assert said in refusal(tools_of(), name, **arguments)


class TestStore:
    """Of a lead in the store goes out where it stands; a text only where it was asked for by name."""

    def everything(self, call: Call, **more: Any) -> str:
        lead = {"lead_id": "L-1"}
        answers = [
            call("score", **lead, **more), call("explain", **lead, **more), call("what_if", **lead, **more),
            call("worth_asking", **lead, **more), call("lead", **lead, **more), call("queue", **more), call("due"),
        ]  # fmt: skip
        return json.dumps(answers, ensure_ascii=False)

    def test_no_name_and_no_text_goes_out(self, store):
        policy = lk.load_policy(
            {"name": "texts", "extends": "standard", "scoring": {"groups": {"attributes": {"rules": {
                "trade": {"field": "industry", "points": {"Secret industry": 3}},
            }}}}}
        )  # fmt: skip
        with lk.Desk(policy, f"sqlite:///{store}") as desk:
            call = tools_of(policy, desk)
            said = self.everything(call)
            assert "read from" in desk.policy.score(desk.facts("L-1", at=NOW), as_of=NOW).explain()
            assert "read from" not in said
            assert "ecret" not in said
            assert "13812345678" not in said
            assert "L-1" in said
            asked = call("lead", lead_id="L-1", include=["company", "phone"])
            assert "is none of those there are" in refusal(call, "lead", lead_id="L-1", include=["company", "custom"])
            assert asked["fields"] == {"company": "Secret Ltd", "phone": "13812345678"}
            assert "Secret industry" in call("explain", lead_id="L-1", include=["industry"])
            assert "Wang" not in self.everything(call, include=["company"])

    def test_it_says_what_the_store_says(self, store):
        with lk.Desk("standard", f"sqlite:///{store}") as desk:
            call, state = tools_of(desk=desk), desk.lead("L-1")
            assert Decimal(call("score", lead_id="L-1")["points"]) == state.points
            (first,) = call("queue", priority=state.priority)["leads"]
            assert (first["id"], first["points"], first["version"]) == ("L-1", str(state.points), state.version)
            assert call("due") == {"due": [item.to_dict() for item in desk.due(NOW)]}
            assert "L-2" in refusal(call, "lead", lead_id="L-2")
            assert "none of those" in refusal(call, "queue", priority="best")


class TestWriting:
    """Only what is switched on, by whom the owner of the server named, once for each key."""

    def test_every_command_has_a_tool_that_asks_for_its_arguments(self, store):
        with lk.Desk("standard", f"sqlite:///{store}") as desk:
            tools = {tool.name: tool for tool in writing_tools(desk, writable(), Actor(id="chen", role="supervisor"))}
        assert {"lead_assign", "opportunity_win", "record", "lead_convert"} <= tools.keys()
        assert not {"tick", "deliver", "undo", "settle"} & tools.keys()
        for name, tool in tools.items():
            assert "by" not in tool.schema["properties"]
            assert name == "record" or "key" in tool.schema["required"]
            assert tool.writes

    def test_nobody_writes_without_a_key_or_under_another_name(self, store):
        with lk.Desk("standard", f"sqlite:///{store}") as desk:
            tools = {
                tool.name: tool for tool in writing_tools(desk, ["lead_assign"], Actor(id="chen", role="supervisor"))
            }
            for arguments, said in (
                ({"lead_id": "L-1", "to": "li"}, "key: is missing"),
                ({"lead_id": "L-1", "to": "li", "key": "k", "by": {"id": "li", "role": "x"}}, "by: no such argument"),
                ({"lead_id": "L-1", "to": 7, "key": "k"}, "to: must be a text"),
                ({"lead_id": "L-9", "to": "li", "key": "k"}, "L-9"),
                ({"lead_id": "L-1", "to": "li", "key": "k", "version": 99}, "L-1"),
            ):
                text, refused = answer(tools, "lead_assign", arguments)
                assert refused
                assert said in text
            assert desk.lead("L-1").owner != "li"

    def test_arguments_come_out_of_json(self, store):
        with lk.Desk("standard", f"sqlite:///{store}") as desk:
            tools = {
                t.name: t for t in writing_tools(desk, ["lead_amend", "record"], Actor(id="chen", role="supervisor"))
            }
            text, refused = answer(
                tools, "lead_amend", {"lead_id": "L-1", "changes": {"company.size": "small"}, "key": "k"}
            )
            assert not refused, text
            assert "Secret" not in text
            activity = {"id": "A2", "lead_id": "L-1", "kind": "reply", "occurred_at": AS_OF, "amount": "12.5"}
            text, refused = answer(tools, "record", {"activity": activity})
            assert not refused, text
            assert desk.activities("L-1")[-1].amount == Decimal("12.5")

    @pytest.mark.parametrize(
        "words",
        [
            ("--write", "lead_assign"),
            ("--write", "lead_assign", "--db", "sqlite:///x.db"),
            ("--write", "lead_asign", "--db", "sqlite:///x.db", "--by", "li", "--role", "sales_rep"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, words):
        assert CliRunner().invoke(cli, ["mcp", *words]).exit_code == 2

    def test_without_the_library_it_names_the_extra(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "mcp.server.stdio", None)
        result = CliRunner().invoke(cli, ["mcp"])
        assert result.exit_code == 4
        assert 'pip install "leadkit[mcp]"' in result.stderr

    def test_the_commands_are_listed(self):
        listed = CliRunner().invoke(cli, ["mcp", "--commands"]).output.split()
        assert listed == list(writable())


class TestSkill:
    def test_it_is_a_skill_and_names_every_tool(self, store):
        text = CliRunner().invoke(cli, ["mcp", "--skill"]).output
        assert text == skill()
        assert text.startswith("---\nname: leadkit\ndescription: ")
        with lk.Desk("standard", f"sqlite:///{store}") as desk:
            assert all(f"`{name}`" in text for name in tools_of(desk=desk).tools)  # type: ignore[attr-defined]
